"""The section of ending months: a branch's own file, what ends when, and how many stay active."""

import csv
import io
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from geodata import office_day, schema
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner import expiry
from planner import fund_wording as wording
from planner.expiry_file import COLUMNS
from planner.export.delimited import SEPARATORS
from planner.fund_outlook import Calendar, calendar_on, place_names, unknown_places
from planner.params import Renewal
from planner.texts import t
from planner.web import state, target_upload
from planner.web.file_field import file_field
from planner.web.tables import folded, paragraph, table
from planner.web.target_bars import Bar, Look, bars
from planner.web.target_choices import coming_months
from planner.web.target_parts import alert, part, prose
from planner.web.target_sheet import Sheet, downloads, page_manner
from planner.web.wording import dated

_DRAWN: Final = 24  # months in a chart
_LISTED: Final = 100  # groups on the page; the file has all
_CODES: Final = 20  # unknown codes told
_ENDING: Final[dict[Look, str]] = {"first": expiry.ENDING, "second": expiry.FALLING_OUT}
_STAYING: Final[dict[Look, str]] = {"first": expiry.ACTIVE, "second": expiry.RENEWED}
_EXAMPLES: Final = (
    ("17.06.01.2006", "17.06", "120", "2026-09-01", "3", "dbh_sawit", "jkk_jkm"),
    ("", "17.06", "80", "2026-05-01", "12", "apbd", "jkk_jkm_jht"),
)


def render(layer: VillageLayer, language: Language) -> None:
    """Show the section."""
    prose(paragraph(*(t(f"web.calendar.{key}", language) for key in ("intro", "kept"))))
    _ask(language)
    found = target_upload.kept()
    if found is None:
        return
    if found.refused is not None:
        sentence, lines, more = target_upload.refusal(found.refused, language)
        alert([sentence], [*lines, *([t("web.calendar.more", language, more=more)] if more else [])])
    elif found.groups is not None:
        _show(found.name, found.groups, place_names(layer.frame), language)


def template(language: Language) -> bytes:
    """Return a file to fill in: the columns and two rows as examples."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATORS[language])
    writer.writerow(COLUMNS)
    for number, row in enumerate(_EXAMPLES, start=1):
        writer.writerow([t("web.calendar.example", language, number=number), *row])
    return text.getvalue().encode("utf-8-sig")


def _ask(language: Language) -> None:
    file_field(
        t("web.calendar.file", language, most=target_upload.MOST_MB),
        target_upload.field(),
        choose=t("web.calendar.choose", language),
        refused=t("web.calendar.refused", language, most=target_upload.MOST_MB),
        on_change=target_upload.take,
    )
    headings = [t(f"web.calendar.{name}", language) for name in ("column", "meaning")]
    rows = [(name, t(f"web.calendar.column.{name}", language)) for name in COLUMNS]
    summary = t("web.calendar.columns", language)
    prose(folded(summary, table(headings, rows, caption=summary)))
    st.download_button(
        t("web.calendar.template", language),
        lambda: template(language),
        file_name=t("web.calendar.template_name", language),
        mime="text/csv",
        on_click="ignore",
    )


def _show(name: str, groups: pd.DataFrame, names: dict[str, str], language: Language) -> None:
    workers = int(groups[expiry.PAID_WORKERS].sum())
    read = t("web.calendar.read", language, file=name, groups=len(groups), workers=workers)
    prose(paragraph(read))
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        day = _day(language)
        st.button(t("web.calendar.forget", language), on_click=target_upload.forget)
    renewal = Renewal()
    found = calendar_on(groups, day, renewal)
    manner = page_manner(language)
    summary = wording.calendar_summary(found, manner)
    title = t("web.calendar.urgent", language)
    urgent = Sheet(title, wording.urgent_headings(language), wording.urgent_rows(found.urgent, names, manner))
    title = t("web.calendar.by_month", language)
    months = Sheet(title, wording.month_headings(language), wording.month_rows(found.months, manner))
    notes = [
        t("expiry.note.months", language),
        t("web.calendar.renewal", language, **wording.renewal_values(renewal, language)),
    ]
    if unknown := unknown_places(groups, names):
        codes = ", ".join(unknown[:_CODES]) + (", …" if len(unknown) > _CODES else "")
        notes.append(t("expiry.note.unknown_places", language, codes=codes))
    _tell(found, urgent, months, notes=[summary, *notes], language=language)


def _tell(found: Calendar, urgent: Sheet, months: Sheet, *, notes: list[str], language: Language) -> None:
    summary, *others = notes
    part(t("web.calendar.standing", language), paragraph(summary))
    if urgent.rows:
        first = Sheet(urgent.title, urgent.headings, urgent.rows[:_LISTED])
        left = len(urgent.rows) - _LISTED
        rest = paragraph(t("web.calendar.listed", language, more=left)) if left > 0 else ""
        part(urgent.title, first.html(language) + rest)
    charts = _endings(found.months, language) + _staying(found.months, language)
    hidden = len(found.months) - _DRAWN
    rest = paragraph(t("web.calendar.drawn", language, drawn=_DRAWN)) if hidden > 0 else ""
    whole = folded(t("web.calendar.table", language), months.html(language))
    part(months.title, charts + rest + whole + "".join(paragraph(note) for note in others))
    downloads(months, [months, urgent], notes, t("web.target.file.masa", language), language)


def _day(language: Language) -> date:
    """Ask for the day to look from: today, or the first of a coming month."""
    today = office_day.today()
    days = ["", *coming_months(today)]
    state.restore(state.SEEN_FROM, days)
    st.selectbox(
        t("web.filter.per", language),
        days,
        format_func=lambda month: dated(f"{month}-01", language) if month else t("web.calendar.today", language),
        key=state.SEEN_FROM,
        width=260,
    )
    state.remember(state.SEEN_FROM)
    chosen = st.session_state[state.SEEN_FROM]
    return date.fromisoformat(f"{chosen}-01") if chosen else today


def _endings(months: pd.DataFrame, language: Language) -> str:
    manner = page_manner(language)
    names = {look: t(f"expiry.heading.{name}", language) for look, name in _ENDING.items()}
    rows = []
    for month, row in months.head(_DRAWN).iterrows():
        drawn = [Bar(int(row[name]), manner.people(row[name]), look) for look, name in _ENDING.items()]
        rows.append((manner.day(str(month)), [bar for bar in drawn if bar.value] or drawn[:1]))
    return bars(t("web.calendar.chart_ending", language), rows, series=names)


def _staying(months: pd.DataFrame, language: Language) -> str:
    manner = page_manner(language)
    names = {look: t(f"expiry.heading.{name}", language) for look, name in _STAYING.items()}
    rows = []
    for month, row in months.head(_DRAWN).iterrows():
        least, most = (manner.people(row[end(expiry.RENEWED)]) for end in (schema.low, schema.high))
        told = f"{manner.people(row[expiry.RENEWED])} ({manner.between(least, most)})"
        words = {expiry.ACTIVE: manner.people(row[expiry.ACTIVE]), expiry.RENEWED: told if least != most else most}
        rows.append(
            (manner.day(str(month)), [Bar(int(row[name]), words[name], look) for look, name in _STAYING.items()])
        )
    return bars(t("web.calendar.chart_active", language), rows, series=names)
