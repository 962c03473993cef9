"""A plan as files for outside may know it: what was chosen stays, its figures tell no count of a few people."""

from dataclasses import replace
from typing import Final

import numpy as np

from geodata.layer import VillageLayer
from planner.criteria import Surroundings
from planner.selection.candidates import Candidates, candidates
from planner.selection.greedy import greedy
from planner.selection.plan import SelectionPlan
from planner.selection.problem import Chosen, Rules
from planner.shielding import shielded_ranking
from planner.small_cells import SMALLEST
from planner.surroundings import as_then

_STEPS: Final = 1000


def shielded_candidates(
    found: Candidates, layer: VillageLayer, surroundings: Surroundings, *, smallest: int = SMALLEST
) -> Candidates:
    """Return the same candidates in the same order, worked out from `planner.shielding.shielded`.

    Parameters
    ----------
    found, layer, surroundings
        The candidates, and what they were made from.
    smallest
        Counts of 1 to one less are replaced; where there is none, ``found`` itself is returned.
    """
    ranking = shielded_ranking(found.ranking, layer, surroundings, smallest=smallest)
    if ranking is found.ranking:
        return found
    return candidates(ranking, as_then(surroundings, found.ranking.scores.criteria.added), found.params)


def shielded_plan(
    plan: SelectionPlan, layer: VillageLayer, surroundings: Surroundings, *, smallest: int = SMALLEST
) -> SelectionPlan:
    """Return the same choice of villages with figures, order and sums worked out from `planner.shielding.shielded`.

    Parameters
    ----------
    plan
        The plan, chosen from what was counted.
    layer, surroundings
        What it was made from.
    smallest
        Counts of 1 to one less are replaced; where there is none, ``plan`` itself is returned.

    Returns
    -------
    SelectionPlan
        How much better a choice might be is told as the share that was proved, in tenths of a percent. A rule that
        the choice would break by estimates alone is used up by it.
    """
    found, selection = shielded_candidates(plan.candidates, layer, surroundings, smallest=smallest), plan.selection
    if found is plan.candidates or selection.chosen is None:
        return plan
    stepped = None if selection.greedy_objective is None else greedy(found.problem)
    problem = replace(found.problem, rules=_followed(found.problem.rules, selection.chosen))
    value = problem.value(selection.chosen)
    told = replace(
        selection,
        objective=value,
        bound=value * (1 + float(np.ceil(np.round(selection.gap * _STEPS, 6))) / _STEPS),
        greedy_objective=None if stepped is None else problem.value(stepped),
    )
    return SelectionPlan(replace(found, problem=problem), told)


def _followed(rules: Rules, chosen: Chosen) -> Rules:
    """Return rules that a choice follows: where it would not, amounts are taken in the same proportion."""
    used = rules.amounts @ chosen.astype(np.float64)
    end = np.clip(used, rules.least, rules.most)
    broken = rules.broken(chosen) & (used > 0)
    factor = np.divide(end, used, out=np.ones(len(used)), where=broken)
    return replace(rules, amounts=(rules.amounts * factor[:, None]).tocsr()) if broken.any() else rules
