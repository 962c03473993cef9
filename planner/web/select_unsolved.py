"""Why no choice of villages follows the rules, and the ways out, each a button."""

import math
from functools import partial
from typing import Any

import streamlit as st

from geodata import schema
from geodata.texts import Language, number
from planner import rupiah
from planner.selection import summary
from planner.selection.answer import Selection
from planner.selection.candidates import Candidates
from planner.selection.conflict import Conflict, Way, conflict
from planner.selection.params import Ends
from planner.texts import t
from planner.web import locks, notice, select_limits, select_rules, select_solve, state
from planner.web.jobs import Job
from planner.web.labels import plain
from planner.web.select_data import Request
from planner.web.waiting import result_of
from planner.web.workers import apart

_SECONDS: float = 30.0
_FIELDS = {
    "launches": state.LAUNCHES,
    "launches_min": state.LAUNCHES_LEAST,
    "agent_days": state.AGENT_DAYS,
    "per_district": state.PER_DISTRICT,
}
_GROUPS = {"per_regency": "regencies", "per_branch": "branches", "per_sector": "sectors"}


def show(request: Request, found: Candidates, selection: Selection, language: Language) -> None:
    """Show why there is no choice; finding it out is long work.

    Parameters
    ----------
    request, found, selection
        What was asked for, what was to be chosen from, and the answer without a choice.
    language
        Language of the words.
    """
    clash: Conflict | None = None
    if selection.status != "stopped":

        def work(job: Job) -> tuple[Conflict | None]:
            return (apart(job, conflict, found.problem, seconds=_SECONDS),)

        def told(_: Job) -> str:
            return t("web.select.explaining", language)

        answer = result_of(request.key("conflict"), work, told, language)
        if answer is None:
            return
        (clash,) = answer
    notice.show("warning", *summary.unsolved(found, selection, clash, language))
    if clash is not None:
        _ways_out(found, clash, language)


def _ways_out(found: Candidates, clash: Conflict, language: Language) -> None:
    """Show a button for every way out; changes that only help together share one."""
    together = [] if clash.ways else [clash.cheapest]
    with st.container(key="ways"):
        for number_of, ways in enumerate([(way,) for way in clash.ways] + together):
            labels = [_label(found, way, language) for way in ways]
            if ways and None not in labels:
                words = t("web.select.way.and", language).join(label for label in labels if label)
                st.button(words, key=f"way-{number_of}", on_click=partial(_take, found, ways, language))


def _label(found: Candidates, way: Way, language: Language) -> str | None:
    """Say what a way out does; nothing where it has no number."""
    kind, subject = str(found.problem.rules.kind[way.row]), str(found.problem.rules.subject[way.row])
    if kind in ("must", "never"):
        return t(f"web.select.way.{kind}", language, village=plain(summary.called(found, subject)))
    if kind == "budget":
        return t("web.select.way.budget", language, needed=plain(rupiah.written(way.needed, language)))
    if kind not in _FIELDS and kind.removesuffix("_min") not in _GROUPS:
        return None
    name = _called(found, kind.removesuffix("_min"), subject, language)
    return t(f"web.select.way.{kind}", language, needed=number(_whole(way), language), name=plain(name))


def _take(found: Candidates, ways: tuple[Way, ...], language: Language) -> None:
    """Change the rules as the ways out say, and choose again; called before the rerun."""
    changes: dict[str, Any] = {}
    for way in ways:
        kind, subject = str(found.problem.rules.kind[way.row]), str(found.problem.rules.subject[way.row])
        if kind in ("must", "never"):
            locks.put(subject, None)
        elif kind == "budget":
            changes[state.BUDGET] = rupiah.written(math.ceil(way.needed), language)
        elif kind in _FIELDS:
            changes[_FIELDS[kind]] = _whole(way)
        else:
            field = _GROUPS[kind.removesuffix("_min")]
            select_limits.put((field, subject), _ends(found, way, field, subject))
    select_rules.put(changes)
    select_solve.ask()


def _ends(found: Candidates, way: Way, field: str, subject: str) -> Ends:
    """Return fewest and most launches after a change."""
    params = found.params
    if field == "sectors":
        least, most = next(ends for sector, ends in params.sectors.items() if sector == subject)
    else:
        least, most = params.ends_of("regency" if field == "regencies" else "branch", subject)
    return (_whole(way), most) if way.side == "least" else (least, _whole(way))


def _whole(way: Way) -> int:
    return math.ceil(way.needed - 1e-9) if way.side == "most" else math.floor(way.needed + 1e-9)


def _called(found: Candidates, group: str, subject: str, language: Language) -> str:
    if group == "per_sector":
        return t(f"web.sector.{subject}", language)
    if group == "per_regency":
        around = found.around
        return str(around.loc[around[schema.REGENCY_CODE] == subject, schema.REGENCY_NAME].iloc[0])
    return subject
