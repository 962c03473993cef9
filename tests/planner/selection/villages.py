"""A dozen real villages of Bangka Belitung, and every choice among few of them."""

import itertools
from functools import cache

import numpy as np
import pandas as pd

from geodata.layer import EMBEDDED, load
from planner.criteria import measure
from planner.params import ScoringParams
from planner.plan import Ranking
from planner.ranking import RANK
from planner.scoring import SCORE, scored
from planner.selection.candidates import candidates
from planner.selection.params import SelectionParams
from planner.surroundings import surroundings_of

DECLARED = "19.01.01.1001"
"""Made to be a declared village of the small set."""


@cache
def layer():
    return load(EMBEDDED)


@cache
def surroundings():
    return surroundings_of(layer(), EMBEDDED)


@cache
def frame():
    """Six villages of each of two regencies, the first of them declared; some lie a few km apart."""
    villages = pd.DataFrame(layer().frame.drop(columns="geometry"))
    return pd.concat([villages[villages["regency_code"] == code].iloc[:6] for code in ("19.01", "19.71")])


def ranking_of(villages=None, *, sector=None, params=None):
    """A ranking of some villages, as `planner.plan.rank` makes it of a layer."""
    scores = scored(
        measure(frame() if villages is None else villages, params or ScoringParams(), surroundings(), sector=sector),
        params or ScoringParams(),
    )
    known = scores.criteria.villages
    state = np.where(known["village_code"] == DECLARED, "declared", "not_declared")
    object.__setattr__(scores.criteria, "villages", known.assign(declared=state))
    table = scores.table.sort_values([SCORE, "village_code"], ascending=[False, True])
    return Ranking(scores, table.assign(**{RANK: range(1, len(table) + 1)}), (), sector)


@cache
def ranking():
    return ranking_of()


def found(**rules):
    """Candidates among the small set; a limit that binds nothing where none is given."""
    if not {"budget_idr", "launches", "agent_days"} & set(rules):
        rules["launches"] = 1000
    return candidates(ranking(), surroundings(), SelectionParams(**rules))


def every_choice(villages):
    """All choices among some villages, shape (2^n, n)."""
    return np.array(list(itertools.product([False, True], repeat=villages)))


def best_value(problem):
    """The best objective by trying everything; minus infinity where nothing follows the rules."""
    choices = every_choice(problem.villages)
    used = choices.astype(float) @ problem.rules.amounts.toarray().T
    slack = 1e-6
    good = ((used <= problem.rules.most + slack) & (used >= problem.rules.least - slack)).all(axis=1)
    return max((problem.value(choice) for choice in choices[good]), default=-np.inf)
