"""What stands on every page: style and links to the pages, then title and choice of language."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from geodata.texts import Language
from planner.texts import t
from planner.web import links, state
from planner.web.assets import PAGE_STYLE

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def head(title: str, intro: str) -> Language:
    """Show title, choice of language and introduction; return the language.

    Parameters
    ----------
    title, intro
        Keys of the texts.
    """
    with st.container(horizontal=True, horizontal_alignment="distribute", key="head"):
        heading = st.empty()
        language = state.language_switch()
    # Streamlit says "en" to screen readers whatever it shows.
    st.html(f'<script>document.documentElement.lang = "{language}"</script>', unsafe_allow_javascript=True)
    heading.title(t(title, language), anchor=False, width="content")
    st.caption(t(intro, language))
    return language


def top(pages: Mapping[str, "StreamlitPage"], language: Language) -> None:
    """Load the style, and show a link to every page above the page on every screen, so that it covers nothing.

    Parameters
    ----------
    pages
        Pages by key; ``web.page.<key>`` is the name in the navigation.
    language
        Language of the names. A link that is opened in a new tab brings the choices of this visit along.
    """
    st.html(PAGE_STYLE)
    links.keep(pages)
    with st.container(horizontal=True, key="pages"):
        for key, page in pages.items():
            st.page_link(page, label=t(f"web.page.{key}", language), query_params=state.shared())
