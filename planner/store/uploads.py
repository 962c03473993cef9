"""Uploads: kept whole or not at all, recognised when they come again, undone without a trace in the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from planner.store.audit import record
from planner.store.engine import writing
from planner.store.errors import StoreError
from planner.store.schema import held_rows, participants, uploads

PARTICIPANTS = "participants"
_COLUMNS = ("village_code", "month", "segment", "active", "inactive")


@dataclass(frozen=True)
class Sent:
    """What is kept of an uploaded file.

    Attributes
    ----------
    kind, file_name, sha256
        What it is, its name as the sender knows it, and the SHA-256 of its bytes.
    rows_in, accepted, held, refused
        Numbers of rows; the first is the sum of the others.
    """

    kind: str
    file_name: str
    sha256: str
    rows_in: int
    accepted: int
    held: int
    refused: int


@dataclass(frozen=True)
class Held:
    """A row that waits for a decision: its number in the file, its cells, and the key of the reason."""

    row: int
    content: Mapping[str, Any]
    reason: str


def keep_participants(
    engine: sa.Engine, sent: Sent, accepted: pd.DataFrame, held: Sequence[Held] = (), *, who: str
) -> int:
    """Keep the counts of an uploaded file, all of them or none, and return the number of the upload.

    Parameters
    ----------
    engine
        The database.
    sent
        The file.
    accepted
        Columns ``village_code``, ``month`` (first day), ``segment`` (PU, BPU, JAKON), ``active``, ``inactive``.
    held
        Rows that wait for a decision.
    who
        Login of the sender, for the audit trail.

    Raises
    ------
    StoreError
        If the same file is kept already, or the database cannot be written.
    """
    values = (map(_plain, accepted[name]) for name in _COLUMNS)
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in zip(*values, strict=True)]
    with writing(engine) as connection:
        if (earlier := _kept(connection, sent)) is not None:
            raise StoreError("store.upload.again", file=sent.file_name, upload=earlier)
        kept = {**asdict(sent), "status": "committed", "committed_at": datetime.now(UTC)}
        made = connection.execute(sa.insert(uploads).values(kept)).inserted_primary_key
        assert made is not None
        upload = int(made[0])
        if rows:
            connection.execute(sa.insert(participants), [{**row, "upload_id": upload} for row in rows])
        if held:
            waiting = [{"upload_id": upload, **asdict(one)} for one in held]
            connection.execute(sa.insert(held_rows), waiting)
        record(connection, who, "upload.committed", entity="uploads", key=upload, after=asdict(sent))
    return upload


def undo(engine: sa.Engine, upload: int, *, who: str) -> str:
    """Take an upload back and return the name of its file; its rows stay in the records, but count no more.

    Raises
    ------
    StoreError
        If there is no such upload, or it was undone before.
    """
    with writing(engine) as connection:
        query = sa.select(uploads.c.file_name, uploads.c.status).where(uploads.c.id == upload)
        found = connection.execute(query).one_or_none()
        if found is None:
            raise StoreError("store.upload.unknown", upload=upload)
        if found.status == "undone":
            raise StoreError("store.upload.undone", upload=upload, file=found.file_name)
        change = {"status": "undone", "undone_at": datetime.now(UTC)}
        connection.execute(sa.update(uploads).where(uploads.c.id == upload).values(change))
        before, after = {"status": "committed"}, {"status": "undone"}
        record(connection, who, "upload.undone", entity="uploads", key=upload, before=before, after=after)
    return str(found.file_name)


def listed(connection: sa.Connection) -> pd.DataFrame:
    """Return all uploads, the last first: ``id`` and the columns of `Sent`, ``status``, ``committed_at``."""
    names = ("id", *Sent.__dataclass_fields__, "status", "committed_at")
    query = sa.select(*(uploads.c[name] for name in names)).order_by(uploads.c.id.desc())
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(names))


def _kept(connection: sa.Connection, sent: Sent) -> int | None:
    same = (uploads.c.kind == sent.kind, uploads.c.sha256 == sent.sha256, uploads.c.status == "committed")
    found = connection.execute(sa.select(uploads.c.id).where(*same)).scalar()
    return None if found is None else int(found)


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever a cell holds)
    """Return what a database takes: a day for a time, whole numbers of Python."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, str | date) else int(value)
