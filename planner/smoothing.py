"""Rates of small villages, drawn towards the rate of their group as far as their size gives no better knowledge."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.errors import PlanError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ShrunkRates:
    """Rates by empirical Bayes; all arrays of length n, in the order given.

    Attributes
    ----------
    rate
        Shrunk rate, events per unit of the base; lies between the raw rate and the rate of the group. The rate of the
        group where the base is 0; missing where events or base are, and in a group without any base.
    group_rate
        All events of the group by its whole base; missing like ``rate``.
    own_weight
        How far a village's own rate counts, 0 (only the group) to 1 (only its own).
    """

    rate: Floats
    group_rate: Floats
    own_weight: Floats


def shrunk_rates(events: npt.ArrayLike, base: npt.ArrayLike, *, groups: npt.ArrayLike) -> ShrunkRates:
    """Shrink rates towards the rate of their group.

    Empirical Bayes with moment estimators: Marshall (1991), "Mapping disease and mortality rates using empirical Bayes
    estimators", J. R. Stat. Soc. C 40(2); a negative estimate of the variance between villages counts as 0: then the
    differences are no larger than chance alone makes them, and all of the group get its rate.

    Parameters
    ----------
    events
        Counts, n, zero or more, missing allowed: for instance covered workers. Events without base are left aside.
    base
        What they are counted among, n, zero or more, missing allowed: for instance eligible workers.
    groups
        Group of each village, n, for instance the regency's code.

    Raises
    ------
    PlanError
        If lengths differ or a count is negative or infinite.
    """
    counts, sizes, labels = np.asarray(events, float), np.asarray(base, float), np.asarray(groups)
    _check(counts, sizes, labels)
    _, group = np.unique(labels, return_inverse=True)
    known = ~np.isnan(counts + sizes)
    seen = known & (sizes > 0)
    size = np.where(seen, sizes, 0.0)
    raw = np.divide(counts, sizes, out=np.zeros(len(sizes)), where=seen)

    def total(amount: Floats) -> Floats:
        return np.bincount(group, weights=amount).astype(np.float64)

    whole, members = total(size), total(seen.astype(float))
    mean = _ratio(total(np.where(seen, counts, 0.0)), whole)
    between = _ratio(total(size * (raw - mean[group]) ** 2), whole) - _ratio(mean * members, whole)
    variance = np.maximum(between, 0.0)[group] * size
    own = np.where(known, _ratio(variance, variance + mean[group], empty=0.0), np.nan)
    group_rate = np.where(known, mean[group], np.nan)
    return ShrunkRates(rate=group_rate + own * (raw - group_rate), group_rate=group_rate, own_weight=own)


def _ratio(part: Floats, whole: Floats, *, empty: float = np.nan) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), empty), where=whole > 0))


def _check(events: Floats, base: Floats, groups: npt.NDArray[np.generic]) -> None:
    if not events.shape == base.shape == groups.shape or events.ndim != 1:
        raise PlanError("smoothing.shape", events=events.shape, base=base.shape, groups=groups.shape)
    wrong = (events < 0) | (base < 0) | np.isinf(events) | np.isinf(base)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise PlanError(
            "smoothing.count",
            count=int(wrong.sum()),
            row=row + 1,
            events=f"{events[row]:g}",
            base=f"{base[row]:g}",
        )
