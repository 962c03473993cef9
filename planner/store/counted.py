"""What counts of the uploads: the last figure of each village, now or as it was known at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pandas as pd
import sqlalchemy as sa

from planner.store.schema import criterion_values, held_rows, official_counts, uploads, worker_counts
from planner.uploads.kinds import Kind

FLOWING: Final[tuple[Kind, ...]] = ("participants", "workers", "officials", "criteria")
"""Kinds whose figures are shown with those of the villages."""


def last(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    *,
    of: Sequence[str],
    day: str,
    where: Sequence[sa.ColumnElement[bool]] = (),
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Return the last row of each village, or of whatever else counts apart.

    Parameters
    ----------
    connection
        The records.
    table
        Table of a kind of upload.
    columns
        Columns to return.
    of
        Columns that tell apart what there is one row of; the rows come in their order.
    day
        Column with the day or month: the last one holds, of several uploads of that day the last.
    where
        Which rows count at all.
    as_of
        The moment whose uploads and decisions count; by default now.
    """
    order = (table.c[day].desc(), table.c.upload_id.desc())
    apart = [table.c[name] for name in of]
    place = sa.func.row_number().over(partition_by=apart, order_by=order).label("place")
    joined = table.join(uploads, table.c.upload_id == uploads.c.id)
    known = [table.c[name] for name in dict.fromkeys((*columns, *of))]
    rows = sa.select(*known, place).select_from(joined).where(*where, *counted_at(table, as_of)).subquery()
    query = sa.select(*(rows.c[name] for name in columns)).where(rows.c.place == 1)
    found = connection.execute(query.order_by(*(rows.c[name] for name in of)))
    return pd.DataFrame([tuple(row) for row in found], columns=list(columns))


def counted_at(table: sa.Table, as_of: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions under which a row of an upload counts: now, or as it was known at a moment."""
    if as_of is None:
        return (uploads.c.status == "committed",)
    return (
        uploads.c.committed_at <= as_of,
        sa.or_(uploads.c.undone_at.is_(None), uploads.c.undone_at > as_of),
        sa.or_(table.c.settled_at.is_(None), table.c.settled_at <= as_of),
    )


def workers(connection: sa.Connection, as_of: datetime | None = None) -> pd.DataFrame:
    """Return the last counts of workers: ``village_code``, ``sector``, ``people``, ``counted_on``."""
    columns = ("village_code", "sector", "people", "counted_on")
    return last(connection, worker_counts, columns, of=("village_code", "sector"), day="counted_on", as_of=as_of)


def officials(connection: sa.Connection, as_of: datetime | None = None) -> pd.DataFrame:
    """Return the last counts of officials: ``village_code``, ``registered``, ``total``, ``counted_on``."""
    columns = ("village_code", "registered", "total", "counted_on")
    return last(connection, official_counts, columns, of=("village_code",), day="counted_on", as_of=as_of)


def own_criteria(connection: sa.Connection, village_code: str) -> pd.DataFrame:
    """Return the own criteria of a village: ``criterion``, ``value``, ``unit``, ``source``, ``dated_on``."""
    columns = ("criterion", "value", "unit", "source", "dated_on")
    of = ("village_code", "criterion")
    here = (criterion_values.c.village_code == village_code,)
    found = last(connection, criterion_values, columns, of=of, day="dated_on", where=here)
    return found.assign(value=found["value"].astype(float))


def changed_at(connection: sa.Connection) -> datetime | None:
    """Return when figures of villages last changed by an upload or a decision; nothing while there is none."""
    flowing = uploads.c.kind.in_(FLOWING)
    times = connection.execute(
        sa.select(sa.func.max(uploads.c.committed_at), sa.func.max(uploads.c.undone_at)).where(flowing)
    ).one()
    settled = sa.select(sa.func.max(held_rows.c.settled_at)).select_from(_taken()).where(flowing, _is_taken())
    return max((time for time in (*times, connection.execute(settled).scalar()) if time is not None), default=None)


def state(connection: sa.Connection) -> str:
    """Return a text that changes with all that `changed_at` tells of; empty while there is none."""
    flowing = uploads.c.kind.in_(FLOWING)
    undone = sa.func.sum(sa.case((uploads.c.status == "undone", 1), else_=0))
    newest, taken_back = connection.execute(sa.select(sa.func.max(uploads.c.id), undone).where(flowing)).one()
    settled = sa.select(sa.func.count()).select_from(_taken()).where(flowing, _is_taken())
    return "" if newest is None else f"{newest}-{taken_back}-{connection.execute(settled).scalar_one()}"


def _taken() -> sa.Join:
    return held_rows.join(uploads, held_rows.c.upload_id == uploads.c.id)


def _is_taken() -> sa.ColumnElement[bool]:
    return held_rows.c.village_code.is_not(None)
