"""What more money or more launches would bring: the best choice at each size of the plan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from planner.errors import PlanError
from planner.selection.answer import OnStep, Selection, Step
from planner.selection.problem import Chosen, Problem, Rules
from planner.selection.solve import GAP, solve

KINDS: Final = ("budget", "launches", "agent_days")

OnPoint = Callable[[int, int], bool]
"""Told how many of how many points are done; says whether to go on."""


@dataclass(frozen=True)
class Point:
    """One size of the plan and its best choice; none where the rules ask for more, or none was found in time."""

    limit: float
    selection: Selection


def frontier(
    problem: Problem,
    kind: str,
    limits: Sequence[float],
    *,
    gap: float = GAP,
    seconds: float = np.inf,
    on_point: OnPoint | None = None,
    on_step: OnStep | None = None,
) -> list[Point]:
    """Solve a problem at several limits of one rule.

    Each choice also follows the rules at every larger limit, so what is told never falls with the limit.

    Parameters
    ----------
    problem
        The problem; its own limit of that rule is replaced.
    kind
        ``budget``, ``launches`` or ``agent_days``; the problem has this rule.
    limits
        Limits, ascending.
    gap, seconds
        As for `solve`, for each point.
    on_point
        Told how many of how many points are done; stops by returning False, with the points so far.
    on_step
        Told of every step of a point; stops by returning False, with the points before it.

    Raises
    ------
    PlanError
        If the problem has no such rule or the limits do not ascend.
    """
    row = np.flatnonzero(problem.rules.kind == kind)
    if len(row) != 1:
        raise PlanError("selection.no_such_limit", kind=kind)
    if not len(limits) or any(b <= a for a, b in pairwise(limits)):
        raise PlanError("selection.limits")
    points: list[Point] = []
    start: Chosen | None = None
    ended = False

    def step(found: Step) -> bool:
        nonlocal ended
        ended = ended or (on_step is not None and not on_step(found))
        return not ended

    for limit in limits:
        one = _limited(problem, int(row[0]), float(limit))
        found = solve(one, gap=gap, seconds=seconds, start=start, on_step=step)
        if ended:
            break
        start = found.chosen if found.chosen is not None else start
        points.append(Point(float(limit), found))
        if on_point is not None and not on_point(len(points), len(limits)):
            break
    return points


def reaching(points: Sequence[Point], target: float) -> Point | None:
    """Return the first point whose choice reaches a target; nothing where none does."""
    return next((point for point in points if point.selection.objective >= target - 1e-9), None)


def _limited(problem: Problem, row: int, limit: float) -> Problem:
    rules: Rules = problem.rules
    most = rules.most.copy()
    most[row] = limit
    return problem.with_rules(replace(rules, most=most))
