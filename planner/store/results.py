"""What happened, as the records hold it: visits, participants by month, launches, and what plans expected of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from geodata.office_day import day_at
from planner.delivered import Promise, promise_of
from planner.own_results import Records
from planner.store.counted import state
from planner.store.engine import reading
from planner.store.launch_views import launched
from planner.store.migrate import ready
from planner.store.participants import SEGMENT
from planner.store.schema import audit, launch_steps, launches, participants, plans, uploads, visits

_VISIT: Final = ("village_code", "visited_on", "met", "interested", "registered")
_COUNT: Final = ("village_code", "month", "active", "inactive")


@dataclass(frozen=True)
class Found:
    """What the records tell of launches and visits.

    Attributes
    ----------
    records
        Visits, participants by month, launches.
    promises
        What the plan of a launch expected, by village code.
    """

    records: Records
    promises: Mapping[str, Promise]


def version(engine: sa.Engine) -> str:
    """Return a text that changes with whatever `read` reads.

    Raises
    ------
    StoreError
        If the database cannot be read or is of another version.
    """
    people = [sa.func.sum(visits.c[name]) for name in ("met", "registered")]
    newest = (
        sa.select(sa.func.max(uploads.c.id), sa.func.count(uploads.c.undone_at), sa.func.max(uploads.c.undone_at)),
        sa.select(sa.func.max(visits.c.id), sa.func.count(), sa.func.max(visits.c.written_at), *people).select_from(
            visits
        ),
        sa.select(sa.func.max(launch_steps.c.id), sa.func.count()).select_from(launch_steps),
        sa.select(sa.func.max(launches.c.changed_at), sa.func.count()).select_from(launches),
        sa.select(sa.func.max(audit.c.id)).where(audit.c.entity == plans.name),  # a plan may get another name
    )
    with reading(ready(engine)) as connection:
        found = [value for query in newest for value in connection.execute(query).one()]
        return "|".join(map(str, [*found, state(connection)]))  # of rows that were held: no upload of their own


def read(engine: sa.Engine) -> Found:
    """Return visits, participants by month and launches; of uploads that were undone nothing.

    Raises
    ------
    StoreError
        If the database cannot be read or is of another version.
    """
    with reading(ready(engine)) as connection:
        days, promises = _launches(connection)
        return Found(Records(_visits(connection), _participants(connection), days), promises)


def _visits(connection: sa.Connection) -> pd.DataFrame:
    joined = visits.outerjoin(uploads, visits.c.upload_id == uploads.c.id)
    kept = sa.or_(visits.c.upload_id.is_(None), uploads.c.status == "committed")
    query = sa.select(*(visits.c[name] for name in _VISIT)).select_from(joined).where(kept).order_by(visits.c.id)
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(_VISIT))


def _participants(connection: sa.Connection) -> pd.DataFrame:
    """Return BPU participants by village and month: of several uploads of a month the last."""
    cell = (participants.c.village_code, participants.c.month)
    place = sa.func.row_number().over(partition_by=cell, order_by=participants.c.upload_id.desc()).label("place")
    joined = participants.join(uploads, participants.c.upload_id == uploads.c.id)
    counted = (participants.c.segment == SEGMENT, uploads.c.status == "committed")
    rows = sa.select(*(participants.c[name] for name in _COUNT), place).select_from(joined).where(*counted).subquery()
    columns = [rows.c[name] for name in _COUNT]
    query = sa.select(*columns).where(rows.c.place == 1).order_by(rows.c.village_code, rows.c.month)
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(_COUNT))


def _launches(connection: sa.Connection) -> tuple[pd.DataFrame, dict[str, Promise]]:
    """Return launched villages with the day of their first launch, and what its plan expected."""
    first = launched(connection).drop_duplicates("village_code").sort_values("village_code", ignore_index=True)
    columns = (launches.c.village_code, plans.c.record, plans.c.name, plans.c.created_at)
    planned = launches.join(plans, launches.c.plan_id == plans.c.id)
    query = sa.select(*columns).select_from(planned).where(launches.c.id.in_(first["launch_id"].tolist()))
    promises = {row.village_code: _promise(row, row.village_code) for row in connection.execute(query)}
    kept = {code: promise for code, promise in promises.items() if promise is not None}
    return first[["village_code", "launched_on"]], kept


def _promise(row: Any, code: str) -> Promise | None:  # noqa: ANN401 (a row)
    record = json.loads(row.record)
    return promise_of({**record, "name": row.name}, code, decided_on=day_at(row.created_at))
