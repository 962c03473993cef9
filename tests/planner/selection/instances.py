"""Small problems drawn at random, and what is best in them by looking at every choice."""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy.sparse import csc_array

from planner.selection import screening as screen
from planner.selection import solve
from planner.selection.problem import Problem, Rules, lock

WHOLE = (1_500, 3_000, 2_000, 1_500)

KINDS = (
    "budget",
    "rupiah",
    "spent",
    "launches",
    "group_most",
    "group_least",
    "sector",
    "district",
    "apart",
    "locked_in",
    "locked_out",
)
SPILLOVER = ("none", "bands", "parts")


@dataclass(frozen=True)
class Enumerated:
    """Every choice that follows the rules, what it brings, and the most there is (``-inf`` without one)."""

    choices: np.ndarray
    values: np.ndarray
    best: float

    @property
    def unique(self) -> np.ndarray | None:
        """The best choice where no other is as good."""
        good = self.values > self.best - 1e-6
        return self.choices[good][0] if good.sum() == 1 else None


def enumerated(problem: Problem) -> Enumerated:
    """Look at every choice, by the definition: dense arrays, rules in the units they are given in."""
    n = problem.villages
    choices = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)
    picked = choices.astype(float)
    reach, amounts = problem.reach.toarray(), problem.rules.amounts.toarray()
    values = picked @ problem.own + np.minimum(picked @ reach.T, 1) @ problem.worth
    used = picked @ amounts.T
    good = ((used <= problem.rules.most + 1e-6) & (used >= problem.rules.least - 1e-6)).all(axis=1)
    return Enumerated(choices[good], values[good], float(values[good].max(initial=-np.inf)))


def rule(kind: str, rng: np.random.Generator, villages: int) -> Rules:
    """Return rules of one kind; often binding, now and then impossible."""
    costs = rng.integers(1, 30, villages)
    groups = rng.integers(0, 3, villages)
    which = int(rng.integers(villages))
    pairs = np.array([rng.permutation(villages)[:2] for _ in range(3)]) if villages > 1 else np.empty((0, 2), int)
    if kind in ("locked_in", "locked_out"):
        return lock(villages, which, to=kind == "locked_in")
    made = {
        "budget": lambda: Rules.one("budget", costs, most=costs.sum() * rng.choice([0.2, 0.4, 0.6])),
        "rupiah": lambda: Rules.one("budget", 2e7 + costs, most=2e7 * (villages // 2) + rng.integers(60)),
        "spent": lambda: Rules.one("spent", costs, least=rng.integers(40)),
        "launches": lambda: Rules.one("launches", np.ones(villages), least=1, most=rng.integers(1, villages + 1)),
        "group_most": lambda: Rules.per_group("per_regency", groups, most=rng.integers(1, 3)),
        "group_least": lambda: Rules.per_group("per_regency", groups, least=1),
        "sector": lambda: Rules.one("sector", groups == 1, least=rng.integers(3), most=rng.integers(2, 4)),
        "district": lambda: Rules.per_group("per_district", rng.integers(0, max(2, villages // 2), villages), most=1),
        "apart": lambda: Rules.apart("apart", pairs, villages, np.arange(villages)),
    }
    return made[kind]()


def spillover(kind: str, rng: np.random.Generator, villages: int) -> tuple[np.ndarray, csc_array | None]:
    """Nothing, bands of 0 and 1 (a village counts for a part in each band), or parts that fall with distance."""
    if kind == "none":
        return np.empty(0), None
    near = rng.random((villages, villages)) < 0.25
    worth = rng.choice([0.0, 1.0, 2.5, 7.0, 9.3], villages)
    if kind == "bands":
        far = near | (rng.random((villages, villages)) < 0.25)
        return np.tile(worth / 2, 2), csc_array(np.vstack([near, far]).astype(float))
    return worth, csc_array(near * rng.choice([0.25, 0.4, 0.7, 1.0], (villages, villages)))


@st.composite
def problems(draw: st.DrawFn, *, least: int = 1, most: int = 10) -> Problem:
    """A problem of some villages; benefits with and without ties and zeros."""
    villages = draw(st.integers(least, most))
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=4, unique=True))
    around = draw(st.sampled_from(SPILLOVER))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    own = rng.choice([0.0, 1.0, 2.0, 5.0, 8.1], villages) if draw(st.booleans()) else rng.uniform(1, 20, villages)
    worth, cover = spillover(around, rng, villages)
    made = [rule(kind, rng, villages) for kind in kinds]
    return Problem(own, Rules.none(villages).joined(*made), worth, cover)


def in_order(problem: Problem, order: np.ndarray) -> Problem:
    """Return the same problem with its villages in another order."""
    given = problem.rules
    moved = Rules(given.amounts[:, order], given.least, given.most, given.kind, given.subject)
    return Problem(problem.own[order], moved, problem.worth, csc_array(problem.reach[:, order]))


@contextmanager
def screening(sizes):
    """Sizes from which candidates are screened, and by which they are widened."""
    with pytest.MonkeyPatch.context() as patch:
        whole, first, more, kept = sizes
        for where, name, size in (
            (solve, "WHOLE", whole),
            (screen, "WHOLE", whole),
            (screen, "_FIRST", first),
            (screen, "_MORE", more),
            (solve, "_KEPT", kept),
        ):
            patch.setattr(where, name, size)
        yield patch
