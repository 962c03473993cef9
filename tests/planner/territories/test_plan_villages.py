"""Villages of a plan, which do not border on each other: linked through those in between."""

import pytest

from planner.errors import PlanError
from planner.territories.agents import numbered
from planner.territories.divide import divide
from planner.territories.region import of_plan
from planner.territories.report import quality
from tests.planner.territories.villages import QUICK, both, code, grid, pairs


def links(chosen):
    return set(zip(chosen.pairs["village_code_a"], chosen.pairs["village_code_b"], strict=True))


def test_villages_of_a_plan_are_linked_through_those_in_between_only():
    chain = grid(1, 9)
    plan = [code(0, 8), code(0, 0), code(0, 5)]
    chosen = of_plan(chain, pairs(chain), plan)
    assert sorted(chosen.villages["village_code"]) == sorted(plan)
    assert links(chosen) == {(code(0, 0), code(0, 5)), (code(0, 5), code(0, 8))}  # nobody passes the one in the middle
    backwards = of_plan(chain.iloc[::-1], pairs(chain).iloc[::-1], plan[::-1])
    assert links(backwards) == links(chosen)


def test_barriers_ferries_and_water_count_in_between():
    frame = both(grid(1, 6), grid(1, 3, origin=(105.0, -3.0), regency="16.02"))
    plan = [code(0, 0), code(0, 5), code(0, 2, regency="16.02")]
    beside = pairs(frame)
    assert links(of_plan(frame, beside, plan)) == {(code(0, 0), code(0, 5))}
    assert not links(of_plan(frame, beside, plan, forbid=[(code(0, 2), code(0, 3))]))
    ferry = [(code(0, 4), code(0, 0, regency="16.02"))]
    assert (code(0, 5), code(0, 2, regency="16.02")) in links(of_plan(frame, beside, plan, allow=ferry))


def test_a_plan_is_divided_and_villages_outside_are_named():
    frame = grid(6, 6)
    plan = [code(r, c) for r in (0, 2, 4) for c in (0, 2, 4)]
    chosen = of_plan(frame, pairs(frame), [*plan, "16.09.01.2001"])
    assert chosen.outside == ("16.09.01.2001",)
    found = divide(chosen.villages, chosen.pairs, numbered(3), QUICK)
    assert sorted(found.assignment.index) == sorted(plan)
    assert quality(found).largest_deviation_pct == pytest.approx(0)
    assert quality(found).disconnected == 0


def test_a_plan_elsewhere_is_refused():
    with pytest.raises(PlanError, match="None of the villages of the plan") as caught:
        of_plan(grid(1, 2), pairs(grid(1, 2)), ["16.09.01.2001"])
    assert "desa rencana" in caught.value.text("id")
