"""Own criteria of the office at a village: shown with unit, source and date, never part of the score."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from geodata.paths import Paths
from geodata.texts import Language
from planner.number_text import figure_written
from planner.store.counted import own_criteria
from planner.store.engine import in_use, reading
from planner.texts import t
from planner.web import day_text, visitor
from planner.web.tables import paragraph, table

_COLUMNS = ("criterion", "value", "unit", "source", "dated_on")


def render(code: str, language: Language) -> None:
    """Show the own criteria of a village; nothing where the office has uploaded none.

    Parameters
    ----------
    code
        The village.
    language
        Language of the words.

    Raises
    ------
    DataError
        If the records cannot be read.
    """
    if not in_use(Paths.of().records) or not visitor.may("page.public"):
        return
    with reading(visitor.records()) as connection:
        found = own_criteria(connection, code)
    if found.empty:
        return
    headings = [t(f"cli.show.own.{name}", language) for name in _COLUMNS]
    rows = [_cells(row, language) for row in found.to_dict("records")]
    title = t("web.village.own.title", language)
    with st.container(key="section-own"):
        st.subheader(title, anchor=False)
        note = paragraph(t("web.village.own.note", language))
        st.html(f'<div class="about village-own">{note}{table(headings, rows, caption=title)}</div>')


def _cells(row: Mapping[Any, Any], language: Language) -> tuple[str, ...]:
    value, day = figure_written(row["value"], language), day_text.day(row["dated_on"], language)
    return str(row["criterion"]), value, str(row["unit"]), str(row["source"]), day
