"""Criteria on a common scale -> block scores -> one score, and the exact share of each criterion in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.errors import PlanError
from planner.weights import direct

Method = Literal["arithmetic", "geometric"]


@dataclass(frozen=True)
class Block:
    """Criteria that are averaged before they meet the others, such as those of need.

    Attributes
    ----------
    columns
        Their columns in the table of criteria.
    weights
        One per column, in any unit.
    share
        Weight of the block among the blocks, in any unit.
    method
        How its criteria are averaged.
    """

    columns: tuple[int, ...]
    weights: tuple[float, ...]
    share: float = 1.0
    method: Method = "arithmetic"


class Contributions(NamedTuple):
    """A score taken apart: score = reference score + sum of the parts, to 1e-9.

    Attributes
    ----------
    reference
        Score of the reference village.
    parts
        Shape (n, m): what each criterion adds to or takes from each village against the reference, in points.
    """

    reference: float
    parts: NDArray[np.float64]


def arithmetic(x: NDArray[np.float64], weights: ArrayLike) -> NDArray[np.float64]:
    """Return the weighted arithmetic mean of the criteria: a weak one is fully made up for by a strong one.

    Parameters
    ----------
    x
        Shape (n, m), on a common scale.
    weights
        Shape (m,), in any unit.

    Returns
    -------
    Shape (n,), missing where a criterion is. A village's score does not depend on the other rows, to the last bit.

    Raises
    ------
    PlanError
        If the weights are no weights or not one per criterion.
    """
    total = np.zeros(len(x))
    # column by column: a matrix product may round a row differently when other rows come or go
    for values, share in zip(x.T, _shares(weights, x.shape[1]), strict=True):
        total += share * values
    return total


def geometric(x: NDArray[np.float64], weights: ArrayLike, floor: float = 0.01) -> NDArray[np.float64]:
    """Return the weighted geometric mean of the criteria: a weak one is made up for only in part.

    Parameters
    ----------
    x
        Shape (n, m), on a common scale, not negative.
    weights
        Shape (m,), in any unit.
    floor
        What smaller values count as, above 0, so that a single zero does not wipe out all else.

    Returns
    -------
    Shape (n,), missing where a criterion is.

    Raises
    ------
    PlanError
        If the weights are no weights or not one per criterion, or the floor is not above 0.
    """
    return np.exp(arithmetic(np.log(_floored(x, floor)), weights))


def topsis(x: NDArray[np.float64], weights: ArrayLike, benefit: ArrayLike) -> NDArray[np.float64]:
    """Return the closeness to the ideal village, TOPSIS (Hwang and Yoon 1981), with vector normalisation.

    The ideal and its opposite are made of the best and worst values present: the result depends on which villages are
    compared, so it serves as a check beside the score, not in its place.

    Parameters
    ----------
    x
        Shape (n, m), each criterion in its own unit.
    weights
        Shape (m,), in any unit.
    benefit
        Shape (m,): true where more is better.

    Returns
    -------
    Shape (n,), 0 to 1; 0.5 where all villages are the same; missing where a criterion is.

    Raises
    ------
    PlanError
        If the weights are no weights or not one per criterion.
    """
    shares = _shares(weights, x.shape[1])
    known = np.where(np.isnan(x), 0.0, x)
    # squares are summed in ascending order: the order of villages must not show in the last digit
    length = np.sqrt(np.sort(known**2, axis=0).sum(axis=0))
    weighted = x / np.where(length > 0, length, 1.0) * shares
    oriented = np.where(np.asarray(benefit, dtype=bool), weighted, -weighted)
    best = np.max(oriented, axis=0, initial=-np.inf, where=~np.isnan(oriented))
    worst = np.min(oriented, axis=0, initial=np.inf, where=~np.isnan(oriented))
    to_best, to_worst = _distance(oriented, best), _distance(oriented, worst)
    apart = to_best + to_worst
    return np.where(apart == 0, 0.5, to_worst / np.where(apart == 0, 1.0, apart))


def block_scores(x: NDArray[np.float64], blocks: Sequence[Block], *, floor: float = 0.01) -> NDArray[np.float64]:
    """Return the mean of each block.

    Parameters
    ----------
    x
        Shape (n, m), on the scale 0 to 1, 1 is best.
    blocks
        k of them.
    floor
        What smaller values count as in a geometric mean, above 0.

    Returns
    -------
    Shape (n, k).

    Raises
    ------
    PlanError
        If the weights of a block are no weights or not one per column.
    """
    return np.column_stack([_average(x[:, list(b.columns)], b.weights, b.method, floor) for b in blocks])


def score(
    x: NDArray[np.float64], blocks: Sequence[Block], *, between: Method = "geometric", floor: float = 0.01
) -> NDArray[np.float64]:
    """Return the score: the mean over blocks of the means within blocks.

    Parameters
    ----------
    x
        Shape (n, m), on the scale 0 to 1, 1 is best.
    blocks
        Which columns belong together, and how much each block weighs.
    between
        How the blocks are averaged.
    floor
        What smaller values count as in a geometric mean, above 0.

    Returns
    -------
    Shape (n,), missing where a criterion is.

    Raises
    ------
    PlanError
        If weights are no weights, or the floor is not above 0.
    """
    return _average(block_scores(x, blocks, floor=floor), [b.share for b in blocks], between, floor)


def contributions(
    x: NDArray[np.float64],
    blocks: Sequence[Block],
    *,
    reference: ArrayLike,
    between: Method = "geometric",
    floor: float = 0.01,
) -> Contributions:
    """Take the score apart into what each criterion adds to or takes from that of a reference village.

    An arithmetic mean is split by its terms; a geometric one by logarithmic means, LMDI-I (Ang 2005, Energy Policy 33,
    867-871), which leaves no remainder. What falls below the floor shares its block's change in proportion.

    Parameters
    ----------
    x
        Shape (n, m), on the scale 0 to 1, 1 is best.
    blocks
        As for `score`.
    reference
        Shape (m,), on the same scale: the village compared with, such as the mean one.
    between, floor
        As for `score`.

    Raises
    ------
    PlanError
        If weights are no weights, or the floor is not above 0.
    """
    start = np.asarray(reference, dtype=np.float64)[None, :]
    before, after = (block_scores(rows, blocks, floor=floor) for rows in (start, x))
    total_before, total_after = (score(rows, blocks, between=between, floor=floor) for rows in (start, x))
    shares = direct([b.share for b in blocks])
    parts = np.zeros(x.shape)
    for k, block in enumerate(blocks):
        columns = list(block.columns)
        inside = _split_block(x[:, columns], start[:, columns], block, floor)
        pace = _pace(after[:, k], before[:, k], total_after, total_before, between=between, floor=floor)
        parts[:, columns] += shares[k] * pace[:, None] * inside
    return Contributions(float(total_before[0]), parts)


def _split_block(x: NDArray[np.float64], start: NDArray[np.float64], block: Block, floor: float) -> NDArray[np.float64]:
    """Change of a block's mean against the reference, by criterion; shape (n, columns)."""
    weights = _shares(block.weights, x.shape[1])
    if block.method == "arithmetic":
        return weights * (x - start)
    above, above_start = _floored(x, floor), _floored(start, floor)
    mean, mean_start = geometric(x, weights, floor), geometric(start, weights, floor)
    return weights * np.log(above / above_start) * _log_mean(mean, mean_start)[:, None]


