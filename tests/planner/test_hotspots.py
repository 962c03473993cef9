"""Oracle: esda on the neighbourhoods of Columbus, Ohio (Anselin 1988), which libpysal carries."""

import itertools
import math

import libpysal
import numpy as np
import pyogrio
import pytest
from esda import G_Local, Moran_Local
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import false_discovery_control, kstest

from planner.errors import PlanError
from planner.hotspots import hot_spots


@pytest.fixture(scope="module")
def columbus():
    """Crime per 1,000 households, neighbours as libpysal's graph and as pairs of positions."""
    figures = pyogrio.read_dataframe(libpysal.examples.get_path("columbus.dbf"), read_geometry=False)
    graph = libpysal.graph.read_gal(libpysal.examples.get_path("columbus.gal"))
    assert list(graph.unique_ids) == list(figures["POLYID"])
    links = graph.adjacency.index.to_frame().to_numpy() - 1
    return figures["CRIME"].to_numpy(float), graph, links


@pytest.fixture
def chain():
    """Ten villages in a row: five high, five low."""
    values = np.array([9, 8, 9, 8, 9, 2, 1, 2, 1, 2], dtype=float)
    return values, np.column_stack([np.arange(9), np.arange(1, 10)])


def grid(side):
    cells = np.arange(side * side).reshape(side, side)
    across, down = (cells[:, :-1], cells[:, 1:]), (cells[:-1], cells[1:])
    return np.concatenate([np.column_stack([a.ravel(), b.ravel()]) for a, b in (across, down)])


def test_local_moran_is_that_of_esda(columbus):
    values, graph, links = columbus
    expected = Moran_Local(values, graph.transform("r"), permutations=0)
    np.testing.assert_allclose(hot_spots(values, links, seed=1).moran, expected.Is, atol=1e-9)


def test_g_star_is_that_of_esda(columbus):
    values, graph, links = columbus
    expected = G_Local(values, graph.assign_self_weight(1), transform="B", star=True, permutations=0)
    np.testing.assert_allclose(hot_spots(values, links, seed=1).g_star, expected.Zs, atol=1e-9)


def test_g_star_of_the_example_in_the_documentation_of_esda():
    points = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
    near = [(a, b) for a, b in itertools.combinations(range(6), 2) if math.dist(points[a], points[b]) <= 15]
    published = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    np.testing.assert_allclose(hot_spots([2, 3, 3.2, 5, 8, 7], near, seed=1).g_star, published, atol=1e-8)


@pytest.mark.filterwarnings("ignore:The alternative hypothesis:DeprecationWarning")
def test_p_values_are_those_of_esda_within_noise(columbus):
    values, graph, links = columbus
    theirs = Moran_Local(values, graph.transform("r"), permutations=9_999, seed=3).p_sim
    ours = hot_spots(values, links, seed=1).p_value
    # esda folds to one side; ours are two-sided. Four standard errors of the difference of two estimates.
    noise = 4 * 2 * np.sqrt(2 * theirs * (1 - theirs) / 9_999) + 4 / 9_999
    assert (np.abs(ours - np.minimum(1, 2 * theirs)) < noise).all()


def test_p_values_are_those_of_all_arrangements():
    """Seven villages in a star: each neighbourhood can be drawn in few ways, so p is known exactly."""
    values = np.array([10.0, 1, 2, 3, 4, 5, 6])
    links = [(0, 1), (0, 2)]
    p = hot_spots(values, links, seed=1, permutations=200_000).p_value
    # Sum 3 is the lowest of the 15 pairs of the other six; 10 is the highest of the six others of 1 and of 2.
    np.testing.assert_allclose(p[:3], [2 / 15, 2 / 6, 2 / 6], atol=0.005)


def test_noise_gives_uniform_p_values_and_hardly_any_find():
    values = np.random.default_rng(11).normal(size=2_500)
    found = hot_spots(values, grid(50), seed=1)
    assert kstest(found.p_value, "uniform").pvalue > 0.01
    assert (found.kind == "none").mean() > 0.998


def test_a_planted_hot_spot_a_cold_spot_and_an_outlier_are_found():
    values = np.random.default_rng(5).normal(size=(30, 30))
    values[3:9, 3:9] += 6
    values[20:26, 20:26] -= 6
    values[5, 5] = -3
    found = hot_spots(values.ravel(), grid(30), seed=1)
    kind = found.kind.reshape(30, 30)
    assert set(kind[6:8, 6:8].ravel()) == {"high_high"}
    assert set(kind[21:25, 21:25].ravel()) == {"low_low"}
    assert kind[5, 5] == "low_high"
    far = kind[12:18, 12:18]
    assert (far == "none").mean() > 0.9


