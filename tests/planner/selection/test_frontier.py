"""More money never brings less, and the parts of a point sum to its total."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.selection.candidates import candidates
from planner.selection.curve import curve
from planner.selection.frontier import frontier, reaching
from planner.selection.params import SelectionParams
from tests.planner.selection.villages import best_value, found, ranking_of, surroundings

MILLION = 1_000_000


@given(
    gap=st.sampled_from([0.0, 0.05, 0.5]),
    rules=st.sampled_from([{}, {"max_per_district": 1}, {"spacing_km": 3.0}, {"spillover_km": 6.0}]),
    limits=st.sets(st.integers(0, 300), min_size=1, max_size=8),
)
@settings(max_examples=15)
def test_more_money_never_brings_less(gap, rules, limits):
    chosen = found(budget_idr=300 * MILLION, **rules)
    points = frontier(chosen.problem, "budget", [x * MILLION for x in sorted(limits)], gap=gap)
    brought = [point.selection.objective for point in points]
    assert brought == sorted(brought)
    cost = chosen.table["launch_cost_idr"].to_numpy(float)
    for point in points:
        assert cost[point.selection.chosen].sum() <= point.limit


@pytest.mark.parametrize("kind", ["budget", "launches", "agent_days"])
def test_every_point_is_the_best_of_its_size(kind):
    problem = found(budget_idr=10**9, launches=11, agent_days=400, max_per_regency=3).problem
    row = int(np.flatnonzero(problem.rules.kind == kind)[0])
    limits = np.linspace(0, problem.rules.amounts[[row]].sum(), 4)[1:]
    for point in frontier(problem, kind, limits, gap=0):
        most = problem.rules.most.copy()
        most[row] = point.limit
        assert point.selection.objective == pytest.approx(
            best_value(problem.with_rules(replace(problem.rules, most=most)))
        )
        assert point.selection.status == "optimal"


def test_sizes_too_small_for_the_rules_are_told():
    chosen = found(launches=6, min_per_regency=2)
    told = []
    points = frontier(chosen.problem, "launches", [2, 3, 4, 5], on_point=lambda *at: told.append(at) is None)
    assert [point.selection.chosen is None for point in points] == [True, True, False, False]
    assert [point.selection.status for point in points][:2] == ["infeasible", "infeasible"]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    plain = curve(chosen, "launches", points=6).plain(None)["points"]
    assert plain[0] == {"limit": 0.0, "status": "infeasible", "objective": None, "bound": None, "launches": 0}
    assert plain[-1]["launches"] == 6
    assert [point["limit"] for point in plain] == sorted({point["limit"] for point in plain})


def test_the_problem_keeps_its_own_limit():
    chosen = found(launches=6)
    before = chosen.problem.rules.most.copy()
    frontier(chosen.problem, "launches", [1, 2])
    np.testing.assert_array_equal(chosen.problem.rules.most, before)


def test_the_target_line_is_the_first_that_reaches_it():
    points = frontier(found(launches=6).problem, "launches", [1, 2, 3], gap=0)
    brought = [point.selection.objective for point in points]
    assert reaching(points, 0.0).limit == 1
    assert reaching(points, brought[1]).limit == 2
    assert reaching(points, brought[1] + 0.01).limit == 3
    assert reaching(points, brought[2] + 0.01) is None


@pytest.mark.parametrize("limits", [[], [2, 1], [1, 1]], ids=["none", "falling", "twice"])
def test_limits_ascend(limits):
    with pytest.raises(PlanError, match="at least one limit") as caught:
        frontier(found(launches=6).problem, "launches", limits)
    assert "lebih besar dari batas sebelumnya" in caught.value.text("id")


@pytest.mark.parametrize("kind", ["budget", "agent_days", "per_regency", "colour"])
def test_a_plan_without_that_limit_has_no_frontier(kind):
    chosen = found(launches=6, max_per_regency=2)
    with pytest.raises(PlanError, match=f"no limit {kind}") as caught:
        curve(chosen, kind, points=3)
    assert f'"{kind}"' in caught.value.text("id")
    with pytest.raises(PlanError, match=f"no limit {kind}"):
        frontier(chosen.problem, kind, [1.0])


# --- the curve and its parts


@pytest.mark.parametrize("rules", [{}, {"spillover_km": 6.0}], ids=["plain", "spillover"])
@pytest.mark.parametrize("sector", [None, "fishery"])
def test_parts_sum_to_the_total(sector, rules):
    params = SelectionParams(launches=6, **rules)
    chosen = candidates(ranking_of(sector=sector), surroundings(), params)
    drawn = curve(chosen, "launches", points=4)
    assert [point.limit for point in drawn.points] == sorted({point.limit for point in drawn.points})
    assert drawn.points[-1].limit == 6
    benefit = chosen.table["benefit"].to_numpy(float)
    for point in drawn.points:
        part = drawn.table[drawn.table["limit"] == point.limit]
        of = part.groupby("group")["benefit"].sum()
        total = benefit[point.selection.chosen].sum()
        assert of["all"] == pytest.approx(total)
        assert of.get("regency", 0.0) == pytest.approx(total)
        assert of["sector"] == pytest.approx(total)
        assert part.loc[part["group"] == "regency", "villages"].sum() == point.selection.chosen.sum()
        assert set(part.loc[part["group"] == "sector", "name"]) >= {"fishery"}
        if not rules:
            assert total == pytest.approx(point.selection.objective)


def test_a_curve_says_where_it_reaches_a_target():
    drawn = curve(found(launches=4), "launches", points=4)
    most = drawn.points[-1].selection.objective
    assert drawn.plain(most)["reached_at"] == 4
    assert drawn.plain(most + 1)["reached_at"] is None
    assert drawn.plain(None)["target"] is None
    assert drawn.reaching(0.0).limit == drawn.points[0].limit
    assert drawn.plain(None)["against"] == "launches"


def test_a_curve_is_solved_to_the_gap_of_its_rules():
    exact = curve(found(budget_idr=200 * MILLION, gap_pct=0.0, max_per_district=1), "budget", points=5)
    assert {point.selection.status for point in exact.points} == {"optimal"}


def test_nothing_to_divide_is_one_point():
    (point,) = curve(found(launches=0), "launches", points=5).points
    assert (point.limit, point.selection.objective) == (0, 0)
