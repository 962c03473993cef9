"""Moving villages by hand."""

import pytest

from planner.errors import PlanError
from planner.territories.agents import numbered
from planner.territories.divide import divide
from planner.territories.moves import balance, draft, finished, locked, moved, undone, unlocked
from planner.territories.report import quality
from tests.planner.territories.villages import QUICK, code, grid, pairs

FRAME = grid(1, 6)
FOUND = divide(FRAME, pairs(FRAME), numbered(2), QUICK)  # three villages each
FIRST, LAST = FOUND.assignment[code(0, 0)], FOUND.assignment[code(0, 5)]


def test_a_move_shows_in_the_balance_and_can_be_undone():
    begun = draft(FOUND)
    given = moved(begun, [code(0, 3)], FIRST)
    now = balance(given)
    assert now["villages"].to_dict() == {FIRST: 4, LAST: 2}
    assert now["deviation_pct"].round(6).to_dict() == {FIRST: 33.333333, LAST: -33.333333}
    assert now["pieces"].tolist() == [1, 1]
    assert undone(given) == begun
    assert begun.assignment == FOUND.assignment.to_dict()


def test_a_move_that_tears_an_area_shows_in_pieces():
    torn = moved(draft(FOUND), [code(0, 1)], LAST)
    assert balance(torn).loc[[FIRST, LAST], "pieces"].tolist() == [2, 2]
    assert quality(finished(torn)).disconnected == 2


def test_an_agent_may_lose_all_villages():
    empty = moved(draft(FOUND), [code(0, i) for i in range(3)], LAST)
    assert balance(empty).loc[FIRST, ["villages", "pieces"]].tolist() == [0, 0]


def test_every_step_is_undone_in_turn():
    steps = [draft(FOUND)]
    steps.append(locked(steps[-1], [code(0, 0)]))
    steps.append(moved(steps[-1], [code(0, 2)], LAST))
    steps.append(unlocked(steps[-1], [code(0, 0)]))
    for i in (3, 2, 1):
        assert undone(steps[i]) == steps[i - 1]
    with pytest.raises(PlanError, match="no step to undo"):
        undone(steps[0])


def test_locked_villages_stay_and_go_on_into_the_division():
    held = locked(draft(FOUND), [code(0, 2)])
    with pytest.raises(PlanError, match=r"16.01.01.2003 are locked") as caught:
        moved(held, [code(0, 2), code(0, 3)], LAST)
    assert "dikunci" in caught.value.text("id")
    assert finished(held).locks == {code(0, 2): FIRST}
    assert moved(unlocked(held, [code(0, 2)]), [code(0, 2)], LAST).assignment[code(0, 2)] == LAST


@pytest.mark.parametrize(
    ("village", "agent", "words"), [("16.09.01.2001", "A-01", "not among"), (code(0, 0), "X", "no agent X")]
)
def test_unknown_villages_and_agents_are_told(village, agent, words):
    with pytest.raises(PlanError, match=words):
        moved(draft(FOUND), [village], agent)
