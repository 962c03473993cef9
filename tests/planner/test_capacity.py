"""Capacity: load, agents per thousand workers in reach, districts without an agent and who is nearest."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from planner.capacity import capacity
from planner.capacity_wording import alone_rows, regency_rows, told
from planner.territories.agents import made
from planner.territories.params import WorkloadParams
from tests.conftest import assert_unchanged
from tests.planner.territories.villages import grid

WORK = WorkloadParams()


def villages():
    one, other = grid(3, 4), grid(2, 4, origin=(105.0, -3.0), regency="16.02")
    frame = pd.concat([one, other], ignore_index=True).drop(columns="geometry")
    return pd.DataFrame(frame).assign(active_bpu=0.0)


def agents_of(frame):
    """A-1 has the first district and half of the second, A-2 the rest of it and one village of the other regency."""
    named = dict.fromkeys(frame.index[:6], "A-1") | dict.fromkeys([*frame.index[6:8], frame.index[12]], "A-2")
    return pd.Series([named.get(i) for i in frame.index], index=frame.index, dtype="object")


def test_load_and_reach_of_each_agent():
    frame = villages()
    before = frame.copy()
    seen = capacity(frame, agents_of(frame), ["A-2", "A-1", "A-3"], hours_available=40, work=WORK)
    assert_unchanged(frame, before)
    assert list(seen.agents.index) == ["A-2", "A-1", "A-3"]
    row = seen.agents.loc["A-1"]
    hours = 6 * 2 * (2 + 0.7124 * np.sqrt(5) * 1.4 / 28)
    assert row["hours_per_month"] == pytest.approx(hours)
    assert row["load_pct"] == pytest.approx(100 * hours / 40)
    assert row["days_needed"] == pytest.approx(hours / 8)
    assert (row["villages"], row["districts"], row["reachable_workers"]) == (6, 2, 4800)
    assert row["agents_per_1000"] == pytest.approx(1000 / 4800)
    assert seen.agents.loc["A-3", "villages"] == 0
    assert np.isnan(seen.agents.loc["A-3", "agents_per_1000"])


def test_districts_without_an_agent_name_the_nearest():
    frame = villages()
    homes = made(["A-1", "A-2", "A-3"], [None, None, frame["village_code"].iloc[16]], frame)
    seen = capacity(frame, agents_of(frame), ["A-1", "A-2", "A-3"], hours_available=40, homes=homes, work=WORK)
    alone = seen.without_agent.set_index("district_code")
    assert list(alone.index) == ["16.01.03", "16.02.02"]
    assert alone.loc["16.02.02", "nearest_agent"] == "A-3"  # who lives there
    assert alone.loc["16.02.02", "nearest_load_pct"] == 0
    assert alone.loc["16.01.03", "nearest_agent"] in {"A-1", "A-2"}
    assert alone.loc["16.01.03", "distance_km"] == pytest.approx(2.4, abs=0.3)
    assert alone_rows(seen)[0][:4] == ["Kecamatan 16.01.03", "Kabupaten Uji", 4, 3200]
    without = capacity(frame, agents_of(frame), ["A-1", "A-2"], hours_available=40, work=WORK).without_agent
    assert without.set_index("district_code").loc["16.02.02", "nearest_agent"] == "A-2"


def test_nobody_at_all_leaves_every_district_alone():
    frame = villages()
    seen = capacity(frame, pd.Series(None, index=frame.index, dtype="object"), [], hours_available=40)
    assert len(seen.without_agent) == 5
    assert seen.without_agent["nearest_agent"].isna().all()
    assert alone_rows(seen)[0][4:] == [None, None, None]
    assert regency_rows(seen, "id")[-1] == ["Semua", 20, 20, 0, 0, None]
    assert told(seen, None, "en") == ["5 of 5 districts have no agent; 20 villages have none."]


def test_what_an_office_can_do_in_words():
    frame = villages()
    seen = capacity(frame, agents_of(frame), ["A-1", "A-2", "A-3"], hours_available=20, work=WORK)
    lines = told(seen, None, "en")
    assert "2 agents with villages; mean load" in lines[0]
    assert "agents beyond their hours: 1." in lines[0]
    assert lines[1].startswith("7,200 of 16,000 uncovered workers live in villages that have an agent: 0.28 agents")
    assert lines[2] == "Agents without villages: 1."
    assert len(told(seen, None, "id")) == 4


@settings(max_examples=5)
@given(owners=some.lists(some.sampled_from(["A-1", "A-2", None]), min_size=20, max_size=20), seed=some.integers(0, 9))
def test_shares_of_agents_add_up_and_the_order_does_not_matter(owners, seed):
    frame = villages()
    agent = pd.Series(owners, index=frame.index, dtype="object")
    seen = capacity(frame, agent, ["A-1", "A-2"], hours_available=40, work=WORK)
    working = int((seen.agents["villages"] > 0).sum())
    for places in (seen.districts, seen.regencies):
        assert places["agent_share"].sum() == pytest.approx(working)
        assert places["villages"].sum() == 20
        assert places["reachable_workers"].sum() == seen.agents["reachable_workers"].sum()
    order = np.random.default_rng(seed).permutation(len(frame))
    other = capacity(frame.iloc[order], agent.iloc[order], ["A-1", "A-2"], hours_available=40, work=WORK)
    pd.testing.assert_frame_equal(other.districts, seen.districts)
    pd.testing.assert_frame_equal(other.without_agent, seen.without_agent)
    pd.testing.assert_frame_equal(other.agents, seen.agents)
