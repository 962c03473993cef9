"""Rows of tables as lines of JSON, the same from every engine, and back; checksums of them."""

import hashlib
import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from planner.store.columns import POSTGRESQL, Content, Day, File, Moment, Words, written
from planner.store.revisions import columns_at
from planner.store.schema import metadata, one_time_links, sessions, sign_in_attempts

_PASSING: Final = (sessions, one_time_links, sign_in_attempts)
KEPT: Final = tuple(table for table in metadata.sorted_tables if table not in _PASSING)
"""Tables of a backup, each after those it names. Sessions and links are not kept: restored ones would let people in."""

_AT_ONCE: Final = 2_000
_FILES_AT_ONCE: Final = 4


def at_once(columns: Sequence[sa.Column[Any]]) -> int:
    """Return how many rows of some columns may be in memory together: few where one holds a file."""
    return _FILES_AT_ONCE if any(isinstance(column.type, File) for column in columns) else _AT_ONCE


class Checksum:
    """Number and SHA-256 of lines, in their order."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, line: bytes) -> None:
        """Count a line with its end."""
        self.rows += 1
        self._hash.update(line)

    def result(self) -> dict[str, Any]:
        """Return number of rows and hash as they stand in a manifest."""
        return {"rows": self.rows, "sha256": self._hash.hexdigest()}


def lines(connection: sa.Connection, table: sa.Table, columns: Sequence[sa.Column[Any]]) -> Iterator[bytes]:
    """Give some columns of a table as lines of JSON, in the order of its key."""
    query = sa.select(*columns).order_by(*(_ordered(column, connection) for column in table.primary_key))
    for row in connection.execution_options(yield_per=at_once(columns)).execute(query).mappings():
        yield written({column.name: row[column.name] for column in columns}).encode() + b"\n"


def checksums(connection: sa.Connection, revision: str) -> dict[str, dict[str, Any]]:
    """Return number of rows and hash of every kept table, with what it had at a revision."""
    there = {table: columns_at(table, revision) for table in KEPT}
    return {table.name: _checksum(connection, table, columns) for table, columns in there.items() if columns}


def row_of(line: bytes, columns: Sequence[sa.Column[Any]]) -> dict[str, Any]:
    """Return the values of a line of some columns.

    Raises
    ------
    ValueError
        If it is no row of them.
    """
    values = json.loads(line)
    if not isinstance(values, Mapping) or set(values) != {column.name for column in columns}:
        raise ValueError(line[:20])
    return {column.name: _value(column, values[column.name]) for column in columns}


def _checksum(connection: sa.Connection, table: sa.Table, columns: Sequence[sa.Column[Any]]) -> dict[str, Any]:
    found = Checksum()
    for line in lines(connection, table, columns):
        found.add(line)
    return found.result()


def _ordered(column: sa.Column[Any], connection: sa.Connection) -> sa.ColumnElement[Any]:
    """Return a column in an order that does not depend on the language of the server."""
    textual = connection.dialect.name == POSTGRESQL and isinstance(column.type, Words)
    return sa.collate(column, "C") if textual else column


def _value(column: sa.Column[Any], value: object) -> object:
    if value is None or isinstance(column.type, Content):
        return value
    if isinstance(column.type, Moment | Day):
        return (_moment if isinstance(column.type, Moment) else date.fromisoformat)(str(value))
    if isinstance(column.type, File):
        return b64decode(str(value), validate=True)
    if type(value) is not (str if isinstance(column.type, Words) else int):
        raise ValueError(column.name)
    return value


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
