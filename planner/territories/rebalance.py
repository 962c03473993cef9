"""Agents leave or arrive, villages are new: balance again while as few villages as possible change hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import PlanError
from planner.territories.agents import AGENT
from planner.territories.anneal import OnMoves
from planner.territories.divide import Territories, locked_positions
from planner.territories.graph import Link
from planner.territories.ground import ground
from planner.territories.islands import spread_agents
from planner.territories.least_change import least_change
from planner.territories.params import TerritoryParams
from planner.territories.report import changed

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
    on_moves: OnMoves | None = None,
) -> Rebalanced:
    """Divide villages anew so that as few as possible change hands.

    Villages of agents who are no longer there, and villages nobody had, go to the areas beside them. An agent who has
    none yet gets part of the area of his home, else of the heaviest one. Then villages pass between the areas around,
    at a cost for each that leaves its agent; the search goes only as far out as balance needs.

    Parameters
    ----------
    villages, pairs, params, allow, forbid, locks, on_moves
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
    part = least_change(found, islands, agents, was, fixed, on_moves=on_moves)
    after = Territories(found, islands, agents, part, dict(locks or {}))
    return _told(after, owner, current)


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
