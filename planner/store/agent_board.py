"""What the visits of all agents tell of each: read by the office only."""

from typing import Final

import pandas as pd
import sqlalchemy as sa

from planner.store.schema import agents, uploads, visits

_COLUMNS: Final = ("agent_code", "visited_on", "met", "registered")


def visits_of_all(connection: sa.Connection) -> pd.DataFrame:
    """Return the visits of all agents, oldest first; of uploads that were undone nothing.

    Parameters
    ----------
    connection
        Of the records, as the office reads them.

    Returns
    -------
    DataFrame
        ``agent_code``, ``visited_on`` (date), ``met``, ``registered``.
    """
    joined = visits.join(agents, visits.c.agent_id == agents.c.id).outerjoin(
        uploads, visits.c.upload_id == uploads.c.id
    )
    kept = sa.or_(visits.c.upload_id.is_(None), uploads.c.status == "committed")
    columns = (agents.c.code, visits.c.visited_on, visits.c.met, visits.c.registered)
    query = sa.select(*columns).select_from(joined).where(kept).order_by(visits.c.visited_on, visits.c.id)
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(_COLUMNS))
