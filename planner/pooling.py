"""Counts of places that differ, and what they tell of each other: beta distributions that count for so many people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from planner.params import Floats


def icc(successes: Floats, trials: Floats, groups: npt.NDArray[np.generic], *, expected: float, weight: float) -> float:
    """Return the correlation within the members of groups: how far their shares differ beyond chance.

    Moment estimator of the beta-binomial distribution (Kleinman 1973, J. Am. Stat. Assoc. 68(341); Williams 1982, Appl.
    Stat. 31(2)), drawn towards an expected one: that counts like ``weight`` members more. Half a standard error is
    added: a correlation that is too low makes intervals too sure, one too high only a little wide.

    Parameters
    ----------
    successes, trials
        Of each member, n, not negative; need not be whole.
    groups
        Group of each member, n.
    expected, weight
        The correlation without any members, and for how many it counts.

    Returns
    -------
    0 to 0.9; the expected one where no group has two members, or all or none succeeded.
    """
    known = trials > 0
    count, size = successes[known], trials[known]
    pooled = fsum(count) / fsum(size) if len(size) else 0.0
    spread = pooled * (1 - pooled)
    if spread <= 0:
        return expected
    _, group = np.unique(groups[known], return_inverse=True)
    whole = np.bincount(group, weights=size)
    mean = (np.bincount(group, weights=count) / whole)[group]
    rest = 1 - size / whole[group]
    apart = fsum(size * (count / size - mean) ** 2) / spread
    room = fsum(rest * np.maximum(size - 1, 0))
    degrees = len(size) - len(whole)
    if degrees == 0 or room <= 0:
        return expected
    error = apart * sqrt(2 / degrees)
    found = min(max((apart - fsum(rest) + error / 2) / room, 0.0), 0.9)
    return (weight * expected + degrees * found) / (weight + degrees)


def effective(trials: Floats, correlation: float) -> Floats:
    """Return how many independent people tell as much as some of one place, n; see `planner.results`."""
    return np.asarray(trials / (1 + np.maximum(trials - 1, 0) * correlation))


@dataclass(frozen=True)
class Known:
    """A beta distribution: mean, for how many people it counts, and for how many of these prior and own counts do."""

    mean: float
    weight: float
    prior: float = 0.0
    own: float = 0.0

    def with_(self, others: Sequence["Known"]) -> "Known":
        """Return what is known with others besides; in any order of these the same."""
        told = [other for other in others if other.weight > 0]
        if not told:
            return self
        everyone = (self, *told)
        weight = fsum(one.weight for one in everyone)
        mean = fsum(one.weight * one.mean for one in everyone) / weight
        prior, own = (fsum(getattr(one, part) for one in everyone) for part in ("prior", "own"))
        return Known(min(max(mean, 0.0), 1.0), weight, prior, own)

    def one_of(self, correlation: float, *, least: float) -> "Known":
        """Return what is known of one place from the mean of places that differ: it counts for fewer people.

        Parameters
        ----------
        correlation
            Within each place: how far they differ. The variances add up.
        least
            For how many people it counts at least: what was known before anything was counted holds for every place.
        """
        varied = 1 - (1 - correlation) * self.weight / (self.weight + 1)
        weight = min(max(1 / varied - 1, min(least, 1 / correlation - 1)), self.weight)
        return replace(self, weight=weight, prior=self.prior * weight / self.weight)

    def counted_here(self) -> "Known":
        """Return the same, told to be the counts of the place itself."""
        return replace(self, own=self.weight)


NOTHING: Final = Known(0.0, 0.0)


def upward(known: Known, correlation: float) -> Known:
    """Return what a place tells of the places beside it."""
    weight = float(effective(np.array([known.weight]), correlation)[0])
    return Known(known.mean, weight)
