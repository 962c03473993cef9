"""The board of an office: capacity and fair targets of agents together, from an assignment of villages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from geodata.schema import LATITUDE, LONGITUDE, REGENCY_CODE, VILLAGE_CODE
from planner.capacity import REACHABLE, Capacity, capacity
from planner.fair_targets import FairTargetParams, FairTargets, MetBasis, fair_targets, with_own_visits
from planner.params import Funnel
from planner.ranking import in_regions
from planner.territories.agents import made


@dataclass(frozen=True)
class Board:
    """What an office can do, and what it may ask of whom.

    Attributes
    ----------
    capacity
        Load, reach, districts without an agent.
    fair
        Targets; nothing while no agent has a village with uncovered workers.
    met
        Whether the people met at a visit are counted in own visits or assumed.
    """

    capacity: Capacity
    fair: FairTargets | None
    met: MetBasis


@dataclass(frozen=True)
class Standing:
    """Who has which villages, and what they can do; the same whatever targets are shared.

    Attributes
    ----------
    villages, agent
        All villages of the layer, and the agent of each.
    members
        The agents who are told of and share the target.
    capacity, met
        As of `Board`.
    rules
        What is assumed of visits and targets.
    """

    villages: pd.DataFrame
    agent: "pd.Series[str]"
    members: list[str]
    capacity: Capacity
    met: MetBasis
    rules: FairTargetParams


def standing(
    villages: pd.DataFrame,
    owners: Mapping[str, str],
    codes: Collection[str],
    *,
    regions: Collection[str] | None = None,
    members: Collection[str] | None = None,
    homes: Mapping[str, str] | None = None,
    visits: pd.DataFrame | None = None,
    params: FairTargetParams | None = None,
) -> Standing:
    """Return who has which villages of an office, and what they can do.

    Parameters
    ----------
    villages
        All villages of the layer.
    owners
        Agent of each village code.
    codes
        The agents, also those without villages.
    regions
        Codes of the provinces and regencies that are looked at; by default the regencies in which somebody has a
        village. The load of an agent is that of all villages, also elsewhere.
    members
        The agents who are told of and share the target; by default those with a village where one looks and, if no
        regions are given, those without villages too.
    homes
        Village code of the home of agents; a home that is no village of the layer counts as not known.
    visits
        Own visits of all agents, see `planner.fair_targets.with_own_visits`.
    params
        What is assumed of visits and targets.
    """
    rules, met = with_own_visits(params or FairTargetParams(), visits)
    names, agent = sorted(codes), villages[VILLAGE_CODE].map(dict(owners))
    held = sorted(set(villages.loc[agent.notna(), REGENCY_CODE]))
    view = in_regions(villages, (list(regions) if regions is not None else held) or None)
    near = (view | agent.notna()).to_numpy(bool)
    seen = capacity(
        villages[near],
        agent[near],
        names,
        hours_available=rules.hours_per_month,
        view=view[near],
        homes=_places(names, homes or {}, villages[[VILLAGE_CODE, LONGITUDE, LATITUDE]]),
        work=rules.workload,
    )
    there = set(agent[view].dropna()) | (set() if regions is not None else set(names) - set(agent.dropna()))
    shown = [code for code in names if code in (there if members is None else set(members))]
    return Standing(villages, agent, shown, replace(seen, agents=seen.agents.loc[shown]), met, rules)


def board(here: Standing, *, total: int | None = None, per_agent: int = 50, funnel: Funnel | None = None) -> Board:
    """Return the board of an office: its capacity, and a target that its agents share.

    Parameters
    ----------
    here
        Who has which villages.
    total, per_agent, funnel
        As for `planner.fair_targets.fair_targets`.

    Raises
    ------
    PlanError
        If the total cannot be shared, see `planner.fair_targets.fair_targets`.
    """
    fair = None
    if here.capacity.agents[REACHABLE].sum():
        fair = fair_targets(
            here.villages, here.agent, here.members, total=total, per_agent=per_agent, params=here.rules, funnel=funnel
        )
    return Board(here.capacity, fair, here.met)


def _places(names: list[str], homes: Mapping[str, str], villages: pd.DataFrame) -> pd.DataFrame | None:
    known = set(villages.loc[villages[VILLAGE_CODE].isin([*homes.values()]), VILLAGE_CODE])
    lives = [home if (home := homes.get(code)) in known else None for code in names]
    return made(names, lives, villages) if names else None
