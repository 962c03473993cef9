"""Where to follow up: lapses, paid months that end, old reports."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.expiry import paid_until, select_urgent
from planner.field.follow_up import COLUMNS, KINDS, follow_ups, reason, window
from planner.funded_groups import expiring
from tests.planner.field.frames import OWN, TODAY, funded, participants

A, B, C = OWN[:3]
OCTOBER, SEPTEMBER = dt.date(2026, 10, 1), dt.date(2026, 9, 1)


def rows(counts=(), groups=(), day=TODAY):
    return follow_ups(participants(*counts), funded(*groups), day).to_dict("records")


def test_more_inactive_participants_are_a_lapse():
    (row,) = rows([(A, SEPTEMBER, 40, 5), (A, OCTOBER, 37, 8)])
    assert (row["village_code"], row["kind"], row["people"], row["total"]) == (A, "lapsed", 3, 8)
    assert (row["month"], row["due_on"], row["days"]) == (OCTOBER, dt.date(2026, 11, 30), 7)
    assert "bertambah 3 orang dalam laporan Oktober 2026, menjadi 8" in reason(row).text("id")


def test_who_left_without_becoming_inactive_is_told_apart_and_nobody_twice():
    found = rows([(A, SEPTEMBER, 40, 5), (A, OCTOBER, 33, 8)])
    assert [(row["kind"], row["people"]) for row in found] == [("lapsed", 3), ("falling", 4)]
    (row,) = rows([(A, SEPTEMBER, 40, None), (A, OCTOBER, 33, 8)])
    assert (row["kind"], row["people"], row["total"]) == ("falling", 7, 33)
    assert "fell by 7" in reason(row).text("en")


def test_a_change_that_came_last_year_too_may_be_seasonal():
    years = [(A, dt.date(2025, 9, 1), 50, 5), (A, dt.date(2025, 10, 1), 40, 15)]
    found = rows([*years, (A, SEPTEMBER, 60, 5), (A, OCTOBER, 45, 12)])
    assert [(row["kind"], row["people"], row["last_year"]) for row in found] == [("lapsed", 7, 10), ("falling", 8, 10)]
    assert all("musiman" in reason(row).text("id") and "seasonal" in reason(row).text("en") for row in found)


@pytest.mark.parametrize(
    "counts",
    [
        [(A, OCTOBER, 40, 5)],
        [(A, SEPTEMBER, 40, 5), (A, OCTOBER, 44, 5)],
        [(A, SEPTEMBER, 40, 5), (A, OCTOBER, 45, 0)],
        [(A, dt.date(2026, 5, 1), 90, 5), (A, OCTOBER, 40, 55)],
    ],
    ids=["one report", "growing", "back again", "nothing to compare with for five months"],
)
def test_nothing_is_told_where_nothing_is_worse_or_known(counts):
    assert rows(counts) == []


def test_an_old_report_is_told_and_not_compared():
    (row,) = rows([(A, dt.date(2026, 7, 1), 40, 5), (A, dt.date(2026, 8, 1), 20, 25)])
    assert (row["kind"], row["month"], row["due_on"]) == ("report_old", dt.date(2026, 8, 1), dt.date(2026, 10, 31))
    assert row["days"] == -23
    assert "Agustus 2026" in reason(row).text("id")
    assert rows([(A, SEPTEMBER, 40, 5)]) == []


@pytest.mark.parametrize(
    ("end", "kind", "due", "days"),
    [
        (dt.date(2026, 11, 23), "paid_months_end", dt.date(2026, 11, 23), 0),
        (dt.date(2026, 12, 31), "paid_months_end", dt.date(2026, 12, 31), 38),
        (dt.date(2027, 2, 21), "paid_months_end", dt.date(2027, 2, 21), 90),
        (dt.date(2026, 10, 31), "arrears", dt.date(2027, 1, 31), 69),
        (dt.date(2026, 8, 31), "arrears", dt.date(2026, 11, 30), 7),
    ],
)
def test_paid_months_that_end_or_ended(end, kind, due, days):
    (row,) = rows(groups=[(A, "DBH sawit", 100, dt.date(2026, 6, 1), end)])
    assert (row["kind"], row["people"], row["due_on"], row["days"]) == (kind, 100, due, days)
    assert "DBH sawit" in reason(row).text("id")
    assert "100" in reason(row).text("en")


@pytest.mark.parametrize("end", [dt.date(2027, 2, 22), dt.date(2026, 7, 31)], ids=["later", "over for good"])
def test_paid_months_that_are_far_or_over_are_left_out(end):
    assert rows(groups=[(A, "APBDes", 100, dt.date(2026, 1, 1), end)]) == []


def test_a_group_that_has_not_begun_is_left_out_and_one_that_was_taken_on_counts_its_rest():
    first = (A, "APBDes", 100, dt.date(2026, 5, 1), dt.date(2026, 10, 31))
    assert rows(groups=[(A, "APBDes", 100, dt.date(2026, 12, 1), dt.date(2027, 1, 31))]) == []
    (row,) = rows(groups=[first, (A, "APBDes", 70, dt.date(2026, 11, 1), dt.date(2027, 4, 30))])
    assert (row["kind"], row["people"]) == ("arrears", 30)
    assert len(rows(groups=[first, (A, "DBH sawit", 100, dt.date(2026, 11, 1), dt.date(2027, 4, 30))])) == 1
    assert rows(groups=[first, (A, "APBDes", 120, dt.date(2026, 11, 1), dt.date(2027, 4, 30))]) == []


def test_a_chain_of_three_groups_drops_nobody():
    ends = (dt.date(2026, 8, 31), dt.date(2026, 10, 31), dt.date(2026, 12, 31))
    starts = (dt.date(2026, 1, 1), dt.date(2026, 9, 1), dt.date(2026, 11, 1))
    chain = [(A, "apbd", people, *days) for people, *days in zip((60, 30, 30), starts, ends, strict=True)]
    found = rows(groups=chain)
    assert [(row["kind"], row["people"], row["due_on"]) for row in found] == [
        ("arrears", 30, dt.date(2026, 11, 30)),
        ("paid_months_end", 30, ends[2]),
    ]
    assert [(row["kind"], row["people"]) for row in rows(groups=[*chain[:2], (*chain[2][:2], 50, *chain[2][3:])])] == [
        ("arrears", 10),
        ("paid_months_end", 50),
    ]


def test_the_fund_is_told_by_its_name():
    (row,) = rows(groups=[(A, "dbh_sawit", 9, dt.date(2026, 6, 1), dt.date(2026, 12, 31))])
    assert "9 orang dari DBH sawit berakhir" in reason(row).text("id")
    assert "Palm oil revenue" in reason(row).text("en")


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(OWN), st.sampled_from(["apbd", "bkbk"]), st.integers(0, 60), st.integers(0, 30)
        ).flatmap(lambda one: st.tuples(st.just(one), st.integers(1, 9))),
        max_size=8,
    )
)
def test_the_board_and_an_agent_count_the_same_people(drawn):
    """One rule says which people a later group takes on: the calendar of the board is made by it, too."""
    groups = []
    for (code, fund, people, month), months in drawn:
        first = dt.date(2025 + month // 12, month % 12 + 1, 1)
        groups.append((code, fund, people, first, paid_until(first, months)))
    board = select_urgent(expiring(funded(*groups)), TODAY).groupby("village_code")["workers"].sum()
    told = follow_ups(participants(), funded(*groups), TODAY)
    assert told.groupby("village_code")["people"].sum().to_dict() == board.to_dict()


def test_the_soonest_comes_first_and_every_kind_has_a_name_and_a_reason():
    found = rows(
        [(A, SEPTEMBER, 40, 5), (A, OCTOBER, 33, 8), (B, dt.date(2026, 6, 1), 9, 1)],
        [
            (C, "APBDes", 30, dt.date(2026, 5, 1), dt.date(2026, 10, 31)),
            (C, "DBH", 30, dt.date(2026, 5, 1), dt.date(2026, 11, 25)),
        ],
    )
    assert [row["kind"] for row in found] == ["report_old", "paid_months_end", "lapsed", "falling", "arrears"]
    assert {row["kind"] for row in found} == set(KINDS)
    assert [row["days"] for row in found] == sorted(row["days"] for row in found)


def test_without_rows_there_is_an_empty_table():
    found = follow_ups(participants(), funded(), TODAY)
    assert found.empty
    assert tuple(found.columns) == COLUMNS


@pytest.mark.parametrize(("days", "within"), [(-1, None), (0, 30), (30, 30), (31, 60), (90, 90), (91, None)])
def test_windows(days, within):
    assert window(days) == within


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(OWN), st.integers(0, 12), st.integers(0, 50), st.integers(0, 50)),
        max_size=12,
        unique_by=lambda row: row[:2],
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter_and_people_are_people(drawn, random):
    counts = [(code, dt.date(2025 + (10 + m) // 12, (10 + m) % 12 + 1, 1), up, down) for code, m, up, down in drawn]
    found = rows(counts)
    random.shuffle(counts)
    assert str(rows(counts)) == str(found)
    for row in found:
        assert row["kind"] == "report_old" or row["people"] > 0
        assert reason(row).text("id") != reason(row).text("en")
