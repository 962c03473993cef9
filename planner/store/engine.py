"""Connections: SQLite in the data folder, or PostgreSQL; reading sees one moment, writing is one transaction."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event, exc

from planner.store.columns import POSTGRESQL, SQLITE
from planner.store.errors import StoreError, StoreMachineError
from planner.store.trouble import told

Engine = sa.Engine
"""A database, for those that may not import SQLAlchemy."""
VARIABLE: Final = "PLANNER_DATABASE_URL"
DRIVER: Final = "postgresql+psycopg"

_BUSY_S: Final = 10  # one attempt to become the writer
_ATTEMPTS: Final = 3
_CONNECT_S: Final = 10
_WRITES: Final = "planner_writes"
_RULED: Final = "planner_row_rules"
_SETTINGS: Final = (
    "journal_mode = WAL",  # readers and the writer do not wait for each other
    "synchronous = FULL",  # what was acknowledged outlives a power cut
    "foreign_keys = ON",
    "trusted_schema = OFF",
)


def connect(url: str | None, file: Path) -> sa.Engine:
    """Return the database: PostgreSQL at an address, else SQLite in a file; nothing is opened or made yet.

    Parameters
    ----------
    url
        Address such as ``postgresql+psycopg://user:password@host/name``; by default that of the variable
        PLANNER_DATABASE_URL.
    file
        Where the SQLite database lies if there is no address; see `geodata.paths.Paths.records`.

    Raises
    ------
    StoreError
        If the address is none of a PostgreSQL database. The message does not repeat it: it may hold a password.
    StoreMachineError
        If the driver of PostgreSQL is not installed.
    """
    address = url or os.environ.get(VARIABLE)
    return _postgresql(address) if address else _sqlite(file)


def in_use(file: Path) -> bool:
    """Say whether there are records: a PostgreSQL database is named, or the SQLite file is there."""
    return bool(os.environ.get(VARIABLE)) or file.is_file()


@contextmanager
def opened(url: str | None, file: Path) -> Iterator[sa.Engine]:
    """Give the database for the length of a block; its connections are closed afterwards. Raises like `connect`."""
    engine = connect(url, file)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection that sees the database at one moment and cannot write.

    Raises
    ------
    StoreError
        If the database cannot be read.
    """
    with _told(engine), engine.connect() as connection:
        if engine.dialect.name == POSTGRESQL:
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin() as transaction:
            act_as_office(connection, reads=True)
            yield connection
            transaction.rollback()  # who acted need not be kept


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection whose changes are kept all together when the block ends well, or not at all.

    SQLite has one writer at a time: the block begins when it is ours to write.

    Raises
    ------
    StoreError
        If a rule of the database is broken, or the database cannot be written.
    """
    with _told(engine), engine.connect().execution_options(**{_WRITES: True}) as connection, _begun(connection):
        if engine.dialect.name == POSTGRESQL:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_BUSY_S * _ATTEMPTS}s'")
        act_as_office(connection, reads=False)
        yield connection


def act_as_office(connection: sa.Connection, *, reads: bool) -> None:
    """Say that the office acts in this transaction: the row rules of PostgreSQL show nothing to nobody.

    Parameters
    ----------
    connection
        A connection whose transaction has begun.
    reads
        Nothing may be written afterwards.
    """
    if connection.dialect.name != POSTGRESQL:
        return
    if not connection.info.get(_RULED):  # a database that gets its tables only now has no rules yet
        query = "SELECT to_regprocedure('planner_act(bigint, boolean)') IS NOT NULL"
        connection.info[_RULED] = connection.exec_driver_sql(query).scalar_one()
    if connection.info[_RULED]:
        connection.exec_driver_sql("SELECT planner_act(NULL, %s)", (reads,))
    elif reads:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _begun(connection: sa.Connection) -> sa.RootTransaction:
    for _ in range(_ATTEMPTS - 1):
        try:
            return connection.begin()
        except exc.OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.1)
    return connection.begin()


@contextmanager
def _told(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except exc.SQLAlchemyError as error:
        if isinstance(error, exc.StatementError) and isinstance(error.orig, StoreError):
            raise error.orig from None  # a type of a column refused a value
        if engine.dialect.name == SQLITE and not Path(str(engine.url.database)).exists():
            raise StoreError("store.none_yet", file=engine.url.database) from error
        raise told(error, engine) from error


def _postgresql(address: str) -> sa.Engine:
    try:
        url = sa.make_url(address)
    except (exc.ArgumentError, ValueError):
        raise StoreError("store.bad_url", variable=VARIABLE) from None  # the original repeats the address
    if url.drivername not in {DRIVER, "postgresql", "postgres"} or not url.database:
        raise StoreError("store.bad_url", variable=VARIABLE)
    try:
        return sa.create_engine(
            url.set(drivername=DRIVER),
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": _CONNECT_S, "application_name": "desa-sadar-planner"},
        )
    except ModuleNotFoundError as error:
        raise StoreMachineError("store.no_driver") from error


def _sqlite(file: Path) -> sa.Engine:
    """Return a SQLite database that is opened only if it is there: a wrong folder makes no empty one."""
    address = f"{file.absolute().as_uri()}?mode=rw"

    def opened() -> sqlite3.Connection:
        made = sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        for setting in _SETTINGS:
            made.execute(f"PRAGMA {setting}")
        return made

    url = sa.URL.create("sqlite", database=str(file.absolute()))
    engine = sa.create_engine(url, creator=opened, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    """Begin as a writer or as a reader; a reader that turned writer would fail where another wrote meanwhile."""
    options: Any = connection.get_execution_options()
    writes = bool(options.get(_WRITES))
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
