"""What a button about launches did, told once after the rerun; and the deed itself, with who does it."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.texts import Language
from planner.rights import Principal
from planner.store.engine import Engine
from planner.texts import t
from planner.web import notice, visitor

Deed = Callable[[Engine, Principal], Mapping[str, object] | None]
"""Takes the records and who does it; returns what fills the text that is told. What it refuses is told instead."""

_SAID: Final = "launches-said"


def done(deed: Deed, said: str) -> bool:
    """Do something as who is in front of the screen; say whether it was done, and remember what to tell.

    Parameters
    ----------
    deed
        What is done.
    said
        Key of what is told when it was done.
    """
    try:
        values = deed(visitor.records(), visitor.require("launch.change"))
    except DataError as error:
        refused(error)
        return False
    st.session_state[_SAID] = (said, values or {})
    return True


def refused(error: DataError) -> None:
    """Remember what was refused."""
    st.session_state[_SAID] = error


def tell(language: Language) -> None:
    """Tell what the last button did."""
    said = st.session_state.pop(_SAID, None)
    if isinstance(said, DataError):
        notice.show("error", said.text(language))
    elif said is not None:
        key, values = said
        notice.show("success", t(key, language, **values))
