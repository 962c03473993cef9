"""The best choice, with a proof: candidates are screened by prices, the rest is solved in whole numbers."""

import time
from typing import Final

import numpy as np

from planner.selection.answer import OnStep, Selection, Status, Step, gap_of
from planner.selection.bound import Bound, unpriced
from planner.selection.greedy import greedy
from planner.selection.highs import solve_whole
from planner.selection.problem import Chosen, Positions, Problem, Rules
from planner.selection.program import Program
from planner.selection.screening import WHOLE, Screened, screen

GAP: Final = 0.001
_KEPT: Final = 1_500
_SPLIT: Final = 0.001


def solve(
    problem: Problem,
    *,
    gap: float = GAP,
    seconds: float = np.inf,
    start: Chosen | None = None,
    on_step: OnStep | None = None,
) -> Selection:
    """Choose the villages that bring most under the rules.

    A linear program on some candidates is widened until its prices bound all of them closely; then only candidates that
    the prices leave a chance are solved in whole numbers, more of them until the gap is proved. Where money or days
    buy a broken number of launches, the numbers below and above are solved apart: a solver alone takes long to see that
    the rest of the money buys nothing.

    Parameters
    ----------
    problem
        Candidates, what they bring, rules.
    gap
        How near the bound must come, as a share of the objective; 0 for a proof that nothing is better.
    seconds
        Wall time after which the best so far is returned.
    start
        A choice to start from, shape (n,), instead of choosing step by step; left aside where it breaks a rule.
    on_step
        Told of every better choice or bound; stops the work by returning False.

    Raises
    ------
    PlanMachineError
        If the solver fails.
    """
    return _Search(problem, gap, seconds, on_step).run(start)


class _Search:
    """The state of one search; ``above`` bounds each part the problem is split into."""

    def __init__(self, problem: Problem, gap: float, seconds: float, on_step: OnStep | None) -> None:
        self.problem = problem
        self.asked = gap
        self.began = time.monotonic()
        self.deadline = self.began + seconds
        self.on_step = on_step
        self.best: Chosen | None = None
        self.objective = -np.inf
        self.bound = unpriced(problem)
        self.above = [self.bound]
        self.stopped = False
        self.greedy_objective: float | None = None

    def run(self, start: Chosen | None) -> Selection:
        if start is not None and not self.problem.rules.broken(start).any():
            self._found(start)
        elif (stepped := greedy(self.problem)) is not None:
            self.greedy_objective = self.problem.value(stepped)
            self._found(stepped)
        if self._over():
            return self._ending()
        root = self._screened(self.problem, 0)
        if root is None:
            self._bounded(0, -np.inf)
            return self._ending()
        parts = _parts(self.problem, root.launches)
        self.above = [root.limits.value] * len(parts)
        for i, part in enumerate(parts):
            if self._settled(i):  # as near as asked, without its own prices
                continue
            screened = root if len(parts) == 1 else self._screened(part, i)
            if screened is None:
                self._bounded(i, -np.inf)
            elif not self._settled(i) and not self._over():
                self._widening(part, i, screened.limits)
        return self._ending()

    def _screened(self, part: Problem, i: int) -> Screened | None:
        return screen(part, self._within(part), lambda above: self._bounded(i, above) and not self._over())

    def _widening(self, part: Problem, i: int, limits: Bound) -> None:
        order = np.argsort(-limits.surplus, kind="stable")[: int((limits.surplus > -np.inf).sum())]
        size = max(_KEPT, 2 * int((limits.surplus > 0).sum())) if part.villages > WHOLE else part.villages
        while not self._over():
            kept, left = order[:size], order[size:]
            best = self._within(part)
            if best is not None:
                kept = np.union1d(kept, np.flatnonzero(best))
            beyond = limits.value + float(limits.surplus[left].max()) if len(left) else -np.inf
            self._whole(part, i, np.sort(kept), limits=limits, beyond=min(beyond, limits.value))
            if not len(left) or self._settled(i):
                return
            size *= 2

    def _whole(self, part: Problem, i: int, kept: Positions, *, limits: Bound, beyond: float) -> None:
        """Solve some candidates; the bound is theirs, or that of a choice with one of the others."""
        best = self._within(part)
        found = solve_whole(
            Program.of(part, kept),
            gap=self.asked,
            start=None if best is None else best[kept],
            enough=np.inf if self.asked == 0 else limits.value / (1 + self.asked),
            deadline=self.deadline,
            watch=lambda best, above: self._told(i, best, max(above, beyond)),
        )
        if found.chosen is not None:
            choice = np.zeros(part.villages, dtype=bool)
            choice[kept[found.chosen]] = True
            if not part.rules.broken(choice).any():  # exactly, and not within the tolerances of the solver
                self._found(choice)
        self._bounded(i, max(found.bound, beyond))
        self.stopped |= found.ended == "stopped" and not self._settled(i)

    def _within(self, part: Problem) -> Chosen | None:
        """Return the best so far if it follows the rules of a part."""
        return None if self.best is None or part.rules.broken(self.best).any() else self.best

    def _told(self, i: int, best: float, above: float) -> bool:
        self._lower(i, above)
        told = self.on_step is None or self.on_step(Step(max(best, self.objective), self.bound))
        return told and not self._settled(i)

    def _found(self, choice: Chosen) -> None:
        value = self.problem.value(choice)
        if value > self.objective or self.best is None:
            self.best, self.objective = choice, value
            self._tell()

    def _bounded(self, i: int, above: float) -> bool:
        if self._lower(i, above):
            self._tell()
        return not self.stopped

    def _lower(self, i: int, above: float) -> bool:
        """Lower the bound of a part; say whether that of the whole fell."""
        self.above[i] = min(self.above[i], above)
        before = self.bound
        self.bound = min(before, max(self.above))
        return self.bound < before

    def _tell(self) -> None:
        if self.on_step is not None and not self.on_step(Step(self.objective, self.bound)):
            self.stopped = True

    def _settled(self, i: int) -> bool:
        """Say whether a part can bring no more than is asked for beyond the best so far."""
        return gap_of(self.objective, self.above[i]) <= max(self.asked, 1e-9)

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


def _parts(problem: Problem, launches: float) -> list[Problem]:
    """Return the problem, or two with fewer and with more launches where unequal amounts buy a broken number."""
    rules = problem.rules
    whole = (np.diff(rules.amounts.indptr) > problem.villages / 2) & np.isfinite(rules.most)
    unequal = [row for row in np.flatnonzero(whole) if np.ptp(rules.amounts[[row]].data) > 0]
    if not unequal or abs(launches - round(launches)) < _SPLIT:
        return [problem]
    everyone = np.ones(problem.villages)
    fewer = Rules.one("count", everyone, most=float(np.floor(launches)))
    more = Rules.one("count", everyone, least=float(np.ceil(launches)))
    return [problem.with_rules(rules.joined(side)) for side in (fewer, more)]
