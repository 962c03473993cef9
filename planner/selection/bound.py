"""A bound that holds for every candidate, from the prices of a linear program of some of them."""

from dataclasses import dataclass

import numpy as np

from planner.selection.highs import Relaxed
from planner.selection.problem import Floats, Problem
from planner.selection.program import Program


@dataclass(frozen=True)
class Bound:
    """An upper bound by linear duality; any prices give a valid one, however exactly they were computed.

    Attributes
    ----------
    value
        No choice brings more.
    surplus
        Shape (n,): what each candidate brings beyond what its rules and its neighbours price it at. A choice with a
        candidate of negative surplus brings at most ``value + surplus``.
    """

    value: float
    surplus: Floats


def bound(problem: Problem, program: Program, relaxed: Relaxed) -> Bound:
    """Price all candidates of a problem, also those the program left out.

    Weak duality, as in column generation (Dantzig and Wolfe 1960): villages around that have no row in the program
    are priced at their full worth, which is dual feasible.
    """
    rules = problem.rules
    scale = rules.scale
    price = np.zeros(len(rules))
    price[program.rules] = relaxed.prices[: len(program.rules)]
    price = np.where(np.isfinite(np.where(price > 0, rules.most, rules.least)), price, 0.0)
    at = np.where(price > 0, rules.most, rules.least)
    paid = float(np.sum(np.where(price == 0, 0.0, price * np.where(price == 0, 0.0, at) / scale)))
    reached = problem.worth.copy()
    reached[program.reached] = np.clip(relaxed.prices[len(program.rules) :], 0.0, problem.worth[program.reached])
    paid += float((problem.worth - reached).sum())
    surplus = problem.own + problem.reach.T @ reached - rules.amounts.T @ (price / scale)
    positive = np.sort(surplus[surplus > 0])[::-1]
    return Bound(paid + float(positive[: _most_chosen(problem)].sum()), np.asarray(surplus))


def _most_chosen(problem: Problem) -> int:
    """Return a number of villages that no choice exceeds, from the rules that count all candidates."""
    rules = problem.rules
    everyone = np.diff(rules.amounts.indptr) == problem.villages
    counts = [
        rules.most[row] / rules.amounts[[row]].data.min()
        for row in np.flatnonzero(everyone & np.isfinite(rules.most))
        if rules.amounts[[row]].data.min() > 0
    ]
    return min(problem.villages, int(np.floor(min(counts, default=problem.villages) + 1e-9)))
