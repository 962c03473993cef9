"""Villages divided among agents: from work and links to areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.schema import VILLAGE_CODE
from planner.errors import PlanError
from planner.params import Floats
from planner.territories.agents import AGENT
from planner.territories.anneal import OnMoves, anneal
from planner.territories.assign import match_agents
from planner.territories.connection import with_locks
from planner.territories.graph import Link
from planner.territories.ground import Ground, ground, pieces_of_ground, units_of
from planner.territories.islands import Islands, spread_agents
from planner.territories.params import TerritoryParams
from planner.territories.pieces import Aims, Parts, Pieces
from planner.territories.places import points_of
from planner.territories.start import first_areas

_MARGIN: Final = 0.75  # of the limit: how far the search lets an area go without penalty
_COLD: Final = 0.0005
_HEAT: Final = (0.05, _COLD)
_WARM: Final = (0.02, _COLD)
_HOTTER: Final = (0.12, 0.25, 0.5, 1.0, 3.0, 10.0)
"""First temperatures of the searches around areas beyond the limit, in turn; the hottest forget what was there."""
_MENDED: Final = 300  # for so many villages at least such a search has moves
_NARROW: Final = 0.25  # of the limit: how far areas may lie apart where islands force them off the mean


@dataclass(frozen=True)
class Territories:
    """A division of villages among agents.

    Attributes
    ----------
    ground
        What was divided.
    islands
        Groups that hang together, their agents, links drawn.
    agents
        Columns ``agent_code``, ``home_village_code``, ``longitude``, ``latitude``, 0 ..
    agent
        Shape (n,): position of the agent of each village of the ground.
    locks
        Agent of each village that was locked.
    """

    ground: Ground
    islands: Islands
    agents: pd.DataFrame
    agent: Parts
    locks: Mapping[str, str]

    @property
    def assignment(self) -> "pd.Series[str]":
        """Code of the agent of each village; index: village codes, ascending."""
        codes = self.agents[AGENT].to_numpy(str)[self.agent]
        return pd.Series(codes, index=pd.Index(self.ground.villages[VILLAGE_CODE]), name=AGENT, dtype="str")


def divide(
    villages: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    agents: pd.DataFrame,
    params: TerritoryParams,
    *,
    allow: Sequence[Link] = (),
    forbid: Sequence[Link] = (),
    locks: Mapping[str, str] | None = None,
    on_moves: OnMoves | None = None,
) -> Territories:
    """Divide villages among agents: balanced, connected, compact, near the agents' homes.

    Parameters
    ----------
    villages
        Villages of the layer, in any order.
    pairs
        Neighbours as of `geodata.contiguity.neighbours`, in any order.
    agents
        As of `planner.territories.agents`.
    params
        Parameters; the same ones give the same areas.
    allow, forbid
        Links to add and barriers, see `planner.territories.graph.land_graph`; a forbidden link across water is not
        drawn.
    locks
        Agent of each village that must have that one.
    on_moves
        Told of the moves tried; where it says no, the division ends with what it has.

    Raises
    ------
    PlanError
        If agents, links or locks cannot be used, or locked villages of one agent cannot be connected.
    """
    found = ground(villages, pairs, params, allow=allow, forbid=forbid)
    agents = agents.sort_values(AGENT, ignore_index=True)
    fixed = locked_positions(found, agents, locks or {})
    bound = {agent: position for position, agent in fixed.items()}
    islands = spread_agents(
        found.graph, villages, found.load, len(agents), params=params, forbid=found.forbid, bound=list(bound.values())
    )
    found = found.with_graph(islands.graph)
    part = _searched(found, islands, agents, fixed, on_moves)
    return Territories(found, islands, agents, part, dict(locks or {}))


def locked_positions(found: Ground, agents: pd.DataFrame, locks: Mapping[str, str]) -> dict[int, int]:
    """Return the position of the agent of each locked village, by position.

    Raises
    ------
    PlanError
        If a village or an agent is not there.
    """
    village = pd.Index(found.villages[VILLAGE_CODE]).get_indexer(pd.Index(list(locks)))
    agent = pd.Index(agents[AGENT]).get_indexer(pd.Index(list(locks.values())))
    unknown = [code for code, position in zip(locks, village, strict=True) if position < 0]
    if unknown:
        raise PlanError("territories.unknown_villages", codes=", ".join(unknown[:8]))
    nobody = sorted({code for code, position in zip(locks.values(), agent, strict=True) if position < 0})
    if nobody:
        raise PlanError("territories.unknown_agents", codes=", ".join(nobody[:8]))
    return dict(zip(village.tolist(), agent.tolist(), strict=True))


def bounds(islands: Islands, group_of_area: Parts, free: float, *, limit: float) -> tuple[Floats, Floats, float]:
    """Return least and most hours of each area, and the mean.

    Around the mean of all where the group allows, else around the mean of the group: what is forced costs nothing.
    ``free`` is the deviation up to which the search lets an area go without penalty, ``limit`` the one not to pass.
    """
    mean = float(islands.load.sum() / islands.agents.sum())
    own = (islands.load / islands.agents)[group_of_area]
    narrow = _NARROW * limit
    least = np.minimum((1 - free) * mean, (1 - narrow) * own)
    most = np.maximum((1 + free) * mean, (1 + narrow) * own)
    return least, most, mean


def as_they_are(islands: Islands, start: Parts, group: Parts) -> Islands:
    """Return the islands with the agents they have now, which need not be those they should have."""
    pairs = np.unique(np.column_stack([group, start]), axis=0)
    return replace(islands, agents=np.bincount(pairs[:, 0], minlength=len(islands.agents)).astype(np.intp))


def around(pieces: Pieces, part: Parts, touched: Parts, rings: int) -> Parts:
    """Return areas no more than some steps from area to area away from some."""
    reached = set(touched.tolist())
    for _ in range(rings):
        next_to = {int(part[u]) for v, near in enumerate(pieces.neighbours) if int(part[v]) in reached for u in near}
        if next_to <= reached:
            break
        reached |= next_to
    return np.array(sorted(reached), dtype=np.intp)


def over_limit(pieces: Pieces, part: Parts, islands: Islands, group: Parts, limit: float) -> Floats:
    """Return by how many hours each area passes the limit, a share, where its group allows to keep it."""
    _, first = np.unique(part, return_index=True)
    now = as_they_are(islands, part, group)
    mean = float(now.load.sum() / now.agents.sum())
    own = (now.load / now.agents)[group[first]]
    sums = np.bincount(part, weights=pieces.load)
    most = np.maximum((1 + limit) * mean, (1 + _NARROW * limit) * own)
    least = np.minimum((1 - limit) * mean, (1 - _NARROW * limit) * own)
    over = np.maximum(sums - most, least - sums)
    return np.asarray(np.where(over > 1e-9, over, 0.0))


def _searched(
    found: Ground, islands: Islands, agents: pd.DataFrame, fixed: Mapping[int, int], on_moves: OnMoves | None
) -> Parts:
    unit = units_of(found.graph)
    pieces = pieces_of_ground(found, unit)
    _, first = np.unique(unit, return_index=True)
    group = islands.group[first]
    params = found.params
    homes = found.place(points_of(agents))
    places = np.column_stack([pieces.x_km, pieces.y_km])
    locks = _unit_locks(found, unit, fixed)
    part = first_areas(pieces, group, islands.agents)
    part = match_agents(homes, places, pieces.load, part, group=group, locks=locks)
    names = found.graph.codes[first].tolist()
    if locks:
        part = with_locks(pieces.neighbours, pieces.load, part, locks, len(agents), names=names)
    locked = np.isin(np.arange(len(pieces)), list(locks))
    moves = params.moves_per_village * len(pieces)
    has_homes = bool(np.isfinite(homes).all(axis=1).any())
    steps = ((0.6, _HEAT), (0.4, _WARM)) if has_homes else ((1.0, _HEAT),)
    for step, (share, heat) in enumerate(steps):
        if step:
            part = match_agents(homes, places, pieces.load, part, group=group, locks=locks)
        limit = params.limit_pct / 100
        least, most, mean = bounds(islands, _group_of_area(part, group), _MARGIN * limit, limit=limit)
        aims = Aims(
            least,
            most,
            mean,
            homes[:, 0],
            homes[:, 1],
            home_weight=params.home_weight,
            district_weight=params.district_weight,
        )
        part = anneal(
            pieces,
            part,
            aims,
            moves=round(share * moves),
            heat=heat,
            seed=params.seed + step,
            locked=locked,
            on_moves=on_moves,
        )
    part = _mended(pieces, part, aims, islands, group, locked=locked, params=params, on_moves=on_moves)
    part = match_agents(homes, places, pieces.load, part, group=group, locks=locks)
    return part[unit]


def _mended(
    pieces: Pieces,
    part: Parts,
    aims: Aims,
    islands: Islands,
    group: Parts,
    *,
    locked: npt.NDArray[np.bool_],
    params: TerritoryParams,
    on_moves: OnMoves | None,
) -> Parts:
    """Search again around the areas that pass the limit, until none does: hotter each time, wishes counting half."""
    limit = params.limit_pct / 100
    for i, heat in enumerate(_HOTTER):
        over = over_limit(pieces, part, islands, group, limit)
        if not over.any():
            break
        free = np.isin(part, around(pieces, part, np.flatnonzero(over), 2 + i // 2))
        moves = params.moves_per_village * max(_MENDED, int(free.sum()))
        eased = replace(aims, home_weight=aims.home_weight / 2**i, district_weight=aims.district_weight / 2**i)
        tried = anneal(
            pieces,
            part,
            eased,
            moves=moves,
            heat=(heat, _COLD),
            seed=params.seed + i,
            locked=locked | ~free,
            on_moves=on_moves,
        )
        if (over_limit(pieces, tried, islands, group, limit) ** 2).sum() < (over**2).sum() * (1 - 1e-9):
            part = tried
    return part


def _group_of_area(part: Parts, group: Parts) -> Parts:
    _, first = np.unique(part, return_index=True)
    return np.asarray(group[first], dtype=np.intp)


def _unit_locks(found: Ground, unit: Parts, fixed: Mapping[int, int]) -> dict[int, int]:
    locks: dict[int, int] = {}
    for position, agent in sorted(fixed.items()):
        own = int(unit[position])
        if locks.setdefault(own, agent) != agent:
            codes = found.graph.codes[np.flatnonzero(unit == own)]
            raise PlanError("territories.locks_in_one", codes=", ".join(codes[:8]))
    return locks
