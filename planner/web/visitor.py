"""Who is in front of the screen, and the records of the office."""

import os
from pathlib import Path

import streamlit as st

from geodata.paths import Paths
from planner.errors import PlanError
from planner.rights import LAPTOP, Action, Principal
from planner.rights import may as _may
from planner.rights import require as _require
from planner.store.engine import VARIABLE, Engine, connect, in_use
from planner.store.migrate import ready


def current() -> Principal:
    """Return who is in front of the screen."""
    return LAPTOP


def may(action: Action) -> bool:
    """Say whether who is in front of the screen may do something."""
    return _may(current(), action)


def require(action: Action) -> Principal:
    """Return who is in front of the screen if that person may do something.

    Raises
    ------
    PlanError
        If the role may not do it.
    """
    return _require(current(), action)


def records() -> Engine:
    """Return the records of the office.

    Raises
    ------
    PlanError
        If there are none yet.
    StoreError
        If they cannot be read, or are of another version.
    """
    paths = Paths.of()
    if not in_use(paths.records):
        raise PlanError("rights.no_records")
    return st_records(os.environ.get(VARIABLE, ""), paths.records)


@st.cache_resource(max_entries=2, show_spinner=False)
def st_records(address: str, file: Path) -> Engine:
    """Return the database of an address or in a file, with its connections; shared by all visitors."""
    return ready(connect(address or None, file))
