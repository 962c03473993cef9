"""A village that comes or goes must not move the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planner.aggregate import Block, geometric, score, topsis
from planner.normalise import scaled
from planner.reversal import check
from planner.weights import ahp

# What the three alternatives A, B, C of Belton and Gear weigh against each other on each of three equal criteria.
BELTON_GEAR = np.array([[1.0, 9, 8], [9, 1, 9], [1, 1, 1]])
BENEFIT = (True, True, False)
POSTS = ((0.0, 10.0), (0.0, 10.0), (-5.0, 5.0))
BLOCKS = (Block((0, 1), (1, 2)), Block((2,), (1,)))


def by_ahp(table):
    """Distributive AHP: the eigenvector of each criterion, weights that sum to 1 over the alternatives."""
    return np.mean([ahp(column[:, None] / column[None, :]).weights for column in table.T], axis=0)


def on_scale(table, scale):
    return np.column_stack(
        [
            scaled(column, scale, goalposts=posts, direction="benefit" if more else "cost")
            for column, posts, more in zip(table.T, POSTS, BENEFIT, strict=True)
        ]
    )


def by_goalposts(table):
    return score(on_scale(table, "goalposts"), BLOCKS)


def test_ahp_reverses_in_the_example_of_belton_and_gear():
    """Belton and Gear (1983, Omega 11, 228-230): B before A; with D, a copy of B, A comes before B."""
    assert by_ahp(BELTON_GEAR) == pytest.approx([0.4512, 0.4697, 0.0791], abs=1e-4)
    with_copy = np.vstack([BELTON_GEAR, BELTON_GEAR[1]])
    assert by_ahp(with_copy) == pytest.approx([0.3654, 0.2889, 0.0568, 0.2889], abs=1e-4)
    found = check(BELTON_GEAR, by_ahp, benefit=[True] * 3)
    assert not found.is_stable
    assert found.reversed_by[0] == "copy_of_best"
    assert found.trials[0].example == (1, 0)
    assert found.trials[0].overtaking == 1
    assert found.trials[0].largest_shift == pytest.approx(0.4697 - 0.2889, abs=1e-4)


def test_goalposts_do_not_reverse_in_the_example_of_belton_and_gear():
    def by_fixed_goalposts(table):
        x = np.column_stack([scaled(column, "goalposts", goalposts=(0, 9)) for column in table.T])
        return geometric(x, [1, 1, 1])

    assert check(BELTON_GEAR, by_fixed_goalposts, benefit=[True] * 3).is_stable


@given(st.integers(1, 12).flatmap(lambda n: arrays(float, (n, 3), elements=st.floats(-10, 12))))
def test_the_score_with_goalposts_is_stable_on_any_villages(table):
    before = table.copy()
    found = check(table, by_goalposts, benefit=BENEFIT)
    assert found.is_stable
    assert all(trial.largest_shift == 0 and trial.example is None for trial in found.trials)
    assert (table == before).all()


@pytest.mark.parametrize("scale", ["minmax", "zscore", "percentile"])
def test_scales_that_look_at_all_villages_are_found_out(scale):
    table = np.random.default_rng(3).random((40, 3)) ** 3 * 10

    def by_scale(rows):
        return score(on_scale(rows, scale), BLOCKS)

    found = check(table, by_scale, benefit=BENEFIT)
    assert not found.is_stable
    assert "drop_extremes" in found.reversed_by


def test_topsis_is_found_out():
    table = np.random.default_rng(3).random((40, 3)) * 10
    assert not check(table, lambda rows: topsis(rows, [1, 1, 1], BENEFIT), benefit=BENEFIT).is_stable


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8),
)
def test_overtaking_is_that_of_all_pairs(pairs):
    old, new = np.array(pairs, dtype=float).T

    def moved_by_a_further_one(rows):
        return np.append(new, 0.0) if len(rows) > len(old) else old

    trial = check(old[:, None], moved_by_a_further_one, benefit=[True]).trials[0]
    passed = {(i, j) for i in range(old.size) for j in range(old.size) if old[i] > old[j] and new[i] < new[j]}
    assert trial.overtaking == len({j for _, j in passed})
    assert (trial.example in passed) if passed else (trial.example is None)
    assert trial.largest_shift == np.abs(old - new).max()


def test_ends_held_by_many_villages_are_not_removed():
    table = np.column_stack([np.append(np.zeros(18), [3.0, 9.0]), np.arange(20.0), np.zeros(20)])
    seen = []

    def watched(rows):
        seen.append(rows)
        return by_goalposts(rows)

    assert check(table, watched, benefit=BENEFIT).trials[-1].change == "drop_extremes"
    assert seen[-1][:, 1].tolist() == list(range(1, 19))


def test_a_village_without_score_is_left_out():
    table = np.array([[1.0, 2, 3], [np.nan, 5, 1], [4, 4, 0]])
    found = check(table, by_goalposts, benefit=BENEFIT)
    assert found.is_stable
    assert [trial.change for trial in found.trials][:3] == ["copy_of_best", "copy_of_middle", "copy_of_worst"]
    nothing = check(np.full((2, 3), np.nan), by_goalposts, benefit=BENEFIT)
    assert [trial.change for trial in nothing.trials][:2] == ["add_dominated", "add_dominant"]
    assert nothing.is_stable
