"""What left the office, in the records: every exported file with what it was made from, and who made it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from planner.errors import PlanError
from planner.export_shelf import KEPT_IN_ALL, MOST, Entry, Exported
from planner.provenance import Stamp
from planner.rights import CONSOLE, Principal
from planner.store.audit import record
from planner.store.engine import reading, writing
from planner.store.schema import exports, users
from planner.store.trouble import place_of

_STAMPED: Final = ("kind", "format", "language", "fingerprint", "plan", "plan_sha256", "params_sha256", "smallest")
_OF_STAMP: Final = (*_STAMPED, "made_on", "asked", "program")


@dataclass(frozen=True)
class ExportRecords:
    """The exports of the office; see `planner.export_shelf.ExportShelf`.

    Every method raises a StoreError where the records cannot be read or written.

    Attributes
    ----------
    engine
        The records.
    principal
        Who exports.
    """

    engine: sa.Engine
    principal: Principal

    @property
    def where(self) -> str:
        """The database."""
        return place_of(self.engine)

    def keep(self, stamp: Stamp, file: Exported) -> None:
        """Write down an exported file, and in the trail who made it.

        Raises
        ------
        PlanError
            If the account is disabled meanwhile.
        """
        with writing(self.engine) as connection:
            keep(connection, stamp, file, by=self.principal)

    def last(self, most: int = MOST) -> list[Entry]:
        """Return the last exports, the newest first."""
        with reading(self.engine) as connection:
            return _entries(connection, most=most)

    def found(self, sha256: str) -> list[Entry]:
        """Return the exports with exactly these bytes, the newest first."""
        with reading(self.engine) as connection:
            return _entries(connection, exports.c.sha256 == sha256)

    def by_number(self, number: str) -> list[Entry]:
        """Return the exports with a number, the newest first."""
        with reading(self.engine) as connection:
            return _entries(connection, exports.c.number == number)

    def content_of(self, sha256: str) -> bytes | None:
        """Return a file again; nothing where it is not kept."""
        query = sa.select(exports.c.content).where(exports.c.sha256 == sha256, exports.c.content.is_not(None))
        with reading(self.engine) as connection:
            found: bytes | None = connection.execute(query.limit(1)).scalar()
        return found


def keep(connection: sa.Connection, stamp: Stamp, file: Exported, *, by: Principal) -> None:
    """Write down an exported file in the transaction of a connection.

    Parameters
    ----------
    connection
        The connection of `planner.store.engine.writing`.
    stamp, file
        What it was made from, and the file.
    by
        Who exports it.

    Raises
    ------
    PlanError
        If the account is disabled meanwhile: a page may stand open for long.
    """
    _still_here(connection, by)
    told = {name: value for name, value in stamp.record().items() if name in _OF_STAMP}
    known = sa.select(exports.c.id).where(exports.c.sha256 == file.sha256, exports.c.content.is_not(None))
    content = None if connection.execute(known.limit(1)).first() else file.content
    row = {**told, "made_on": stamp.made_on, "number": stamp.id, "sha256": file.sha256, "bytes": file.size}
    row |= {"made_at": datetime.now(UTC), "by_id": by.user_id, "content": content}
    made = connection.execute(sa.insert(exports).values(row)).inserted_primary_key
    assert made is not None
    after = {"document": stamp.kind, "format": stamp.format, "plan": stamp.plan, **told["asked"]}
    record(connection, by.login, "export.made", entity="exports", key=made[0], after={**after, "sha256": file.sha256})
    if content is not None:
        _make_room(connection)


def _still_here(connection: sa.Connection, by: Principal) -> None:
    if by.user_id is None:
        return
    query = sa.select(users.c.id).where(users.c.id == by.user_id, users.c.disabled_at.is_(None))
    if connection.execute(query).first() is None:
        raise PlanError("rights.signed_out")


def _make_room(connection: sa.Connection) -> None:
    """Let the oldest contents go where all together are too many bytes; what was exported stays written down."""
    query = sa.select(exports.c.id, exports.c.bytes).where(exports.c.content.is_not(None)).order_by(exports.c.id.desc())
    total, gone = 0, []
    for number, size in connection.execute(query):
        total += size
        if total > KEPT_IN_ALL:
            gone.append(number)
    if gone:
        connection.execute(sa.update(exports).where(exports.c.id.in_(gone)).values(content=None))


def _entries(connection: sa.Connection, *conditions: sa.ColumnElement[bool], most: int = MOST) -> list[Entry]:
    other = exports.alias()
    same = sa.select(other.c.id).where(other.c.sha256 == exports.c.sha256, other.c.content.is_not(None))
    columns = [column for column in exports.c if column is not exports.c.content]
    query = (
        sa.select(*columns, users.c.login, same.exists().label("kept"))
        .select_from(exports.outerjoin(users, exports.c.by_id == users.c.id))
        .where(*conditions)
        .order_by(exports.c.id.desc())
        .limit(most)
    )
    return list(_told(connection.execute(query)))


def _told(rows: Iterable[sa.Row[Any]]) -> Iterable[Entry]:
    for row in rows:
        stamp = Stamp(**{name: getattr(row, name) for name in _OF_STAMP})
        yield Entry(stamp, row.sha256, row.bytes, row.made_at, row.login or CONSOLE.login, bool(row.kept))
