"""Agents for each group of villages that hangs together, and the links that small islands need."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.contiguity import DISTANCE_KM, SEA, VILLAGE_CODE_A, VILLAGE_CODE_B, sea_links
from geodata.schema import VILLAGE_CODE
from planner.errors import PlanError
from planner.params import Floats
from planner.territories.graph import Graph, Link, Positions
from planner.territories.ground import units_of
from planner.territories.params import TerritoryParams


@dataclass(frozen=True)
class Islands:
    """How agents are spread over the groups of villages that hang together.

    Attributes
    ----------
    graph
        The graph with the links that small groups need.
    group
        Shape (n,): group of each village, by falling work.
    agents
        Shape (g,): agents of each group.
    load
        Shape (g,): hours of each group.
    joined
        Links that were drawn because a group has too little work for an agent of its own: ``village_code_a``,
        ``village_code_b``, ``distance_km``.
    """

    graph: Graph
    group: Positions
    agents: Positions
    load: Floats
    joined: pd.DataFrame

    @property
    def forced(self) -> Floats:
        """How far the mean load of each group lies off that of all, as a share: no division can change it."""
        return np.asarray(self.load / self.agents / (self.load.sum() / self.agents.sum()) - 1)


def spread_agents(
    graph: Graph,
    villages: gpd.GeoDataFrame,
    load: Floats,
    agents: int,
    *,
    params: TerritoryParams,
    forbid: tuple[Link, ...] = (),
    bound: Sequence[int] = (),
) -> Islands:
    """Return how many agents each group of villages gets, by largest remainder and at least one each.

    A group with work for less than ``own_agent_share`` of an agent is linked across the water to the nearest village
    outside, if one lies within ``sea_link_km`` and nobody forbade that link; else it gets an agent of its own.

    Parameters
    ----------
    graph
        Villages and links.
    villages
        Columns ``village_code`` and outlines; in any order.
    load
        Shape (n,): hours a month of the villages of the graph.
    agents
        How many there are.
    params
        ``sea_link_km`` and ``own_agent_share``.
    forbid
        Links across water that are not drawn.
    bound
        A village of each agent who must keep one: its group gets no fewer agents than that.

    Raises
    ------
    PlanError
        If there are more groups than agents, or more agents than villages.
    """
    unit = units_of(graph)
    _, first_of_unit = np.unique(unit, return_index=True)
    if agents > len(first_of_unit):
        raise PlanError("territories.more_agents_than_villages", agents=agents, villages=len(first_of_unit))
    grown, joined = sea_linked(graph, villages, load, agents, params=params, forbid=forbid)
    group, sums = groups(grown, load)
    size = np.bincount(group[first_of_unit], minlength=len(sums))
    held = np.bincount(group[np.array(bound, dtype=np.intp)], minlength=len(sums))
    least = np.clip(held, 1, size).astype(np.intp)
    if least.sum() > agents:
        first = [str(grown.codes[np.flatnonzero(group == g)[0]]) for g in range(len(sums))]
        raise PlanError("territories.more_groups_than_agents", groups=len(sums), agents=agents, codes=", ".join(first))
    return Islands(grown, group, largest_remainder(sums, agents, least=least, most=size), sums, joined)


def largest_remainder(weights: Floats, seats: int, *, least: Positions, most: Positions) -> Positions:
    """Return how many of some seats each weight gets: whole quotas first, then by the largest remainders.

    Parameters
    ----------
    weights
        Shape (g,), not negative.
    seats
        How many there are; between the sums of ``least`` and ``most``.
    least, most
        Shape (g,): what each gets at least and at most.

    References
    ----------
    Hamilton's method; Balinski and Young 1982, "Fair Representation".
    """
    quota = weights / max(float(weights.sum()), 1e-12) * seats
    given = np.clip(np.floor(quota).astype(np.intp), least, most)
    while given.sum() != seats:
        if given.sum() < seats:
            open_ = np.where(given < most, quota - given, -np.inf)
            given[int(np.argmax(open_))] += 1
        else:
            over = np.where(given > least, given - quota, -np.inf)
            given[int(np.argmax(over))] -= 1
    return np.asarray(given, dtype=np.intp)


def groups(graph: Graph, load: Floats) -> tuple[Positions, Floats]:
    """Return the group of each village that hangs together, by falling work, and the hours of each group."""
    label = graph.components()
    sums: Floats = np.asarray(np.bincount(label, weights=load), dtype=np.float64)
    order = np.lexsort((np.arange(len(sums)), -np.round(sums, 9)))
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return rank[label], sums[order]


def sea_linked(
    graph: Graph,
    villages: gpd.GeoDataFrame,
    load: Floats,
    agents: int,
    *,
    params: TerritoryParams,
    forbid: tuple[Link, ...] = (),
) -> tuple[Graph, pd.DataFrame]:
    """Link groups with too little work for an agent to their nearest neighbours across the water, the smallest first.

    Parameters
    ----------
    graph, villages, load, agents, params, forbid
        As for `spread_agents`.

    Returns
    -------
    The graph with these links, and the links as `Islands.joined`.
    """
    drawn = pd.DataFrame(columns=[VILLAGE_CODE_A, VILLAGE_CODE_B, DISTANCE_KM])
    least = params.own_agent_share * load.sum() / agents
    group, sums = groups(graph, load)
    if len(sums) == 1 or sums.min() >= least:
        return graph, drawn
    proposed = _proposed(graph, villages, params.sea_link_km, forbid)
    links = graph.positions(list(zip(proposed[VILLAGE_CODE_A], proposed[VILLAGE_CODE_B], strict=True)))
    chosen: list[int] = []
    while True:
        ends = group[links]
        small = sums[ends] < least
        useful = np.flatnonzero((ends[:, 0] != ends[:, 1]) & small.any(axis=1))
        if not len(useful):
            return graph, proposed.iloc[sorted(chosen)].reset_index(drop=True)
        lightest = sums[ends[useful]].min(axis=1)
        best = int(useful[np.lexsort((useful, proposed[DISTANCE_KM].to_numpy()[useful], lightest))[0]])
        chosen.append(best)
        graph = graph.with_links(links[[best]], SEA)
        group, sums = groups(graph, load)


def _proposed(graph: Graph, villages: gpd.GeoDataFrame, max_km: float, forbid: tuple[Link, ...]) -> pd.DataFrame:
    a, b = graph.codes[graph.pairs].T
    linked = pd.DataFrame({VILLAGE_CODE_A: a, VILLAGE_CODE_B: b})
    own = villages[villages[VILLAGE_CODE].isin(graph.codes)]
    found = sea_links(own, linked, max_km=max_km)[[VILLAGE_CODE_A, VILLAGE_CODE_B, DISTANCE_KM]]
    closed = [
        any((_under(a, x) and _under(b, y)) or (_under(a, y) and _under(b, x)) for x, y in forbid)
        for a, b in zip(found[VILLAGE_CODE_A], found[VILLAGE_CODE_B], strict=True)
    ]
    return found[~np.array(closed, dtype=bool)].reset_index(drop=True)


def _under(code: str, place: str) -> bool:
    return code == place or code.startswith(f"{place}.")
