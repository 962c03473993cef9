"""Hot spots: where high or low figures of villages lie together more than chance would have it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.stats import false_discovery_control

from planner.errors import PlanError

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

PERMUTATIONS: Final = 9_999
_TIE: Final = 1e-10


@dataclass(frozen=True)
class HotSpots:
    """Local statistics of villages; all arrays of length n, in the order given.

    Attributes
    ----------
    moran
        Local Moran's I, no unit.
    g_star
        Getis-Ord G* as a z score, no unit.
    p_value
        Two-sided, by permutation; the same for both statistics.
    q_value
        ``p_value`` after Benjamini and Hochberg, over all villages that have one.
    kind
        ``high_high`` (hot spot), ``low_low`` (cold spot), ``high_low`` and ``low_high`` (a village unlike its
        neighbours) where ``q_value`` is at most the level asked for; else ``none``. ``no_figure``, and ``no_neighbour``
        without any neighbour that has a figure: these cannot be judged, their statistics are missing.
    """

    moran: Floats
    g_star: Floats
    p_value: Floats
    q_value: Floats
    kind: npt.NDArray[np.str_]


def hot_spots(
    values: npt.ArrayLike,
    links: npt.ArrayLike,
    *,
    seed: int,
    permutations: int = PERMUTATIONS,
    level: float = 0.05,
) -> HotSpots:
    """Find villages whose neighbours are higher or lower than chance would have it.

    Local statistics with false discovery rate: Caldas de Castro and Singer (2006), "Controlling the false discovery
    rate", Geogr. Anal. 38(2). All neighbours weigh the same. Villages without a figure are neighbours of nobody.

    Parameters
    ----------
    values
        One figure per village, n, missing allowed. Rates of small villages should be shrunk first.
    links
        Pairs of neighbours, k x 2, as positions in ``values``; each pair once or in both directions.
    seed
        Same seed, same result. Draws belong to positions: give the villages sorted by code.
    permutations
        The smallest p value is 2 / (permutations + 1): thousands of villages need thousands of permutations.
    level
        Expected share of false finds among all finds.

    Raises
    ------
    PlanError
        If a link does not join two different villages of the list, or a parameter is out of bounds.
    """
    figures, pairs = np.asarray(values, dtype=np.float64), np.asarray(links, dtype=np.int64).reshape(-1, 2)
    _check(figures, pairs, permutations=permutations, level=level)
    known = np.isfinite(figures)
    rows = np.flatnonzero(known)
    z = _standardised(figures[rows])
    near = _adjacency(pairs[known[pairs].all(axis=1)], len(figures))[rows][:, rows]
    degree = _degrees(near)
    p = _permutation_p(z, near @ z, degree, permutations=permutations, rng=np.random.default_rng(seed))
    linked = degree > 0
    q = p.copy()
    q[linked] = false_discovery_control(p[linked])

    def spread(result: Floats) -> Floats:
        everywhere = np.full(len(figures), np.nan)
        everywhere[rows] = np.where(linked, result, np.nan)
        return everywhere

    kind = np.full(len(figures), "no_figure", dtype="<U12")
    kind[rows] = np.where(linked, np.where(q <= level, _quadrant(z, near @ z), "none"), "no_neighbour")
    return HotSpots(spread(_local_moran(z, near)), spread(_g_star(z, near)), spread(p), spread(q), kind)


def _standardised(figures: Floats) -> Floats:
    """Return z scores; 0 where all figures are equal."""
    deviation = figures - figures.mean() if len(figures) else figures
    scale = np.sqrt(np.mean(deviation**2)) if len(figures) else 0.0
    return deviation / scale if scale > 0 else np.zeros(len(figures))


def _adjacency(pairs: Whole, villages: int) -> csr_array:
    both = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    return coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(villages, villages)).tocsr()


def _degrees(near: csr_array) -> Floats:
    return np.asarray(near.sum(axis=1), dtype=np.float64)


def _local_moran(z: Floats, near: csr_array) -> Floats:
    """Return local Moran's I, the mean of the neighbours taken (Anselin 1995, Geogr. Anal. 27(2), eq. 12)."""
    mean = near @ z / np.maximum(_degrees(near), 1)
    return np.asarray(z * mean * (len(z) - 1) / max(len(z), 1))


