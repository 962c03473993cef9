"""A text box whose meaning stands in the address: the same link is read in any number format."""

from collections.abc import Callable
from html import escape
from typing import TypeVar

import streamlit as st

from geodata.texts import LANGUAGES, Language
from planner.errors import PlanError
from planner.texts import t
from planner.web import state

Meaning = TypeVar("Meaning")
_LONGEST = 60


def typed(
    name: str,
    read: Callable[[str, Language], Meaning],
    write: Callable[[Meaning, Language], str],
    language: Language,
) -> Meaning | None:
    """Show a text box; return what its text means, nothing while it is empty or wrong.

    In the address the meaning is written as in English, without groups of thousands.

    Parameters
    ----------
    name
        Name of the choice in session and address; ``web.filter.<name>`` is its label, ``web.filter.<name>_hint`` what
        stands in the empty box.
    read
        Takes text and language; raises PlanError, which is shown below the box.
    write
        Takes a meaning and a language.
    language
        Language of the page.
    """
    kept = restored(name, read)
    box = _box(name, language)
    if box not in st.session_state:
        st.session_state[box] = "" if kept is None else write(kept, language)
    text = st.text_input(
        t(f"web.filter.{name}", language),
        key=box,
        placeholder=t(f"web.filter.{name}_hint", language),
        max_chars=_LONGEST,
    )
    meaning = None
    if text.strip():
        try:
            meaning = read(text, language)
        except PlanError as error:
            st.html(f'<p class="wrong" role="alert">{escape(error.text(language))}</p>')
    state.put(name, "" if meaning is None else _in_address(write(meaning, "en")))
    return meaning


def restored(name: str, read: Callable[[str, Language], Meaning]) -> Meaning | None:
    """Return what the address or the session holds of a choice, before its box is shown."""

    def valid(text: str) -> bool:
        return not text or _meaning(text, read) is not None

    kept = state.restore_text(name, valid)
    return _meaning(kept, read) if kept else None


def empty(name: str) -> None:
    """Empty a box; called before it is shown."""
    state.put(name, "")
    for language in LANGUAGES:
        st.session_state.pop(_box(name, language), None)


def _meaning(text: str, read: Callable[[str, Language], Meaning]) -> Meaning | None:
    try:
        return read(text, "en")
    except PlanError:
        return None


def _box(name: str, language: Language) -> str:
    return f"{name}-{language}"


def _in_address(text: str) -> str:
    return text.replace(",", "").replace(" ", "")
