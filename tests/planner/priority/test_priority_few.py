"""Nothing in a priority list tells how few participants were counted, in its rows, its notes or its misses."""

from functools import cache

import pandas as pd
import pytest

from geodata import schema
from geodata.layer import VillageLayer, make_layer
from planner import worlds
from planner.params import ScoringParams
from planner.plan import Ranking, rank
from planner.plan_record import Asked
from planner.priority import PriorityList, priority_list
from planner.selection.candidates import Candidates
from planner.selection.core import RobustPlan, robust_plan
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan
from planner.selection.solve import solve
from planner.selection.worlds import worlds_of
from tests.planner.priority.test_priority_list import DAY
from tests.planner.small_plans import around, chosen, small_layer


def counted(people: int, code: str, figure: str = schema.ACTIVE_BPU) -> VillageLayer:
    """Return the small layer with counted participants in one village."""
    frame = small_layer().frame
    here = frame[schema.VILLAGE_CODE] == code
    parts = {name: frame[name].mask(here, people) for name in (figure, schema.low(figure), schema.high(figure))}
    return make_layer(
        frame.assign(**parts, **{schema.basis(figure): frame[schema.basis(figure)].mask(here, "observed")}), {}, {}
    )


@cache
def first() -> str:
    return str(chosen(small_layer()).chosen[schema.VILLAGE_CODE].iloc[0])


def list_asked(layer: VillageLayer, params: SelectionParams) -> Candidates:
    return Asked(params, (), None, ScoringParams()).candidates(layer, around())


def ranks(ranking: Ranking) -> worlds.Robust:
    return worlds.robust(ranking.scores, worlds=100, top=5)


def swings(plan: SelectionPlan) -> RobustPlan:
    return robust_plan(worlds_of(plan.candidates, seed=1), plan.selection, worlds=20)


def list_of_plan(layer: VillageLayer, *, swing: bool = False, **rules: object) -> PriorityList:
    """Return the list of a plan that holds a village, or not."""
    asked = list_asked(layer, SelectionParams(launches=3, **rules))  # type: ignore[arg-type]
    plan = SelectionPlan(asked, solve(asked.problem, gap=0.0, seconds=10))
    swung = swings if swing else None
    return priority_list(plan, layer, around(), on=DAY, language="en", robust=ranks, swing=swung)


def assert_same(found: list[PriorityList]) -> None:
    """All that a list tells is the same: rows, order, ranks and their intervals, misses, sums, parameters."""
    one, other = found
    pd.testing.assert_frame_equal(one.frame, other.frame)
    pd.testing.assert_frame_equal(one.misses, other.misses)
    assert one.about.notes == other.about.notes
    assert one.about.parameters == other.about.parameters
    assert "rank_low" in one.frame


@pytest.mark.parametrize("objective", ["active", "gap_workers", "score"])
def test_the_list_of_a_plan_is_the_same_however_few_were_counted(objective) -> None:
    assert_same([list_of_plan(counted(n, first()), must=(first(),), objective=objective) for n in (1, 4)])


def test_misses_of_a_plan_are_the_same_however_few_were_counted() -> None:
    assert_same([list_of_plan(counted(n, first()), never=(first(),)) for n in (1, 4)])


def test_villages_that_swing_are_the_same_however_few_were_counted() -> None:
    found = [list_of_plan(counted(n, first()), swing=True) for n in (1, 4)]
    assert_same(found)
    assert "in_plan_pct" in found[0].frame


def ranked(layer: VillageLayer, sector: str | None) -> Ranking:
    return rank(layer, around(), ScoringParams(), sector=sector)  # type: ignore[arg-type]


@pytest.mark.parametrize("sector", [None, "fishery"])
@pytest.mark.parametrize(
    ("figure", "top"), [(schema.ACTIVE_BPU, 60), (schema.ACTIVE_BPU, 5), (schema.INACTIVE_BPU, 60)]
)
def test_list_and_misses_of_a_ranking_are_the_same_however_few_were_counted(sector, figure, top) -> None:
    code = ranked(small_layer(), sector).table[schema.VILLAGE_CODE].iloc[8]
    found = []
    for people in (1, 4):
        layer = counted(people, code, figure)
        given = ranked(layer, sector)
        found.append(priority_list(given, layer, around(), on=DAY, language="en", top=top, robust=ranks))
    assert_same(found)


def test_the_count_is_missing_and_that_figures_differ_from_the_pages_is_said() -> None:
    found = list_of_plan(counted(3, first()), must=(first(),))
    hidden = found.frame[schema.VILLAGE_CODE] == first()
    assert found.frame.loc[hidden, schema.ACTIVE_BPU].isna().all()
    assert any("screens of the office" in note for note in found.about.notes)
    assert not any("screens of the office" in note for note in list_of_plan(counted(5, first())).about.notes)
