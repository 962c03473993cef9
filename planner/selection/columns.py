"""Candidates of which a smallest choice can be made; alike ones share a column."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from planner.selection.problem import TOLERANCE, Chosen, Floats, Positions, Rules

Cells = tuple[Positions, Positions, Floats]
Sums = npt.NDArray[np.uint64]

_PAIRWISE: Final = 3_000
"""Up to so many alike candidates are compared one with another on several costs."""
_UNIT: Final = np.uint64(0x9E3779B97F4A7C15)


def amounts_scale(rules: Rules) -> Floats:
    """Return the largest amount of each row, 1 where there is none, shape (k,)."""
    scale = rules.scale
    return np.where(scale > 1e-12, scale, 1.0)


@dataclass(frozen=True)
class Columns:
    """Candidates that a smallest choice can need; alike ones in one column.

    Attributes
    ----------
    members
        Positions of candidates, column after column.
    starts
        Where each column begins among them.
    asks, limits
        Which rows ask for some of them, and which they may exceed; alike candidates are alike in these only.
    """

    members: Positions
    starts: Positions
    asks: Chosen
    limits: Chosen

    @property
    def first(self) -> Positions:
        """One candidate of each column."""
        return np.asarray(self.members[self.starts])

    @property
    def many(self) -> Positions:
        """Number of candidates of each column."""
        return np.asarray(np.diff(np.r_[self.starts, len(self.members)]))

    def chosen(self, counts: Positions, villages: int) -> Chosen:
        """Return a choice of so many candidates of each column."""
        rank = np.arange(len(self.members)) - np.repeat(self.starts, self.many)
        choice = np.zeros(villages, dtype=bool)
        choice[self.members[rank < np.repeat(counts, self.many)]] = True
        return choice


def needed(part: Rules, highest: Floats) -> Columns:
    """Return candidates of which a smallest choice can be made that uses no more than ``highest`` of each row."""
    slack = TOLERANCE * amounts_scale(part)
    asks = part.least > slack
    by_village = csc_array(part.amounts)
    rows, villages, amounts = _cells(by_village)
    useful = np.zeros(by_village.shape[1], dtype=bool)
    useful[villages[asks[rows] & (amounts > 0)]] = True
    useful[villages[amounts > highest[rows] + slack[rows]]] = False
    limits = part.amounts @ useful.astype(np.float64) > part.most
    costs = limits & ~asks & _uneven(part.amounts)
    mine = useful[villages] & (asks | (limits & ~costs))[rows]
    rows, villages, amounts = rows[mine], villages[mine], amounts[mine]
    cells = rows, villages, amounts
    enough = _enough(part.least, highest, cells, asks=asks, size=len(useful))
    kept = np.flatnonzero(useful)
    same = _signature(cells, len(useful))
    paid = part.amounts[np.flatnonzero(costs)].toarray() if costs.any() else np.zeros((1, len(useful)))
    kept = kept[_cheapest(same[kept], enough[kept], paid[:, kept])]
    order = np.lexsort((*paid[:, kept], same[kept]))
    kept = kept[order]
    other = (same[kept[1:]] != same[kept[:-1]]) | (paid[:, kept[1:]] != paid[:, kept[:-1]]).any(axis=0)
    return Columns(kept, np.flatnonzero(np.r_[np.ones(min(1, len(kept)), dtype=bool), other]), asks, limits)


def _uneven(amounts: csr_array) -> Chosen:
    """Return in which rows amounts differ between candidates."""
    filled = np.diff(amounts.indptr) > 0
    starts = amounts.indptr[:-1][filled]
    uneven = np.zeros(amounts.shape[0], dtype=bool)
    if len(starts):
        uneven[filled] = np.minimum.reduceat(amounts.data, starts) < np.maximum.reduceat(amounts.data, starts)
    return uneven


def _cells(amounts: csc_array) -> Cells:
    """Return row, candidate and amount of every entry."""
    entries = amounts.tocoo()
    return entries.row.astype(np.intp), entries.col.astype(np.intp), entries.data


def _enough(least: Floats, highest: Floats, cells: Cells, *, asks: Chosen, size: int) -> Floats:
    """Return how many candidates like each one a smallest choice can hold, shape (n,)."""
    rows, villages, amounts = cells
    asked = asks[rows] & (amounts > 0)
    wanted = np.ceil(least[rows[asked]] / amounts[asked] - TOLERANCE)
    enough = np.bincount(villages[asked], wanted, minlength=size).astype(np.float64)
    held = np.isfinite(highest[rows]) & (amounts > 0)
    np.minimum.at(enough, villages[held], np.floor(highest[rows[held]] / amounts[held] + TOLERANCE))
    return enough


def _signature(cells: Cells, size: int) -> Sums:
    """Return a number per candidate that is equal where its amounts are equal (64-bit sums of mixed cells)."""
    rows, villages, amounts = cells
    mixed = (amounts.view(np.uint64) + (rows.astype(np.uint64) + np.uint64(1)) * _UNIT) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(29)
    total = np.zeros(size, dtype=np.uint64)
    np.add.at(total, villages, mixed)
    return total


def _cheapest(same: Sums, enough: Floats, paid: Floats) -> Chosen:
    """Return which candidates are among the cheapest of their like, as many as can be needed."""
    order = np.lexsort((paid[0], same))
    starts = np.flatnonzero(np.r_[True, same[order][1:] != same[order][:-1]]) if len(order) else order
    sizes = np.diff(np.r_[starts, len(order)])
    rank = np.arange(len(order)) - np.repeat(starts, sizes)
    keep = np.empty(len(order), dtype=bool)
    keep[order] = rank < enough[order]
    if len(paid) > 1:
        for start, size in zip(starts, sizes, strict=True):
            members = order[start : start + size]
            keep[members] = _undominated(paid[:, members], enough[members[0]]) if size <= _PAIRWISE else True
    return keep


def _undominated(paid: Floats, enough: float) -> Chosen:
    """Return which candidates have fewer than so many others that cost no more in anything; equals in given order."""
    size = paid.shape[1]
    if size <= enough:
        return np.ones(size, dtype=bool)
    no_more = (paid[:, :, None] <= paid[:, None, :]).all(axis=0)
    before = np.tri(size, k=-1, dtype=bool).T
    return np.asarray((no_more & (~no_more.T | before)).sum(axis=0) < enough)
