"""Criteria are measured, filled in openly, scored, and nobody's score depends on who else is there."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.layer import EMBEDDED, load, load_neighbours
from planner.criteria import Surroundings, measure
from planner.params import BlockWeights, Criterion, ScoringParams
from planner.scoring import criterion_weights, freeze, scored
from planner.surroundings import surroundings_of
from tests.conftest import assert_unchanged

PARAMS = ScoringParams()


@pytest.fixture(scope="module")
def layer():
    return load(EMBEDDED)


@pytest.fixture(scope="module")
def surroundings(layer):
    return surroundings_of(layer, EMBEDDED)


@pytest.fixture(scope="module")
def some(layer):
    """Three hundred villages of all provinces, as a plain frame."""
    return pd.DataFrame(layer.frame.drop(columns="geometry")).iloc[::31]


@pytest.fixture(scope="module")
def frozen(some, surroundings):
    return freeze(PARAMS, measure(some, PARAMS, surroundings))


def test_criteria_are_complete_within_their_range_and_sorted(some, surroundings):
    shuffled = some.sample(frac=1, random_state=1)
    before = shuffled.copy()
    criteria = measure(shuffled, PARAMS, surroundings)
    assert_unchanged(shuffled, before)
    assert criteria.villages["village_code"].is_monotonic_increasing
    assert np.isfinite(criteria.value).all()
    assert (criteria.low <= criteria.value).all()
    assert (criteria.value <= criteria.high).all()
    kelurahan = (criteria.villages["village_type"] == "kelurahan").to_numpy()
    index = criteria.keys.index("iks")
    assert criteria.filled[kelurahan, index].all()
    assert not criteria.filled[:, criteria.keys.index("gap_workers")].any()


def test_missing_is_filled_by_the_district_and_not_by_zero(some, surroundings):
    village = some[some["village_type"] == "desa"].iloc[:1]
    around = pd.concat([village] * 4, ignore_index=True)
    around["village_code"] = [f"16.01.01.200{i}" for i in range(1, 5)]
    around["iks"] = [0.4, 0.6, 0.9, np.nan]
    criteria = measure(around, PARAMS, surroundings)
    column = criteria.keys.index("iks")
    assert criteria.value[3, column] == pytest.approx(0.6)
    assert (criteria.low[3, column], criteria.high[3, column]) == (0.4, 0.9)
    assert criteria.filled[:, column].tolist() == [False, False, False, True]


def test_scores_and_their_parts_add_up(some, surroundings):
    scores = scored(measure(some, PARAMS, surroundings), PARAMS)
    assert ((scores.score >= 0) & (scores.score <= 100)).all()
    np.testing.assert_allclose(scores.parts.reference + scores.parts.parts.sum(axis=1), scores.score, atol=1e-9)
    assert set(scores.table["label"]) <= {"showcase", "untouched", "both", "neither"}
    assert set(scores.table["gate"]) == {"unknown"}


@given(seed=st.integers(0, 1000))
def test_order_and_company_do_not_matter(some, surroundings, frozen, seed):
    """Only smoothing and filling look at other villages; without them nobody's score depends on who is there."""
    params = frozen.model_copy(update={"smoothing": False})
    everyone = scored(measure(some, params, surroundings), params)
    few = scored(measure(some.sample(n=60, random_state=seed), params, surroundings), params)
    known = pd.Series(everyone.score, index=everyone.criteria.villages["village_code"])
    found = pd.Series(few.score, index=few.criteria.villages["village_code"])[~few.criteria.filled.any(axis=1)]
    assert len(found)
    pd.testing.assert_series_equal(found, known[found.index])


def test_more_uncovered_workers_never_lower_the_score(some, surroundings, frozen):
    plain = frozen.model_copy(update={"smoothing": False})
    base = scored(measure(some, plain, surroundings), plain).score
    more = some.copy()
    for figure in ("eligible_workers", "active_bpu", "inactive_bpu"):
        for column in (figure, f"{figure}_low", f"{figure}_high"):
            more[column] = (more[column] * 2).astype("Int64")
    assert (scored(measure(more, plain, surroundings), plain).score >= base - 1e-12).all()


def test_a_sector_counts_only_its_workers(some, surroundings):
    everyone = measure(some, PARAMS, surroundings)
    fishers = measure(some, PARAMS, surroundings, sector="fishery")
    assert (fishers.column("gap_workers") <= everyone.column("gap_workers")).all()


def test_weights_of_criteria_sum_to_one_and_follow_the_blocks():
    weights = criterion_weights(PARAMS)
    assert weights.sum() == pytest.approx(1)
    need = [k for k, c in enumerate(PARAMS.criteria) if c.block == "need"]
    assert weights[need].sum() == pytest.approx(0.5)


def test_the_gate_is_told_apart_and_never_averaged(some, surroundings):
    gated = some.assign(perangkat_registered_pct=[100.0, 50.0, *([np.nan] * (len(some) - 2))])
    table = scored(measure(gated, PARAMS, surroundings), PARAMS)
    without = scored(measure(some, PARAMS, surroundings), PARAMS)
    states = table.table.set_index("village_code")["gate"]
    assert states[gated["village_code"].iloc[0]] == "met"
    assert states[gated["village_code"].iloc[1]] == "not_met"
    assert states[gated["village_code"].iloc[2]] == "unknown"
    np.testing.assert_array_equal(table.score, without.score)


def test_declared_villages_are_flagged(layer, surroundings):
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    table = scored(measure(villages, PARAMS, surroundings), PARAMS).table
    declared = table[table["declared"] == "declared"]
    assert len(declared) == 15
    assert "Giriwinangun" in set(declared["village_name"])


def test_given_goalposts_are_kept_and_open_ones_frozen(some, surroundings):
    criteria = (
        Criterion(key="gap_workers", block="need", weight=1, direction="benefit", goalposts=(0, 1000)),
        Criterion(key="bumdes_workers", block="readiness", weight=1, direction="benefit", skew="log"),
        Criterion(key="launch_cost_idr", block="cost", weight=1, direction="cost"),
    )
    params = ScoringParams(criteria=criteria)
    chosen = freeze(params, measure(some, params, surroundings))
    assert chosen.criteria[0].goalposts == (0, 1000)
    assert all(c.goalposts is not None for c in chosen.criteria)
    assert freeze(chosen, measure(some.iloc[:20], chosen, surroundings)) == chosen


def test_a_block_may_be_left_out(some, surroundings):
    criteria = (Criterion(key="gap_workers", block="need", weight=1, direction="benefit"),)
    params = ScoringParams(criteria=criteria, block_weights=BlockWeights(need=1, readiness=0, cost=0))
    scores = scored(measure(some, params, surroundings), params)
    np.testing.assert_allclose(scores.score, 100 * scores.blocks[:, 0])
    assert np.isnan(scores.blocks[:, 1]).all()
    assert set(scores.table["label"]) <= {"untouched", "neither"}


def test_neighbours_of_the_embedded_default_come_with_it(layer):
    pairs = load_neighbours(layer, EMBEDDED)
    assert len(pairs) > 25_000
    assert isinstance(layer.frame, gpd.GeoDataFrame)
    assert isinstance(surroundings_of(layer, EMBEDDED), Surroundings)
