"""Many worlds, each solved: how often a village is in the plan, and what the plan loses when figures are others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from planner.robustness import CORE_SHARE, OUT_SHARE
from planner.selection.answer import Selection
from planner.selection.problem import Chosen, Floats, Problem
from planner.selection.solve import solve

WORLD_GAP: Final = 0.002
_THREADS: Final = 2

World = Callable[[int], Problem]
"""Gives the problem of a world by its number: the same candidates and rules, other figures."""


@dataclass(frozen=True)
class RobustPlan:
    """How a choice fares over many worlds.

    Attributes
    ----------
    in_plan
        Shape (n,): share of the worlds, 0 to 1, whose best choice holds the village.
    group
        Shape (n,): ``core`` (in more than 80 % of the worlds), ``out`` (in fewer than 5 %), ``swing`` between, for
        people to judge.
    regret
        Shape (worlds,): what the choice under test brings less than the best of that world, as a share of it; missing
        where it breaks a rule there, such as a budget at dearer rates.
    """

    in_plan: Floats
    group: npt.NDArray[np.str_]
    regret: Floats

    @property
    def worlds(self) -> int:
        """Number of worlds that were solved."""
        return len(self.regret)


def robust_plan(
    world: World,
    best: Selection,
    *,
    worlds: int,
    gap: float = WORLD_GAP,
    on_world: Callable[[int, int], bool] | None = None,
) -> RobustPlan:
    """Solve many worlds and count how often each village is chosen.

    Parameters
    ----------
    world
        Gives the problem of world 0, 1, ...
    best
        The choice under test; every world starts from it.
    worlds
        How many.
    gap
        How near each world is solved, as a share of its objective.
    on_world
        Told how many of how many are done; stops by returning False, and the worlds solved so far count.
    """
    assert best.chosen is not None
    chosen: Chosen = best.chosen
    held = np.zeros(len(chosen))
    regret: list[float] = []

    def answer(number: int) -> tuple[Problem, Selection]:
        problem = world(number)
        return problem, solve(problem, gap=gap, start=chosen)

    with ThreadPoolExecutor(_THREADS) as threads:
        for start in range(0, worlds, 2 * _THREADS):
            block = range(start, min(start + 2 * _THREADS, worlds))
            for problem, found in threads.map(answer, block):
                held += 0 if found.chosen is None else found.chosen
                regret.append(_regret(problem, chosen, found))
            if on_world is not None and not on_world(len(regret), worlds):
                break
    share = held / max(1, len(regret))
    group = np.select([share > CORE_SHARE, share < OUT_SHARE], ["core", "out"], "swing")
    return RobustPlan(share, group, np.array(regret))


def with_figures(problem: Problem, benefit: Floats, *, around: Floats | None, cost_factor: float) -> Problem:
    """Return the same problem with other figures.

    Parameters
    ----------
    problem
        The problem.
    benefit
        Shape (n,): what takes the place of ``own``.
    around
        Shape (m,): what takes the place of ``worth``; none without spillover.
    cost_factor
        By which all amounts of the budget rule grow.
    """
    rules = problem.rules
    factor = np.where(rules.kind == "budget", cost_factor, 1.0)
    dearer = replace(rules, amounts=(rules.amounts * factor[:, None]).tocsr() if (factor != 1).any() else rules.amounts)
    return Problem(benefit, dearer, problem.worth if around is None else around, problem.cover)


def _regret(problem: Problem, chosen: Chosen, found: Selection) -> float:
    if found.chosen is None or problem.rules.broken(chosen).any():
        return np.nan
    return max(0.0, found.objective - problem.value(chosen)) / max(found.objective, 1e-9)
