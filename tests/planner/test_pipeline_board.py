"""Launches by step: every one that goes on stands once, the late ones come longest first."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.launch_pipeline import STATUSES, STEPS, overview
from planner.pipeline_board import select_late, stages
from tests.conftest import assert_unchanged

TODAY = date(2026, 11, 23)
COLUMNS = ["id", "village_code", "status", "step", "due_on"]


def seen(rows):
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"due_on": object})
    officials = pd.DataFrame(
        {"registered": [9], "total": [9], "counted_on": [TODAY]}, index=pd.Index(["16.01.01.2001"], name="village_code")
    )
    return overview(frame, officials, today=TODAY)


def due(days):
    return TODAY + timedelta(days=days)


def test_steps_with_what_is_late_and_what_comes():
    found = seen(
        [
            (1, "16.01.01.2001", "open", "usulan", due(-3)),
            (2, "16.01.01.2002", "open", "usulan", due(0)),
            (3, "16.01.01.2003", "open", "usulan", due(31)),
            (4, "16.01.01.2004", "cancelled", "usulan", None),
            (5, "16.01.01.2005", "finished", "h180", None),
            (6, "16.01.01.2006", "open", "mou", due(-9)),
        ]
    )
    before = found.copy()
    counted = stages(found, today=TODAY)
    assert_unchanged(found, before)
    assert list(counted.index) == list(STEPS[:-1])
    assert counted.loc["usulan"].to_dict() == {"going": 3, "late": 1, "soon": 1, "ungated": 2, "longest": 3}
    assert counted.loc["mou"].to_dict() == {"going": 1, "late": 1, "soon": 0, "ungated": 1, "longest": 9}
    assert counted.loc["h90"].sum() == 0
    assert select_late(found)["id"].tolist() == [6, 1]


def test_nothing_at_all():
    counted = stages(seen([]), today=TODAY)
    assert counted.to_numpy().sum() == 0
    assert len(counted) == len(STEPS) - 1


launches = st.lists(
    st.tuples(st.sampled_from(STATUSES), st.sampled_from(STEPS[:-1]), st.one_of(st.none(), st.integers(-400, 400))),
    max_size=15,
)


@settings(max_examples=15)
@given(launches, st.randoms())
def test_each_launch_counts_once_in_any_order(rows, random):
    told = [
        (number, f"16.01.01.{2001 + number}", status, step, None if days is None else due(days))
        for number, (status, step, days) in enumerate(rows)
    ]
    mixed = list(told)
    random.shuffle(mixed)
    counted = stages(seen(told), today=TODAY)
    pd.testing.assert_frame_equal(stages(seen(mixed), today=TODAY), counted)
    assert counted["going"].sum() == sum(status == "open" for status, _, _ in rows)
    late = select_late(seen(mixed))
    assert counted["late"].sum() == len(late)
    assert late["overdue_days"].is_monotonic_decreasing
    assert late["id"].tolist() == select_late(seen(told))["id"].tolist()
