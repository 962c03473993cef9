"""Parts add up, caps hold, and the order of rows does not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geodata.disaggregate import fit_margins, largest_remainder, proportional_capped
from geodata.errors import DataError

WEIGHTS = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1e9, allow_subnormal=False))
TOTALS = st.lists(st.integers(0, 10**9), min_size=1, max_size=6)


def codes(n):
    return np.array([f"{i:04d}" for i in range(n)])


@given(weights=WEIGHTS, totals=TOTALS, seed=st.integers(0, 9))
def test_parts_sum_to_the_totals_and_stay_within_one(weights, totals, seed):
    groups = np.random.default_rng(seed).permutation(np.arange(len(weights)) % len(totals))
    sizes = np.bincount(groups, minlength=len(totals))
    wanted = np.where(sizes > 0, totals, 0)
    parts = largest_remainder(wanted, weights, groups, ties=codes(len(weights)))
    assert parts.dtype == np.int64
    assert (parts >= 0).all()
    np.testing.assert_array_equal(np.bincount(groups, parts, minlength=len(totals)), wanted)
    sums = np.bincount(groups, weights, minlength=len(totals))
    fair = sums[groups] > 0
    share = wanted[groups][fair] * (weights[fair] / sums[groups][fair])
    assert (np.abs(parts[fair] - share) <= 1 + 1e-6 * np.maximum(share, 1)).all()


@given(weights=WEIGHTS, total=st.integers(0, 10**6), seed=st.integers(0, 9))
def test_order_of_rows_does_not_matter(weights, total, seed):
    n = len(weights)
    order = np.random.default_rng(seed).permutation(n)
    groups = np.zeros(n, dtype=int)
    parts = largest_remainder(np.array([total]), weights, groups, ties=codes(n))
    shuffled = largest_remainder(np.array([total]), weights[order], groups, ties=codes(n)[order])
    np.testing.assert_array_equal(parts[order], shuffled)


def test_equal_remainders_go_to_the_lower_code():
    parts = largest_remainder(np.array([2]), np.ones(3), np.zeros(3, dtype=int), ties=np.array(["c", "a", "b"]))
    assert parts.tolist() == [0, 1, 1]


def test_a_group_without_weights_is_split_evenly():
    parts = largest_remainder(np.array([5]), np.zeros(2), np.zeros(2, dtype=int), ties=codes(2))
    assert parts.tolist() == [3, 2]


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_a_bad_weight_is_refused(bad):
    with pytest.raises(DataError, match="negative or not a number"):
        largest_remainder(np.array([5]), np.array([1.0, bad]), np.zeros(2, dtype=int), ties=codes(2))


def test_a_total_without_members_is_refused():
    with pytest.raises(DataError, match="1 areas have a published figure but no village"):
        largest_remainder(np.array([5, 7]), np.ones(1), np.zeros(1, dtype=int), ties=codes(1))


@given(weights=WEIGHTS, full=st.floats(0, 1), seed=st.integers(0, 9))
def test_capped_parts_keep_the_total_and_the_caps(weights, full, seed):
    caps = np.random.default_rng(seed).uniform(0, 100, len(weights))
    total = full * caps.sum()
    parts = proportional_capped(total, weights, caps)
    assert parts.sum() == pytest.approx(total, rel=1e-9, abs=1e-9)
    assert (parts <= caps * (1 + 1e-12)).all()
    assert (parts >= 0).all()


def test_below_the_caps_parts_are_proportional():
    np.testing.assert_allclose(proportional_capped(6.0, np.array([1.0, 2.0]), np.array([9.0, 9.0])), [2.0, 4.0])
    np.testing.assert_allclose(proportional_capped(6.0, np.array([1.0, 2.0]), np.array([9.0, 3.0])), [3.0, 3.0])


def test_too_small_caps_are_refused():
    with pytest.raises(DataError, match="total of 10 people does not fit: the villages together hold 4"):
        proportional_capped(10.0, np.ones(2), np.array([2.0, 2.0]))


@given(
    seed=arrays(np.float64, (5, 3), elements=st.floats(0.1, 100)),
    table=arrays(np.float64, (5, 3), elements=st.floats(0.1, 100)),
)
def test_margins_are_met(seed, table):
    fitted = fit_margins(seed, table.sum(axis=1), table.sum(axis=0))
    np.testing.assert_allclose(fitted.sum(axis=1), table.sum(axis=1), rtol=1e-4)
    np.testing.assert_allclose(fitted.sum(axis=0), table.sum(axis=0), rtol=1e-4)


def test_known_table():
    """Deming and Stephan keep the cross-product ratio of the seed."""
    fitted = fit_margins(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0]), np.array([12.0, 18.0]))
    assert fitted[0, 0] * fitted[1, 1] / (fitted[0, 1] * fitted[1, 0]) == pytest.approx(4 / 6)


def test_margins_that_disagree_are_refused():
    with pytest.raises(DataError, match=r"by village \(3\) differs from the total by sector \(4\)"):
        fit_margins(np.ones((2, 2)), np.array([1.0, 2.0]), np.array([2.0, 2.0]))


def test_zeros_that_block_a_margin_are_refused():
    with pytest.raises(DataError, match="a sector has no possible village"):
        fit_margins(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([1.0, 2.0]), np.array([2.0, 1.0]))
