"""What can be done with a village: go back to the map, lock it into the plan or out of it, print its card."""

from typing import Final

import streamlit as st

from geodata.texts import Language
from planner.texts import t
from planner.web import frame, locks, printing, state
from planner.web.locks import Lock

_OFFERS: Final[tuple[Lock, ...]] = (state.MUST, state.NEVER)


def actions(code: str, language: Language) -> None:
    """Show links and buttons for a village, and how it is locked.

    Parameters
    ----------
    code
        The village.
    language
        Language of the words.
    """
    locks.keep()
    now = locks.lock_of(code)
    with st.container(horizontal=True, vertical_alignment="center", key="village-actions"):
        frame.page_link("map", "web.village.back", language)
        for lock in _OFFERS:
            held = lock == now
            words = t(f"web.village.{'free' if held else 'lock'}.{lock}", language)
            st.button(words, key=f"lock-{lock}", on_click=locks.clicked, args=(code, None if held else lock))
        printing.button(language)
    if locks.was_full():
        st.warning(t("web.village.locks_full", language))
    elif now is not None:
        st.caption(t(f"web.village.locked.{now}", language))
