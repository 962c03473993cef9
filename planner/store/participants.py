"""Participants as the offices reported them, and the layer with them in place of what was assumed."""

from dataclasses import replace
from datetime import datetime
from typing import Final

import pandas as pd
import sqlalchemy as sa

from geodata.layer import AS_OF, VillageLayer
from planner.observed import Counts, with_counts
from planner.store.counted import changed_at, last, officials, state, workers
from planner.store.engine import reading
from planner.store.migrate import ready
from planner.store.schema import participants

SEGMENT: Final = "BPU"
_COLUMNS: Final = ("village_code", "month", "active", "inactive")


def latest(connection: sa.Connection, as_of: datetime | None = None) -> pd.DataFrame:
    """Return the last known BPU participants of each village.

    Parameters
    ----------
    connection
        The records.
    as_of
        The moment whose uploads count; by default now.

    Returns
    -------
    DataFrame
        Columns ``village_code``, ``month``, ``active``, ``inactive``; one row per village: its last month, of several
        uploads of that month the last. Uploads that were undone do not count.
    """
    only = (participants.c.segment == SEGMENT,)
    return last(connection, participants, _COLUMNS, of=("village_code",), day="month", where=only, as_of=as_of)


def version(engine: sa.Engine) -> str:
    """Return a text that changes whenever figures of villages do by an upload or a decision; empty while there is none.

    Raises
    ------
    StoreError
        If the database cannot be read or is of another version.
    """
    with reading(engine) as connection:
        return state(connection)


def with_records(layer: VillageLayer, engine: sa.Engine, *, as_of: datetime | None = None) -> VillageLayer:
    """Return a layer with what the records count in place of estimates: participants, workers, officials.

    Parameters
    ----------
    layer
        The layer as it was built.
    engine
        The records.
    as_of
        The moment whose uploads count; by default now. The layer says which moment that was, so that it can be made
        again: uploads are taken back, but never thrown away.

    Raises
    ------
    StoreError
        If the database cannot be read or is of another version.
    """
    with reading(ready(engine)) as connection:
        counts = Counts(latest(connection, as_of), workers(connection, as_of), officials(connection, as_of))
        found = with_counts(layer, counts)
        moment = as_of or changed_at(connection)
    if found is layer or moment is None:
        return layer
    return replace(found, about={**found.about, AS_OF: moment.isoformat(timespec="microseconds")})
