"""Visits as the agent who made them reads them."""

import pandas as pd
import sqlalchemy as sa

from planner.store.schema import visits

MOST = 100
_COLUMNS = ("village_code", "visited_on", "dusun", "met", "interested", "registered", "obstacle")


def last(connection: sa.Connection) -> pd.DataFrame:
    """Return the last visits that a connection of an agent sees, the newest first.

    Parameters
    ----------
    connection
        From `planner.store.acting.reading_as`, which shows an agent the own visits only.

    Returns
    -------
    DataFrame
        Columns ``village_code``, ``visited_on``, ``dusun``, ``met``, ``interested``, ``registered``, ``obstacle``.
    """
    columns = [visits.c[name] for name in _COLUMNS]
    query = sa.select(*columns).order_by(visits.c.visited_on.desc(), visits.c.id.desc()).limit(MOST)
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(_COLUMNS))
