"""Sets of rules that no choice follows together: the smallest one, or one in which no rule is in vain."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from planner.selection.columns import amounts_scale
from planner.selection.cuts import Cut, smallest_hitting
from planner.selection.elastic import SIDES, Give, follow
from planner.selection.problem import TOLERANCE, Chosen, Floats, Positions, Rules

_GROWN: Final = 0.1
"""How near the least a choice must stray from other rules to be learned from."""
_TURNS: Final = 2


@dataclass(frozen=True)
class Impossible:
    """The end of a search.

    Attributes
    ----------
    held
        Shape (rules,): rules impossible together; nothing where none were found.
    ended
        ``found``, ``none`` (there are no such), ``over`` (time or tries).
    """

    held: Chosen | None
    ended: Literal["found", "none", "over"]


class Sets:
    """Rules, each of one row or more, and what was learned about which of them can be followed together."""

    def __init__(self, rules: Rules, members: Sequence[Positions]) -> None:
        self.rules = rules
        self.members = members
        self.every = np.arange(len(rules))
        self.scale = amounts_scale(rules)
        self.rule_of = np.empty(len(rules), dtype=np.intp)
        for rule, rows in enumerate(members):
            self.rule_of[rows] = rule
        self.gives = [self._gives(rule) for rule in range(len(members))]
        self.cuts: list[Cut] = []
        self.learned: list[Chosen] = []

    def rows(self, held: Chosen) -> Positions:
        """Return the rows of some rules, ascending."""
        return np.flatnonzero(held[self.rule_of])

    def learn(self, chosen: Chosen) -> None:
        """Remember a choice and what it says about sets of rules."""
        self.learned.append(chosen)
        self.cuts.append(Cut.of(self.rules, self.rule_of, chosen))

    def smallest(
        self,
        *,
        tries: int,
        deadline: float,
        allowed: Chosen | None = None,
        known: Chosen | None = None,
    ) -> Impossible:
        """Return the smallest set that no choice follows.

        Sets that meet all cuts learned are tried, smallest first; a choice that follows one teaches a new cut (Ignatiev
        and others 2015).

        Parameters
        ----------
        tries
            How many sets are tried.
        deadline
            ``time.monotonic()`` at which to stop.
        allowed
            Rules it may hold, all unless given.
        known
            A set known to be impossible; returned when none is smaller.
        """
        among = np.ones(len(self.members), dtype=bool) if allowed is None else allowed
        for _ in range(tries):
            held, proved = smallest_hitting(among, self.cuts, deadline=deadline)
            if held is None or not proved:
                return Impossible(None, "none" if proved else "over")
            if known is not None and held.sum() >= known.sum():
                return Impossible(known, "found")
            tried = follow(self.rules, self.rows(held), deadline=deadline)
            if tried.chosen is None:
                return Impossible(held, "found") if tried.proved else Impossible(None, "over")
            self.learn(self._grown(held, tried.chosen, deadline))
            if time.monotonic() > deadline:
                break
        return Impossible(None, "over")

    def filtered(self, always: Positions, parts: Sequence[Positions], deadline: float) -> list[int]:
        """Leave out rows as long as the rest is impossible together.

        Parts are left out many at once, then ever fewer (Chinneck and Dravnieks 1991, "Locating minimal infeasible
        constraint sets in linear programs").

        Parameters
        ----------
        always
            Rows that stay.
        parts
            Rows that are left out together; impossible together with those that stay.
        deadline
            ``time.monotonic()`` after which nothing more is left out.

        Returns
        -------
        Positions of the parts that remain; each is needed, unless time was over.
        """
        kept = list(range(len(parts)))
        size = max(1, len(kept) // 2)
        while kept:
            for start in range((len(kept) - 1) // size * size, -1, -size):
                if time.monotonic() > deadline:
                    return kept
                without = kept[:start] + kept[start + size :]
                rows = np.unique(np.concatenate([always, *(parts[part] for part in without)]))
                tried = follow(self.rules, rows, deadline=deadline)
                if tried.chosen is None and tried.proved:
                    kept = without
            if size == 1:
                break
            size = max(1, size // 2)
        return kept

    def helpful(self, gives: Sequence[Give], *, deadline: float) -> list[Give]:
        """Return sides of which each alone may help; the others cannot.

        Many may give way at once, each at a cost of 1 for all it can; where that costs more than 1, none helps alone.

        Parameters
        ----------
        gives
            Sides of rules.
        deadline
            ``time.monotonic()`` after which every side left counts as one that may help.
        """
        most = np.asarray(self.rules.amounts.sum(axis=1)).ravel() - self.rules.most
        whole = [float((self.rules.least if give.side == "least" else most)[give.rows].max()) for give in gives]
        priced = [replace(give, price=1 / all_of) for give, all_of in zip(gives, whole, strict=True) if all_of > 0]
        return self._helpful(priced, deadline) if priced else []

    def _helpful(self, gives: list[Give], deadline: float) -> list[Give]:
        if time.monotonic() > deadline:
            return gives
        tried = follow(self.rules, self.every, gives, room=1.0, gap=_GROWN, deadline=deadline)
        if tried.proved and (tried.chosen is None or self.cost(tried.chosen, gives) * (1 - _GROWN) > 1 + TOLERANCE):
            return []
        if len(gives) == 1:
            return gives
        half = len(gives) // 2
        return self._helpful(gives[:half], deadline) + self._helpful(gives[half:], deadline)

    def cost(self, chosen: Chosen, gives: Sequence[Give]) -> float:
        """Return what it costs that sides give way to a choice."""
        used = self.rules.used(chosen)
        return sum(give.price * max(0.0, float(beyond(self.rules, give, used).max())) for give in gives)

    def _grown(self, held: Chosen, chosen: Chosen, deadline: float) -> Chosen:
        """Return a choice that follows the rules held and strays little from the others."""
        others = [give for rule in np.flatnonzero(~held) for give in self.gives[rule]]
        for room in (0.0, np.inf):
            found = follow(self.rules, self.every, others, room=room, gap=_GROWN, turns=_TURNS, deadline=deadline)
            if found.chosen is not None:
                return found.chosen
        return chosen

    def _gives(self, rule: int) -> list[Give]:
        """Return the sides of a rule, priced as shares of their limits."""
        gives = []
        rows = self.members[rule]
        for side in SIDES:
            limits = getattr(self.rules, side)[rows]
            having = np.isfinite(limits)
            if having.any():
                size = max(float(np.abs(limits[having]).max()), float(self.scale[rows[having]].max()))
                gives.append(Give(rows[having], side, 1 / size))
        return gives


def beyond(rules: Rules, give: Give, used: Floats) -> Floats:
    """Return how far each row of a side is from being met, from what a choice uses of all rules."""
    rows = give.rows
    return rules.least[rows] - used[rows] if give.side == "least" else used[rows] - rules.most[rows]
