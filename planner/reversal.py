"""Rank-reversal check: a village that comes or goes must not move the others.

After Belton and Gear (1983, Omega 11, 228-230), whose three alternatives change places when a copy of one is added.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Change = Literal["copy_of_best", "copy_of_middle", "copy_of_worst", "add_dominated", "add_dominant", "drop_extremes"]
ScoreFunction = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_TOLERANCE: Final = 1e-12
_FEW: Final = 10


@dataclass(frozen=True)
class Trial:
    """What one change of the set of villages did to those who were there before and after.

    Attributes
    ----------
    change
        What was added or removed.
    largest_shift
        Largest change of a village's score, in points of the score.
    overtaking
        Number of villages that passed another one which stood above them.
    example
        Rows of one such pair, the passed one first.
    """

    change: Change
    largest_shift: float
    overtaking: int
    example: tuple[int, int] | None


@dataclass(frozen=True)
class Reversal:
    """The outcome of all trials."""

    trials: tuple[Trial, ...]

    @property
    def is_stable(self) -> bool:
        """Whether nobody's score and nobody's place changed in any trial."""
        return all(trial.largest_shift <= _TOLERANCE and not trial.overtaking for trial in self.trials)

    @property
    def reversed_by(self) -> tuple[Change, ...]:
        """The changes after which villages stood in another order."""
        return tuple(trial.change for trial in self.trials if trial.overtaking)


class _Set(NamedTuple):
    change: Change
    added: NDArray[np.float64] | None
    kept: NDArray[np.intp]


def check(x: NDArray[np.float64], score: ScoreFunction, *, benefit: ArrayLike) -> Reversal:
    """Score the villages again after changes that concern none of them, and tell who moved.

    Added are a copy of the best, of the middle and of the worst village, a village that is worst on every criterion and
    one that is best on every criterion; removed are the villages that hold the least or greatest value of a criterion,
    where they are few (a tenth of all) and at least two others remain.

    Parameters
    ----------
    x
        Shape (n, m), n at least 1, each criterion in its own unit, as `score` takes them.
    score
        The whole way from criteria to scores, shape (n,), more is better; called once per trial and once before.
    benefit
        Shape (m,): true where more is better.

    Returns
    -------
    One trial per change; rows are those of `x`.
    """
    before = score(x)
    return Reversal(tuple(_trial(x, score, before, villages) for villages in _changed_sets(x, before, benefit)))


def _changed_sets(x: NDArray[np.float64], before: NDArray[np.float64], benefit: ArrayLike) -> Iterator[_Set]:
    everybody = np.arange(len(x))
    order = np.argsort(-before, kind="stable")
    ranked = order[~np.isnan(before[order])]
    if ranked.size:
        yield _Set("copy_of_best", x[ranked[0]], everybody)
        yield _Set("copy_of_middle", x[ranked[ranked.size // 2]], everybody)
        yield _Set("copy_of_worst", x[ranked[-1]], everybody)
    more_is_better = np.asarray(benefit, dtype=bool)
    least, greatest = _ends(x)
    yield _Set("add_dominated", np.where(more_is_better, least, greatest), everybody)
    yield _Set("add_dominant", np.where(more_is_better, greatest, least), everybody)
    holders = np.hstack([x == least, x == greatest])
    inner = np.flatnonzero(~holders[:, holders.sum(axis=0) <= max(1, len(x) // _FEW)].any(axis=1))
    if inner.size >= 2:
        yield _Set("drop_extremes", None, inner)


def _ends(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    known = ~np.isnan(x)
    least = np.min(x, axis=0, initial=np.inf, where=known)
    greatest = np.max(x, axis=0, initial=-np.inf, where=known)
    empty = ~known.any(axis=0)
    return np.where(empty, np.nan, least), np.where(empty, np.nan, greatest)


def _trial(x: NDArray[np.float64], score: ScoreFunction, before: NDArray[np.float64], villages: _Set) -> Trial:
    change, added, kept = villages
    table = x[kept] if added is None else np.vstack([x[kept], added])
    after = score(table)[: kept.size]
    known = ~(np.isnan(before[kept]) | np.isnan(after))
    rows, old, new = kept[known], before[kept][known], after[known]
    shift = float(np.abs(new - old).max(initial=0.0))
    passed, passing = _overtaken(old, new)
    example = (int(rows[passed[0]]), int(rows[passing[0]])) if passing.size else None
    return Trial(change, shift, int(passing.size), example)


def _overtaken(old: NDArray[np.float64], new: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of the passed and of the passing villages: clearly below before, clearly above after."""
    if not old.size:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    order = np.argsort(-old, kind="stable")
    sorted_old, sorted_new = old[order], new[order]
    lowest = np.minimum.accumulate(sorted_new)
    holder = np.maximum.accumulate(np.where(sorted_new == lowest, np.arange(old.size), 0))
    above = np.searchsorted(-sorted_old, -(sorted_old + _TOLERANCE), side="left")
    last = np.maximum(above - 1, 0)
    passing = np.flatnonzero((above > 0) & (sorted_new > lowest[last] + _TOLERANCE))
    return order[holder[last[passing]]], order[passing]
