"""Counts of a few people are hidden in tables with totals, and whatever would give them away.

Villages of the layer have a rule of their own: `planner.shielding`.

Hidden in a table with totals is every count of fewer people than a threshold, but none at all is told. Where a hidden
count would follow from a total that is shown, or could be told to within less than the threshold, a second one is
hidden beside it, the next in size; where there is none, the total is hidden too, and then one of another group beside
it. What can be worked out from such a table and from these rules is, of each hidden count, no more than that it is at
least 1: all counts below the threshold stay possible.

References
----------
Hundepool et al., Statistical Disclosure Control, 2012, section 4: primary and secondary cell suppression, feasibility
intervals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

SMALLEST: Final = 5
"""Counts of fewer people are hidden."""


@dataclass(frozen=True)
class Suppressed:
    """A table with totals in which few people are hidden.

    Attributes
    ----------
    cells, totals, total
        The counts: one row per row of the table, one per group, and of all; ``Int64``, missing where hidden or unknown.
    hidden_cells, hidden_totals, hidden_total
        Which of them are hidden.
    """

    cells: pd.DataFrame
    totals: pd.DataFrame
    total: pd.Series
    hidden_cells: pd.DataFrame
    hidden_totals: pd.DataFrame
    hidden_total: pd.Series


def few(counts: pd.Series, *, smallest: int = SMALLEST) -> pd.Series:
    """Return which counts are of a few people, same index; none and unknown are not."""
    known = counts.astype("Float64")
    return ((known > 0) & (known < smallest)).fillna(value=False).astype(bool)


def betrayed(counts: pd.Series, groups: pd.Series, *, smallest: int = SMALLEST) -> "pd.Series[bool]":
    """Return which groups have counts of a few that their sum would tell where a list shows all others.

    A list of villages shows every count that is not of a few people (`planner.shielding`), and that of the others it
    is one of 1 to one less than the threshold. Where the sum of the group leaves the office too, all of these must stay
    possible.

    Parameters
    ----------
    counts
        Counts of people.
    groups
        The group of each, same index.
    smallest
        Counts of 1 to one less are hidden.

    Returns
    -------
    Index: the groups, sorted.
    """
    is_few = few(counts, smallest=smallest)
    people = counts.where(is_few, 0).astype("int64").groupby(groups).sum()
    many = is_few.groupby(groups).sum()
    slack = smallest - 2
    stays = (people >= many + slack) & (people <= many * (smallest - 1) - slack)
    return (many > 0) & ~stays


def suppressed(table: pd.DataFrame, columns: Sequence[str], *, group: str, smallest: int = SMALLEST) -> Suppressed:
    """Return a table with the totals of its groups and of all, in which few people are hidden and stay so.

    Parameters
    ----------
    table
        One row per cell of every column, such as a village.
    columns
        Counts of people, not below zero; each on its own. Columns that add up to another one shown need a row each
        instead: their sum would give away what is hidden.
    group
        Column with the group of a row, such as its regency.
    smallest
        Counts of 1 to one less are hidden.
    """
    counts = table[list(columns)].astype("Int64")
    codes, groups = pd.factorize(table[group], sort=True, use_na_sentinel=False)
    sums = counts.groupby(codes, sort=True).sum().set_axis(pd.Index(groups, name=group))
    hidden_cells = pd.DataFrame(data=False, index=counts.index, columns=counts.columns)
    hidden_totals = pd.DataFrame(data=False, index=sums.index, columns=counts.columns)
    hidden_total = pd.Series(data=False, index=counts.columns)
    for name in columns:
        found = _Column(counts[name].fillna(0).to_numpy(np.int64), codes, len(sums), smallest)
        hidden_cells[name], hidden_totals[name], hidden_total[name] = found.cells, found.totals, found.total
    return Suppressed(
        counts.mask(hidden_cells),
        sums.mask(hidden_totals),
        counts.sum().astype("Int64").mask(hidden_total),
        hidden_cells,
        hidden_totals,
        hidden_total,
    )


class _Column:
    """What is hidden of one column: which cells, which totals of groups, whether the total of all.

    Hidden cells whose sum can be worked out make a pool. Each of them is at least 1, and at most 1 and what the pool
    has above 1 for each: its slack.
    """

    def __init__(self, values: np.ndarray, groups: np.ndarray, count: int, smallest: int) -> None:
        self.cells = (values > 0) & (values < smallest)
        self.totals = np.zeros(count, dtype=bool)
        self._values, self._groups = values, groups
        self._slack = max(1, smallest - 2)
        for group in np.unique(groups[self.cells]):
            self._hide_in(int(group))
        self.total = bool(self.totals.any()) and not self._hide_another_total()

    def _holds(self, cells: np.ndarray) -> bool:
        """Say whether the hidden cells among some, whose sum is known, keep each other hidden."""
        pool = self._values[cells & self.cells]
        return pool.size > 1 and int(pool.sum()) - pool.size >= self._slack  # one alone follows from the sum

    def _hide_in(self, group: int) -> None:
        """Hide a second cell of a group whose total is shown, or the total."""
        here = self._groups == group
        if self._holds(here):
            return
        if (here & ~self.cells & (self._values > 0)).any():
            self._hide_least(here & ~self.cells)
        else:
            self.totals[group] = True

    def _hide_another_total(self) -> bool:
        """Hide the total of a further group where the total of all would give others away; say whether none does."""
        if self._holds(self.totals[self._groups]):
            return True
        sums = np.bincount(self._groups, weights=self._values, minlength=self.totals.size)
        shown = np.flatnonzero(~self.totals & (sums > 0))
        if not shown.size:
            return False
        group = shown[np.argmin(sums[shown])]
        self.totals[group] = True
        here = self._groups == group
        if not (self.cells & here).any():  # the total would follow from its cells
            self._hide_least(here)
        return True

    def _hide_least(self, among: np.ndarray) -> None:
        places = np.flatnonzero(among & (self._values > 0))
        self.cells[places[np.argmin(self._values[places])]] = True
