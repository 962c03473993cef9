"""Village heads and perangkat as the offices reported them: the latest count of each village."""

from collections.abc import Collection, Mapping

import pandas as pd
import sqlalchemy as sa

from planner.launch_pipeline import COUNTED_ON, REGISTERED, TOTAL, Officials
from planner.store.schema import official_counts, uploads


def officials_of(connection: sa.Connection, codes: Collection[str]) -> Mapping[str, Officials]:
    """Return the latest count of perangkat of some villages; villages that nobody counted are not in it.

    Parameters
    ----------
    connection
        Of the records.
    codes
        The villages.

    Returns
    -------
    By village code: of several counts the one of the last day, of several uploads of that day the last. Uploads that
    were undone do not count.
    """
    counts = official_counts
    last = (counts.c.counted_on.desc(), counts.c.upload_id.desc())
    place = sa.func.row_number().over(partition_by=counts.c.village_code, order_by=last).label("place")
    names = ("village_code", "registered", "total", "counted_on")
    joined = counts.join(uploads, counts.c.upload_id == uploads.c.id)
    wanted = (uploads.c.status == "committed", counts.c.village_code.in_(list(codes)))
    rows = sa.select(*(counts.c[name] for name in names), place).select_from(joined).where(*wanted).subquery()
    found = connection.execute(sa.select(*(rows.c[name] for name in names)).where(rows.c.place == 1))
    return {str(row.village_code): Officials(row.registered, row.total, row.counted_on) for row in found}


def officials_frame(connection: sa.Connection, codes: Collection[str]) -> pd.DataFrame:
    """Return the same as a frame, index ``village_code``: ``registered``, ``total``, ``counted_on``."""
    found = officials_of(connection, codes)
    rows = [(counted.registered, counted.total, counted.counted_on) for counted in found.values()]
    index = pd.Index(list(found), name="village_code", dtype="str")
    return pd.DataFrame(rows, columns=[REGISTERED, TOTAL, COUNTED_ON], index=index)
