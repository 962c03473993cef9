"""What a "no" costs, against trying everything."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.selection.answer import Selection
from planner.selection.prices import Price, gain_without, kinds_to_price, price_of_village
from planner.selection.problem import Problem, Rules, lock
from planner.selection.solve import solve
from tests.planner.selection.villages import best_value, found

N = 8


@st.composite
def problems(draw):
    """Eight villages in three groups under a budget, a number of launches, quotas, sometimes a village asked for."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    own, cost = rng.integers(1, 50, N).astype(float), rng.integers(10, 40, N).astype(float)
    group = rng.integers(0, 3, N)
    rules = Rules.one("budget", cost, most=float(draw(st.integers(60, 200))))
    rules = rules.joined(
        Rules.one("launches", np.ones(N), most=float(draw(st.integers(2, 6)))),
        Rules.per_group("per_regency", group, most=float(draw(st.integers(1, 3)))),
        Rules.per_group("per_regency_min", group, least=float(draw(st.integers(0, 1)))),
    )
    if draw(st.booleans()):
        rules = rules.joined(lock(N, int(rng.integers(N)), to=draw(st.booleans()), kind="must", subject="v"))
    if not draw(st.booleans()):
        return Problem(own, rules)
    cover = (rng.random((5, N)) < 0.4) * rng.choice([0.5, 1.0], (5, N))
    return Problem(own, rules, rng.integers(1, 30, 5).astype(float), type(rules.amounts)(cover).tocsc())


@given(problem=problems(), village=st.integers(0, N - 1))
@settings(max_examples=40)
def test_the_price_of_a_village_is_that_of_trying_everything(problem, village):
    best = solve(problem, gap=0)
    if best.chosen is None:
        return
    price = price_of_village(problem, best, village, gap=0)
    changed = best_value(problem.locked(village, to=not best.chosen[village]))
    assert price.possible == np.isfinite(changed)
    if not price.possible:
        assert (price.low, price.high) == (np.inf, np.inf)
        return
    assert price.low == pytest.approx(best_value(problem) - changed, abs=1e-6)
    assert price.high == pytest.approx(price.low, abs=1e-6)
    assert price.selection.chosen[village] != best.chosen[village]
    assert price.low >= 0


@given(problem=problems(), kind=st.sampled_from(["per_regency", "per_regency_min", "must", "launches"]))
@settings(max_examples=40)
def test_the_gain_without_rules_is_that_of_trying_everything(problem, kind):
    best = solve(problem, gap=0)
    if best.chosen is None:
        return
    dropped = problem.rules.kind == kind
    gain = gain_without(problem, best, dropped, gap=0)
    free = best_value(problem.with_rules(problem.rules.only(~dropped)))
    assert gain.low == pytest.approx(free - best_value(problem), abs=1e-6)
    assert gain.high == pytest.approx(gain.low, abs=1e-6)
    assert gain.low >= 0


@given(problem=problems(), village=st.integers(0, N - 1))
@settings(max_examples=20)
def test_with_a_gap_the_true_loss_lies_between(problem, village):
    best = solve(problem, gap=0.2)
    if best.chosen is None:
        return
    price = price_of_village(problem, best, village, gap=0.2)
    if price.possible:
        loss = best_value(problem) - best_value(problem.locked(village, to=not best.chosen[village]))
        assert 0 <= price.low <= loss + 1e-6
        assert loss - 1e-6 <= price.high


def test_leaving_out_a_village_that_is_asked_for_is_impossible():
    problem = Problem(np.array([3.0, 2.0]), Rules.none(2).joined(lock(2, 0, to=True, kind="must")))
    price = price_of_village(problem, solve(problem, gap=0), 0)
    assert not price.possible
    assert price.selection.status == "infeasible"


def test_forcing_in_a_village_that_is_left_out_is_impossible():
    problem = Problem(np.array([3.0, 2.0]), Rules.none(2).joined(lock(2, 1, to=False, kind="never")))
    assert not price_of_village(problem, solve(problem, gap=0), 1).possible


def test_what_is_not_found_in_time_is_not_called_impossible():
    nothing = Selection(None, -np.inf, 50.0, "stopped", 1.0, None)
    assert Price(0.0, np.inf, nothing).possible
    assert not Price(np.inf, np.inf, replace(nothing, status="infeasible", bound=-np.inf)).possible


def test_kinds_to_price_are_all_but_the_size_of_the_plan():
    rules = found(
        budget_idr=10**9,
        launches=4,
        launches_min=1,
        agent_days=99,
        max_per_district=1,
        min_per_regency=1,
        max_per_regency=3,
        spacing_km=3.0,
    ).problem.rules
    assert kinds_to_price(rules) == ["launches_min", "per_district", "per_regency_min", "per_regency", "spacing"]