def _g_star(z: Floats, near: csr_array) -> Floats:
    """Return G* with weights 0 and 1, the village itself included (Ord and Getis 1995, Geogr. Anal. 27(4), eq. 14)."""
    members = _degrees(near) + 1
    variance = members * (len(z) - members) / max(len(z) - 1, 1)
    return np.asarray(np.divide(z + near @ z, np.sqrt(variance), out=np.zeros(len(z)), where=variance > 0))


def _permutation_p(z: Floats, sums: Floats, degree: Floats, *, permutations: int, rng: np.random.Generator) -> Floats:
    """Return two-sided p values of the sums over neighbours, each village's own figure held fixed.

    Villages with the same number of neighbours share their draws of neighbours; draws that hold the village itself do
    not count for it, which leaves exactly the conditional draws of Anselin (1995). With the own figure fixed, local
    Moran's I and G* grow or fall with the sum alone: its p value is theirs.
    """
    p = np.full(len(z), np.nan)
    for neighbours in np.unique(degree[degree > 0]):
        rows = np.flatnonzero(degree == neighbours)
        draws = _distinct_draws(len(z), int(neighbours), permutations, rng)
        above, below, valid = _tails(z, sums[rows], rows, draws)
        p[rows] = np.minimum(1.0, 2 * (np.minimum(above, below) + 1) / (valid + 1))
    return p


def _distinct_draws(villages: int, size: int, permutations: int, rng: np.random.Generator) -> Whole:
    """Return draws without replacement, permutations x size (Floyd's algorithm, all draws at once)."""
    draws = np.empty((permutations, size), dtype=np.int64)
    for place, last in enumerate(range(villages - size, villages)):
        pick = rng.integers(last + 1, size=permutations)
        taken = (draws[:, :place] == pick[:, None]).any(axis=1)
        draws[:, place] = np.where(taken, last, pick)
    return draws


def _tails(z: Floats, sums: Floats, rows: Whole, draws: Whole) -> tuple[Whole, Whole, Whole]:
    """Return for each row how many draws without it are at least and at most its sum, and how many there are."""
    drawn = z[draws].sum(axis=1)
    floor, ceiling = sums - _TIE, sums + _TIE  # sums of the same figures in another order are ties
    ordered = np.sort(drawn)
    above = len(drawn) - np.searchsorted(ordered, floor, side="left")
    below = np.searchsorted(ordered, ceiling, side="right")
    place = np.full(len(z), -1)
    place[rows] = np.arange(len(rows))
    held = place[draws]
    draw, _ = np.nonzero(held >= 0)
    row = held[held >= 0]

    def without(count: Whole, own: Flags) -> Whole:
        return np.asarray(count - np.bincount(row[own], minlength=len(rows)))

    everything = np.full(len(rows), len(drawn))
    return (
        without(above, drawn[draw] >= floor[row]),
        without(below, drawn[draw] <= ceiling[row]),
        without(everything, np.ones(len(row), dtype=bool)),
    )


def _quadrant(z: Floats, sums: Floats) -> npt.NDArray[np.str_]:
    high, near_high = z > 0, sums > 0
    return np.select([high & near_high, high, near_high], ["high_high", "high_low", "low_high"], "low_low")


def _check(figures: Floats, pairs: Whole, *, permutations: int, level: float) -> None:
    wrong = ((pairs < 0) | (pairs >= len(figures))).any(axis=1) | (pairs[:, 0] == pairs[:, 1])
    if wrong.any():
        first, second = (int(end) for end in pairs[wrong][0])
        raise PlanError("hotspots.link", count=int(wrong.sum()), first=first, second=second, villages=len(figures))
    if permutations < 1 or not 0 < level < 1:
        raise PlanError("hotspots.parameter", permutations=permutations, level=f"{level:g}")
