"""Known answers: homicides about St. Louis and sudden infant deaths of North Carolina; libpysal carries both files."""

import csv
import math
from pathlib import Path

import libpysal.examples
import numpy as np
import pyogrio
import pytest
from esda.smoothing import Empirical_Bayes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from planner.errors import PlanError
from planner.smoothing import shrunk_rates


@pytest.fixture(scope="module")
def homicides():
    with Path(libpysal.examples.get_path("stl_hom.csv")).open(encoding="utf-8", newline="") as file:
        rows = [(float(row["HC7984"]), float(row["PO7984"])) for row in csv.DictReader(file)]
    return np.array(rows).T


@pytest.fixture(scope="module")
def infant_deaths():
    counties = pyogrio.read_dataframe(libpysal.examples.get_path("sids2.dbf"), read_geometry=False)
    north = np.where(counties["CRESS_ID"] <= 50, "a", "b")
    return counties["SID74"].to_numpy(float), counties["BIR74"].to_numpy(float), north


def test_homicides_about_st_louis(homicides):
    """The rates that the documentation of esda prints for Empirical_Bayes."""
    published = [
        2.36718950e-05, 4.54539167e-05, 4.78114019e-05, 2.76907146e-05, 6.58989323e-05,
        3.66494122e-05, 5.79952721e-05, 2.03064590e-05, 3.31152999e-05, 3.02748380e-05,
    ]  # fmt: skip
    events, base = homicides
    shrunk = shrunk_rates(events, base, groups=np.zeros(len(base)))
    np.testing.assert_allclose(shrunk.rate[:10], published, rtol=1e-8)
    np.testing.assert_allclose(shrunk.rate, Empirical_Bayes(events, base).r[:, 0], rtol=1e-12)
    np.testing.assert_allclose(shrunk.group_rate, events.sum() / base.sum())


def test_each_group_is_smoothed_by_itself(infant_deaths):
    events, base, groups = infant_deaths
    shrunk = shrunk_rates(events, base, groups=groups)
    for group in np.unique(groups):
        inside = groups == group
        alone = Empirical_Bayes(events[inside], base[inside])
        np.testing.assert_allclose(shrunk.rate[inside], alone.r[:, 0], rtol=1e-12)


def test_tiny_villages_no_longer_fill_both_ends(infant_deaths):
    events, base, _ = infant_deaths
    raw, shrunk = events / base, shrunk_rates(events, base, groups=np.zeros(len(base)))
    smallest, by_size = np.argsort(base)[:10], np.argsort(base)
    assert np.ptp(shrunk.rate[smallest]) < np.ptp(raw[smallest]) / 2
    assert (np.diff(shrunk.own_weight[by_size]) >= 0).all()


def test_differences_no_larger_than_chance_leave_the_rate_of_the_group():
    shrunk = shrunk_rates([10, 11, 9], [100, 100, 100], groups=["a"] * 3)
    np.testing.assert_allclose(shrunk.rate, 0.1)
    np.testing.assert_array_equal(shrunk.own_weight, 0)


def test_a_village_without_base_gets_the_rate_of_its_group_and_changes_no_other():
    with_empty = shrunk_rates([90, 10, 7], [100, 100, 0], groups=["a"] * 3)
    without = shrunk_rates([90, 10], [100, 100], groups=["a"] * 2)
    np.testing.assert_allclose(with_empty.rate[:2], without.rate)
    assert with_empty.rate[2] == pytest.approx(0.5)
    assert with_empty.own_weight[2] == 0


def test_missing_stays_missing_and_is_no_zero():
    shrunk = shrunk_rates([90, math.nan, 10, 5], [100, 100, 100, math.nan], groups=["a"] * 4)
    without = shrunk_rates([90, 10], [100, 100], groups=["a"] * 2)
    np.testing.assert_allclose(shrunk.rate, [without.rate[0], math.nan, without.rate[1], math.nan])
    assert np.isnan(shrunk.own_weight[[1, 3]]).all()
    assert np.isnan(shrunk.group_rate[[1, 3]]).all()


def test_groups_without_base_or_events():
    shrunk = shrunk_rates([0, 0, 0, 0], [0, 0, 50, 60], groups=["empty", "empty", "none", "none"])
    np.testing.assert_array_equal(shrunk.rate, [math.nan, math.nan, 0, 0])


COUNTS = hnp.arrays(float, (3, 12), elements=st.integers(0, 500))


@given(counts=COUNTS, order=st.permutations(range(12)))
def test_the_order_of_villages_does_not_matter(counts, order):
    events, base, groups = counts[0], counts[1], counts[2] % 3
    plain = shrunk_rates(events, base, groups=groups)
    shuffled = shrunk_rates(events[order], base[order], groups=groups[order])
    np.testing.assert_allclose(shuffled.rate, plain.rate[order], rtol=1e-9, atol=1e-12)


@given(counts=COUNTS)
def test_a_shrunk_rate_lies_between_the_raw_rate_and_that_of_the_group(counts):
    events, base, groups = counts[0], counts[1] + 1, counts[2] % 3
    shrunk = shrunk_rates(events, base, groups=groups)
    ends = np.sort([events / base, shrunk.group_rate], axis=0)
    assert (shrunk.rate >= ends[0] - 1e-9).all()
    assert (shrunk.rate <= ends[1] + 1e-9).all()
    assert ((shrunk.own_weight >= 0) & (shrunk.own_weight <= 1)).all()


@pytest.mark.parametrize(
    ("events", "base", "english", "indonesian"),
    [
        ([1], [1, 2], r"events \(1,\), base \(2,\), groups \(2,\)", "panjang yang sama"),
        ([1, -2], [1, 2], "1 villages have a negative.*in row 2 .events -2", "baris 2"),
        ([1, 2], [math.inf, 2], "row 1 .events 1, base inf", "tak hingga"),
        ([1, 2], [1, -1], "Give zero or more", "Isi dengan nol"),
    ],
)
def test_what_cannot_be_used_is_refused(events, base, english, indonesian):
    with pytest.raises(PlanError, match=english) as refused:
        shrunk_rates(events, base, groups=["a", "b"])
    assert indonesian in refused.value.text("id")
