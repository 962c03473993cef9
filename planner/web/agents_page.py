"""The page of the agents: load, fair targets, who is without result, and where nobody works."""

from functools import partial
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.capacity_wording import assumptions, told
from planner.export import sheets
from planner.shielding import few_notes
from planner.small_cells import SMALLEST
from planner.store.agent_board import Staff
from planner.texts import t
from planner.web import (
    agents_changes,
    agents_data,
    agents_rule,
    agents_tables,
    data,
    incentive_rules,
    notice,
    region,
    state,
    visitor,
)
from planner.web.agents_data import OFFICE, Seen
from planner.web.download import FORMATS
from planner.web.frame import head
from planner.web.links import page_link
from planner.web.tables import folded, paragraph
from planner.web.target_sheet import page_manner

_STYLE: Final = Path(__file__).with_name("static") / "agents.css"
_WIDTH: Final = 220
_WARNED: Final = 5
_MOST_TOTAL: Final = 1_000_000


def render() -> None:
    """Show the page."""
    language = head("web.agents.title", "web.agents.intro")
    st.html(_STYLE)
    try:
        visitor.require("page.agents")
    except DataError as error:
        notice.show("info", error.text(language))
        return
    try:
        engine = visitor.records()
    except DataError as error:
        _nobody(language, error.text(language), t("web.agents.then", language))
        return
    try:
        layer = data.st_layer()
        staff = agents_data.staff_now(engine)
        if staff.agents.empty:
            _nobody(language, t("web.agents.nobody", language))
        else:
            _show(layer, staff, language)
        if visitor.may("assignment.change"):
            agents_changes.show(layer, staff, language)
    except DataError as error:
        notice.show("error", error.text(language))


def _nobody(language: Language, *lines: str) -> None:
    """Say what is needed before there is anything to show, with the ways there."""
    notice.show("info", *lines)
    with st.container(horizontal=True):
        page_link("uploads", language)
        page_link("territories", language)


def _show(layer: VillageLayer, staff: Staff, language: Language) -> None:
    office, area, order, total = _filters(layer, staff, language)
    seen = agents_data.seen(layer, staff, office=office, region=area, total=total)
    if seen.refused is not None:
        notice.show("error", seen.refused.text(language))
    incentive_rules.tell(seen.rules_refused, language)
    if seen.board.capacity.agents.empty:
        notice.show("info", t("web.agents.none_here", language))
    else:
        _agents(seen, order, language)
    _places(seen, language)
    _notes(seen, language)
    _files(seen, layer, language)


def _filters(layer: VillageLayer, staff: Staff, language: Language) -> tuple[str, str, str, int]:
    """Show the filters; return office, region, order of the agents, and the total that is shared."""
    offices = sorted(set(staff.agents[OFFICE]) - {""})
    office = state.restore(state.OFFICE, {"", *offices})
    order = state.restore(state.AGENT_ORDER, agents_tables.ORDERS)
    state.restore_number(state.AGENT_TOTAL, default=0, most=_MOST_TOTAL)
    with st.container(horizontal=True, key="filters"):
        st.selectbox(
            t("web.agents.office", language),
            ["", *offices],
            format_func=lambda name: name or t("web.filter.all", language),
            key=state.OFFICE,
            width=_WIDTH,
        )
        area = region.choose(data.st_regions(layer.fingerprint, layer), language, width=_WIDTH)
        st.selectbox(
            t("web.agents.order", language),
            agents_tables.ORDERS,
            format_func=lambda name: t(f"web.agents.order.{name or 'kode'}", language),
            key=state.AGENT_ORDER,
            width=_WIDTH,
        )
        st.number_input(
            t("web.agents.total", language),
            0,
            _MOST_TOTAL,
            step=50,
            key=state.AGENT_TOTAL,
            width=_WIDTH,
            help=t("web.agents.total_help", language),
        )
    for key in (state.OFFICE, state.AGENT_ORDER):
        state.remember(key)
    state.remember_number(state.AGENT_TOTAL, default=0)
    return office, area, order, int(st.session_state[state.AGENT_TOTAL])


