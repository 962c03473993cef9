"""The best choice, with a proof: candidates are screened by prices, the rest is solved in whole numbers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from highspy import HighsBasisStatus

from planner.selection.bound import Bound, bound, unpriced
from planner.selection.greedy import greedy
from planner.selection.highs import Basis, Relaxed, relax, solve_whole
from planner.selection.problem import Chosen, Positions, Problem
from planner.selection.program import Program

Status = Literal["optimal", "within_gap", "stopped", "infeasible"]

GAP: Final = 0.001
WHOLE: Final = 1_500
"""Up to so many candidates nothing is screened."""
_FIRST: Final = 3_000
_MORE: Final = 2_000
_KEPT: Final = 1_500
_LP_NEAR: Final = 0.0003
_ROUNDS: Final = 40


@dataclass(frozen=True)
class Step:
    """What is known while the solver works: the best so far and what no choice can exceed."""

    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How much better a choice might be, as a share of the best so far."""
        return gap_of(self.objective, self.bound)


OnStep = Callable[[Step], bool]
"""Told of every step; says whether to go on."""


@dataclass(frozen=True)
class Selection:
    """The answer to a problem.

    Attributes
    ----------
    chosen
        Shape (n,); nothing where none was found.
    objective, bound
        What the choice brings, and what no choice exceeds (``-inf`` where none follows the rules).
    gap
        ``(bound - objective) / objective``.
    status
        ``optimal`` (no gap), ``within_gap`` (as near as asked), ``stopped`` (time or the user; the gap says how far),
        ``infeasible`` (proved that no choice follows the rules).
    seconds
        Wall time.
    greedy_objective
        What choosing step by step would have brought; missing where that finds nothing.
    """

    chosen: Chosen | None
    objective: float
    bound: float
    status: Status
    seconds: float
    greedy_objective: float | None

    @property
    def gap(self) -> float:
        """How much better a choice might be, as a share of the objective."""
        return gap_of(self.objective, self.bound)


def gap_of(objective: float, above: float) -> float:
    """Return how far a bound lies above an objective, as a share of it."""
    if not np.isfinite(objective):
        return np.inf
    return max(0.0, above - objective) / max(abs(objective), 1e-9) if above > objective + 1e-9 else 0.0


def solve(
    problem: Problem,
    *,
    gap: float = GAP,
    seconds: float = np.inf,
    start: Chosen | None = None,
    on_step: OnStep | None = None,
) -> Selection:
    """Choose the villages that bring most under the rules.

    Up to `WHOLE` candidates go to HiGHS as they are. Of more, a linear program on some is widened until its prices
    bound all of them closely; then only candidates that the prices leave a chance are solved in whole numbers, more of
    them until the gap is proved.

    Parameters
    ----------
    problem
        Candidates, what they bring, rules.
    gap
        How near the bound must come, as a share of the objective; 0 for a proof that nothing is better.
    seconds
        Wall time after which the best so far is returned.
    start
        A choice to start from, shape (n,); left aside where it breaks a rule.
    on_step
        Told of every better choice or bound; stops the work by returning False.

    Raises
    ------
    PlanMachineError
        If the solver fails.
    """
    return _Search(problem, gap, seconds, on_step).run(start)


