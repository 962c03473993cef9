"""Weights from people: direct, by pairs, by best and worst; several persons combined; what weights really do."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.errors import PlanError

# Mean consistency index of random matrices of order 1, 2, ... 15 (Saaty 1980).
_RANDOM_INDEX: Final = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
_RECIPROCAL_TOLERANCE: Final = 0.02  # people type 0.33 for a third
_SCALE: Final = (1.0, 9.0)
_LEAST_SHARE: Final = 0.001


class Elicited(NamedTuple):
    """Weights derived from one person's comparisons.

    Attributes
    ----------
    weights
        Shape (m,), not negative, sum 1.
    consistency
        0 for answers that agree with each other, larger the more they contradict. From `ahp` the consistency ratio:
        above 0.1 the answers should be looked at again (Saaty). From `best_worst` the largest deviation that remains.
    """

    weights: NDArray[np.float64]
    consistency: float


class Combined(NamedTuple):
    """Weights of several persons and how far they lie apart.

    Attributes
    ----------
    weights
        Shape (m,), sum 1: the geometric mean of the persons.
    low, high
        Shape (m,): the smallest and the largest weight that a person gave to each criterion.
    concentration
        Of the Dirichlet distribution that spreads as the persons do, at least 1; infinite if they all agree.
    """

    weights: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    concentration: float


class Redundant(NamedTuple):
    """Two criteria that say the same.

    Attributes
    ----------
    first, second
        Their columns.
    correlation
        Pearson correlation over the villages.
    """

    first: int
    second: int
    correlation: float


def direct(weights: ArrayLike) -> NDArray[np.float64]:
    """Return weights as shares that sum to 1.

    Parameters
    ----------
    weights
        Shape (m,), one figure per criterion in any unit, none negative.

    Returns
    -------
    Shape (m,).

    Raises
    ------
    PlanError
        If a weight is negative or no number, or all are zero.
    """
    given = np.asarray(weights, dtype=np.float64)
    wrong = ~np.isfinite(given) | (given < 0)
    if wrong.any():
        position = int(np.argmax(wrong))
        raise PlanError("weights.negative", position=position + 1, value=str(given[position]))
    if not given.sum() > 0:
        raise PlanError("weights.all_zero", count=int(given.size))
    shares: NDArray[np.float64] = given / given.sum()
    return shares


def ahp(matrix: ArrayLike) -> Elicited:
    """Return the weights of the analytic hierarchy process: the principal eigenvector of pairwise comparisons.

    Saaty, The Analytic Hierarchy Process, 1980; random indices for up to 15 criteria from there.

    Parameters
    ----------
    matrix
        Shape (m, m): how many times as important the criterion of the row is as that of the column, 1 to 9 or the
        reciprocal; ones on the diagonal.

    Raises
    ------
    PlanError
        If the matrix is not square, too large, not positive, or a pair contradicts its mirror image.
    """
    given = np.asarray(matrix, dtype=np.float64)
    _check_pairwise(given)
    values, vectors = np.linalg.eig(given)
    principal = int(np.argmax(values.real))
    weights = direct(np.abs(vectors[:, principal].real))
    size = len(given)
    if size < 3:
        return Elicited(weights, 0.0)
    index = (float(values[principal].real) - size) / (size - 1)
    return Elicited(weights, max(index, 0.0) / _RANDOM_INDEX[size - 1])


def best_worst(best_to_others: ArrayLike, others_to_worst: ArrayLike) -> Elicited:
    """Return the weights of the linear best-worst method (Rezaei 2016, Omega 64, 126-130).

    Least `xi` such that no weight deviates by more than `xi` from what the answers say: best = answer x other, other =
    answer x worst.

    Parameters
    ----------
    best_to_others
        Shape (m,): how many times as important the best criterion is as each one, 1 to 9; 1 at the best itself. Of
        several with 1 the one that is farthest above the worst counts as the best.
    others_to_worst
        Shape (m,): how many times as important each criterion is as the worst one, 1 to 9; 1 at the worst itself.

    Returns
    -------
    The weights, and `xi` as consistency.

    Raises
    ------
    PlanError
        If the two lists do not match, leave 1 to 9, or name no best or worst.
    """
    over, under = np.asarray(best_to_others, dtype=np.float64), np.asarray(others_to_worst, dtype=np.float64)
    _check_best_worst(over, under)
    size = over.size
    best, worst = _best_and_worst(over, under)
    deviations = np.vstack([_unit(size, best) - np.diag(over), np.eye(size) - np.outer(under, _unit(size, worst))])
    bounds = np.vstack([deviations, -deviations])
    from scipy.optimize import linprog  # noqa: PLC0415 (9 MB that few commands need)

    solution = linprog(
        np.append(np.zeros(size), 1.0),
        A_ub=np.column_stack([bounds, -np.ones(len(bounds))]),
        b_ub=np.zeros(len(bounds)),
        A_eq=[np.append(np.ones(size), 0.0)],
        b_eq=[1.0],
        method="highs",
    )
    assert solution.x is not None  # equal weights are always allowed, and xi is never below zero
    return Elicited(direct(np.maximum(solution.x[:size], 0.0)), max(float(solution.x[size]), 0.0))


def combine(persons: Sequence[ArrayLike]) -> Combined:
    """Combine the weights of several persons by their geometric mean and keep their spread.

    Aggregation of individual priorities (Forman and Peniwati 1998). A zero counts as a thousandth, so that one person
    alone cannot switch a criterion off; what everybody gives zero stays zero. The concentration is the moment estimate
    from the persons' variances.

    Parameters
    ----------
    persons
        One or more weight vectors of shape (m,) over the same criteria.

    Raises
    ------
    PlanError
        If there is nobody, the vectors differ in length, or one is no set of weights.
    """
    if len({np.size(person) for person in persons}) != 1:
        raise PlanError("weights.persons_differ", lengths=", ".join(str(np.size(person)) for person in persons) or "0")
    shares = np.array([direct(person) for person in persons])
    wanted = shares.max(axis=0) > 0
    mean = np.exp(np.log(np.maximum(shares, _LEAST_SHARE)).mean(axis=0))
    return Combined(direct(np.where(wanted, mean, 0.0)), shares.min(axis=0), shares.max(axis=0), _concentration(shares))


def effective_weights(
    x: NDArray[np.float64], weights: ArrayLike, *, score: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return how much each criterion really moves the score, as shares that sum to 1.

    The squared correlation of each criterion with the score, that is its main effect in a linear model (Paruolo,
    Saisana and Saltelli 2013, J. R. Stat. Soc. A 176, 609-634), made to sum to 1. A criterion that hardly varies moves
    little whatever its weight; one without weight, or the same in all villages, gets zero.

    Parameters
    ----------
    x
        Shape (n, m): criteria on a common scale; villages with a missing value are left out.
    weights
        Shape (m,): nominal weights.
    score
        Shape (n,): the score that is explained; without it the weighted mean.

    Returns
    -------
    Shape (m,); the nominal weights if no criterion varies.
    """
    nominal = direct(weights)
    explained = x @ nominal if score is None else score
    complete = np.isfinite(x).all(axis=1) & np.isfinite(explained)
    share = np.where(nominal > 0, _correlation(x[complete], explained[complete, None])[:, 0] ** 2, 0.0)
    return direct(share) if share.sum() > 0 else nominal


