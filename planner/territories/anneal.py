"""Better areas by simulated annealing: villages on the border of two areas pass from one to the other.

The search of D'Amico and others 2002 ("A simulated annealing approach to police district design") with sums kept per
area, so that a move costs the same however many villages there are. A move that would break an area in two is never
made. Connection is looked at only for moves that would be accepted, first among the neighbours of the village.
"""

from collections.abc import Callable
from math import hypot, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from planner.territories.pieces import NOWHERE, Aims, Parts, Pieces

OnMoves = Callable[[int], bool]
"""Told how many moves were tried since it was told last; says whether to go on."""

_BLOCK: Final = 65_536  # random numbers drawn at once
_SWAPS: Final = 0.3
_STEEP: Final = 10.0  # penalty of passing the tolerance by one mean load, beside its square
_SQUARE: Final = 200.0
_PIECE: Final = 0.05  # what one more piece of a district costs at weight 1, in parts of the energy of a mean area


def anneal(
    pieces: Pieces,
    part: Parts,
    aims: Aims,
    *,
    moves: int,
    heat: tuple[float, float],
    seed: int,
    locked: npt.NDArray[np.bool_],
    on_moves: OnMoves | None = None,
) -> Parts:
    """Return better areas, each of them connected if it was so before.

    Parameters
    ----------
    pieces
        What is divided.
    part
        Shape (n,): areas to begin with; none is empty.
    aims
        What is aimed at.
    moves
        How many moves are tried.
    heat
        First and last temperature, in parts of the energy of one mean area.
    seed
        The same seed gives the same areas.
    locked
        Shape (n,): units that stay where they are.
    on_moves
        Told of the moves tried; where it says no, the search ends with what it has.
    """
    search = _Search(pieces, part, aims, locked)
    search.run(moves, heat, np.random.default_rng(seed), on_moves or _go_on)
    return np.array(search.part, dtype=np.intp)


def _go_on(_: int) -> bool:
    return True


