"""What the map can be coloured by."""

import numpy as np
import pandas as pd
import pytest

from geodata import schema
from geodata.layer import VillageLayer, make_layer
from planner.clusters import clusters
from planner.measure_catalogue import MEASURES
from planner.measure_work import AT_ONCE, IN_TOP, RANK_HIGH, RANK_LOW, world_ranks
from planner.measures import BASIS, CLUSTER, HIGH, LOW, VALUE, estimated, ranks
from planner.params import ScoringParams
from planner.web.computed import clusters_work, worlds_work
from planner.web.jobs import Job
from planner.web.measures import Ground, long_work
from planner.web.weights_choice import DEFAULT
from planner.worlds import robust
from tests.web.conftest import grid_layer


@pytest.fixture(scope="module")
def ground() -> Ground:
    frame = grid_layer(10, 6)
    frame.loc[5, [schema.IDM_SOCIAL, schema.IDM_ECONOMIC]] = [0.7, 0.6]
    frame.loc[3, schema.ELIGIBLE] = None
    layer: VillageLayer = make_layer(frame, {}, {"built": "measures"})
    return Ground(layer, "", DEFAULT, "")


def found(ground: Ground, key: str) -> pd.DataFrame:
    measure = MEASURES[key]
    done = long_work(measure.long, ground, "id").work(Job()) if measure.long else None
    return measure.values(ground, done)


@pytest.mark.parametrize("key", MEASURES)
def test_every_measure_has_a_figure_and_a_basis_per_village_in_the_order_of_the_layer(ground: Ground, key: str) -> None:
    values = found(ground, key)
    pd.testing.assert_index_equal(values.index, ground.figures.index)
    assert {VALUE, LOW, HIGH, BASIS} <= set(values.columns)
    assert values[VALUE].notna().sum() >= len(values) - 1
    assert values[[VALUE, LOW, HIGH]].dtypes.eq(np.float64).all()
    assert (CLUSTER in values) == bool(MEASURES[key].kinds)
    ranged = values.dropna(subset=[LOW, HIGH])
    if MEASURES[key].spans == "figure":
        assert ((ranged[LOW] <= ranged[VALUE]) & (ranged[VALUE] <= ranged[HIGH])).all()


@pytest.mark.parametrize("key", MEASURES)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_measure_is_named_explained_and_written(key: str, language) -> None:
    measure = MEASURES[key]
    assert measure.called(language)
    assert measure.headed(language)
    assert measure.explained(language).endswith(".")
    assert measure.written(1234.5, language) in measure.with_unit(measure.written(1234.5, language), language)


def test_names_and_headings_are_told_apart() -> None:
    names = [measure.called("id") for measure in MEASURES.values()]
    assert len(set(names)) == len(names)
    criteria = {criterion.key for criterion in ScoringParams().criteria}
    assert criteria <= set(MEASURES)
    assert {f"workers_{sector}" for sector in schema.SECTORS} <= set(MEASURES)


def test_the_score_says_that_its_weights_are_our_own() -> None:
    for key in ("score", "need", "readiness", "hot_need"):
        assert "tidak ada rumus resmi" in MEASURES[key].explained("id")
        assert "no official formula" in MEASURES[key].explained("en")


def test_a_filled_criterion_is_an_estimate_and_a_counted_one_is_not(ground: Ground) -> None:
    values = found(ground, "iks")
    assert values.loc[5, BASIS] == "observed"
    assert values.loc[5, VALUE] == 0.7
    assert (values[BASIS] == "filled").sum() == len(values) - 1
    assert estimated(values).sum() == len(values) - 1


def test_ranks_begin_at_the_dark_end_and_equal_figures_keep_the_order_of_codes() -> None:
    values = pd.DataFrame({VALUE: [1.0, 3.0, 3.0, None]})
    assert ranks(values, MEASURES["gap_workers"]).to_list()[:3] == [3, 1, 2]
    assert ranks(values, MEASURES["coverage_pct"]).to_list()[:3] == [1, 2, 3]
    assert ranks(values, MEASURES["gap_workers"]).isna().iloc[3]


def test_what_a_measure_does_not_hang_on_is_not_part_of_its_key(ground: Ground) -> None:
    other = Ground(ground.layer, "fishery", DEFAULT[::-1], "16")
    for key, measure in MEASURES.items():
        same = ground.choices(measure.hangs_on) == other.choices(measure.hangs_on)
        assert same == (not measure.hangs_on), key


@pytest.mark.parametrize("region", ["", "16"])
def test_certainty_is_that_of_the_core(ground: Ground, region: str) -> None:
    long = worlds_work(ground.scores, ("x",), region, "id")
    job = Job()
    mine = long.work(job)
    core = robust(ground.scores, regions=[region] if region else None).table
    pd.testing.assert_index_equal(mine.index, core.index)
    assert mine[IN_TOP].to_list() == pytest.approx(core["in_top"].to_list())
    assert mine[RANK_LOW].to_list() == core["rank_low"].to_list()
    assert mine[RANK_HIGH].to_list() == core["rank_high"].to_list()
    assert long.told(job) == "Simulasi 1.000 dari 1.000 …"


def test_certainty_ends_when_nobody_waits(ground: Ground) -> None:
    told: list[int] = []
    assert world_ranks(ground.scores, None, tell=lambda worlds: bool(told.append(worlds))) is None
    assert told == [AT_ONCE]


def test_hot_spots_are_those_of_the_core(ground: Ground) -> None:
    found = clusters_work(ground.scores, ground.neighbours, "need", of=("x",), language="id").work(Job())
    assert found.equals(clusters(ground.scores, ground.neighbours, figure="need"))
