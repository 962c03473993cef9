"""Types of columns that mean the same in SQLite and in PostgreSQL.

SQLite has texts, whole numbers and nothing else here (tables are STRICT), so that no other kind of value gets in.
"""

import json
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from planner.store.errors import StoreError

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

ID: Final = sa.BigInteger().with_variant(sa.Integer(), SQLITE)
COUNT: Final = sa.Integer()


class Words(TypeDecorator[str]):
    """A text that both engines can hold: no NUL, no half characters."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (their signature)
        """Refuse a text that PostgreSQL cannot hold, on both engines."""
        if value is not None and ("\0" in value or not _is_whole(value)):
            raise StoreError("store.bad_text", text=value.encode("unicode_escape").decode()[:60])
        return value


class Login(Words):
    """The name a user signs in with: without case, so that Admin and admin are one user."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Bring a name into the form it is kept and looked up in."""
        checked = super().process_bind_param(value, dialect)
        return None if checked is None else unicodedata.normalize("NFKC", checked).strip().casefold()


class Moment(TypeDecorator[datetime]):
    """A point in time, UTC; in SQLite a text of fixed width whose order is the order of time."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that an engine has for it."""
        return postgresql.TIMESTAMP(timezone=True) if dialect.name == POSTGRESQL else sa.Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Return a time as an engine keeps it.

        Raises
        ------
        TypeError
            If the time has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a time needs a zone: {value}"
            raise TypeError(msg)
        moved = value.astimezone(UTC)
        return moved if dialect.name == POSTGRESQL else moved.isoformat(timespec="microseconds")

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (their signature)
        """Return a kept time in UTC."""
        if value is None:
            return None
        return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)


class Day(TypeDecorator[date]):
    """A day of the calendar; in SQLite a text such as 2026-11-22."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that an engine has for it."""
        return sa.Date() if dialect.name == POSTGRESQL else sa.Text()

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:
        """Return a day as an engine keeps it.

        Raises
        ------
        TypeError
            If it is a time, whose day depends on the zone.
        """
        if value is None:
            return None
        if isinstance(value, datetime):
            msg = f"a day, not a time: {value}"
            raise TypeError(msg)
        return value if dialect.name == POSTGRESQL else value.isoformat()

    def process_result_value(self, value: date | str | None, dialect: Dialect) -> date | None:  # noqa: ARG002 (their signature)
        """Return a kept day."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class File(TypeDecorator[bytes]):
    """The content of a file, byte by byte."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_result_value(self, value: bytes | memoryview | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 (their signature)
        """Return kept bytes, whatever a driver gives."""
        return None if value is None else bytes(value)


class Content(TypeDecorator[Any]):
    """Plain values as JSON text, kept letter by letter as they were written."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: ARG002 (their signature)
        """Return the type that an engine has for it."""
        return Words()

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002 (their signature)
        """Return plain values as text; nothing stays nothing. Times and days become texts."""
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 (plain values)
        """Return the values of a text."""
        return None if value is None else json.loads(value)


def written(value: object) -> str:
    """Return plain values as JSON in one form only: sorted keys, no spaces, no numbers that JSON lacks."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"), default=_plain)


def one_of(column: str, values: Sequence[str]) -> str:
    """Return the condition that a column holds one of some names."""
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(type(value).__name__)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
