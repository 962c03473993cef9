"""HiGHS: one linear program, one program in whole numbers; what it says while it works, and how it is stopped."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np

from planner.errors import PlanMachineError
from planner.selection.problem import Chosen, Floats
from planner.selection.program import Program

Watch = Callable[[float, float], bool]
"""Takes the best objective so far (``-inf`` without one) and the bound; says whether to go on."""

FEASIBILITY: Final = 1e-8  # below what counts as broken; with 1e-9 HiGHS 1.15 misses the best choice now and then
STATUS = highspy.HighsModelStatus
_INFEASIBLE = (STATUS.kInfeasible, STATUS.kUnboundedOrInfeasible)  # all columns have ends: never unbounded


@dataclass(frozen=True)
class Basis:
    """Where a linear program ended: the statuses of its columns and rows."""

    columns: list[highspy.HighsBasisStatus]
    rows: list[highspy.HighsBasisStatus]


@dataclass(frozen=True)
class Relaxed:
    """A solved linear program.

    Attributes
    ----------
    feasible
        Whether it has a solution; without one the rest is empty.
    columns
        Values of x and y.
    prices
        What one more of each row's right-hand side would bring (rows as scaled).
    """

    feasible: bool
    columns: Floats
    prices: Floats
    basis: Basis | None


@dataclass(frozen=True)
class Whole:
    """A program solved in whole numbers.

    Attributes
    ----------
    chosen
        Which of the kept candidates; nothing where none was found.
    bound
        No choice among the kept candidates brings more; ``-inf`` where no choice follows the rules.
    ended
        ``done``, ``stopped`` (time or the user), ``infeasible``.
    """

    chosen: Chosen | None
    bound: float
    ended: str


_NONE: Final = Whole(None, -np.inf, "infeasible")


def relax(program: Program, *, start: Basis | None = None, deadline: float = np.inf) -> Relaxed:
    """Solve the linear program, x between 0 and 1.

    Raises
    ------
    PlanMachineError
        If the solver fails or the time is over.
    """
    if not program.matrix.nnz:
        columns, feasible = _without_solver(program)
        return Relaxed(feasible, columns, np.zeros(len(program.least)), None)
    solver = new_solver(deadline)
    solver.passModel(program.model(whole=False))
    if start is not None:
        basis = highspy.HighsBasis()
        basis.col_status, basis.row_status, basis.valid = start.columns, start.rows, True
        solver.setBasis(basis)
        solver.setOptionValue("simplex_strategy", 4)  # primal: new columns leave the old basis primal feasible
    solver.run()
    status = solver.getModelStatus()
    if status in _INFEASIBLE:
        return Relaxed(feasible=False, columns=np.empty(0), prices=np.empty(0), basis=None)
    if status != STATUS.kOptimal:
        raise PlanMachineError("selection.solver", status=solver.modelStatusToString(status))
    found, basis = solver.getSolution(), solver.getBasis()
    return Relaxed(
        feasible=True,
        columns=np.asarray(found.col_value),
        prices=np.asarray(found.row_dual) * program.unit,
        basis=Basis(list(basis.col_status), list(basis.row_status)),
    )


def solve_whole(
    program: Program,
    *,
    gap: float,
    start: Chosen | None = None,
    enough: float = np.inf,
    deadline: float = np.inf,
    watch: Watch | None = None,
) -> Whole:
    """Solve the program in whole numbers.

    Parameters
    ----------
    program
        The program.
    gap
        Stop when bound and objective are so near, as a share of the objective.
    start
        A choice among the kept candidates that follows the rules.
    enough
        Stop as soon as the objective is so high.
    deadline
        ``time.monotonic()`` at which to stop with the best so far.
    watch
        Told of every step; may stop it.

    Raises
    ------
    PlanMachineError
        If the solver fails.
    """
    if not program.matrix.nnz:
        columns, feasible = _without_solver(program)
        value = float(program.gain @ columns)
        return Whole(columns[: len(program.kept)] > 0.5, value, "done") if feasible else _NONE
    solver = new_solver(deadline)
    solver.passModel(program.model(whole=True))
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    solver.setOptionValue("mip_feasibility_tolerance", FEASIBILITY)
    if np.isfinite(enough):
        solver.setOptionValue("objective_target", enough / program.unit)
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = list(_with_reached(program, start))
        solver.setSolution(given)
    if watch is not None:
        _watched(solver, watch, program.unit)
    solver.run()
    return _read(solver, program)


def _without_solver(program: Program) -> tuple[Floats, bool]:
    """Return the best columns where no rule ties them, and whether the rules hold; HiGHS answers nothing to that."""
    feasible = not ((program.least > 0).any() or (program.most < 0).any())
    return np.where(program.gain > 0, program.high, program.low), feasible


def new_solver(deadline: float) -> highspy.Highs:
    """Return a HiGHS that says nothing, uses one thread, always answers alike, and ends at a deadline."""
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("primal_feasibility_tolerance", FEASIBILITY),
    ):
        solver.setOptionValue(option, value)
    if np.isfinite(deadline):
        solver.setOptionValue("time_limit", max(0.01, deadline - time.monotonic()))
    return solver


def _with_reached(program: Program, chosen: Chosen) -> Floats:
    picked = chosen.astype(np.float64)
    cover = -program.matrix[len(program.rules) :, : len(program.kept)]
    return np.concatenate([picked, np.minimum(1.0, cover @ picked)])


def _watched(solver: highspy.Highs, watch: Watch, unit: float) -> None:
    def tell(event: highspy.HighsCallbackEvent) -> None:
        said = event.data_out
        best, bound = said.mip_primal_bound, said.mip_dual_bound
        if not watch(unit * best if abs(best) < highspy.kHighsInf else -np.inf, unit * bound):
            event.interrupt()

    solver.cbMipInterrupt.subscribe(tell)


def _read(solver: highspy.Highs, program: Program) -> Whole:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in _INFEASIBLE:
        return _NONE
    known = {STATUS.kOptimal, STATUS.kObjectiveTarget, STATUS.kTimeLimit, STATUS.kInterrupt}
    if status not in known:
        raise PlanMachineError("selection.solver", status=solver.modelStatusToString(status))
    has_choice = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value)[: len(program.kept)] if has_choice else None
    ended = "done" if status in (STATUS.kOptimal, STATUS.kObjectiveTarget) else "stopped"
    return Whole(None if values is None else values > 0.5, float(info.mip_dual_bound) * program.unit, ended)
