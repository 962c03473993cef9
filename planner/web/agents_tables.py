"""The tables of the page of the agents as HTML: load as a bar read without colour, the reason of a target folded."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd

from geodata.schema import DISTRICT_NAME, REGENCY_NAME
from geodata.texts import Language, number, percentage
from planner import capacity as figures
from planner.capacity_wording import expected_text, reason
from planner.coverage import GAP
from planner.export.capacity import sheets
from planner.export.plain_sheet import PlainSheet
from planner.fair_targets import DIFFICULTY, TARGET, FairTargets
from planner.field.quiet import Quiet
from planner.manner import Manner, Shown
from planner.small_cells import SMALLEST
from planner.territories.agents import AGENT
from planner.territories.load import HOURS
from planner.texts import t
from planner.web import day_text
from planner.web.agents_data import Seen
from planner.web.tables import paragraph, table

MOST: Final = 200
"""Agents, and districts without one, that are listed at once."""
ORDERS: Final = ("", "beban", "diam", "bulan")
"""How agents are sorted: by code, load, days without result, registered in the month."""

_BAR_PCT: Final = 150  # what the length of the bar stands for
_COLUMNS: Final = ("agent", "villages", "load", "reach", "month", "quiet", "target")


def tiles(seen: Seen, language: Language) -> str:
    """Return the key figures."""
    board, agents = seen.board.capacity, seen.board.capacity.agents
    working = agents[agents[figures.VILLAGES] > 0]
    rate = board.whole[figures.PER_1000]
    target = 0 if seen.board.fair is None else seen.board.fair.total
    noisy = [one for one in seen.quiet.values() if one.level != "none"]
    load = percentage(float(working[figures.LOAD_PCT].mean()), language) if len(working) else "–"
    hours = number(board.hours_available, language)
    told = (
        ("agents", number(len(working), language), {"idle": len(agents) - len(working)}),
        ("load", load, {"hours": hours, "over": int((working[figures.LOAD_PCT] > 100).sum())}),
        (
            "rate",
            number(float(rate), language, 2) if np.isfinite(rate) else "–",
            {"reached": int(board.whole[figures.REACHABLE]), "gap": int(board.whole[GAP])},
        ),
        ("month", number(sum(seen.registered.values()), language), {"target": target}),
        ("alone", number(len(board.without_agent), language), {"all": len(board.districts)}),
        ("quiet", number(len(noisy), language), {"closed": sum(one.level == "closed" for one in noisy)}),
    )
    parts = [
        f"<div><dt>{escape(t(f'web.agents.tile.{name}', language))}</dt>"
        f"<dd><b>{escape(value)}</b>{escape(t(f'web.agents.tile.{name}_note', language, **values))}</dd></div>"
        for name, value, values in told
    ]
    return f'<dl class="tiles agents-tiles">{"".join(parts)}</dl>'


def warnings(seen: Seen, language: Language) -> list[str]:
    """Return a line for each agent without result for long, the longest first."""
    found = sorted(((one.days, code) for code, one in seen.quiet.items() if one.level != "none"), reverse=True)
    return [f"- {code}: {_warning(seen.quiet[code], language)}" for _, code in found]


def quiet_words(one: Quiet, language: Language) -> str:
    """Say how long an agent has been without result, with a sign and the day of closing where that is long."""
    if one.closes_on is None:
        return "–"
    if one.level != "none":
        return _warning(one, language)
    key = "web.agents.quiet.since" if one.last_result_on is None else "web.agents.quiet.none"
    key = "web.agents.quiet.one" if one.last_result_on is not None and one.days == 1 else key
    return t(key, language, days=one.days)


def agents(seen: Seen, manner: Manner, order: str) -> str:
    """Return the table of the agents."""
    language = manner.language
    headings = [t(f"web.agents.column.{name}", language) for name in _COLUMNS]
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in headings)
    rows = ordered(seen, order).head(MOST)
    body = "".join(_agent(row, seen, headings, manner) for row in rows.reset_index().to_dict("records"))
    title = escape(t("web.agents.agents", language))
    return (
        f'<table class="facts agents-table"><caption>{title}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def ordered(seen: Seen, order: str) -> pd.DataFrame:
    """Return the figures of the agents in an order; of those alike by code."""
    found = seen.board.capacity.agents.sort_index()
    if order == "beban":
        return found.sort_values(figures.LOAD_PCT, ascending=False, kind="stable")
    by = {"diam": {code: one.days for code, one in seen.quiet.items()}, "bulan": seen.registered}.get(order)
    if by is None:
        return found
    places = np.argsort([-by[code] for code in found.index], kind="stable")
    return found.iloc[places]


def alone(seen: Seen, language: Language) -> str:
    """Return the table of districts without an agent."""
    names = ("district", "villages", "gap", "nearest")
    headings = [t(f"web.agents.column.{name}", language) for name in names]
    rows = [_alone(row, language) for row in seen.board.capacity.without_agent.head(MOST).to_dict("records")]
    return table(headings, rows, caption=t("web.agents.alone", language))


def regencies(seen: Seen, language: Language) -> str:
    """Return the table of regencies."""
    names = ("regency", "villages", "without", "agents", "reach", "rate")
    headings = [t(f"web.agents.column.{name}", language) for name in names]
    rows = [_regency(row, language) for row in seen.board.capacity.regencies.to_dict("records")]
    return table(headings, rows, caption=t("web.agents.regencies", language))


def files(seen: Seen, manner: Manner) -> list[PlainSheet]:
    """Return the tables as files hold them: that of the agents with office, month and days without result too.

    A month with a few participants is missing.
    """
    first, *others = sheets(seen.board.capacity, seen.board.fair, manner)
    names = ("office", "registered", "days", "last_result")
    headings = [*first.headings, *(t(f"web.agents.file.{name}", manner.language) for name in names)]
    offices = seen.staff.offices()
    rows = [[*row, *_more(str(row[0]), offices, seen)] for row in first.rows]
    return [PlainSheet(first.title, headings, rows), *(sheet for sheet in others if sheet.rows)]


def _more(code: str, offices: Mapping[str, str], seen: Seen) -> list[Shown]:
    one = seen.quiet[code]
    last = None if one.last_result_on is None else one.last_result_on.isoformat()
    people = seen.registered[code]
    return [offices.get(code, ""), None if 0 < people < SMALLEST else people, one.days, last]


def _agent(row: Mapping[Any, Any], seen: Seen, headings: Sequence[str], manner: Manner) -> str:
    code, language = str(row[AGENT]), manner.language
    place = seen.staff.offices().get(code, "")
    cells = (
        escape(number(int(row[figures.VILLAGES]), language)),
        _load(row, language),
        escape(number(int(row[figures.REACHABLE]), language)),
        escape(_month(code, seen, language)),
        _quiet(seen.quiet[code], language),
        _target(seen.board.fair, code, manner),
    )
    told = zip(headings[1:], cells, strict=True)
    body = "".join(f'<td data-label="{escape(heading)}">{cell}</td>' for heading, cell in told)
    beside = f"<small>{escape(place)}</small>" if place else ""
    return f'<tr><th scope="row">{escape(code)}{beside}</th>{body}</tr>'


def _load(row: Mapping[Any, Any], language: Language) -> str:
    load = float(row[figures.LOAD_PCT])
    width = min(load, _BAR_PCT) / _BAR_PCT * 100
    kind = "over" if load > 100 else "within"
    percent, hours = number(load, language), number(float(row[HOURS]), language)
    words = escape(t(f"web.agents.load.{kind}", language, percent=percent, hours=hours))
    return f'<span class="load"><span class="{kind}" style="width:{width:.1f}%"></span></span>{words}'


def _month(code: str, seen: Seen, language: Language) -> str:
    registered = number(seen.registered[code], language)
    if seen.board.fair is None or not seen.board.fair.agents.loc[code, TARGET]:
        return registered
    target = int(seen.board.fair.agents.loc[code, TARGET])  # type: ignore[arg-type]  # a count
    return t("web.agents.of_target", language, registered=registered, target=number(target, language))


def _quiet(one: Quiet, language: Language) -> str:
    words = escape(quiet_words(one, language))
    return words if one.level == "none" else f'<strong class="{one.level}">{words}</strong>'


def _warning(one: Quiet, language: Language) -> str:
    closes = "–" if one.closes_on is None else day_text.day(one.closes_on, language)
    return t(f"web.agents.quiet.{one.level}", language, days=one.days, closes=closes)


def _target(fair: FairTargets | None, code: str, manner: Manner) -> str:
    if fair is None:
        return "–"
    language = manner.language
    row = fair.of_agents[code]
    target, why = number(int(row[TARGET]), language), paragraph(reason(fair, code, language))
    if pd.isna(row[DIFFICULTY]):
        return f"<b>{escape(target)}</b>{why}"
    difficulty = number(float(row[DIFFICULTY]), language, 2)
    expected = paragraph(t("web.agents.expected", language, expected=expected_text(row, manner)))
    summary = escape(t("web.agents.difficulty", language, difficulty=difficulty))
    return f"<b>{escape(target)}</b><details><summary>{summary}</summary>{why}{expected}</details>"


def _alone(row: Mapping[Any, Any], language: Language) -> list[str]:
    place = f"{row[DISTRICT_NAME]}, {row[REGENCY_NAME]}"
    counts = [number(int(row[name]), language) for name in (figures.VILLAGES, GAP)]
    if pd.isna(row[figures.NEAREST]):
        return [place, *counts, "–"]
    km, load = number(float(row[figures.NEAREST_KM]), language, 1), number(float(row[figures.NEAREST_LOAD]), language)
    return [place, *counts, t("web.agents.nearest", language, agent=row[figures.NEAREST], km=km, load=load)]


def _regency(row: Mapping[Any, Any], language: Language) -> list[str]:
    rate = row[figures.PER_1000]
    columns = (figures.VILLAGES, figures.WITHOUT, figures.AGENTS, figures.REACHABLE)
    return [
        str(row[REGENCY_NAME]),
        *(number(int(row[name]), language) for name in columns),
        "–" if pd.isna(rate) else number(float(rate), language, 2),
    ]
