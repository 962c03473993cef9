"""From what a database driver says to what a user can act on."""

import sqlite3
from typing import Final

import sqlalchemy as sa
from sqlalchemy import exc

from planner.store.columns import SQLITE
from planner.store.errors import StoreError, StoreMachineError

_SQLITE: Final = {
    sqlite3.SQLITE_FULL: "store.disk_full",
    sqlite3.SQLITE_READONLY: "store.read_only",
    sqlite3.SQLITE_PERM: "store.read_only",
    sqlite3.SQLITE_BUSY: "store.locked",
    sqlite3.SQLITE_LOCKED: "store.locked",
    sqlite3.SQLITE_NOTADB: "store.damaged",
    sqlite3.SQLITE_CORRUPT: "store.damaged",
    sqlite3.SQLITE_CANTOPEN: "store.cannot_open",
    sqlite3.SQLITE_IOERR: "store.disk_full",  # a quota or a broken disk: the driver does not tell them apart
}
_READING: Final = frozenset({sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ})
_POSTGRESQL: Final = {
    "53100": "store.disk_full",
    "25006": "store.read_only",
    "42501": "store.read_only",
    "55P03": "store.locked",
    "40P01": "store.locked",
    "57014": "store.locked",
    "XX001": "store.damaged",
    "XX002": "store.damaged",
}
_UNDEFINED_TABLE: Final = "42P01"
_LONGEST: Final = 200


def told(error: exc.SQLAlchemyError, engine: sa.Engine) -> StoreError:
    """Return the error a user understands; it holds no password.

    Parameters
    ----------
    error
        What the driver raised.
    engine
        The database it speaks of.
    """
    where = place_of(engine)
    if isinstance(error, exc.TimeoutError):
        return StoreMachineError("store.locked", database=where)
    original = error.orig if isinstance(error, exc.DBAPIError) else None
    if original is None:
        return StoreMachineError("store.failed", database=where, reason=_reason(error, engine))
    if isinstance(error, exc.IntegrityError):
        return StoreError("store.rule", rule=_rule(original))
    key = _sqlite_key(original) if engine.dialect.name == SQLITE else _postgresql_key(original, error)
    if key == "store.not_migrated":
        return StoreError(key, database=where)
    if key in {"store.no_connection", "store.failed"}:
        return StoreMachineError(key, database=where, reason=_reason(original, engine))
    return StoreMachineError(key, database=where)


def place_of(engine: sa.Engine) -> str:
    """Return where a database is, without its user and password."""
    url = engine.url
    if engine.dialect.name == SQLITE:
        return str(url.database)
    host = url.host or url.query.get("host") or "localhost"
    return f"{host}{f':{url.port}' if url.port else ''}/{url.database or ''}"


def _sqlite_key(error: BaseException) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code in _READING:
        return "store.damaged"
    if code is not None and code & 0xFF in _SQLITE:
        return _SQLITE[code & 0xFF]
    return "store.not_migrated" if "no such table" in str(error) else "store.failed"


def _postgresql_key(error: BaseException, wrapper: exc.SQLAlchemyError) -> str:
    state = getattr(error, "sqlstate", None)
    if state == _UNDEFINED_TABLE:
        return "store.not_migrated"
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    lost = isinstance(wrapper, exc.DBAPIError) and wrapper.connection_invalidated
    unreached = isinstance(wrapper, exc.OperationalError) and state is None
    return (
        "store.no_connection"
        if lost or unreached or (state or "").startswith(("08", "57P", "28", "3D", "533", "55000"))
        else "store.failed"
    )


def _rule(error: BaseException) -> str:
    """Return the name of the rule that was broken; never the values, which may be somebody's."""
    named = getattr(getattr(error, "diag", None), "constraint_name", None)
    return str(named or str(error).rpartition(": ")[2])[:_LONGEST]


def _reason(error: BaseException, engine: sa.Engine) -> str:
    line = next((part.strip() for part in str(error).splitlines() if part.strip()), type(error).__name__)
    secret = engine.url.password
    return (line.replace(str(secret), "***") if secret else line)[:_LONGEST].rstrip(".")
