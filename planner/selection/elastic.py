"""A choice that follows some rules and strays least from others, found among the few candidates that can matter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import highspy
import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, diags_array, hstack, vstack

from planner.errors import PlanMachineError
from planner.selection.columns import Columns, amounts_scale, needed
from planner.selection.highs import FEASIBILITY, STATUS, new_solver
from planner.selection.problem import TOLERANCE, Chosen, Floats, Positions, Rules
from planner.selection.program import Program

Side = Literal["least", "most"]
SIDES: Final[tuple[Side, ...]] = ("least", "most")

_PAIRS: Final = 1_000
"""Up to so many rows on pairs of candidates are given to the solver at once."""
_ROUNDS: Final = 10
"""So often rows on pairs are added, then all of them."""
_ANY: Final = 0.3
"""How near the least crowded a choice that costs nothing must be."""


@dataclass(frozen=True)
class Give:
    """One side of a rule that may give way, all its rows by the same amount.

    Attributes
    ----------
    rows
        Rows of the rule that have this side.
    side
        Which side.
    price
        What one unit of the rule costs.
    """

    rows: Positions
    side: Side
    price: float


@dataclass(frozen=True)
class Tried:
    """What was found.

    Attributes
    ----------
    chosen
        A choice, shape (n,); nothing where none was found.
    proved
        Whether nothing better exists, or, without a choice, that there is none. Otherwise time was over.
    """

    chosen: Chosen | None
    proved: bool


def follow(
    rules: Rules,
    rows: Positions,
    gives: Sequence[Give] = (),
    *,
    room: float = np.inf,
    gap: float = 0.0,
    turns: float = np.inf,
    deadline: float = np.inf,
) -> Tried:
    """Find a choice that follows some rows and costs least where sides may give way.

    Amounts are never negative, so a choice stays within every ``most`` when candidates that no ``least`` needs are left
    out, and when a candidate makes place for a cheaper one that is otherwise alike. Candidates that no smallest choice
    needs are therefore left out before HiGHS is asked, and alike ones share a column. Rows on pairs of candidates, when
    there are many, are added as choices break them. What is proved is the same.

    Parameters
    ----------
    rules
        All rules.
    rows
        Rows that count, ascending; the other rules are left aside.
    gives
        Sides among them that may give way.
    room
        Choices that cost more are not looked for.
    gap
        When a choice is good enough, as a share of what giving way costs.
    turns
        How often rows on pairs that may give way are added; a choice after that may break others of them.
    deadline
        ``time.monotonic()`` at which to stop.

    Raises
    ------
    PlanMachineError
        If the solver fails.
    """
    pair = _pairs(rules)[rows]
    none = np.zeros(rules.amounts.shape[1])
    if pair.sum() <= _PAIRS:
        return _follow(rules, rows, gives, none, room=room, gap=gap, deadline=deadline)
    active = ~pair
    crowd = none if gives else np.asarray(rules.amounts[rows[pair]].sum(axis=0), dtype=np.float64).ravel()
    for turn in range(_ROUNDS):
        kept = np.zeros(len(rules), dtype=bool)
        kept[rows[active]] = True
        some = _restricted(gives, kept)
        tried = _follow(rules, rows[active], some, crowd, room=room, gap=gap, deadline=deadline)
        if tried.chosen is None:
            return tried
        strays = _strays(rules, rows, gives, active, tried.chosen)
        if turn >= turns:
            strays &= ~np.isin(rows, np.concatenate([give.rows for give in gives]))
        if not strays.any():
            return tried
        villages = np.unique(rules.amounts[rows[strays]].indices)
        active |= np.asarray(rules.amounts[rows][:, villages].sum(axis=1)).ravel() > 0
    return _follow(rules, rows, gives, none, room=room, gap=gap, deadline=deadline)


def _pairs(rules: Rules) -> Chosen:
    """Return which rows only limit two candidates."""
    return np.asarray((np.diff(rules.amounts.indptr) == 2) & (rules.least <= 0) & np.isfinite(rules.most))


def _restricted(gives: Sequence[Give], kept: Chosen) -> list[Give]:
    """Return sides that may give way, of the rows kept only; kept has shape (k,)."""
    some = [replace(give, rows=give.rows[kept[give.rows]]) for give in gives]
    return [give for give in some if len(give.rows)]


def _strays(rules: Rules, rows: Positions, gives: Sequence[Give], active: Chosen, chosen: Chosen) -> Chosen:
    """Return which rows left aside a choice breaks by more than their rule gives way for the others."""
    beyond = (rules.used(chosen) - rules.most)[rows]
    place = np.full(len(rules), -1, dtype=np.intp)
    place[rows] = np.arange(len(rows))
    for give in gives:
        if give.side == "most":
            mine = place[give.rows]
            beyond[mine] -= max(0.0, float(beyond[mine][active[mine]].max(initial=0.0)))
    return np.asarray(~active & (beyond > TOLERANCE * amounts_scale(rules)[rows]))


def _follow(
    rules: Rules, rows: Positions, gives: Sequence[Give], crowd: Floats, *, room: float, gap: float, deadline: float
) -> Tried:
    """Follow these rows; where nothing gives way, rather with candidates of little ``crowd``, shape (n,)."""
    part = rules.only(rows)
    scale = amounts_scale(part)
    place = np.full(len(rules), -1, dtype=np.intp)
    place[rows] = np.arange(len(rows))
    lowest, highest = part.least.astype(np.float64), part.most.astype(np.float64)
    for give in gives:
        ends, sign = (lowest, -1) if give.side == "least" else (highest, 1)
        ends[place[give.rows]] += sign * room / give.price
    columns = needed(part, highest)
    inside = csr_array(csc_array(part.amounts)[:, columns.first])
    supply = np.asarray(inside @ columns.many.astype(np.float64))
    slack = TOLERANCE * scale
    if (supply < lowest - slack).any() or (highest < -slack).any():
        return Tried(None, proved=True)
    if not len(columns.first):
        return Tried(np.zeros(part.amounts.shape[1], dtype=bool), proved=True)
    program = _program(part, inside, columns, crowd[columns.first], gives=gives, place=place)
    return _solved(program, columns, part.amounts.shape[1], gap=gap if gives else _ANY, deadline=deadline)


def _program(
    part: Rules, inside: csr_array, columns: Columns, crowd: Floats, *, gives: Sequence[Give], place: Positions
) -> Program:
    """Return the program: whole columns of candidates, then a free column for each side that may give way.

    Each side is a row of its own, so that one may give way without the other.
    """
    scale, many = amounts_scale(part), columns.many.astype(np.float64)
    rows = [place[give.rows] + (0 if give.side == "least" else len(part)) for give in gives]
    units = [float(scale[place[give.rows]].max()) for give in gives]
    signs = [1.0 if give.side == "least" else -1.0 for give in gives]
    twice = np.concatenate([scale, scale])
    shares = [sign * unit / twice[at] for sign, unit, at in zip(signs, units, rows, strict=True)]
    cells = (
        np.concatenate([np.empty(0), *shares]),
        (np.concatenate([np.empty(0, np.intp), *rows]), np.repeat(np.arange(len(gives)), [len(at) for at in rows])),
    )
    ways = coo_array(cells, shape=(len(twice), len(gives)))
    amounts = vstack([inside, inside], format="csr")
    binding = np.concatenate([columns.asks, columns.limits])
    matrix = csr_array(hstack([diags_array(1 / twice) @ amounts, ways], format="csr"))[binding]
    endless = np.full(len(part), np.inf)
    return Program(
        np.arange(len(many)),
        np.empty(0, dtype=np.intp),
        np.empty(0, dtype=np.intp),
        csc_array(matrix),
        np.concatenate([-crowd, [-give.price * unit for give, unit in zip(gives, units, strict=True)]]),
        (np.concatenate([part.least, -endless]) / twice)[binding],
        (np.concatenate([endless, part.most]) / twice)[binding],
        np.zeros(len(many) + len(gives)),
        np.concatenate([many, np.full(len(gives), np.inf)]),
    )


def _solved(program: Program, columns: Columns, villages: int, *, gap: float, deadline: float) -> Tried:
    solver = new_solver(deadline)
    solver.passModel(program.model(whole=True))
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    solver.setOptionValue("mip_feasibility_tolerance", FEASIBILITY)
    solver.run()
    status = solver.getModelStatus()
    if status == STATUS.kInfeasible:
        return Tried(None, proved=True)
    if status not in {STATUS.kOptimal, STATUS.kTimeLimit}:
        raise PlanMachineError("selection.solver", status=solver.modelStatusToString(status))
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Tried(None, proved=False)
    values = np.asarray(solver.getSolution().col_value)[: len(columns.starts)]
    counts = np.round(values).astype(np.intp)
    return Tried(columns.chosen(counts, villages), proved=status == STATUS.kOptimal)
