"""The areas agents have now, as a division."""

import pytest

from planner.errors import PlanError
from planner.territories.agents import numbered
from planner.territories.current import as_assigned
from planner.territories.divide import divide
from planner.territories.moves import balance, draft
from planner.territories.report import quality
from tests.planner.territories.villages import grid, pairs, params

PARAMS = params()


def test_a_division_that_is_read_again_is_the_same() -> None:
    villages = grid(6, 5)
    found = divide(villages, pairs(villages), numbered(4), PARAMS)
    again = as_assigned(villages, pairs(villages), found.agents, found.assignment.to_dict(), PARAMS)
    assert again.assignment.equals(found.assignment)
    assert quality(again).areas.equals(quality(found).areas)


def test_villages_without_agent_are_left_out_and_torn_areas_stay_torn() -> None:
    villages = grid(5, 1)
    codes = sorted(villages["village_code"])
    held = {codes[0]: "A-01", codes[2]: "A-01", codes[3]: "A-02", codes[4]: "gone"}
    found = as_assigned(villages, pairs(villages), numbered(3), held, PARAMS)
    assert found.assignment.to_dict() == {codes[0]: "A-01", codes[2]: "A-01", codes[3]: "A-02"}
    assert balance(draft(found))["pieces"].to_dict() == {"A-01": 2, "A-02": 1, "A-03": 0}


def test_an_assignment_of_other_villages_is_refused() -> None:
    villages = grid(2, 2)
    with pytest.raises(PlanError, match="is in the data") as caught:
        as_assigned(villages, pairs(villages), numbered(1), {"11.01.01.2001": "A-01"}, PARAMS)
    assert "tidak" in caught.value.text("id").lower()


def test_a_division_that_is_stopped_is_a_whole_one() -> None:
    villages = grid(20, 20)
    tried: list[int] = []
    found = divide(villages, pairs(villages), numbered(5), PARAMS, on_moves=lambda count: bool(tried.append(count)))
    assert 0 < sum(tried) < PARAMS.moves_per_village * 400
    assert set(quality(found).areas["pieces"]) == {1}
