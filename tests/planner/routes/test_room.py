"""Every village keeps a visit where not all visits fit into a month."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.routes.params import RouteParams
from planner.routes.room import plan_with_room, visits_with_room


def test_no_village_goes_without_for_further_visits_to_a_nearer_one():
    minutes = np.array([[0.0, 10, 150], [10, 0, 150], [150, 150, 0]])
    villages = pd.DataFrame(
        {
            "village_code": ["16.01.01.2001", "16.01.01.2002", "16.01.01.2003"],
            "village_name": ["Home", "Near", "Far"],
            "district_name": "",
            "longitude": 104.0,
            "latitude": -3.0,
            "visits_per_month": [0.0, 40.0, 1.0],
        }
    )
    plan = plan_with_room(villages, minutes, "2026-12", RouteParams(), home_is_known=True)
    assert set(plan.stops["village_name"]) == {"Near", "Far"}
    assert len(plan.stops) + len(plan.missed) == 41
    assert set(plan.missed["reason"]) <= {"no_room", "no_day"}
    assert plan.days["hours"].max() <= 8


@settings(max_examples=25)
@given(st.lists(st.floats(1, 8), min_size=1, max_size=12), st.integers(1, 23), st.floats(0, 200))
def test_cut_visits_lie_between_one_and_what_is_wanted(wanted, days, home_minutes):
    visits_wanted = np.array(wanted)
    minutes = np.full((len(wanted) + 1, len(wanted) + 1), 20.0)
    minutes[0, 1:] = minutes[1:, 0] = home_minutes
    np.fill_diagonal(minutes, 0)
    found = visits_with_room(visits_wanted, minutes, RouteParams(), days=days)
    assert (found <= visits_wanted).all()
    assert (found >= 1).all()
    more = visits_with_room(visits_wanted, minutes, RouteParams(), days=days + 1)
    assert (more >= found).all()