def test_false_discovery_rate(columbus):
    values, _, links = columbus
    found = hot_spots(values, links, seed=1, level=0.1)
    np.testing.assert_allclose(found.q_value, false_discovery_control(found.p_value))
    np.testing.assert_array_equal(found.kind != "none", found.q_value <= 0.1)
    assert 0 < (found.kind != "none").sum() < (found.p_value <= 0.1).sum()


def test_villages_that_cannot_be_judged_say_so_and_do_not_count_as_tests(chain):
    values, links = chain
    wider = np.concatenate([values, [5.0, math.nan, 7.0]])
    found = hot_spots(wider, np.vstack([links, [[9, 11], [11, 12]]]), seed=1)
    assert found.kind[10:].tolist() == ["no_neighbour", "no_figure", "no_neighbour"]
    for result in (found.moran, found.g_star, found.p_value, found.q_value):
        assert np.isnan(result[10:]).all()
        assert np.isfinite(result[:10]).all()
    np.testing.assert_allclose(found.q_value[:10], false_discovery_control(found.p_value[:10]))


def test_links_may_stand_once_or_in_both_directions(chain):
    values, links = chain
    once, both = hot_spots(values, links, seed=1), hot_spots(values, np.vstack([links, links[:, ::-1]]), seed=1)
    np.testing.assert_array_equal(once.moran, both.moran)
    np.testing.assert_array_equal(once.p_value, both.p_value)


def test_equal_figures_show_nothing():
    found = hot_spots(np.zeros(9), grid(3), seed=1)
    np.testing.assert_array_equal(found.moran, 0)
    np.testing.assert_array_equal(found.g_star, 0)
    np.testing.assert_array_equal(found.p_value, 1)
    assert set(found.kind) == {"none"}


@pytest.mark.parametrize("values", [[], [math.nan, math.nan], [3.0]], ids=["none", "unknown", "one"])
def test_too_few_villages_to_compare(values):
    found = hot_spots(values, [], seed=1)
    assert set(found.kind) <= {"no_figure", "no_neighbour"}
    assert len(found.kind) == len(values)


def test_everybody_a_neighbour_of_everybody():
    found = hot_spots([1.0, 2, 3, 10], list(itertools.combinations(range(4), 2)), seed=1)
    np.testing.assert_allclose(found.g_star, 0, atol=1e-12)
    np.testing.assert_array_equal(found.p_value, 1)


def test_same_seed_same_bytes(columbus):
    values, _, links = columbus
    first, second, other = (hot_spots(values, links, seed=seed) for seed in (1, 1, 2))
    assert first.p_value.tobytes() == second.p_value.tobytes()
    assert first.p_value.tobytes() != other.p_value.tobytes()


@given(values=hnp.arrays(float, 16, elements=st.integers(0, 9)), factor=st.floats(0.5, 100), shift=st.integers(-50, 50))
def test_the_unit_of_the_figures_does_not_matter(values, factor, shift):
    plain = hot_spots(values, grid(4), seed=1, permutations=99)
    moved = hot_spots(values * factor + shift, grid(4), seed=1, permutations=99)
    np.testing.assert_allclose(moved.moran, plain.moran, atol=1e-8)
    np.testing.assert_allclose(moved.g_star, plain.g_star, atol=1e-8)
    np.testing.assert_array_equal(moved.p_value, plain.p_value)


@given(values=hnp.arrays(float, 16, elements=st.integers(0, 9)), order=st.permutations(range(16)))
def test_the_order_of_villages_does_not_change_the_statistics(values, order):
    order = np.array(order)
    plain = hot_spots(values, grid(4), seed=1, permutations=9)
    shuffled = hot_spots(values[order], np.argsort(order)[grid(4)], seed=1, permutations=9)
    np.testing.assert_allclose(shuffled.moran, plain.moran[order], atol=1e-12)
    np.testing.assert_allclose(shuffled.g_star, plain.g_star[order], atol=1e-12)


@pytest.mark.parametrize(
    ("changed", "english", "indonesian"),
    [
        ({"links": [(0, 1), (0, 3)]}, "1 pairs.*positions 0 and 3.*list of 3", "posisi 0 dan 3"),
        ({"links": [(-1, 1)]}, "joins positions -1 and 1", "tidak sah"),
        ({"links": [(1, 1)]}, "two different villages", "dua desa yang berbeda"),
        ({"permutations": 0}, "0 permutations at a level of 0.05", "minimal 1"),
        ({"level": 0.0}, "9,999 permutations at a level of 0 cannot", "batas 0 tidak dapat dipakai"),
        ({"level": 1.0}, "level between 0 and 1", "di antara 0 dan 1"),
    ],
)
def test_what_cannot_be_used_is_refused(changed, english, indonesian):
    asked = {"links": [(0, 1)], "permutations": 9_999, "level": 0.05} | changed
    with pytest.raises(PlanError, match=english) as refused:
        hot_spots([1.0, 2.0, 3.0], asked["links"], seed=1, permutations=asked["permutations"], level=asked["level"])
    assert indonesian in refused.value.text("id")