def _pace(
    block: NDArray[np.float64],
    block_start: NDArray[np.float64],
    total: NDArray[np.float64],
    total_start: NDArray[np.float64],
    *,
    between: Method,
    floor: float,
) -> NDArray[np.float64]:
    """How fast the score changes with a block of share 1, on the way from the reference to each village."""
    if between == "arithmetic":
        return np.ones(len(block))
    above, above_start = _floored(block, floor), _floored(block_start, floor)
    change, counted = block - block_start, above - above_start
    same = change == 0
    seen = np.where(same, block >= floor, counted / np.where(same, 1.0, change))
    return seen * _log_mean(total, total_start) / _log_mean(above, above_start)


def _log_mean(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithmic mean (a - b) / ln(a / b), and a where both are equal; for positive numbers."""
    relative = (a - b) / b
    same = relative == 0
    return np.where(same, b, (a - b) / np.where(same, 1.0, np.log1p(relative)))


def _average(x: NDArray[np.float64], weights: ArrayLike, method: Method, floor: float) -> NDArray[np.float64]:
    return arithmetic(x, weights) if method == "arithmetic" else geometric(x, weights, floor)


def _floored(x: NDArray[np.float64], floor: float) -> NDArray[np.float64]:
    if not floor > 0:
        raise PlanError("aggregate.floor", value=f"{floor:g}")
    raised: NDArray[np.float64] = np.maximum(x, floor)
    return raised


def _shares(weights: ArrayLike, criteria: int) -> NDArray[np.float64]:
    shares = direct(weights)
    if shares.shape != (criteria,):
        raise PlanError("aggregate.weights_count", weights=int(shares.size), criteria=criteria)
    return shares


def _distance(x: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = np.zeros(len(x))
    for values, place in zip(x.T, point, strict=True):
        squares += (values - place) ** 2
    return np.sqrt(squares)
