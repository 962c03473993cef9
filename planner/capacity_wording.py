"""Capacity and fair targets in words and rows: why a target lies where it does, what an office can do."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from geodata.schema import DISTRICT_NAME, REGENCY_NAME
from geodata.texts import Language, number
from planner import capacity as board
from planner.capacity import Capacity
from planner.coverage import GAP
from planner.fair_targets import (
    BOUND,
    COVERED_PCT,
    DIFFICULTY,
    EXPECTED,
    EXPECTED_HIGH,
    EXPECTED_LOW,
    LEFT_PCT,
    PARTS,
    REGISTERED_PCT,
    SECTOR,
    TARGET,
    TRAVEL_PCT,
    FairTargets,
    MetBasis,
)
from planner.manner import Manner, Shown
from planner.territories.agents import AGENT
from planner.territories.load import HOURS
from planner.texts import t

LIKE_MEAN: Final = 0.02
"""Up to this share of it, a target is as large as the mean."""
_TELLING: Final = 0.03
_CAUSES: Final = 2

AGENT_COLUMNS: Final = (
    AGENT,
    board.VILLAGES,
    HOURS,
    board.LOAD_PCT,
    board.REACHABLE,
    TARGET,
    EXPECTED,
    DIFFICULTY,
    "reason",
)
REGENCY_COLUMNS: Final = (
    "regency_name",
    board.VILLAGES,
    board.WITHOUT,
    board.AGENTS,
    board.REACHABLE,
    board.PER_1000,
)
ALONE_COLUMNS: Final = (
    "district_name",
    "regency_name",
    board.VILLAGES,
    GAP,
    board.NEAREST,
    board.NEAREST_KM,
    board.NEAREST_LOAD,
)


def agent_rows(seen: Capacity, fair: FairTargets | None, manner: Manner) -> list[list[Shown]]:
    """Return one row per agent, ``AGENT_COLUMNS``; without targets those stay empty."""
    return [
        [
            row[AGENT],
            int(row[board.VILLAGES]),
            _rounded(row[HOURS], 1),
            _rounded(row[board.LOAD_PCT], 0),
            int(row[board.REACHABLE]),
            *([None] * 4 if fair is None else _target(fair, row[AGENT], manner)),
        ]
        for row in seen.agents.reset_index().to_dict("records")
    ]


def _target(fair: FairTargets, agent: str, manner: Manner) -> list[Shown]:
    row = fair.of_agents[agent]
    why = reason(fair, agent, manner.language)
    return [int(row[TARGET]), expected_text(row, manner), _rounded(row[DIFFICULTY], 2), why]


def regency_rows(seen: Capacity, language: Language) -> list[list[Shown]]:
    """Return one row per regency, ``REGENCY_COLUMNS``, and all of them together."""
    rows = [_place(row, str(row[REGENCY_NAME])) for row in seen.regencies.to_dict("records")]
    whole = {**{str(name): value for name, value in seen.whole.items()}, REGENCY_NAME: ""}
    return [*rows, _place(whole, t("capacity.whole", language))]


def alone_rows(seen: Capacity) -> list[list[Shown]]:
    """Return one row per district without an agent, ``ALONE_COLUMNS``."""
    return [
        [
            str(row[DISTRICT_NAME]),
            str(row[REGENCY_NAME]),
            int(row[board.VILLAGES]),
            int(row[GAP]),
            None if pd.isna(row[board.NEAREST]) else str(row[board.NEAREST]),
            _rounded(row[board.NEAREST_KM], 1),
            _rounded(row[board.NEAREST_LOAD], 0),
        ]
        for row in seen.without_agent.to_dict("records")
    ]


def told(seen: Capacity, fair: FairTargets | None, language: Language) -> list[str]:
    """Tell what an office can do, one sentence a line."""
    whole, agents = seen.whole, seen.agents
    working = agents[agents[board.VILLAGES] > 0]
    lines = []
    if len(working):
        lines.append(
            t(
                "capacity.told.load",
                language,
                agents=len(working),
                load=number(float(working[board.LOAD_PCT].mean()), language),
                least=number(float(working[board.LOAD_PCT].min()), language),
                most=number(float(working[board.LOAD_PCT].max()), language),
                hours=number(seen.hours_available, language),
                over=int((working[board.LOAD_PCT] > 100).sum()),
            )
        )
        lines.append(
            t(
                "capacity.told.reach",
                language,
                reached=int(whole[board.REACHABLE]),
                gap=int(whole[GAP]),
                rate=number(float(whole[board.PER_1000]), language, 2) if np.isfinite(whole[board.PER_1000]) else "–",
            )
        )
    idle = len(agents) - len(working)
    if idle:
        lines.append(t("capacity.told.idle", language, agents=idle))
    lines.append(
        t(
            "capacity.told.without" if len(seen.without_agent) else "capacity.told.everywhere",
            language,
            districts=len(seen.without_agent),
            all=len(seen.districts),
            villages=int(whole[board.WITHOUT]),
        )
    )
    if fair is not None:
        sums = fair.agents[[EXPECTED, EXPECTED_LOW, EXPECTED_HIGH]].sum().round()
        lines.append(t("fair.told.total", language, total=fair.total, equal=number(fair.equal, language, 1)))
        way = "above" if fair.total > sums[EXPECTED_HIGH] else "below" if fair.total < sums[EXPECTED_LOW] else "within"
        ends = {"expected": int(sums[EXPECTED]), "low": int(sums[EXPECTED_LOW]), "high": int(sums[EXPECTED_HIGH])}
        lines.append(t(f"fair.told.{way}", language, **ends))
    return lines


def assumptions(fair: FairTargets, language: Language, *, met: MetBasis = "assumed") -> list[str]:
    """Tell what the targets rest on, one sentence a line.

    Parameters
    ----------
    fair
        The targets.
    language
        Language of the sentences.
    met
        ``counted`` where the people met at a visit are those of own visits, else ``assumed``.
    """
    rules = fair.params
    return [
        t(
            f"fair.assumed.month_{met}",
            language,
            hours=number(rules.hours_per_month, language),
            met=number(rules.met_per_visit, language, 1),
        ),
        t("fair.assumed.own" if fair.own_results else "fair.assumed.published", language),
        t(
            "fair.assumed.limits",
            language,
            least=number(100 * rules.least_share, language),
            most=number(100 * rules.most_share, language),
        ),
        t("fair.assumed.proportion", language),
    ]


def expected_text(row: Mapping[Any, Any], manner: Manner) -> str:
    """Write what is expected of an agent, with its range."""
    value = manner.people(round(float(row[EXPECTED])))
    span = manner.span(round(float(row[EXPECTED_LOW])), round(float(row[EXPECTED_HIGH])))
    return f"{value} ({span})" if span else value


def reason(fair: FairTargets, agent: str, language: Language) -> str:
    """Say in words why the target of an agent lies where it does.

    Parameters
    ----------
    fair
        The targets.
    agent
        Code of the agent.
    language
        Language of the sentence.
    """
    row = fair.of_agents[agent]
    if not row[board.VILLAGES]:
        return t("fair.reason.no_villages", language)
    if not row[EXPECTED] > 0:
        return t("fair.reason.nothing_left", language)
    off = float(row[TARGET]) / fair.equal - 1
    way = "like" if abs(off) <= LIKE_MEAN else "lower" if off < 0 else "higher"
    sign = 1.0 if way == "lower" else -1.0
    causes = [] if way == "like" else _causes(row, sign) or _weightiest(row, sign)
    against = _causes(row, -sign)[:1] if causes else []
    told_causes = [_cause(name, fair, row, language) for name in causes]
    sentence = t(f"fair.reason.{way}", language)
    if told_causes:
        sentence += " " + t("fair.reason.because", language, causes=t("fair.reason.and", language).join(told_causes))
    if against:
        sentence += t("fair.reason.although", language, cause=_cause(against[0], fair, row, language))
    limit = t(f"fair.reason.bound_{row[BOUND]}", language) if row[BOUND] else ""
    return " ".join(filter(None, (f"{sentence}.", limit)))


def _causes(row: Mapping[Any, Any], sign: float) -> list[str]:
    """Return the parts that make an area harder (1) or easier (-1), the weightiest first."""
    weight = {name: sign * float(np.log(row[name])) for name in PARTS}
    telling = [name for name in PARTS if weight[name] > np.log1p(_TELLING)]
    return sorted(telling, key=lambda name: -weight[name])[:_CAUSES]


def _weightiest(row: Mapping[Any, Any], sign: float) -> list[str]:
    """Return the part that weighs most in a direction, however little: several small ones may make a difference."""
    name = max(PARTS, key=lambda one: sign * float(np.log(row[one])))
    return [name] if sign * float(np.log(row[name])) > 0 else []


def _cause(name: str, fair: FairTargets, row: Mapping[Any, Any], language: Language) -> str:
    mean = fair.mean
    if name == "work":
        own, all_ = (number(min(float(r[HOURS]), fair.params.hours_per_month), language) for r in (row, mean))
        return t("fair.cause.work", language, hours=own, mean=all_)
    if name == "coverage" and row[LEFT_PCT] < mean[LEFT_PCT] - 1:
        return t("fair.cause.few_left", language, gap=int(row[GAP]))
    column = {"distance": TRAVEL_PCT, "sector": REGISTERED_PCT, "coverage": COVERED_PCT}[name]
    own, all_ = (number(float(r[column]), language, 1 if column != COVERED_PCT else 0) for r in (row, mean))
    sector = t(f"explain.sector.{row[SECTOR] or 'other'}", language)
    return t(f"fair.cause.{name}", language, percent=own, mean=all_, sector=sector)


def _place(row: Mapping[Any, Any], name: str) -> list[Shown]:
    per = row[board.PER_1000]
    return [
        name,
        int(row[board.VILLAGES]),
        int(row[board.WITHOUT]),
        int(row[board.AGENTS]),
        int(row[board.REACHABLE]),
        None if pd.isna(per) else round(float(per), 3),
    ]


def _rounded(value: Any, decimals: int) -> float | None:  # noqa: ANN401 (a cell)
    return None if pd.isna(value) else round(float(value), decimals)
