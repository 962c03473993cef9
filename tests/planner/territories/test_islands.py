"""Agents over lands: largest remainder, small islands, links that are drawn, forced deviation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.territories.agents import numbered
from planner.territories.divide import divide
from planner.territories.islands import largest_remainder
from planner.territories.report import quality
from planner.territories.wording import told
from tests.planner.territories.villages import both, code, grid, pairs, params


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=8), st.integers(0, 40))
def test_all_seats_are_given_and_nobody_is_a_seat_off_the_quota(weights, seats):
    weights = np.array(weights) + 0.01
    none, many = np.zeros(len(weights), int), np.full(len(weights), 99)
    given_ = largest_remainder(weights, seats, least=none, most=many)
    quota = weights / weights.sum() * seats
    assert given_.sum() == seats
    assert (np.abs(given_ - quota) < 1).all()


def test_the_example_of_largest_remainders():
    # Hamilton's method on 47,000 16,000 15,900 12,000 6,000 3,100 with ten seats, worked out by hand
    votes = np.array([47_000, 16_000, 15_900, 12_000, 6_000, 3_100.0])
    found = largest_remainder(votes, 10, least=np.zeros(6, int), most=np.full(6, 10))
    assert found.tolist() == [5, 2, 1, 1, 1, 0]


def test_least_and_most_are_kept():
    found = largest_remainder(np.array([98.0, 1.0, 1.0]), 10, least=np.ones(3, int), most=np.array([7, 9, 9]))
    assert found.sum() == 10
    assert found[0] == 7
    assert found.min() >= 1


def lands(west, east, *, gap=0.1):
    """Two rows of villages with water between them."""
    return both(grid(1, west), grid(1, east, origin=(104.0 + west * 0.02 + gap, -3.0), regency="16.02"))


def made(frame, agents, **more):
    rules = params(**{key: more.pop(key) for key in list(more) if key in ("sea_link_km", "own_agent_share")})
    return divide(frame, pairs(frame), numbered(agents), rules, **more)


def test_two_lands_get_agents_by_their_work_and_the_forced_part_is_told():
    found = made(lands(12, 5), 4)  # quotas 2.82 and 1.18
    assert found.islands.agents.tolist() == [3, 1]
    assert found.islands.forced == pytest.approx([4 / (17 / 4) - 1, 5 / (17 / 4) - 1])
    seen = quality(found)
    east = found.assignment[code(0, 0, regency="16.02")]
    assert seen.areas.loc[east, "deviation_pct"] == pytest.approx(seen.areas.loc[east, "forced_pct"])
    lines = told(found, seen, "en")
    assert any(
        "5 villages around Desa 0-0 (16.02.01.2001) have 1 agents, whose mean is +17.6%" in line for line in lines
    )
    assert all(told(found, seen, "id"))


def test_a_small_island_is_linked_to_the_nearest_village_and_the_link_is_named():
    found = made(lands(12, 1), 4)
    assert found.islands.agents.tolist() == [4]
    link = found.islands.joined.iloc[0]
    assert (link["village_code_a"], link["village_code_b"]) == (code(0, 11), code(0, 0, regency="16.02"))
    assert link["distance_km"] == pytest.approx(11.1, abs=0.1)
    assert any("Linked across water" in line for line in told(found, quality(found), "en"))


@pytest.mark.parametrize("more", [{"forbid": [(code(0, 11), "16.02")]}, {"sea_link_km": 5.0}])
def test_an_island_nobody_may_link_has_an_agent_of_its_own(more):
    found = made(lands(12, 1), 4, **more)
    assert found.islands.agents.tolist() == [3, 1]
    assert (found.assignment == found.assignment["16.02.01.2001"]).sum() == 1


def test_a_link_that_is_allowed_makes_one_land():
    found = made(lands(12, 5), 4, allow=[(code(0, 11), code(0, 0, regency="16.02"))])
    assert found.islands.agents.tolist() == [4]
    assert quality(found).largest_deviation_pct < 20
    assert found.ground.graph.kind.tolist().count("sea") == 1
