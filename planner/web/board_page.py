"""The page of boards: where the work stands, for a meeting. Each section is a module of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

import streamlit as st

from geodata.errors import DataError
from geodata.texts import Language
from planner.texts import t
from planner.web import board_agents, board_delivered, board_expiry, board_pipeline, board_ucj, notice, state
from planner.web.frame import head


class Section(Protocol):
    """A section: a module with `show`."""

    def show(self, language: Language) -> None:
        """Show the section; raises DataError where it cannot."""


SECTIONS: Final[Mapping[str, Section]] = {
    "ucj": board_ucj,
    "janji": board_delivered,
    "tahap": board_pipeline,
    "masa": board_expiry,
    "agen": board_agents,
}
"""Sections by their names in the address, in order; ``web.board.section.<name>`` is what they are called."""

_FIRST: Final = "ucj"
_STYLE: Final = Path(__file__).with_name("static") / "board.css"


def render() -> None:
    """Show the page."""
    language = head("web.board.title", "web.board.intro")
    st.html(_STYLE)
    chosen = state.restore(state.SECTION, SECTIONS, default=_FIRST)
    st.segmented_control(
        t("web.filter.bagian", language),
        list(SECTIONS),
        format_func=lambda name: t(f"web.board.section.{name}", language),
        key=state.SECTION,
        required=True,
        label_visibility="collapsed",
    )
    state.remember(state.SECTION, default=_FIRST)
    try:
        SECTIONS[chosen].show(language)
    except DataError as error:
        notice.show("error", error.text(language))
