"""Choosing step by step: a choice that follows the rules, never better than the best."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.selection.greedy import _State, _Steps, greedy
from planner.selection.problem import TOLERANCE, Problem, Rules
from tests.planner.selection.instances import SPILLOVER, enumerated, problems, spillover


@given(problems())
def test_never_better_than_the_best_and_within_the_rules(problem):
    chosen = greedy(problem)
    if chosen is not None:
        assert not problem.rules.broken(chosen).any()
        assert problem.value(chosen) <= enumerated(problem).best + 1e-9


@given(problems(most=20), st.integers(0, 2**32 - 1))
def test_gains_and_use_are_what_a_recount_says(problem, seed):
    rng = np.random.default_rng(seed)
    state = _State(_Steps(problem), np.zeros(problem.villages, dtype=bool))
    for village in rng.permutation(problem.villages)[: rng.integers(1, problem.villages + 1)]:
        state._take(int(village))
    now = problem.value(state.chosen)
    for village in np.flatnonzero(~state.chosen):
        more = state.chosen.copy()
        more[village] = True
        assert state.gain[village] == pytest.approx(problem.value(more) - now, abs=1e-9)
        over = problem.rules.used(more) > problem.rules.most + problem.rules.scale * TOLERANCE
        uses = problem.rules.amounts[:, [village]].toarray().ravel() > 0
        assert state.open[village] == (not (over & uses).any())
    assert state.used == pytest.approx(problem.rules.used(state.chosen))


@given(st.integers(1, 12), st.sampled_from(SPILLOVER), st.integers(0, 2**32 - 1))
def test_with_a_number_of_launches_only_it_brings_63_percent_of_the_best(villages, kind, seed):
    """Nemhauser, Wolsey and Fisher (1978): 1 - 1/e for steps of most gain, monotone and submodular objective."""
    rng = np.random.default_rng(seed)
    launches = Rules.one("launches", np.ones(villages), most=rng.integers(1, villages + 1))
    problem = Problem(rng.uniform(0, 9, villages), launches, *spillover(kind, rng, villages))
    best, reached = enumerated(problem).best, problem.value(greedy(problem))
    assert reached >= (1 - 1 / np.e) * best - 1e-9
    if kind == "none":
        assert reached == pytest.approx(best)


def test_what_rules_ask_for_comes_first():
    rules = Rules.one("launches", np.ones(3), most=1).joined(Rules.one("sector", [0, 0, 1], least=1))
    assert greedy(Problem(np.array([9.0, 8.0, 0.0]), rules)).tolist() == [False, False, True]


def test_steps_that_end_in_no_choice_say_so():
    asked = Rules.one("sector", [1, 1, 0], least=1).joined(Rules.one("other", [0, 1, 1], least=1))
    rules = Rules.one("launches", np.ones(3), most=1).joined(asked)
    problem = Problem(np.array([9.0, 1.0, 9.0]), rules)
    assert greedy(problem) is None
    assert enumerated(problem).best == 1


def test_the_better_of_a_dear_and_some_cheap_villages_is_taken():
    rules = Rules.one("budget", [10, 5, 5], most=10)
    assert greedy(Problem(np.array([9.0, 6.0, 6.0]), rules)).tolist() == [False, True, True]
    assert greedy(Problem(np.array([9.0, 4.0, 4.0]), rules)).tolist() == [True, False, False]


def test_nothing_to_choose_from_or_nothing_to_gain():
    assert greedy(Problem(np.empty(0), Rules.none(0))).tolist() == []
    assert not greedy(Problem(np.zeros(3), Rules.none(3))).any()
    assert greedy(Problem(np.zeros(3), Rules.one("launches", np.ones(3), least=2))).sum() == 2
