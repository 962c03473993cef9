"""Agents who leave and arrive, new villages: few changes, balance, connection."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.territories.agents import AGENT, made, numbered
from planner.territories.divide import divide
from planner.territories.rebalance import rebalance
from planner.territories.report import quality
from planner.territories.wording import changes_told, told
from tests.planner.territories.villages import code, connected, grid, pairs, params

FRAME = grid(12, 12)
PAIRS = pairs(FRAME)
AGENTS = numbered(12)
RULES = params(moves_per_village=300)
BEFORE = divide(FRAME, PAIRS, AGENTS, RULES)
NOW = BEFORE.assignment.to_dict()


def after(agents, current=None, **more):
    return rebalance(FRAME, PAIRS, agents, NOW if current is None else current, RULES, **more)


def without(*codes):
    return AGENTS[~AGENTS[AGENT].isin(codes)]


def test_nothing_changes_where_nothing_happened():
    made_ = after(AGENTS)
    assert made_.changes.empty
    assert made_.neighbour_share == 0
    pd.testing.assert_series_equal(made_.territories.assignment, BEFORE.assignment)


@pytest.mark.parametrize("gone", AGENTS[AGENT].tolist())
def test_one_agent_less_changes_no_more_than_the_neighbours_must_pass_on(gone):
    made_ = after(without(gone))
    seen = quality(made_.territories)
    assert made_.left == (gone,)
    assert connected(FRAME, made_.territories.assignment)
    assert seen.largest_deviation_pct <= 10
    assert made_.neighbour_share <= 0.25
    assert not any("More than a quarter" in line for line in changes_told(made_, "en"))
    assert set(made_.changes.loc[made_.changes["from_agent"] == gone, "village_code"]) == {
        village for village, agent in NOW.items() if agent == gone
    }


def test_one_who_arrives_gets_a_fair_area_around_his_home():
    home = code(6, 6)
    made_ = after(pd.concat([AGENTS, made(["B-1"], [home], FRAME)]))
    seen = quality(made_.territories)
    assert made_.arrived == ("B-1",)
    assert made_.territories.assignment[home] == "B-1"
    assert connected(FRAME, made_.territories.assignment)
    assert seen.largest_deviation_pct <= 10
    assert made_.neighbour_share <= 0.25
    got = made_.changes[made_.changes[AGENT] == "B-1"]
    giver, most = got["from_agent"].value_counts().index[0], int(got["from_agent"].value_counts().iloc[0])
    lines = changes_told(made_, "en")
    assert f"Agent B-1, who had no village here, gets {len(got)} villages, from: {giver} ({most})" in lines[1]
    assert lines[2].startswith("Beside what goes to agents who arrive")
    assert f"mendapat {len(got)} desa. Asalnya: {giver} ({most})" in changes_told(made_, "id")[1]


def test_one_who_arrives_without_home_gets_an_area_too():
    seen = quality(after(pd.concat([AGENTS, numbered(1).assign(agent_code="B-1")])).territories)
    assert seen.largest_deviation_pct <= 10
    assert seen.disconnected == 0


def test_new_villages_go_to_an_agent_beside_them():
    new = [code(3, 3), code(8, 2)]
    current = {village: agent for village, agent in NOW.items() if village not in new}
    made_ = after(AGENTS, current)
    lost = made_.changes[made_.changes["from_agent"].isna()]
    assert lost["village_code"].tolist() == new
    assert quality(made_.territories).largest_deviation_pct <= 10
    assert connected(FRAME, made_.territories.assignment)
    assert any("2 that had none" in line for line in changes_told(made_, "en"))


def test_one_neighbour_who_must_give_more_than_a_quarter_is_told():
    chain = grid(1, 12)
    now = {code(0, i): f"A-{i // 3 + 1:02d}" for i in range(12)}
    made_ = rebalance(chain, pairs(chain), numbered(4).iloc[1:], now, RULES)
    assert made_.neighbour_share == pytest.approx(1 / 3)
    for language, words in (("en", ["few neighbours", "More than a quarter"]), ("id", ["sedikit", "seperempat"])):
        lines = changes_told(made_, language)
        assert all(any(word in line for line in lines) for word in words)


def test_the_limit_told_is_that_of_the_rebalance():
    made_ = after(without("A-01"))
    seen = quality(made_.territories)
    told_ = " ".join(told(made_.territories, seen, "en", limit_pct=seen.largest_deviation_pct))
    assert "beyond the limit" not in told_
    assert "beyond the limit of 0.1%" in " ".join(told(made_.territories, seen, "en", limit_pct=0.1))


def test_locks_are_kept_and_told_languages_differ():
    locks = {code(0, 0): NOW[code(0, 0)], code(11, 11): NOW[code(11, 11)]}
    gone = next(agent for agent in AGENTS[AGENT] if agent not in locks.values())
    made_ = after(without(gone), locks=locks)
    assert {village: made_.territories.assignment[village] for village in locks} == locks
    assert changes_told(made_, "id") != changes_told(made_, "en")
    assert told(made_.territories, quality(made_.territories), "id")


def test_an_assignment_that_was_torn_is_mended():
    torn = {**NOW, code(0, 0): NOW[code(11, 11)]}
    made_ = after(AGENTS, torn)
    assert quality(made_.territories).disconnected == 0


def test_it_is_refused_where_nobody_stays():
    with pytest.raises(PlanError, match="No village has an agent who stays") as caught:
        after(numbered(3).assign(agent_code=["X", "Y", "Z"]))
    assert "planner territories" in caught.value.text("id")


@given(st.sampled_from(AGENTS[AGENT].tolist()), st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_the_order_of_rows_does_not_matter(gone, random):
    order = list(range(len(FRAME)))
    random.shuffle(order)
    shuffled = rebalance(FRAME.iloc[order], PAIRS.iloc[::-1], without(gone).iloc[::-1], NOW, RULES)
    pd.testing.assert_series_equal(shuffled.territories.assignment, after(without(gone)).territories.assignment)