class _Search:
    """The state of a search: plain lists, which the interpreter reads faster than arrays."""

    def __init__(self, pieces: Pieces, part: Parts, aims: Aims, locked: npt.NDArray[np.bool_]) -> None:
        areas = len(aims.least)
        load, x, y = pieces.load, pieces.x_km, pieces.y_km
        self.part: list[int] = part.tolist()
        self.next = [tuple(units) for units in pieces.neighbours]
        self.locked: list[bool] = locked.tolist()
        sums = [np.bincount(part, weights=value, minlength=areas) for value in (load, load * x, load * y)]
        squares = np.bincount(part, weights=load * (x**2 + y**2), minlength=areas)
        self.load: list[float] = load.tolist()
        self.load_x, self.load_y = (load * x).tolist(), (load * y).tolist()
        self.load_xy = (load * (x**2 + y**2)).tolist()
        self.area_load, self.area_x, self.area_y = (value.tolist() for value in sums)
        self.area_xy = squares.tolist()
        self.area_count: list[int] = np.bincount(part, minlength=areas).tolist()
        spread = np.sqrt(np.maximum(sums[0] * squares - sums[1] ** 2 - sums[2] ** 2, 0.0))
        self.radius_km = max(float(spread.sum() / sums[0].sum()), 1e-6)
        self.scale = 1.0 / (aims.mean * self.radius_km)
        self.least: list[float] = aims.least.tolist()
        self.most: list[float] = aims.most.tolist()
        self.mean = aims.mean
        self.energy = [self.energy_of(t) for t in range(areas)]
        self.districts = int(pieces.district.max(initial=0)) + 1
        self.district: list[int] = pieces.district.tolist()
        self.district_weight = _PIECE * aims.district_weight
        self.held: dict[int, int] = {}
        for t, d in zip(self.part, self.district, strict=True):
            self.held[t * self.districts + d] = self.held.get(t * self.districts + d, 0) + 1
        self.fixed = _fixed_costs(pieces, aims, self.radius_km)

    def energy_of(self, t: int) -> float:
        """Return the energy of one area: its spread, and how far its load is out of bounds."""
        return self.energy_with(t, self.area_load[t], self.area_x[t], self.area_y[t], self.area_xy[t])

    def energy_with(self, t: int, load: float, x: float, y: float, xy: float) -> float:
        """Return the energy that an area would have with other sums."""
        spread = load * xy - x * x - y * y
        energy = sqrt(spread) * self.scale if spread > 0 else 0.0
        excess = load - self.most[t] if load > self.most[t] else self.least[t] - load
        if excess <= 0:
            return energy
        excess /= self.mean
        return energy + excess * (_STEEP + _SQUARE * excess)

    def run(
        self, moves: int, heat: tuple[float, float], random: np.random.Generator, on_moves: OnMoves = _go_on
    ) -> None:
        """Try moves while the temperature falls geometrically."""
        free = [v for v in range(len(self.part)) if not self.locked[v]]
        start = [v for v in free for _ in self.next[v]]
        end = [u for v in free for u in self.next[v]]
        if not start:
            return
        first, last = heat
        for done in range(0, moves, _BLOCK):
            count = min(_BLOCK, moves - done)
            edges = random.integers(len(start), size=count)
            cooled = first * (last / first) ** (np.arange(done, done + count) / max(1, moves))
            bounds = -cooled * np.log1p(-random.random(count))
            self._block(start, end, edges.tolist(), bounds.tolist(), random.random(count).tolist())
            if not on_moves(count):
                return

    def _block(
        self, start: list[int], end: list[int], edges: list[int], bounds: list[float], kinds: list[float]
    ) -> None:
        part, count = self.part, self.area_count
        for edge, bound, kind in zip(edges, bounds, kinds, strict=True):
            v = start[edge]
            a, b = part[v], part[end[edge]]
            if a == b:
                continue
            if kind < _SWAPS:
                self._swap(v, a, b, bound, kind / _SWAPS)
            elif count[a] > 1:
                self._shift(v, a, b, bound)

    def _shift(self, v: int, a: int, b: int, bound: float) -> None:
        w, wx, wy, wq = self.load[v], self.load_x[v], self.load_y[v], self.load_xy[v]
        change = self.fixed(v, b) - self.fixed(v, a) if self.fixed else 0.0
        if self.district_weight:
            d = self.district[v]
            new = 0 if self.held.get(b * self.districts + d) else 1
            old = 1 if self.held[a * self.districts + d] == 1 else 0
            change += self.district_weight * (new - old)
        energy = self.energy
        to_a = self.energy_with(
            a, self.area_load[a] - w, self.area_x[a] - wx, self.area_y[a] - wy, self.area_xy[a] - wq
        )
        to_b = self.energy_with(
            b, self.area_load[b] + w, self.area_x[b] + wx, self.area_y[b] + wy, self.area_xy[b] + wq
        )
        change += to_a - energy[a] + to_b - energy[b]
        if change > bound or not self._whole_without(v, a):
            return
        self._put(v, a, b)
        energy[a], energy[b] = to_a, to_b

    def _swap(self, v: int, a: int, b: int, bound: float, which: float) -> None:
        part, near = self.part, self.next
        others = [w for x in near[v] if part[x] == a for w in near[x] if part[w] == b and not self.locked[w]]
        if not others:
            return
        u = others[int(which * len(others))]
        w, wx = self.load[v] - self.load[u], self.load_x[v] - self.load_x[u]
        wy, wq = self.load_y[v] - self.load_y[u], self.load_xy[v] - self.load_xy[u]
        change = self.fixed(v, b) - self.fixed(v, a) + self.fixed(u, a) - self.fixed(u, b) if self.fixed else 0.0
        if self.district_weight and self.district[v] != self.district[u]:
            change += self.district_weight * self._pieces_swapped(v, u, a, b)
        to_a = self.energy_with(
            a, self.area_load[a] - w, self.area_x[a] - wx, self.area_y[a] - wy, self.area_xy[a] - wq
        )
        to_b = self.energy_with(
            b, self.area_load[b] + w, self.area_x[b] + wx, self.area_y[b] + wy, self.area_xy[b] + wq
        )
        change += to_a - self.energy[a] + to_b - self.energy[b]
        if change > bound:
            return
        self._put(v, a, b)
        self._put(u, b, a)
        if self._whole(a, u) and self._whole(b, v):
            self.energy[a], self.energy[b] = to_a, to_b
        else:
            self._put(u, a, b)
            self._put(v, b, a)

    def _pieces_swapped(self, v: int, u: int, a: int, b: int) -> int:
        held, k, dv, du = self.held, self.districts, self.district[v], self.district[u]
        new = (0 if held.get(b * k + dv) else 1) + (0 if held.get(a * k + du) else 1)
        old = (1 if held[a * k + dv] == 1 else 0) + (1 if held[b * k + du] == 1 else 0)
        return new - old

    def _put(self, v: int, a: int, b: int) -> None:
        """Move a unit from one area to another, and the sums with it."""
        w, wx, wy, wq = self.load[v], self.load_x[v], self.load_y[v], self.load_xy[v]
        self.part[v] = b
        self.area_load[a] -= w
        self.area_load[b] += w
        self.area_x[a] -= wx
        self.area_x[b] += wx
        self.area_y[a] -= wy
        self.area_y[b] += wy
        self.area_xy[a] -= wq
        self.area_xy[b] += wq
        self.area_count[a] -= 1
        self.area_count[b] += 1
        from_key, to_key = a * self.districts + self.district[v], b * self.districts + self.district[v]
        self.held[from_key] -= 1
        self.held[to_key] = self.held.get(to_key, 0) + 1

    def _whole_without(self, v: int, a: int) -> bool:
        """Return whether an area stays connected without one of its units."""
        part, near = self.part, self.next
        wanted = [u for u in near[v] if part[u] == a]
        if len(wanted) < 2:
            return bool(wanted)
        left = set(wanted)
        seen = {v, wanted[0]}
        stack = [wanted[0]]
        left.discard(wanted[0])
        while stack:
            for u in near[stack.pop()]:
                if part[u] == a and u not in seen:
                    if u in left:
                        left.discard(u)
                        if not left:
                            return True
                    seen.add(u)
                    stack.append(u)
        return False

    def _whole(self, a: int, first: int) -> bool:
        """Return whether an area is connected, seen from one of its units."""
        part, near = self.part, self.next
        seen = {first}
        stack = [first]
        while stack:
            for u in near[stack.pop()]:
                if part[u] == a and u not in seen:
                    seen.add(u)
                    stack.append(u)
        return len(seen) == self.area_count[a]


