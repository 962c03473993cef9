"""The worlds of a selection: figures within their ranges, shares and rates that are off alike everywhere."""

from collections.abc import Callable

import numpy as np

from geodata.schema import high, low
from planner.coverage import GAP
from planner.criteria import COST_FACTOR
from planner.funnels import funnels
from planner.params import Funnel
from planner.robustness import drawn_figures
from planner.selection.answer import Selection
from planner.selection.candidates import Candidates, shared
from planner.selection.core import RobustPlan, World, robust_plan, with_figures
from planner.selection.problem import Floats, Problem
from planner.worlds import scores_by_world


def worlds_of(candidates: Candidates, *, seed: int) -> World:
    """Return what gives the problem of each world.

    Uncovered workers are drawn village by village within their range, as `robustness.drawn_figures` does. What is
    wrong alike everywhere is drawn once per world: the shares of the funnel within their ranges, and the rates of a
    launch, up to a third dearer or cheaper. A plan by score takes the scores of the same worlds as `worlds.robust`.

    Parameters
    ----------
    candidates
        What is chosen from.
    seed
        Not negative; a world is fixed by it and its number.
    """
    draw = _scores(candidates, seed) if candidates.params.objective == "score" else _people(candidates, seed)
    free = candidates.around.index.isin(candidates.table.index)

    def world(number: int) -> Problem:
        around = draw(number)
        rate = np.random.default_rng([seed, number, 1]).uniform(-1, 1)
        own, worth = shared(around[free], around, candidates.params)
        return with_figures(
            candidates.problem, own, around=worth if len(worth) else None, cost_factor=float(COST_FACTOR**rate)
        )

    return world


def robust_choice(
    candidates: Candidates,
    best: Selection,
    *,
    worlds: int,
    seed: int | None = None,
    on_world: Callable[[int, int], bool] | None = None,
) -> RobustPlan:
    """Return how a choice fares over many worlds of its candidates.

    Parameters
    ----------
    candidates, best
        What was chosen from, and the choice.
    worlds, on_world
        As for `planner.selection.core.robust_plan`.
    seed
        Other than that of the score.
    """
    chosen = candidates.scoring.seed if seed is None else seed
    return robust_plan(worlds_of(candidates, seed=chosen), best, worlds=worlds, on_world=on_world)


def _scores(candidates: Candidates, seed: int) -> Callable[[int], Floats]:
    regions = list(candidates.ranking.regions) or None
    return scores_by_world(candidates.ranking.scores, regions=regions, seed=seed)


def _people(candidates: Candidates, seed: int) -> Callable[[int], Floats]:
    table = candidates.around
    value, least, most = (
        table[column].astype("Float64").to_numpy(np.float32, na_value=0.0)[:, None]
        for column in (GAP, low(GAP), high(GAP))
    )
    down, up = np.minimum(least - value, 0), np.maximum(most - value, 0)
    parts = funnels(table, candidates.scoring.funnel)
    in_people = candidates.params.objective == "gap_workers"

    def world(number: int) -> Floats:
        rng = np.random.default_rng([seed, number])
        gap = drawn_figures(rng.random(value.shape, dtype=np.float32), value, down, up)[:, 0].astype(np.float64)
        gap = np.maximum(gap, 0.0)
        if in_people:
            return gap
        uniforms = rng.random(3)  # own results of sectors and regencies are taken to be off alike: nothing averages out
        active = np.empty(len(gap))
        for places, funnel in parts:
            active[places] = _active(funnel, gap[places], uniforms)
        return active

    return world


def _active(funnel: Funnel, gap: Floats, uniforms: Floats) -> Floats:
    """Return the active participants of each village, with the figures of the funnel drawn within their ranges."""
    names = ("reached_share", "registered_share", "registrations_per_active")
    figures = [[[getattr(funnel, f"{name}{end}") for name in names]] for end in ("", "_low", "_high")]
    value, least, most = np.array(figures, dtype=np.float32)
    reached, registered, per_active = drawn_figures(
        uniforms.astype(np.float32)[None], value, least - value, most - value
    )[0].astype(float)
    return np.asarray(funnel.registrations_at(gap, reached * registered) / per_active)
