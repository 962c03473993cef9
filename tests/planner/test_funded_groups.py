"""Funded groups of the records: a later group takes people on, and nobody is counted twice or lost."""

from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import expiry
from planner.funded_groups import STANDINGS, by_regency, expiring
from tests.conftest import assert_unchanged

VILLAGE, OTHER = "16.02.03.2001", "18.05.12.2007"
COLUMNS = ["village_code", "fund", "people", "starts_on", "ends_on"]


def groups(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def found(frame):
    told = expiring(frame)
    return [(f"{row.start:%Y-%m}", row.months, row.workers) for row in told.itertuples()]


def test_a_group_of_its_own():
    frame = groups((VILLAGE, "apbd", 40, date(2026, 10, 1), date(2026, 12, 31)))
    before = frame.copy()
    told = expiring(frame)
    assert_unchanged(frame, before)
    assert told.to_dict("records") == [
        {
            "group": "1",
            "village_code": VILLAGE,
            "regency_code": "16.02",
            "fund": "apbd",
            "workers": 40,
            "start": pd.Timestamp(2026, 10, 1),
            "months": 3,
        }
    ]
    assert expiry.ends(told)["paid_until"].iloc[0] == pd.Timestamp(2026, 12, 31)


def test_a_later_group_takes_people_on():
    first = (VILLAGE, "apbd", 40, date(2026, 1, 1), date(2026, 6, 30))
    assert found(groups(first, (VILLAGE, "apbd", 25, date(2026, 7, 1), date(2026, 12, 31)))) == [
        ("2026-01", 6, 15),
        ("2026-01", 12, 25),
    ]
    assert found(groups(first, (VILLAGE, "apbd", 60, date(2026, 9, 1), date(2026, 12, 31)))) == [
        ("2026-01", 12, 40),
        ("2026-09", 4, 20),
    ]


def test_a_chain_of_groups_is_one():
    chain = [(VILLAGE, "apbd", 30, date(2026, month, 1), date(2026, month + 1, 28)) for month in (1, 3, 5)]
    assert found(groups(*chain)) == [("2026-01", 6, 30)]
    shrinking = [(*row[:2], people, *row[3:]) for row, people in zip(chain, (30, 20, 20), strict=True)]
    assert found(groups(*shrinking)) == [("2026-01", 2, 10), ("2026-01", 6, 20)]


def test_who_fell_out_in_between_and_another_fund_or_village_are_other_people():
    first = (VILLAGE, "apbd", 40, date(2026, 1, 1), date(2026, 1, 31))
    for other in (
        (VILLAGE, "apbd", 40, date(2026, 6, 1), date(2026, 12, 31)),
        (VILLAGE, "dbh_sawit", 40, date(2026, 2, 1), date(2026, 12, 31)),
        (OTHER, "apbd", 40, date(2026, 2, 1), date(2026, 12, 31)),
    ):
        assert len(found(groups(first, other))) == 2
    in_time = (VILLAGE, "apbd", 40, date(2026, 5, 1), date(2026, 12, 31))
    assert found(groups(first, in_time)) == [("2026-01", 12, 40)]


def test_no_groups():
    told = expiring(groups())
    assert told.empty
    assert by_regency(told, date(2026, 11, 23)).empty


def test_where_people_stand_by_regency():
    told = expiring(
        groups(
            (VILLAGE, "apbd", 40, date(2026, 1, 1), date(2026, 11, 30)),
            (VILLAGE, "dbh_sawit", 7, date(2026, 1, 1), date(2026, 9, 30)),
            (OTHER, "apbd", 9, date(2027, 1, 1), date(2027, 3, 31)),
        )
    )
    counted = by_regency(told, date(2026, 11, 23))
    assert counted.index.tolist() == ["16.02", "18.05"]
    assert counted.loc["16.02"].to_dict() == {
        **dict.fromkeys(STANDINGS, 0),
        "ends_30": 40,
        "unpaid": 7,
        "workers": 47,
    }
    assert counted.loc["18.05", "waiting"] == counted.loc["18.05", "workers"] == 9


months = st.integers(0, 36)
rows = st.lists(
    st.tuples(
        st.sampled_from([VILLAGE, OTHER]),
        st.sampled_from(["apbd", "sawit"]),
        st.integers(1, 60),
        months,
        st.integers(0, 9),
    ),
    max_size=8,
)


def day(number, of):
    return date(2025 + number // 12, number % 12 + 1, of)


@settings(max_examples=30)
@given(rows, st.randoms())
def test_people_are_neither_lost_nor_doubled(told, random):
    made = [(code, fund, people, day(first, 1), day(first + more, 28)) for code, fund, people, first, more in told]
    mixed = list(made)
    random.shuffle(mixed)
    joined = expiring(groups(*made))
    pd.testing.assert_frame_equal(expiring(groups(*mixed)), joined)
    people = sum(row[2] for row in made)
    assert joined["workers"].sum() <= people
    assert (joined["workers"] > 0).all()
    alone = groups(*made) if made else None
    if alone is not None:  # whoever is paid for is paid for as long as their last group
        last = alone.groupby(["village_code", "fund"])["ends_on"].max()
        ends = expiry.ends(joined)["paid_until"]
        assert ends.groupby([joined["village_code"], joined["fund"]]).max().dt.strftime("%Y-%m").tolist() == [
            f"{one:%Y-%m}" for one in last
        ]
        assert (
            joined.groupby(["village_code", "fund"])["workers"].sum()
            >= alone.groupby(["village_code", "fund"])["people"].max()
        ).all()
