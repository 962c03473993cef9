"""Many worlds: how often a village is in the plan, and what the plan loses in a world that is another."""

import numpy as np
import pytest

from planner.params import ScoringParams
from planner.plan import rank
from planner.robustness import ranked
from planner.selection.candidates import candidates
from planner.selection.core import robust_plan, with_figures
from planner.selection.params import SelectionParams
from planner.selection.problem import Problem, Rules
from planner.selection.solve import solve
from planner.selection.worlds import worlds_of
from planner.worlds import robust, scores_by_world
from tests.planner.selection.villages import found, frame, layer, ranking, ranking_of, surroundings

OBJECTIVES = ("active", "gap_workers", "score")
FUNNEL = ("reached_share", "registered_share", "registrations_per_active")


def certain(**rules):
    """Candidates whose figures have no range."""
    villages = frame().copy()
    for name in ("eligible_workers", "active_bpu"):
        for end in ("_low", "_high"):
            villages[name + end] = villages[name]
    villages = villages.assign(active_bpu=0, active_bpu_low=0, active_bpu_high=0)
    base = ScoringParams().funnel
    ends = {f"{name}{end}": getattr(base, name) for name in FUNNEL for end in ("_low", "_high")}
    params = ScoringParams(funnel=base.model_copy(update=ends))
    return candidates(ranking_of(villages, params=params), surroundings(), SelectionParams(**rules))


def launch_problem(own, launches):
    n = len(own)
    rules = Rules.one("launches", np.ones(n), most=float(launches))
    return Problem(
        np.asarray(own, dtype=float), rules.joined(Rules.one("launches_min", np.ones(n), least=float(launches)))
    )


# --- shares, groups, regret


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_shares_sum_to_the_number_of_launches(objective):
    chosen = found(objective=objective, launches=4, launches_min=4, max_per_district=2)
    plan = robust_plan(worlds_of(chosen, seed=3), solve(chosen.problem, gap=0), worlds=12, gap=0)
    assert plan.in_plan.sum() == pytest.approx(4)
    assert plan.worlds == 12
    assert (plan.regret >= 0).all()
    assert plan.regret.max() > 0


def test_more_than_80_percent_is_core_and_fewer_than_5_is_out():
    def world(number):
        second = 1 if number == 0 else 3 if number < 3 else 2
        return launch_problem(np.where(np.arange(5) == 0, 100.0, np.where(np.arange(5) == second, 50.0, 1.0)), 2)

    plan = robust_plan(world, solve(world(5), gap=0), worlds=20, gap=0)
    assert plan.in_plan.tolist() == [1.0, 0.05, 0.85, 0.1, 0.0]
    assert plan.group.tolist() == ["core", "swing", "core", "swing", "out"]
    assert plan.regret[:3].tolist() == pytest.approx([49 / 150] * 3)
    assert plan.regret[3:].tolist() == [0] * 17


def test_80_percent_is_not_more_than_80_percent():
    def world(number):
        return launch_problem([2.0, 1.0] if number else [1.0, 2.0], 1)

    plan = robust_plan(world, solve(world(1), gap=0), worlds=5, gap=0)
    assert plan.in_plan.tolist() == [0.8, 0.2]
    assert plan.group.tolist() == ["swing", "swing"]


def test_a_world_like_the_plan_has_no_regret():
    problem = found(launches=4, max_per_district=1).problem
    plan = robust_plan(lambda _: problem, solve(problem, gap=0), worlds=3, gap=0)
    assert plan.regret.tolist() == [0, 0, 0]
    assert set(plan.in_plan) == {0.0, 1.0}


@pytest.mark.parametrize("objective", ["active", "gap_workers"])
@pytest.mark.parametrize("spillover", [0.0, 6.0])
def test_figures_without_range_are_the_same_in_every_world(objective, spillover):
    chosen = certain(objective=objective, launches=4, spillover_km=spillover)
    world = worlds_of(chosen, seed=1)
    for number in range(3):
        np.testing.assert_allclose(world(number).own, chosen.problem.own, rtol=1e-6)
        np.testing.assert_allclose(world(number).worth, chosen.problem.worth, rtol=1e-6)
    plan = robust_plan(world, solve(chosen.problem, gap=0), worlds=3, gap=0)
    np.testing.assert_allclose(plan.regret, 0, atol=1e-6)


def test_a_plan_that_breaks_a_budget_at_dearer_rates_has_no_regret_told():
    chosen = certain(budget_idr=90_000_000)
    best = solve(chosen.problem, gap=0)
    world = worlds_of(chosen, seed=1)
    plan = robust_plan(world, best, worlds=20, gap=0)
    broken = [bool(world(number).rules.broken(best.chosen).any()) for number in range(20)]
    assert 0 < sum(broken) < 20
    assert np.isnan(plan.regret).tolist() == broken


def test_worlds_without_any_choice_hold_no_village():
    def world(number):
        return launch_problem([2.0, 1.0], 3 if number else 1)

    plan = robust_plan(world, solve(world(0), gap=0), worlds=4, gap=0)
    assert plan.in_plan.tolist() == [0.25, 0]
    assert np.isnan(plan.regret).tolist() == [False, True, True, True]


