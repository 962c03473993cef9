"""The linear program of a problem, for some of its candidates, as HiGHS takes it."""

from dataclasses import dataclass
from typing import Self

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import block_array, coo_array, csc_array, diags_array, eye_array

from planner.selection.problem import TOLERANCE, Floats, Positions, Problem, Rules

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Program:
    """Maximise over the chosen ``x`` (one column per candidate kept) and the reached ``y``.

    A village around that the kept candidates cannot reach more than once in full needs no column: what it is worth is
    added to the candidates that reach it.

    Attributes
    ----------
    kept
        Positions of the candidates kept, ascending.
    rules
        Positions of the rules that the candidates kept could break, ascending; the others have no row.
    reached
        Positions of the villages around that have a column and a row, ascending.
    matrix
        Rows: the rules (scaled by their largest amount), then ``y - cover @ x <= 0``; columns: ``x``, then ``y``.
    gain
        Objective of the columns.
    least, most
        Ends of the rows.
    low, high
        Ends of the columns.
    """

    kept: Positions
    rules: Positions
    reached: Positions
    matrix: csc_array
    gain: Floats
    least: Floats
    most: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, problem: Problem, kept: Positions) -> Self:
        """Build the program of some candidates."""
        reach = csc_array(problem.reach[:, kept])
        many = np.asarray(reach.sum(axis=1)).ravel() > 1.0
        reached = np.flatnonzero(many)
        inside = csc_array(reach[reached])
        folded = reach.T @ np.where(many, 0.0, problem.worth)
        rules, scale = problem.rules, problem.rules.scale
        every = problem.rules_by_village[:, kept]
        could_break = np.asarray(every.sum(axis=1)).ravel() > rules.most + 1e-9 * scale
        held = np.flatnonzero(could_break | (rules.least > 0))
        amounts = diags_array(1 / scale[held]) @ csc_array(every[held])
        least, most = rules.least[held] / scale[held], rules.most[held] / scale[held]
        low, high = ends(rules)
        size = len(reached)
        matrix = block_array(
            [[amounts, csc_array((len(held), size))], [-inside, eye_array(size, format="csc")]], format="csc"
        )
        return cls(
            kept,
            held,
            reached,
            csc_array(matrix),
            np.concatenate([problem.own[kept] + folded, problem.worth[reached]]),
            np.concatenate([least, np.full(size, -np.inf)]),
            np.concatenate([most, np.zeros(size)]),
            np.concatenate([low[kept], np.zeros(size)]),
            np.concatenate([high[kept], np.ones(size)]),
        )

    @property
    def unit(self) -> float:
        """What the solver counts the objective in, so that its largest figure is about 1,000 there.

        The tolerances of the solver are absolute: it fails on figures such as yearly contributions in rupiah. A power
        of two leaves the figures exact.
        """
        largest = self.gain.max(initial=0.0)
        return float(np.exp2(np.round(np.log2(largest)) - 10)) if largest > 0 else 1.0

    def model(self, *, whole: bool) -> highspy.HighsLp:
        """Return the model; ``x`` in whole numbers, or anything between 0 and 1. ``y`` is whole by itself or free."""
        columns = len(self.gain)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, len(self.least)
        model.col_cost_, model.col_lower_, model.col_upper_ = self.gain / self.unit, self.low, self.high
        model.row_lower_, model.row_upper_ = self.least, self.most
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.num_col_, model.a_matrix_.num_row_ = columns, len(self.least)
        model.a_matrix_.start_ = self.matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = self.matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = self.matrix.data
        model.sense_ = highspy.ObjSense.kMaximize
        if whole:
            kinds = np.full(columns, highspy.HighsVarType.kContinuous)
            kinds[: len(self.kept)] = highspy.HighsVarType.kInteger
            model.integrality_ = list(kinds)
        return model


def ends(rules: Rules) -> tuple[Floats, Floats]:
    """Return the least and most of each x: candidates that a rule about one asks for, or that alone would break one.

    Returns
    -------
    Two of shape (n,), each 0 or 1.
    """
    scale = rules.scale
    entries = coo_array(rules.amounts)
    rows, columns, values = entries.row, entries.col, entries.data
    high = np.ones(rules.amounts.shape[1])
    high[columns[values > rules.most[rows] + TOLERANCE * scale[rows]]] = 0.0
    alone = np.bincount(rows, minlength=len(rules))[rows] == 1
    asked = columns[alone & (rules.least[rows] > TOLERANCE * scale[rows])]
    low = np.zeros(rules.amounts.shape[1])
    low[asked] = high[asked]
    return low, high
