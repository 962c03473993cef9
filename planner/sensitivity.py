"""Which choice moves the result most: Sobol indices of named choices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from planner.errors import PlanError

Floats = npt.NDArray[np.float64]

MOST_CHOICE_COLUMNS: Final = 10_000


@dataclass(frozen=True)
class SobolIndices:
    """Shares of the variance of a result that go back to each choice.

    Attributes
    ----------
    names
        The choices, in the order given.
    first
        Share of the variance that a choice brings alone.
    total
        Share that it brings alone or together with others; what would be left if all others were settled.
    first_error, total_error
        Standard errors as if the samples were random; the low-discrepancy samples used do better as a rule.

    All arrays of one number per choice; estimates, so a choice without effect may come out slightly below 0.
    """

    names: tuple[str, ...]
    first: Floats
    total: Floats
    first_error: Floats
    total_error: Floats


def sobol(
    result: Callable[[Floats], npt.ArrayLike],
    choices: Mapping[str, int],
    *,
    samples: int,
    seed: int,
) -> SobolIndices:
    """Estimate first- and total-order Sobol indices of a result over named choices.

    Sampling with scrambled Sobol points; estimators as in :func:`indices`.

    Parameters
    ----------
    result
        Takes draws, k x columns, uniform from 0 to 1, and returns k numbers; what a draw means (a weight, which
        method, which figures) is its own affair. It is called once with ``samples`` rows for each of two base
        samples and once more per choice.
    choices
        Name of each choice and how many of the columns, from the left, belong to it.
    samples
        Rows per base sample, a power of 2; ``samples`` x (choices + 2) evaluations in all. See the standard
        errors whether it was enough: 512 leave about 0.05, 8,192 about 0.01.
    seed
        Same seed, same result.

    Raises
    ------
    PlanError
        If ``samples`` is no power of 2, a choice has no column, or the result is not one finite number per row.
    """
    from scipy.stats import qmc  # noqa: PLC0415 (33 MB and half a second that most commands do not need)

    if samples < 2 or samples & (samples - 1):
        raise PlanError("sensitivity.samples", samples=samples)
    ends = np.cumsum(list(choices.values()), dtype=np.int64)
    if not choices or min(choices.values()) < 1 or ends[-1] > MOST_CHOICE_COLUMNS:
        raise PlanError("sensitivity.choices", choices=", ".join(f"{k} = {v}" for k, v in choices.items()))
    points = qmc.Sobol(2 * int(ends[-1]), rng=np.random.default_rng(seed)).random(samples)
    base, other = points[:, : ends[-1]], points[:, ends[-1] :]
    mixed = []
    for start, end in zip(ends - list(choices.values()), ends, strict=True):
        draws = base.copy()
        draws[:, start:end] = other[:, start:end]
        mixed.append(_evaluated(result, draws))
    first, total = _terms(_evaluated(result, base), _evaluated(result, other), np.array(mixed))
    error = np.sqrt(samples)
    return SobolIndices(
        names=tuple(choices),
        first=first.mean(axis=1),
        total=total.mean(axis=1),
        first_error=first.std(axis=1) / error,
        total_error=total.std(axis=1) / error,
    )


def indices(at_base: npt.ArrayLike, at_other: npt.ArrayLike, at_mixed: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return first- and total-order Sobol indices from evaluations.

    First order by Saltelli et al. (2010), "Variance based sensitivity analysis of model output", Comput. Phys. Commun.
    181(2), table 2 (b); total order by Jansen (1999), the same table (f).

    Parameters
    ----------
    at_base, at_other
        The result at two independent samples, k each.
    at_mixed
        Choices x k: the result at the base sample with the columns of one choice taken from the other sample.

    Returns
    -------
    First and total order, one per choice; 0 where the result never varies.
    """
    first, total = _terms(*(np.asarray(part, dtype=np.float64) for part in (at_base, at_other, at_mixed)))
    return first.mean(axis=1), total.mean(axis=1)


def mean_rank_shift(ranks: npt.ArrayLike, reference: npt.ArrayLike) -> Floats:
    """Return by how many places villages move on average against a reference ranking.

    The result whose variance Saisana, Saltelli and Tarantola (2005), J. R. Stat. Soc. A 168(2), take apart. Over
    thousands of villages, errors that are independent from village to village move this mean hardly at all, though each
    village much: ask for the shift of the villages of interest to learn what such errors do to them.

    Parameters
    ----------
    ranks
        Ranks, (..., n).
    reference
        Ranks of the reference, n.

    Returns
    -------
    Mean of the absolute differences, in places, (...).
    """
    shift = np.asarray(ranks, dtype=np.float64) - np.asarray(reference, dtype=np.float64)
    return np.asarray(np.abs(shift).mean(axis=-1))


def _terms(base: Floats, other: Floats, mixed: Floats) -> tuple[Floats, Floats]:
    """Return what each sample adds to the indices, choices x k; centred, which lowers the error of the first order."""
    centre = np.concatenate([base, other, mixed.ravel()]).mean()
    variance = np.concatenate([base, other]).var()
    if variance == 0:
        return np.zeros_like(mixed), np.zeros_like(mixed)
    return (other - centre) * (mixed - base) / variance, (base - mixed) ** 2 / (2 * variance)


def _evaluated(result: Callable[[Floats], npt.ArrayLike], draws: Floats) -> Floats:
    values = np.asarray(result(draws), dtype=np.float64)
    if values.shape != draws.shape[:1] or not np.isfinite(values).all():
        raise PlanError("sensitivity.result", rows=len(draws))
    return values