def _agents(seen: Seen, order: str, language: Language) -> None:
    st.html(agents_tables.tiles(seen, language))
    lines = agents_tables.warnings(seen, language)
    if lines:
        more = [t("web.agents.more_warnings", language, count=len(lines) - _WARNED)] if len(lines) > _WARNED else []
        notice.show(
            "warning",
            t("web.agents.warned", language, count=len(lines), months=seen.rule.closed_after_months),
            *lines[:_WARNED],
            *more,
        )
    st.subheader(t("web.agents.agents", language), anchor=False)
    st.caption(t("web.agents.legend", language))
    st.html(f'<div class="about">{agents_tables.agents(seen, page_manner(language), order)}</div>')
    if len(seen.board.capacity.agents) > agents_tables.MOST:
        st.caption(t("web.agents.more", language, shown=agents_tables.MOST, all=len(seen.board.capacity.agents)))


def _places(seen: Seen, language: Language) -> None:
    found = seen.board.capacity
    st.subheader(t("web.agents.alone", language), anchor=False)
    if found.without_agent.empty:
        st.html(f'<div class="about">{paragraph(t("web.agents.everywhere", language, all=len(found.districts)))}</div>')
    else:
        intro = paragraph(t("web.agents.alone_intro", language))
        st.html(f'<div class="about agents-alone">{intro}{agents_tables.alone(seen, language)}</div>')
        if len(found.without_agent) > agents_tables.MOST:
            st.caption(t("web.agents.more", language, shown=agents_tables.MOST, all=len(found.without_agent)))
    page_link("territories", language, words="web.agents.to_territories")
    st.subheader(t("web.agents.regencies", language), anchor=False)
    st.html(f'<div class="about agents-regencies">{agents_tables.regencies(seen, language)}</div>')


def _notes(seen: Seen, language: Language) -> None:
    lines = _lines(seen, language)
    shared = [t("capacity.shared", language, villages=seen.staff.shared)] if seen.staff.shared else []
    items = "".join(f"<li>{escape(line)}</li>" for line in [*lines, *shared])
    basis = folded(t("web.agents.basis", language), f"<ul>{items}</ul>")
    rule = folded(t("web.agents.rule", language), agents_rule.html(seen.rule, seen.day, language))
    st.html(f'<div class="about">{basis}{rule}</div>')


def _lines(seen: Seen, language: Language) -> list[str]:
    fair = seen.board.fair
    lines = told(seen.board.capacity, fair, language)
    return [*lines, *([] if fair is None else assumptions(fair, language, met=seen.board.met))]


def _files(seen: Seen, layer: VillageLayer, language: Language) -> None:
    with st.container(horizontal=True, key="agents-files"):
        for ending in sheets.ENDINGS:
            st.download_button(
                t(f"web.agents.download{ending}", language),
                partial(file, seen, layer, ending, language),
                file_name=t("web.agents.file_name", language) + ending,
                mime=FORMATS[ending],
                on_click="ignore",
                key=f"agents-file{ending}",
            )


def file(seen: Seen, layer: VillageLayer, ending: str, language: Language) -> bytes:
    """Return a file of what is shown, as files for outside may know it.

    Parameters
    ----------
    seen, layer
        What is shown, and the layer it was made from.
    ending
        One of `planner.export.sheets.ENDINGS`.
    language
        Language of the file.
    """
    told = agents_data.outside(seen, layer)
    tables = agents_tables.files(told, page_manner(language))
    if ending == ".csv":
        return sheets.csv_of(tables[0], language)
    hidden = t("priority.note.smallest", language, smallest=SMALLEST)
    notes = (*_lines(told, language), hidden, *few_notes(layer, SMALLEST, language))
    return sheets.xlsx_of(tables, notes, t("capacity.title.notes", language))
