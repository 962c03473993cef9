"""Areas that hang together: pieces given away, empty areas filled, ways between villages with a fixed agent."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from planner.errors import PlanError
from planner.params import Floats
from planner.territories.pieces import Parts

Neighbours = Sequence[Sequence[int]]


def repaired(neighbours: Neighbours, load: Floats, part: Parts, count: int, *, kept: Parts | None = None) -> Parts:
    """Return areas that are connected and not empty.

    Of an area in several pieces the heaviest stays (with ``kept``, the one with most of these units); the others go to
    the lightest area they touch. An empty area takes part of the heaviest one.

    Parameters
    ----------
    neighbours, load
        The graph, connected for every set of areas that shares a group, and shape (n,).
    part
        Shape (n,): areas; -1 for units without one.
    count
        How many areas there are.
    kept
        Units that must not be given away.
    """
    part = part.copy()
    fixed = set() if kept is None else set(kept.tolist())
    _give_away(neighbours, load, part, count, fixed)
    for area in range(count):
        if not (part == area).any():
            _take_part(neighbours, load, part, area=area, count=count, fixed=fixed)
    return part


def _give_away(neighbours: Neighbours, load: Floats, part: Parts, count: int, fixed: set[int]) -> None:
    loose: list[list[int]] = [[unit] for unit in np.flatnonzero(part < 0).tolist()]
    for area in range(count):
        found = pieces_of(neighbours, np.flatnonzero(part == area).tolist())
        found.sort(key=lambda units: (-len(fixed.intersection(units)), -load[units].sum(), units[0]))
        for units in found[1:]:
            if not fixed.intersection(units):
                loose.append(units)
                part[units] = -1
    sums = np.bincount(part[part >= 0], weights=load[part >= 0], minlength=count)
    waiting = deque(sorted(loose))
    turned = 0
    while waiting and turned <= len(waiting):
        units = waiting.popleft()
        touching = {int(part[u]) for unit in units for u in neighbours[unit] if part[u] >= 0}
        if not touching:
            waiting.append(units)
            turned += 1
            continue
        turned = 0
        area = min(touching, key=lambda t: (sums[t], t))
        part[units] = area
        sums[area] += load[units].sum()
    for units in waiting:
        part[units] = int(np.argmin(sums))


def _take_part(neighbours: Neighbours, load: Floats, part: Parts, *, area: int, count: int, fixed: set[int]) -> None:
    """Give an empty area half of the heaviest one that has units to give."""
    sums = np.bincount(part, weights=load, minlength=count)
    sizes = np.bincount(part, minlength=count)
    for giver in np.argsort(-sums, kind="stable").tolist():
        units = np.flatnonzero(part == giver).tolist()
        free = [unit for unit in units if unit not in fixed]
        if sizes[giver] < 2 or not free:
            continue
        taken = carved(neighbours, load, units, free, wanted=float(sums[giver]) / 2)
        if taken:
            part[taken] = area
            return
    raise PlanError("territories.no_room")


def carved(
    neighbours: Neighbours, load: Floats, units: list[int], free: list[int], *, wanted: float, at: int | None = None
) -> list[int]:
    """Return a connected part of an area whose rest is connected too, with about a wanted load; empty if none is.

    Parameters
    ----------
    neighbours, load
        As for `repaired`.
    units, free
        The area, and those of its units that may be taken.
    wanted
        Load to take.
    at
        Where to begin; by default as far as possible from the first unit.
    """
    hops = _hops(neighbours, set(units), units[0])
    for begin in sorted(free, key=lambda unit: (unit != at, -hops.get(unit, -1), unit)):
        taken = _carved_from(begin, neighbours, load, units, may=set(free), wanted=wanted)
        if taken:
            return taken
    return []


def _carved_from(
    begin: int, neighbours: Neighbours, load: Floats, units: list[int], *, may: set[int], wanted: float
) -> list[int]:
    inside = set(units)
    taken: list[int] = []
    loaded = 0.0
    border = deque([begin])
    seen = {begin}
    while border and loaded < wanted:
        unit = border.popleft()
        rest = inside - {unit}
        if rest and len(pieces_of(neighbours, sorted(rest))) == 1:
            inside = rest
            taken.append(unit)
            loaded += float(load[unit])
            new = [u for u in neighbours[unit] if u in inside and u in may and u not in seen]
            border.extend(new)
            seen.update(new)
    return taken


def pieces_of(neighbours: Neighbours, units: Sequence[int]) -> list[list[int]]:
    """Return the pieces that hang together among some units, each ascending, in the order of their first units."""
    left = set(units)
    found = []
    for unit in units:
        if unit in left:
            piece = sorted(_hops(neighbours, left, unit))
            left.difference_update(piece)
            found.append(piece)
    return found


def with_locks(
    neighbours: Neighbours, load: Floats, part: Parts, locks: Mapping[int, int], count: int, *, names: Sequence[str]
) -> Parts:
    """Return areas in which locked units have their area, each area connected.

    Units of one area that do not hang together get the shortest ways between them, through units nobody locked.

    Parameters
    ----------
    neighbours, load, part, count
        As for `repaired`.
    locks
        Area of each locked unit.
    names
        Of the units, for errors.

    Raises
    ------
    PlanError
        If locked units of one area cannot be connected.
    """
    part = part.copy()
    owner = dict(locks)
    for area in sorted(set(locks.values())):
        own = sorted(unit for unit, t in locks.items() if t == area)
        _connect(neighbours, own, area, owner, names)
    for unit, area in owner.items():
        part[unit] = area
    held = np.array(sorted(owner), dtype=np.intp)
    return repaired(neighbours, load, part, count, kept=held)


def _connect(neighbours: Neighbours, own: list[int], area: int, owner: dict[int, int], names: Sequence[str]) -> None:
    hanging = {own[0]}
    hanging.update(_reach(neighbours, hanging, owner, area))
    for unit in own[1:]:
        if unit in hanging:
            continue
        way = _way(neighbours, hanging, unit, owner, area)
        if way is None:
            raise PlanError("territories.locks_apart", one=names[own[0]], other=names[unit])
        for step in way:
            owner[step] = area
        hanging.update(way)
        hanging.update(_reach(neighbours, hanging, owner, area))


def _reach(neighbours: Neighbours, begin: Iterable[int], owner: Mapping[int, int], area: int) -> set[int]:
    held = {unit for unit, t in owner.items() if t == area}
    return {unit for first in begin for unit in _hops(neighbours, held | {first}, first)}


def _way(neighbours: Neighbours, begin: set[int], end: int, owner: Mapping[int, int], area: int) -> list[int] | None:
    before: dict[int, int] = {}
    waiting = deque(sorted(begin))
    seen = set(begin)
    while waiting:
        unit = waiting.popleft()
        for u in neighbours[unit]:
            if u in seen or owner.get(u, area) != area:
                continue
            before[u] = unit
            if u == end:
                way = [u]
                while way[-1] in before:
                    way.append(before[way[-1]])
                return way
            seen.add(u)
            waiting.append(u)
    return None


def _hops(neighbours: Neighbours, among: set[int], first: int) -> dict[int, int]:
    """Return how many steps each unit that can be reached within a set is away from the first."""
    away = {first: 0}
    waiting = deque([first])
    while waiting:
        unit = waiting.popleft()
        for u in neighbours[unit]:
            if u in among and u not in away:
                away[u] = away[unit] + 1
                waiting.append(u)
    return away
