"""What visits brought: by month and by agent, in any order, and what nobody wrote down is not none."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.agent_results import by_agent, by_month, hidden, quiet_by_agent
from planner.field.incentive import incentive_on
from planner.field.month import registered_between
from tests.conftest import assert_unchanged

DAY = date(2026, 11, 23)
RULE = incentive_on(DAY)
COLUMNS = ["agent_code", "visited_on", "met", "interested", "registered"]


def visits(*rows):
    return pd.DataFrame(rows, columns=COLUMNS).astype({"visited_on": object})


MADE = visits(
    ("A-1", date(2026, 9, 30), 10, 4, 2),
    ("A-1", date(2026, 11, 1), 20, None, 5),
    ("A-2", date(2026, 11, 23), 30, 9, 60),
    ("A-2", date(2026, 11, 24), 99, 9, 9),
)


def test_months_without_visits_stand_too_and_later_visits_do_not_count():
    before = MADE.copy()
    found = by_month(MADE, DAY, months=3)
    assert_unchanged(MADE, before)
    assert [str(month) for month in found.index] == ["2026-09", "2026-10", "2026-11"]
    assert found.loc["2026-10"].sum() == 0
    assert found.loc["2026-11"].to_dict() == {
        "agents": 2,
        "visits": 2,
        "met": 50,
        "interested": 9,
        "not_asked": 1,
        "registered": 65,
    }


def test_the_month_of_each_agent():
    before = MADE.copy()
    found = by_agent(MADE, ["B-9", "A-2", "A-1"], DAY, RULE)
    assert_unchanged(MADE, before)
    assert found.index.tolist() == ["B-9", "A-2", "A-1"]
    assert found.loc["A-1"].to_dict() == {
        "visits": 1,
        "met": 20,
        "interested": 0,
        "not_asked": 1,
        "registered": 5,
        "missing": 45,
    }
    assert found.loc["A-2", ["registered", "missing"]].tolist() == [60, 0]
    assert found.loc["B-9", ["visits", "registered", "missing"]].tolist() == [0, 0, RULE.bonus_participants]


def test_no_visits():
    assert by_month(visits(), DAY, months=6).to_numpy().sum() == 0
    assert by_agent(visits(), [], DAY, RULE).empty


def test_who_is_without_result():
    found = quiet_by_agent(MADE, {"A-1": date(2026, 1, 1), "B-9": date(2026, 9, 1)}, ["A-1", "A-2", "B-9"], DAY, RULE)
    assert {code: (one.days, one.level) for code, one in found.items()} == {
        "A-1": (22, "none"),
        "A-2": (0, "none"),
        "B-9": (83, "warn_75"),
    }


rows = st.lists(
    st.tuples(
        st.sampled_from(["A-1", "A-2"]),
        st.integers(0, 200).map(lambda back: DAY - timedelta(days=back)),
        st.integers(0, 90),
        st.one_of(st.none(), st.integers(0, 90)),
        st.integers(0, 90),
    ),
    max_size=12,
)


@settings(max_examples=15)
@given(rows, st.randoms())
def test_agents_add_up_to_the_month_in_any_order(told, random):
    mixed = list(told)
    random.shuffle(mixed)
    months = by_month(visits(*told), DAY, months=8)
    pd.testing.assert_frame_equal(by_month(visits(*mixed), DAY, months=8), months)
    each = by_agent(visits(*mixed), ["A-1", "A-2"], DAY, RULE)
    names = ["visits", "met", "interested", "not_asked", "registered"]
    assert each[names].sum().tolist() == months.iloc[-1][names].tolist()
    assert months["visits"].sum() == len(told)
    assert each["registered"].sum() == registered_between(visits(*told), DAY.replace(day=1), DAY)


def test_few_people_of_an_agent_are_hidden_with_one_more_and_what_is_missing():
    made = visits(*((f"A-{number}", DAY, 60, 9, 3 * number) for number in range(5)))
    agents = by_agent(made, [f"A-{number}" for number in range(5)], DAY, RULE)
    before = agents.copy()
    cells, sums = hidden(agents)
    assert_unchanged(agents, before)
    assert cells.index[cells["registered"]].tolist() == ["A-1", "A-2"]
    assert cells["missing"].equals(cells["registered"].rename("missing"))
    assert not cells[["met", "interested"]].to_numpy().any()
    assert not sums.any()
    alone, sum_of_one = hidden(agents.iloc[[1]])
    assert alone["registered"].all()
    assert sum_of_one["registered"]
    assert not hidden(agents.iloc[:0])[1].any()
