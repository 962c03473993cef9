"""Distances on the sphere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.distance import near_pairs, nearest_km


def test_a_degree_of_latitude():
    found = nearest_km(np.array([[104.0, -3.0], [np.nan, 0.0]]), np.array([[104.0, -4.0], [110.0, 0.0]]))
    assert found[0] == pytest.approx(111.195, abs=0.01)
    assert np.isnan(found[1])


def test_across_the_date_line_and_without_targets():
    assert nearest_km(np.array([[179.9, 0.0]]), np.array([[-179.9, 0.0]]))[0] == pytest.approx(22.24, abs=0.01)
    assert np.isinf(nearest_km(np.array([[0.0, 0.0]]), np.empty((0, 2)))[0])


@given(
    st.lists(st.tuples(st.floats(100, 107), st.floats(-6, -1)), max_size=12, unique=True),
    st.floats(0.1, 300),
)
def test_near_pairs_are_those_within_the_distance(points, km):
    where = np.array(points).reshape(-1, 2)
    pairs, away = near_pairs(where, km)
    apart = {(i, j): nearest_km(where[[i]], where[[j]])[0] for i in range(len(where)) for j in range(i + 1, len(where))}
    surely = {pair for pair, d in apart.items() if d < km * (1 - 1e-9)}
    perhaps = {pair for pair, d in apart.items() if d <= km * (1 + 1e-9) + 1e-6}
    found = [tuple(pair) for pair in pairs.tolist()]
    assert surely <= set(found) <= perhaps
    assert found == sorted(found)
    np.testing.assert_allclose(away, [apart[pair] for pair in found], rtol=1e-6, atol=1e-6)


def test_a_missing_point_is_near_nobody():
    pairs, _ = near_pairs(np.array([[104.0, -3.0], [np.nan, np.nan], [104.01, -3.0]]), 5)
    assert pairs.tolist() == [[0, 2]]
