"""What is chosen from, what it brings, and the rules: arrays only, one position per candidate village."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, vstack

from planner.errors import PlanError

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]
Chosen = npt.NDArray[np.bool_]

TOLERANCE = 2e-8  # of a scaled row: one rupiah too much is too much where the dearest launch costs below 50 million


@dataclass(frozen=True)
class Rules:
    """Linear rules on the villages chosen, one row each: ``least <= amounts @ chosen <= most``.

    Attributes
    ----------
    amounts
        Shape (k, n), none negative: rupiah for a budget, 1 for a count.
    least, most
        Shape (k,); ``-inf`` and ``inf`` where a rule has one side only.
    kind
        Shape (k,): what sort of rule, such as ``budget`` or ``per_regency``.
    subject
        Shape (k,): what it is about, such as a regency code; empty for all villages.
    """

    amounts: csr_array
    least: Floats
    most: Floats
    kind: npt.NDArray[np.str_]
    subject: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.kind)

    @classmethod
    def none(cls, villages: int) -> Self:
        """Return no rules on some number of candidates."""
        empty = np.empty(0)
        return cls(csr_array((0, villages)), empty, empty, np.empty(0, dtype=str), np.empty(0, dtype=str))

    @classmethod
    def one(
        cls, kind: str, amounts: npt.ArrayLike, *, least: float = -np.inf, most: float = np.inf, subject: str = ""
    ) -> Self:
        """Return one rule; amounts of shape (n,)."""
        row = csr_array(np.atleast_2d(np.asarray(amounts, dtype=np.float64)))
        return cls(row, np.array([least]), np.array([most]), np.array([kind]), np.array([subject]))

    @classmethod
    def per_group(cls, kind: str, groups: npt.ArrayLike, *, least: float = -np.inf, most: float = np.inf) -> Self:
        """Return a rule on the number chosen in each group; ``groups`` names the group of each candidate."""
        names, which = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
        n = len(which)
        amounts = csr_array((np.ones(n), (which, np.arange(n))), shape=(len(names), n))
        return cls(amounts, np.full(len(names), least), np.full(len(names), most), np.full(len(names), kind), names)

    @classmethod
    def apart(cls, kind: str, pairs: npt.NDArray[np.intp], villages: int, names: npt.ArrayLike) -> Self:
        """Return rules that no two of a pair are chosen; pairs of shape (p, 2), names of shape (n,)."""
        rows = np.repeat(np.arange(len(pairs)), 2)
        amounts = csr_array((np.ones(2 * len(pairs)), (rows, pairs.ravel())), shape=(len(pairs), villages))
        called = np.asarray(names, dtype=str)
        subjects = np.char.add(np.char.add(called[pairs[:, 0]], " "), called[pairs[:, 1]])
        ones = np.ones(len(pairs))
        return cls(amounts, -np.inf * ones, ones, np.full(len(pairs), kind), np.asarray(subjects, dtype=str))

    def joined(self, *others: "Rules") -> "Rules":
        """Return these rules and others, in order."""
        every = [rules for rules in (self, *others) if len(rules)]
        if not every:
            return self
        return Rules(
            csr_array(vstack([rules.amounts for rules in every], format="csr")),
            *(
                np.concatenate([getattr(rules, name) for rules in every])
                for name in ("least", "most", "kind", "subject")
            ),
        )

    def only(self, kept: npt.NDArray[np.bool_] | Positions) -> "Rules":
        """Return some of the rules."""
        return Rules(self.amounts[kept], self.least[kept], self.most[kept], self.kind[kept], self.subject[kept])

    def used(self, chosen: Chosen) -> Floats:
        """Return how much of each rule a choice uses, shape (k,)."""
        return np.asarray(self.amounts @ chosen.astype(np.float64))

    def broken(self, chosen: Chosen) -> npt.NDArray[np.bool_]:
        """Return which rules a choice breaks, shape (k,)."""
        used = self.used(chosen)
        slack = TOLERANCE * self.scale
        return np.asarray((used > self.most + slack) | (used < self.least - slack))

    @cached_property
    def scale(self) -> Floats:
        """The largest amount of each row, 1 in a row of none: rows are solved divided by it."""
        if not self.amounts.nnz:
            return np.ones(len(self))
        largest = np.asarray(self.amounts.max(axis=1).todense(), dtype=np.float64).ravel()
        return np.where(largest > 0, largest, 1.0)


@dataclass(frozen=True)
class Problem:
    """Choose villages so that what they bring is largest.

    The objective is ``own @ chosen + worth @ minimum(1, cover @ chosen)``: what a launch brings in its own village, and
    what it brings to villages around it, each of which can be reached only once in full. With ``cover`` falling with
    distance this is cooperative maximal covering (Church and ReVelle 1974, "The maximal covering location problem";
    Berman, Drezner and Krass 2010, "Cooperative cover location problems: the planar case").

    Attributes
    ----------
    own
        Shape (n,), not negative.
    rules
        Rules on the n candidates.
    worth
        Shape (m,), not negative: what reaching each of m villages around in full brings.
    cover
        Shape (m, n), 0 to 1: the part of it that a launch reaches.
    """

    own: Floats
    rules: Rules
    worth: Floats = field(default_factory=lambda: np.empty(0))
    cover: csc_array | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be solved."""
        shapes = self.reach.shape == (len(self.worth), len(self.own)) and self.rules.amounts.shape[1] == len(self.own)
        if not shapes:
            raise PlanError("selection.shape", villages=len(self.own), rules=self.rules.amounts.shape[1])
        everything = (self.own, self.worth, self.reach.data, self.rules.amounts.data)
        if any(not np.isfinite(part).all() or (part < 0).any() for part in everything):
            raise PlanError("selection.negative")
        if self.reach.nnz and self.reach.data.max() > 1:
            raise PlanError("selection.cover")
        if np.isnan(self.rules.least).any() or np.isnan(self.rules.most).any():
            raise PlanError("selection.negative")

    @property
    def villages(self) -> int:
        """Number of candidates."""
        return len(self.own)

    @property
    def reach(self) -> csc_array:
        """The cover; an empty one without spillover."""
        return csc_array((len(self.worth), len(self.own))) if self.cover is None else self.cover

    @cached_property
    def rules_by_village(self) -> csc_array:
        """The amounts of the rules, quick to take villages from."""
        return csc_array(self.rules.amounts)

    def value(self, chosen: Chosen) -> float:
        """Return the objective of a choice."""
        picked = chosen.astype(np.float64)
        return float(self.own @ picked + self.worth @ np.minimum(self.reach @ picked, 1.0))

    def gains(self) -> Floats:
        """Return what each candidate would bring alone, shape (n,)."""
        return np.asarray(self.own + self.reach.T @ self.worth)

    def with_rules(self, rules: Rules) -> "Problem":
        """Return the same problem under other rules."""
        return Problem(self.own, rules, self.worth, self.cover)

    def locked(self, village: int, *, to: bool) -> "Problem":
        """Return the problem with one candidate forced in or left out."""
        return self.with_rules(self.rules.joined(lock(self.villages, village, to=to)))


def lock(villages: int, village: int, *, to: bool, kind: str = "asked", subject: str = "") -> Rules:
    """Return the rule that a candidate is chosen, or is not."""
    amounts = csr_array((np.ones(1), (np.zeros(1, int), np.array([village]))), shape=(1, villages))
    ends = (1.0, np.inf) if to else (-np.inf, 0.0)
    return Rules(amounts, np.array([ends[0]]), np.array([ends[1]]), np.array([kind]), np.array([subject]))
