"""Cutting figures into classes."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.classification import BREAKS, NATURAL_LIMIT, head_tail_breaks, natural_breaks, quantile_breaks

# Jobs per square kilometre in the 58 counties of California (Anselin and Rey), the example of mapclassify.
CALIFORNIA = (
    329.92, 0.42, 5.9, 14.03, 2.78, 1.34, 181.27, 1.65, 10.03, 16.7, 1.32, 3.99, 3.16, 0.22, 8.7, 6.56, 3.27, 0.33,
    370.5, 4.51, 75.29, 0.99, 2.74, 8.68, 0.14, 0.92, 12.63, 28.7, 12.02, 722.85, 36.68, 0.74, 29.82, 192.05, 3.38,
    11.15, 110.74, 4111.45, 49.47, 10.33, 317.11, 20.47, 264.93, 66.26, 5.39, 0.13, 0.61, 50.65, 40.48, 36.67, 13.09,
    1.81, 0.2, 7.6, 2.51, 57.26, 24.32, 6.97,
)  # fmt: skip

figures = st.lists(st.integers(0, 60), min_size=1, max_size=14)


def within(values: np.ndarray, edges: np.ndarray) -> float:
    """Sum of squares around the means of the classes."""
    steps = np.searchsorted(edges, values, side="left")
    return sum(float(((values[steps == s] - values[steps == s].mean()) ** 2).sum()) for s in np.unique(steps))


def test_natural_breaks_of_california_are_the_published_ones() -> None:
    """Bounds and counts that the documentation of mapclassify prints for FisherJenks(k=5)."""
    values = np.array(CALIFORNIA)
    edges = natural_breaks(values, 5)
    assert edges.tolist() == [75.29, 192.05, 370.5, 722.85]
    assert np.bincount(np.searchsorted(edges, values, side="left")).tolist() == [49, 3, 4, 1, 1]


@given(figures, st.integers(2, 4))
def test_no_other_cut_makes_classes_more_alike(values, classes) -> None:
    known = np.array(values, dtype=float)
    cuts = combinations(np.unique(known)[:-1], min(classes, len(np.unique(known))) - 1)
    best = min(within(known, np.array(cut)) for cut in cuts)
    assert within(known, natural_breaks(known, classes)) == pytest.approx(best, abs=1e-9)


@given(figures, st.randoms(), st.sampled_from(sorted(BREAKS)))
def test_cuts_rise_lie_within_the_figures_and_do_not_follow_the_order(values, random, name) -> None:
    known = np.array(values, dtype=float)
    edges = BREAKS[name](known, 5)
    assert len(edges) <= 4
    assert (np.diff(edges) > 0).all()
    assert ((edges >= known.min()) & (edges <= known.max())).all()
    random.shuffle(values)
    assert BREAKS[name](np.array(values, dtype=float), 5).tolist() == edges.tolist()


def test_quantiles_hold_the_same_number_of_places() -> None:
    values = np.arange(100.0)
    assert np.bincount(np.searchsorted(quantile_breaks(values, 5), values, side="left")).tolist() == [20] * 5


def test_a_long_list_is_cut_by_a_sample_that_comes_close() -> None:
    values = np.random.default_rng(3).lognormal(5, 1, NATURAL_LIMIT * 3)
    edges = natural_breaks(values, 5)
    everywhere = within(values, natural_breaks(np.quantile(values, np.linspace(0, 1, NATURAL_LIMIT // 2)), 5))
    assert len(edges) == 4
    assert within(values, edges) <= everywhere * 1.02


def test_places_that_are_all_alike_are_one_class() -> None:
    assert natural_breaks(np.array([7.0, 7.0]), 5).tolist() == []


def test_head_tail_breaks_of_california_are_the_published_ones() -> None:
    """Bounds and counts that the documentation of mapclassify prints for HeadTailBreaks."""
    values = np.array(CALIFORNIA)
    edges = head_tail_breaks(values, 5)
    assert edges.round(2).tolist() == [125.93, 811.26]
    assert np.bincount(np.searchsorted(edges, values, side="left")).tolist() == [50, 7, 1]


def test_head_tail_breaks_of_a_rank_size_rule_worked_by_hand() -> None:
    """1, 1/2 ... 1/10: the mean is 0.29; 1, 1/2 and 1/3 lie above it, their mean is 0.61."""
    values = 1 / np.arange(1, 11)
    edges = head_tail_breaks(values, 5)
    assert edges.round(2).tolist() == [0.29, 0.61]
    assert np.bincount(np.searchsorted(edges, values, side="left")).tolist() == [7, 2, 1]


def test_head_tail_breaks_end_where_the_head_is_no_minority_or_classes_run_out() -> None:
    assert len(head_tail_breaks(np.arange(100.0), 5)) == 1
    heavy = np.random.default_rng(1).pareto(1.1, 10_000)
    assert len(head_tail_breaks(heavy, 5)) == 4
    assert head_tail_breaks(np.array([3.0, 3.0]), 5).tolist() == []
