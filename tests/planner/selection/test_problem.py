"""Rules and objective as arrays: what they mean, and what is refused."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_array, csr_array

from planner.errors import PlanError
from planner.selection.problem import Problem, Rules, lock
from tests.planner.selection.instances import problems

YES, NO = True, False


def chosen(*picked):
    return np.array(picked, dtype=bool)


def test_each_village_around_counts_once_in_full():
    cover = csc_array(np.array([[1.0, 1.0, 0.0], [0.4, 0.3, 0.6]]))
    problem = Problem(np.array([5.0, 0.0, 1.0]), Rules.none(3), np.array([10.0, 100.0]), cover)
    assert problem.value(chosen(NO, NO, NO)) == 0
    assert problem.value(chosen(YES, YES, NO)) == pytest.approx(5 + 10 + 70)
    assert problem.value(chosen(YES, YES, YES)) == pytest.approx(6 + 10 + 100)
    assert problem.gains() == pytest.approx([5 + 10 + 40, 10 + 30, 1 + 60])


@given(problems(), st.integers(0, 2**32 - 1))
def test_the_value_is_that_of_its_definition(problem, seed):
    picked = np.random.default_rng(seed).random(problem.villages) < 0.5
    reach, total = problem.reach.toarray(), problem.own[picked].sum()
    for place, worth in enumerate(problem.worth):
        total += worth * min(1.0, sum(reach[place, village] for village in np.flatnonzero(picked)))
    assert problem.value(picked) == pytest.approx(total)


@given(problems(), st.integers(0, 2**32 - 1))
def test_one_more_village_never_brings_less_nor_more_than_it_would_alone(problem, seed):
    rng = np.random.default_rng(seed)
    picked = rng.random(problem.villages) < 0.5
    more = picked.copy()
    more[rng.integers(problem.villages)] = True
    step = problem.value(more) - problem.value(picked)
    assert -1e-9 <= step <= problem.gains()[more & ~picked].sum() + 1e-9


@pytest.mark.parametrize("villages", [50, 500, 5_000])
def test_a_budget_holds_to_the_rupiah(villages):
    cost = 20_000_000 + np.random.default_rng(villages).integers(0, 5_000_000, villages)
    everyone = np.ones(villages, dtype=bool)
    budget = int(cost.sum())
    assert 1e9 <= budget <= 1.2e11
    assert not Rules.one("budget", cost, most=budget).broken(everyone).any()
    assert Rules.one("budget", cost, most=budget - 1).broken(everyone).all()
    assert not Rules.one("spent", cost, least=budget).broken(everyone).any()
    assert Rules.one("spent", cost, least=budget + 1).broken(everyone).all()


def test_parts_of_a_rupiah_that_add_up_to_the_budget_are_allowed():
    assert not Rules.one("budget", [0.1, 0.1, 0.1], most=0.3).broken(np.ones(3, dtype=bool)).any()


def test_rules_per_group_count_each_group():
    rules = Rules.per_group("per_regency", ["16.02", "16.01", "16.02"], least=1, most=1)
    assert rules.subject.tolist() == ["16.01", "16.02"]
    assert rules.used(chosen(YES, NO, YES)).tolist() == [0, 2]
    assert rules.broken(chosen(YES, NO, YES)).tolist() == [True, True]
    assert rules.broken(chosen(YES, YES, NO)).tolist() == [False, False]


def test_rules_apart_name_their_pair():
    rules = Rules.apart("apart", np.array([[0, 2], [1, 2]]), 3, ["A", "B", "C"])
    assert rules.subject.tolist() == ["A C", "B C"]
    assert rules.broken(chosen(YES, NO, YES)).tolist() == [True, False]
    assert rules.broken(chosen(YES, YES, NO)).tolist() == [False, False]


def test_a_lock_is_a_rule_about_one():
    assert lock(2, 1, to=True).broken(chosen(YES, NO)).all()
    assert not lock(2, 1, to=True).broken(chosen(NO, YES)).any()
    assert lock(2, 1, to=False).broken(chosen(NO, YES)).all()
    assert not lock(2, 1, to=False).broken(chosen(YES, NO)).any()
    locked = Problem(np.ones(2), Rules.one("launches", np.ones(2), most=1)).locked(1, to=True)
    assert locked.rules.kind.tolist() == ["launches", "asked"]


def test_rules_are_joined_in_order_and_taken_apart_again():
    budget, launches = Rules.one("budget", [3, 4], most=5), Rules.one("launches", [1, 1], least=1, subject="all")
    both = Rules.none(2).joined(budget, Rules.none(2), launches)
    assert len(both) == 2
    assert both.kind.tolist() == ["budget", "launches"]
    assert both.only(np.array([False, True])).subject.tolist() == ["all"]
    assert both.only(np.array([0])).most.tolist() == [5]
    assert len(Rules.none(2).joined(Rules.none(2))) == 0


def test_a_row_without_amounts_is_broken_only_by_what_it_asks():
    rows = Rules.one("sector", [0, 0], least=1).joined(Rules.one("budget", [0, 0], most=0), Rules.one("l", [1, 1]))
    assert rows.scale.tolist() == [1, 1, 1]
    assert rows.broken(chosen(YES, YES)).tolist() == [True, False, False]


def test_without_candidates_there_is_a_value_too():
    assert Problem(np.empty(0), Rules.none(0)).value(np.empty(0, dtype=bool)) == 0


NEGATIVE = "missing, negative or infinite"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda: Problem(np.ones(3), Rules.none(2)), r"not equally long \(3 villages, rules for 2\)"),
        (lambda: Problem(np.ones(2), Rules.none(2), np.ones(1), csc_array(np.ones((1, 3)))), "not equally long"),
        (lambda: Problem(np.array([1.0, -1.0]), Rules.none(2)), NEGATIVE),
        (lambda: Problem(np.array([1.0, np.nan]), Rules.none(2)), NEGATIVE),
        (lambda: Problem(np.array([1.0, np.inf]), Rules.none(2)), NEGATIVE),
        (lambda: Problem(np.ones(1), Rules.none(1), np.array([-1.0]), csc_array(np.ones((1, 1)))), NEGATIVE),
        (lambda: Problem(np.ones(1), Rules.none(1), np.ones(1), csc_array(np.array([[-0.5]]))), NEGATIVE),
        (lambda: Problem(np.ones(1), Rules.one("budget", [-1.0], most=1)), NEGATIVE),
        (lambda: Problem(np.ones(1), Rules.one("budget", [np.nan], most=1)), NEGATIVE),
        (lambda: Problem(np.ones(1), Rules.one("budget", [1.0], most=np.nan)), NEGATIVE),
        (lambda: Problem(np.ones(1), Rules.one("budget", [1.0], least=np.nan)), NEGATIVE),
        (lambda: Problem(np.ones(1), Rules.none(1), np.ones(1), csc_array(np.array([[1.5]]))), "above 1"),
    ],
)
def test_what_cannot_be_solved_is_refused(given, message):
    with pytest.raises(PlanError, match=message) as refused:
        given()
    assert refused.value.text("id") not in ("", str(refused.value))


def test_amounts_may_be_any_sparse_row():
    rules = Rules(csr_array((2, 3)), np.full(2, -np.inf), np.ones(2), np.array(["a", "b"]), np.array(["", ""]))
    assert rules.used(np.ones(3, dtype=bool)).tolist() == [0, 0]


def test_no_rules_are_none_and_joining_them_changes_nothing():
    none = Rules.none(3)
    assert (len(none), len(none.least), len(none.most), none.amounts.shape) == (0, 0, 0, (0, 3))
    assert none.joined(Rules.none(3)) is none
    budget = Rules.one("budget", [1, 2, 3], most=4)
    joined = Rules.none(3).joined(budget, Rules.none(3))
    assert (len(joined), joined.amounts.shape, joined.kind.tolist()) == (1, (1, 3), ["budget"])
    assert len(none.broken(chosen(YES, YES, YES))) == 0


def test_villages_apart_may_be_left_out_both():
    rules = Rules.apart("spacing", np.array([[0, 2]]), 3, ["a", "b", "c"])
    assert (rules.least.tolist(), rules.most.tolist(), rules.subject.tolist()) == ([-np.inf], [1.0], ["a c"])
    assert not rules.broken(chosen(NO, YES, NO)).any()
    assert rules.broken(chosen(YES, NO, YES)).all()


def test_the_scale_of_a_rule_is_its_largest_amount():
    rules = Rules.one("budget", [5, 40, 0], most=9).joined(Rules.one("nothing", [0, 0, 0], most=1))
    assert rules.scale.tolist() == [40.0, 1.0]
    assert Rules.one("nothing", [0, 0, 0], most=1).scale.tolist() == [1.0]
    assert Rules.one("shares", [0.25, 0.5, 0], most=1).scale.tolist() == [0.5]


def test_a_rule_bends_by_its_tolerance_times_its_scale_and_no_more():
    amounts = np.array([1e9, 1.0, 0.0])
    for beyond, breaks in ((19.0, False), (21.0, True)):
        assert Rules.one("budget", amounts, most=1e9 - beyond).broken(chosen(YES, NO, NO)).tolist() == [breaks]
        assert Rules.one("spent", amounts, least=1e9 + beyond).broken(chosen(YES, NO, NO)).tolist() == [breaks]


def test_rules_and_problems_are_not_changed_afterwards():
    rules = Rules.none(2)
    with pytest.raises(FrozenInstanceError):
        rules.most = np.array([1.0])
    with pytest.raises(FrozenInstanceError):
        Problem(np.zeros(2), rules).own = np.ones(2)


def test_what_cannot_be_solved_is_refused_whatever_part_it_stands_in():
    rules = Rules.one("budget", [1.0, 1.0], most=1.0)
    cover = csc_array(np.array([[1.0, 0.5]]))
    Problem(np.zeros(2), rules, np.zeros(1), cover)
    with pytest.raises(PlanError):
        Problem(np.zeros(3), rules, np.zeros(1), cover)
    with pytest.raises(PlanError):
        Problem(np.zeros(2), rules, np.zeros(2), cover)
    with pytest.raises(PlanError):
        Problem(np.zeros(2), rules, np.zeros(1), 1.01 * cover)
    for own, worth in (([-1.0, 0.0], [0.0]), ([0.0, np.nan], [0.0]), ([0.0, 0.0], [-1.0]), ([0.0, 0.0], [np.inf])):
        with pytest.raises(PlanError):
            Problem(np.array(own), rules, np.array(worth), cover)
    for ends in ({"least": np.nan}, {"most": np.nan}):
        with pytest.raises(PlanError):
            Problem(np.zeros(2), Rules.one("budget", [1.0, 1.0], **ends), np.zeros(1), cover)
