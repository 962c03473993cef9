"""An agent's connection where the records are in PostgreSQL: the rules of the tables show and take own rows only.

The rules (row level security, forced on the owner too; see `migrations.row_rules`) ask who acts. That is said once,
before the first statement of the agent, and cannot be said again in the same transaction. The connection takes no
statement that would end the transaction or make objects, one statement at a time, and is closed afterwards: settings,
locks and prepared statements of an agent never come back to the office.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from planner.store.errors import StoreError
from planner.store.rights_agent import AGENT, TIME_LIMIT_S, told_agent
from planner.store.schema import metadata

_KEYS: Final = {
    "42501": "store.acting.refused",
    "42601": "store.acting.refused",
    "42P01": "store.acting.refused",
    "57014": "store.acting.too_long",
    "PLA01": "store.acting.nobody",
    "PLA02": "store.acting.not_active",
}
_ACTS: Final = "planner_act(%(who)s, %(reads)s)"
_LOOKS: Final = "planner_look(%(who)s)"
_BESIDE: Final = ("actors", "alembic_version")
_ABOVE = """
SELECT count(*) FROM pg_catalog.pg_roles
WHERE (rolsuper OR rolbypassrls) AND pg_catalog.pg_has_role(session_user, oid, 'MEMBER')"""
_RULED = """
SELECT relname FROM pg_catalog.pg_class
WHERE relname = ANY (%s) AND pg_catalog.pg_table_is_visible(oid) AND relrowsecurity AND relforcerowsecurity"""


@contextmanager
def reading(engine: sa.Engine, user_id: int | None) -> Iterator[sa.Connection]:
    """Give an agent a connection that reads own rows at one moment. Raises like `acting.reading_as`."""
    with _opened(engine, _ACTS, user_id, reads=True) as (connection, transaction):
        yield connection
        transaction.rollback()  # who acted need not be kept, nor anything else


@contextmanager
def looking(engine: sa.Engine, agent_id: int) -> Iterator[sa.Connection]:
    """Give the office the connection of `reading` for an agent who may have no account."""
    with _opened(engine, _LOOKS, agent_id, reads=True) as (connection, transaction):
        yield connection
        transaction.rollback()


@contextmanager
def writing(engine: sa.Engine, user_id: int | None) -> Iterator[sa.Connection]:
    """Give an agent a connection that also writes own visits. Raises like `acting.writing_as`."""
    with _opened(engine, _ACTS, user_id, reads=False) as (connection, _transaction):
        yield connection


def stands_above(connection: sa.Connection) -> bool:
    """Say whether the login of a connection is one that the rules of the tables do not bind."""
    return bool(connection.exec_driver_sql(_ABOVE).scalar_one())


def unruled(connection: sa.Connection) -> list[str]:
    """Return the tables of ours whose rules are missing or do not bind their owner, by name."""
    wanted = {*metadata.tables, *_BESIDE}
    return sorted(wanted - set(connection.exec_driver_sql(_RULED, (list(wanted),)).scalars()))


@contextmanager
def _opened(
    engine: sa.Engine, begins: str, who: int | None, *, reads: bool
) -> Iterator[tuple[sa.Connection, sa.RootTransaction]]:
    with told_agent(engine, _key), engine.connect() as connection:
        if reads:
            connection.execution_options(isolation_level="REPEATABLE READ")
        connection.detach()  # it never comes back to the pool
        with connection.begin() as transaction:
            if stands_above(connection) or unruled(connection):
                raise StoreError("store.acting.not_bound")
            connection.info[AGENT] = _begun(connection, begins, who, reads=reads)
            _guard(connection)
            yield connection, transaction


def _begun(connection: sa.Connection, begins: str, who: int | None, *, reads: bool) -> int:
    limit = f"{int(TIME_LIMIT_S * 1_000)}ms"
    limits = "set_config('statement_timeout', %(limit)s, true), set_config('lock_timeout', %(limit)s, true)"
    query = f"SELECT {begins}, {limits}"
    connection.exec_driver_sql(query, {"who": who, "reads": reads, "limit": limit})
    return int(connection.exec_driver_sql("SELECT (planner_actor()).agent_id").scalar_one())


def _guard(connection: sa.Connection) -> None:
    from planner.store.rights_cursor import Guarded, NoServerCursor  # noqa: PLC0415 (needs the driver of PostgreSQL)

    driver: Any = connection.connection.dbapi_connection
    driver.prepare_threshold = 0  # every statement is prepared: the server takes one at a time
    driver.cursor_factory = Guarded
    driver.server_cursor_factory = NoServerCursor


def _key(error: BaseException) -> str | None:
    return _KEYS.get(getattr(error, "sqlstate", None) or "")