class _Search:
    def __init__(self, problem: Problem, gap: float, seconds: float, on_step: OnStep | None) -> None:
        self.problem = problem
        self.asked = gap
        self.began = time.monotonic()
        self.deadline = self.began + seconds
        self.on_step = on_step
        self.best: Chosen | None = None
        self.objective = -np.inf
        self.bound = unpriced(problem)
        self.stopped = False
        self.greedy_objective: float | None = None

    def run(self, start: Chosen | None) -> Selection:
        stepped = greedy(self.problem)
        self.greedy_objective = None if stepped is None else self.problem.value(stepped)
        for choice in (stepped, start):
            if choice is not None and not self.problem.rules.broken(choice).any():
                self._found(choice)
        if self.stopped:
            return self._ending()
        limits = self._screen() if self.problem.villages > WHOLE else None
        if limits is None:
            self._whole(np.arange(self.problem.villages), None)
        else:
            self._widening(limits)
        return self._ending()

    def _screen(self) -> Bound | None:
        """Return prices that bound all candidates; nothing where the rules cannot be met in parts either."""
        kept = self._first()
        start: tuple[Program, Basis] | None = None
        limits: Bound | None = None
        for _ in range(_ROUNDS):
            program = Program.of(self.problem, kept)
            basis = None if start is None else _moved(*start, program, len(self.problem.rules))
            relaxed = relax(program, start=basis)
            if not relaxed.feasible:
                if len(kept) == self.problem.villages:
                    return None
                kept, start = np.arange(self.problem.villages), None
                continue
            found = bound(self.problem, program, relaxed)
            limits = found if limits is None or found.value < limits.value else limits
            self._bounded(limits.value)
            reached = _objective(program, relaxed)
            if found.value - reached <= _LP_NEAR * max(abs(reached), 1e-9) or self._over():
                break
            assert relaxed.basis is not None
            start, kept = (program, relaxed.basis), self._wider(kept, found)
        return limits

    def _first(self) -> Positions:
        """Return the candidates of the first program: those of most gain, those that rules ask for, the best so far."""
        gain = self.problem.gains()
        asked = np.unique(self.problem.rules.amounts[self.problem.rules.least > 0].indices)
        few = asked if len(asked) <= _FIRST else asked[np.argsort(-gain[asked], kind="stable")[:_FIRST]]
        best = np.argsort(-gain, kind="stable")[:_FIRST]
        ours = np.empty(0, dtype=np.intp) if self.best is None else np.flatnonzero(self.best)
        return np.union1d(np.union1d(best, few), ours)

    def _wider(self, kept: Positions, found: Bound) -> Positions:
        outside = np.ones(self.problem.villages, dtype=bool)
        outside[kept] = False
        others = np.flatnonzero(outside)
        best = np.argsort(-found.surplus[others], kind="stable")[:_MORE]
        return np.union1d(kept, others[best])

    def _widening(self, limits: Bound) -> None:
        order = np.argsort(-limits.surplus, kind="stable")[: int((limits.surplus > -np.inf).sum())]
        size = max(_KEPT, 2 * int((limits.surplus > 0).sum()))
        while not self._over():
            kept = np.sort(order[:size])
            if self.best is not None:
                kept = np.union1d(kept, np.flatnonzero(self.best))
            left = order[size:]
            beyond = limits.value + float(limits.surplus[left].max()) if len(left) else -np.inf
            self._whole(kept, limits, beyond=min(beyond, limits.value))
            if not len(left) or self._near():
                return
            size *= 2

    def _whole(self, kept: Positions, limits: Bound | None, *, beyond: float = -np.inf) -> None:
        """Solve some candidates; the bound is theirs, or that of a choice with one of the others."""
        enough = np.inf if limits is None or self.asked == 0 else limits.value / (1 + self.asked)
        found = solve_whole(
            Program.of(self.problem, kept),
            gap=self.asked,
            start=None if self.best is None else self.best[kept],
            enough=enough,
            deadline=self.deadline,
            watch=lambda best, above: self._told(best, max(above, beyond)),
        )
        self.stopped |= found.ended == "stopped"
        if found.chosen is not None:
            choice = np.zeros(self.problem.villages, dtype=bool)
            choice[kept[found.chosen]] = True
            self._checked(choice)
        self._bounded(max(found.bound, beyond))

    def _told(self, best: float, above: float) -> bool:
        self.bound = min(above, self.bound)
        return self.on_step is None or self.on_step(Step(max(best, self.objective), self.bound))

    def _checked(self, choice: Chosen) -> None:
        """Take what the solver found only where it follows the rules exactly, and not within its tolerances."""
        if not self.problem.rules.broken(choice).any():
            self._found(choice)

    def _found(self, choice: Chosen) -> None:
        value = self.problem.value(choice)
        if value > self.objective or self.best is None:
            self.best, self.objective = choice, value
            self._tell()

    def _bounded(self, above: float) -> None:
        if above < self.bound:
            self.bound = above
            self._tell()

    def _tell(self) -> None:
        if self.on_step is not None and not self.on_step(Step(self.objective, self.bound)):
            self.stopped = True

    def _near(self) -> bool:
        return gap_of(self.objective, self.bound) <= max(self.asked, 1e-9)

    def _over(self) -> bool:
        return self.stopped or time.monotonic() > self.deadline

    def _ending(self) -> Selection:
        seconds = time.monotonic() - self.began
        if self.best is None and self.bound == -np.inf:
            return Selection(None, -np.inf, -np.inf, "infeasible", seconds, None)
        above = max(self.bound, self.objective)
        reached = gap_of(self.objective, above)
        status: Status = "optimal" if reached <= 1e-9 else "within_gap" if reached <= self.asked else "stopped"
        return Selection(self.best, self.objective, above, status, seconds, self.greedy_objective)


def _objective(program: Program, relaxed: Relaxed) -> float:
    return float(program.gain @ relaxed.columns)


def _moved(before: Program, basis: Basis, after: Program, rules: int) -> Basis:
    """Carry a basis over to a wider program; what is new stays out of it."""
    columns = np.full(len(after.gain), HighsBasisStatus.kLower, dtype=object)
    rows = np.full(len(after.least), HighsBasisStatus.kBasic, dtype=object)
    size = len(before.kept)
    columns[np.searchsorted(after.kept, before.kept)] = basis.columns[:size]
    places = np.searchsorted(after.reached, before.reached) if len(after.reached) else np.empty(0, dtype=np.intp)
    columns[len(after.kept) + places] = basis.columns[size:]
    rows[:rules] = basis.rows[:rules]
    rows[rules + places] = basis.rows[rules:]
    return Basis(list(columns), list(rows))
