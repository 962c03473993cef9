"""Many worlds: how far the rank of a village moves when weights, method and figures could have been others."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from planner.errors import PlanError
from planner.kept_ranks import KeptRanks, Ranks

Figures = npt.NDArray[np.float32]
Exact = npt.NDArray[np.float64]
Scorer = Callable[[Figures, Figures], npt.NDArray[np.floating]]

CORE_SHARE: Final = 0.8
OUT_SHARE: Final = 0.05
_THREADS: Final = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class RobustRanks:
    """Where villages stand over many worlds; all arrays of length n, in the order of the villages given.

    Attributes
    ----------
    rank_low, rank_median, rank_high
        Ranks that a village reaches or beats in 5, 50 and 95 % of the worlds; 1 is the first.
    in_top
        Share of the worlds, 0 to 1, in which a village is among the first ``top``; sums to ``top``.
    group
        ``core``: among the first in more than 80 % of the worlds; ``out``: in fewer than 5 % (then ``rank_low`` lies
        behind ``top``); ``swing``: between, for people to judge.
    """

    rank_low: Ranks
    rank_median: Ranks
    rank_high: Ranks
    in_top: npt.NDArray[np.float64]
    group: npt.NDArray[np.str_]


def run_worlds(
    low: npt.ArrayLike,
    value: npt.ArrayLike,
    high: npt.ArrayLike,
    *,
    scorers: Sequence[Scorer],
    weights: npt.ArrayLike,
    spread: float,
    worlds: int,
    top: int,
    seed: int,
) -> RobustRanks:
    """Rank villages in many worlds that vary weights, method and figures together.

    Each world draws weights (:func:`drawn_weights`), one of the scorers, and every figure within its range
    (:func:`drawn_figures`), as in Saisana, Saltelli and Tarantola (2005), "Uncertainty and sensitivity analysis
    techniques as tools for the quality assessment of composite indicators", J. R. Stat. Soc. A 168(2). Draws are
    independent between villages and criteria: an error that the villages of one province share is not modelled.

    A world is fixed by ``seed`` and its number alone: the first 200 of 1,000 worlds are those of a run of 200. The
    draws belong to positions: give the villages sorted by code, and the order of the source does not matter.

    Parameters
    ----------
    low, value, high
        Figures, n villages x m criteria, low <= value <= high, none missing; the unit of a criterion is free.
    scorers
        Each takes figures (n x m, column by column in memory) and weights (m, sum 1), both float32, and returns n
        scores, best highest: one choice of normalisation and aggregation. They run in several threads at once.
    weights
        The chosen weights, m, not negative; only their proportions count.
    spread
        Concentration of the drawn weights: a share w has the standard deviation sqrt(w (1 - w) / (spread + 1)).
    worlds
        Number of worlds.
    top
        Length of the list that ``in_top`` and ``group`` are about.
    seed
        Not negative; same seed, same result.

    Raises
    ------
    PlanError
        If shapes do not fit, a figure is missing or outside its range, or a parameter is out of bounds.
    """
    figures = tuple(np.asarray(part, dtype=np.float64) for part in (low, value, high))
    chosen = np.asarray(weights, dtype=np.float64)
    _check_figures(*figures, weights=chosen)
    sides = _sides(*figures)
    return run_sides(*sides, scorers=scorers, weights=chosen, spread=spread, worlds=worlds, top=top, seed=seed)


def run_sides(
    value: Figures,
    down: Figures,
    up: Figures,
    *,
    scorers: Sequence[Scorer],
    weights: Exact,
    spread: float,
    worlds: int,
    top: int,
    seed: int,
) -> RobustRanks:
    """Rank villages in many worlds, given how far the ends of their figures lie from these.

    Parameters
    ----------
    value, down, up
        As for `world_scores`.
    scorers, weights, spread, worlds, top, seed
        As for `run_worlds`.

    Raises
    ------
    PlanError
        If a parameter is out of bounds, or a scorer gives no score to a village.
    """
    _check_run(scorers, spread=spread, worlds=worlds, top=top, seed=seed)
    world = partial(world_scores, value, down, up, scorers=scorers, weights=weights, spread=spread, seed=seed)

    def rank_world(number: int) -> Ranks:
        return ranked(world(number))

    with KeptRanks(len(value)) as kept:
        with ThreadPoolExecutor(_THREADS) as threads:
            for ranks in threads.map(rank_world, range(worlds)):
                kept.add(ranks)
        return _summary(kept, top=top)


def drawn_weights(uniforms: npt.ArrayLike, weights: npt.ArrayLike, spread: float) -> npt.NDArray[np.float64]:
    """Return weights drawn around the chosen ones, from uniform draws.

    Dirichlet distribution with parameters ``spread`` x chosen shares: its mean is the chosen shares.

    Parameters
    ----------
    uniforms
        Draws from 0 to 1, (..., m).
    weights
        The chosen weights, m, not negative; a weight of 0 stays 0.
    spread
        Concentration: the larger, the nearer to the chosen weights.

    Returns
    -------
    Weights (..., m); they sum to 1.
    """
    chosen = np.asarray(weights, dtype=np.float64)
    held = chosen > 0
    gamma = gammaincinv(np.where(held, spread * chosen / chosen.sum(), 1.0), np.asarray(uniforms)) * held
    return np.asarray(gamma / gamma.sum(axis=-1, keepdims=True))


def drawn_figures(uniforms: Figures, value: Figures, down: Figures, up: Figures) -> Figures:
    """Return figures drawn within their ranges, from uniform draws, one per village and criterion.

    A triangle on each side of the value, of half the probability each: the value is the median, as likely too high as
    too low however lopsided the range, and the ends are the rarest and never passed.

    Parameters
    ----------
    uniforms
        Draws from 0 to 1, n x m.
    value
        The most likely figures, n x m, or m for all rows.
    down, up
        What low lies below (0 or less) and high above the value (0 or more), shaped like the value.
    """
    value, down, up = (np.broadcast_to(given, uniforms.shape) for given in (value, down, up))
    drawn = np.empty(uniforms.shape, dtype=np.float32, order="F")
    for k in range(uniforms.shape[1]):  # one by one: what lies between stays small
        side = 2 * uniforms[:, k] - 1
        reach = 1 - np.sqrt(1 - np.abs(side))
        drawn[:, k] = value[:, k] + np.where(side < 0, down[:, k], up[:, k]) * reach
    return drawn


def ranked(scores: npt.ArrayLike) -> npt.NDArray[np.uint32]:
    """Return ranks, 1 for the highest score; equal scores in the order given.

    Exact for scores in float32. Sorting the bits of score and position as one whole number is several times faster
    than ``argsort`` and, unlike counting scores in 65,536 bins, not led astray by a few very high scores.

    Parameters
    ----------
    scores
        n scores, none missing.
    """
    bits = (np.float32(0) - np.asarray(scores, dtype=np.float32)).view(np.int32)
    ascending = np.where(bits < 0, bits ^ np.int32(0x7FFFFFFF), bits).astype(np.int64)
    keys = (ascending << 32) | np.arange(len(bits))
    keys.sort()
    ranks = np.empty(len(bits), dtype=np.uint32)
    ranks[keys & 0xFFFFFFFF] = np.arange(1, len(bits) + 1, dtype=np.uint32)
    return ranks


def _sides(low: Exact, value: Exact, high: Exact) -> tuple[Figures, Figures, Figures]:
    """Return the value and the distances to both ends, in float32; each criterion lies together in memory."""
    return _by_criterion(value), _by_criterion(low - value), _by_criterion(high - value)


def _by_criterion(figures: Exact) -> Figures:
    return np.asfortranarray(figures, dtype=np.float32)


def world_scores(
    value: Figures,
    down: Figures,
    up: Figures,
    number: int,
    *,
    scorers: Sequence[Scorer],
    weights: Exact,
    spread: float,
    seed: int,
) -> npt.NDArray[np.floating]:
    """Return the scores of one world, shape (n,).

    Parameters
    ----------
    value, down, up
        Figures, and how far their low ends lie below (0 or less) and their high ends above (0 or more), n x m.
    number
        Which world, from 0.
    scorers, weights, spread, seed
        As for `run_worlds`.

    Raises
    ------
    PlanError
        If a scorer gives no score to a village.
    """
    rng = np.random.default_rng([seed, number])
    drawn = drawn_weights(rng.random(len(weights)), weights, spread).astype(np.float32)
    which = int(rng.integers(len(scorers)))
    uniforms = rng.random(value.shape[::-1], dtype=np.float32).T
    scores = scorers[which](drawn_figures(uniforms, value, down, up), drawn)
    if scores.shape != value.shape[:1] or not np.isfinite(scores).all():
        raise PlanError("robustness.scores", scorer=which + 1, villages=len(value))
    return scores


def _summary(kept: KeptRanks, *, top: int) -> RobustRanks:
    """Summarise ranks village by village; a block of villages at a time to spare memory."""
    places = [-(-percent * kept.worlds // 100) - 1 for percent in (5, 50, 95)]
    low, median, high = (np.empty(kept.villages, dtype=kept.dtype) for _ in places)
    in_top = np.empty(kept.villages)
    for block, ranks in kept.by_village():
        in_top[block] = np.count_nonzero(ranks <= top, axis=1) / kept.worlds
        ranks.partition(sorted(set(places)), axis=1)
        low[block], median[block], high[block] = ranks[:, places].T
    group = np.select([in_top > CORE_SHARE, in_top < OUT_SHARE], ["core", "out"], "swing")
    return RobustRanks(low, median, high, in_top, group)


def _check_figures(low: Exact, value: Exact, high: Exact, *, weights: Exact) -> None:
    shapes = {part.shape for part in (low, value, high)}
    if len(shapes) > 1 or value.ndim != 2 or not value.size or weights.shape != value.shape[1:]:
        raise PlanError("robustness.shape", low=low.shape, value=value.shape, high=high.shape, weights=weights.shape)
    missing = ~np.isfinite(low + value + high)
    if missing.any():
        raise PlanError("robustness.missing", **_first(missing))
    outside = (low > value) | (value > high)
    if outside.any():
        raise PlanError("robustness.outside", **_first(outside))
    if not np.isfinite(weights).all() or weights.min() < 0 or weights.max() == 0:
        raise PlanError("robustness.weights", weights=", ".join(f"{w:g}" for w in weights))


def _first(wrong: npt.NDArray[np.bool_]) -> dict[str, int]:
    """Return how many cells are wrong and where the first one stands, counted from 1."""
    row, criterion = (int(axis[0]) + 1 for axis in np.nonzero(wrong))
    return {"count": int(wrong.sum()), "row": row, "criterion": criterion}


def _check_run(scorers: Sequence[Scorer], *, spread: float, worlds: int, top: int, seed: int) -> None:
    if not scorers:
        raise PlanError("robustness.no_scorer")
    if not 0 < spread < np.inf:
        raise PlanError("robustness.spread", spread=f"{spread:g}")
    for name, number, least in (("worlds", worlds, 1), ("top", top, 1), ("seed", seed, 0)):
        if number < least:
            raise PlanError("robustness.whole_number", name=name, number=number, least=least)
