"""What the sections of the boards share: the records they read, the region, key figures, long tables."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.store.engine import Engine
from planner.texts import t
from planner.web import data, notice, records, region, visitor
from planner.web.links import page_link
from planner.web.tables import folded, paragraph
from planner.web.target_sheet import Sheet

MOST: Final = 200
"""Rows of a table on the page; the file has all."""
_FIRST: Final = 10
_WIDTH: Final = 220


def engine(language: Language) -> Engine | None:
    """Return the records of the office; where there are none yet say so, and what a visitor can do.

    Raises
    ------
    PlanError
        If the visitor may not see the figures of the office.
    StoreError
        If the records cannot be read.
    """
    if not records.exist():
        notice.show("info", t("web.board.from_records", language), t("rights.no_records", language))
        return None
    visitor.require("page.public")
    return visitor.records()


def nothing(language: Language, text: str, *pages: str) -> None:
    """Say why there is nothing to show yet, with the pages where that changes."""
    notice.show("info", t(text, language))
    with st.container(horizontal=True):
        for page in pages:
            page_link(page, language)


def area(layer: VillageLayer, language: Language) -> str:
    """Ask for a region; return its code, empty for all."""
    with st.container(horizontal=True, key="filters"):
        return region.choose(data.st_regions(layer.fingerprint, layer), language, width=_WIDTH)


def tiles(told: Sequence[tuple[str, str, str]]) -> str:
    """Return key figures as HTML, escaped: name, figure, and what else is to be known."""
    parts = (
        f"<div><dt>{escape(name)}</dt><dd><b>{escape(figure)}</b>{escape(note)}</dd></div>"
        for name, figure, note in told
    )
    return f'<dl class="tiles board-tiles">{"".join(parts)}</dl>'


def notes(lines: Sequence[str]) -> str:
    """Return what a reader must know as HTML, escaped."""
    return "".join(map(paragraph, lines))


def listed(sheet: Sheet, language: Language) -> str:
    """Return a table as HTML: its first rows, and more of them to be opened."""
    if len(sheet.rows) <= _FIRST:
        return sheet.html(language)
    shown, more = (Sheet(sheet.title, sheet.headings, sheet.rows[:most]).html(language) for most in (_FIRST, MOST))
    left = len(sheet.rows) - MOST
    rest = paragraph(t("web.board.listed", language, more=left)) if left > 0 else ""
    return shown + folded(t("web.board.all_rows", language, rows=min(len(sheet.rows), MOST)), more + rest)
