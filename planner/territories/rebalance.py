"""Agents leave or arrive, villages are new: balance again while as few villages as possible change hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import PlanError
from planner.params import Floats
from planner.territories.agents import AGENT, HOME
from planner.territories.anneal import NOWHERE, Aims, Parts, Pieces, anneal
from planner.territories.connection import carved, repaired, with_locks
from planner.territories.divide import Territories, around, as_they_are, bounds, locked_positions, over_limit
from planner.territories.graph import Link
from planner.territories.ground import Ground, ground, pieces_of_ground, units_of
from planner.territories.islands import Islands, spread_agents
from planner.territories.params import TerritoryParams
from planner.territories.places import points_of
from planner.territories.report import changed

_COLD: Final = 0.0003
_FIRM: Final = ((0.03, 1.0), (0.06, 1.0))  # heat at first, and how much staying counts
_SOFT: Final = ((0.06, 0.5), (0.12, 0.5))
_LOOSE: Final = ((0.06, 0.25), (0.12, 0.25))
_STEPS: Final = (
    (1, _FIRM),
    (2, _FIRM),
    (3, _FIRM),
    (6, (*_FIRM, (0.12, 1.0))),
    (3, _SOFT),
    (6, _SOFT),
    (6, _LOOSE),
    (10_000, _LOOSE),
)
"""Areas around the change that may give and take villages, and how they are searched: tried in turn until balanced."""

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rebalanced:
    """A division made from an older one with the least change.

    Attributes
    ----------
    territories
        The new division.
    changes
        Villages that change hands, as of `planner.territories.report.changed`; those nobody had have no ``from_agent``.
    left, arrived
        Codes of agents who left and who arrived.
    neighbours
        Agents whose villages lie beside villages without agent, or beside those of one who arrived.
    neighbour_villages, neighbour_changes
        Villages these had, and how many of them change hands; what goes to an agent who arrived does not count.
    overflow_share
        Share of the neighbours' work, 0 to 1, that would have to pass on if everything fell to them, because they would
        have more than the limit: what few neighbours mean for the changes.
    """

    territories: Territories
    changes: pd.DataFrame
    left: tuple[str, ...]
    arrived: tuple[str, ...]
    neighbours: tuple[str, ...]
    neighbour_villages: int
    neighbour_changes: int
    overflow_share: float

    @property
    def neighbour_share(self) -> float:
        """Share of the neighbours' villages that change hands, 0 to 1."""
        return self.neighbour_changes / self.neighbour_villages if self.neighbour_villages else 0.0


def rebalance(
    villages: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    agents: pd.DataFrame,
    current: Mapping[str, str],
    params: TerritoryParams,
    *,
    allow: Sequence[Link] = (),
    forbid: Sequence[Link] = (),
    locks: Mapping[str, str] | None = None,
) -> Rebalanced:
    """Divide villages anew so that as few as possible change hands.

    Villages of agents who are no longer there, and villages nobody had, go to the areas beside them. An agent who has
    none yet gets part of the area of his home, else of the heaviest one. Then villages pass between the areas around,
    at a cost for each that leaves its agent; the search goes only as far out as balance needs.

    Parameters
    ----------
    villages, pairs, params, allow, forbid, locks
        As for `planner.territories.divide.divide`.
    agents
        The agents from now on.
    current
        Agent of each village code until now; other villages are left out of account.

    Raises
    ------
    PlanError
        As `divide`; or if none of the villages has an agent who stays.
    """
    found = ground(villages, pairs, params, allow=allow, forbid=forbid)
    agents = agents.sort_values(AGENT, ignore_index=True)
    owner = pd.Series(found.graph.codes).map(pd.Series(dict(current), dtype="str"))
    was = np.asarray(pd.Index(agents[AGENT]).get_indexer(pd.Index(owner.fillna(""))), dtype=np.intp)
    if not (was >= 0).any():
        raise PlanError("territories.nobody_stays")
    fixed = locked_positions(found, agents, locks or {})
    staying = {int(agent): int(np.flatnonzero(was == agent)[0]) for agent in np.unique(was[was >= 0])}
    islands = spread_agents(
        found.graph, villages, found.load, len(agents), params=params, forbid=found.forbid, bound=list(staying.values())
    )
    found = found.with_graph(islands.graph)
    part = _searched(found, islands, agents, was, fixed)
    after = Territories(found, islands, agents, part, dict(locks or {}))
    return _told(after, owner, current)


def _searched(found: Ground, islands: Islands, agents: pd.DataFrame, was: Parts, fixed: Mapping[int, int]) -> Parts:
    unit = units_of(found.graph)
    pieces = pieces_of_ground(found, unit)
    _, first = np.unique(unit, return_index=True)
    group, limit = islands.group[first], found.params.rebalance_limit_pct / 100
    before = _unit_owner(unit, was, found.load, len(pieces))
    locks = {int(unit[position]): agent for position, agent in fixed.items()}
    count = len(agents)
    start = _with_new_agents(found, pieces, before, agents, unit)
    start = repaired(pieces.neighbours, pieces.load, start, count, kept=np.flatnonzero(before == start))
    if locks:
        names = found.graph.codes[first].tolist()
        start = with_locks(pieces.neighbours, pieces.load, start, locks, count, names=names)
    locked = np.isin(np.arange(len(pieces)), list(locks))
    aims = _aims(found, islands, agents, start=start, before=before, group=group)
    over = np.flatnonzero(over_limit(pieces, start, islands, group, limit) > 0)
    touched = np.unique(np.concatenate([start[start != before], over]))
    moves = found.params.moves_per_village
    best, found_best = start, (np.inf, np.inf)
    for rings, searches in _STEPS:
        free = np.isin(start, around(pieces, start, touched, rings))
        for i, (heat, firmness) in enumerate(searches):
            tried = anneal(
                pieces,
                start,
                replace(aims, entering=firmness * aims.entering),
                moves=moves * int(free.sum()),
                heat=(heat, _COLD),
                seed=found.params.seed + i,
                locked=locked | ~free,
            )
            excess = round(float(over_limit(pieces, tried, islands, group, limit).sum()), 6)
            reached = (excess, _left(pieces, tried, before))
            if reached < found_best:
                best, found_best = tried, reached
        if found_best[0] == 0:
            break
    return best[unit]


