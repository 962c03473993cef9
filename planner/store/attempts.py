"""How often somebody may try to sign in: counted in the database, so that several processes count together.

Every attempt is counted as failed before the password is looked at, and taken back when it was right: many attempts at
the same moment are as slow as one after the other. Of a login only the hash is kept, as people type passwords there.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from planner.store.audit import record
from planner.store.columns import POSTGRESQL
from planner.store.engine import writing
from planner.store.schema import sign_in_attempts, users

FREE: Final = {"login": 5, "address": 30}
"""Attempts before the first wait; many people may sit behind one address."""
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN: Final = timedelta(hours=24)
"""An attempt so long ago counts no more."""


def attempt(engine: sa.Engine, login: str, address: str, *, now: datetime | None = None) -> timedelta:
    """Count an attempt to sign in, and return how long to wait first; nothing to wait means that it may be made.

    Parameters
    ----------
    engine
        The database.
    login
        As it is kept.
    address
        Where the attempt comes from.
    now
        The time; by default that of the clock.

    Raises
    ------
    StoreError
        If the database cannot be written.
    """
    at = now or datetime.now(UTC)
    with writing(engine) as connection:
        last_at = sign_in_attempts.c.last_at
        past = last_at < at - FORGOTTEN
        # counted while the clock was ahead: such a wait would last until that day
        connection.execute(sa.delete(sign_in_attempts).where(past | (last_at > at + LONGEST_WAIT)))
        with connection.begin_nested() as rows:
            counted = {key: _known(connection, key, at) for key in _keys(login, address)}
            wait: timedelta = max(free_at - at for _, free_at in counted.values())
            if wait > timedelta(0):
                rows.rollback()  # who waits leaves no rows, however many logins are tried
                return wait
        for (kind, key_hash), (failures, _) in counted.items():
            _count(connection, kind, key_hash, failures + 1, at)
        if counted["login", _hash("login", login)][0] + 1 == FREE["login"]:
            _tell(connection, login)
    return timedelta(0)


def succeeded(engine: sa.Engine, login: str, address: str) -> None:
    """Forget the failures of a login; of its address only this attempt, so that a success of one's own hides no others.

    Raises
    ------
    StoreError
        If the database cannot be written.
    """
    table = sign_in_attempts
    with writing(engine) as connection:
        connection.execute(sa.delete(table).where(table.c.key_hash == _hash("login", login)))
        mine = (table.c.key_hash == _hash("address", address), table.c.failures > 0)
        connection.execute(sa.update(table).where(*mine).values(failures=table.c.failures - 1, free_at=table.c.last_at))


def wait_after(failures: int, free: int) -> timedelta:
    """Return how long to wait after so many failures: nothing while they are few, then twice as long each time."""
    if failures < free:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(failures - free, 10)), LONGEST_WAIT)


def _keys(login: str, address: str) -> tuple[tuple[str, str], ...]:
    return ("login", _hash("login", login)), ("address", _hash("address", address))


def _known(connection: sa.Connection, key: tuple[str, str], at: datetime) -> tuple[int, datetime]:
    """Return failures and the end of the wait; the row is made if missing, and nobody else counts it meanwhile."""
    table = sign_in_attempts
    insert = postgresql.insert if connection.dialect.name == POSTGRESQL else sqlite.insert
    row = {"key_hash": key[1], "failures": 0, "last_at": at, "free_at": at}
    connection.execute(insert(table).values(row).on_conflict_do_nothing())
    query = sa.select(table.c.failures, table.c.free_at).where(table.c.key_hash == key[1]).with_for_update()
    found = connection.execute(query).one()
    return int(found.failures), found.free_at


def _count(connection: sa.Connection, kind: str, key_hash: str, failures: int, at: datetime) -> None:
    values = {"failures": failures, "last_at": at, "free_at": at + wait_after(failures, FREE[kind])}
    connection.execute(sa.update(sign_in_attempts).where(sign_in_attempts.c.key_hash == key_hash).values(values))


def _tell(connection: sa.Connection, login: str) -> None:
    """Write down that an account that is there was tried too often."""
    found = connection.execute(sa.select(users.c.id, users.c.login).where(users.c.login == login)).one_or_none()
    if found is not None:
        record(connection, found.login, "user.sign_in_slowed", entity="users", key=found.id)


def _hash(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode(errors="backslashreplace")).hexdigest()
