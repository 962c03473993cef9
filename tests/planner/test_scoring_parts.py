"""The score on villages small enough to reckon by hand: labels, goalposts, scales, blocks, weights."""

from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest

from planner.criteria import Criteria
from planner.params import BlockWeights, Criterion, Labels, ScoringParams, Within
from planner.scoring import blocks_of, criterion_weights, freeze, on_common_scale, scored

NEED = Criterion(key="gap_workers", block="need", weight=3, direction="benefit", goalposts=(0, 100))
MORE_NEED = Criterion(key="gap_rate_pct", block="need", weight=1, direction="benefit", goalposts=(0, 100))
READY = Criterion(key="iks", block="readiness", weight=1, direction="benefit", goalposts=(0, 1))
COST = Criterion(key="launch_cost_idr", block="cost", weight=2, direction="cost", goalposts=(0, 10))


def params(*criteria, **more):
    return ScoringParams(criteria=criteria, **more)


def measured(values, criteria, coverage=None, filled=None):
    values = np.array(values, dtype=float)
    known = [50.0] * len(values) if coverage is None else coverage
    codes = [f"16.01.01.{2001 + i}" for i in range(len(values))]
    villages = pd.DataFrame({"village_code": codes, "coverage_pct": pd.array(known, dtype="Float64")})
    none = np.zeros(values.shape, dtype=bool)
    return Criteria(
        villages, tuple(c.key for c in criteria), values, values, values, none if filled is None else np.array(filled)
    )


def test_three_blocks_are_averaged_by_their_weights():
    criteria = (NEED, MORE_NEED, READY, COST)
    chosen = params(*criteria, between="arithmetic", block_weights=BlockWeights(need=2, readiness=1, cost=1))
    scores = scored(measured([[100, 20, 0.5, 2.5], [0, 0, 0, 10]], criteria), chosen)
    np.testing.assert_allclose(scores.scaled, [[1, 0.2, 0.5, 0.75], [0, 0, 0, 0]])
    np.testing.assert_allclose(scores.blocks, [[0.8, 0.5, 0.75], [0, 0, 0]])
    np.testing.assert_allclose(scores.score, [100 * (2 * 0.8 + 0.5 + 0.75) / 4, 0])
    np.testing.assert_allclose(scores.parts.reference, 50)  # in the middle of every scale
    np.testing.assert_allclose(scores.parts.reference + scores.parts.parts.sum(axis=1), scores.score)
    table = scores.table
    np.testing.assert_allclose(table[["need", "readiness", "cost"]], [[80, 50, 75], [0, 0, 0]])
    np.testing.assert_allclose(table["score"], scores.score)


def test_a_block_without_weight_is_told_and_does_not_count():
    criteria = (NEED, READY, COST.model_copy(update={"weight": 0.0}))
    chosen = params(*criteria, between="arithmetic", block_weights=BlockWeights(need=1, readiness=1, cost=0))
    scores = scored(measured([[100, 0.5, 2.5]], criteria), chosen)
    np.testing.assert_allclose(scores.score, [75])
    np.testing.assert_allclose(scores.blocks, [[1, 0.5, 0.75]])  # equal weights within it
    assert [block.columns for block in blocks_of(chosen)] == [(0,), (1,)]
    np.testing.assert_allclose(criterion_weights(chosen), [0.5, 0.5, 0])


def test_weights_of_criteria_are_shares_of_blocks_and_within_them():
    chosen = params(NEED, MORE_NEED, READY, COST, block_weights=BlockWeights(need=2, readiness=1, cost=1))
    np.testing.assert_allclose(criterion_weights(chosen), [0.5 * 0.75, 0.5 * 0.25, 0.25, 0.25])


def test_each_block_is_averaged_by_its_own_method():
    chosen = params(NEED, MORE_NEED, READY, COST, within=Within(need="geometric"))
    assert [block.method for block in blocks_of(chosen)] == ["geometric", "arithmetic", "arithmetic"]
    scores = scored(measured([[100, 25, 1, 0]], chosen.criteria), chosen)
    assert scores.blocks[0, 0] == pytest.approx(0.25**0.25)


@pytest.mark.parametrize(
    ("need", "ready", "coverage", "label"),
    [
        (60, 0.7, 10.0, "both"),
        (60, 0.69, 10.0, "untouched"),
        (59, 0.7, 10.0, "showcase"),
        (59, 0.69, 10.0, "neither"),
        (60, 0.7, 10.1, "showcase"),
        (60, 0.69, 10.1, "neither"),
        (60, 0.69, None, "neither"),  # what is covered is not known: not called untouched
        (100, 1.0, 0.0, "both"),
    ],
)
def test_labels_begin_at_their_limits(need, ready, coverage, label):
    limits = Labels(showcase_readiness=0.7, untouched_need=0.6, untouched_coverage_pct=10.0)
    criteria = (NEED, READY, COST)
    scores = scored(measured([[need, ready, 5]], criteria, coverage=[coverage]), params(*criteria, labels=limits))
    assert scores.table["label"].tolist() == [label]


def test_coverage_that_is_not_known_counts_as_full():
    limits = Labels(untouched_need=0.6, untouched_coverage_pct=100.0)
    criteria = (NEED, READY, COST)
    scores = scored(measured([[90, 0.1, 5]], criteria, coverage=[None]), params(*criteria, labels=limits))
    assert scores.table["label"].tolist() == ["untouched"]


def test_filled_criteria_are_counted_by_village():
    criteria = (NEED, READY, COST)
    filled = [[True, True, False], [False, False, False], [True, True, True]]
    scores = scored(measured([[1, 0.1, 5]] * 3, criteria, filled=filled), params(*criteria))
    assert scores.table["filled_criteria"].tolist() == [2, 0, 3]


def test_only_open_goalposts_of_a_scale_with_goalposts_are_frozen():
    still_open = NEED.model_copy(update={"goalposts": None})
    by_rank = READY.model_copy(update={"goalposts": None, "scale": "percentile"})
    criteria = (still_open, by_rank, COST)
    frozen = freeze(params(*criteria), measured([[value, 0.5, 4] for value in range(101)], criteria))
    assert [c.goalposts for c in frozen.criteria] == [(0, 95), None, (0, 10)]


def test_a_log_scale_is_one_of_values_and_goalposts_alike():
    log = NEED.model_copy(update={"skew": "log", "goalposts": (0.0, 99.0)})
    found = on_common_scale(np.array([[0.0], [9.0], [99.0], [999.0]]), params(log, READY, COST).model_copy(
        update={"criteria": (log,)}
    ))  # fmt: skip
    np.testing.assert_allclose(found[:, 0], [0, 0.5, 1, 1])


def test_scores_are_not_changed_afterwards():
    criteria = (NEED, READY, COST)
    scores = scored(measured([[1, 0.1, 5]], criteria), params(*criteria))
    with pytest.raises(FrozenInstanceError):
        scores.score = np.array([100.0])