def _unit_owner(unit: Parts, was: Parts, load: Floats, count: int) -> Parts:
    """Return who has each unit: who has most of its work."""
    owner = np.full(count, NOWHERE, dtype=np.intp)
    held = np.flatnonzero(was >= 0)
    table = pd.DataFrame({"unit": unit[held], "agent": was[held], "load": load[held]})
    sums = pd.DataFrame(table.groupby(["unit", "agent"])["load"].sum().reset_index())
    sums = sums.sort_values(["unit", "load", "agent"], ascending=[True, False, True]).drop_duplicates("unit")
    owner[sums["unit"].to_numpy()] = sums["agent"].to_numpy()
    return owner


def _with_new_agents(found: Ground, pieces: Pieces, before: Parts, agents: pd.DataFrame, unit: Parts) -> Parts:
    """Return areas in which villages nobody has are with the areas beside them, and every agent has some."""
    count = len(agents)
    part = before.copy()
    new = np.setdiff1d(np.arange(count), before)
    ranks = np.searchsorted(np.setdiff1d(np.arange(count), new), part)
    part = np.where(part >= 0, ranks, part)
    old = count - len(new)
    part = repaired(pieces.neighbours, pieces.load, part, old)
    codes = pd.Index(found.graph.codes)
    names = np.concatenate([np.setdiff1d(np.arange(count), new), new])
    for i, agent in enumerate(new.tolist()):
        home = agents[HOME].iloc[agent]
        at = codes.get_indexer(pd.Index([home]))[0] if isinstance(home, str) else -1
        giver = int(part[unit[at]]) if at >= 0 else _heaviest(pieces.load, part)
        units = np.flatnonzero(part == giver).tolist()
        half = float(pieces.load[units].sum()) / 2
        begin = int(unit[at]) if at >= 0 else None
        taken = carved(pieces.neighbours, pieces.load, units, units, wanted=half, at=begin)
        part[taken] = old + i
    return np.asarray(names[part], dtype=np.intp)


def _heaviest(load: Floats, part: Parts) -> int:
    sums, sizes = np.bincount(part, weights=load), np.bincount(part)
    return int(np.argmax(np.where(sizes > 1, sums, -1.0)))


def _aims(found: Ground, islands: Islands, agents: pd.DataFrame, *, start: Parts, before: Parts, group: Parts) -> Aims:
    params = found.params
    homes = found.place(points_of(agents))
    _, first = np.unique(start, return_index=True)
    least, most, mean = bounds(as_they_are(islands, start, group), group[first], params.rebalance_limit_pct / 100)
    arrived = ~np.isin(np.arange(len(agents)), before)
    return Aims(
        least,
        most,
        mean,
        homes[:, 0],
        homes[:, 1],
        home_weight=params.home_weight,
        district_weight=params.district_weight,
        stay=before,
        entering=np.where(arrived, 0.0, params.stay_weight),
    )


def _left(pieces: Pieces, part: Parts, before: Parts) -> float:
    return round(float(pieces.load[(before >= 0) & (part != before)].sum()), 6)


def _told(after: Territories, owner: "pd.Series[str]", current: Mapping[str, str]) -> Rebalanced:
    agents = set(after.agents[AGENT])
    now = after.assignment
    was = owner.set_axis(now.index)
    had = set(was.dropna())
    left, arrived = sorted(had - agents), sorted(agents - had)
    codes = after.ground.graph.codes
    seeds = (~was.isin(agents) | now.isin(arrived)).to_numpy(bool)
    pairs = after.ground.graph.pairs
    beside = np.zeros(len(codes), dtype=bool)
    for a, b in (pairs.T, pairs.T[::-1]):
        beside[b[seeds[a]]] = True
    neighbours = sorted(set(was[beside | seeds].dropna()) & agents)
    mine = was.isin(neighbours)
    moved = mine & (was != now) & ~now.isin(arrived)
    load = pd.Series(after.ground.load, index=now.index)
    return Rebalanced(
        after,
        changed(current, now, load),
        tuple(left),
        tuple(arrived),
        tuple(neighbours),
        int(mine.sum()),
        int(moved.sum()),
        _overflow(after, load, mine, seeds & ~now.isin(arrived).to_numpy(bool), len(neighbours) + len(arrived)),
    )


def _overflow(
    after: Territories, load: "pd.Series[float]", mine: "pd.Series[bool]", free: Marks, neighbours: int
) -> float:
    """Return the share of the neighbours' work that they cannot keep beside what nobody has any more."""
    own = float(load[mine].sum())
    if not neighbours or not free.any():
        return 0.0
    mean = float(load.sum()) / len(after.agents)
    room = neighbours * mean * (1 + after.ground.params.rebalance_limit_pct / 100)
    return max(0.0, own + float(load.to_numpy()[free].sum()) - room) / own
