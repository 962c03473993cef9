"""The section of what agents brought: visits, met, interested, registered, the month's counter, who is long without."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from geodata.office_day import today
from geodata.texts import Language, number
from planner import agent_results as figures
from planner import small_cells
from planner.field.incentive import Incentive, incentive_on
from planner.field.quiet import Quiet
from planner.manner import Manner
from planner.store.agent_board import Staff
from planner.texts import t
from planner.web import agents_data, agents_tables, board_files, board_parts, data, day_text, notice
from planner.web.charts import Bar, Drawing, Look, Row, bars, chart
from planner.web.links import page_link
from planner.web.target_parts import part, prose
from planner.web.target_sheet import Cell, Sheet, page_manner

_MONTHS = 6
_WARNED = 5
_LEVELS = ("closed", "warn_75", "warn_60", "none")
_MONTH_COLUMNS = (figures.AGENTS, *figures.COUNTS, figures.NOT_ASKED)
_AGENT_COLUMNS = (
    *("agent", "office", figures.VISITS, figures.MET, figures.INTERESTED, figures.REGISTERED, figures.MISSING),
    *("last", "quiet"),
)
_PEOPLE = (figures.MET, figures.INTERESTED, figures.REGISTERED)
_LOOKS: tuple[tuple[Look, str], ...] = (
    ("first", figures.MET),
    ("second", figures.INTERESTED),
    ("third", figures.REGISTERED),
)


@dataclass(frozen=True)
class _Seen:
    """Agents who are looked at, and what their visits brought until the day."""

    day: date
    rule: Incentive
    months: pd.DataFrame
    agents: pd.DataFrame
    quiet: dict[str, Quiet]
    offices: dict[str, str]


def show(language: Language) -> None:
    """Show the section.

    Raises
    ------
    DataError
        If the layer or the records cannot be read, or no incentive holds today.
    """
    engine = board_parts.engine(language)
    if engine is None:
        return
    staff = agents_data.staff_now(engine)
    if staff.agents.empty:
        board_parts.nothing(language, "web.agents.nobody", "uploads", "territories")
        return
    layer = data.st_layer()
    area = board_parts.area(layer, language)
    seen = _seen(staff, area)
    if seen.agents.empty:
        board_parts.nothing(language, "web.board.agents.none_here", "agents")
        return
    sheets, notes = _show(seen, language)
    board_files.downloads(sheets, notes, section="agen", fingerprint=layer.fingerprint, region=area, language=language)


def _seen(staff: Staff, area: str) -> _Seen:
    """Count the agents who have a village in a region, with all their visits; without region those without too."""
    day = today()
    rule = incentive_on(day)
    there = set(staff.holds.loc[staff.holds["village_code"].str.startswith(area), "agent_code"])
    codes = [code for code in sorted(staff.agents["agent_code"]) if not area or code in there]
    made = staff.visits[staff.visits["agent_code"].isin(codes)]
    return _Seen(
        day,
        rule,
        figures.by_month(made, day, months=_MONTHS),
        figures.by_agent(made, codes, day, rule),
        figures.quiet_by_agent(made, staff.since(), codes, day, rule),
        staff.offices(),
    )


def _show(seen: _Seen, language: Language) -> tuple[list[Sheet], list[str]]:
    """Show the figures; return the tables and what a reader must know."""
    manner = page_manner(language)
    st.html(board_parts.tiles(_tiles(seen, manner)))
    _warn(seen, language)
    by_month = _month_sheet(seen, manner)
    if seen.months[figures.VISITS].sum():
        prose(chart(_chart(seen, manner), by_month, language))
    else:
        prose(board_parts.notes([t("web.board.agents.no_visits", language, months=_MONTHS)]))
    each = _agent_sheet(seen, manner)
    part(each.title, board_parts.listed(each, language))
    page_link("agents", language, words="web.board.agents.to_agents")
    notes = [
        t("web.board.as_of", language, day=day_text.day(seen.day, language)),
        t("web.board.agents.note.registered", language),
        t("web.board.agents.note.region", language),
        seen.rule.standing(seen.day).text(language),
    ]
    if asked := int(seen.months[figures.NOT_ASKED].sum()):
        notes.append(t("web.board.agents.note.not_asked", language, visits=asked))
    prose(board_parts.notes(notes))
    cells, sums = figures.hidden(seen.agents)
    few = seen.months[list(_PEOPLE)].apply(small_cells.few)
    few.iloc[-1] |= sums[list(_PEOPLE)]
    word = t("web.board.hidden", language)
    sheets = [
        board_files.without(by_month, few.to_numpy(), [_MONTH_COLUMNS.index(name) + 1 for name in _PEOPLE], word),
        board_files.without(
            each, cells.loc[_order(seen)].to_numpy(), [_AGENT_COLUMNS.index(name) for name in cells.columns], word
        ),
    ]
    is_any = bool(few.to_numpy().any() or cells.to_numpy().any())
    return sheets, [*board_files.hidden_note(language, is_any=is_any), *notes]


def _tiles(seen: _Seen, manner: Manner) -> list[tuple[str, str, str]]:
    language, now = manner.language, seen.months.iloc[-1]
    at_work, reached = int(now[figures.AGENTS]), int((seen.agents[figures.MISSING] == 0).sum())
    quiet = [one for one in seen.quiet.values() if one.level != "none"]
    month = day_text.month(seen.day, language)
    told = (
        ("visits", int(now[figures.VISITS]), {"agents": at_work, "all": len(seen.agents)}),
        ("met", int(now[figures.MET]), {"interested": int(now[figures.INTERESTED])}),
        ("registered", int(now[figures.REGISTERED]), {"met": int(now[figures.MET])}),
        ("bonus", reached, {"wanted": seen.rule.bonus_participants, "all": len(seen.agents)}),
        ("quiet", len(quiet), {"closed": sum(one.level == "closed" for one in quiet)}),
    )
    return [
        (
            t(f"web.board.agents.tile.{name}", language, month=month),
            number(count, language),
            t(f"web.board.agents.tile.{name}_note", language, **values),
        )
        for name, count, values in told
    ]


def _warn(seen: _Seen, language: Language) -> None:
    """Name the agents who are the longest without result."""
    found = sorted(((one.days, code) for code, one in seen.quiet.items() if one.level != "none"), reverse=True)
    if not found:
        return
    lines = [f"- {code}: {agents_tables.quiet_words(seen.quiet[code], language)}" for _, code in found[:_WARNED]]
    if len(found) > _WARNED:
        lines.append(t("web.agents.more_warnings", language, count=len(found) - _WARNED))
    months = seen.rule.closed_after_months
    notice.show("warning", t("web.agents.warned", language, count=len(found), months=months), *lines)


def _month_sheet(seen: _Seen, manner: Manner) -> Sheet:
    language = manner.language
    headings = [t(f"web.board.agents.column.{name}", language) for name in (figures.MONTH, *_MONTH_COLUMNS)]
    rows: list[list[Cell]] = [
        [manner.day(str(month)), *(int(row[name]) for name in _MONTH_COLUMNS)]
        for month, row in zip(seen.months.index, seen.months.to_dict("records"), strict=True)
    ]
    return Sheet(t("web.board.agents.by_month", language), headings, rows)


def _chart(seen: _Seen, manner: Manner) -> Drawing:
    language = manner.language
    rows = [
        Row(manner.day(str(month)), tuple(Bar(int(row[name]), manner.people(row[name]), look) for look, name in _LOOKS))
        for month, row in zip(seen.months.index, seen.months.to_dict("records"), strict=True)
    ]
    sums = {name: int(seen.months[name].sum()) for name in figures.COUNTS}
    return bars(
        t("web.board.agents.chart", language),
        rows,
        description=t("web.board.agents.chart_said", language, months=len(rows), **sums),
        series={look: t(f"web.board.agents.column.{name}", language) for look, name in _LOOKS},
    )


def _order(seen: _Seen) -> list[str]:
    """Return the agents, those first who are near closing and then those without result for longest."""
    quiet = seen.quiet
    return sorted(seen.agents.index, key=lambda code: (_LEVELS.index(quiet[code].level), -quiet[code].days, code))


def _agent_sheet(seen: _Seen, manner: Manner) -> Sheet:
    language = manner.language
    order = _order(seen)
    counts = seen.agents.loc[order].to_dict("records")
    rows: list[list[Cell]] = []
    for code, row in zip(order, counts, strict=True):
        one = seen.quiet[code]
        last = "" if one.last_result_on is None else day_text.day(one.last_result_on, language)
        shown: list[Cell] = [int(row[name]) for name in (*figures.COUNTS, figures.MISSING)]
        if 0 < row[figures.VISITS] == row[figures.NOT_ASKED]:  # nobody wrote it down: not none
            shown[figures.COUNTS.index(figures.INTERESTED)] = None
        rows.append([code, seen.offices.get(code, ""), *shown, last, agents_tables.quiet_words(one, language)])
    wanted, month = seen.rule.bonus_participants, day_text.month(seen.day, language)
    headings = [t(f"web.board.agents.column.{name}", language, wanted=wanted) for name in _AGENT_COLUMNS]
    return Sheet(t("web.board.agents.each", language, month=month), headings, rows)