def test_same_seed_same_result_and_fewer_worlds_are_the_first():
    chosen = found(launches=4, budget_idr=90_000_000)
    best = solve(chosen.problem)
    plans = [robust_plan(worlds_of(chosen, seed=seed), best, worlds=n) for seed, n in ((5, 8), (5, 8), (6, 8), (5, 4))]
    np.testing.assert_array_equal(plans[0].in_plan, plans[1].in_plan)
    np.testing.assert_array_equal(plans[0].regret, plans[1].regret)
    assert plans[0].regret.tolist() != plans[2].regret.tolist()
    np.testing.assert_array_equal(plans[0].regret[:4], plans[3].regret)


def test_worlds_can_be_stopped():
    problem = launch_problem([3.0, 2.0, 1.0], 1)
    told = []

    def stop(done, of):
        told.append((done, of))
        return len(told) < 2

    plan = robust_plan(lambda _: problem, solve(problem), worlds=100, on_world=stop)
    assert told == [(4, 100), (8, 100)]
    assert plan.worlds == 8
    assert plan.in_plan.tolist() == [1, 0, 0]


# --- what differs between worlds


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("spillover", [0.0, 6.0])
def test_worlds_keep_candidates_rules_and_reach(objective, spillover):
    chosen = found(objective=objective, launches=4, budget_idr=10**9, max_per_regency=3, spillover_km=spillover)
    world = worlds_of(chosen, seed=2)
    one, again, other = world(0), world(0), world(1)
    np.testing.assert_array_equal(one.own, again.own)
    assert one.own.tolist() != other.own.tolist()
    assert one.own.shape == chosen.problem.own.shape
    assert one.worth.shape == chosen.problem.worth.shape
    assert one.cover is chosen.problem.cover
    assert one.rules.kind.tolist() == chosen.problem.rules.kind.tolist()
    np.testing.assert_array_equal(one.rules.most, chosen.problem.rules.most)
    factor = one.rules.amounts[[0]].toarray() / chosen.problem.rules.amounts[[0]].toarray()
    assert np.ptp(factor) < 1e-12
    assert 3 / 4 - 1e-9 <= factor[0, 0] <= 4 / 3 + 1e-9
    np.testing.assert_array_equal(one.rules.amounts[1:].toarray(), chosen.problem.rules.amounts[1:].toarray())


def test_uncovered_workers_stay_within_their_range():
    chosen = found(objective="gap_workers", launches=4)
    world = worlds_of(chosen, seed=2)
    low, high = (chosen.table[f"gap_workers_{end}"].to_numpy(float) for end in ("low", "high"))
    for number in range(20):
        own = world(number).own
        assert (own >= low - 1e-3).all()
        assert (own <= high + 1e-3).all()


def test_shares_of_the_funnel_are_off_alike_everywhere():
    villages = found(objective="active", launches=4)
    people = found(objective="gap_workers", launches=4)
    active, gap = worlds_of(villages, seed=2), worlds_of(people, seed=2)
    ratios = [active(number).own / gap(number).own for number in range(5)]
    for ratio in ratios:
        assert np.ptp(ratio) < 1e-12
        assert 0.3 * 0.1 / 8 <= ratio[0] <= 0.9 * 0.7 / 5
    assert len({round(ratio[0], 9) for ratio in ratios}) == 5


def test_worlds_of_the_score_are_those_of_the_ranking():
    chosen = found(objective="score", launches=4, again=True)
    world = worlds_of(chosen, seed=9)
    first = robust(ranking().scores, worlds=1, seed=9, top=3).table["rank_median"]
    np.testing.assert_array_equal(ranked(world(0).own), first)
    two = robust(ranking().scores, worlds=2, seed=9, top=3).table
    ranks = np.array([ranked(world(number).own) for number in (0, 1)])
    np.testing.assert_array_equal(ranks.min(axis=0), two["rank_low"])
    np.testing.assert_array_equal(ranks.max(axis=0), two["rank_high"])


def test_worlds_of_the_score_are_those_of_the_regions():
    there = rank(layer(), surroundings(), ScoringParams(), regions=["19.71"])
    chosen = candidates(there, surroundings(), SelectionParams(objective="score", launches=4, again=True))
    first = robust(there.scores, regions=["19.71"], worlds=1, seed=9, top=3).table["rank_median"]
    np.testing.assert_array_equal(ranked(worlds_of(chosen, seed=9)(0).own), first)


def test_scores_of_a_world_hang_on_seed_and_number_alone():
    scores = ranking().scores
    world = scores_by_world(scores)
    assert world(3).tolist() == scores_by_world(scores, seed=scores.params.seed)(3).tolist()
    assert world(3).tolist() != world(4).tolist()
    assert world(3).shape == (12,)
    here = scores_by_world(scores, regions=["19.71"])(3)
    assert here.shape == (6,)
    assert np.isfinite(here).all()


def test_other_figures_leave_the_problem_alone():
    problem = found(launches=4, budget_idr=10**9, spillover_km=6.0).problem
    before = problem.rules.amounts.toarray()
    other = with_figures(problem, problem.own * 2, around=problem.worth * 3, cost_factor=1.25)
    np.testing.assert_array_equal(problem.rules.amounts.toarray(), before)
    np.testing.assert_allclose(other.rules.amounts.toarray()[0], 1.25 * before[0])
    np.testing.assert_array_equal(other.rules.amounts.toarray()[1], before[1])
    assert other.own.tolist() == (2 * problem.own).tolist()
    assert other.worth.tolist() == (3 * problem.worth).tolist()
    same = with_figures(problem, problem.own, around=None, cost_factor=1.0)
    assert same.rules.amounts is problem.rules.amounts
    assert same.worth is problem.worth
