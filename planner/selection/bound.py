"""A bound that holds for every candidate, from the prices of a linear program of some of them."""

from dataclasses import dataclass

import numpy as np

from planner.selection.highs import Relaxed
from planner.selection.problem import TOLERANCE, Floats, Problem
from planner.selection.program import Program, ends


@dataclass(frozen=True)
class Bound:
    """An upper bound by linear duality; any prices give a valid one, however exactly they were computed.

    Attributes
    ----------
    value
        No choice brings more.
    surplus
        Shape (n,): what each candidate brings beyond what its rules and its neighbours price it at. A choice with a
        candidate of negative surplus brings at most ``value + surplus``. ``inf`` where a rule about one candidate asks
        for it, ``-inf`` where it would break a rule alone.
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
    low, high = ends(rules)
    taken, free = low > 0, (low == 0) & (high > 0)
    paid += float(surplus[taken].sum())
    positive = np.sort(surplus[free & (surplus > 0)])[::-1]
    more = max(0, _most_chosen(problem) - int(taken.sum()))
    value = paid + float(positive[:more].sum())
    return Bound(value, np.select([taken, free], [np.inf, surplus], -np.inf))


def unpriced(problem: Problem) -> float:
    """Return the bound known before anything is solved: the largest gains of as many as may be chosen."""
    return float(np.sort(problem.gains())[::-1][: _most_chosen(problem)].sum())


def _most_chosen(problem: Problem) -> int:
    """Return a number of villages that no choice exceeds, from the rules that count all candidates."""
    rules = problem.rules
    everyone = (np.diff(rules.amounts.indptr) == problem.villages) & np.isfinite(rules.most)
    most = rules.most + TOLERANCE * rules.scale
    fewest = problem.villages
    for row in np.flatnonzero(everyone):
        cheapest = rules.amounts[[row]].data.min(initial=np.inf)
        if cheapest > 0:
            fewest = min(fewest, int(np.floor(most[row] / cheapest)))
    return max(0, fewest)
