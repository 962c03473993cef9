"""The records of the office as the server meets them: whether there are any, and who is signed in by a cookie."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from geodata.paths import Paths
from planner.errors import PlanError
from planner.rights import LAPTOP, Principal
from planner.store.engine import VARIABLE, Engine, connect, in_use, reading
from planner.store.migrate import ready
from planner.store.people import has_accounts
from planner.store.sessions import principal_of

SESSION: Final = "planner_session"
"""Cookie with the token of a session."""


def exist() -> bool:
    """Say whether there are records; then everybody signs in."""
    return in_use(Paths.of().records)


def engine() -> Engine:
    """Return the database with its connections, shared by all visitors.

    Raises
    ------
    PlanError
        If there are no records yet.
    StoreError
        If they cannot be read, or are of another version.
    """
    file = Paths.of().records
    if not in_use(file):
        raise PlanError("rights.no_records")
    return _engine(os.environ.get(VARIABLE, ""), file)


def without_accounts() -> bool:
    """Say whether nobody has an account yet. Raises like `engine`, but where there are no records nobody has one."""
    if not exist():
        return True
    with reading(engine()) as connection:
        return not has_accounts(connection)


def admitted(token: str | None) -> Principal | None:
    """Return who is signed in by a cookie; nothing for nobody. Without records it is whoever is at the laptop.

    Raises
    ------
    StoreError
        If the records cannot be read.
    """
    if not exist():
        return LAPTOP
    return principal_of(engine(), token) if token else None


@lru_cache(maxsize=2)
def _engine(address: str, file: Path) -> Engine:
    return ready(connect(address or None, file))
