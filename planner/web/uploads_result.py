"""What becomes of the rows of a file: counts, notes, problems, what will be kept and what that changes."""

from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from geodata.schema import VILLAGE_CODE
from geodata.texts import Language, number
from planner.texts import t
from planner.uploads import COLUMNS, Checked, reason_text, refused_workbook
from planner.uploads.checks import HELD, MATCHED_BY
from planner.uploads.kinds import CRITERION, FUND
from planner.web.download import FORMATS
from planner.web.notice import listed
from planner.web.tables import folded, paragraph, table
from planner.web.target_parts import part, prose
from planner.web.uploads_choose import headed
from planner.web.uploads_effect import Effect
from planner.web.wording import dated

PROBLEMS: Final = 30
PREVIEW: Final = 20
_LONGEST_VALUE: Final = 60
_PARTS: Final = ("accepted", "held", "refused")


def counts(checked: Checked, language: Language) -> None:
    """Show how many rows came in and what becomes of them."""
    tiles = "".join(
        f'<div class="upload-{name}"><dt>{escape(t(f"web.uploads.count.{name}", language))}</dt>'
        f"<dd><b>{escape(number(len(getattr(checked, name)), language))}</b>"
        f"{escape(t(f'web.uploads.count.{name}.about', language))}</dd></div>"
        for name in _PARTS
    )
    sums = {name: len(getattr(checked, name)) for name in _PARTS}
    told = t("web.uploads.sum", language, total=checked.total, **sums)
    st.html(
        f'<section class="upload-counts" role="status"><p>{escape(told)}</p><dl class="tiles">{tiles}</dl></section>'
    )


def notes(checked: Checked, language: Language) -> None:
    """Show what was seen and done while reading, and which heading was taken for which column."""
    names = {column.name: headed(column, language) for column in COLUMNS[checked.kind]}
    given = {**checked.columns.headings, **{name: text for name, text in checked.columns.constants.items() if text}}
    used = ", ".join(f"{names.get(name, name)} = {text}" for name, text in given.items())
    lines = [note.text(language) for note in checked.notes]
    lines += [t("web.uploads.used", language, columns=used)] if used else []
    if lines:
        summary = t("web.uploads.notes", language, count=len(lines))
        prose(folded(summary, listed([f"- {line}" for line in lines])))


def refused_rows(checked: Checked, language: Language) -> None:
    """Offer the refused rows as a workbook to correct; outlines stay in their file."""
    if len(checked.refused) and checked.kind != "outlines":
        st.download_button(
            t("web.uploads.refused_rows", language, count=len(checked.refused)),
            lambda: refused_workbook(checked, language),
            file_name=t("web.uploads.refused_name", language) + ".xlsx",
            mime=FORMATS[".xlsx"],
            on_click="ignore",
        )


def problems(checked: Checked, language: Language) -> None:
    """Show the first problems as a table."""
    found = checked.problems
    if found.empty:
        return
    headings = [t(f"web.uploads.problem.{name}", language) for name in ("row", "column", "value", "what", "reason")]
    title = t("web.uploads.problems", language, count=len(found))
    told = table(headings, _problem_rows(found.head(PROBLEMS), checked, language), caption=title)
    more = len(found) - PROBLEMS
    rest = paragraph(t("web.uploads.problems.more", language, more=more)) if more > 0 else ""
    part(title, told + rest)


def preview(checked: Checked, names: "pd.Series[str]", language: Language) -> None:
    """Show the first rows as they will be kept.

    Parameters
    ----------
    checked
        The rows.
    names
        Official name of each village, index ``village_code``.
    language
        Language of headings and figures.
    """
    if checked.accepted.empty:
        return
    known = {column.name: headed(column, language) for column in COLUMNS[checked.kind]}
    shown = [name for name in checked.accepted.columns if name in {*known, CRITERION, MATCHED_BY}]
    own = {CRITERION: "web.uploads.columns.criterion", MATCHED_BY: "upload.column.matched_by"}
    headings = [known.get(name) or t(own[name], language).capitalize() for name in shown]
    first = checked.accepted[shown].head(PREVIEW)
    if MATCHED_BY in shown:
        ways = {way: t(f"upload.matched_by.{way}", language) for way in first[MATCHED_BY].dropna().unique()}
        first = first.assign(**{MATCHED_BY: first[MATCHED_BY].map(ways)})
    if FUND in shown:
        funds = {fund: t(f"funding.name.{fund}", language) for fund in first[FUND].dropna().unique()}
        first = first.assign(**{FUND: first[FUND].map(funds)})
    if VILLAGE_CODE in shown:
        at = shown.index(VILLAGE_CODE) + 1
        headings.insert(at, t("web.uploads.official_name", language))
        first = first.copy()
        first.insert(at, "official_name", first[VILLAGE_CODE].map(names))
    by_month = {column.name for column in COLUMNS[checked.kind] if column.type == "month"}
    months = {at for at, name in enumerate(first.columns) if name in by_month}
    rows = [
        [_written(cell, language, by_month=at in months) for at, cell in enumerate(row)]
        for row in first.to_numpy(dtype=object)
    ]
    title = t("web.uploads.preview", language, shown=len(first), all=len(checked.accepted))
    part(title, table(headings, rows, caption=title))


def effect_told(found: Effect, language: Language) -> None:
    """Say what changes on the map."""
    if not found.villages:
        told = [t("web.uploads.effect.nothing", language)]
    else:
        told = [
            t("web.uploads.effect", language, villages=found.villages, first=found.first),
            t("web.uploads.effect.sums", language, before=found.before, after=found.after),
        ]
    if found.older:
        told.append(t("web.uploads.effect.older", language, count=found.older))
    part(t("web.uploads.effect.title", language), "".join(map(paragraph, told)))


def _problem_rows(found: pd.DataFrame, checked: Checked, language: Language) -> Iterator[list[str]]:
    headings = {column.name: headed(column, language) for column in COLUMNS[checked.kind]}
    for row, column, value, reason in found.itertuples(index=False):
        fate = "held" if str(reason).startswith(HELD) else "refused"
        text = " ".join(str(value).split())
        yield [
            str(row),
            headings.get(str(column), str(column)),
            text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…",
            t(f"web.uploads.fate.{fate}", language),
            reason_text(str(reason), language),
        ]


def _written(cell: object, language: Language, *, by_month: bool) -> str:
    if cell is None or pd.isna(cell):  # type: ignore[call-overload]
        return "–"
    if isinstance(cell, date):
        return dated(cell.isoformat()[: 7 if by_month else 10], language)
    if isinstance(cell, int | float):
        return number(cell, language, 0 if float(cell).is_integer() else 2)
    return str(cell)
