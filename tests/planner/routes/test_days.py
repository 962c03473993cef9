"""Visits on days: known best rounds, and what must hold of all days."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.routes.calendar import Visit, working_days
from planner.routes.days import month_of_visits
from planner.routes.params import RouteParams

DAYS = working_days("2026-12", per_week=5)
RULES = RouteParams(iterations=50)


def minutes_between(points):
    away = np.array(points, dtype=float)
    return np.linalg.norm(away[:, None] - away, axis=2)


def any_day(count, days=23):
    return [Visit(i, 0, tuple(range(days))) for i in range(count)]


def round_of(minutes, order):
    stops = [0, *order, 0]
    return sum(minutes[a, b] for a, b in itertools.pairwise(stops))


@pytest.mark.parametrize("seed", range(4))
def test_a_single_day_is_the_shortest_round(seed):
    minutes = minutes_between(np.random.default_rng(seed).uniform(0, 60, (7, 2)))
    found = month_of_visits(any_day(6, 1), minutes, np.full(6, 10.0), DAYS[:1], RULES)
    best = min(round_of(minutes, order) for order in itertools.permutations(range(1, 7)))
    assert found.minutes == pytest.approx(best + 60, abs=0.2)  # solved in whole seconds
    assert not found.missed


def test_two_clusters_become_two_days():
    # home between two towns an hour away on either side: both in a day would be too long
    points = [(0, 0), (60, 0), (60, 1), (-60, 0), (-60, 1)]
    found = month_of_visits(any_day(4, 2), minutes_between(points), np.full(4, 150.0), DAYS[:2], RULES)
    together = {frozenset(stop.visit.village for stop in day.stops) for day in found.days}
    assert together == {frozenset({0, 1}), frozenset({2, 3})}


@st.composite
def months(draw):
    count = draw(st.integers(1, 7))
    days = draw(st.integers(1, 5))
    seed = draw(st.integers(0, 1000))
    rng = np.random.default_rng(seed)
    visits = [
        Visit(i, 0, tuple(sorted(rng.choice(days, rng.integers(1, days + 1), replace=False).tolist())))
        for i in range(count)
    ]
    return visits, minutes_between(rng.uniform(0, draw(st.sampled_from([60, 200])), (count + 1, 2))), days


@given(months(), st.sampled_from([60.0, 180.0]))
@settings(max_examples=25)
def test_no_day_is_too_long_and_every_visit_is_made_on_a_day_it_may_or_told(month, service):
    visits, minutes, count = month
    found = month_of_visits(visits, minutes, np.full(len(visits), service), DAYS[:count], RULES)
    made = [stop.visit for day in found.days for stop in day.stops]
    missed = [visit for visit, _ in found.missed]
    assert sorted(v.village for v in made + missed) == list(range(len(visits)))
    assert len({day.position for day in found.days}) == len(found.days)
    for day in found.days:
        assert day.minutes <= 480
        assert day.stops
        assert all(day.position in stop.visit.days for stop in day.stops)
        order = [1 + stop.visit.village for stop in day.stops]
        assert day.minutes == pytest.approx(round_of(minutes, order) + service * len(order))
        assert day.travel_min == pytest.approx(round_of(minutes, order))


@given(months())
@settings(max_examples=8)
def test_the_same_seed_gives_the_same_days(month):
    visits, minutes, count = month
    once, again = (month_of_visits(visits, minutes, np.full(len(visits), 90.0), DAYS[:count], RULES) for _ in range(2))
    assert once == again


def test_a_village_too_far_for_a_day_is_told():
    minutes = minutes_between([(0, 0), (10, 0), (200, 0)])
    found = month_of_visits(any_day(2), minutes, np.full(2, 120.0), DAYS, RULES)
    assert [(visit.village, reason) for visit, reason in found.missed] == [(1, "too_far")]
    assert [stop.visit.village for day in found.days for stop in day.stops] == [0]


def test_in_a_full_month_further_visits_are_left_out_first_and_set_dates_last():
    minutes = minutes_between([(0, 0), (1, 0), (0, 1), (1, 1)])
    visits = [Visit(0, 1, (0,)), Visit(1, 0, (0,)), Visit(2, 0, (0,), is_set=True)]
    found = month_of_visits(visits, minutes, np.full(3, 200.0), DAYS[:1], RULES)  # two visits fit
    assert [(visit, reason) for visit, reason in found.missed] == [(visits[0], "no_room")]


def test_nothing_to_visit_is_an_empty_month():
    found = month_of_visits([], np.zeros((1, 1)), np.empty(0), DAYS, RULES)
    assert (found.days, found.missed, found.minutes) == ((), (), 0)
