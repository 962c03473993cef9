"""Uploads of every kind: kept whole or not at all, recognised when they come again, undone without a trace."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, get_args

import pandas as pd
import sqlalchemy as sa

from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner.rights import Action, Principal, require
from planner.store import kept_agents, phone_entries
from planner.store.aliases import forget
from planner.store.audit import record
from planner.store.columns import POSTGRESQL
from planner.store.engine import writing
from planner.store.errors import StoreError
from planner.store.kept_rows import insert, is_kept, plain, visit_key
from planner.store.known import kept_visits
from planner.store.schema import held_rows, uploads, users
from planner.uploads.checks import HELD, Checked
from planner.uploads.kinds import Kind

LISTED: Final = (
    *("id", "kind", "file_name", "sender", "rows_in", "accepted", "held", "refused", "waiting", "status"),
    *("committed_at", "undone_at"),
)
_ONE_KEEPS: Final = 5_120_190_127  # any number of our own: who keeps rows that count in PostgreSQL holds it
_NAMED: Final = 10  # rows in a message
_SUGGESTED: Final = {"code": VILLAGE_CODE, "name": VILLAGE_NAME, "district": DISTRICT_NAME, "regency": REGENCY_NAME}
_CHANGES: Final[Mapping[Kind, tuple[Action, ...]]] = {"agents": ("assignment.change",)}


@dataclass(frozen=True)
class _Sent:
    """What is kept of a file itself."""

    kind: Kind
    file_name: str
    sha256: str
    rows_in: int
    accepted: int
    held: int
    refused: int


def keep(engine: sa.Engine, checked: Checked, file_name: str, sha256: str, *, by: Principal) -> int:
    """Keep what was accepted and what waits for a decision, all of it or nothing; return the number of the upload.

    Parameters
    ----------
    engine
        The database.
    checked
        The rows.
    file_name, sha256
        Name of the file as the sender knows it, and the SHA-256 of its bytes.
    by
        Who sends it.

    Raises
    ------
    PlanError
        If that person may not do it.
    StoreError
        If the same file is kept already as this kind, a visit was kept since the file was checked, or the database
        cannot be written.
    """
    _allowed(by, checked.kind, "upload.commit")
    counts = {name: len(getattr(checked, name)) for name in ("accepted", "held", "refused")}
    sent = _Sent(checked.kind, file_name, sha256, checked.total, **counts)
    waiting = list(_waiting(checked))
    with writing(engine) as connection:
        alone(connection)
        if (before := earlier(connection, checked.kind, sha256)) is not None:
            raise StoreError("store.upload.again", file=file_name, upload=before)
        if checked.kind == "visits":
            _refuse_kept_visits(connection, checked.accepted, file_name)
        row = {**asdict(sent), "sender_id": by.user_id, "status": "committed", "committed_at": moment(connection)}
        made = connection.execute(sa.insert(uploads).values(row)).inserted_primary_key
        assert made is not None
        upload = int(made[0])
        if checked.kind == "agents":
            kept_agents.keep(connection, upload, checked, by=by)
        else:
            insert(connection, checked.kind, upload, checked.accepted)
        if waiting:
            connection.execute(sa.insert(held_rows), [{"upload_id": upload, **one} for one in waiting])
        record(connection, by.login, "upload.committed", entity="uploads", key=upload, after=asdict(sent))
    return upload


def undo(engine: sa.Engine, upload: int, *, by: Principal) -> str:
    """Take an upload back and return the name of its file; its rows stay in the records, but count no more.

    Names that were remembered when its held rows were settled are forgotten, or mean again what they did before.

    Raises
    ------
    PlanError
        If that person may not do it.
    StoreError
        If there is no such upload, it was undone before, or it is one of agents and a later one must be undone first.
    """
    with writing(engine) as connection:
        found = committed(connection, upload)
        _allowed(by, found.kind, "upload.undo")
        if found.kind == "agents":
            kept_agents.undo(connection, upload, by=by)
        elif found.kind == "visits":
            phone_entries.undo(connection, upload)
        change = {"status": "undone", "undone_at": moment(connection)}
        connection.execute(sa.update(uploads).where(uploads.c.id == upload).values(change))
        before, after = {"status": "committed"}, {"status": "undone"}
        record(connection, by.login, "upload.undone", entity="uploads", key=upload, before=before, after=after)
        forget(connection, upload, by=by)
    return str(found.file_name)


def listed(connection: sa.Connection) -> pd.DataFrame:
    """Return all uploads, the last first.

    Returns
    -------
    DataFrame
        Columns `LISTED`: ``sender`` is a login, missing for the console; the numbers of rows are those of the day it
        was kept, ``waiting`` of the held rows still wait for a decision.
    """
    settled = sa.select(sa.func.count()).where(held_rows.c.upload_id == uploads.c.id, held_rows.c.settled_at.is_(None))
    also = {"sender": users.c.login, "waiting": settled.scalar_subquery()}
    columns = [also[name].label(name) if name in also else uploads.c[name] for name in LISTED]
    query = sa.select(*columns).select_from(uploads.outerjoin(users, users.c.id == uploads.c.sender_id))
    rows = connection.execute(query.order_by(uploads.c.id.desc()))
    return pd.DataFrame([tuple(row) for row in rows], columns=list(LISTED))


def committed(connection: sa.Connection, upload: int) -> Any:  # noqa: ANN401 (a row of the database)
    """Return kind and file name of an upload that counts; it can be changed by nobody else until the end.

    Raises
    ------
    StoreError
        If there is no such upload, or it was undone.
    """
    columns = (uploads.c.kind, uploads.c.file_name, uploads.c.status, uploads.c.committed_at)
    query = sa.select(*columns).where(uploads.c.id == upload)
    found = connection.execute(query.with_for_update()).one_or_none()
    if found is None:
        raise StoreError("store.upload.unknown", upload=upload)
    if found.status == "undone":
        raise StoreError("store.upload.undone", upload=upload, file=found.file_name)
    return found


def earlier(connection: sa.Connection, kind: Kind, sha256: str) -> int | None:
    """Return the number of the upload that holds the same file already; nothing where there is none that counts."""
    same = (uploads.c.kind == kind, uploads.c.sha256 == sha256, uploads.c.status == "committed")
    found = connection.execute(sa.select(uploads.c.id).where(*same)).scalar()
    return None if found is None else int(found)


def alone(connection: sa.Connection) -> None:
    """Wait until nobody else keeps rows that count; what they kept is seen from here on."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_KEEPS)))


