"""The choice is the best there is, by looking at every choice; the bound holds at every step; stopping is honest."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from planner.selection import screening as screen_module
from planner.selection import solve as module
from planner.selection.answer import gap_of
from planner.selection.highs import Whole, relax
from planner.selection.problem import Problem, Rules
from planner.selection.program import Program
from planner.selection.solve import solve
from tests.planner.selection.instances import WHOLE, enumerated, in_order, problems, rule, screening, spillover

SCREENED = st.sampled_from(((0, 2, 1, 2), (0, 1, 1, 1), (0, 3, 2, 2), (0, 5, 3, 4)))
NEAR = 1e-6


def solved(problem, sizes=WHOLE, **asked):
    """The answer and the steps told of on the way."""
    steps = []
    with screening(sizes):
        return solve(problem, on_step=lambda step: steps.append(step) or True, **{"gap": 0.0} | asked), steps


def large(seed, villages, *, around="bands", kinds=("budget", "district", "group_least")):
    """A problem too large to look at every choice."""
    rng = np.random.default_rng(seed)
    rules = Rules.none(villages).joined(*(rule(kind, rng, villages) for kind in kinds))
    worth, cover = spillover(around, rng, villages)
    if cover is not None:
        cover = csc_array(cover.toarray() * (rng.random(cover.shape) < 8 / villages))
    return Problem(rng.uniform(1, 20, villages), rules, worth, cover)


def assert_best(problem, sizes):
    known = enumerated(problem)
    answer, steps = solved(problem, sizes)
    assert all(step.bound >= known.best - NEAR for step in steps)
    assert all(step.objective <= known.best + NEAR for step in steps)
    if known.best == -np.inf:
        assert (answer.status, answer.chosen, answer.objective) == ("infeasible", None, -np.inf)
        return
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(known.best, abs=NEAR)
    assert answer.objective == problem.value(answer.chosen)
    assert answer.bound >= known.best - NEAR
    assert answer.gap <= 1e-9
    assert not problem.rules.broken(answer.chosen).any()
    if known.unique is not None:
        assert (answer.chosen == known.unique).all()


@settings(max_examples=150)
@given(problems())
def test_the_best_of_all_choices(problem):
    assert_best(problem, WHOLE)


@settings(max_examples=150)
@given(problems(), SCREENED)
def test_the_best_of_all_choices_with_candidates_screened(problem, sizes):
    assert_best(problem, sizes)


@given(problems(least=11, most=12), SCREENED)
@settings(max_examples=20)
def test_the_best_of_some_thousand_choices(problem, sizes):
    assert_best(problem, sizes)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("around", ["none", "bands", "parts"])
def test_screened_and_whole_agree_on_more_villages(seed, around):
    problem = large(seed, 90, around=around)
    answer, _ = solved(problem)
    screened, steps = solved(problem, (0, 12, 7, 9))
    assert answer.status == screened.status == "optimal"
    assert screened.objective == pytest.approx(answer.objective, abs=NEAR)
    assert all(step.bound >= answer.objective - NEAR for step in steps)


def screened(seed):
    """The bases that programs start from, and how many candidates are solved in whole numbers."""
    starts, sizes = [], []
    whole = module.solve_whole

    def relaxed(program, *, start):
        starts.append(start)
        return relax(program, start=start)

    def solved_whole(program, **rest):
        sizes.append(len(program.kept))
        return whole(program, **rest)

    with screening((0, 12, 7, 1)) as patch:
        patch.setattr(screen_module, "relax", relaxed)
        patch.setattr(module, "solve_whole", solved_whole)
        patch.setattr(module, "_parts", lambda problem, launches: [problem])
        answer = solve(large(seed, 90), gap=0.0)
    assert answer.status == "optimal"
    assert sizes == sorted(sizes)
    return starts, sizes


def test_screening_prices_carries_the_basis_over_and_widens():
    """The tests above go through all of it only if this holds."""
    runs = [screened(seed) for seed in range(6)]
    assert all(starts[0] is None for starts, _ in runs)
    assert any(len(starts) > 2 and all(start is not None for start in starts[1:]) for starts, _ in runs)
    assert any(len(sizes) > 1 for _, sizes in runs)


def test_a_broken_number_of_launches_is_solved_in_two_parts():
    problem = Problem(np.array([9.0, 8.0, 7.0, 6.5]), Rules.one("budget", [5, 5, 4, 3], most=9))
    parts = module._parts(problem, 2.25)
    assert [part.rules.kind.tolist() for part in parts] == [["budget", "count"]] * 2
    assert (parts[0].rules.most[1], parts[1].rules.least[1]) == (2, 3)
    assert module._parts(problem, 2.0) == [problem]
    same = Problem(problem.own, Rules.one("launches", np.ones(4), most=2.5))
    assert module._parts(same, 2.5) == [same]  # equal amounts leave nothing to split


@given(st.integers(0, 2**32 - 1), st.sampled_from(("none", "bands", "parts")))
@settings(max_examples=25)
def test_a_basis_carried_over_ends_at_the_same_prices(seed, around):
    problem = large(seed, 40, around=around, kinds=("budget", "district"))
    few = np.arange(0, 40, 3)
    before, after = Program.of(problem, few), Program.of(problem, np.arange(40))
    first = relax(before)
    carried = relax(after, start=screen_module._moved(before, first.basis, after))
    assert after.gain @ carried.columns == pytest.approx(after.gain @ relax(after).columns, rel=1e-9)


@given(problems(most=30), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_more_money_less_rules_or_one_more_candidate_never_bring_less(problem, seed):
    best = solved(problem)[0].objective
    rng = np.random.default_rng(seed)
    given = problem.rules
    looser = Rules(
        given.amounts,
        given.least - rng.integers(0, 3, len(given)),
        given.most + rng.integers(0, 3, len(given)),
        given.kind,
        given.subject,
    )
    assert solved(problem.with_rules(looser))[0].objective >= best - NEAR
    assert solved(problem.with_rules(given.only(rng.random(len(given)) < 0.5)))[0].objective >= best - NEAR
    fewer = in_order(problem, np.arange(problem.villages - 1))
    assert solved(fewer)[0].objective <= best + NEAR


@given(problems(), SCREENED, st.randoms(use_true_random=False))
def test_the_order_of_villages_does_not_matter(problem, sizes, random):
    order = np.array(random.sample(range(problem.villages), problem.villages))
    answer, moved = solved(problem, sizes)[0], solved(in_order(problem, order), sizes)[0]
    assert moved.status == answer.status
    if answer.chosen is not None:
        assert moved.objective == pytest.approx(answer.objective, abs=NEAR)
        if enumerated(problem).unique is not None:
            assert (moved.chosen == answer.chosen[order]).all()


@pytest.mark.parametrize("sizes", [WHOLE, (0, 12, 7, 9)])
def test_the_same_input_gives_the_same_answer(sizes):
    problem = large(5, 90)
    (first, steps), (again, told) = solved(problem, sizes), solved(problem, sizes)
    assert (first.chosen == again.chosen).all()
    assert (first.objective, first.bound, first.status) == (again.objective, again.bound, again.status)
    assert steps[-1] == told[-1]


@pytest.mark.parametrize("factor", [2.0**-30, 1e-6, 1e9, 2.0**40])
def test_the_unit_of_the_benefits_does_not_matter(factor):
    problem = large(6, 90)
    answer = solved(problem)[0]
    scaled = Problem(problem.own * factor, problem.rules, problem.worth * factor, problem.cover)
    for sizes in (WHOLE, (0, 12, 7, 9)):
        again = solved(scaled, sizes)[0]
        assert again.status == "optimal"
        assert again.objective == pytest.approx(answer.objective * factor, rel=1e-9)


# --- steps, stopping, time


@given(st.integers(0, 2**32 - 1), st.sampled_from((WHOLE, (0, 12, 7, 9))), st.sampled_from((0.0, 0.001, 0.05)))
@settings(max_examples=25)
def test_bounds_fall_and_objectives_rise_at_every_step(seed, sizes, gap):
    problem = large(seed, 60)
    best = solved(problem)[0].objective
    answer, steps = solved(problem, sizes, gap=gap)
    if answer.status == "infeasible":
        return
    assert answer.gap <= max(gap, 1e-9)
    assert best * (1 - gap) - NEAR <= answer.objective <= best + NEAR
    assert answer.bound >= best - NEAR
    told = [(step.objective, step.bound) for step in steps]
    for (objective, above), (later, then) in pairwise(told):
        assert then <= above
        assert later >= objective - 1e-9
    assert all(step.gap == gap_of(step.objective, step.bound) for step in steps)
    assert steps[-1].bound == pytest.approx(answer.bound, abs=NEAR)


@pytest.mark.parametrize("sizes", [WHOLE, (0, 12, 7, 9)])
@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_stopped_by_the_user_it_gives_the_best_so_far_and_its_true_gap(sizes, steps):
    problem = large(3, 90)
    best = solved(problem)[0].objective
    told = []
    with screening(sizes):
        answer = solve(problem, gap=0.0, on_step=lambda step: told.append(step) or len(told) < steps)
    assert answer.status == "stopped"
    assert not problem.rules.broken(answer.chosen).any()
    assert answer.objective == problem.value(answer.chosen)
    assert answer.objective <= best <= answer.bound * (1 + 1e-12) < np.inf
    assert answer.gap == gap_of(answer.objective, answer.bound) > 0
    assert answer.objective >= max(step.objective for step in told) - 1e-9


@given(problems(), SCREENED, st.sampled_from((-1.0, 0.0, 1e-9, 0.001)))
def test_time_over_is_never_an_error_nor_called_infeasible(problem, sizes, seconds):
    best = enumerated(problem).best
    answer, _ = solved(problem, sizes, seconds=seconds)
    if answer.status == "infeasible":
        assert best == -np.inf
    assert answer.objective <= best + NEAR
    assert answer.bound >= best - NEAR
    if answer.status == "optimal":
        assert answer.objective == pytest.approx(best, abs=NEAR)


@pytest.mark.parametrize("sizes", [WHOLE, (0, 2, 1, 2)])
def test_time_over_before_any_choice_is_known_is_not_infeasible(sizes):
    problem = Problem(np.ones(6), Rules.one("launches", np.ones(6), least=1, most=2))
    with screening(sizes) as patch:
        patch.setattr(module, "greedy", lambda problem: None)
        patch.setattr(module, "solve_whole", lambda program, **rest: Whole(None, np.inf, "stopped"))
        answer = solve(problem)
    assert (answer.status, answer.chosen, answer.objective) == ("stopped", None, -np.inf)
    assert answer.gap == np.inf
    assert answer.bound == pytest.approx(2)


def test_a_choice_of_the_solver_that_breaks_a_rule_is_not_taken():
    problem = Problem(np.array([3.0, 2.0]), Rules.one("launches", np.ones(2), most=1))
    with screening(WHOLE) as patch:
        patch.setattr(module, "solve_whole", lambda program, **rest: Whole(np.ones(2, dtype=bool), 5.0, "done"))
        answer = solve(problem)
    assert answer.chosen.tolist() == [True, False]
    assert (answer.objective, answer.status) == (3, "optimal")


def test_a_start_is_used_where_it_follows_the_rules():
    problem = large(3, 90)
    best = solved(problem)[0]
    told = []
    answer = solve(problem, gap=0.0, start=best.chosen, on_step=lambda step: told.append(step) or len(told) < 2)
    assert answer.objective == best.objective
    assert answer.greedy_objective is None
    everyone = np.ones(90, dtype=bool)
    assert solve(problem, gap=0.0, start=everyone).objective == pytest.approx(best.objective)


# --- no choice follows the rules


BOTH = (WHOLE, (0, 2, 1, 2))


@pytest.mark.parametrize("sizes", BOTH)
@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(Rules.one("launches", np.ones(5), least=6), id="more than there are"),
        pytest.param(
            Rules.one("launches", np.ones(5), least=2).joined(Rules.one("budget", np.full(5, 9), most=17)), id="money"
        ),
        pytest.param(Rules.one("sector", np.zeros(5), least=1), id="none of the kind"),
        pytest.param(Rules.one("budget", np.ones(5), most=-1), id="money below zero"),
        pytest.param(Rules.one("budget", np.full(5, 4), least=1, most=3), id="in parts only"),
        pytest.param(Rules.one("budget", np.full(5, 4), least=5, most=7), id="in parts only, some"),
        pytest.param(Rules.one("budget", [6, 10, 15, 6, 10], least=29, most=29), id="no sum is right"),
    ],
)
def test_infeasible_is_said(sizes, rules):
    answer, _ = solved(Problem(np.arange(1.0, 6.0), rules), sizes)
    assert (answer.status, answer.chosen, answer.greedy_objective) == ("infeasible", None, None)
    assert (answer.objective, answer.bound, answer.gap) == (-np.inf, -np.inf, np.inf)


@pytest.mark.parametrize("sizes", BOTH)
def test_villages_wanted_that_are_too_near_each_other(sizes):
    problem = Problem(np.ones(4), Rules.apart("apart", np.array([[0, 1]]), 4, list("abcd")))
    assert solved(problem.locked(0, to=True), sizes)[0].status == "optimal"
    assert solved(problem.locked(0, to=True).locked(1, to=True), sizes)[0].status == "infeasible"
    assert solved(problem.locked(2, to=True).locked(2, to=False), sizes)[0].status == "infeasible"


# --- edges


@pytest.mark.parametrize("sizes", BOTH)
@pytest.mark.parametrize(
    ("own", "rules", "objective"),
    [
        pytest.param([], Rules.none(0), 0, id="no candidates"),
        pytest.param([], Rules.one("budget", np.empty(0), most=5), 0, id="no candidates under a rule"),
        pytest.param([4], Rules.none(1), 4, id="one candidate"),
        pytest.param([4], Rules.one("budget", [3], most=2), 0, id="one candidate too dear"),
        pytest.param([4, 2, 1], Rules.none(3), 7, id="no rules"),
        pytest.param([4, 2, 1], Rules.one("budget", [1, 1, 1], most=0), 0, id="no money"),
        pytest.param([4, 2, 1], Rules.one("budget", [0, 0, 1], most=0), 6, id="free launches"),
        pytest.param([4, 2, 1], Rules.one("budget", [0, 0, 0], most=0), 7, id="all free"),
        pytest.param([0, 0, 0], Rules.one("launches", [1, 1, 1], most=2), 0, id="nothing to gain"),
        pytest.param([0, 0, 0], Rules.one("launches", [1, 1, 1], least=2, most=2), 0, id="nothing to gain but asked"),
        pytest.param([5, 5, 5, 5], Rules.one("launches", [1, 1, 1, 1], most=3), 15, id="ties"),
    ],
)
def test_edges(sizes, own, rules, objective):
    problem = Problem(np.array(own, dtype=float), rules)
    answer, _ = solved(problem, sizes)
    assert (answer.status, answer.objective, answer.gap) == ("optimal", objective, 0)
    assert not rules.broken(answer.chosen).any()


def test_no_candidates_under_a_rule_that_asks_for_one_is_infeasible():
    assert solve(Problem(np.empty(0), Rules.one("launches", np.empty(0), least=1))).status == "infeasible"


@pytest.mark.parametrize("sizes", BOTH)
def test_villages_alike_are_chosen_once_for_what_they_reach(sizes):
    cover = csc_array(np.ones((1, 4)))
    rules = Rules.one("launches", np.ones(4), most=3)
    answer, _ = solved(Problem(np.ones(4), rules, np.array([10.0]), cover), sizes)
    assert answer.objective == 13
    assert answer.chosen.sum() == 3


@pytest.mark.parametrize(("villages", "sizes"), [(50, WHOLE), (500, WHOLE), (500, (0, 200, 100, 300))])
def test_a_budget_is_used_to_the_rupiah_and_not_one_more(villages, sizes):
    """Costs of about 20 million, budgets of 1 to 10 billion: villages of no benefit besides fit just as well."""
    rng = np.random.default_rng(villages)
    own = np.repeat([1.0, 0.0], villages) * rng.integers(5, 9, 2 * villages)
    cost = 20_000_000 + rng.integers(0, 5_000_000, 2 * villages)
    budget = int(cost[own > 0].sum())
    exact = Problem(own, Rules.one("budget", cost, most=budget))
    answer, _ = solved(exact, sizes)
    assert (answer.chosen == (own > 0)).all()
    short, _ = solved(exact.with_rules(Rules.one("budget", cost, most=budget - 1)), sizes)
    assert short.objective == own.sum() - 5
    assert cost[short.chosen].sum() <= budget - 1
    assert short.status == "optimal"


def test_the_gap_is_a_share_of_the_objective():
    assert gap_of(200.0, 201.0) == pytest.approx(0.005)
    assert gap_of(200.0, 199.0) == 0
    assert gap_of(0.0, 0.0) == 0
    assert gap_of(-np.inf, 10.0) == np.inf
