"""Participants as the offices reported them, and the layer with them in place of what was assumed."""

from dataclasses import replace
from datetime import datetime
from typing import Final

import pandas as pd
import sqlalchemy as sa

from geodata.layer import AS_OF, VillageLayer
from planner.observed import with_participants
from planner.store.engine import reading
from planner.store.migrate import ready
from planner.store.schema import participants, uploads

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
    last = (participants.c.month.desc(), participants.c.upload_id.desc())
    place = sa.func.row_number().over(partition_by=participants.c.village_code, order_by=last).label("place")
    counted = (participants.c.segment == SEGMENT, *counted_at(as_of))
    joined = participants.join(uploads, participants.c.upload_id == uploads.c.id)
    rows = sa.select(*(participants.c[name] for name in _COLUMNS), place).select_from(joined).where(*counted).subquery()
    query = sa.select(*(rows.c[name] for name in _COLUMNS)).where(rows.c.place == 1).order_by(rows.c.village_code)
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(_COLUMNS))


def counted_at(as_of: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions under which an upload counts: now, or as it was known at a moment."""
    if as_of is None:
        return (uploads.c.status == "committed",)
    return uploads.c.committed_at <= as_of, sa.or_(uploads.c.undone_at.is_(None), uploads.c.undone_at > as_of)


def changed_at(connection: sa.Connection) -> datetime | None:
    """Return when an upload was last kept or taken back; nothing while there is none."""
    times = connection.execute(sa.select(sa.func.max(uploads.c.committed_at), sa.func.max(uploads.c.undone_at))).one()
    return max((time for time in times if time is not None), default=None)


def version(engine: sa.Engine) -> str:
    """Return a text that changes with every upload that is kept or undone; empty while there is none.

    Raises
    ------
    StoreError
        If the database cannot be read or is of another version.
    """
    undone = sa.func.sum(sa.case((uploads.c.status == "undone", 1), else_=0))
    with reading(engine) as connection:
        newest, taken_back = connection.execute(sa.select(sa.func.max(uploads.c.id), undone)).one()
    return "" if newest is None else f"{newest}-{taken_back}"


def with_records(layer: VillageLayer, engine: sa.Engine, *, as_of: datetime | None = None) -> VillageLayer:
    """Return a layer with the participants of the records in place of assumed ones.

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
        found = with_participants(layer, latest(connection, as_of))
        moment = as_of or changed_at(connection)
    if found is layer or moment is None:
        return layer
    return replace(found, about={**found.about, AS_OF: moment.isoformat(timespec="microseconds")})
