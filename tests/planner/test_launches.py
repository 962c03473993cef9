"""Villages in the order of their launches."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.launches import launch_order
from planner.params import CostRates, Funnel, ScoringParams

OFFICE = pd.DataFrame({"longitude": [104.0], "latitude": [-3.0]})
PARAMS = ScoringParams(
    funnel=Funnel(
        reached_share=0.5,
        reached_share_low=0.5,
        reached_share_high=0.5,
        registered_share=0.2,
        registered_share_low=0.2,
        registered_share_high=0.2,
        most_registrations=100,
    ),
    costs=CostRates(launch_idr=1_000, visits=2, team_day_idr=100, travel_idr_per_km=0),
)


def villages_of(uncovered, longitude=104.0):
    """Villages where nobody is covered; the fewest eligible are half, the most twice the value."""
    eligible = pd.Series(uncovered, dtype="Int64")
    count = len(eligible)
    return pd.DataFrame(
        {
            "village_code": [f"16.01.01.{2001 + i}" for i in range(count)],
            "eligible_workers": eligible,
            "eligible_workers_low": eligible // 2,
            "eligible_workers_high": eligible * 2,
            "eligible_workers_basis": "assumed",
            "active_bpu": pd.array([0] * count, dtype="Int64"),
            "active_bpu_low": pd.array([0] * count, dtype="Int64"),
            "active_bpu_high": pd.array([0] * count, dtype="Int64"),
            "active_bpu_basis": "assumed",
            "longitude": longitude,
            "latitude": -3.0,
        }
    )


def test_most_registrations_first_and_capped():
    order = launch_order(villages_of([500, 3000, 0, 100, None]), OFFICE, PARAMS)
    np.testing.assert_allclose(order.registrations, [100, 50, 10])
    np.testing.assert_allclose(order.gap, [3000, 500, 100])
    np.testing.assert_allclose(order.below, [1500, 250, 50])
    np.testing.assert_allclose(order.above, [3000, 500, 100])
    np.testing.assert_allclose(order.cost_idr, 1_200)


@pytest.mark.parametrize(("people", "launches"), [(1, 1), (100, 1), (101, 2), (150, 2), (160, 3), (161, 3), (10**9, 3)])
def test_launches_until_enough(people, launches):
    order = launch_order(villages_of([500, 3000, 100]), OFFICE, PARAMS)
    assert order.needed(people) == launches
    assert order.cost(launches) == pytest.approx(1_200 * launches)


def test_a_world_has_its_own_workers_and_share():
    order = launch_order(villages_of([500, 3000, 100]), OFFICE, PARAMS)
    assert order.in_a_world(60, share=0.1, error=0.0, most=100) == (1, pytest.approx(160))
    assert order.in_a_world(110, share=0.1, error=-1.0, most=10**6) == (1, pytest.approx(180))
    assert order.in_a_world(330, share=0.05, error=1.0, most=10**6) == (2, pytest.approx(360))


def test_a_village_without_point_costs_the_median():
    villages = villages_of([500, 400, 300], longitude=[104.0, np.nan, 105.0])
    rates = CostRates(launch_idr=0, visits=1, team_day_idr=0, travel_idr_per_km=1_000)
    order = launch_order(villages, OFFICE, ScoringParams(costs=rates))
    assert order.cost_idr[1] == pytest.approx((order.cost_idr[0] + order.cost_idr[2]) / 2)


@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(uncovered, shuffler):
    villages = villages_of(uncovered)
    shuffled = villages.sample(frac=1, random_state=shuffler.randrange(2**32))
    first, second = (launch_order(frame, OFFICE, PARAMS) for frame in (villages, shuffled))
    np.testing.assert_array_equal(first.registrations, second.registrations)
    np.testing.assert_array_equal(first.gap, second.gap)
    assert (np.diff(first.registrations) <= 0).all()


def test_without_uncovered_workers_there_is_no_plan():
    with pytest.raises(PlanError, match="No village of this region has uncovered workers") as caught:
        launch_order(villages_of([0, None]), OFFICE, PARAMS)
    assert "Tidak ada desa" in caught.value.text("id")


def test_nobody_registering_is_refused():
    params = ScoringParams(funnel=Funnel(registered_share=0.0, registered_share_low=0.0))
    with pytest.raises(PlanError, match=r"nobody registers: funnel\.reached_share") as caught:
        launch_order(villages_of([5]), OFFICE, params)
    assert "tidak seorang pun mendaftar" in caught.value.text("id")