def redundant(x: NDArray[np.float64], threshold: float = 0.9) -> tuple[Redundant, ...]:
    """Return the pairs of criteria that are the same thing twice, the closest first.

    Parameters
    ----------
    x
        Shape (n, m): criteria on a common scale, more is better; villages with a missing value are left out.
    threshold
        Least Pearson correlation of a pair, -1 to 1.
    """
    complete = x[np.isfinite(x).all(axis=1)]
    correlation = _correlation(complete, complete)
    pairs = [
        Redundant(int(i), int(j), float(correlation[i, j]))
        for i, j in zip(*np.triu_indices(x.shape[1], k=1), strict=True)
        if correlation[i, j] >= threshold
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.correlation))


def _check_pairwise(matrix: NDArray[np.float64]) -> None:
    largest = len(_RANDOM_INDEX)
    if matrix.ndim != 2 or len(set(matrix.shape)) != 1 or not 1 <= len(matrix) <= largest:
        raise PlanError("weights.not_square", shape=" × ".join(map(str, matrix.shape)), largest=largest)
    if not (np.isfinite(matrix) & (matrix > 0)).all():
        raise PlanError("weights.not_positive")
    wrong = np.argwhere(np.abs(matrix * matrix.T - 1) > _RECIPROCAL_TOLERANCE)
    if len(wrong):
        row, column = (int(place) for place in wrong[0])
        raise PlanError(
            "weights.not_reciprocal",
            row=row + 1,
            column=column + 1,
            value=f"{matrix[row, column]:.4g}",
            mirror=f"{matrix[column, row]:.4g}",
        )


def _check_best_worst(over: NDArray[np.float64], under: NDArray[np.float64]) -> None:
    if over.ndim != 1 or over.shape != under.shape or over.size < 2:
        raise PlanError("weights.lists_differ", first=int(over.size), second=int(under.size))
    low, high = _SCALE
    for answers in (over, under):
        wrong = ~((answers >= low) & (answers <= high))
        if wrong.any():
            position = int(np.argmax(wrong))
            raise PlanError("weights.off_scale", position=position + 1, value=f"{answers[position]:g}")
    best, worst = _best_and_worst(over, under)
    if over[best] != 1 or under[worst] != 1 or over[worst] != under[best]:
        raise PlanError("weights.no_best_worst")


def _best_and_worst(over: NDArray[np.float64], under: NDArray[np.float64]) -> tuple[int, int]:
    """Columns of the criterion with 1 in the first list and of that with 1 in the second; ties by the other list."""
    return int(np.lexsort((-under, over))[0]), int(np.lexsort((-over, under))[0])


def _unit(size: int, place: int) -> NDArray[np.float64]:
    unit = np.zeros(size)
    unit[place] = 1.0
    return unit


def _concentration(shares: NDArray[np.float64]) -> float:
    variance = shares.var(axis=0, ddof=1).sum() if len(shares) > 1 else 0.0
    if variance < np.finfo(np.float64).eps:
        return float("inf")
    mean = shares.mean(axis=0)
    return max(float((mean * (1 - mean)).sum() / variance) - 1, 1.0)


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson correlation of every column of x with every column of y; zero where a column does not vary."""
    if not len(x):
        return np.zeros((x.shape[1], y.shape[1]))
    unit_x, unit_y = _standardised(x), _standardised(y)
    correlation: NDArray[np.float64] = unit_x.T @ unit_y / len(x)
    return correlation


def _standardised(x: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = x.std(axis=0)
    varies = (np.ptp(x, axis=0) > 0) & (spread > 0)
    return np.where(varies, (x - x.mean(axis=0)) / np.where(varies, spread, 1.0), 0.0)
