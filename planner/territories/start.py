"""Connected areas of about equal load to begin with: cut in two again and again, across where the cut is shortest."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.params import Floats
from planner.territories.pieces import Parts, Pieces

_DIRECTIONS: Final = 8
_TRIED: Final = 3
_TOGETHER: Final = 0.6  # how far the villages of a district are drawn to its middle before it is cut
_CROSSING: Final = 4.0  # what a mean load on the wrong side of a cut weighs, in parts of the links it cuts

Marks = npt.NDArray[np.bool_]


def first_areas(pieces: Pieces, group: Parts, agents: Parts) -> Parts:
    """Return areas of about equal load, each connected and within one group.

    Recursive coordinate bisection (Berger and Bokhari 1987, "A partitioning strategy for nonuniform problems on
    multiprocessors") in several directions. Of each side of a cut the heaviest piece stays and the others change
    sides, which leaves both connected; then each side gets the number of areas nearest to its load. So no area has to
    be carried over a bridge later.

    Parameters
    ----------
    pieces
        What is divided.
    group
        Shape (n,): groups that hang together.
    agents
        Shape (g,): areas of each group, no more than it has units.

    Returns
    -------
    Shape (n,): areas 0 .. k-1, those of a group one after another; none is empty.
    """
    links = np.array([(v, u) for v, near in enumerate(pieces.neighbours) for u in near if v < u], dtype=np.intp)
    links = links.reshape(-1, 2)
    part = np.zeros(len(pieces), dtype=np.intp)
    ends = np.cumsum(agents)
    waiting = [
        (np.flatnonzero(group == g), links[group[links[:, 0]] == g], int(ends[g] - count), count)
        for g, count in enumerate(agents.tolist())
    ]
    while waiting:
        units, inside, begin, count = waiting.pop()
        if count == 1:
            part[units] = begin
        elif count == len(units):
            part[units] = begin + np.arange(count)
        else:
            side, first = _cut(pieces, units, inside, count)
            ahead = side[np.searchsorted(units, inside)]
            for which, areas, at in ((True, first, begin), (False, count - first, begin + first)):
                waiting.append((units[side == which], inside[(ahead == which).all(axis=1)], at, areas))
    return part


def _cut(pieces: Pieces, units: Parts, links: Parts, count: int) -> tuple[Marks, int]:
    """Return which units lie on the first side of the best cut, and how many areas that side gets."""
    local = np.searchsorted(units, links)
    load = pieces.load[units]
    shares = load / load.sum() * count
    found: list[tuple[float, int, Marks]] = []
    for straight in _straight_sides(_drawn_together(pieces, units), local, shares, count):
        side = _whole_sides(straight, local, load)
        own, size = float(shares[side].sum()), int(side.sum())
        first = int(np.clip(np.rint(own), max(1, count - (len(units) - size)), min(size, count - 1)))
        found.append((_cuts(side, local) * (1 + _CROSSING * abs(own - first)), first, side))
    _, first, side = min(found, key=lambda cut: round(cut[0], 9))
    return side, first


def _straight_sides(places: Floats, links: Parts, shares: Floats, count: int) -> list[Marks]:
    """Return the sides of the straight cuts through the fewest links."""
    angles = np.arange(_DIRECTIONS) * np.pi / _DIRECTIONS
    sides = [_nearer(places @ (np.cos(angle), np.sin(angle)), shares, count) for angle in angles]
    return sorted(sides, key=lambda side: _cuts(side, links))[:_TRIED]


def _drawn_together(pieces: Pieces, units: Parts) -> Floats:
    """Return the places of units, those of a district nearer to its middle: a cut goes around it rather than across."""
    places = np.column_stack([pieces.x_km[units], pieces.y_km[units]])
    _, district = np.unique(pieces.district[units], return_inverse=True)
    sums = np.column_stack([np.bincount(district, weights=place) for place in places.T])
    middles = sums / np.bincount(district)[:, None]
    return np.asarray((1 - _TOGETHER) * places + _TOGETHER * middles[district])


def _cuts(side: Marks, links: Parts) -> int:
    return int((side[links[:, 0]] != side[links[:, 1]]).sum())


def _nearer(along: Floats, shares: Floats, count: int) -> Marks:
    """Return the units that come first in a direction, with about half of the areas' load."""
    half = count // 2
    order = np.lexsort((np.arange(len(along)), np.round(along, 6)))
    reached = np.cumsum(shares[order]) - shares[order] / 2
    size = int(np.clip(np.searchsorted(reached, half), half, len(along) - (count - half)))
    side = np.zeros(len(along), dtype=bool)
    side[order[:size]] = True
    return side


def _whole_sides(side: Marks, links: Parts, load: Floats) -> Marks:
    """Return sides of which both are connected: what hangs loose on one goes to the other."""
    for which in (True, False):
        own = links[(side[links] == which).all(axis=1)]
        label = _pieces(own, len(side))
        sums = np.bincount(label, weights=np.where(side == which, load, -1.0))
        loose = (side == which) & (label != int(np.argmax(sums)))
        side = side ^ loose
    return side


def _pieces(links: Parts, count: int) -> Parts:
    graph = coo_array((np.ones(len(links), dtype=np.int8), links.T), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.intp)
