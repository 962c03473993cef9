"""Who is in front of the screen, and the records of the office."""

import streamlit as st

from planner.errors import PlanError
from planner.rights import Action, Principal
from planner.rights import may as _may
from planner.rights import require as _require
from planner.store.engine import Engine
from planner.web import records as _records


class SignedOutError(PlanError):
    """Nobody is signed in, or no more."""


def current() -> Principal:
    """Return who is in front of the screen; looked up in the records every time, so that a disabled account stops.

    Raises
    ------
    SignedOutError
        If there are records and nobody is signed in: the session is over, was ended, or the account is disabled.
    StoreError
        If the records cannot be read.
    """
    found = _records.admitted(st.context.cookies.get(_records.SESSION) if _records.exist() else None)
    if found is None:
        raise SignedOutError("rights.signed_out")
    return found


def present() -> Principal | None:
    """Return who is in front of the screen, or nothing where nobody is signed in. Raises like `current` otherwise."""
    try:
        return current()
    except SignedOutError:
        return None


def may(action: Action) -> bool:
    """Say whether who is in front of the screen may do something."""
    return _may(current(), action)


def require(action: Action) -> Principal:
    """Return who is in front of the screen if that person may do something.

    Raises
    ------
    PlanError
        If the role may not do it, or nobody is signed in.
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
    return _records.engine()
