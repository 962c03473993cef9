"""Fair monthly targets: new participants per agent, adjusted for how hard the area is.

What can be expected of an agent is worked out village by village: visits that fit into the hours, times the people met
at a visit, times the share of them who are not covered yet, times the share of these who register (the funnel of the
sector and regency, with own results if there are any); never more than can register among the uncovered workers left.
The sum of the office is shared in proportion to that. Difficulty is the mean of what is expected over what is expected
of the agent, so that 1.0 is the mean; it is the product of four parts (work there is, way, mix of sectors, coverage
left), each against the mean of all agents, exactly. Nobody publishes how many people an agent meets at a visit or how
many hours an agent has: both are assumed, and only their proportions count for a target.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from geodata.schema import ACTIVE_BPU, ELIGIBLE
from planner.coverage import GAP, gap
from planner.errors import PlanError
from planner.funnels import funnels, main_sector
from planner.params import Floats, Funnel, Params
from planner.territories.agents import AGENT
from planner.territories.islands import largest_remainder
from planner.territories.load import HOURS, TRAVEL_HOURS, VISITS, workload
from planner.territories.params import People, WorkloadParams

VILLAGES: Final = "villages"
TRAVEL_PCT: Final = "travel_pct"
COVERED_PCT: Final = "covered_pct"
REGISTERED_PCT: Final = "registered_pct"
SECTOR: Final = "main_sector"
LEFT_PCT: Final = "within_gap_pct"
EXPECTED: Final = "expected"
EXPECTED_LOW: Final = "expected_low"
EXPECTED_HIGH: Final = "expected_high"
DIFFICULTY: Final = "difficulty"
PARTS: Final = ("work", "distance", "sector", "coverage")
TARGET: Final = "target"
BOUND: Final = "bound"

ENOUGH_VISITS: Final = 30
"""Own visits from which on the people met are those of own visits."""
MetBasis = Literal["assumed", "counted"]

_IN: Final = "unit"
MonthHours = Annotated[float, Field(gt=0, le=744, allow_inf_nan=False, json_schema_extra={_IN: "hours"})]
Times = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False, json_schema_extra={_IN: "times"})]


class FairTargetParams(Params):
    """What is assumed of an agent's month, and how far a target may lie from an equal share.

    ``least_share`` and ``most_share`` say how far, as a multiple of the target that would be the same for everybody.
    """

    about = "params.file.fair_targets"

    hours_per_month: MonthHours = 160.0
    met_per_visit: People = 12.0
    least_share: Times = 0.5
    most_share: Times = 1.5
    workload: WorkloadParams = WorkloadParams()

    @model_validator(mode="after")
    def _around_the_mean(self) -> Self:
        if not self.least_share <= 1 <= self.most_share:
            raise PydanticCustomError("params.problem.around_one", "not around 1", {"name": "least_share, most_share"})
        return self


@dataclass(frozen=True)
class FairTargets:
    """Targets of a month.

    Attributes
    ----------
    agents
        Index ``agent_code``, in the order that was given. ``villages``; ``hours_per_month`` the villages call for;
        ``visits_per_month`` that fit; ``travel_pct`` of the hours on the way between villages; ``covered_pct`` of the
        workers; ``gap_workers`` left; ``main_sector`` (empty where no workers are known); ``registered_pct`` of the
        uncovered met; ``within_gap_pct`` of these registrations for which enough workers are left; ``expected``
        registrations with ``_low`` and ``_high``; ``difficulty`` and its parts ``work``, ``distance``, ``sector``,
        ``coverage`` (missing where nothing is expected); ``target``; ``bound`` (``least``, ``most`` or ``gap`` where
        that set the target, else empty).
    mean
        The same figures of all agents with villages together, whose difficulty is 1.
    total
        Sum of the targets.
    params
        What was assumed.
    own_results
        Whether the shares who register are those of own results.
    """

    agents: pd.DataFrame
    mean: "pd.Series[float]"
    total: int
    params: FairTargetParams
    own_results: bool

    @cached_property
    def of_agents(self) -> dict[str, dict[Hashable, Any]]:
        """The rows of ``agents`` by code."""
        return dict(zip(map(str, self.agents.index), self.agents.to_dict("records"), strict=True))

    @property
    def equal(self) -> float:
        """What every agent with villages would get if all got the same."""
        return self.total / max(int((self.agents[VILLAGES] > 0).sum()), 1)


def with_own_visits(params: FairTargetParams, visits: pd.DataFrame | None) -> tuple[FairTargetParams, MetBasis]:
    """Return parameters with the people met at a visit as own visits count them, and whether these were enough.

    Parameters
    ----------
    params
        What is assumed otherwise.
    visits
        Own visits of all agents: ``met``; nothing where there are no records.
    """
    if visits is None or len(visits) < ENOUGH_VISITS or not visits["met"].sum():
        return params, "assumed"
    return params.model_copy(update={"met_per_visit": float(visits["met"].mean())}), "counted"


def fair_targets(
    villages: pd.DataFrame,
    agent: "pd.Series[str]",
    codes: Sequence[str],
    *,
    total: int | None = None,
    per_agent: int = 50,
    params: FairTargetParams | None = None,
    funnel: Funnel | None = None,
) -> FairTargets:
    """Share a month's new participants fairly among agents.

    Parameters
    ----------
    villages
        Villages of the layer: workers and participants with ranges and bases, ``area_km2``, ``district_code``.
    agent
        Index of ``villages``: code of its agent; missing or empty without one.
    codes
        The agents, in any order; those without villages have no target.
    total
        New participants of all agents in a month; by default ``per_agent`` for each who has villages.
    per_agent
        New participants in a month that earn the incentive.
    params
        Hours, people met, and how far targets may differ.
    funnel
        The published funnel, or that of own results.

    Raises
    ------
    PlanError
        If no agent has a village, the total is not positive, nobody would register anywhere, or the total is more
        than the limits allow.
    """
    rules, rates = params or FairTargetParams(), funnel or Funnel()
    order = sorted(codes)
    owner = agent.astype("object").where(agent.notna(), "").astype("str")
    own = owner.isin(order)
    if not own.any():
        raise PlanError("fair.no_villages")
    work = _by_village(villages[own.to_numpy(bool)], rules, rates)
    found, mean = _by_agent(work, owner[own], order, rules)
    wanted = per_agent * int((found[VILLAGES] > 0).sum()) if total is None else total
    shared = _shared(found, wanted, rules)
    return FairTargets(shared.reindex(list(codes)), mean, wanted, rules, rates.own is not None)


def _by_village(villages: pd.DataFrame, rules: FairTargetParams, funnel: Funnel) -> pd.DataFrame:
    """Return work, workers and shares of each village."""
    people = gap(villages)
    left, eligible, active = (_people(people[name]) for name in (GAP, ELIGIBLE, ACTIVE_BPU))
    table = workload(villages, rules.workload).assign(
        gap=left,
        eligible=eligible,
        active=np.minimum(active, eligible),
        uncovered=np.divide(left, eligible, out=np.zeros(len(left)), where=eligible > 0),
        sector=main_sector(villages),
    )
    for end in ("", "_low", "_high"):
        rate, most = np.zeros(len(table)), np.zeros(len(table))
        for places, one in funnels(villages, funnel):
            share = float(getattr(one, f"registered_share{end}"))
            rate[places] = share
            most[places] = one.registrations_at(left[places], share * float(getattr(one, f"reached_share{end}")))
        table[f"rate{end}"], table[f"most{end}"] = rate, most
    return table


def _people(counts: "pd.Series[int]") -> Floats:
    return np.asarray(counts.astype("Float64").to_numpy(np.float64, na_value=0.0), dtype=np.float64)


def _by_agent(
    work: pd.DataFrame, owner: "pd.Series[str]", order: list[str], rules: FairTargetParams
) -> tuple[pd.DataFrame, "pd.Series[float]"]:
    """Return the figures of each agent, by code, and of all of them together."""
    wanted = work[HOURS].groupby(owner).transform("sum")
    visits = work[VISITS] * (rules.hours_per_month / wanted.clip(lower=rules.hours_per_month))
    made = visits * rules.met_per_visit
    steps = {
        VILLAGES: pd.Series(1.0, work.index),
        HOURS: work[HOURS],
        TRAVEL_HOURS: work[TRAVEL_HOURS],
        "used": work[HOURS] * visits / work[VISITS].clip(lower=1e-12),
        "met": made,
        "rated": made * work["rate"],
        "free": made * work["rate"] * work["uncovered"],
        **{name: work[name] for name in ("gap", "eligible", "active")},
        VISITS: visits,
    }
    for end in ("", "_low", "_high"):
        steps[f"{EXPECTED}{end}"] = (made * work["uncovered"] * work[f"rate{end}"]).clip(upper=work[f"most{end}"])
    sums = pd.DataFrame(steps).groupby(owner).sum().reindex(order, fill_value=0.0)
    sectors = work[["eligible"]].groupby([owner.rename(AGENT), work["sector"]])["eligible"].sum().reset_index()
    largest = sectors.sort_values(["eligible", "sector"], ascending=[False, True]).drop_duplicates(AGENT)
    sector = largest.set_index(AGENT)["sector"].reindex(order, fill_value="")
    figures = _figures(sums).assign(**{SECTOR: sector})
    whole = sums.sum() / max(int((sums[VILLAGES] > 0).sum()), 1)
    mean = _figures(whole.to_frame().T).iloc[0]
    parts = _parts(sums, whole)
    return figures.join(parts).rename_axis(AGENT), mean


def _figures(sums: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            VILLAGES: sums[VILLAGES],
            HOURS: sums[HOURS],
            VISITS: sums[VISITS],
            TRAVEL_PCT: 100 * _ratio(sums[TRAVEL_HOURS], sums[HOURS]),
            COVERED_PCT: 100 * _ratio(sums["active"], sums["eligible"]),
            GAP: sums["gap"],
            REGISTERED_PCT: 100 * _ratio(sums["rated"], sums["met"]),
            LEFT_PCT: 100 * _ratio(sums[EXPECTED], sums["free"]),
            **{name: sums[name] for name in (EXPECTED, EXPECTED_LOW, EXPECTED_HIGH)},
        }
    )


def _parts(sums: pd.DataFrame, whole: "pd.Series[float]") -> pd.DataFrame:
    """Return the difficulty and its parts, each the figure of all over that of the agent; their product is exact."""
    known = sums[EXPECTED] > 0
    steps = ("used", "met", "rated", EXPECTED)  # hours, people met in them, of these who register, of these uncovered
    before: pd.Series[float] = pd.Series(1.0, sums.index)
    whole_before = 1.0
    parts: dict[str, pd.Series[float]] = {}
    for name, step in zip(PARTS, steps, strict=True):
        yields = _ratio(sums[step], before)
        parts[name] = _ratio(pd.Series(float(whole[step]) / whole_before, sums.index), yields).where(known)
        before, whole_before = sums[step], float(whole[step])
    return pd.DataFrame({DIFFICULTY: _ratio(pd.Series(whole_before, sums.index), sums[EXPECTED]).where(known), **parts})


def _ratio(part: "pd.Series[float]", whole: "pd.Series[float]") -> "pd.Series[float]":
    return (part / whole.where(whole > 0)).astype("float64")


def _shared(found: pd.DataFrame, total: int, rules: FairTargetParams) -> pd.DataFrame:
    """Return the figures with targets: in proportion to what is expected, within the limits, the total kept."""
    if total < 1:
        raise PlanError("fair.no_total", total=total)
    expected = found[EXPECTED].to_numpy(np.float64)
    if not expected.any():
        raise PlanError("targets.nobody_registers")
    equal = total / int((found[VILLAGES] > 0).sum())
    workers = np.where(expected > 0, np.floor(found[GAP].to_numpy(np.float64)), 0.0)
    most = np.minimum(np.ceil(rules.most_share * equal - 1e-9), workers)
    least = np.minimum(np.floor(rules.least_share * equal + 1e-9), most)
    if most.sum() < total:
        raise PlanError("fair.total_above", total=total, most=int(most.sum()), gap=int(workers.sum()))
    quota = _within(expected, total, least, most)
    ends = [end.astype(np.intp) for end in (least, most)]
    target = largest_remainder(quota, total, least=ends[0], most=ends[1])
    free = expected / expected.sum() * total
    bound = np.select(
        [
            (target == ends[1]) & (workers < rules.most_share * equal) & (free > target),
            (target == ends[1]) & (free >= target + 1),
            (target == ends[0]) & (free <= target - 1),
        ],
        ["gap", "most", "least"],
        "",
    )
    whole = found.astype({VILLAGES: "int64"})
    whole[TARGET], whole[BOUND] = target.astype(np.int64), bound.astype(str)
    return whole


def _within(weights: Floats, total: float, least: Floats, most: Floats) -> Floats:
    """Return shares in proportion to weights, cut at their limits; what is cut goes to the others in proportion.

    The factor is found exactly: the sum of the cut shares rises with it, straight between the points where one is cut.
    """
    known = weights > 0
    if not known.any():
        return least
    ends = np.concatenate([least[known] / weights[known], most[known] / weights[known]])
    factors = np.unique(np.concatenate([[0.0], ends]))
    sums = np.array([np.clip(factor * weights, least, most).sum() for factor in factors])
    return np.asarray(np.clip(float(np.interp(total, sums, factors)) * weights, least, most))
