"""The page of a target: what it takes, when paid months end, and which money pays."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.errors import PlanError
from planner.texts import t
from planner.web import data, fund_section, state, target_calendar, target_funnel
from planner.web.frame import head

_SECTIONS: Final[Mapping[str, Callable[[VillageLayer, Language], None]]] = {
    "corong": target_funnel.render,
    "masa": target_calendar.render,
    "dana": fund_section.render,
}
_FIRST: Final = "corong"


def render() -> None:
    """Show the page."""
    language = head("web.target.title", "web.target.intro")
    state.restore(state.SECTION, _SECTIONS, default=_FIRST)
    st.segmented_control(
        t("web.filter.bagian", language),
        list(_SECTIONS),
        format_func=lambda name: t(f"web.target.section.{name}", language),
        key=state.SECTION,
        required=True,
        label_visibility="collapsed",
    )
    state.remember(state.SECTION, default=_FIRST)
    try:
        _SECTIONS[st.session_state[state.SECTION]](data.st_layer(), language)
    except (DataError, PlanError) as error:
        st.error(error.text(language))
