"""What can be done with a village: go back to the map, lock it into the plan or out of it, print its card."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geodata.texts import Language
from planner.texts import t
from planner.web import launches_propose, launches_said, locks, printing, state
from planner.web.links import page_link
from planner.web.locks import Locked


def actions(code: str, language: Language, *, declared: bool, inside: bool) -> DeltaGenerator:
    """Show links and buttons for a village, and how it is locked.

    Parameters
    ----------
    code
        The village.
    language
        Language of the words.
    declared
        Whether it is a Desa Sadar already: then it cannot be asked for.
    inside
        Whether it lies in the chosen region.

    Returns
    -------
    The row of buttons, for one more.
    """
    locked = locks.restored()
    now, full = locked.of(code), _is_full(locked)
    row = st.container(horizontal=True, vertical_alignment="center", key="village-actions")
    with row:
        page_link("map", language, words="web.village.back")
        for lock in locks.LOCKS:
            held = lock == now
            words = t(f"web.village.{'free' if held else 'lock'}.{lock}", language)
            off = not held and (full or (declared and lock == state.MUST))
            put = partial(locks.put, code, None if held else lock)
            st.button(words, key=f"lock-{lock}", on_click=put, disabled=off)
        launches_propose.button(code, language, is_declared=declared)
        printing.button(language)
    launches_said.tell(language)
    if now is not None:
        st.caption(t(f"web.village.locked.{now}", language))
    elif full:
        st.caption(t("web.village.locks_full", language))
    if not inside:
        st.info(t("web.village.outside_region", language))
    return row


def _is_full(locked: Locked) -> bool:
    """Whether one of the lists has no room in the address for another code."""
    return any(sum(len(code) + 1 for code in codes) + 13 > state.LONGEST for codes in (locked.must, locked.never))
