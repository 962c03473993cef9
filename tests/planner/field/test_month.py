"""The counter of a month, and how long there has been no result."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.field.incentive import incentive_on
from planner.field.month import count_month
from planner.field.quiet import quiet
from tests.planner.field.frames import OWN, TODAY, visits

RULE = incentive_on(TODAY)
VILLAGE = OWN[0]


def counted(made, active=None, day=TODAY, tariff=8_400, **more):
    return count_month(made, active, day, incentive=RULE, tariff_idr=tariff, **more)


def test_only_the_registrations_of_the_month_up_to_the_day_count():
    made = visits(
        (VILLAGE, dt.date(2026, 10, 31), 40),
        (VILLAGE, dt.date(2026, 11, 1), 6),
        (VILLAGE, TODAY, 3),
        (VILLAGE, dt.date(2026, 11, 24), 20),
    )
    found = counted(made)
    assert (found.month, found.registered, found.wanted, found.missing) == (dt.date(2026, 11, 1), 9, 50, 41)
    assert (found.days_left, found.working_days_left) == (8, 6)


def test_a_participant_is_worth_what_was_published():
    assert counted(visits()).per_participant_idr == 630
    assert counted(visits(), tariff=16_800).per_participant_idr == 1_260
    fifty = counted(visits((VILLAGE, TODAY, 50)), tariff=16_800)
    assert (fifty.contribution_idr, fifty.bonus_idr, fifty.income_idr) == (63_000, 500_000, 563_000)


def test_the_bonus_begins_with_the_fiftieth():
    assert counted(visits((VILLAGE, TODAY, 49))).bonus_idr == 0
    last = counted(visits((VILLAGE, TODAY, 49)))
    assert last.to_bonus_each_idr == 500_630
    assert last.income_with_bonus_idr == last.income_idr + 500_000
    assert counted(visits((VILLAGE, TODAY, 50))).to_bonus_each_idr == 0


def test_participants_of_the_villages_are_an_upper_end_and_own_registrations_the_lower():
    found = counted(visits((VILLAGE, TODAY, 10)), active=200)
    assert (found.contribution_least_idr, found.contribution_idr) == (6_300, 126_000)
    assert found.own_share_idr == 113_400
    assert "batas atas" in found.assumed[2].text("id")
    alone = counted(visits((VILLAGE, TODAY, 10)))
    assert alone.contribution_least_idr == alone.contribution_idr == 6_300
    assert "No active participants" in alone.assumed[2].text("en")


def test_what_stays_is_worth_the_dated_year():
    found = counted(visits(), active=100, year_idr=184_800)
    assert (found.per_participant_year_idr, found.lapsed_idr) == (13_860, 1_386_000)
    assert counted(visits()).per_participant_year_idr == 7_560


def test_all_assumptions_are_said_in_both_languages():
    for language in ("id", "en"):
        said = [line.text(language) for line in counted(visits(), active=1).assumed]
        assert len(set(said)) == 5
        assert any("8.400" in one or "8,400" in one for one in said)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.dates(dt.date(2026, 10, 1), dt.date(2026, 12, 31)), st.integers(0, 60)), max_size=8),
    st.integers(0, 400) | st.none(),
    st.dates(dt.date(2026, 11, 1), dt.date(2026, 12, 31)),
)
def test_least_and_most_hold_together(rows, active, day):
    found = counted(visits(*((VILLAGE, when, people) for when, people in rows)), active, day)
    assert found.registered + found.missing >= found.wanted
    assert 0 <= found.income_least_idr <= found.income_idr <= found.income_with_bonus_idr
    assert found.own_share_idr <= found.income_idr
    assert (found.bonus_idr > 0) == (found.missing == 0)
    assert 1 <= found.days_left <= 31
    shuffled = counted(visits(*((VILLAGE, when, people) for when, people in reversed(rows))), active, day)
    assert shuffled == found


@pytest.mark.parametrize(
    ("days", "level"),
    [(0, "none"), (59, "none"), (60, "warn_60"), (74, "warn_60"), (75, "warn_75"), (91, "warn_75"), (92, "closed")],
)
def test_warnings_come_after_60_and_75_days(days, level):
    since = dt.date(2026, 8, 1)
    assert quiet(visits(), since, since + dt.timedelta(days), RULE).level == level


def test_a_result_begins_the_time_anew_and_a_visit_without_one_does_not():
    made = visits((VILLAGE, dt.date(2026, 11, 2), 4), (VILLAGE, dt.date(2026, 12, 20), 0))
    found = quiet(made, dt.date(2026, 1, 1), dt.date(2027, 1, 5), RULE)
    assert (found.days, found.last_result_on, found.level) == (64, dt.date(2026, 11, 2), "warn_60")
    assert (found.closes_on, found.back_on) == (dt.date(2027, 2, 2), dt.date(2027, 8, 2))


def test_months_end_where_the_calendar_has_no_such_day():
    found = quiet(visits((VILLAGE, dt.date(2026, 11, 30), 1)), None, dt.date(2026, 12, 1), RULE)
    assert found.closes_on == dt.date(2027, 2, 28)


def test_without_villages_and_results_nothing_is_warned_of():
    found = quiet(visits(), None, TODAY, RULE)
    assert (found.days, found.last_result_on, found.level, found.closes_on) == (0, None, "none", None)
    later = quiet(visits((VILLAGE, dt.date(2026, 12, 1), 3)), dt.date(2026, 9, 1), TODAY, RULE)
    assert later.last_result_on is None  # it has not happened yet
    assert later.level == "warn_75"
