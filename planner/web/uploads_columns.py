"""Which column of the file is which: suggested, remembered, corrected by hand, with what stands in each."""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language
from planner.texts import t
from planner.uploads import COLUMNS, Columns, Table, suggest
from planner.uploads.kinds import CRITERION, Column
from planner.web.tables import paragraph
from planner.web.target_parts import prose
from planner.web.uploads_choose import headed, needed
from planner.web.uploads_draft import Draft

_EXAMPLES: Final = 3
_LONGEST: Final = 40
_LONGEST_CONSTANT: Final = 200
_FOR_ALL: Final = frozenset({"month", "date", "choice", "text"})
"""Types of columns that one value may stand for in all rows."""


def sheets_with_data(draft: Draft) -> list[str]:
    """Return the names of the sheets that hold anything."""
    return [sheet.name for sheet in draft.sheets.sheets if sheet.rows] if draft.sheets else []


def sheet_choice(draft: Draft, language: Language) -> None:
    """Offer the sheets of a workbook that has several with data."""
    names = sheets_with_data(draft)
    if draft.sheets is None or len(names) < 2:
        return
    hidden = {sheet.name for sheet in draft.sheets.sheets if sheet.hidden}
    key = f"upload-sheet-{draft.token}"
    read = draft.sheet or (draft.table.sheet if draft.table else "")
    st.session_state.setdefault(key, read if read in names else names[0])

    def take() -> None:
        draft.sheet, draft.step, draft.columns, draft.problem = st.session_state[key], "open", None, None

    def told(name: str) -> str:
        return t("web.uploads.sheet.hidden", language, name=name) if name in hidden else name

    st.selectbox(t("web.uploads.sheet", language), names, format_func=told, key=key, on_change=take, width=360)


def show_outlines(draft: Draft, language: Language) -> None:
    """Ask for the columns of code and name of a GIS file; those left empty are looked for."""
    given = draft.columns or Columns()
    found: dict[str, str] = {}
    with st.container(horizontal=True, key="upload-columns"):
        for column in COLUMNS[draft.kind]:
            with st.container(width=300, key=f"upload-column-{column.name}"):
                label = t("web.uploads.columns.of_gis", language, column=headed(column, language))
                key = f"upload-column-{column.name}-{draft.token}"
                st.session_state.setdefault(key, given.headings.get(column.name, ""))
                hint = t("web.uploads.columns.looked_for", language)
                heading = st.text_input(label, key=key, placeholder=hint, max_chars=_LONGEST_CONSTANT).strip()
                if heading:
                    found[column.name] = heading
    draft.columns = Columns(found)


def show(draft: Draft, table: Table, language: Language) -> None:
    """Show a box for each column, and keep what is chosen in the file of the visit."""
    given = draft.columns or Columns()
    headings = [str(heading) for heading in table.frame.columns]
    wanted = list(COLUMNS[draft.kind])
    found: dict[str, str] = {}
    constants: dict[str, str] = {}
    left_out: list[str] = []
    prose(paragraph(t("web.uploads.columns.ask", language)))
    with st.container(horizontal=True, key="upload-columns"):
        for column in wanted:
            with st.container(width=300, key=f"upload-column-{column.name}"):
                heading = _heading(draft, column, given.headings.get(column.name, ""), headings, language)
                if heading:
                    found[column.name] = heading
                    st.html(examples(table.frame[heading], language))
                elif column.type in _FOR_ALL:
                    label = t("web.uploads.columns.for_all", language)
                    constants[column.name] = _constant(draft, column.name, label, language, example=column.example)
                if not heading and not column.required:
                    left_out.append(column.name)
        if draft.kind == "criteria":
            with st.container(width=300, key="upload-column-criterion"):
                label = t("web.uploads.columns.criterion", language)
                constants[CRITERION] = _constant(draft, CRITERION, label, language)
    given_once = {name: text for name, text in constants.items() if text}
    if {VILLAGE_CODE, VILLAGE_NAME} & {*found}:  # an empty text for all rows: else a heading would be suggested again
        given_once = dict.fromkeys(left_out, "") | given_once
    draft.columns = Columns(found, given_once)


def suggested(draft: Draft, table: Table, remembered: Columns | None) -> Columns:
    """Return what the boxes show first: what the sender chose last time, and what the headings say."""
    headings = [str(heading) for heading in table.frame.columns]
    before = remembered or Columns()
    free = [heading for heading in headings if heading not in before.headings.values()]
    guessed = {
        name: one.heading for name, one in suggest(free, draft.kind).items() if name not in before.constants
    } | dict(before.headings)
    return Columns(guessed, dict(before.constants))


def examples(cells: "pd.Series[Any]", language: Language) -> str:
    """Return the first values of a column as HTML, escaped."""
    told: list[str] = []
    for cell in cells:
        text = "" if cell is None or pd.isna(cell) else " ".join(str(cell).split())
        short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        if short and short not in told:
            told.append(short)
        if len(told) == _EXAMPLES:
            break
    if not told:
        return f'<p class="upload-examples">{escape(t("web.uploads.columns.empty", language))}</p>'
    items = "".join(f"<li>{escape(text)}</li>" for text in told)
    said = escape(t("web.uploads.columns.examples", language))
    return f'<div class="upload-examples"><span>{said}</span> <ul>{items}</ul></div>'


def _heading(draft: Draft, column: Column, before: str, headings: Sequence[str], language: Language) -> str:
    key = f"upload-column-{column.name}-{draft.token}-{draft.sheet or ''}"
    st.session_state.setdefault(key, before if before in headings else "")
    label = t("web.uploads.columns.box", language, column=headed(column, language), need=needed(column, language))
    return str(
        st.selectbox(
            label,
            ["", *headings],
            format_func=lambda heading: heading or t("web.uploads.columns.none", language),
            key=key,
        )
    )


def _constant(draft: Draft, name: str, label: str, language: Language, *, example: str = "") -> str:
    key = f"upload-constant-{name}-{draft.token}-{draft.sheet or ''}"
    st.session_state.setdefault(key, (draft.columns or Columns()).constants.get(name, ""))
    hint = t("web.uploads.columns.such_as", language, example=example) if example else ""
    return str(st.text_input(label, key=key, placeholder=hint, max_chars=_LONGEST_CONSTANT)).strip()
