"""What a priority list takes from the records: launches with their owners, and the latest counts of perangkat."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import sqlalchemy as sa

from planner.priority.steps import Records
from planner.store import launch_views
from planner.store.officials import officials_frame

_AT_ONCE: Final = 10_000  # a database takes so many values in one question


def list_records(connection: sa.Connection, codes: Sequence[str]) -> Records:
    """Return the launches, and the latest count of perangkat of some villages.

    Parameters
    ----------
    connection
        Of the records.
    codes
        The villages.
    """
    parts = [officials_frame(connection, codes[at : at + _AT_ONCE]) for at in range(0, len(codes), _AT_ONCE)]
    counted = [part for part in parts if len(part)]
    officials = pd.concat(counted) if counted else officials_frame(connection, ())
    return Records(launch_views.listed(connection), officials)
