"""Rows that wait for a decision: what they say, and what a person decided."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from geodata.schema import VILLAGE_CODE
from planner.launch_pipeline import written
from planner.rights import Principal, may, require
from planner.store import kept_agents, phone_entries
from planner.store.aliases import remember
from planner.store.audit import record
from planner.store.engine import writing
from planner.store.errors import StoreError
from planner.store.intake import alone, committed, moment
from planner.store.kept_rows import PLACES, dated, insert_settled, is_kept, visit_key
from planner.store.known import kept_visits
from planner.store.schema import held_rows, uploads
from planner.uploads.checks import DUPLICATE, VISIT_KEPT
from planner.uploads.kinds import COLUMNS, CRITERION, Kind
from planner.uploads.known import Known
from planner.uploads.names import NAMES, alias_of
from planner.uploads.settled import still_wrong

_TWICE: Final = {DUPLICATE, VISIT_KEPT}
COLUMNS_HELD: Final = ("upload", "kind", "file_name", "row", "reason", "reasons", "values", "suggestions")


def held(connection: sa.Connection, upload: int | None = None) -> pd.DataFrame:
    """Return the rows that wait for a decision, those of the last upload first.

    Parameters
    ----------
    connection
        The database.
    upload
        Only those of one upload.

    Returns
    -------
    DataFrame
        Columns `COLUMNS_HELD`: number of the upload, its kind and file, row in the file, key of the first reason, keys
        of all, the values by internal column (with ``village_name``, ``district_name``, ``regency_name`` as written),
        and up to five suggested villages, each with ``code``, ``name``, ``district``, ``regency``, ``score``.
    """
    waits = [uploads.c.status == "committed", held_rows.c.settled_at.is_(None)]
    if upload is not None:
        waits.append(held_rows.c.upload_id == upload)
    query = (
        sa.select(uploads.c.id, uploads.c.kind, uploads.c.file_name, held_rows.c.row, held_rows.c.reason)
        .add_columns(held_rows.c.content)
        .join_from(held_rows, uploads, held_rows.c.upload_id == uploads.c.id)
        .where(*waits)
        .order_by(uploads.c.id.desc(), held_rows.c.row)
    )
    rows = [
        (*row[:5], row.content["reasons"], row.content["values"], row.content["suggestions"])
        for row in connection.execute(query)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS_HELD))


def settle(engine: sa.Engine, upload: int, row: int, village_code: str, *, by: Principal, known: Known) -> bool:
    """Take a row that waits, as one of a village; it counts from now on, as long as its upload does.

    The name of a row without a code is remembered for that village, and taken without asking the next time.

    Parameters
    ----------
    engine
        The database.
    upload, row
        The upload, and the row in its file.
    village_code
        The village that is meant; where the row names one, that one again, to say that the row holds.
    by
        Who decides.
    known
        The villages.

    Returns
    -------
        Whether a name was remembered.

    Raises
    ------
    PlanError
        If that person may not do it.
    StoreError
        If no such row waits, there is no such village, a value is missing or impossible there, or another row of the
        file counts already; for a visit, if it is in the records already and the row was not held for that.
    """
    require(by, "held.settle")
    if village_code not in known.codes:
        raise StoreError("store.held.no_village", code=village_code[:40])
    with writing(engine) as connection:
        kind, content = _waits(connection, upload, row)
        if kind == "agents":
            require(by, "assignment.change")
        values = {**content["values"], VILLAGE_CODE: village_code}
        wrong = still_wrong(kind, values, known)
        if wrong is not None:
            raise StoreError(wrong, row=row)
        if kind == "visits" and _TWICE.isdisjoint(content["reasons"]):
            _refuse_kept_visit(connection, row, values)
        now = moment(connection)
        _take(connection, kind, upload, row, values, by=by, at=now)
        _decide(connection, upload, row, content, by=by, at=now, village_code=village_code, aside=None)
        return _remember(connection, upload, content["values"], village_code, by=by, known=known)


def set_aside(engine: sa.Engine, upload: int, row: int, reason: str, *, by: Principal) -> None:
    """Leave a row that waits out for good.

    Raises
    ------
    PlanError
        If that person may not do it.
    StoreError
        If no such row waits, or no reason is given.
    LaunchError
        If the reason is too long, or holds an identity or mobile number.
    """
    require(by, "held.settle")
    why = written(reason, "reason")
    if not why:
        raise StoreError("store.held.no_reason")
    with writing(engine) as connection:
        _, content = _waits(connection, upload, row)
        _decide(connection, upload, row, content, by=by, at=moment(connection), village_code=None, aside=why)


def _remember(
    connection: sa.Connection,
    upload: int,
    values: Mapping[str, Any],
    village_code: str,
    *,
    by: Principal,
    known: Known,
) -> bool:
    """Remember the name of a row whose village was not known, as far as it says where that name holds."""
    if values.get(VILLAGE_CODE) is not None or not may(by, "alias.change"):
        return False
    key = alias_of({name: str(values.get(name) or "") for name in NAMES}, village_code, known.register)
    return key is not None and remember(connection, *key, village_code, by=by, upload=upload)


def _waits(connection: sa.Connection, upload: int, row: int) -> tuple[Kind, dict[str, Any]]:
    """Return kind and content of a row that waits."""
    kind = committed(connection, upload).kind
    columns = (held_rows.c.content, held_rows.c.settled_at)
    query = sa.select(*columns).where(held_rows.c.upload_id == upload, held_rows.c.row == row)
    found = connection.execute(query.with_for_update()).one_or_none()
    if found is None:
        raise StoreError("store.held.unknown", upload=upload, row=row)
    if found.settled_at is not None:
        raise StoreError("store.held.settled", upload=upload, row=row)
    return kind, found.content


def _take(
    connection: sa.Connection,
    kind: Kind,
    upload: int,
    row: int,
    values: Mapping[str, Any],
    *,
    by: Principal,
    at: datetime,
) -> None:
    typed = {name: _typed(kind, name, value) for name, value in values.items()}
    if kind == "agents":
        kept_agents.keep_row(connection, upload, typed, by=by)
        return
    (known,) = dated(connection, kind, upload, [{name: typed.get(name) for name in PLACES[kind].columns}])
    if _is_there(connection, kind, upload, known):
        raise StoreError("store.held.counts_already", upload=upload, row=row)
    insert_settled(connection, kind, upload, known, at)


def _refuse_kept_visit(connection: sa.Connection, row: int, values: Mapping[str, Any]) -> None:
    alone(connection)
    typed = {name: _typed("visits", name, value) for name, value in values.items()}
    if visit_key(typed) in kept_visits(connection) and not is_kept(typed, phone_entries.known(connection)):
        raise StoreError("store.held.visit_kept", row=row)


def _is_there(connection: sa.Connection, kind: Kind, upload: int, values: Mapping[str, Any]) -> bool:
    """Say whether a row of the upload says something of the same thing already."""
    table, columns = PLACES[kind].table, PLACES[kind].columns
    own = {columns[name]: value for name, value in values.items()} | {"upload_id": upload}
    once = PLACES[kind].once
    key = ["upload_id", *once] if once else [column.name for column in table.primary_key]
    if not set(key) <= set(own):
        return False  # visits: there may be two on one day
    query = sa.select(sa.func.count()).select_from(table).where(*(table.c[name] == own[name] for name in key))
    return bool(connection.execute(query).scalar())


def _typed(kind: Kind, name: str, value: Any) -> Any:  # noqa: ANN401 (whatever a cell holds)
    types = {column.name: column.type for column in COLUMNS[kind]} | {CRITERION: "text"}
    return date.fromisoformat(value) if value is not None and types.get(name) in {"date", "month"} else value


def _decide(
    connection: sa.Connection,
    upload: int,
    row: int,
    content: Mapping[str, Any],
    *,
    by: Principal,
    at: datetime,
    village_code: str | None,
    aside: str | None,
) -> None:
    decided = {"village_code": village_code, "aside": aside}
    change = {**decided, "settled_at": at, "settled_by": by.user_id}
    same = (held_rows.c.upload_id == upload, held_rows.c.row == row)
    connection.execute(sa.update(held_rows).where(*same).values(change))
    deed = "held.taken" if aside is None else "held.set_aside"
    before = {"reasons": content["reasons"], "values": content["values"]}
    record(connection, by.login, deed, entity="held_rows", key=f"{upload}/{row}", before=before, after=decided)
