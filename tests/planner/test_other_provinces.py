"""Nothing knows the five provinces by their codes: the same villages elsewhere are ranked, chosen and divided alike."""

import geopandas as gpd
import pandas as pd
import pytest

from geodata.contiguity import VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.declared import match_declared, read_declared
from geodata.layer import load, load_neighbours, make_layer
from geodata.offices import read_offices
from geodata.schema import (
    DISTRICT_CODE,
    PROVINCE_CODE,
    REGENCY_CODE,
    VILLAGE_CODE,
    basis,
    high,
    low,
)
from geodata.sectors.workers import COUNTED
from planner.coverage import GAP
from planner.criteria import Surroundings
from planner.params import ScoringParams
from planner.plan import rank
from planner.ranking import RANK, ranked
from planner.scoring import SCORE
from planner.selection.candidates import candidates
from planner.selection.params import SelectionParams
from planner.selection.plan import answer
from planner.territories.agents import numbered
from planner.territories.divide import divide
from planner.territories.params import TerritoryParams

ELSEWHERE = {"19": "73", "17": "94"}
CODES = (VILLAGE_CODE, DISTRICT_CODE, REGENCY_CODE, PROVINCE_CODE)


def moved(codes: pd.Series) -> pd.Series:
    return codes.str[:2].map(ELSEWHERE) + codes.str[2:]


@pytest.fixture(scope="module")
def here():
    layer = load()
    some = layer.frame[PROVINCE_CODE].isin(["19"]) | layer.frame[REGENCY_CODE].isin(["17.01"])
    return make_layer(layer.frame[some], layer.figures, {})


@pytest.fixture(scope="module")
def elsewhere(here):
    frame = here.frame.assign(**{column: moved(here.frame[column]) for column in CODES})
    return make_layer(gpd.GeoDataFrame(frame), here.figures, {})


def around(layer, pairs: pd.DataFrame) -> Surroundings:
    """Who borders on whom; nobody is declared, no office is near."""
    undeclared = match_declared(read_declared(), layer.frame[layer.frame[PROVINCE_CODE] == "00"])
    return Surroundings(pairs, undeclared, read_offices())


@pytest.fixture(scope="module")
def pairs(here) -> pd.DataFrame:
    known = load_neighbours(load())
    own = set(here.frame[VILLAGE_CODE])
    return known[known[VILLAGE_CODE_A].isin(own) & known[VILLAGE_CODE_B].isin(own)]


@pytest.fixture(scope="module")
def pairs_elsewhere(pairs) -> pd.DataFrame:
    return pairs.assign(**{column: moved(pairs[column]) for column in (VILLAGE_CODE_A, VILLAGE_CODE_B)})


def test_the_list(here, elsewhere):
    one, other = ranked(pd.DataFrame(here.frame)), ranked(pd.DataFrame(elsewhere.frame))
    assert set(other[PROVINCE_CODE]) == set(ELSEWHERE.values())
    assert other.set_index(VILLAGE_CODE)[GAP].to_dict() == one.set_index(moved(one[VILLAGE_CODE]))[GAP].to_dict()
    assert other[RANK].notna().all()


def test_score_and_selection(here, elsewhere, pairs, pairs_elsewhere):
    rules = SelectionParams(budget_idr=20 * 20_000_000, launches=20, max_per_district=1)
    found = []
    for layer, near in ((here, pairs), (elsewhere, pairs_elsewhere)):
        ranking = rank(layer, around(layer, near), ScoringParams())
        chosen = answer(candidates(ranking, around(layer, near), rules))
        found.append((ranking.table.set_index(VILLAGE_CODE)[SCORE], chosen))
    (score, one), (score_elsewhere, other) = found
    score.index = moved(score.index.to_series())
    pd.testing.assert_series_equal(score_elsewhere.sort_index(), score.sort_index(), check_names=False)
    assert {one.status, other.status} <= {"optimal", "within_gap"}
    assert other.objective == pytest.approx(one.objective, rel=0.002)


def test_territories(elsewhere, pairs_elsewhere):
    villages = gpd.GeoDataFrame(elsewhere.frame[elsewhere.frame[PROVINCE_CODE] == "73"])
    found = divide(villages, pairs_elsewhere, numbered(6), TerritoryParams())
    assert set(found.assignment.index) == set(villages[VILLAGE_CODE])
    assert found.assignment.nunique() == 6


def test_a_province_without_figures_is_told_and_never_chosen(here, pairs):
    """As in a layer of the country, where workers are published for some provinces only."""
    without = here.frame[PROVINCE_CODE] == "17"
    figures = [name for figure in COUNTED for name in (figure, low(figure), high(figure), basis(figure))]
    frame = here.frame.assign(**{name: here.frame[name].mask(without) for name in figures})
    layer = make_layer(gpd.GeoDataFrame(frame), here.figures, {})
    listed = ranked(pd.DataFrame(layer.frame))
    assert listed.loc[listed[PROVINCE_CODE] == "17", RANK].isna().all()
    assert listed[RANK].dropna().tolist() == list(range(1, int((~without).sum()) + 1))
    ranking = rank(layer, around(layer, pairs), ScoringParams())
    rules = SelectionParams(budget_idr=400_000_000, launches=20)
    found = candidates(ranking, around(layer, pairs), rules)
    chosen = answer(found)
    assert chosen.chosen is not None
    codes = found.codes[chosen.chosen]
    assert len(codes)
    assert not [code for code in codes if code.startswith("17")]
