"""The section of coverage targets (universal coverage Jamsostek, UCJ): covered, target, gap and change by region."""

import pandas as pd
import streamlit as st

from geodata.errors import DataError
from geodata.texts import Language
from planner import ucj, ucj_board
from planner.small_cells import SMALLEST
from planner.texts import t
from planner.web import board_files, brief_button, charts, data, notice, region
from planner.web import board_ucj_charts as pictures
from planner.web import board_ucj_tables as tables
from planner.web.board_ucj_data import Standing, standing
from planner.web.tables import folded, paragraph
from planner.web.target_parts import part
from planner.web.target_sheet import Sheet

_PROVINCE = 2  # length of a code


def show(language: Language) -> None:
    """Show the section.

    Raises
    ------
    DataError
        If the layer, the built-in registers or the records cannot be read.
    """
    layer = data.st_layer()
    with st.container(horizontal=True, key="filters"):
        chosen = region.choose(data.st_regions(layer.fingerprint, layer), language)
    here = standing(lambda error: _refused(error, language))
    codes = here.within(chosen)
    if here.own_targets:
        notice.show("info", t("web.ucj.own", language, file=ucj_board.OWN_FILE, rows=here.own_targets))
    _coverage(here, codes, chosen, language)
    _change(here, chosen, language)
    segments = tables.segments(here, _with_segments(here, codes, chosen), language)
    part(segments.title, paragraph(t("web.ucj.segments.note", language)) + segments.html(language))
    wrong = here.misfits[here.misfits[ucj.REGION_CODE].isin(codes)]
    misfits = tables.misfits(here, wrong, language)
    part(misfits.title, _misfits(wrong, misfits, language))
    counted = _counted(here, chosen, language)
    figures = here.figures[here.figures[ucj.REGION_CODE].isin(codes)]
    notes = [t(f"web.ucj.{name}", language) for name in ("board.note", "marks", "lines.note", "segments.note")]
    sheets = [tables.numbers(here, codes, language), tables.figures(here, figures, language), segments, misfits]
    if counted is not None:
        sheets, notes = [*sheets, counted], [*notes, *_counted_notes(language)]
    board_files.downloads(sheets, notes, section="ucj", fingerprint=here.fingerprint, region=chosen, language=language)
    brief_button.offer(layer, language, region=chosen)


def _refused(error: DataError, language: Language) -> None:
    notice.show("error", error.text(language), t("web.ucj.own_refused", language))


def _coverage(here: Standing, codes: "pd.Index[str]", chosen: str, language: Language) -> None:
    """Show coverage and gaps; bars of all regencies of all provinces would be no picture."""
    first = codes if chosen else codes[codes.str.len() == _PROVINCE]
    sheet, others = tables.shown(here, first, language), tables.shown(here, codes.difference(first), language)
    drawn = pictures.coverage(here, list(first), language)
    note = paragraph(t("web.ucj.board.note", language))
    picture = "" if drawn is None else charts.picture(drawn)
    marks = paragraph(t("web.ucj.marks", language))
    more = folded(t("web.ucj.board.regencies", language, rows=len(others.rows)), others.html(language))
    part(sheet.title, note + picture + marks + sheet.html(language) + (more if others.rows else ""))


def _change(here: Standing, chosen: str, language: Language) -> None:
    found, left = pictures.in_lines(here.figures, chosen)
    title = t("web.ucj.lines.title", language)
    if found.empty:
        part(title, paragraph(t("web.ucj.lines.none", language)))
        return
    drawn = pictures.change(here, found, chosen, language)
    more = paragraph(t("web.ucj.lines.more", language, left=left)) if left else ""
    note = paragraph(t("web.ucj.lines.note", language))
    part(title, note + charts.chart(drawn, tables.figures(here, found, language), language) + more)


def _misfits(wrong: pd.DataFrame, sheet: Sheet, language: Language) -> str:
    if wrong.empty:
        return paragraph(t("web.ucj.misfits.none", language))
    return paragraph(t("web.ucj.misfits.note", language)) + sheet.html(language)


def _counted(here: Standing, chosen: str, language: Language) -> Sheet | None:
    """Show what the office counted, and return it as it may leave; nothing where no participants are recorded."""
    rows = here.counted
    if rows.empty:
        return None
    codes = rows[ucj.REGION_CODE]
    rows = rows[codes == chosen] if chosen else rows[codes.str.len() == _PROVINCE]
    sheet = tables.counted(here, rows, language)
    if rows.empty:
        part(sheet.title, paragraph(t("web.ucj.counted.none", language)))
        return None
    picture = charts.chart(pictures.counted(here, rows, language), sheet, language)
    part(sheet.title, paragraph(t("web.ucj.counted.note", language)) + picture)
    return tables.counted(here, rows, language, leaving=True)


def _counted_notes(language: Language) -> list[str]:
    return [t("web.ucj.counted.note", language), t("web.ucj.counted.hidden", language, most=SMALLEST - 1)]


def _with_segments(here: Standing, codes: "pd.Index[str]", chosen: str) -> "pd.Index[str]":
    """Return provinces, the chosen region, and regencies with a figure of a segment."""
    told = here.segments.loc[codes].notna().any(axis=1).to_numpy()
    return codes[told | (codes == chosen) | (codes.str.len() == _PROVINCE)]
