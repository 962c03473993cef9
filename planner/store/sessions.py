"""Who is signed in: sessions of which only the hash of the token is kept, looked up on every request."""

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from planner.rights import Principal
from planner.store.audit import record
from planner.store.engine import reading, writing
from planner.store.errors import StoreMachineError
from planner.store.schema import agents, one_time_links, sessions, users

IDLE: Final = timedelta(hours=12)
"""A session nobody used for so long is over."""
LONGEST: Final = timedelta(days=7)
"""A session is over after so long, however much it is used."""
KEPT: Final = timedelta(days=30)
"""How long sessions and links that are over stay."""

_RENEWED_AFTER: Final = timedelta(minutes=15)  # so that most requests only read
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return a token that nobody can guess: 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is kept of a token; it is as random as its hash is long, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(text: str) -> bool:
    """Say whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def begin(engine: sa.Engine, user_id: int, *, instead_of: str | None = None, now: datetime | None = None) -> str:
    """Begin a session for somebody who has proved who it is, and return its token.

    Parameters
    ----------
    engine
        The database.
    user_id
        Whose it is.
    instead_of
        Token of the session the browser had before; that one ends.
    now
        The time; by default that of the clock.

    Raises
    ------
    StoreError
        If the database cannot be written.
    """
    at, token = now or datetime.now(UTC), new_token()
    with writing(engine) as connection:
        login = connection.execute(sa.select(users.c.login).where(users.c.id == user_id)).scalar_one()
        _forget_old(connection, at)
        if instead_of and is_token(instead_of):
            _end(connection, sessions.c.token_hash == hash_of(instead_of), at)
        row = {"token_hash": hash_of(token), "user_id": user_id, "created_at": at, "expires_at": at + IDLE}
        connection.execute(sa.insert(sessions).values(row))
        record(connection, login, "user.signed_in", entity="users", key=user_id)
    return token


def principal_of(engine: sa.Engine, token: str, *, now: datetime | None = None) -> Principal | None:
    """Return who is signed in by a token; nothing if the session is over or the account disabled.

    A session that is used goes on: its end moves away, at most to `LONGEST` after its begin.

    Parameters
    ----------
    engine
        The database.
    token
        What the browser sent.
    now
        The time; by default that of the clock.

    Raises
    ------
    StoreError
        If the database cannot be read.
    """
    if not is_token(token):
        return None
    at, key = now or datetime.now(UTC), hash_of(token)
    with reading(engine) as connection:
        found = connection.execute(_FOUND, {"key": key}).one_or_none()
    if found is None or found.ended_at is not None or found.disabled_at is not None or found.expires_at <= at:
        return None
    if found.created_at > at + IDLE:  # begun while the clock was ahead: it would last until that day
        return None
    later = min(at + IDLE, found.created_at + LONGEST)
    if later - found.expires_at > _RENEWED_AFTER:
        _renew(engine, key, later)
    return Principal(found.id, found.login, found.name, found.role, found.agent_id)


def end(engine: sa.Engine, token: str, *, now: datetime | None = None) -> None:
    """End a session; a token of none is passed over.

    Raises
    ------
    StoreError
        If the database cannot be written.
    """
    if not is_token(token):
        return
    with writing(engine) as connection:
        query = sa.select(users.c.id, users.c.login).join(sessions, sessions.c.user_id == users.c.id)
        mine = sessions.c.token_hash == hash_of(token)
        found = connection.execute(query.where(mine, sessions.c.ended_at.is_(None))).one_or_none()
        if found is not None:
            _end(connection, mine, now or datetime.now(UTC))
            record(connection, found.login, "user.signed_out", entity="users", key=found.id)


def end_all(connection: sa.Connection, user_id: int, *, now: datetime) -> int:
    """End all sessions of an account in the transaction that changes it, and return how many there were."""
    return _end(connection, sessions.c.user_id == user_id, now)


def spend_links(connection: sa.Connection, user_id: int, *, now: datetime) -> None:
    """Let the unused one-time links of an account work no more, in the transaction that changes it."""
    unused = (one_time_links.c.user_id == user_id, one_time_links.c.used_at.is_(None))
    connection.execute(sa.update(one_time_links).where(*unused).values(used_at=now))


_FOUND: Final = (
    sa.select(
        *(sessions.c.created_at, sessions.c.expires_at, sessions.c.ended_at),
        *(users.c.id, users.c.login, users.c.name, users.c.role, users.c.disabled_at),
        agents.c.id.label("agent_id"),
    )
    .select_from(
        sessions.join(users, sessions.c.user_id == users.c.id).outerjoin(agents, agents.c.user_id == users.c.id)
    )
    .where(sessions.c.token_hash == sa.bindparam("key"))
)


def _renew(engine: sa.Engine, key: str, later: datetime) -> None:
    alive = (sessions.c.token_hash == key, sessions.c.ended_at.is_(None))
    try:
        with writing(engine) as connection:
            connection.execute(sa.update(sessions).where(*alive).values(expires_at=later))
    except StoreMachineError:  # busy or full: the session lives on until its end, and the next request tries again
        return


def _end(connection: sa.Connection, which: sa.ColumnElement[bool], now: datetime) -> int:
    ended = sa.update(sessions).where(which, sessions.c.ended_at.is_(None)).values(ended_at=now)
    return connection.execute(ended).rowcount


def _forget_old(connection: sa.Connection, now: datetime) -> None:
    for table in (sessions, one_time_links):
        connection.execute(sa.delete(table).where(table.c.expires_at < now - KEPT))
