"""The page of launches: villages on their way from the proposal to half a year after the launch."""

from pathlib import Path
from typing import Final

import streamlit as st

from geodata import office_day
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.launch_pipeline import overview
from planner.store import launch_views
from planner.store.engine import Engine, reading
from planner.store.officials import officials_frame
from planner.texts import t
from planner.web import data, launches_board, launches_one, launches_propose, launches_said, notice, state, visitor
from planner.web.frame import head

_STYLE: Final = Path(__file__).with_name("static") / "launches.css"


def render() -> None:
    """Show the page."""
    language = head("web.launches.title", "web.launches.intro")
    st.html(_STYLE)
    try:
        visitor.require("page.launches")
        engine = visitor.records()
    except DataError as error:
        notice.show("info", error.text(language))
        return
    try:
        _show(engine, data.st_layer(), language)
    except DataError as error:
        notice.show("error", error.text(language))


def _show(engine: Engine, layer: VillageLayer, language: Language) -> None:
    with reading(engine) as connection:
        rows = launch_views.listed(connection)
        counted = officials_frame(connection, rows["village_code"])
        owners = launch_views.possible_owners(connection)
    launches_said.tell(language)
    found = overview(rows, counted, today=office_day.today())
    named = state.restore(state.LAUNCH, {"", *map(str, found["id"])})
    state.remember(state.LAUNCH)
    if named:
        (row,) = found[found["id"] == int(named)].to_dict("records")
        st.button(t("web.launches.back", language), on_click=_leave, key="launches-back", type="tertiary")
        launches_one.show(engine, layer, row, owners, language)
        return
    launches_board.show(found, layer, owners, language)
    if visitor.may("launch.change"):
        launches_propose.from_plan(layer, language)


def _leave() -> None:
    st.session_state[state.LAUNCH] = ""
