"""Links from one page to another, where that page exists."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import streamlit as st

from geodata.texts import Language
from planner.texts import t
from planner.web import state

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_PAGES: Final = "pages-by-key"


def keep(pages: Mapping[str, "StreamlitPage"]) -> None:
    """Keep the pages of this run, by key."""
    st.session_state[_PAGES] = dict(pages)


def page_link(key: str, language: Language, *, words: str = "", **choices: str) -> bool:
    """Show a link to a page that brings the choices of this visit along; say whether there is such a page.

    Parameters
    ----------
    key
        Name of the page in ``planner.web.pages``.
    language
        Language of the link.
    words
        Key of the words of the link; by default the name of the page.
    choices
        Choices that differ from those of the visit, by their name in the address; empty ones are left out of it.
    """
    page = st.session_state.get(_PAGES, {}).get(key)
    if page is None:
        return False
    label = t(words or f"web.page.{key}", language)
    given = {name: choice for name, choice in (state.shared() | choices).items() if choice}
    opened = {state.OPENED: "1"} if choices else {}
    st.page_link(page, label=label, query_params=given | opened, width="content")
    return True
