"""Splitting published totals so that the parts add up exactly."""

import numpy as np
from numpy.typing import NDArray

from geodata.errors import DataError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def largest_remainder(totals: Integers, weights: Floats, groups: Integers, *, ties: NDArray[np.generic]) -> Integers:
    """Split whole totals over the members of groups in proportion to weights, in whole numbers.

    A group whose weights are all zero is split evenly. Every part is less than one unit from its proportional share.

    Parameters
    ----------
    totals
        Shape (k,): total of each group, not negative.
    weights
        Shape (n,): weight of each member, finite and not negative.
    groups
        Shape (n,): group of each member, 0 .. k-1. A group without members must have total 0.
    ties
        Shape (n,): what decides between equal remainders (village codes), so that the order of rows does not matter.

    Returns
    -------
    Shape (n,): whole parts; per group they sum to its total.

    Raises
    ------
    DataError
        If a weight or total is negative or not finite, or a group with a total has no member.

    Notes
    -----
    Hamilton's method of apportionment (Balinski and Young, Fair Representation, 1982).
    """
    if (weights < 0).any() or not np.isfinite(weights).all() or (totals < 0).any():
        raise DataError("sectors.bad_weights")
    sizes = np.bincount(groups, minlength=len(totals))
    if (totals[sizes == 0] > 0).any():
        raise DataError("sectors.empty_group", count=int((totals[sizes == 0] > 0).sum()))
    largest = np.zeros(len(totals))
    np.maximum.at(largest, groups, weights)
    share = np.divide(weights, largest[groups], out=np.ones_like(weights), where=largest[groups] > 0)
    sums = np.bincount(groups, share, minlength=len(totals))
    exact = totals[groups] * (share / sums[groups])
    parts = np.floor(exact).astype(np.int64)
    missing = totals - np.bincount(groups, parts, minlength=len(totals)).astype(np.int64)
    order = np.lexsort((ties, -(exact - parts).round(9), groups))
    start = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    position = np.arange(len(groups)) - start[groups[order]]
    parts[order] += position < missing[groups[order]]
    return parts


def proportional_capped(total: float, weights: Floats, caps: Floats) -> Floats:
    """Split a total in proportion to weights, no part above its cap (water filling).

    Parameters
    ----------
    total
        What is split; at most the sum of the caps.
    weights, caps
        Shape (n,), not negative. Members without weight (or with a trillionth of the largest) get something only when
        all others are full.

    Returns
    -------
    Shape (n,): parts; they sum to the total, none above its cap.

    Raises
    ------
    DataError
        If the caps cannot hold the total.
    """
    room = float(caps.sum())
    if total > room * (1 + 1e-9):
        raise DataError("sectors.caps_too_small", total=round(total), room=round(room))
    share = weights / max(float(weights.max(initial=0.0)), np.finfo(float).tiny)
    share = np.where(share > 1e-12, share, 0.0)
    level = _water_level(total, share, caps)
    parts = np.minimum(share * level, caps) if np.isfinite(level) else np.where(share > 0, caps, 0.0)
    left = total - float(parts.sum())
    spare = caps - parts
    if left > 0 and spare.sum() > 0:
        parts = parts + spare * min(left / float(spare.sum()), 1.0)
    return np.asarray(parts, dtype=np.float64)


def _water_level(total: float, weights: Floats, caps: Floats) -> float:
    """Return the factor of the weights at which capped parts reach a total; infinite if all full ones do not."""
    heavy = weights > 0
    full_at = np.sort(caps[heavy] / weights[heavy])
    order = np.argsort(caps[heavy] / weights[heavy], kind="stable")
    filled = np.concatenate(([0.0], np.cumsum(caps[heavy][order])[:-1]))
    open_weight = np.cumsum(weights[heavy][order][::-1])[::-1]
    levels = (total - filled) / open_weight
    fits = np.flatnonzero(levels <= full_at)
    return float(levels[fits[0]]) if len(fits) else np.inf


def fit_margins(seed: Floats, rows: Floats, columns: Floats, *, tolerance: float = 1e-9, limit: int = 2000) -> Floats:
    """Scale a table until its rows and columns add up to given margins (iterative proportional fitting).

    Parameters
    ----------
    seed
        Shape (n, m): not negative; a zero stays zero.
    rows, columns
        Shapes (n,) and (m,): margins, not negative, with equal sums.

    Returns
    -------
    Shape (n, m): the table with both margins, to ``tolerance`` of their sum.

    Raises
    ------
    DataError
        If the sums of the margins differ, or zeros in the seed make the margins unreachable.

    Notes
    -----
    Deming and Stephan, On a least squares adjustment of a sampled frequency table, 1940.
    """
    total = float(rows.sum())
    if abs(total - float(columns.sum())) > 1e-6 * max(total, 1.0):
        raise DataError("sectors.margins_differ", rows=round(total), columns=round(float(columns.sum())))
    table = seed.astype(np.float64)
    for _ in range(limit):
        table *= _ratio(rows, table.sum(axis=1))[:, None]
        table *= _ratio(columns, table.sum(axis=0))[None, :]
        if np.abs(table.sum(axis=1) - rows).sum() <= tolerance * max(total, 1.0):
            break
    reached = np.allclose(table.sum(axis=0), columns, rtol=1e-4, atol=1e-6 * max(total, 1.0))
    if not reached or np.abs(table.sum(axis=1) - rows).sum() > 1e-3 * max(total, 1.0):
        raise DataError("sectors.margins_unreachable")
    return table


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.zeros_like(wanted, dtype=np.float64), where=found > 0)
