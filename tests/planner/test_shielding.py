"""What leaves the office is the same however few were counted, and no sum gives a count away."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import schema
from geodata.layer import VillageLayer, make_layer
from geodata.schema import ACTIVE_BPU, ELIGIBLE, INACTIVE_BPU, SECTORS, WORKERS, basis, high, low, sector_column
from planner.coverage import GAP, gap
from planner.observed import Counts, with_counts
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan
from planner.selection.shielded import shielded_candidates, shielded_plan
from planner.selection.solve import solve
from planner.shielding import few_counted, few_notes, masked, shielded, shielded_ranking
from planner.territories.agents import AGENT, made
from planner.territories.divide import divide
from planner.territories.params import TerritoryParams
from planner.territories.report import quality
from planner.territories.shielded import shielded_territories
from tests.planner.priority.test_priority_few import counted, first, list_asked, ranked
from tests.planner.small_plans import around, small_layer

FEW = st.lists(st.integers(1, 4), min_size=3, max_size=3)


def participants(*people: int, figure: str = ACTIVE_BPU) -> VillageLayer:
    """Return the small layer with counts in the first villages."""
    frame = small_layer().frame.copy()
    rows = frame.index[: len(people)]
    for name in (figure, low(figure), high(figure)):
        frame.loc[rows, name] = list(people)
    frame.loc[rows, basis(figure)] = "observed"
    return make_layer(frame, {}, {})


def workers(**people: int) -> VillageLayer:
    """Return the small layer with workers of sectors counted in its first village."""
    code = small_layer().frame[schema.VILLAGE_CODE].iloc[0]
    rows = [
        {schema.VILLAGE_CODE: code, "sector": name, "people": n, "counted_on": "2026-09"} for name, n in people.items()
    ]
    frame = small_layer().frame
    working = {name: frame[ELIGIBLE].astype("Int64") + 2 for name in (WORKERS, low(WORKERS), high(WORKERS))}
    return with_counts(make_layer(frame.assign(**working), {}, {}), Counts(workers=pd.DataFrame(rows)))


@settings(max_examples=15, deadline=None)
@given(FEW, st.sampled_from([ACTIVE_BPU, INACTIVE_BPU]))
def test_the_villages_are_the_same_however_few_were_counted(people, figure) -> None:
    one, other = (shielded(participants(*n, figure=figure)).frame for n in (people, [4, 4, 4]))
    pd.testing.assert_frame_equal(one, other)
    assert one[figure].iloc[:3].tolist() == [2] * 3
    assert one[basis(figure)].iloc[:3].eq("assumed").all()


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(5, 400))
def test_workers_of_sectors_do_not_follow_from_their_sums(one, other, many) -> None:
    found = [workers(fishery=a, livestock=b, plantation=many) for a, b in ((one, other), (4, 1))]
    assert found[0].frame[ELIGIBLE].iloc[0] - found[1].frame[ELIGIBLE].iloc[0] == one + other - 5
    told = [shielded(layer).frame for layer in found]
    pd.testing.assert_frame_equal(*told)
    columns = [sector_column(sector) for sector in SECTORS]
    moved = told[0][columns].iloc[0].sum() - found[0].frame[columns].iloc[0].sum()
    assert told[0][ELIGIBLE].iloc[0] - found[0].frame[ELIGIBLE].iloc[0] == moved == 4 - one - other
    assert told[0][WORKERS].iloc[0] >= told[0][ELIGIBLE].iloc[0]


def test_all_sectors_counted_make_no_counted_sum() -> None:
    few, many = (workers(**dict.fromkeys(SECTORS, 50) | {"fishery": n}) for n in (3, 5))
    assert few.frame[basis(ELIGIBLE)].iloc[0] == "observed"
    assert shielded(few).frame[basis(ELIGIBLE)].iloc[0] == "assumed"
    assert shielded(many) is many


def test_what_is_not_few_stays_and_nothing_is_changed_in_place() -> None:
    for people in (0, 5):
        layer = participants(people)
        assert shielded(layer) is layer
        assert not few_counted(layer.frame).any()
    assert shielded(small_layer()) is small_layer()
    layer = participants(3)
    before = layer.frame.copy()
    safe = shielded(layer)
    pd.testing.assert_frame_equal(layer.frame, before)
    assert isinstance(safe.frame, gpd.GeoDataFrame)
    assert safe.fingerprint == layer.fingerprint
    pd.testing.assert_frame_equal(safe.frame.iloc[1:], layer.frame.iloc[1:], check_dtype=False)
    assert shielded(layer, 3) is layer


def test_a_hidden_count_is_missing_and_the_gap_does_not_tell_it() -> None:
    layer = participants(3)
    safe = shielded(layer).frame
    table = masked(pd.DataFrame(safe).assign(**gap(safe)), layer.frame)
    row = table.iloc[0]
    assert row[[ACTIVE_BPU, low(ACTIVE_BPU), high(ACTIVE_BPU)]].isna().all()
    assert row[ELIGIBLE] - row[GAP] == 2
    assert table[ACTIVE_BPU].iloc[1:].notna().all()


@pytest.mark.parametrize(("language", "words"), [("id", "berbeda dari layar kantor"), ("en", "screens of the office")])
def test_where_figures_differ_from_the_pages_it_is_said(language, words) -> None:
    assert words in few_notes(participants(3), 5, language)[0]
    assert few_notes(participants(5), 5, language) == ()


def test_order_and_scores_are_the_same_however_few_were_counted() -> None:
    layers = [counted(people, first()) for people in (1, 4)]
    given_ = [ranked(layer, None) for layer in layers]
    assert not given_[0].table["score"].equals(given_[1].table["score"])  # they do tell on the pages
    told = [shielded_ranking(one, layer, around()) for one, layer in zip(given_, layers, strict=True)]
    pd.testing.assert_frame_equal(told[0].table, told[1].table)


def test_a_plan_keeps_its_villages_and_its_rules() -> None:
    """Days of agents that are used up to the last by what was counted are so by estimates."""
    layers = [counted(people, first()) for people in (1, 4)]
    asked = [list_asked(layer, SelectionParams(agent_days=60, must=(first(),))) for layer in layers]
    plans = [SelectionPlan(one, solve(one.problem, gap=0.0, seconds=10)) for one in asked]
    told = [shielded_plan(plan, layer, around()) for plan, layer in zip(plans, layers, strict=True)]
    for plan, shown in zip(plans, told, strict=True):
        assert shown.codes == plan.codes
        assert not shown.candidates.problem.rules.broken(shown.selection.chosen).any()
    assert plans[0].selection.objective != plans[1].selection.objective
    if plans[0].codes == plans[1].codes:
        assert told[0].selection.objective == told[1].selection.objective
    found = [shielded_candidates(one, layer, around()) for one, layer in zip(asked, layers, strict=True)]
    pd.testing.assert_frame_equal(found[0].table, found[1].table)


def test_work_and_sums_of_areas_are_the_same_however_few_were_counted() -> None:
    pairs, agents = around().pairs, made(["A", "B"], None, None)
    found = []
    for people in (1, 4):
        layer = counted(people, first())
        areas = divide(small_layer().frame, pairs, agents, TerritoryParams())
        shown = shielded_territories(areas, layer)
        assert (shown.assignment == areas.assignment).all()
        found.append((shown.ground.work, quality(shown).areas))
        assert AGENT in areas.agents
    for one, other in zip(*found, strict=True):
        pd.testing.assert_frame_equal(one, other)
