"""Working days, whole visits, and which days a visit may fall on."""

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.routes.calendar import wanted_visits, whole_visits, working_days

DECEMBER = working_days("2026-12", per_week=5)


def test_working_days_of_december_2026():
    assert len(DECEMBER) == 23
    assert all(day.weekday() < 5 for day in DECEMBER)
    assert len(working_days("2026-12", per_week=7)) == 31
    assert len(working_days("2026-12", per_week=5, off=[dt.date(2026, 12, 25), dt.date(2026, 12, 26)])) == 22


@pytest.mark.parametrize("text", ["2026-13", "Desember", "2026", ""])
def test_a_month_that_cannot_be_read_is_told(text):
    with pytest.raises(PlanError, match="is no month") as caught:
        working_days(text, per_week=5)
    assert "bukan bulan" in caught.value.text("id")


def test_a_month_without_days_is_told():
    every = [dt.date(2026, 12, day) for day in range(1, 32)]
    with pytest.raises(PlanError, match="No working day is left"):
        working_days("2026-12", per_week=5, off=every)


@given(st.lists(st.floats(0, 8), min_size=1, max_size=30))
def test_visits_become_whole_numbers_of_the_same_sum(visits):
    found = whole_visits(np.array(visits))
    assert min(found) >= 1
    assert sum(found) == max(len(visits), round(sum(visits)))


@given(st.integers(1, 4), st.integers(0, 31), st.integers(1, 7))
def test_visits_to_a_village_are_spaced_whichever_days_are_taken(count, gap_days, per_week):
    days = working_days("2026-12", per_week=per_week)
    visits, without = wanted_visits([count], days, gap_days=gap_days, dates={})
    assert without == 0
    assert [v.number for v in visits] == list(range(count))
    half = (days[-1] - days[0]).days / (2 * count)
    for one, other in itertools.pairwise(visits):
        apart = (days[other.days[0]] - days[one.days[-1]]).days
        assert apart >= min(gap_days, half) - 7 / per_week - 1  # working days are whole steps
        assert apart >= 1


def test_two_visits_are_a_week_apart():
    visits, _ = wanted_visits([2], DECEMBER, gap_days=7, dates={})
    assert (DECEMBER[visits[1].days[0]] - DECEMBER[visits[0].days[-1]]).days >= 7


def test_one_visit_may_fall_on_any_day():
    visits, _ = wanted_visits([1], DECEMBER, gap_days=7, dates={})
    assert visits[0].days == tuple(range(23))


def test_a_set_date_is_kept_and_the_other_visits_stay_away_from_it():
    day = dt.date(2026, 12, 8)
    visits, without = wanted_visits([2], DECEMBER, gap_days=7, dates={0: [day]})
    assert without == 0
    assert visits[0].is_set
    assert [DECEMBER[i] for i in visits[0].days] == [day]
    assert all(abs((DECEMBER[i] - day).days) >= 7 for i in visits[1].days)


def test_a_visit_that_finds_no_day_is_counted():
    days = working_days("2026-12", per_week=5, off=[d for d in DECEMBER if d.day > 10])
    visits, without = wanted_visits([2], days, gap_days=14, dates={0: [days[0]]})
    assert (len(visits), without) == (1, 1)


def test_a_set_date_off_the_working_days_is_told():
    with pytest.raises(PlanError, match="2026-12-06 are no working days") as caught:
        wanted_visits([1], DECEMBER, gap_days=7, dates={0: [dt.date(2026, 12, 6)]})
    assert "bukan hari kerja" in caught.value.text("id")
