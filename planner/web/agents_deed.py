"""How a change of the agents is done: all of it or nothing, told after the page was drawn anew."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.texts import Language
from planner.rights import Principal
from planner.store.agent_board import Staff
from planner.store.engine import Engine
from planner.territories.agents import AGENT
from planner.texts import t
from planner.web import visitor
from planner.web.agents_data import OFFICE

Deed = Callable[[Engine, Principal], dict[str, object]]
"""Changes the records as who acts; returns what fills the text that is told, and ``lines`` below it."""

SAID: Final = "agents-said"
MADE: Final = "agents-made"
"""Key of the number of changes there were: the forms of each are new ones."""


def do(deed: Deed, said: str) -> None:
    """Do what was asked, all of it or nothing, and show the page anew with what came of it."""
    try:
        values = deed(visitor.records(), visitor.require("assignment.change"))
    except DataError as error:
        st.session_state[SAID] = error
    else:
        st.session_state[MADE] = st.session_state.get(MADE, 0) + 1
        lines = values.pop("lines", [])
        st.session_state[SAID] = (said, values, lines)
    st.rerun()


def agent_of(staff: Staff, form: str, language: Language) -> str:
    """Show the choice of an agent in a form; return the code."""
    offices = dict(zip(staff.agents[AGENT], staff.agents[OFFICE], strict=True))
    return str(
        st.selectbox(
            t("web.agents.column.agent", language),
            list(offices),
            format_func=lambda code: f"{code} · {offices[code]}" if offices[code] else code,
            key=f"agents-{form}-agent",
        )
    )