def _fixed_costs(pieces: Pieces, aims: Aims, radius_km: float) -> Callable[[int, int], float] | None:
    """Return what a unit costs in an area whatever else lies there: the way from home, and having left its old area."""
    share: list[float] = (pieces.load / aims.mean).tolist()
    lives = bool(aims.home_weight and np.isfinite(aims.home_x_km).any())
    stays = bool(len(aims.stay))
    if not lives and not stays:
        return None
    x, y, home_x, home_y = (v.tolist() for v in (pieces.x_km, pieces.y_km, aims.home_x_km, aims.home_y_km))
    has_home: list[bool] = (np.isfinite(aims.home_x_km) & lives).tolist()
    stay: list[int] = aims.stay.tolist() if stays else [NOWHERE] * len(share)
    per_km = aims.home_weight / radius_km
    leaving: list[float] = aims.leaving.tolist() if stays else [0.0] * len(share)
    welcome: list[bool] = aims.welcome.tolist() if stays else [True] * len(has_home)

    def cost(v: int, t: int) -> float:
        left = 0.0 if welcome[t] or stay[v] in (t, NOWHERE) else leaving[v]
        way = per_km * hypot(x[v] - home_x[t], y[v] - home_y[t]) if has_home[t] else 0.0
        return left + share[v] * way

    return cost
