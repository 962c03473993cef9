"""An agent's connection where the records are in SQLite: a database in memory with copies of the own rows.

SQLite knows no users, and a view hides nothing from SQL that names the table behind it. So an agent's statements never
reach the file: they see what was copied for this transaction, and own visits that were added or changed there are
checked and carried back by the program. What such statements may do at all, SQLite asks of `_allowed`.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NoReturn

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from geodata.office_day import today
from planner.store import engine as office_engine
from planner.store.audit import record
from planner.store.errors import StoreError
from planner.store.rights_agent import AGENT, CHANGEABLE, FUNCTIONS, TIME_LIMIT_S, checked, told_agent
from planner.store.schema import agents, assignments, metadata, users, visits

_KEYS: Final = {
    sqlite3.SQLITE_AUTH: "store.acting.refused",
    sqlite3.SQLITE_INTERRUPT: "store.acting.too_long",
    sqlite3.SQLITE_TOOBIG: "store.acting.too_long",
}
_LARGEST_VALUE: Final = 1_000_000  # bytes
_STEPS: Final = 5_000  # of SQLite's machine, between two looks at the clock
_HOLDS: Final = "agent_id = :agent AND from_on <= :today AND (to_on IS NULL OR to_on >= :today)"
_OWN: Final = f"village_code IN (SELECT village_code FROM assignments WHERE {_HOLDS})"  # noqa: S608 (ours)
_STANDING: Final = "(upload_id IS NULL OR upload_id NOT IN (SELECT id FROM uploads WHERE status = 'undone'))"
_SEEN: Final[Mapping[str, str]] = {
    "offices": "id = :office",
    "agents": "id = :agent",
    "assignments": _HOLDS,
    "participants": f"{_OWN} AND {_STANDING}",
    "funded_groups": f"{_OWN} AND {_STANDING}",
    "declared": _OWN,
    "launches": _OWN,
    "launch_steps": f"launch_id IN (SELECT id FROM launches WHERE {_OWN})",  # noqa: S608 (ours)
    "visit_dates": f"agent_id = :agent AND {_OWN}",
    "visits": f"agent_id = :agent AND {_OWN} AND {_STANDING}",
}
"""Tables with rows for an agent, and which; all others are empty there."""
_WITH_ACCOUNT: Final = sa.and_(users.c.role == "agent", users.c.disabled_at.is_(None))


@dataclass(frozen=True)
class _Agent:
    agent_id: int
    login: str | None
    office_id: int | None


@contextmanager
def reading(engine: sa.Engine, user_id: int | None) -> Iterator[sa.Connection]:
    """Give an agent a connection that reads own rows at one moment. Raises like `acting.reading_as`."""
    with _seen(engine, users.c.id == user_id, _WITH_ACCOUNT) as connection:
        yield connection


@contextmanager
def looking(engine: sa.Engine, agent_id: int) -> Iterator[sa.Connection]:
    """Give the office the connection of `reading` for an agent who may have no account."""
    with _seen(engine, agents.c.id == agent_id, sa.or_(agents.c.user_id.is_(None), _WITH_ACCOUNT)) as connection:
        yield connection


@contextmanager
def _seen(engine: sa.Engine, *who: sa.ColumnElement[bool]) -> Iterator[sa.Connection]:
    with office_engine.reading(engine) as office:
        agent = _at_work(office, *who)
        rows = _own_rows(office, agent)
    with told_agent(engine, _key), _private(agent, rows) as connection:
        _driver(connection).guard(writes=False)
        yield connection


@contextmanager
def writing(engine: sa.Engine, user_id: int | None) -> Iterator[sa.Connection]:
    """Give an agent a connection that also writes own visits. Raises like `acting.writing_as`."""
    with office_engine.writing(engine) as office:
        agent = _at_work(office, users.c.id == user_id, _WITH_ACCOUNT)
        rows = _own_rows(office, agent)
        with told_agent(engine, _key), _private(agent, rows) as connection:
            _number_as(connection, office)
            before = _visits(connection)
            _driver(connection).guard(writes=True)
            yield connection
            after = _visits(connection)
        place = assignments.columns.keys().index("village_code")
        villages = {row[place] for row in rows["assignments"]}
        _carry_back(office, agent, villages, before, after)


def _at_work(office: sa.Connection, *who: sa.ColumnElement[bool]) -> _Agent:
    works = sa.or_(agents.c.left_on.is_(None), agents.c.left_on > today())
    query = (
        sa.select(agents.c.id, users.c.login, agents.c.office_id)
        .outerjoin_from(agents, users, agents.c.user_id == users.c.id)
        .where(works, *who)
    )
    found = office.execute(query).one_or_none()
    if found is None:
        raise StoreError("store.acting.not_active")
    return _Agent(*found)


def _own_rows(office: sa.Connection, agent: _Agent) -> dict[str, Sequence[sa.Row[Any]]]:
    """Return the rows an agent sees, by table, with values as SQLite keeps them."""
    values = {"agent": agent.agent_id, "office": agent.office_id, "today": today().isoformat()}
    found = {}
    for name, condition in _SEEN.items():
        columns = ", ".join(metadata.tables[name].columns.keys())
        query = f"SELECT {columns} FROM {name} WHERE {condition}"  # noqa: S608 (all of it is ours)
        found[name] = office.exec_driver_sql(query, values).all()
    return found


def _carry_back(
    office: sa.Connection, agent: _Agent, villages: set[str], before: dict[int, Any], after: dict[int, Any]
) -> None:
    """Write the visits an agent added or changed, each with its record, or refuse them all."""
    now = datetime.now(UTC)
    if before.keys() - after.keys():
        raise StoreError("store.acting.refused")
    for number, row in sorted(after.items()):
        earlier = before.get(number)
        if row == earlier:
            continue
        foreign = row["agent_id"] != agent.agent_id or row["village_code"] not in villages
        uploaded = row["upload_id"] is not None or (earlier is not None and earlier["upload_id"] is not None)
        if foreign or uploaded:
            raise StoreError("store.acting.refused")
        kept = {"agent_id": agent.agent_id, **{name: row[name] for name in CHANGEABLE}}
        if earlier is None:
            _refuse_taken(office, agent, row["entry_key"])
            new = {"written_at": now, "entry_key": row["entry_key"], **kept}
            made = office.execute(sa.insert(visits).values(new)).inserted_primary_key
            assert made is not None
            key, was, deed = made[0], None, "visit.written"
        else:
            office.execute(sa.update(visits).where(visits.c.id == number).values(written_at=now, **kept))
            key, was, deed = number, {name: earlier[name] for name in kept}, "visit.changed"
        record(office, str(agent.login), deed, entity="visits", key=key, before=was, after=kept)


def _refuse_taken(office: sa.Connection, agent: _Agent, entry_key: str | None) -> None:
    """Refuse the key of an entry that the agent does not see any more, as of a village that another has now."""
    same = (visits.c.agent_id == agent.agent_id, visits.c.entry_key == entry_key)
    if entry_key is not None and office.execute(sa.select(visits.c.id).where(*same)).first() is not None:
        raise StoreError("store.visit.other_entry")


def _visits(connection: sa.Connection) -> dict[int, dict[str, Any]]:
    return {row["id"]: dict(row) for row in connection.execute(sa.select(visits)).mappings()}


# --- the database in memory


class _Private(sqlite3.Connection):
    """A database in memory; once guarded, it takes the statements of an agent only."""

    guarded = False
    until = 0.0

    def guard(self, *, writes: bool) -> None:
        """Take the statements of an agent only, from now on."""

        def asked(action: int, first: str | None, second: str | None, *_where: str | None) -> int:
            return sqlite3.SQLITE_OK if _allowed(action, first, second, writes=writes) else sqlite3.SQLITE_DENY

        self.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
        self.set_authorizer(asked)
        self.set_progress_handler(lambda: time.monotonic() > self.until, _STEPS)
        self.guarded = True

    def admit(self, statement: str) -> str:
        """Return a statement that may run, and start its clock."""
        self.until = time.monotonic() + TIME_LIMIT_S
        return checked(statement) if self.guarded else statement

    def cursor(self, factory: Any = None) -> Any:  # noqa: ANN401, ARG002 (theirs)
        """Return a cursor that asks before it runs a statement."""
        return super().cursor(_Cursor)

    def execute(self, statement: str, *values: Any) -> Any:  # noqa: ANN401 (theirs)
        """Run a statement."""
        return self.cursor().execute(statement, *values)

    def executemany(self, statement: str, *values: Any) -> Any:  # noqa: ANN401 (theirs)
        """Run a statement several times."""
        return self.cursor().executemany(statement, *values)

    def executescript(self, *_arguments: Any) -> NoReturn:  # noqa: ANN401 (theirs)
        """Refuse several statements in one text."""
        raise StoreError("store.acting.refused")


class _Cursor(sqlite3.Cursor):
    """A cursor that asks its connection before it runs a statement."""

    connection: _Private

    def execute(self, statement: str, *values: Any) -> "_Cursor":  # noqa: ANN401 (theirs)
        """Run a statement."""
        super().execute(self.connection.admit(statement), *values)
        return self

    def executemany(self, statement: str, *values: Any) -> "_Cursor":  # noqa: ANN401 (theirs)
        """Run a statement several times."""
        super().executemany(self.connection.admit(statement), *values)
        return self

    def executescript(self, *_arguments: Any) -> NoReturn:  # noqa: ANN401 (theirs)
        """Refuse several statements in one text."""
        raise StoreError("store.acting.refused")


def _allowed(action: int, first: str | None, second: str | None, *, writes: bool) -> bool:
    """Say whether a statement may do something; what is not named here it may not."""
    if action == sqlite3.SQLITE_READ:
        return not str(first).lower().startswith(("sqlite_", "pragma_"))
    if action == sqlite3.SQLITE_FUNCTION:
        return str(second).lower() in FUNCTIONS
    if action == sqlite3.SQLITE_INSERT:
        return writes and first == visits.name
    if action == sqlite3.SQLITE_UPDATE:
        return writes and first == visits.name and second in CHANGEABLE
    return action == sqlite3.SQLITE_SELECT


def _new() -> _Private:
    return sqlite3.connect(":memory:", factory=_Private, isolation_level=None, check_same_thread=False)


@cache
def _memory() -> sa.Engine:
    return sa.create_engine("sqlite://", creator=_new, poolclass=NullPool, hide_parameters=True)


@cache
def _tables() -> bytes:
    """Return an empty database with our tables; there are too few rows for indexes to be worth their making."""
    with _memory().connect() as connection:
        for table in metadata.sorted_tables:
            connection.execute(sa.schema.CreateTable(table))
        connection.commit()
        return _driver(connection).serialize()


@contextmanager
def _private(agent: _Agent, rows: Mapping[str, Sequence[sa.Row[Any]]]) -> Iterator[sa.Connection]:
    with _memory().connect() as connection:
        driver = _driver(connection)
        driver.deserialize(_tables())
        driver.execute("PRAGMA ignore_check_constraints = ON")  # they were looked at when the rows were written
        driver.execute("BEGIN")
        for name, found in rows.items():
            if found:
                places = ", ".join("?" * len(found[0]))
                driver.executemany(f"INSERT INTO {name} VALUES ({places})", found)  # noqa: S608 (ours)
        driver.execute("COMMIT")
        driver.execute("PRAGMA ignore_check_constraints = OFF")
        connection.info[AGENT] = agent.agent_id
        yield connection


def _number_as(connection: sa.Connection, office: sa.Connection) -> None:
    """Let new visits have the numbers that the office will give them: no other writer is at work."""
    query = "SELECT seq FROM sqlite_sequence WHERE name = 'visits'"
    newest = office.exec_driver_sql(query).scalar() or 0
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'visits'")
    connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES ('visits', ?)", (newest,))


def _driver(connection: sa.Connection) -> _Private:
    driver = connection.connection.driver_connection
    assert isinstance(driver, _Private)
    return driver


def _key(error: BaseException) -> str | None:
    if "no such" in str(error):  # table, column, function
        return "store.acting.refused"
    return _KEYS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
