"""Which candidates have a chance: a linear program on some of them, widened until its prices bound all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from highspy import HighsBasisStatus

from planner.selection.bound import Bound, bound
from planner.selection.highs import Basis, Relaxed, relax
from planner.selection.problem import Chosen, Positions, Problem
from planner.selection.program import Program

WHOLE: Final = 1_500
"""Up to so many candidates all of them are in the first program."""
_FIRST: Final = 3_000
_MORE: Final = 2_000
_NEAR: Final = 0.0003
_ROUNDS: Final = 40


@dataclass(frozen=True)
class Screened:
    """What the linear program says of all candidates.

    Attributes
    ----------
    limits
        Bound and surplus of every candidate.
    launches
        Number of launches in the best choice in parts.
    """

    limits: Bound
    launches: float


def screen(problem: Problem, best: Chosen | None, on_bound: Callable[[float], bool]) -> Screened | None:
    """Bound all candidates by the prices of a linear program of some of them.

    Parameters
    ----------
    problem
        The problem.
    best
        A choice whose villages are in the program from the start.
    on_bound
        Told of every better bound; ends the widening by returning False.

    Returns
    -------
    Nothing where the rules cannot be followed even by choosing villages in parts.
    """
    kept = _first(problem, best)
    start: tuple[Program, Basis] | None = None
    found: Screened | None = None
    for _ in range(_ROUNDS):
        program = Program.of(problem, kept)
        relaxed = relax(program, start=None if start is None else _moved(*start, program))
        if not relaxed.feasible:
            if len(kept) == problem.villages or (len(problem.worth) and not _follows_in_parts(problem)):
                return None
            kept, start = np.arange(problem.villages), None
            continue
        limits = bound(problem, program, relaxed)
        if found is None or limits.value < found.limits.value:
            found = Screened(limits, float(relaxed.columns[: len(kept)].sum()))
        reached = _objective(program, relaxed)
        goes_on = on_bound(found.limits.value)
        if limits.value - reached <= _NEAR * max(abs(reached), 1e-9) or len(kept) == problem.villages or not goes_on:
            break
        start = None if relaxed.basis is None else (program, relaxed.basis)
        kept = _wider(problem, kept, limits)
    return found


def _first(problem: Problem, best: Chosen | None) -> Positions:
    """Return the candidates of the first program: those of most gain, those that rules ask for, the best so far."""
    if problem.villages <= WHOLE:
        return np.arange(problem.villages)
    gain = problem.gains()
    asked = np.unique(problem.rules.amounts[problem.rules.least > 0].indices)
    few = asked if len(asked) <= _FIRST else asked[np.argsort(-gain[asked], kind="stable")[:_FIRST]]
    most = np.argsort(-gain, kind="stable")[:_FIRST]
    ours = np.empty(0, dtype=np.intp) if best is None else np.flatnonzero(best)
    return np.union1d(np.union1d(most, few), ours)


def _wider(problem: Problem, kept: Positions, found: Bound) -> Positions:
    outside = np.ones(problem.villages, dtype=bool)
    outside[kept] = False
    others = np.flatnonzero(outside)
    return np.union1d(kept, others[np.argsort(-found.surplus[others], kind="stable")[:_MORE]])


def _follows_in_parts(problem: Problem) -> bool:
    """Say whether the rules can be met at all if villages could be chosen in part; quicker than with spillover."""
    everyone = np.arange(problem.villages)
    return relax(Program.of(Problem(np.zeros(problem.villages), problem.rules), everyone)).feasible


def _objective(program: Program, relaxed: Relaxed) -> float:
    return float(program.gain @ relaxed.columns)


def _moved(before: Program, basis: Basis, after: Program) -> Basis:
    """Carry a basis over to a wider program; what is new stays out of it."""
    columns = np.full(len(after.gain), HighsBasisStatus.kLower, dtype=object)
    rows = np.full(len(after.least), HighsBasisStatus.kBasic, dtype=object)
    size = len(before.kept)
    columns[np.searchsorted(after.kept, before.kept)] = basis.columns[:size]
    places = np.searchsorted(after.reached, before.reached) if len(after.reached) else np.empty(0, dtype=np.intp)
    columns[len(after.kept) + places] = basis.columns[size:]
    size = len(before.rules)
    rows[np.searchsorted(after.rules, before.rules)] = basis.rows[:size]
    rows[len(after.rules) + places] = basis.rows[size:]
    return Basis(list(columns), list(rows))
