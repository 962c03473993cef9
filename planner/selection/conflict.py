"""Why no choice of villages follows the rules, and the cheapest ways out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from planner.errors import PlanMachineError
from planner.selection.elastic import Give, Side, Tried, follow
from planner.selection.impossible import Sets, beyond
from planner.selection.problem import TOLERANCE, Chosen, Floats, Positions, Problem, Rules

TOGETHER: Final = ("spacing", "per_district")
"""Kinds whose rows make one rule."""
SECONDS: Final = 60.0

_ROWS: Final = 100
"""Up to so many rows of one rule are tried one by one."""
_TRIES: Final = 200
"""So many sets are tried before rules known to be impossible together are taken for the fewest."""
_FEW_TRIES: Final = 20
_MANY: Final = 8
"""Above so many rules nobody asks whether one fewer would do: fewer sets are tried."""
_GAP: Final = 0.001
_FINE: Final = 1_000.0
_SHARES: Final = {"kinds": 0.2, "few": 0.5, "smallest": 0.6, "rows": 0.7, "ways": 0.9, "cheapest": 1.0}
"""When each step must end, as a share of the time."""
_NO_ROWS: Final = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Way:
    """A change of one side of one rule.

    Attributes
    ----------
    row
        Position of the row in the rules; of a rule of several rows the one that asks for the largest change, and all
        of them change by as much.
    side
        Which limit.
    now, needed
        The limit as it is and as it must be, in the unit of the rule. A village that must or must not be chosen is
        let go: from 1 to 0, or from 0 to 1.
    exact
        Whether nothing less is enough; otherwise time was over and less might be.
    """

    row: int
    side: Side
    now: float
    needed: float
    exact: bool


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot be followed together.

    Attributes
    ----------
    rows
        Positions in the rules, ascending. Without any one of these rules the others can be followed. Of a rule of
        several rows those that are involved.
    smallest
        Whether no fewer rules are impossible together, here or elsewhere; otherwise time was over.
    ways
        Changes of one rule alone after which a choice exists, the least of each; none where no single one is enough.
    cheapest
        The changes with the least total, each as a share of its limit (or of the largest amount of its rule, where that
        is more), after which a choice exists.
    """

    rows: tuple[int, ...]
    smallest: bool
    ways: tuple[Way, ...]
    cheapest: tuple[Way, ...]


def conflict(problem: Problem, *, seconds: float = SECONDS, together: Sequence[str] = TOGETHER) -> Conflict | None:
    """Find the fewest rules that no choice follows together, and what to change.

    The fewest rules are found as the smallest set that meets all sets of rules whose absence would help, which are
    found as they are needed (Ignatiev, Previti, Liffiton and Marques-Silva 2015, "Smallest MUS extraction with minimal
    hitting set dualization"). What a set of rules asks for is read off each choice found, so that one choice speaks for
    all sets it can be cut down to. When time is over, rules are left out one after another as long as the others remain
    impossible (the deletion filter of Chinneck and Dravnieks 1991, "Locating minimal infeasible constraint sets in
    linear programs"). Changes are least slacks of an elastic program.

    Parameters
    ----------
    problem
        Candidates and rules; what candidates bring does not matter.
    seconds
        Wall time to keep to, more or less.
    together
        Kinds of which all rows make one rule.

    Returns
    -------
    The conflict; nothing where a choice follows all rules.

    Raises
    ------
    PlanMachineError
        If the solver fails, or time is over before it is known whether a choice exists.
    """
    return _Search(problem.rules, seconds, together).run()


def changed(rules: Rules, ways: Sequence[Way], *, together: Sequence[str] = TOGETHER) -> Rules:
    """Return rules after some changes.

    Parameters
    ----------
    rules
        The rules that the ways out were found for.
    ways
        Changes; of a rule of several rows all change by as much.
    together
        Kinds of which all rows make one rule.
    """
    limits = {"least": rules.least.astype(np.float64), "most": rules.most.astype(np.float64)}
    for way in ways:
        kind = rules.kind[way.row]
        rows = np.flatnonzero(rules.kind == kind) if kind in together else np.array([way.row])
        limits[way.side][rows] += way.needed - way.now
    return Rules(rules.amounts, limits["least"], limits["most"], rules.kind, rules.subject)


