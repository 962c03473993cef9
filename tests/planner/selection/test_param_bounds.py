"""How large and how small each rule of a selection may be."""

import math

import pytest
from pydantic import ValidationError

from planner.selection.params import SelectionParams

BOUNDS = {
    "launches": (0, 100_000, 1),
    "launches_min": (0, 7, 1),  # not above launches
    "agent_days": (0, 10_000_000, 1),
    "max_per_district": (0, 100_000, 1),
    "spacing_km": (0.0, 500.0, 1e-6),
    "spillover_km": (0.0, 50.0, 1e-6),
    "registrations_per_day": (1e-6, 1000.0, 1e-5),
    "seconds": (0.0, 86_400.0, 1e-6),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_rule_is_taken_at_its_bounds_and_refused_beyond(name):
    least, most, step = BOUNDS[name]
    for value in (least, most):
        assert getattr(SelectionParams(**{"launches": 7, name: value}), name) == value
    for value in (least - step, most + step):
        with pytest.raises(ValidationError):
            SelectionParams(**{"launches": 7, name: value})


@pytest.mark.parametrize("name", ["spacing_km", "spillover_km", "registrations_per_day", "seconds"])
def test_a_rule_is_a_number_with_an_end(name):
    for value in (math.inf, math.nan):
        with pytest.raises(ValidationError):
            SelectionParams(**{"launches": 7, name: value})
