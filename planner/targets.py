"""What a target costs: from net active participants back to registrations, people, villages, agents and rupiah.

Every figure has a value, worked out with the parameters as they stand, and an interval that holds 90 % of many
simulated worlds. In each world every parameter is drawn within its range (two triangles around the value, which stays
the median; :func:`planner.robustness.drawn_figures`), seeded. What the parameters say holds for all villages at once,
and so does the error of the uncovered workers: most of it comes from shares published for whole provinces. Drawn
village by village, errors would average out and the intervals would look far surer than anyone is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.criteria import COST_FACTOR
from planner.errors import PlanError
from planner.launches import LaunchOrder, launch_order
from planner.params import Floats, Funnel, Params, ScoringParams
from planner.robustness import drawn_figures
from planner.tariffs import PayerSector, Programme, contribution_idr

Name = Literal[
    "net_active",
    "registrations",
    "reached",
    "launches",
    "visits",
    "agents",
    "launch_cost_idr",
    "contributions_idr_per_year",
    "contributions_state_idr_per_year",
]
FigureBasis = Literal["given", "counted", "derived", "assumed"]

MONTHS: Final = 12
NATIONAL_RATIO: Final = 5.0  # registrations per active participant in the country, 2019
AIMED_RATIO: Final = 3.0  # the aim of 2019
IRREGULAR_SHARE: Final = 0.3  # of informal participants pay irregularly: the upper of two published figures, mid-2024
UNPAID_SHARE: Final = 2 / 3  # of the months at most, or participation lapses: three unpaid in a row end it
_INTERVAL: Final = (0.05, 0.95)


class Figure(NamedTuple):
    """One figure of a plan.

    Attributes
    ----------
    value, low, high
        Whole people, villages, visits, agents or rupiah; the ends of the 5-95 % interval.
    basis
        ``given`` by the user, ``counted`` (own results beside published figures), ``derived`` from published figures,
        or ``assumed``.
    source
        Key of the text that says where it comes from.
    source_date
        Date of the source, as exact as it is known; empty for an assumption.
    counted
        What fills the text of own results: visits, villages, days; nothing in others.
    """

    value: int
    low: int
    high: int
    basis: FigureBasis
    source: str
    source_date: str
    counted: Mapping[str, object] = MappingProxyType({})


class Scenario(NamedTuple):
    """The plan with another number of registrations per active participant."""

    registrations_per_active: float
    registrations: int
    launches: int
    launch_cost_idr: int
    enough: bool


@dataclass(frozen=True)
class TargetPlan:
    """What a target takes.

    Attributes
    ----------
    figures
        The figures by name.
    villages
        Villages with uncovered workers: no more launches than these are possible.
    enough
        Whether launches in all of them bring the registrations needed; if not, ``launches``, ``visits`` and
        ``launch_cost_idr`` are those of all villages.
    chance
        Share of the simulated worlds, 0 to 1, in which all of them bring enough.
    all_active
        Active participants after twelve months from launches in all villages.
    scenarios
        The plan at its own ratio, at the national one, and at the one aimed at.
    stages
        :func:`funnel_over_time` of the registrations needed.
    """

    figures: Mapping[Name, Figure]
    villages: int
    enough: bool
    chance: float
    all_active: Figure
    scenarios: tuple[Scenario, ...]
    stages: pd.DataFrame


def net_between(before: int, after: int) -> int:
    """Return how many active participants lie between two numbers of them.

    Raises
    ------
    PlanError
        If the first is negative or not below the second.
    """
    if not 0 <= before < after:
        raise PlanError("targets.no_growth", before=before, after=after)
    return after - before


def plan_target(
    net_active: int,
    villages: pd.DataFrame,
    *,
    offices: pd.DataFrame,
    params: ScoringParams,
    start: date,
    programme: Programme = "jkk_jkm",
    sector: PayerSector = "other",
    layer_date: str = "",
) -> TargetPlan:
    """Plan backwards from a number of active participants.

    Launches go to the villages with the most expected registrations first, until these are enough. Where the funnel
    holds own results, villages have the rates of their sector and regency, and those with the most later active
    participants come first.

    Parameters
    ----------
    net_active
        Additional participants who still pay after twelve months.
    villages
        Villages of the layer, with eligible and active workers, their ranges and bases, and points.
    offices
        Branch offices with ``longitude`` and ``latitude``.
    params
        Funnel, cost rates and yield of agents; number of worlds and seed.
    start
        Contributions are those of the twelve months from this day on.
    programme, sector
        Whose tariff.
    layer_date
        When the layer was built.

    Raises
    ------
    PlanError
        If the target is not positive, nobody would register, no village has uncovered workers, or the tariff table
        lacks one of the months.
    """
    if net_active < 1:
        raise PlanError("targets.not_positive", net=net_active)
    contributions = (
        contribution_idr(start, MONTHS, programme=programme, payer="self", sector=sector),
        contribution_idr(start, MONTHS, programme=programme, payer="state", sector=sector),
    )
    order = launch_order(villages, offices, params)
    ends, active, chance = _intervals(net_active, order, params, contributions)
    value = _value(net_active, order, params, contributions)
    sources = _sources(params, layer_date)
    everybody = order.worth.sum() / params.funnel.registrations_per_active
    return TargetPlan(
        figures={name: _figure(value[name], ends[name], sources[name]) for name in value},
        villages=len(order.registrations),
        enough=bool(everybody >= net_active),
        chance=chance,
        all_active=_figure(everybody, active, sources["launches"]),
        scenarios=_scenarios(net_active, order, params),
        stages=funnel_over_time(value["registrations"], params.funnel),
    )


def funnel_over_time(registrations: float, funnel: Funnel) -> pd.DataFrame:
    """Return how many are reached for a number of registrations, and how many are active later.

    Parameters
    ----------
    registrations
        People who register.
    funnel
        Its shares; every stage hangs on one of them, so that its range is that of the share.

    Returns
    -------
    Index ``stage`` (``reached``, ``registered``, ``active_3``, ``active_6``, ``active_12``: months after
    registration); ``people``, ``low``, ``high``, whole people, missing where nobody of those reached would register.
    """
    ratio = funnel.registrations_per_active
    shares = {
        "reached": _inverse(funnel.registered_share, funnel.registered_share_high, funnel.registered_share_low),
        "registered": (1.0, 1.0, 1.0),
        "active_3": (funnel.active_3_share, funnel.active_3_share_low, funnel.active_3_share_high),
        "active_6": (funnel.active_6_share, funnel.active_6_share_low, funnel.active_6_share_high),
        "active_12": _inverse(ratio, funnel.registrations_per_active_high, funnel.registrations_per_active_low),
    }
    table = pd.DataFrame.from_dict(shares, orient="index", columns=["people", "low", "high"]) * registrations
    return table.rename_axis("stage").round().astype("Int64")


def _value(net: int, order: LaunchOrder, params: ScoringParams, contributions: tuple[int, int]) -> dict[Name, float]:
    """Return every figure with the parameters as they stand."""
    needed = net * params.funnel.registrations_per_active
    launches = order.needed(needed)
    people, reached = order.mix(launches, params.funnel.registered_share)
    return {
        "net_active": net,
        "registrations": needed * people,
        "reached": needed * people * reached / params.funnel.registered_share,
        "launches": launches,
        "visits": launches * params.costs.visits,
        "agents": np.ceil(net / params.agents.participants_per_agent),
        "launch_cost_idr": order.cost(launches),
        "contributions_idr_per_year": net * contributions[0],
        "contributions_state_idr_per_year": net * contributions[1],
    }


def _scenarios(net: int, order: LaunchOrder, params: ScoringParams) -> tuple[Scenario, ...]:
    ratios = dict.fromkeys((params.funnel.registrations_per_active, NATIONAL_RATIO, AIMED_RATIO))
    return tuple(_scenario(net * ratio, ratio, order) for ratio in ratios)


def _scenario(needed: float, ratio: float, order: LaunchOrder) -> Scenario:
    launches = order.needed(needed)
    cost = round(order.cost(launches))
    return Scenario(ratio, round(needed), launches, cost, bool(order.worth.sum() >= needed))


def _intervals(
    net: int, order: LaunchOrder, params: ScoringParams, contributions: tuple[int, int]
) -> tuple[dict[Name, tuple[float, float]], tuple[float, float], float]:
    """Return the interval of every figure and of what all villages bring, and how often that is enough."""
    drawn, shares, worth = _drawn(params, order.funnels)
    needed = net * drawn["registrations_per_active"]
    most = params.funnel.most_registrations
    found = [
        order.in_a_world(people, share=share[order.group], error=error, most=most, worth=each[order.group])
        for people, share, each, error in zip(needed, shares, worth, drawn["gap"], strict=True)
    ]
    first = order.needed(net * params.funnel.registrations_per_active)
    people, reached = order.mix(first, params.funnel.registered_share)
    launches = np.array([count for count, _ in found])
    everybody = np.array([people for _, people in found])
    cost = order.cost_idr.cumsum()[launches - 1]
    active = everybody / drawn["registrations_per_active"]
    certain = np.full(len(needed), float(net))
    worlds: dict[Name, Floats] = {
        "net_active": certain,
        "registrations": needed * people,
        "reached": needed * people * reached / drawn["registered_share"],
        "launches": launches,
        "visits": launches * params.costs.visits,
        "agents": np.ceil(net / drawn["participants_per_agent"]),
        "launch_cost_idr": cost * drawn["cost"],
        "contributions_idr_per_year": contributions[0] * net * drawn["paid"],
        "contributions_state_idr_per_year": contributions[1] * certain,
    }
    return {name: _ends(found) for name, found in worlds.items()}, _ends(active), float((active >= net).mean())


def _drawn(params: ScoringParams, funnels: tuple[Funnel, ...]) -> tuple[dict[str, Floats], Floats, Floats]:
    """Draw every uncertain parameter; ``gap`` is how far towards the low (-1) or high (1) end all villages lie.

    Returns
    -------
    The parameters of all, by name, shape (worlds,); then of each of the funnels, shape (worlds, funnels): the share of
    uncovered workers who register, and what a registration is worth beside one of all. The figures of all funnels lie
    alike within their ranges: drawn apart, the errors would average out.
    """
    funnel, agents = params.funnel.as_dict(), params.agents.as_dict()
    ranged = {
        **dict.fromkeys(("registrations_per_active", "reached_share", "registered_share"), funnel),
        "participants_per_agent": agents,
    }
    ranges = {name: _ends_of(fields, name) for name, fields in ranged.items()}
    ranges |= {
        "gap": (0.0, -1.0, 1.0),
        "cost": (1.0, 1 / COST_FACTOR, COST_FACTOR),
        "paid": (1.0, 1 - IRREGULAR_SHARE * UNPAID_SHARE, 1.0),
    }
    uniforms = np.random.default_rng(params.seed).random((params.worlds, len(ranges)), dtype=np.float32)
    middle = np.zeros(len(ranges), dtype=np.float32)
    side = drawn_figures(uniforms, middle, middle - 1, middle + 1)  # in float32: from -1, the low end, to 1, the high
    sides = dict(zip(ranges, side.T, strict=True))
    drawn = {name: _towards(sides[name], ends) for name, ends in ranges.items()}
    reached, registered, ratio = (
        np.column_stack([_towards(sides[name], _ends_of(one.as_dict(), name)) for one in funnels])
        for name in ("reached_share", "registered_share", "registrations_per_active")
    )
    return drawn, reached * registered, drawn["registrations_per_active"][:, None] / ratio


def _ends_of(fields: Mapping[str, float], name: str) -> tuple[float, float, float]:
    return fields[name], fields[f"{name}_low"], fields[f"{name}_high"]


def _towards(side: npt.NDArray[np.float32], ends: tuple[float, float, float]) -> Floats:
    """Return a figure that lies from its low (-1) to its high (1) end."""
    value, least, most = ends
    return np.asarray(value + side * np.where(side < 0, value - least, most - value))


def _ends(found: Floats) -> tuple[float, float]:
    least, most = np.quantile(found, _INTERVAL)
    return float(least), float(most)


def _figure(value: float, ends: tuple[float, float], source: "_Source") -> Figure:
    """Round a figure; its interval holds the value also where the range ends at it."""
    least, most = min(value, ends[0]), max(value, ends[1])
    return Figure(round(value), round(least), round(most), *source)


class _Source(NamedTuple):
    """How a figure was got, and the text, date and counts of where from."""

    basis: FigureBasis
    text: str
    date: str
    counted: Mapping[str, object] = MappingProxyType({})


def _sources(params: ScoringParams, layer_date: str) -> dict[Name, _Source]:
    """Say of each figure where it comes from; what a user changed is the user's assumption."""
    own = _Source("assumed", "targets.source.own", "")

    def unless_own(model: Params, prefix: str, said: _Source) -> _Source:
        default = type(model)().as_dict()
        changed = any(value != default[name] for name, value in model if name.startswith(prefix))
        return own if changed else said

    funnel, rates = params.funnel, params.costs
    return {
        "net_active": _Source("given", "targets.source.given", ""),
        "registrations": unless_own(
            funnel, "registrations_per_active", _Source("derived", "targets.source.ratio", "2019-01-24")
        ),
        "reached": unless_own(
            funnel, "registered_share", _Source("assumed", "targets.source.registered", "2019-11-01")
        ),
        "launches": _Source("assumed", "targets.source.launches", layer_date),
        "visits": unless_own(rates, "visits", _Source("assumed", "targets.source.visits", "")),
        "agents": unless_own(params.agents, "", _Source("derived", "targets.source.agents", "2019-01-24")),
        "launch_cost_idr": unless_own(rates, "", _Source("assumed", "targets.source.rates", "")),
        "contributions_idr_per_year": _Source("derived", "targets.source.self", "2026"),
        "contributions_state_idr_per_year": _Source("derived", "targets.source.state", "2026-02-03"),
        **_counted(funnel),
    }


def _counted(funnel: Funnel) -> dict[Name, _Source]:
    """Say of the figures that own results stand behind from how many visits and villages these are."""
    own = funnel.own
    if own is None:
        return {}
    told: dict[str, object] = {name: value for name, value in own if name != "rates"}
    seen: dict[Name, str] = {}
    if own.launched:
        seen["registrations"] = "targets.source.launched"
    if own.visits:
        seen |= {"reached": "targets.source.visited", "launches": "targets.source.launches_visited"}
    return {name: _Source("counted", key, "", told) for name, key in seen.items()}


def _inverse(value: float, least: float, most: float) -> tuple[float, float, float]:
    first, second, third = (1 / part if part > 0 else np.nan for part in (value, least, most))
    return first, second, third
