"""What a plan comes to: table, totals, sentences."""

from dataclasses import replace

import numpy as np
import pytest

from geodata import schema
from planner.selection import summary
from planner.selection.candidates import ACTIVE, LAUNCH_COST
from planner.selection.core import RobustPlan
from planner.selection.curve import curve
from planner.selection.plan import SelectionPlan, answer
from tests.planner.selection.villages import found

LANGUAGES = ("id", "en")


@pytest.fixture(scope="module")
def plan() -> SelectionPlan:
    candidates = found(launches=3)
    return SelectionPlan(candidates, answer(candidates))


def test_the_list_holds_the_chosen_best_first(plan: SelectionPlan) -> None:
    rows = summary.listed(plan)
    assert rows["rank"].to_list() == [1, 2, 3]
    assert rows["benefit"].is_monotonic_decreasing
    assert set(rows["chosen"]) == {"chosen"}
    assert set(rows[schema.VILLAGE_CODE]) == plan.codes
    assert set(rows.index) <= set(plan.candidates.table.index)


def test_with_worlds_the_villages_that_swing_are_listed_after_the_chosen(plan: SelectionPlan) -> None:
    n = plan.candidates.problem.villages
    share = np.linspace(0, 1, n)
    group = np.select([share > 0.8, share < 0.05], ["core", "out"], "swing")
    rows = summary.listed(plan, RobustPlan(share, group, np.zeros(4)))
    is_chosen = (rows["chosen"] == "chosen").to_list()
    assert is_chosen == sorted(is_chosen, reverse=True)
    assert sum(is_chosen) == 3
    assert set(rows.loc[rows["chosen"] == "not_chosen", summary.GROUP]) <= {"core", "swing"}
    assert rows[summary.IN_PLAN].between(0, 100).all()


def test_sums_are_those_of_the_chosen(plan: SelectionPlan) -> None:
    sums = summary.sums(plan)
    chosen = plan.candidates.table[plan.selection.chosen]
    assert set(sums) == set(summary.SUMS)
    assert sums[LAUNCH_COST] == pytest.approx(chosen[LAUNCH_COST].sum())
    assert sums[schema.low(ACTIVE)] <= sums[ACTIVE] <= sums[schema.high(ACTIVE)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_totals_and_quality_are_told(plan: SelectionPlan, language) -> None:
    assert summary.totals(plan, language).startswith("3 ")
    assert summary.told(plan, language)
    nothing = SelectionPlan(found(budget_idr=1), answer(found(budget_idr=1)))
    assert "Rp" in summary.told(nothing, language)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_there_is_no_choice(plan: SelectionPlan, language) -> None:
    stopped = replace(plan.selection, chosen=None, status="stopped", seconds=2.0)
    assert "2" in summary.unsolved(plan.candidates, stopped, None, language)[0]
    infeasible = replace(stopped, status="infeasible")
    assert len(summary.unsolved(plan.candidates, infeasible, None, language)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_worlds_are_told_with_those_that_break_a_rule(plan: SelectionPlan, language) -> None:
    n = plan.candidates.problem.villages
    half = RobustPlan(np.ones(n), np.full(n, "core"), np.array([0.01, np.nan]))
    told = summary.robust(half, language)
    assert len(told) == 3
    assert "50" in told[2]
    assert len(summary.robust(RobustPlan(np.ones(n), np.full(n, "core"), np.array([0.01])), language)) == 2
    assert len(summary.robust(RobustPlan(np.ones(n), np.full(n, "core"), np.array([np.nan])), language)) == 2


def test_steps_of_a_curve_add_up(plan: SelectionPlan) -> None:
    drawn = curve(plan.candidates, "launches", points=3)
    steps = summary.steps(drawn)
    assert steps["limit"].to_list() == [point.limit for point in drawn.points]
    assert steps["more"].sum() == pytest.approx(steps["brought"].iloc[-1])
    assert (steps["bound"] >= steps["brought"] - 1e-9).all()


def test_a_curve_tells_points_without_a_choice() -> None:
    drawn = curve(found(launches=4, launches_min=3), "launches", points=4)
    steps = summary.steps(drawn)
    assert steps["brought"].isna().to_list()[0]
    assert (steps["status"] == "infeasible").any()


def test_a_curve_stops_when_it_is_told() -> None:
    drawn = curve(found(launches=9), "launches", points=4, on_point=lambda done, _: done < 2)
    assert len(drawn.points) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_target_is_reached_or_not(plan: SelectionPlan, language) -> None:
    drawn = curve(plan.candidates, "launches", points=3)
    assert summary.sized("launches", 1, language) in summary.reaching(drawn, 1.0, "active", language)
    far = summary.reaching(drawn, 1e9, "active", language)
    assert "1.000.000.000" in far or "1,000,000,000" in far
    assert summary.sized("budget", 5e8, "id") == "Rp500 juta"


def test_a_village_elsewhere_is_called_by_its_code(plan: SelectionPlan) -> None:
    code = next(iter(plan.codes))
    assert summary.called(plan.candidates, code).endswith(f"({code})")
    assert summary.called(plan.candidates, "11.01.01.2001") == "11.01.01.2001"
