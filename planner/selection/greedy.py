"""A quick choice by steps: a start for the solver, and what most tools would answer, for comparison."""

from typing import Final

import numpy as np
from scipy.sparse import csc_array

from planner.selection.problem import TOLERANCE, Chosen, Floats, Problem

THRIFT: Final = (0.0, 0.5, 1.0, 2.0)
"""How much the use of scarce amounts counts against the gain in each try."""


def greedy(problem: Problem) -> Chosen | None:
    """Choose step by step what brings most for what it uses; the best of some tries.

    Returns
    -------
    A choice that follows all rules, shape (n,); nothing where the steps end in none.
    """
    steps = _Steps(problem)
    tries = [steps.run(thrift) for thrift in THRIFT]
    good = [chosen for chosen in tries if not problem.rules.broken(chosen).any()]
    return max(good, key=problem.value, default=None)


class _Steps:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rules = problem.rules
        self.by_village = problem.rules_by_village
        self.reach_of = csc_array(problem.reach)
        self.reached_by = problem.reach.tocsr()
        self.slack = TOLERANCE * self.rules.scale
        self.burden = self._burden()

    def run(self, thrift: float) -> Chosen:
        chosen = np.zeros(self.problem.villages, dtype=bool)
        state = _State(self, chosen)
        for row in self._unmet_first():
            while state.used[row] < self.rules.least[row] - self.slack[row]:
                members = self._members(row)
                if not state.take_best(members[state.open[members]], thrift):
                    return chosen
        everyone = np.arange(self.problem.villages)
        while state.take_best(everyone[state.open], thrift):
            pass
        return chosen

    def _burden(self) -> Floats:
        """Return the share of the rules over most villages that each candidate uses; 0 without such a rule."""
        whole = (np.diff(self.rules.amounts.indptr) > self.problem.villages / 2) & np.isfinite(self.rules.most)
        limits = np.maximum(self.rules.most[whole], 1e-12)
        shares = self.by_village[np.flatnonzero(whole)] / limits[:, None] if whole.any() else None
        return np.zeros(self.problem.villages) if shares is None else np.asarray(shares.sum(axis=0)).ravel()

    def _members(self, row: int) -> np.ndarray:
        amounts = self.rules.amounts
        return amounts.indices[amounts.indptr[row] : amounts.indptr[row + 1]]

    def _unmet_first(self) -> list[int]:
        rows = np.flatnonzero(self.rules.least > self.slack)
        return sorted(rows.tolist(), key=lambda row: len(self._members(row)))


class _State:
    def __init__(self, steps: _Steps, chosen: Chosen) -> None:
        self.steps = steps
        self.chosen = chosen
        self.used = np.zeros(len(steps.rules))
        self.open = np.ones(len(chosen), dtype=bool)
        self.gain = steps.problem.gains()
        self.reached = np.zeros(len(steps.problem.worth))
        rows = np.repeat(np.arange(len(steps.rules)), np.diff(steps.rules.amounts.indptr))
        too_much = steps.rules.amounts.data > (steps.rules.most + steps.slack)[rows]
        self.open[steps.rules.amounts.indices[too_much]] = False

    def take_best(self, candidates: np.ndarray, thrift: float) -> bool:
        """Take the candidate that brings most; say whether there was one."""
        if not len(candidates):
            return False
        gain = self.gain[candidates]
        worth = gain / np.maximum(self.steps.burden[candidates], 1e-12) ** thrift if thrift else gain
        best = int(np.argmax(worth))
        if gain[best] <= 0 and not self._wanted():
            return False
        self._take(int(candidates[best]))
        return True

    def _wanted(self) -> bool:
        rules = self.steps.rules
        return bool((self.used < rules.least - self.steps.slack).any())

    def _take(self, village: int) -> None:
        steps = self.steps
        self.chosen[village], self.open[village] = True, False
        column = slice(steps.by_village.indptr[village], steps.by_village.indptr[village + 1])
        rows, amounts = steps.by_village.indices[column], steps.by_village.data[column]
        self.used[rows] += amounts
        for row in rows[np.isfinite(steps.rules.most[rows])]:
            self._close(int(row))
        self._reach(village)

    def _close(self, row: int) -> None:
        """Close candidates that no longer fit under a rule."""
        amounts = self.steps.rules.amounts
        part = slice(amounts.indptr[row], amounts.indptr[row + 1])
        room = self.steps.rules.most[row] - self.used[row] + self.steps.slack[row]
        self.open[amounts.indices[part][amounts.data[part] > room]] = False

    def _reach(self, village: int) -> None:
        """Count what is now reached around a village once only."""
        steps, problem = self.steps, self.steps.problem
        column = slice(steps.reach_of.indptr[village], steps.reach_of.indptr[village + 1])
        around = steps.reach_of.indices[column]
        before = self.reached[around]
        after = np.minimum(1.0, before + steps.reach_of.data[column])
        self.reached[around] = after
        for place, left_before, left_after in zip(around, 1 - before, 1 - after, strict=True):
            row = slice(steps.reached_by.indptr[place], steps.reached_by.indptr[place + 1])
            share = steps.reached_by.data[row]
            lost = np.minimum(share, left_before) - np.minimum(share, left_after)
            self.gain[steps.reached_by.indices[row]] -= problem.worth[place] * lost