def moment(connection: sa.Connection) -> datetime:
    """Return the time of a change of uploads: now, but later than every change before, whatever the clock says."""
    times = connection.execute(sa.select(sa.func.max(uploads.c.committed_at), sa.func.max(uploads.c.undone_at))).one()
    settled = connection.execute(sa.select(sa.func.max(held_rows.c.settled_at))).scalar()
    known: list[datetime] = [time for time in (*times, settled) if time is not None]
    return max([datetime.now(UTC), *(time + timedelta(microseconds=1) for time in known)])


def _refuse_kept_visits(connection: sa.Connection, accepted: pd.DataFrame, file_name: str) -> None:
    """Refuse visits that another file, or an agent, brought since this one was checked, but for the same entries."""
    before, entries = kept_visits(connection), phone_entries.known(connection)
    written = zip(accepted.index, accepted.to_dict("records"), strict=True)
    told = ((number, {str(name): plain(cell) for name, cell in row.items()}) for number, row in written)
    again = [str(number) for number, row in told if visit_key(row) in before and not is_kept(row, entries)]
    if again:
        more = ", …" if len(again) > _NAMED else ""
        raise StoreError("store.upload.visits_kept", file=file_name, rows=", ".join(again[:_NAMED]) + more)


def _allowed(by: Principal, kind: str, deed: Action) -> None:
    (known,) = (one for one in get_args(Kind) if one == kind)
    for action in (deed, *_CHANGES.get(known, ())):
        require(by, action)


def _waiting(checked: Checked) -> Iterator[dict[str, Any]]:
    """Give the held rows as they are kept: values, all reasons, and suggested villages."""
    told = checked.problems[checked.problems["reason"].astype("str").str.startswith(HELD)]
    reasons = told.groupby("row")["reason"].agg(list)
    suggested = _suggested(checked)
    for number, row in zip(checked.held.index, checked.held.to_dict("records"), strict=True):
        values = {str(name): _json(plain(cell)) for name, cell in row.items()}
        why = list(dict.fromkeys(map(str, reasons[number])))
        content = {"values": values, "reasons": why, "suggestions": suggested.get(int(number), [])}
        yield {"row": int(number), "content": content, "reason": why[0]}


def _suggested(checked: Checked) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for one in checked.suggestions.to_dict("records"):
        told = {name: str(one[column]) for name, column in _SUGGESTED.items()}
        found.setdefault(int(one["row"]), []).append({**told, "score": float(one["score"])})
    return found


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
