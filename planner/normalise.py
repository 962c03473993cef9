"""Criteria in their own units -> one common scale from 0 (worst) to 1 (best)."""

from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from planner.errors import PlanError

Skew = Literal["none", "log", "winsor"]
Scale = Literal["goalposts", "minmax", "zscore", "percentile"]
Direction = Literal["benefit", "cost"]
Goalposts = tuple[float, float]

WINSOR_TAIL_PCT: Final = 5.0
_Z_RANGE: Final = 3.0
_MIDDLE: Final = 0.5


def winsor_limits(values: ArrayLike) -> tuple[float, float]:
    """Return the values between which `treat_skew` keeps a criterion: its 5th and 95th percentile.

    Parameters
    ----------
    values
        Shape (n,), own unit; missing ones do not count.

    Raises
    ------
    PlanError
        If no value is known or one is infinite.
    """
    known = _known(_checked(values))
    low, high = np.percentile(known, [WINSOR_TAIL_PCT, 100 - WINSOR_TAIL_PCT])
    return float(low), float(high)


def treat_skew(
    values: ArrayLike, kind: Skew = "none", *, limits: tuple[float, float] | None = None
) -> NDArray[np.float64]:
    """Return values whose few very large ones no longer dominate.

    ``log`` is log(1 + value), ``winsor`` moves what lies outside the limits onto them (OECD/JRC Handbook on
    Constructing Composite Indicators, 2008, step 5). Goalposts given in the criterion's own unit go through the same
    function, so that they stay comparable: ``treat_skew(goalposts, "log")``.

    Parameters
    ----------
    values
        Shape (n,), own unit; missing ones stay missing.
    kind
        ``none``, ``log`` or ``winsor``.
    limits
        For ``winsor``: frozen limits, such as those of `winsor_limits`, so that a further village moves no other one;
        without them those of the values themselves.

    Raises
    ------
    PlanError
        If a value is infinite, or negative where its logarithm is wanted.
    """
    given = _checked(values)
    if kind == "none":
        return given
    if kind == "winsor":
        low, high = winsor_limits(given) if limits is None else limits
        clipped: NDArray[np.float64] = np.clip(given, low, high)
        return clipped
    if (given < 0).any():
        raise PlanError("normalise.log_of_negative", value=f"{np.nanmin(given):g}", count=int((given < 0).sum()))
    logged: NDArray[np.float64] = np.log1p(given)
    return logged


def freeze_goalposts(values: ArrayLike, percentile: float = 95) -> Goalposts:
    """Return goalposts to be stored with a plan: from zero to a high percentile of the values of today.

    A criterion that also takes negative values starts at the mirrored low percentile. Where hardly any village has
    more than the lower goalpost, the largest value is the upper one.

    Parameters
    ----------
    values
        Shape (n,), own unit; missing ones do not count.
    percentile
        Above 50, at most 100.

    Raises
    ------
    PlanError
        If no value is known or one is infinite, or the percentile is out of range.
    """
    if not 50 < percentile <= 100:
        raise PlanError("normalise.percentile", value=f"{percentile:g}")
    known = _known(_checked(values))
    low = min(0.0, float(np.percentile(known, 100 - percentile)))
    high = float(np.percentile(known, percentile))
    if high <= low:
        high = float(known.max())
    return (low, high) if high > low else (low, low + 1.0)


def scaled(
    values: ArrayLike, scale: Scale, *, goalposts: Goalposts | None = None, direction: Direction = "benefit"
) -> NDArray[np.float64]:
    """Return a criterion on the common scale from 0 to 1.

    ``goalposts`` is the straight line from the lower to the upper goalpost, cut off at both: the only scale on which
    adding or removing a village never moves another one. ``minmax`` runs from the least to the greatest value
    present, ``zscore`` from three standard deviations below the mean to three above, cut off at both, ``percentile``
    is the share of villages below, ties at their middle. Without any difference between villages these three give 0.5.

    Parameters
    ----------
    values
        Shape (n,), skewness treated; missing ones stay missing and do not count.
    scale
        See above.
    goalposts
        Lower and upper one, in the unit of the values; needed by the scale of that name only.
    direction
        ``benefit`` if more is better, ``cost`` if less is.

    Returns
    -------
    Shape (n,), 1 for the best.

    Raises
    ------
    PlanError
        If a value is infinite, or the goalposts are missing or not in ascending order.
    """
    given = _checked(values)
    share = _by_goalposts(given, goalposts) if scale == "goalposts" else _relative(given, scale)
    return share if direction == "benefit" else 1.0 - share


def _relative(given: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    known = given[~np.isnan(given)]
    if not known.size or known.min() == known.max():
        return np.where(np.isnan(given), np.nan, _MIDDLE)
    if scale == "minmax":
        return _min_max(given, known)
    if scale == "zscore":
        return _z_share(given, known)
    ranks = pd.Series(given).rank(method="average").to_numpy(np.float64)
    below: NDArray[np.float64] = np.asarray((ranks - _MIDDLE) / known.size)
    return below


def _min_max(given: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    share: NDArray[np.float64] = (given - known.min()) / (known.max() - known.min())
    return share


def _z_share(given: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    # sums depend on the order of their terms in the last digit, the order of villages must not show
    ordered = np.sort(_min_max(known, known))
    z = (_min_max(given, known) - ordered.mean()) / ordered.std()
    share: NDArray[np.float64] = np.clip(_MIDDLE + z / (2 * _Z_RANGE), 0.0, 1.0)
    return share


def _by_goalposts(given: NDArray[np.float64], goalposts: Goalposts | None) -> NDArray[np.float64]:
    if goalposts is None:
        raise PlanError("normalise.no_goalposts")
    low, high = goalposts
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise PlanError("normalise.goalposts_order", low=f"{low:g}", high=f"{high:g}")
    share: NDArray[np.float64] = np.clip((given - low) / (high - low), 0.0, 1.0)
    return share


def _checked(values: ArrayLike) -> NDArray[np.float64]:
    given = np.array(values, dtype=np.float64)
    if np.isinf(given).any():
        raise PlanError("normalise.infinite", count=int(np.isinf(given).sum()))
    return given


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = values[~np.isnan(values)]
    if not known.size:
        raise PlanError("normalise.all_missing", count=int(values.size))
    return known
