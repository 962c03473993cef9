"""Least change: villages pass between areas at a cost for each that leaves its agent, no further out than needed."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.params import Floats
from planner.territories.agents import HOME
from planner.territories.anneal import OnMoves, anneal
from planner.territories.connection import carved, repaired, with_locks
from planner.territories.divide import around, as_they_are, bounds, over_limit
from planner.territories.ground import Ground, pieces_of_ground, units_of
from planner.territories.islands import Islands
from planner.territories.pieces import NOWHERE, Aims, Parts, Pieces
from planner.territories.places import points_of

_COLD: Final = 0.0003
_MARGIN: Final = 0.9  # of the limit: how far the search lets an area go without penalty
QUARTER: Final = 0.25  # of the neighbours' villages: no more should change hands


class _Search(NamedTuple):
    """How hot a search begins, how much staying counts, how much more it does for neighbours, how many moves more."""

    heat: float
    firmness: float = 1.0
    neighbours: float = 1.0
    moves: float = 1.0


_FIRM: Final = ((_Search(0.03),), (_Search(0.06),))
_HOT: Final = (_Search(0.3, 0.5, 30.0, 2.0), _Search(0.6, 0.5, 8.0, 2.0), _Search(0.6, 0.5, 30.0, 2.0))
_COOL: Final = (_Search(0.06, 0.25, 4.0), _Search(0.12, 0.25, 8.0))
"""Hot searches find strips through areas of neighbours, by which agents further out reach the villages of who left."""
_LOOSE: Final = ((_Search(0.06, 0.5),), (_Search(0.12, 0.5),), (_Search(0.06, 0.25),), (_Search(0.12, 0.25),))
_STEPS: Final = (
    *((rings, _FIRM, False) for rings in (1, 2, 3, 6)),
    *((6, tuple((hot, then) for then in _COOL), far) for hot in _HOT for far in (False, True)),
    (6, _LOOSE, False),
    (10_000, _LOOSE, False),
)
"""How far out areas give and take, the searches there, one after another in each try, and whether an agent further out
begins with all villages of who left: done in turn until the areas are balanced and the neighbours of those who left
keep three quarters of their villages."""


@dataclass(frozen=True)
class _Past:
    """Who had what.

    Attributes
    ----------
    owner
        Shape (n,): agent of each unit until now, ``NOWHERE`` where nobody stays who had it.
    villages
        Shape (n,): villages of each unit.
    near
        Shape (n,): whether a unit is that of an agent beside units nobody has.
    """

    owner: Parts
    villages: Parts
    near: npt.NDArray[np.bool_]


def least_change(
    found: Ground,
    islands: Islands,
    agents: pd.DataFrame,
    was: Parts,
    fixed: Mapping[int, int],
    *,
    on_moves: OnMoves | None = None,
) -> Parts:
    """Return the position of the agent of each village, balanced, while as few villages as possible change hands.

    Parameters
    ----------
    found, islands
        What is divided, with the links small islands need.
    agents
        The agents from now on, by code.
    was
        Shape (n,): agent of each village until now, ``NOWHERE`` where nobody who stays has it.
    fixed
        Agent of each locked village.
    on_moves
        As for `planner.territories.anneal.anneal`.
    """
    unit = units_of(found.graph)
    pieces = pieces_of_ground(found, unit)
    _, first = np.unique(unit, return_index=True)
    group, limit = islands.group[first], found.params.rebalance_limit_pct / 100
    before = _unit_owner(unit, was, found.load, len(pieces))
    past = _Past(before, np.bincount(unit), np.isin(before, _neighbours(pieces, before)))
    locks = {int(unit[position]): agent for position, agent in fixed.items()}
    start = _with_new_agents(found, pieces, before, agents, unit)
    start = repaired(pieces.neighbours, pieces.load, start, len(agents), kept=np.flatnonzero(before == start))
    if locks:
        names = found.graph.codes[first].tolist()
        start = with_locks(pieces.neighbours, pieces.load, start, locks, len(agents), names=names)
    locked = np.isin(np.arange(len(pieces)), list(locks))
    aims = _aims(found, islands, agents, start=start, past=past, group=group)
    over = over_limit(pieces, start, islands, group, limit)
    touched = np.union1d(start[start != before], np.flatnonzero(over))
    best, least = start, (np.inf, np.inf, np.inf)
    for rings, tries, far in _STEPS:
        free = np.isin(start, around(pieces, start, touched, rings))
        begun = _given_far(pieces, start, past, locked | ~free) if far else start
        for seed, searches in enumerate(tries):
            tried = begun
            for heat, firmness, neighbours, more in searches:
                tried = anneal(
                    pieces,
                    tried,
                    replace(aims, leaving=aims.leaving * firmness * np.where(past.near, neighbours, 1.0)),
                    moves=round(more * found.params.moves_per_village * int(free.sum())),
                    heat=(heat, _COLD),
                    seed=found.params.seed + seed,
                    locked=locked | ~free,
                    on_moves=on_moves,
                )
            excess = round(float(over_limit(pieces, tried, islands, group, limit).sum()), 6)
            reached = (excess, *_changed(past, tried, aims.welcome))
            if reached < least:
                best, least = tried, reached
        if least[:2] <= (0.0, QUARTER):
            break
    return best[unit]


def _given_far(pieces: Pieces, start: Parts, past: _Past, locked: npt.NDArray[np.bool_]) -> Parts:
    """Return areas in which what nobody has goes to an agent beyond the neighbours, with the shortest way there."""
    orphaned = (past.owner == NOWHERE) & ~locked
    before: dict[int, int] = {}
    waiting = deque(np.flatnonzero(orphaned).tolist())
    while waiting:
        unit = waiting.popleft()
        for u in pieces.neighbours[unit]:
            if locked[u] or u in before or orphaned[u]:
                continue
            before[u] = unit
            if not past.near[u]:
                part = np.where(orphaned, start[u], start)
                while not orphaned[unit]:
                    part[unit] = start[u]
                    unit = before[unit]
                areas = len(np.unique(start))
                return repaired(pieces.neighbours, pieces.load, part, areas, kept=np.flatnonzero(locked))
            waiting.append(u)
    return start


def _neighbours(pieces: Pieces, before: Parts) -> Parts:
    """Return the agents beside units that nobody has."""
    beside = {int(before[u]) for v in np.flatnonzero(before == NOWHERE).tolist() for u in pieces.neighbours[v]}
    return np.array(sorted(beside - {NOWHERE}), dtype=np.intp)


def _changed(past: _Past, part: Parts, welcome: npt.NDArray[np.bool_]) -> tuple[float, int]:
    """Return the share of the neighbours' villages that change hands, a quarter if it is less, and how many do at all.

    What goes to an agent who arrived does not count.
    """
    left = (past.owner != NOWHERE) & (part != past.owner) & ~welcome[part]
    near = float(past.villages[left & past.near].sum()) / max(1, int(past.villages[past.near].sum()))
    return max(QUARTER, near), int(past.villages[left].sum())


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


def _aims(found: Ground, islands: Islands, agents: pd.DataFrame, *, start: Parts, past: _Past, group: Parts) -> Aims:
    params = found.params
    homes = found.place(points_of(agents))
    _, first = np.unique(start, return_index=True)
    limit = params.rebalance_limit_pct / 100
    least, most, mean = bounds(as_they_are(islands, start, group), group[first], _MARGIN * limit, limit=limit)
    held = past.owner != NOWHERE
    sizes = np.bincount(past.owner[held], weights=past.villages[held], minlength=len(agents))
    return Aims(
        least,
        most,
        mean,
        homes[:, 0],
        homes[:, 1],
        home_weight=params.home_weight,
        district_weight=params.district_weight,
        stay=past.owner,
        leaving=np.where(held, params.stay_weight * past.villages / np.maximum(sizes[past.owner], 1), 0.0),
        welcome=sizes == 0,
    )
