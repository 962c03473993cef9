"""Distances on the sphere."""

import numpy as np
import pytest

from geodata.distance import nearest_km


def test_a_degree_of_latitude():
    found = nearest_km(np.array([[104.0, -3.0], [np.nan, 0.0]]), np.array([[104.0, -4.0], [110.0, 0.0]]))
    assert found[0] == pytest.approx(111.195, abs=0.01)
    assert np.isnan(found[1])


def test_across_the_date_line_and_without_targets():
    assert nearest_km(np.array([[179.9, 0.0]]), np.array([[-179.9, 0.0]]))[0] == pytest.approx(22.24, abs=0.01)
    assert np.isinf(nearest_km(np.array([[0.0, 0.0]]), np.empty((0, 2)))[0])
