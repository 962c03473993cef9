"""The fewest rules that may be impossible together: a set that meets every known way to follow the others."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array

from planner.selection.columns import amounts_scale
from planner.selection.highs import solve_whole
from planner.selection.problem import TOLERANCE, Chosen, Floats, Positions, Rules
from planner.selection.program import Program


@dataclass(frozen=True)
class Cut:
    """What a set of rules must hold so that a known choice, cut down to what the set asks for, does not follow it.

    Attributes
    ----------
    broken
        Rules that the choice breaks whatever the set.
    askers
        Shape (parts, rules): which rules ask for which part of the choice.
    limits
        Rules that parts may break together.
    used
        Shape (limits, parts): what each part uses, scaled.
    above
        Shape (limits,): from where each is broken, scaled.
    """

    broken: Positions
    askers: Chosen
    limits: Positions
    used: Floats
    above: Floats

    @classmethod
    def of(cls, rules: Rules, rule_of: Positions, chosen: Chosen) -> "Cut":
        """Read a choice.

        Parameters
        ----------
        rules
            All rules.
        rule_of
            Shape (k,): the rule that each row belongs to.
        chosen
            Any choice; shape (n,).
        """
        scale = amounts_scale(rules)
        slack = TOLERANCE * scale
        picked = csr_array(csc_array(rules.amounts)[:, np.flatnonzero(chosen)])
        asks = rules.least > slack
        unmet = asks & (np.asarray(picked.sum(axis=1)).ravel() < rules.least - slack)
        askers = np.zeros((picked.shape[1], int(rule_of.max(initial=-1)) + 1), dtype=bool)
        for row, villages in _askers(picked, rules.least - slack, np.flatnonzero(asks & ~unmet)):
            askers[villages, rule_of[row]] = True
        asked = askers.any(axis=1)
        over = np.flatnonzero(np.asarray(picked[:, np.flatnonzero(asked)].sum(axis=1)).ravel() > rules.most + slack)
        shares = picked[over].toarray().T / scale[over]
        some = np.flatnonzero(asked & shares.any(axis=1))
        alike: dict[bytes, list[int]] = {}
        for village in some.tolist():
            alike.setdefault(askers[village].tobytes() + shares[village].tobytes(), []).append(village)
        first = np.array([villages[0] for villages in alike.values()], dtype=np.intp)
        many = np.array([len(villages) for villages in alike.values()], dtype=np.float64)
        above = _above(rules.only(over), scale[over])
        return cls(np.unique(rule_of[unmet]), askers[first], rule_of[over], (shares[first] * many[:, None]).T, above)


def _askers(picked: csr_array, least: Floats, rows: Positions) -> Iterator[tuple[int, Positions]]:
    """Yield for each row villages enough for it, those first that others ask for too."""
    asked = np.zeros(picked.shape[1], dtype=bool)
    for row in sorted(rows.tolist(), key=lambda row: int(picked.indptr[row + 1] - picked.indptr[row])):
        part = slice(picked.indptr[row], picked.indptr[row + 1])
        members, amounts = picked.indices[part], picked.data[part]
        order = np.lexsort((-amounts, ~asked[members]))
        many = int(np.searchsorted(np.cumsum(amounts[order]), least[row])) + 1
        asked[members[order[:many]]] = True
        yield row, members[order[:many]].astype(np.intp)


def _above(rules: Rules, scale: Floats) -> Floats:
    """Return from where each rule is broken, scaled: the next whole number where all amounts are whole."""
    above = rules.most / scale + TOLERANCE
    for row in range(len(rules)):
        amounts = rules.amounts.data[rules.amounts.indptr[row] : rules.amounts.indptr[row + 1]]
        if (amounts == np.round(amounts)).all():
            above[row] = max(above[row], (np.floor(rules.most[row] + TOLERANCE * scale[row]) + 1) / scale[row])
    return np.asarray(above)


def smallest_hitting(allowed: Chosen, cuts: list[Cut], *, deadline: float = np.inf) -> tuple[Chosen | None, bool]:
    """Return the smallest set of rules that meets all cuts.

    Parameters
    ----------
    allowed
        Shape (rules,): which rules it may hold.
    cuts
        What it must hold.
    deadline
        ``time.monotonic()`` at which to stop.

    Returns
    -------
    The set, shape (rules,), or nothing; whether that is proved.

    Raises
    ------
    PlanMachineError
        If the solver fails.
    """
    size = len(allowed)
    if not cuts:
        return np.zeros(size, dtype=bool), True
    build = _Build(size)
    build.row([(int(rule), 1.0) for rule in np.flatnonzero(~allowed)], most=0.0)
    for cut in cuts:
        build.add(cut)
    found = solve_whole(build.program(), gap=0.0, deadline=deadline)
    if found.chosen is None:
        return None, found.ended == "infeasible"
    return found.chosen[:size], found.ended == "done"


class _Build:
    """Columns: rules held, then limits broken (whole); parts of choices (free). Parts are numbered from -1 down."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.whole = size
        self.free = 0
        self.cells: list[tuple[int, int, float]] = []
        self.least: list[float] = []
        self.most: list[float] = []

    def row(self, cells: list[tuple[int, float]], *, least: float = -np.inf, most: float = np.inf) -> None:
        at = len(self.least)
        self.cells += [(at, column, value) for column, value in cells]
        self.least.append(least)
        self.most.append(most)

    def add(self, cut: Cut) -> None:
        parts = -1 - np.arange(self.free, self.free + len(cut.askers))
        self.free += len(parts)
        for part, askers in zip(parts.tolist(), cut.askers, strict=True):
            self.row([(part, -1.0), *((rule, 1.0) for rule in np.flatnonzero(askers).tolist())], least=0.0)
        meets = [(int(rule), 1.0) for rule in cut.broken]
        plain = set(cut.broken.tolist()) | set(cut.limits.tolist())
        for limit, used, above in zip(cut.limits.tolist(), cut.used, cut.above.tolist(), strict=True):
            broken, self.whole = self.whole, self.whole + 1
            some = np.flatnonzero(used)
            self.row([(limit, 1.0), (broken, -1.0)], least=0.0)
            self.row([*zip(parts[some].tolist(), used[some].tolist(), strict=True), (broken, -above)], least=0.0)
            meets.append((broken, 1.0))
        self.row(meets, least=1.0)
        self.row([(rule, 1.0) for rule in plain], least=1.0)

    def program(self) -> Program:
        rows, columns, values = (np.array(part) for part in zip(*self.cells, strict=True))
        columns = np.where(columns < 0, self.whole - 1 - columns, columns)
        count = self.whole + self.free
        matrix = coo_array((values, (rows, columns)), shape=(len(self.least), count))
        gain = np.zeros(count)
        gain[: self.size] = -1.0
        return Program(
            np.arange(self.whole),
            np.empty(0, dtype=np.intp),
            np.empty(0, dtype=np.intp),
            csc_array(matrix),
            gain,
            np.array(self.least),
            np.array(self.most),
            np.zeros(count),
            np.ones(count),
        )
