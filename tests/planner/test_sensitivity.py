import math

import numpy as np
import pytest
from SALib.analyze import sobol as salib_sobol

from planner.errors import PlanError
from planner.sensitivity import indices, mean_rank_shift, sobol


def ishigami(draws):
    """Ishigami and Homma (1990) with a = 7, b = 0.1."""
    x = (2 * draws - 1) * math.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def linear(draws):
    return 100 + draws @ np.array([4.0, 2.0, 1.0])


THREE = {"first": 1, "second": 1, "third": 1}


def test_ishigami():
    found = sobol(ishigami, THREE, samples=2**16, seed=1)
    assert found.names == ("first", "second", "third")
    np.testing.assert_allclose(found.first, [0.3139, 0.4424, 0], atol=0.001)
    np.testing.assert_allclose(found.total, [0.5576, 0.4424, 0.2437], atol=0.001)


def test_a_linear_function_has_the_shares_of_its_squared_coefficients():
    found = sobol(linear, THREE, samples=4096, seed=1)
    shares = np.array([16, 4, 1]) / 21
    np.testing.assert_allclose(found.first, shares, atol=0.005)
    np.testing.assert_allclose(found.total, shares, atol=0.005)


def test_sobol_g_function():
    """Saltelli and Sobol' (1995): V_i = 1 / (3 (1 + a_i)^2), first order V_i / (prod(1 + V_i) - 1)."""
    a = np.array([0, 1, 4.5, 9])

    def g(draws):
        return ((np.abs(4 * draws - 2) + a) / (1 + a)).prod(axis=1)

    part = 1 / (3 * (1 + a) ** 2)
    whole = (1 + part).prod() - 1
    found = sobol(g, dict.fromkeys("abcd", 1), samples=8192, seed=1)
    np.testing.assert_allclose(found.first, part / whole, atol=0.01)
    np.testing.assert_allclose(found.total, part * (1 + whole) / (1 + part) / whole, atol=0.01)


def test_a_choice_of_several_columns_counts_as_one():
    found = sobol(ishigami, {"pair": 2, "third": 1}, samples=2**16, seed=1)
    # The third acts only together with the first: alone the pair brings all but that, in total everything.
    np.testing.assert_allclose(found.first, [1 - 0.2437, 0], atol=0.001)
    np.testing.assert_allclose(found.total, [1, 0.2437], atol=0.001)


def test_the_estimators_are_those_of_salib():
    rng = np.random.default_rng(5)
    base, other = rng.random((256, 3)), rng.random((256, 3))
    mixed = []
    for column in range(3):
        draws = base.copy()
        draws[:, column] = other[:, column]
        mixed.append(ishigami(draws))
    first, total = indices(ishigami(base), ishigami(other), mixed)
    rows = np.column_stack([ishigami(base), *mixed, ishigami(other)]).ravel()
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    salib = salib_sobol.analyze(problem, rows, calc_second_order=False, num_resamples=2, seed=1)
    np.testing.assert_allclose(first, salib["S1"], atol=1e-12)
    np.testing.assert_allclose(total, salib["ST"], atol=1e-12)


def test_standard_errors_cover_the_known_answers():
    found = sobol(ishigami, THREE, samples=512, seed=2)
    assert (np.abs(found.first - [0.3139, 0.4424, 0]) < 3 * found.first_error).all()
    assert (np.abs(found.total - [0.5576, 0.4424, 0.2437]) < 3 * found.total_error).all()
    more = sobol(ishigami, THREE, samples=8192, seed=2)
    np.testing.assert_allclose(more.total_error * 4, found.total_error, rtol=0.2)


def test_what_moves_nothing_has_no_share():
    found = sobol(lambda draws: np.full(len(draws), 3.0), THREE, samples=16, seed=1)
    for part in (found.first, found.total, found.first_error, found.total_error):
        np.testing.assert_array_equal(part, 0)


def test_same_seed_same_bytes():
    first, second, other = (sobol(ishigami, THREE, samples=64, seed=seed) for seed in (1, 1, 2))
    assert first.first.tobytes() == second.first.tobytes()
    assert first.first.tobytes() != other.first.tobytes()


def test_shifting_and_scaling_the_result_changes_no_share():
    plain = sobol(ishigami, THREE, samples=256, seed=1)
    moved = sobol(lambda draws: 1000 - 3 * ishigami(draws), THREE, samples=256, seed=1)
    np.testing.assert_allclose(moved.first, plain.first, atol=1e-10)
    np.testing.assert_allclose(moved.total, plain.total, atol=1e-10)


def test_mean_rank_shift():
    assert mean_rank_shift([3, 1, 2], [1, 2, 3]) == pytest.approx(4 / 3)
    np.testing.assert_allclose(mean_rank_shift([[1, 2, 3], [3, 2, 1]], [1, 2, 3]), [0, 4 / 3])
    assert mean_rank_shift(np.array([1, 2], dtype=np.uint16), np.array([2, 1], dtype=np.uint16)) == 1


@pytest.mark.parametrize(
    ("changed", "english", "indonesian"),
    [
        ({"samples": 100}, "100 samples cannot be used.*power of two", "pangkat dua"),
        ({"samples": 1}, "1 samples cannot be used", "pangkat dua"),
        ({"samples": 0}, "0 samples cannot be used", "pangkat dua"),
        ({"choices": {}}, "Name at least one", "minimal satu pilihan"),
        ({"choices": {"weights": 2, "data": 0}}, "weights = 2, data = 0", "minimal satu kolom"),
        ({"choices": {"weights": 10_001}}, "at most 10,000", "10.000 kolom"),
        ({"result": lambda draws: draws}, "16 finite numbers were expected", "diharapkan 16 bilangan"),
        ({"result": lambda draws: draws[:, 0] * np.nan}, "division by zero", "pembagian dengan nol"),
    ],
)
def test_what_cannot_be_used_is_refused(changed, english, indonesian):
    asked = {"result": ishigami, "choices": THREE, "samples": 16} | changed
    with pytest.raises(PlanError, match=english) as refused:
        sobol(asked["result"], asked["choices"], samples=asked["samples"], seed=1)
    assert indonesian in refused.value.text("id")
