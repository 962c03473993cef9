"""Areas: known best ones, and what must hold of all of them."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.territories.agents import made, numbered
from planner.territories.divide import divide
from planner.territories.report import quality
from tests.planner.territories.villages import QUICK, both, code, connected, grid, pairs, params, shapes


def divided(frame, agents, rules=QUICK, **more):
    return divide(frame, pairs(frame), agents, rules, **more)


def test_a_chain_of_equal_villages_is_cut_into_equal_stretches():
    frame = grid(1, 12)
    found = divided(frame, numbered(4))
    assert quality(found).largest_deviation_pct == pytest.approx(0)
    stretches = found.assignment.groupby(found.assignment).apply(lambda g: sorted(int(c[-2:]) for c in g.index))
    assert sorted(stretches) == [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]  # the only equal connected division


def test_a_square_is_cut_into_its_quarters():
    frame = grid(6, 6)
    found = divided(frame, numbered(4), params(district_weight=0.0, moves_per_village=2000))
    seen = quality(found)
    assert seen.largest_deviation_pct == pytest.approx(0)
    assert connected(frame, found.assignment)
    bounds = shapes(frame, found.assignment).map(lambda shape: shape.bounds)
    assert all(b[2] - b[0] == pytest.approx(0.06) == b[3] - b[1] for b in bounds)  # 3 x 3 has the least inertia


def test_districts_are_split_less_where_they_count():
    frame = grid(10, 10)  # ten districts of ten villages in a row
    free, kept = (
        quality(divided(frame, numbered(15), params(district_weight=weight, limit_pct=20.0))).district_splits
        for weight in (0.0, 5.0)
    )
    assert kept <= 0.9 * free


def test_heavy_villages_get_small_areas():
    frame = grid(1, 8, people=[2400, 400, 400, 400, 400, 400, 400, 2400])
    found = divided(frame, numbered(3), params(limit_pct=8.0))
    sizes = found.assignment.value_counts().to_dict()
    assert sorted(sizes.values()) == [1, 1, 6]


@st.composite
def instances(draw):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(2, 6))
    people = draw(st.lists(st.integers(0, 3000), min_size=rows * columns, max_size=rows * columns))
    agents = draw(
        st.integers(1, max(1, min(6, rows * columns - rows - columns)))
    )  # a way between two locks leaves so many
    frame = grid(rows, columns, people=people)
    locked = draw(st.lists(st.integers(0, rows * columns - 1), max_size=2, unique=True))
    locks = {frame["village_code"].iloc[i]: f"A-{draw(st.integers(1, agents)):02d}" for i in locked}
    return frame, agents, locks, draw(st.integers(0, 1000))


@given(instances())
@settings(max_examples=30)
def test_every_village_has_one_agent_areas_are_connected_and_locks_are_kept(instance):
    frame, agents, locks, seed = instance
    rules = params(seed=seed, moves_per_village=10)
    found = divided(frame, numbered(agents), rules, locks=locks)
    assert sorted(found.assignment.index) == sorted(frame["village_code"])
    assert found.assignment.notna().all()
    assert found.assignment.nunique() == agents
    assert connected(frame, found.assignment)
    assert {village: found.assignment[village] for village in locks} == locks
    assert quality(found).disconnected == 0


@given(instances(), st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_the_same_seed_gives_the_same_areas_whatever_the_order_of_rows(instance, random):
    frame, agents, locks, seed = instance
    rules = params(seed=seed, moves_per_village=10)
    order = list(range(len(frame)))
    random.shuffle(order)
    beside = pairs(frame)
    first = divide(frame, beside, numbered(agents), rules, locks=locks)
    second = divide(frame.iloc[order], beside.iloc[::-1], numbered(agents).iloc[::-1], rules, locks=locks)
    pd.testing.assert_series_equal(first.assignment, second.assignment)


def test_arguments_are_left_alone():
    frame, agents = grid(3, 3), numbered(2)
    beside = pairs(frame)
    before = frame.copy(), beside.copy(), agents.copy()
    divide(frame, beside, agents, QUICK)
    for one, other in zip((frame, beside, agents), before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_agents_get_the_area_around_their_home():
    frame = grid(1, 12)
    homes = [code(0, 11), code(0, 6), code(0, 0)]
    found = divided(frame, made(["P-1", "P-2", "P-3"], homes, frame))
    assert found.assignment[homes].tolist() == ["P-1", "P-2", "P-3"]
    assert quality(found).areas["home_inside"].all()


def test_an_agent_without_home_takes_what_is_left():
    frame = grid(1, 8)
    found = divided(frame, made(["P-1", "P-2"], [None, code(0, 0)], frame))
    assert found.assignment[code(0, 0)] == "P-2"
    assert pd.isna(quality(found).areas.loc["P-1", "home_km"])


def test_locked_villages_far_apart_are_joined_by_a_way():
    frame = grid(5, 5)
    locks = {code(0, 0): "A-01", code(4, 4): "A-01"}
    found = divided(frame, numbered(2), locks=locks)
    assert connected(frame, found.assignment)
    assert set(found.assignment[list(locks)]) == {"A-01"}


def test_a_river_is_not_crossed():
    frame = grid(4, 4)
    forbid = [(f"16.01.02.2{c:03d}", f"16.01.03.2{c:03d}") for c in range(1, 5)]
    found = divided(frame, numbered(2), forbid=forbid)
    assert found.assignment.groupby(found.assignment.index.str[:8]).nunique().max() == 1
    by_district = divided(frame, numbered(2), forbid=[("16.01.02", "16.01.03")])
    pd.testing.assert_series_equal(found.assignment, by_district.assignment)


def test_one_bridge_over_the_river_may_be_used():
    frame = grid(4, 4, people=[2000] * 4 + [400] * 12)
    found = divided(frame, numbered(3), forbid=[("16.01.02", "16.01.03")], allow=[(code(1, 0), code(2, 0))])
    assert set(found.ground.graph.components()) == {0}


def test_a_village_inside_another_outline_goes_with_it():
    frame = grid(2, 4)
    inside = frame.iloc[[0]].assign(
        village_code="16.01.01.2099", outline="merged", merged_into="16.01.01", geometry=None, area_km2=None
    )
    frame = both(frame, inside)
    found = divided(frame, numbered(3))
    assert found.assignment["16.01.01.2099"] == found.assignment[code(0, 0)]
    with pytest.raises(PlanError, match="lie within one outline") as caught:
        divided(frame, numbered(3), locks={"16.01.01.2099": "A-01", code(0, 0): "A-02"})
    assert "dikunci" in caught.value.text("id")


def two_lands():
    return both(grid(1, 4), grid(1, 4, origin=(105.0, -3.0), regency="16.02"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"locks": {"16.01.01.2777": "A-01"}}, "16.01.01.2777 are not among"),
        ({"locks": {code(0, 0): "X"}}, "no agent X"),
        ({"locks": {code(0, 0): "A-01", code(0, 0, regency="16.02"): "A-01"}}, "cannot be connected"),
        ({"allow": [(code(0, 0), code(0, 0))]}, "linked with itself"),
        ({"allow": [(code(0, 0), "16.09.01.2001")]}, "16.09.01.2001 are not among"),
        ({"forbid": [("16.01", "16.03")]}, "16.03 are not among"),
    ],
)
def test_what_cannot_be_used_is_told(more, words):
    with pytest.raises(PlanError, match=words) as caught:
        divided(two_lands(), numbered(2), **more)
    assert caught.value.text("id") != caught.value.text("en")


def test_too_many_agents_too_few_agents_and_no_villages_are_told():
    with pytest.raises(PlanError, match="9 agents are more than 8 villages"):
        divided(two_lands(), numbered(9))
    with pytest.raises(PlanError, match="2 groups of villages do not hang together"):
        divided(two_lands(), numbered(1))
    with pytest.raises(PlanError, match="no villages to divide"):
        divide(grid(1, 2).iloc[:0], pairs(grid(1, 2)), numbered(1), QUICK)
    nowhere = grid(1, 2).assign(longitude=[104.0, None])
    with pytest.raises(PlanError, match="have no point"):
        divided(nowhere, numbered(1))
    with pytest.raises(PlanError, match="no agents"):
        numbered(0)
    with pytest.raises(PlanError, match="stand twice: A"):
        made(["A", "A"], None, None)
    with pytest.raises(PlanError, match=r"home 16.09.01.2001 is no village"):
        made(["A"], ["16.09.01.2001"], grid(1, 1))
