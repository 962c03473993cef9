import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata import schema
from geodata.layer import make_layer
from planner.criteria import measure
from planner.diagnosis import diagnose
from planner.plan import ranking_of
from planner.ranking import RANK
from planner.scoring import Scores, scored
from planner.surroundings import surroundings_of
from planner.web import weights_moved
from planner.web.weights_choice import DEFAULT, PARTS, scoring_of
from planner.web.weights_effect import bars
from planner.web.weights_map import score_classes, score_legend
from planner.web.weights_moved import BEFORE, KINDS, POINTS, REASON, SHIFT, STEPS, listed, moved
from tests.web.conftest import RECORDS, grid_layer


@pytest.fixture(scope="module")
def measured():
    layer = make_layer(varied(grid_layer(12, 10)), RECORDS, {})
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    return measure(villages, scoring_of(DEFAULT), surroundings_of(layer, None))


def varied(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Villages that differ in more than their number of workers."""
    random = np.random.default_rng(7)
    return frame.assign(
        **{column: random.uniform(0.3, 1.0, len(frame)) for column in (schema.IDM_SOCIAL, schema.IDM_ECONOMIC)}
    )


def weights(**changed: int) -> tuple[int, ...]:
    return tuple(changed.get(part, weight) for part, weight in zip(PARTS, DEFAULT, strict=True))


def scores(measured, **changed: int) -> Scores:
    return scored(measured, scoring_of(weights(**changed)))


def test_equal_weights_move_nobody(measured) -> None:
    moves = moved(scores(measured), scores(measured, need=100, readiness=70, cost=30))
    assert (moves.table[STEPS] == 0).all()
    assert moves.explained(moves.table)[REASON].isna().all()
    assert all(listed(moves.table, kind, 10).empty for kind in KINDS)
    assert moves.explained(listed(moves.table, "naik", 10)).empty


def test_moves_are_the_difference_of_ranks(measured) -> None:
    before, after = scores(measured), scores(measured, readiness=100)
    moves = moved(before, after, region="16")
    now, was = (ranking_of(found, regions=["16"]).table[RANK] for found in (after, before))
    assert moves.table[RANK].to_list() == now.to_list() == list(range(1, len(now) + 1))
    assert moves.table.index.equals(now.index)
    assert (moves.table[BEFORE] == was.reindex(moves.table.index)).all()
    assert moves.table[STEPS].sum() == 0
    assert moves.table[STEPS].any()


def test_lists_are_what_they_say(measured) -> None:
    moves = moved(scores(measured), scores(measured, readiness=100, need=10)).table
    entered, left, climbed, fell = (listed(moves, kind, 10) for kind in KINDS)
    assert len(entered) == len(left) > 0
    assert (entered[RANK] <= 10).all()
    assert (entered[BEFORE] > 10).all()
    assert (left[BEFORE] <= 10).all()
    assert (left[RANK] > 10).all()
    assert climbed[STEPS].iloc[0] == moves[STEPS].max() > 0
    assert fell[STEPS].iloc[0] == moves[STEPS].min() < 0
    assert climbed[STEPS].is_monotonic_decreasing
    assert fell[STEPS].is_monotonic_increasing
    assert len(climbed) == len(fell) == 10


def test_the_reason_is_the_criterion_that_was_weighed_up(measured) -> None:
    moves = moved(scores(measured), scores(measured, iks=100))
    farthest = moves.explained(listed(moves.table, "naik", 5))
    assert "iks" in set(farthest[REASON])
    assert ((farthest[REASON] == "iks") == (farthest[SHIFT] == 1)).all()  # the others count less
    assert (farthest[POINTS] > 0).all()
    assert (moves.explained(listed(moves.table, "turun", 5))[POINTS] < 0).all()
    stayed = moves.explained(moves.table[moves.table[STEPS] == 0])
    assert len(stayed) > 0
    assert stayed[REASON].isna().all()


def test_points_of_all_criteria_are_the_change_of_the_score(measured) -> None:
    before, after = scores(measured), scores(measured, iks=100, cost=60)
    moves = moved(before, after)
    at = after.criteria.villages.index.get_indexer(moves.table.index)
    difference = (after.score - before.score)[at]
    assert moves.change(moves.table).sum(axis=1) == pytest.approx(difference - difference.mean(), abs=1e-6)


def test_the_table_and_the_sentence_speak_the_language(measured) -> None:
    moves = moved(scores(measured), scores(measured, iks=100))
    rows = moves.explained(listed(moves.table, "naik", 3))
    shown = weights_moved.table(rows, "id").data
    assert shown.columns.to_list() == ["Desa/kelurahan", "Kini", "Semula", "Sebab utama", "Kabupaten/kota"]
    assert shown["Kini"].to_list() == rows[RANK].to_list()
    causes = r"(Ketahanan sosial ↑|Ketahanan ekonomi ↓) \(\+\d+,\d poin\)"
    assert shown["Sebab utama"].str.fullmatch(causes).all()
    told = weights_moved.standing(rows.iloc[0], len(moves.table), "en")
    assert f"rank {rows[RANK].iloc[0]} of 120 by score" in told
    assert re.search(r"What moved it most: (Social index ↑|Economic index ↓) \(\+", told)


def test_classes_stand_in_the_order_of_the_layer_and_stripe_what_is_estimated(measured) -> None:
    found = scores(measured)
    figures = found.criteria.villages.assign(**{schema.basis("gap_workers"): "observed"})
    shown = pd.Series(data=True, index=figures.index)
    backwards = score_classes(found, figures[::-1], shown[::-1])
    forwards = score_classes(found, figures, shown)
    assert forwards.classes == backwards.classes[::-1]
    assert forwards.estimated == len(figures)  # neither BUMDes nor lapsed participants are in this layer
    counted = score_classes(scores(measured, bumdes_workers=0, inactive_share_pct=0), figures, shown)
    assert counted.estimated == 1  # the village without an outline has no known neighbours
    best = int(np.argmax(found.score))
    assert forwards.classes[best] == "9"
    legend = score_legend(forwards, "id", approximate=True)
    assert legend.count("<li>") == 5
    assert "bukan tingkat yang tetap" in legend
    assert "120 dari 120 desa" in legend


def test_bars_show_weight_and_influence_of_the_diagnosis(measured) -> None:
    found = scores(measured, cost=0)
    shown = bars(found, "en")
    assert shown.count('<th scope="row">') == 10
    for column in ("weight", "effective_weight"):
        for share in diagnose(found).criteria[column]:
            assert f'<span class="figure">{100 * share:.0f}%</span>' in shown
