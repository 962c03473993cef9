"""Two plans side by side: what only one of them holds, why, and which parameters differ."""

import pytest

from planner.params import CostRates, ScoringParams
from planner.selection.candidates import candidates
from planner.selection.compare import compare, name_of
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer
from tests.planner.selection.villages import DECLARED, found, frame, ranking_of, surroundings


def plan(**rules):
    chosen = found(**rules)
    return SelectionPlan(chosen, answer(chosen))


def test_a_plan_does_not_differ_from_itself():
    same = compare(plan(launches=3), plan(launches=3), priced=True)
    assert (same.left, same.right, same.both) == ((), (), 3)
    assert same.parameters == {}
    assert same.totals.iloc[0].tolist() == same.totals.iloc[1].tolist()


def test_what_differs_is_the_same_from_both_sides():
    one, other = plan(launches=4, max_per_district=1), plan(launches=4, spacing_km=3.0, spillover_km=5.0)
    there, back = compare(one, other), compare(other, one)
    assert there.left == back.right
    assert there.right == back.left
    assert there.both == back.both
    assert {why.code for why in there.left} == one.codes - other.codes
    assert {why.code for why in there.right} == other.codes - one.codes
    assert there.totals.iloc[::-1].to_numpy().tolist() == back.totals.to_numpy().tolist()
    assert {name: values[::-1] for name, values in there.parameters.items()} == back.parameters
    assert there.parameters == {"max_per_district": (1, None), "spacing_km": (0.0, 3.0), "spillover_km": (0.0, 5.0)}


def test_why_a_village_is_missing_is_told_by_the_other_plan():
    many, few = plan(launches=6), plan(launches=2)
    found_out = compare(many, few, priced=True)
    assert len(found_out.left) == 4
    assert found_out.right == ()
    for why in found_out.left:
        assert why.kind == "broken"
        assert {int(i) for i in why.broken[0].instead} == {few.candidates.position(code) for code in few.codes}
        assert why.price.high >= 0
    assert all(why.price is None for why in compare(many, few).left)


def test_villages_elsewhere_and_declared_ones():
    again = plan(launches=12, again=True)
    here = ranking_of(frame().iloc[:6])
    chosen = candidates(here, surroundings(), SelectionParams(launches=2))
    found_out = compare(again, SelectionPlan(chosen, answer(chosen)))
    kinds = {why.code: why.kind for why in found_out.left}
    assert kinds[DECLARED] == "declared"
    assert {kind for code, kind in kinds.items() if code.startswith("19.71")} == {"not_in_regions"}
    assert found_out.parameters["again"] == (True, False)
    assert name_of(again, DECLARED) == "Sungailiat"
    assert name_of(again, "11.01.01.2001") == "11.01.01.2001"


def test_totals_are_sums_over_the_chosen_villages():
    one, other = plan(launches=3), plan(launches=5)
    totals = compare(one, other).totals
    assert totals["villages"].tolist() == [3, 5]
    for row, which in ((0, one), (1, other)):
        for name in ("benefit", "launch_cost_idr", "agent_days", "expected_active", "expected_registrations"):
            assert totals.loc[row, name] == pytest.approx(which.chosen[name].sum())


def test_rates_that_differ_are_named():
    dearer = ScoringParams(costs=CostRates(visits=6))
    chosen = candidates(ranking_of(params=dearer, sector="fishery"), surroundings(), SelectionParams(launches=3))
    parameters = compare(plan(launches=3), SelectionPlan(chosen, answer(chosen))).parameters
    assert parameters["costs.visits"] == (4, 6)
    assert parameters["sector"] == (None, "fishery")
    assert "launches" not in parameters
