"""The bound holds whatever the prices are, and is that of the linear program where they are its own."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.selection.bound import bound, unpriced
from planner.selection.highs import Relaxed, relax
from planner.selection.problem import Problem, Rules
from planner.selection.program import Program, ends
from tests.planner.selection.instances import enumerated, problems

SEEDS = st.integers(0, 2**32 - 1)


def priced(problem, seed):
    """A bound with any prices, of a program of any candidates."""
    rng = np.random.default_rng(seed)
    program = Program.of(problem, np.flatnonzero(rng.random(problem.villages) < 0.5))
    size = len(problem.rules) + len(program.reached)
    prices = rng.normal(0, 10.0 ** rng.integers(-2, 4), size) * rng.integers(0, 2, size)
    return bound(problem, program, Relaxed(feasible=True, columns=np.empty(0), prices=prices, basis=None))


@given(problems(), SEEDS)
def test_any_prices_give_a_bound(problem, seed):
    assert priced(problem, seed).value >= enumerated(problem).best - 1e-9 * abs(priced(problem, seed).value)


@given(problems(), SEEDS)
def test_a_choice_with_a_candidate_of_negative_surplus_brings_less(problem, seed):
    limits, known = priced(problem, seed), enumerated(problem)
    for village in np.flatnonzero(limits.surplus < 0):
        best = known.values[known.choices[:, village]].max(initial=-np.inf)
        assert best <= limits.value + limits.surplus[village] + 1e-9 * abs(limits.value)


@given(problems())
def test_prices_of_the_whole_linear_program_give_its_value(problem):
    program = Program.of(problem, np.arange(problem.villages))
    relaxed = relax(program)
    assume(relaxed.feasible)
    value = float(program.gain @ relaxed.columns)
    assert value - 1e-6 <= bound(problem, program, relaxed).value <= value + 1e-6


@given(problems())
def test_the_bound_before_anything_is_solved_holds(problem):
    assert unpriced(problem) >= enumerated(problem).best - 1e-9


@given(problems())
def test_the_ends_leave_out_no_choice(problem):
    low, high = ends(problem.rules)
    choices = enumerated(problem).choices
    assert (choices >= low).all()
    assert (choices <= high).all()


def test_what_is_asked_for_or_cannot_be_is_said():
    rules = Rules.one("budget", [3, 9, 4, 4], most=8)
    problem = Problem(np.array([1.0, 50.0, 5.0, 4.0]), rules).locked(0, to=True).locked(3, to=False)
    program = Program.of(problem, np.arange(4))
    limits = bound(problem, program, relax(program))
    assert limits.surplus[[0, 1, 3]].tolist() == [np.inf, -np.inf, -np.inf]
    assert limits.value == pytest.approx(6)


def test_no_more_villages_count_than_a_budget_pays():
    problem = Problem(np.full(10, 7.0), Rules.one("budget", np.full(10, 2e7), most=6e7))
    assert unpriced(problem) == 21
    assert unpriced(problem.with_rules(Rules.one("budget", np.full(10, 2e7), most=6e7 - 1))) == 14
    assert unpriced(problem.with_rules(Rules.none(10))) == 70
