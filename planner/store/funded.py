"""Groups whose contributions somebody pays, as the records hold them: counts only."""

from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from planner.store.schema import funded_groups, uploads

COLUMNS: Final = ("village_code", "fund", "people", "starts_on", "ends_on")
GROUP: Final = ("village_code", "fund", "starts_on")
"""What tells groups apart: a later upload says anew what one of these is."""


def funded(connection: sa.Connection) -> pd.DataFrame:
    """Return all groups with paid months; of uploads that were undone nothing.

    Returns
    -------
    DataFrame
        ``village_code``, ``fund``, ``people``, ``starts_on`` and ``ends_on`` (days); by village, first day, fund. Of
        several uploads that speak of a village, fund and first day, the last.
    """
    undone = sa.select(uploads.c.id).where(uploads.c.status == "undone")
    upload = funded_groups.c.upload_id
    return _last(connection, sa.or_(upload.is_(None), upload.not_in(undone)))


def own_funded(connection: sa.Connection) -> pd.DataFrame:
    """Return the groups of the own villages of an agent, whose connection shows none of undone uploads; see `funded`.

    Parameters
    ----------
    connection
        As for `planner.store.own_area.area_rows`.
    """
    return _last(connection)


def _last(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> pd.DataFrame:
    groups = funded_groups.c
    newest = sa.func.coalesce(groups.upload_id, 0).desc()  # what no upload brought is older than any
    place = sa.func.rank().over(partition_by=[groups[name] for name in GROUP], order_by=newest).label("place")
    rows = sa.select(*(groups[name] for name in COLUMNS), groups.id, place).where(*where).subquery()
    found: sa.Select[Any] = sa.select(*(rows.c[name] for name in COLUMNS)).where(rows.c.place == 1)
    ordered = found.order_by(rows.c.village_code, rows.c.starts_on, rows.c.fund, rows.c.id)
    return pd.DataFrame([tuple(row) for row in connection.execute(ordered)], columns=list(COLUMNS))