class _Search:
    def __init__(self, rules: Rules, seconds: float, together: Sequence[str]) -> None:
        self.rules = rules
        self.together = together
        self.began = time.monotonic()
        self.seconds = seconds
        self.sets = Sets(rules, _members(rules, together))

    def run(self) -> Conflict | None:
        tried = follow(self.rules, self.sets.every, deadline=self._until("smallest"))
        if tried.chosen is not None:
            return None
        if not tried.proved:
            raise PlanMachineError("selection.solver", status="Time limit reached")
        few = self._few()
        tries = _TRIES if few.sum() <= _MANY else 1
        found = self.sets.smallest(tries=tries, deadline=self._until("smallest"), known=few)
        held = few if found.held is None else found.held
        rows = self._involved(held)
        ways = self._ways(held)
        return Conflict(tuple(rows.tolist()), found.held is not None, tuple(ways), tuple(self._cheapest(ways)))

    def _until(self, step: str) -> float:
        return self.began + self.seconds * _SHARES[step]

    def _few(self) -> Chosen:
        """Return impossible rules of the fewest kinds, none of them in vain."""
        deadline = self._until("kinds")
        kinds = Sets(self.rules, _members(self.rules, self.rules.kind.tolist()))
        found = kinds.smallest(tries=_TRIES, deadline=deadline)
        allowed = np.ones(len(self.sets.members), dtype=bool)
        if found.held is not None:
            allowed = np.isin(np.arange(len(allowed)), self.sets.rule_of[kinds.rows(found.held)])
        for chosen in kinds.learned:
            self.sets.learn(chosen)
        fewest = self.sets.smallest(tries=_FEW_TRIES, deadline=deadline, allowed=allowed)
        if fewest.held is not None:
            return fewest.held
        among = np.flatnonzero(allowed).tolist()
        kept = self.sets.filtered(_NO_ROWS, [self.sets.members[rule] for rule in among], self._until("few"))
        held = np.zeros(len(allowed), dtype=bool)
        held[[among[at] for at in kept]] = True
        return held

    def _involved(self, held: Chosen) -> Positions:
        """Return the rows of rules impossible together; of rules of many rows those that matter."""
        rows = self.sets.rows(held)
        for rule in np.flatnonzero(held):
            mine = self.sets.members[int(rule)]
            if len(mine) > 1:
                others = np.setdiff1d(rows, mine)
                rows = np.union1d(others, self._inside(others, mine))
        return rows

    def _inside(self, others: Positions, mine: Positions) -> Positions:
        """Return rows of one rule that are impossible together with others: those first that choices break."""
        deadline = self._until("rows")
        taken = _NO_ROWS
        while True:
            tried = follow(self.rules, np.union1d(others, taken), deadline=deadline)
            if tried.chosen is None:
                break
            broken = mine[self.rules.only(mine).broken(tried.chosen)]
            if not len(np.setdiff1d(broken, taken)):
                return mine
            taken = np.union1d(taken, broken)
        if not tried.proved:
            return mine
        if len(taken) > _ROWS:
            return taken
        return np.asarray(taken[self.sets.filtered(others, [taken[[at]] for at in range(len(taken))], deadline)])

    def _ways(self, held: Chosen) -> list[Way]:
        """Return what helps alone: only rules that every set impossible together holds can."""
        deadline = self._until("ways")
        alike: dict[tuple[str, Side], list[Give]] = {}
        for give in (give for rule in np.flatnonzero(held) for give in self.sets.gives[rule]):
            alike.setdefault((str(self.rules.kind[give.rows[0]]), give.side), []).append(give)
        ways = []
        for give in (give for gives in alike.values() for give in self.sets.helpful(gives, deadline=deadline)):
            if time.monotonic() > deadline:
                break
            tried = follow(self.rules, self.sets.every, [self._finely(give)], deadline=deadline)
            if tried.chosen is not None:
                self.sets.learned.append(tried.chosen)
                way = self._change(give, self.rules.used(tried.chosen), exact=tried.proved)
                ways += [] if way is None else [way]
        return sorted(ways, key=lambda way: (way.row, way.side))

    def _cheapest(self, ways: Sequence[Way]) -> list[Way]:
        """Return the changes with the least total, then each made as small as the others allow."""
        every = [give for gives in self.sets.gives for give in gives]
        nothing = np.zeros(self.rules.amounts.shape[1], dtype=bool)
        start = min([*self.sets.learned, nothing], key=lambda chosen: self.sets.cost(chosen, every))
        room = self.sets.cost(start, every)
        deadline = self._until("cheapest")
        wider = room * (1 + TOLERANCE)
        tried = follow(self.rules, self.sets.every, every, room=wider, gap=_GAP, deadline=deadline)
        better = tried.chosen is not None and self.sets.cost(tried.chosen, every) < room
        found = self._changes(tried if better else Tried(start, tried.proved))
        alone = [way for way in ways if [(way.row, way.side)] == [(one.row, one.side) for one in found]]
        return alone or self._smaller(found, deadline)

    def _smaller(self, found: list[Way], deadline: float) -> list[Way]:
        """Return changes each of which is as small as the others allow."""
        for way in list(found):
            others = [other for other in found if other != way]
            eased = changed(self.rules, others, together=self.together)
            give = next(give for give in self.sets.gives[self.sets.rule_of[way.row]] if give.side == way.side)
            tried = follow(eased, self.sets.every, [self._finely(give)], deadline=deadline)
            if tried.chosen is None or not tried.proved:
                found = [*others, replace(way, exact=False)]
                continue
            less = self._change(give, self.rules.used(tried.chosen), exact=way.exact)
            found = others if less is None else [*others, less]
        return sorted(found, key=lambda way: (way.row, way.side))

    def _finely(self, give: Give) -> Give:
        """Price a side so that one rupiah is far above what the solver neglects."""
        return replace(give, price=_FINE / float(self.sets.scale[give.rows].max()))

    def _changes(self, tried: Tried) -> list[Way]:
        """Return the changes after which a choice follows the rules."""
        assert tried.chosen is not None
        used = self.rules.used(tried.chosen)
        changes = [self._change(give, used, exact=tried.proved) for gives in self.sets.gives for give in gives]
        return [way for way in changes if way is not None]

    def _change(self, give: Give, used: Floats, *, exact: bool) -> Way | None:
        """Return the change of one side after which what is used follows it, nothing where it does already."""
        over = beyond(self.rules, give, used)
        row = int(give.rows[np.argmax(over)])
        scale = float(self.sets.scale[row])
        if over.max() <= TOLERANCE * scale:
            return None
        now = float(getattr(self.rules, give.side)[row])
        return Way(row, give.side, now, _safe(float(used[row]), scale, give.side), exact)


def _members(rules: Rules, together: Sequence[str]) -> list[Positions]:
    """Return the rows of each rule, in order of their first rows."""
    joined = frozenset(together)
    members: dict[str | int, list[int]] = {}
    for row, kind in enumerate(rules.kind.tolist()):
        members.setdefault(kind if kind in joined else row, []).append(row)
    return [np.array(rows, dtype=np.intp) for rows in members.values()]


def _safe(used: float, scale: float, side: Side) -> float:
    """Round what is used away from the limit: to whole units, to finer ones where amounts are small."""
    fine = 10.0 ** max(0, 5 - int(np.floor(np.log10(scale))))
    whole = np.ceil(used * fine - 1e-6) if side == "most" else np.floor(used * fine + 1e-6)
    return float(whole / fine)
