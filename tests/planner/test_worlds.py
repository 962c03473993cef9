"""A list put to the test: worlds, influence of choices, diagnosis in words, clusters."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.layer import EMBEDDED, load, load_neighbours
from planner import worlds
from planner.aggregate import score
from planner.clusters import clusters
from planner.criteria import Criteria, Surroundings, measure
from planner.diagnosis import diagnose, sentences
from planner.errors import PlanError
from planner.params import BlockWeights, Criterion, ScoringParams
from planner.robustness import drawn_figures
from planner.scoring import blocks_of, criterion_weights, on_common_scale, scored
from planner.surroundings import surroundings_of
from planner.worlds import influence, robust
from tests.conftest import assert_aligned

TEXT = ScoringParams(worlds=200, top=10)
KEYS = ("gap_workers", "iks", "office_km", "launch_cost_idr")


def small_params(**changed):
    criteria = (
        Criterion(key="gap_workers", block="need", weight=1.0, direction="benefit", goalposts=(0, 100)),
        Criterion(key="iks", block="readiness", weight=1.0, direction="benefit", goalposts=(0, 1)),
        Criterion(key="office_km", block="readiness", weight=1.0, direction="cost", goalposts=(0, 100)),
        Criterion(key="launch_cost_idr", block="cost", weight=1.0, direction="cost", goalposts=(0, 1)),
    )
    shares = BlockWeights(need=0.5, readiness=0.5, cost=0.0)
    return ScoringParams(**({"criteria": criteria, "block_weights": shares, "top": 2, "worlds": 200} | changed))


def small_scores(value, *, low=None, high=None, params=None):
    """Scores of made-up villages, one row of ``value`` each; launches cost nothing, and cost has no weight."""
    ends = [value if end is None else end for end in (low, value, high)]
    low, value, high = (np.column_stack([end, np.zeros(len(end))]) for end in ends)
    number = np.arange(len(value))
    villages = pd.DataFrame(
        {
            "village_code": [f"16.01.01.{2001 + n}" for n in number],
            "province_code": "16",
            "regency_code": np.where(number % 2, "16.02", "16.01"),
            "area_km2": pd.array(np.ones(len(value)), dtype="Float64"),
            "gap_workers": pd.array(value[:, 0], dtype="Float64"),
            "coverage_pct": 5.0,
        },
        index=number + 100,
    )
    filled = np.zeros(value.shape, dtype=bool)
    return scored(Criteria(villages, KEYS, value, low, high, filled), params or small_params())


@pytest.fixture(scope="module")
def layer():
    return load(EMBEDDED)


@pytest.fixture(scope="module")
def around(layer):
    return surroundings_of(layer, EMBEDDED)


@pytest.fixture(scope="module")
def some(layer):
    """Three hundred villages of all provinces."""
    return pd.DataFrame(layer.frame.drop(columns="geometry")).iloc[::31]


@pytest.fixture(scope="module")
def scores(some, around):
    return scored(measure(some, TEXT, around), TEXT)


@pytest.fixture(scope="module")
def diagnosis(scores):
    return diagnose(scores)


# --- worlds


def test_a_village_that_is_best_in_everything_is_first_in_every_world():
    found = robust(small_scores([[20, 0.2, 80], [90, 0.9, 5], [50, 0.5, 50], [40, 0.5, 50]]))
    assert found.table.loc[101].to_dict() == {
        "rank": 1,
        "rank_low": 1,
        "rank_median": 1,
        "rank_high": 1,
        "in_top": 1.0,
        "group": "core",
    }
    assert found.table["rank"].tolist() == [4, 1, 2, 3]
    assert found.counts.to_dict() == {"core": 2, "swing": 0, "out": 2}


def test_cost_ranges_are_turned_round():
    """An office that may be nearer can only raise the village, so it is never behind the one it is level with."""
    value = [[50, 0.5, 50], [50, 0.5, 50]]
    scores = small_scores(value, low=[[50, 0.5, 50], [50, 0.5, 10]], high=value, params=small_params(top=1))
    found = robust(scores, worlds=1000).table
    assert found["in_top"].tolist() == pytest.approx([0.5, 0.5], abs=0.05)  # level worlds go by code
    further = small_scores(value, low=value, high=[[50, 0.5, 50], [50, 0.5, 90]], params=small_params(top=1))
    assert robust(further).table["in_top"].tolist() == [1.0, 0.0]


def test_same_seed_same_bytes_another_seed_others(scores):
    first, again, other = robust(scores), robust(scores), robust(scores, seed=1)
    pd.testing.assert_frame_equal(first.table, again.table, check_exact=True)
    assert first.table.to_csv() == again.table.to_csv()
    assert first.table["in_top"].tolist() != other.table["in_top"].tolist()
    assert (first.seed, first.worlds, first.top) == (TEXT.seed, 200, 10)
    assert other.seed == 1


def test_order_of_villages_does_not_matter(some, around, scores):
    shuffled = measure(some.sample(frac=1, random_state=3), TEXT, around)
    found, expected = robust(scored(shuffled, TEXT)), robust(scores)
    pd.testing.assert_frame_equal(found.table, expected.table, check_exact=True)
    pd.testing.assert_frame_equal(influence(scored(shuffled, TEXT), samples=4), influence(scores, samples=4))


def test_table_belongs_to_the_villages_and_its_shares_sum_to_the_list(scores):
    found = robust(scores, top=7)
    assert_aligned(found.table, scores.criteria.villages)
    table = found.table
    assert table["in_top"].sum() == pytest.approx(7)
    assert sorted(table["rank"]) == list(range(1, len(table) + 1))
    assert (table["rank_low"] <= table["rank_median"]).all()
    assert (table["rank_median"] <= table["rank_high"]).all()
    assert ((table["group"] == "core") == (table["in_top"] > 0.8)).all()
    assert found.counts.sum() == len(table)
    order = scores.table.sort_values(["score", "village_code"], ascending=[False, True]).index
    assert table.loc[order, "rank"].tolist() == list(range(1, len(table) + 1))


def test_only_the_villages_of_a_region_are_ranked(scores):
    villages = scores.criteria.villages
    found = robust(scores, regions=["17"]).table
    assert found.index.equals(villages.index[villages["province_code"] == "17"])
    assert found["rank"].max() == len(found)
    with pytest.raises(PlanError, match="99"):
        robust(scores, regions=["99"])


def test_bounds_are_told(scores):
    with pytest.raises(PlanError, match="worlds"):
        robust(scores, worlds=0)
    with pytest.raises(PlanError, match="power of two"):
        influence(scores, samples=3)


def test_scorers_agree_with_the_exact_score(scores):
    """On each normalisation and mean the ways of the worlds are those of the score itself, in fewer digits."""
    trial = worlds._trial(scores, None)
    figures = trial.sides[0]
    weights = trial.weights.astype(np.float32)
    for (scale, mean), scorer in trial.scorers.items():
        changed = tuple(c.model_copy(update={"scale": scale}) for c in scores.params.criteria)
        params = scores.params.model_copy(update={"criteria": changed, "between": mean})
        expected = score(
            on_common_scale(scores.criteria.value, params),
            blocks_of(params),
            between=mean,
            floor=params.floor,
        )
        np.testing.assert_allclose(scorer(figures, weights), expected, atol=2e-5, err_msg=f"{scale} {mean}")


@pytest.mark.parametrize("scale", ["minmax", "zscore", "percentile"])
@pytest.mark.parametrize("skew", ["none", "log", "winsor"])
def test_every_scale_and_treatment_can_be_tried(scale, skew):
    criteria = tuple(
        c.model_copy(update={"scale": scale, "skew": skew, "goalposts": None}) for c in small_params().criteria
    )
    value = np.column_stack([np.arange(40.0) ** 2, np.linspace(0, 1, 40), np.arange(40.0)[::-1]])
    scores = small_scores(value, low=value * 0.9, high=value * 1.1, params=small_params(criteria=criteria))
    table = robust(scores).table
    assert table["rank"].tolist() == pd.Series(-scores.score).rank(method="first").tolist()
    assert table["rank"].iloc[3:-3].tolist() == list(range(37, 3, -1))
    assert (table["rank_median"] - table["rank"]).abs().mean() < 2


def test_percentile_ranks_keep_their_place_in_the_worlds():
    criteria = tuple(c.model_copy(update={"scale": "percentile"}) for c in small_params().criteria)
    value = np.column_stack([[1.0, 10, 100, 1000], [0.1, 0.2, 0.3, 0.4], [4.0, 3, 2, 1]])
    trial = worlds._trial(small_scores(value, params=small_params(criteria=criteria)), None)
    value, down, up = trial.sides
    for part in (value + down, value, value + up):
        np.testing.assert_allclose(part[:, :3], np.tile([[0.125], [0.375], [0.625], [0.875]], 3))


def test_villages_all_alike_are_ranked_by_code():
    found = robust(small_scores([[50, 0.5, 50]] * 5))
    assert found.table["rank"].tolist() == [1, 2, 3, 4, 5]
    assert found.table["rank_high"].tolist() == [1, 2, 3, 4, 5]


def test_what_has_no_weight_moves_nothing():
    value = np.array([[60, 0.2, 10.0], [50, 0.9, 90.0], [40, 0.5, 50.0]])
    need = small_params(block_weights=BlockWeights(need=1.0, readiness=0.0, cost=0.0))
    assert robust(small_scores(value, params=need)).table["rank_high"].tolist() == [1, 2, 3]


def test_the_range_of_the_launch_cost_moves_no_village(scores):
    key = scores.criteria.keys.index("launch_cost_idr")
    exact = scores.criteria.value.copy()
    low, high = scores.criteria.low.copy(), scores.criteria.high.copy()
    assert (low[:, key] < exact[:, key]).all()
    low[:, key] = high[:, key] = exact[:, key]
    held = replace(scores, criteria=replace(scores.criteria, low=low, high=high))
    pd.testing.assert_frame_equal(robust(scores).table, robust(held).table, check_exact=True)


@settings(max_examples=20)
@given(seed=st.integers(0, 1000))
def test_figures_stay_within_their_goalpost_ranges(scores, seed):
    trial = worlds._trial(scores, None)
    value, down, up = trial.sides
    assert (down <= 0).all()
    assert (up >= 0).all()
    uniforms = np.random.default_rng(seed).random(value.shape, dtype=np.float32)
    drawn = drawn_figures(uniforms, *trial.sides)
    assert (drawn >= value + down - 1e-4).all()
    assert (drawn <= value + up + 1e-4).all()


# --- influence


def test_what_cannot_vary_has_no_influence():
    value = np.random.default_rng(2).uniform([10, 0.1, 10], [90, 0.9, 90], (40, 3))
    found = influence(small_scores(value, params=small_params(top=10)), samples=64)
    assert found.index.tolist() == ["weights", "normalisation", "aggregation", "figures"]
    assert found.columns.tolist() == ["first", "total", "first_error", "total_error"]
    assert found.loc["figures"].tolist() == [0, 0, 0, 0]
    assert found.loc["weights", "total"] > 0.2


def test_wide_figures_outweigh_fixed_weights():
    value = np.random.default_rng(2).uniform([10, 0.1, 10], [90, 0.9, 90], (40, 3))
    fixed = small_params(weight_spread=10_000.0, top=3)
    found = influence(small_scores(value, low=value * 0.3, high=value * 1.8, params=fixed), samples=64)
    assert found["total"].idxmax() == "figures"
    assert found.loc["weights", "total"] < 0.2
    assert (found["total_error"] > 0).all()


def test_influence_is_the_same_for_the_same_seed(scores):
    first = influence(scores, samples=16)
    pd.testing.assert_frame_equal(first, influence(scores, samples=16), check_exact=True)
    assert not first.equals(influence(scores, samples=16, seed=1))


# --- diagnosis


def test_weights_and_what_they_do(scores, diagnosis):
    table = diagnosis.criteria
    assert tuple(table.index) == scores.criteria.keys
    assert table["weight"].to_numpy() == pytest.approx(criterion_weights(scores.params))
    assert table["effective_weight"].sum() == pytest.approx(1)
    assert table.loc["bumdes_workers", "skew_before"] > table.loc["bumdes_workers", "skew_after"]
    assert table.loc["iks", "skew_before"] == table.loc["iks", "skew_after"]
    assert table["filled"].tolist() == pytest.approx(scores.criteria.filled.mean(axis=0))


def test_two_criteria_that_are_one_are_named(diagnosis):
    """The launch cost is worked out from the distance to the office."""
    (pair,) = diagnosis.redundant
    assert (pair.first, pair.second) == ("office_km", "launch_cost_idr")
    assert pair.correlation > 0.99


def test_goalposts_hold_where_minmax_would_not(diagnosis):
    assert diagnosis.reversal.is_stable
    assert diagnosis.reversal_minmax.reversed_by


def test_a_plan_on_minmax_is_warned_of():
    criteria = tuple(c.model_copy(update={"scale": "minmax"}) for c in small_params().criteria)
    value = np.random.default_rng(5).lognormal(2, 1, (60, 3))
    found = diagnose(small_scores(value, params=small_params(criteria=criteria)))
    assert not found.reversal.is_stable
    said = " ".join(sentences(found, "en"))
    assert "depends on which villages are compared" in said
    assert "With min-max scales" not in said


def test_topsis_agrees_on_one_criterion():
    need = small_params(block_weights=BlockWeights(need=1.0, readiness=0.0, cost=0.0))
    found = diagnose(small_scores([[10, 0.9, 1], [30, 0.1, 50], [20, 0.4, 9]], params=need)).topsis
    assert found.spearman == pytest.approx(1)
    assert (found.shared, found.top) == (2, 2)


def test_villages_all_alike_can_be_diagnosed():
    found = diagnose(small_scores([[50, 0.5, 50]] * 4))
    assert found.topsis.spearman == 1
    assert found.criteria["skew_before"].tolist() == [0, 0, 0, 0]
    assert all(sentences(found, "id"))


def test_a_diagnosis_is_told_in_both_languages(diagnosis):
    said = sentences(diagnosis, "en")
    assert any("measure almost the same thing (correlation 1.00)" in one for one in said)
    assert "The order of villages does not change when other villages are added or removed." in said
    assert any(one.startswith("Compared with the method TOPSIS: rank correlation 0.") for one in said)
    assert any("“Workers of village enterprises (BUMDes)” " in one and one.startswith("Missing") for one in said)
    assert any("treatment changes its skewness from" in one for one in said)
    indonesian = sentences(diagnosis, "id")
    assert len(indonesian) == len(said)
    assert any("mengukur hal yang hampir sama (korelasi 1,00)" in one for one in indonesian)
    assert not any("{" in one for one in (*said, *indonesian))


def test_criteria_with_little_effect_are_named():
    value = np.column_stack([np.linspace(0, 100, 50), np.full(50, 0.5), np.full(50, 50.0)])
    found = diagnose(small_scores(value))
    said = sentences(found, "en")
    assert said[0].startswith("What decides the order of villages most: “Eligible workers not covered”, with 100%")
    assert "“Social index (IDM)” (weight 25%, influence 0%)" in said[1]
    assert said[2] == "No two criteria measure the same thing."


# --- clusters


def rows_of_villages(figure):
    """A chain of villages, each the neighbour of the next two."""
    scores = small_scores(np.column_stack([figure, np.full(len(figure), 0.5), np.full(len(figure), 50.0)]))
    code = scores.criteria.villages["village_code"].to_numpy()
    pairs = [pd.DataFrame({"village_code_a": code[:-k], "village_code_b": code[k:]}) for k in (1, 2, 3)]
    return scores, pd.concat(pairs, ignore_index=True)


def test_many_uncovered_workers_side_by_side_are_a_hot_spot():
    figure = np.r_[np.full(15, 90.0), np.full(60, 20.0), np.full(15, 1.0)] + np.random.default_rng(1).uniform(0, 1, 90)
    scores, pairs = rows_of_villages(figure)
    found = clusters(scores, pairs)
    assert_aligned(found, scores.criteria.villages)
    assert set(found.iloc[2:12]) == {"high_high"}
    assert set(found.iloc[-12:-2]) == {"low_low"}
    assert set(found.iloc[30:60]) == {"none"}
    pd.testing.assert_series_equal(found, clusters(scores, pairs.sample(frac=1, random_state=1)))


def test_pairs_with_villages_elsewhere_do_not_count_and_missing_areas_are_told():
    scores, pairs = rows_of_villages(np.linspace(1, 90, 30))
    villages = scores.criteria.villages.copy()
    villages.loc[[100, 101], "area_km2"] = [pd.NA, 0.0]
    scores = replace(scores, criteria=replace(scores.criteria, villages=villages))
    elsewhere = pd.DataFrame({"village_code_a": ["16.01.01.2010"], "village_code_b": ["99.01.01.2001"]})
    found = clusters(scores, pd.concat([pairs, elsewhere], ignore_index=True))
    assert found.iloc[:2].tolist() == ["no_figure", "no_figure"]
    pd.testing.assert_series_equal(found, clusters(scores, pairs))


def test_need_that_differs_between_provinces_only_makes_no_cluster():
    scores, pairs = rows_of_villages(np.r_[np.full(30, 90.0), np.full(30, 10.0)])
    villages = scores.criteria.villages.assign(province_code=np.repeat(["16", "17"], 30))
    scores = replace(scores, criteria=replace(scores.criteria, villages=villages))
    assert set(clusters(scores, pairs, figure="need")) == {"none"}
    assert "high_high" in set(clusters(scores, pairs, figure="uncovered_per_km2"))


# --- the layer that comes with the program


def test_the_five_provinces(layer, around):
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    params = ScoringParams(worlds=100)
    scores = scored(measure(villages, params, around), params)
    table = robust(scores).table
    assert len(table) == 9_401
    assert (table["group"] == "out").mean() > 0.9
    assert table.loc[table["rank"] <= 50, "in_top"].mean() > 0.2
    assert diagnose(scores).reversal.is_stable
    kinds = clusters(scores, load_neighbours(layer, EMBEDDED))
    cities = villages.set_index("village_code")["regency_name"].str.startswith("Kota")
    hot = (kinds == "high_high").set_axis(scores.criteria.villages["village_code"])
    assert hot[cities].mean() > 3 * hot[~cities].mean()
    assert isinstance(around, Surroundings)
