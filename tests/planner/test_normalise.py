"""Skewness and common scales."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymcdm import normalizations

from planner.errors import PlanError
from planner.normalise import freeze_goalposts, scaled, treat_skew, winsor_limits

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
VALUES = st.lists(NUMBERS, min_size=1, max_size=30).map(np.array)
SCALES = ("goalposts", "minmax", "zscore", "percentile")
POSTS = (-50.0, 200.0)


def on(scale, values, direction="benefit"):
    return scaled(values, scale, goalposts=POSTS if scale == "goalposts" else None, direction=direction)


def test_goalposts_are_a_straight_line_cut_off_at_both_ends():
    found = scaled([-5, 0, 30, 60, 90], "goalposts", goalposts=(0, 60))
    assert found.tolist() == [0, 0, 0.5, 1, 1]


def test_less_is_better_turns_the_scale():
    assert scaled([0, 15, 60], "goalposts", goalposts=(0, 60), direction="cost").tolist() == [1, 0.75, 0]


def test_a_standard_deviation_is_a_sixth_of_the_z_scale():
    values = np.array([2.0, 4, 4, 4, 5, 5, 7, 9])  # mean 5, standard deviation 2
    assert scaled(values, "zscore") == pytest.approx(0.5 + (values - 5) / 12)


def test_z_scale_is_cut_off_at_three_standard_deviations():
    assert scaled([0.0] * 99 + [1.0], "zscore")[-1] == 1.0


def test_percentile_is_the_share_below_with_ties_at_their_middle():
    assert scaled([10, 20, 20, 40], "percentile").tolist() == [0.125, 0.5, 0.5, 0.875]


def test_min_max_is_that_of_pymcdm():
    values = np.array([3.0, 8, 1, 5.5])
    assert scaled(values, "minmax") == pytest.approx(normalizations.minmax_normalization(values))
    turned = normalizations.minmax_normalization(values, cost=True)
    assert scaled(values, "minmax", direction="cost") == pytest.approx(turned)


@pytest.mark.parametrize("scale", ["minmax", "zscore", "percentile"])
def test_no_difference_is_the_middle(scale):
    assert scaled([0.1, 0.1, np.nan, 0.1], scale) == pytest.approx([0.5, 0.5, np.nan, 0.5], nan_ok=True)


@pytest.mark.parametrize("scale", SCALES)
def test_missing_is_not_zero_and_does_not_count(scale):
    known = on(scale, [1.0, 5, 150])
    found = on(scale, [1.0, np.nan, 5, 150])
    assert np.isnan(found[1])
    assert found[[0, 2, 3]].tolist() == known.tolist()
    assert np.isnan(on(scale, [np.nan, np.nan])).all()


@pytest.mark.parametrize("scale", SCALES)
@given(values=VALUES, seed=st.integers(0, 99))
def test_scales_stay_within_0_and_1_keep_the_order_and_forget_the_order_of_villages(scale, values, seed):
    before = values.copy()
    found = on(scale, values)
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found[np.argsort(values, kind="stable")]) >= 0).all()
    assert on(scale, values, "cost") == pytest.approx(1 - found)
    mixed = np.random.default_rng(seed).permutation(values.size)
    assert on(scale, values[mixed]).tolist() == found[mixed].tolist()
    assert (values == before).all()


@given(VALUES, NUMBERS)
def test_with_goalposts_a_further_village_moves_nobody(values, further):
    assert on("goalposts", np.append(values, further))[:-1].tolist() == on("goalposts", values).tolist()


@pytest.mark.parametrize("scale", ["minmax", "zscore", "percentile"])
def test_with_other_scales_a_further_village_moves_the_others(scale):
    assert on(scale, [1.0, 2, 3, 100])[:-1].tolist() != on(scale, [1.0, 2, 3]).tolist()


def test_log_and_its_goalposts_go_the_same_way():
    posts = tuple(treat_skew([0.0, 99.0], "log"))
    assert scaled(treat_skew([0.0, 9.0, 99.0], "log"), "goalposts", goalposts=posts) == pytest.approx([0, 0.5, 1])


def test_winsor_moves_what_lies_outside_its_limits():
    values = np.append(np.arange(100.0), 1e6)
    low, high = winsor_limits(values)
    assert (low, high) == (5, 95)
    found = treat_skew(values, "winsor")
    assert (found.min(), found.max()) == (5, 95)
    assert found[5:96].tolist() == values[5:96].tolist()


@given(VALUES, NUMBERS)
def test_with_frozen_limits_a_further_village_moves_nobody(values, further):
    limits = winsor_limits(values)
    more = treat_skew(np.append(values, further), "winsor", limits=limits)
    assert more[:-1].tolist() == treat_skew(values, "winsor").tolist()


def test_without_treatment_values_stay_and_are_a_copy():
    values = np.array([1.0, np.nan])
    found = treat_skew(values)
    found[0] = 9
    assert values[0] == 1


def test_frozen_goalposts_run_from_zero_to_a_high_percentile():
    assert freeze_goalposts([*range(101), np.nan]) == (0, 95)
    assert freeze_goalposts(range(101), 90) == (0, 90)


def test_frozen_goalposts_of_negative_values_start_below_zero():
    assert freeze_goalposts(np.arange(-100, 101)) == (-90, 90)


@pytest.mark.parametrize(("values", "posts"), [([0] * 99 + [7], (0, 7)), ([0, 0], (0, 1)), ([-3, -3], (-3, -2))])
def test_frozen_goalposts_are_never_equal(values, posts):
    assert freeze_goalposts(values) == posts


@given(VALUES)
def test_frozen_goalposts_can_be_used(values):
    found = scaled(values, "goalposts", goalposts=freeze_goalposts(values))
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: scaled([1, np.inf], "minmax"), "1 values of the criterion are infinite"),
        (lambda: scaled([1], "goalposts"), "none are given"),
        (lambda: scaled([1], "goalposts", goalposts=(5, 5)), "Goalposts 5 and 5 cannot be used"),
        (lambda: scaled([1], "goalposts", goalposts=(0, np.nan)), "Goalposts 0 and nan cannot be used"),
        (lambda: treat_skew([-1, -2, 3], "log"), r"2 values .* negative \(least -2\)"),
        (lambda: winsor_limits([np.nan] * 3), "missing in all 3 villages"),
        (lambda: freeze_goalposts([np.nan]), "missing in all 1 villages"),
        (lambda: freeze_goalposts([1], 50), "Percentile 50"),
    ],
)
def test_refusals_say_what_to_do(call, sentence):
    with pytest.raises(PlanError, match=sentence) as refused:
        call()
    assert refused.value.text("id") != refused.value.text("en")
