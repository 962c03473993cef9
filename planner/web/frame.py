"""What stands on every page: style and links to the pages, then title and choice of language."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from geodata.texts import Language
from planner.rights import Principal
from planner.texts import t
from planner.web import links, notice, state
from planner.web.addresses import PASSWORD, SIGN_IN, SIGN_OUT
from planner.web.assets import PAGE_STYLE

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def head(title: str, intro: str) -> Language:
    """Show title, choice of language and introduction; return the language.

    Parameters
    ----------
    title, intro
        Keys of the texts; there may be no introduction.
    """
    with st.container(horizontal=True, horizontal_alignment="distribute", key="head"):
        heading = st.empty()
        language = state.language_switch()
    # Streamlit says "en" to screen readers whatever it shows.
    st.html(f'<script>document.documentElement.lang = "{language}"</script>', unsafe_allow_javascript=True)
    heading.title(t(title, language), anchor=False, width="content")
    if intro:
        st.caption(t(intro, language))
    return language


def top(pages: Mapping[str, "StreamlitPage"], language: Language, who: Principal | None) -> None:
    """Load the style, and show a link to every page above the page on every screen, so that it covers nothing.

    Parameters
    ----------
    pages
        Pages by key; ``web.page.<key>`` is the name in the navigation.
    language
        Language of the names. A link that is opened in a new tab brings the choices of this visit along.
    who
        Who is signed in; nothing for nobody.
    """
    st.html(PAGE_STYLE)
    links.keep(pages)
    if who is not None and who.user_id is not None:
        _who(who, language)
    with st.container(horizontal=True, key="pages"):
        for key, page in pages.items():
            st.page_link(page, label=t(f"web.page.{key}", language), query_params=state.shared())


def signed_out() -> None:
    """Say that nobody is signed in any more, with the way back to this page."""
    language = head("web.signed_out.title", "")
    notice.show("warning", t("rights.signed_out", language))
    again = _link(SIGN_IN, t("web.signed_out.again", language), next=here())
    st.html(f'<p class="again">{again}</p>')


def refusal() -> None:
    """Say that this page is not for the role of whoever is signed in."""
    language = head("web.refused.title", "")
    notice.show("warning", t("web.refused.why", language))


def here() -> str:
    """Return the address of this page with the choices of this visit, as a link from elsewhere has it."""
    query = urlencode(state.shared())
    return f"/{state.page()}" + (f"?{query}" if query else "")


def _who(who: Principal, language: Language) -> None:
    """Show who is signed in and the way out; Streamlit itself can send no form."""
    told = t("web.who", language, name=who.name, role=t(f"rights.role.{who.role}", language))
    choices = {"lang": language, "next": here()}
    doors = (
        _link(PASSWORD, t("web.who.password", language), lang=language),
        _link(SIGN_OUT, t("web.who.out", language), **choices),
    )
    st.html(f'<p class="who"><span>{escape(told)}</span> {" ".join(doors)}</p>')


def _link(path: str, words: str, **choices: str) -> str:
    query = urlencode(choices)
    return f'<a href="{escape(path)}?{escape(query)}" target="_self">{escape(words)}</a>'
