"""Means, TOPSIS and the exact shares of criteria in a score."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymcdm.methods import TOPSIS
from pymcdm.normalizations import vector_normalization

from planner.aggregate import Block, arithmetic, block_scores, contributions, geometric, score, topsis
from planner.errors import PlanError

SHARES = st.floats(0, 1, allow_subnormal=False)
WEIGHTS = arrays(float, 5, elements=st.floats(0.01, 10))
METHODS = ("arithmetic", "geometric")
METHOD = st.sampled_from(METHODS)


def tables(least=1, most=8):
    return st.integers(least, most).flatmap(lambda n: arrays(float, (n, 5), elements=SHARES))


@st.composite
def block_lists(draw):
    weights = draw(WEIGHTS)
    cut = draw(st.integers(1, 4))
    methods = draw(st.tuples(METHOD, METHOD))
    shares = draw(st.tuples(st.floats(0.1, 5), st.floats(0.1, 5)))
    columns = (tuple(range(cut)), tuple(range(cut, 5)))
    return [Block(c, tuple(weights[list(c)]), s, m) for c, s, m in zip(columns, shares, methods, strict=True)]


def test_compensability_of_the_handbook():
    """OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6: 21, 1, 1, 1 against 6, 6, 6, 6."""
    units = np.array([[21.0, 1, 1, 1], [6, 6, 6, 6]])
    assert arithmetic(units, [1, 1, 1, 1]).tolist() == [6, 6]
    assert geometric(units, [1, 1, 1, 1]).round(2).tolist() == [2.14, 6]


def test_topsis_of_tzeng_and_huang():
    """Tzeng and Huang, Multiple Attribute Decision Making (2011), the example of TOPSIS: four alternatives."""
    table = np.array([[5.0, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]])
    closeness = topsis(table, [0.3, 0.4, 0.3], [True] * 3)
    assert closeness == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=1e-4)
    assert np.argsort(-closeness).tolist() == [2, 1, 0, 3]


def test_topsis_on_the_mountains_of_opricovic_and_tzeng():
    """Data of Opricovic and Tzeng (2004, EJOR 156, 445-455): risk (less is better) and altitude; answers of pymcdm.

    Vector normalisation prefers the safest mountain, the scale from least to greatest value the middle one.
    """
    table, weights = np.array([[1.0, 3000], [2, 3750], [5, 4500]]), np.array([0.5, 0.5])
    closeness = topsis(table, weights, [False, True])
    by_vector, by_range = TOPSIS(vector_normalization), TOPSIS()
    types = np.array([-1, 1])
    assert closeness == pytest.approx(by_vector(table, weights, types))
    assert np.argmax(closeness) == 0
    assert np.argmax(by_range(table, weights, types)) == 1


@given(arrays(float, (6, 4), elements=st.floats(0.5, 100)), arrays(float, 4, elements=st.floats(0.1, 5)))
def test_topsis_is_that_of_pymcdm(table, weights):
    table[0] = table[0] + 1  # pymcdm has no answer where a criterion is the same everywhere
    oracle = TOPSIS(vector_normalization)(table, weights / weights.sum(), np.ones(4), validation=False)
    if np.isfinite(oracle).all():
        assert topsis(table, weights, [True] * 4) == pytest.approx(oracle)


def test_topsis_of_equal_or_missing_villages():
    assert topsis(np.ones((3, 2)), [1, 1], [True, False]).tolist() == [0.5] * 3
    assert topsis(np.zeros((2, 1)), [1], [True]).tolist() == [0.5] * 2
    found = topsis(np.array([[1.0, 2], [np.nan, 9], [3, 4]]), [1, 1], [True, True])
    assert np.isnan(found[1])
    assert found[0] == 0 < found[2] < 1


def test_a_zero_counts_as_the_floor():
    assert geometric(np.array([[0.0, 1.0]]), [1, 1], floor=0.04) == pytest.approx([0.2])


def test_missing_stays_missing():
    x = np.array([[0.5, np.nan], [0.5, 0.5]])
    assert np.isnan(arithmetic(x, [1, 1])).tolist() == [True, False]
    assert np.isnan(geometric(x, [1, 1])).tolist() == [True, False]


def test_blocks_first_then_the_score():
    blocks = [Block((0, 2), (1, 3), share=2), Block((1,), (1,), share=1)]
    x = np.array([[0.2, 0.5, 0.6]])
    assert block_scores(x, blocks) == pytest.approx(np.array([[0.5, 0.5]]))
    assert score(x, blocks) == pytest.approx([0.5])
    assert score(x * [[1, 0.5, 1]], blocks) == pytest.approx([(0.5**2 * 0.25) ** (1 / 3)])
    assert score(x * [[1, 0.5, 1]], blocks, between="arithmetic") == pytest.approx([(2 * 0.5 + 0.25) / 3])


@given(tables(), WEIGHTS)
def test_means_lie_between_worst_and_best_and_geometric_below_arithmetic(x, weights):
    plain, product = arithmetic(x, weights), geometric(x, weights, floor=1e-9)
    assert (plain >= x.min(axis=1) - 1e-12).all()
    assert (plain <= x.max(axis=1) + 1e-12).all()
    assert (product <= arithmetic(np.maximum(x, 1e-9), weights) + 1e-12).all()


@given(tables(), block_lists(), METHOD, st.integers(0, 99))
def test_the_order_of_villages_does_not_matter(x, blocks, between, seed):
    mixed = np.random.default_rng(seed).permutation(len(x))
    before = x.copy()
    assert score(x[mixed], blocks, between=between).tolist() == score(x, blocks, between=between)[mixed].tolist()
    weights, benefit = blocks[0].weights[:1] * 5, [True, False] * 2 + [True]
    assert topsis(x[mixed], weights, benefit).tolist() == topsis(x, weights, benefit)[mixed].tolist()
    assert (x == before).all()


@given(tables(), block_lists(), METHOD, arrays(float, (2, 5), elements=SHARES))
def test_a_further_village_changes_no_score(x, blocks, between, further):
    more = np.vstack([further[:1], x, x[-1:], further[1:]])
    assert score(more, blocks, between=between)[1:-2].tolist() == score(x, blocks, between=between).tolist()


@given(tables(), block_lists(), METHOD, st.integers(0, 4), SHARES)
def test_raising_a_criterion_never_lowers_the_score(x, blocks, between, column, lift):
    raised = x.copy()
    raised[:, column] = np.minimum(x[:, column] + lift, 1)
    change = score(raised, blocks, between=between) - score(x, blocks, between=between)
    assert (change >= -1e-12).all()


@given(tables(), block_lists(), METHOD, arrays(float, 5, elements=SHARES), st.floats(0.001, 0.3))
def test_contributions_add_up_to_the_score(x, blocks, between, reference, floor):
    whole = score(x, blocks, between=between, floor=floor)
    found = contributions(x, blocks, reference=reference, between=between, floor=floor)
    assert found.reference == score(reference[None, :], blocks, between=between, floor=floor)[0]
    assert found.reference + found.parts.sum(axis=1) == pytest.approx(whole, abs=1e-9)


@given(tables(), block_lists(), METHOD, arrays(float, 5, elements=SHARES))
def test_what_is_better_than_the_reference_contributes_and_what_is_worse_takes_away(x, blocks, between, reference):
    parts = contributions(x, blocks, reference=reference, between=between).parts
    assert (parts * np.sign(x - reference) >= -1e-15).all()
    assert (parts[x == reference] == 0).all()


def test_contributions_of_a_geometric_mean_by_hand():
    """LMDI-I (Ang 2005): logarithmic mean of both scores times the logarithm of the ratio."""
    blocks = [Block((0,), (1,)), Block((1,), (1,))]
    found = contributions(np.array([[0.64, 0.25]]), blocks, reference=[0.16, 0.25])
    assert found.reference == pytest.approx(0.2)
    assert found.parts == pytest.approx(np.array([[0.2, 0.0]]))
    both = contributions(np.array([[0.8, 0.2]]), blocks, reference=[0.2, 0.8])
    assert both.parts.sum() == pytest.approx(0, abs=1e-12)
    assert both.parts[0, 0] == pytest.approx(0.4 * 0.5 * np.log(4))


def test_what_happens_below_the_floor_contributes_nothing():
    blocks = [Block((0, 1), (1, 1)), Block((2,), (1,))]
    x = np.array([[0.04, 0.0, 0.5], [0.01, 0.0, 0.5], [0.3, 0.0, 0.5]])
    found = contributions(x, blocks, reference=[0.0, 0.04, 0.5], floor=0.05)
    assert found.parts[:2].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert found.parts[2].sum() == pytest.approx(np.sqrt(0.15 * 0.5) - np.sqrt(0.05 * 0.5))


def test_contributions_near_the_reference_are_those_of_the_slope():
    blocks = [Block((0, 1), (1, 1), method="geometric"), Block((2,), (1,))]
    reference = np.array([0.3, 0.6, 0.5])
    step = np.array([1e-9, 0, 0])
    parts = contributions(reference[None, :] + step, blocks, reference=reference).parts
    slope = score(reference[None, :], blocks)[0] * 0.5 * 0.5 / 0.3
    assert parts[0] == pytest.approx(slope * step, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: geometric(np.ones((1, 1)), [1], floor=0), "Floor 0 cannot be used"),
        (lambda: arithmetic(np.ones((1, 3)), [1, 1]), "2 weights for 3 criteria"),
        (lambda: score(np.ones((1, 1)), [Block((0,), (1,), share=0)]), "sum to zero"),
    ],
)
def test_refusals_say_what_to_do(call, sentence):
    with pytest.raises(PlanError, match=sentence) as refused:
        call()
    assert refused.value.text("id") != refused.value.text("en")
