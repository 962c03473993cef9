"""Launches summed: only those of which both figures are known, and no order of them matters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.delivered import Delivery, Promise, Promised, Seen
from planner.delivered_board import NOTHING, by_regency, hidden, told
from planner.monthly import Count

DAY = date(2025, 8, 20)


def launch(code="16.01.01.2001", promised=90.0, registered=None, before=None, after=None):
    """One launch: active participants before and twelve months later, registrations until then."""
    promise = None
    if promised is not None:
        ends = Promised(promised, promised / 3, promised * 2)
        promise = Promise("R", DAY, ends, Promised(*(end / 6 for end in ends)))
    counts = (("before", before, None), ("day", None, registered), ("m3", None, None), ("m12", after, None))
    seen = tuple(
        Seen(moment, None, "unknown", None if count is None else Count(count, 0), people, None)
        for moment, count, people in counts
    )
    return Delivery(code, DAY, promise, seen)


def test_launches_without_plan_or_result_are_counted_but_not_summed():
    whole = told([launch(registered=40), launch(registered=None), launch(promised=None, registered=70)])
    assert (whole.launches, whole.planned) == (3, 2)
    assert (whole.registrations.launches, whole.registrations.came) == (1, 40)
    assert whole.registrations.promised == Promised(90, 30, 180)
    assert whole.active is None


def test_active_participants_are_the_change_after_twelve_months_and_may_be_fewer():
    whole = told([launch(before=50, after=20), launch(before=10, after=25), launch(before=10)])
    assert (whole.active.launches, whole.active.came) == (2, -15)
    assert whole.active.verdict == "below"
    assert whole.active.percent == pytest.approx(-50)


@pytest.mark.parametrize(("came", "verdict"), [(29, "below"), (30, "within"), (180, "within"), (181, "above")])
def test_what_came_is_held_against_the_range(came, verdict):
    assert told([launch(registered=came)]).registrations.verdict == verdict


def test_a_promise_of_nobody_has_no_percent():
    assert told([launch(promised=0.0, registered=3)]).registrations.percent is None


rows = st.lists(
    st.builds(
        launch,
        code=st.sampled_from(["16.01.01.2001", "16.01.01.2002", "18.05.12.2007"]),
        promised=st.one_of(st.none(), st.floats(0, 500)),
        registered=st.one_of(st.none(), st.integers(0, 500)),
        before=st.one_of(st.none(), st.integers(0, 500)),
        after=st.one_of(st.none(), st.integers(0, 500)),
    ),
    max_size=12,
)


@given(rows, st.randoms())
def test_regencies_add_up_to_the_whole_in_any_order(launches, random):
    mixed = list(launches)
    random.shuffle(mixed)
    places, whole = by_regency(mixed), told(launches)
    assert [one.code for one in places] == sorted({one.code[:5] for one in launches})
    assert sum(one.launches for one in places) == whole.launches
    for name in ("registrations", "active"):
        parts = [kept for one in places if (kept := getattr(one, name)) is not None]
        if (kept := getattr(whole, name)) is None:
            assert parts == []
        else:
            assert sum(part.came for part in parts) == kept.came
            assert sum(part.launches for part in parts) == kept.launches
            assert sum(part.promised.high for part in parts) == pytest.approx(kept.promised.high)


def test_few_registrations_and_what_gives_them_away_are_hidden():
    few, next_to, others = launch("16.01.01.2001", registered=3), launch("16.01.01.2002", registered=9), "18.05.12.2007"
    found = hidden([few, next_to, launch(others, registered=40)])
    assert found.registered == {few.code, next_to.code}
    assert not found.registered_in
    alone = hidden([few, launch(others, registered=40)])
    assert few.code in alone.registered
    assert {"16.01"} <= alone.registered_in
    assert alone.registered_in - {"16.01"} or "" in alone.registered_in  # else it follows from the sum of all


def test_a_launch_without_plan_is_in_no_sum():
    found = hidden([launch(promised=None, registered=2), launch("16.01.01.2002", registered=50)])
    assert found.registered == {"16.01.01.2001"}
    assert not found.registered_in


def test_a_change_of_few_active_participants_is_hidden_with_its_sums():
    found = hidden([launch(before=3, after=40), launch("16.01.01.2002", before=10, after=20)])
    assert found.changes == {"16.01.01.2001"}
    assert found.changes_in == {"16.01", ""}
    assert not hidden([launch(before=0, after=40, registered=7)]).any
    assert hidden([]) == NOTHING
