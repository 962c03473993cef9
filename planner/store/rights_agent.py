"""What an agent may do and say with SQL, the same on both engines; the engines hold back the rows."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa
from sqlalchemy import exc

from planner.store.errors import StoreError
from planner.store.trouble import told

AGENT: Final = "planner_agent"
"""Key of a connection's ``info`` with the number of the agent whose connection it is."""
TIME_LIMIT_S: Final = 5.0
"""Longest run of one statement."""
FUNCTIONS: Final = frozenset(
    """abs avg cast coalesce count dense_rank first_value lag last_value lead length like lower max min nullif rank
    round row_number substr substring sum trim upper""".split()  # noqa: SIM905 (words, to be read)
)
"""Functions an agent's statement may call: none that reads files, settings, catalogues, or makes large values."""
CHANGEABLE: Final = ("village_code", "visited_on", "dusun", "met", "interested", "registered", "obstacle")
"""Columns of an own visit that an agent may change."""

_BEFORE_PARENTHESIS: Final = FUNCTIONS | frozenset(
    """all and any as between by case conflict distinct else except exists filter from having in intersect is join limit
    not offset on or over partition returning select set then union using values visits when where""".split()  # noqa: SIM905 (words, to be read)
)
_FIRST: Final = re.compile(
    r"\s*(?:SELECT|WITH|INSERT\s+INTO\s+visits|UPDATE\s+visits)\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_NEVER: Final = re.compile(r";|--|/\*|\0|\\|U&|INTO|RECURSIVE|PG_|SQLITE_|PRAGMA_|INFORMATION_SCHEMA", re.IGNORECASE)
_OPENED: Final = re.compile(r"([^\s(),<>=+*/%|.:\-!~\[\]]*)\s*\(")


def checked(statement: str) -> str:
    """Return a statement that an agent's connection may send.

    It is one SELECT, or adds or changes visits, and calls known functions only. That keeps the end of the transaction,
    settings, catalogues, new tables and files out of reach; what rows it meets is the matter of the engines. Words are
    looked for everywhere, in texts too: values belong in parameters.

    Raises
    ------
    StoreError
        If it is anything else.
    """
    found = _FIRST.match(statement)
    if found is None or _NEVER.search(found["rest"]):
        raise StoreError("store.acting.refused")
    if any(word and word.lower() not in _BEFORE_PARENTHESIS for word in _OPENED.findall(statement)):
        raise StoreError("store.acting.refused")
    return statement


@contextmanager
def told_agent(engine: sa.Engine, keys: Callable[[BaseException], str | None]) -> Iterator[None]:
    """Tell an agent what a failed statement means, in a block that sends them.

    Parameters
    ----------
    engine
        The database of the office.
    keys
        Gives the key of the text for what a driver raised, or nothing where it means the same as for the office.
    """
    try:
        yield
    except exc.SQLAlchemyError as error:
        original = error.orig if isinstance(error, exc.StatementError) else None
        if isinstance(original, StoreError):
            raise original from None  # a type of a column refused a value
        key = keys(original) if original is not None else None
        raise (StoreError(key) if key else told(error, engine)) from error
