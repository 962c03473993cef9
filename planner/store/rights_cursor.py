"""Cursors of PostgreSQL's driver on an agent's connection: below SQLAlchemy, so that nothing goes around them."""

from collections.abc import Iterator
from typing import Any, NoReturn

import psycopg
from psycopg import sql

from planner.store.errors import StoreError
from planner.store.rights_agent import checked


class Guarded(psycopg.Cursor[Any]):
    """A cursor that takes the statements of an agent only."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "Guarded":  # noqa: ANN401 (theirs)
        """Run a statement of an agent."""
        super().execute(_text(query), params, **{**options, "prepare": True})
        return self

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:  # noqa: ANN401 (theirs)
        """Run a statement of an agent several times."""
        super().executemany(_text(query), params_seq, **options)

    def stream(self, query: Any, params: Any = None, **options: Any) -> Iterator[Any]:  # noqa: ANN401 (theirs)
        """Run a statement of an agent row by row."""
        return super().stream(_text(query), params, **options)

    def copy(self, *_arguments: Any, **_options: Any) -> NoReturn:  # noqa: ANN401 (theirs)
        """Refuse to copy tables."""
        raise StoreError("store.acting.refused")


class NoServerCursor(psycopg.ServerCursor[Any]):
    """A cursor of the server, whose statements begin with DECLARE: an agent has none."""

    def execute(self, *_arguments: Any, **_options: Any) -> NoReturn:  # noqa: ANN401 (theirs)
        """Refuse a statement."""
        raise StoreError("store.acting.refused")

    executemany = execute


def _text(query: Any) -> Any:  # noqa: ANN401 (theirs)
    if isinstance(query, sql.Composable):
        raise StoreError("store.acting.refused")
    return checked(query.decode() if isinstance(query, bytes) else query)
