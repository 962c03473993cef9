"""The records of the office as the page of uploads needs them: whether there are any, deeds, and what came of them."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.texts import Language
from planner.rights import Action, Principal
from planner.store.engine import Engine
from planner.web import notice, visitor

_SAID: Final = "upload-said"


def engine() -> Engine | None:
    """Return the records; nothing where there are none or they cannot be used, see `why_none`."""
    try:
        return visitor.records()
    except DataError:
        return None


def why_none(language: Language) -> str:
    """Say why there are no records and what to do; empty where there are."""
    try:
        visitor.records()
    except DataError as error:
        return error.text(language)
    return ""


def acting(action: Action) -> tuple[Engine, Principal]:
    """Return the records and who acts; asked right before each deed.

    Raises
    ------
    DataError
        If that person may not do it, or the records cannot be used.
    """
    by = visitor.require(action)
    return visitor.records(), by


def do(deed: Callable[[], str], language: Language) -> bool:
    """Do something before the page is shown again, which then says what came of it; say whether it was done.

    Parameters
    ----------
    deed
        Returns the sentence on what was done; raises a `DataError` where that failed.
    language
        Language of the page.
    """
    try:
        said = deed()
    except DataError as error:
        st.session_state[_SAID] = ("error", error.text(language))
        return False
    st.session_state[_SAID] = ("success", said)
    return True


def tell() -> None:
    """Say, once, what came of the last deed."""
    said: tuple[notice.Kind, str] | None = st.session_state.pop(_SAID, None)
    if said is not None:
        kind, lines = said
        notice.show(kind, *lines.split("\n"))
