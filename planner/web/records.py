"""The records of the office as the server meets them: whether there are any, and who is signed in by a cookie."""

import logging
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

from geodata.paths import Paths
from planner.errors import PlanError
from planner.rights import LAPTOP, Principal
from planner.store.engine import VARIABLE, Engine, connect, in_use, reading
from planner.store.errors import StoreMachineError
from planner.store.migrate import ready
from planner.store.people import has_accounts
from planner.store.sessions import principal_of

SESSION: Final = "planner_session"
"""Cookie with the token of a session."""

_CHECKED_S: Final = 2.0
"""How long tables are taken for those of this program: another version may upgrade them while this one serves."""

_seen: set[Path] = set()
_ours_until: dict[Engine, float] = {}


def exist() -> bool:
    """Say whether there are records; then everybody signs in.

    Records that were there once do not cease to be while the server runs: a file that was moved away must not open the
    pages to everybody.
    """
    file = Paths.of().records
    if in_use(file):
        _seen.add(file)
    return file in _seen


def engine() -> Engine:
    """Return the database with its connections, shared by all visitors.

    Raises
    ------
    PlanError
        If there are no records yet, or their file is gone.
    StoreError
        If they cannot be read, or are of another version.
    """
    file = Paths.of().records
    if not in_use(file):
        raise PlanError("rights.records_gone" if file in _seen else "rights.no_records", file=file.name)
    return _engine(os.environ.get(VARIABLE, ""), file)


def checked() -> Engine:
    """Return the database like `engine`, its tables looked at again; this may wait for it."""
    found = engine()
    if time.monotonic() >= _ours_until.get(found, 0.0):
        ready(found)
        _ours_until[found] = time.monotonic() + _CHECKED_S
    return found


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
    if not token:
        return None
    try:
        return principal_of(checked(), token)
    except StoreMachineError as error:
        if error.key != "store.no_connection":
            raise
        logging.getLogger(__name__).warning(error.text("en"))  # where it is and what its driver says is for the log
        raise StoreMachineError("store.away") from error


@lru_cache(maxsize=2)
def _engine(address: str, file: Path) -> Engine:
    _ours_until.clear()
    return ready(connect(address or None, file))
