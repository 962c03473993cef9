from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.classification import quantile_breaks
from planner.hotspots import hot_spots
from planner.web.choropleth import HOT_SPOTS, categories, choropleth, styles

figures = st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=1, max_size=60)


def classes_of(values, *, shown=None, estimated=None, darkest="high"):
    series = pd.Series(values, dtype="Float64")
    here = pd.Series(True if shown is None else shown, index=series.index)
    guessed = pd.Series(False if estimated is None else estimated, index=series.index)
    return choropleth(series, guessed, shown=here, breaks=quantile_breaks, darkest=darkest)


@given(figures)
def test_every_village_has_one_class_that_has_a_look(values) -> None:
    result = classes_of(values)
    assert len(result.classes) == len(values)
    assert set(result.classes) <= set(styles())
    assert result.no_data == values.count(None) == result.classes.count(".")
    assert sum(band.villages for band in result.bands) + result.no_data == len(values)


@given(figures)
def test_a_larger_figure_is_never_lighter_and_equal_figures_are_equal(values) -> None:
    known = sorted((v, c) for v, c in zip(values, classes_of(values).classes, strict=True) if v is not None)
    colours = [c for _, c in known]
    assert colours == sorted(colours)
    assert len({v for v, _ in known}) == len(set(known))


@given(figures, st.randoms())
def test_order_of_rows_does_not_matter(values, random) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    straight = classes_of(values).classes
    assert classes_of([values[i] for i in order]).classes == "".join(straight[i] for i in order)


def test_five_classes_of_the_same_size_and_their_bounds() -> None:
    result = classes_of(range(100))
    assert [(b.step, b.low, b.high, b.villages) for b in result.bands] == [
        (0, 0, 19, 20), (1, 20, 39, 20), (2, 40, 59, 20), (3, 60, 79, 20), (4, 80, 99, 20),
    ]  # fmt: skip


def test_low_values_are_dark_where_they_mean_need() -> None:
    result = classes_of(range(5), darkest="low")
    assert result.classes == "43210"
    assert [(band.step, band.low) for band in result.bands] == [(4, 0), (3, 1), (2, 2), (1, 3), (0, 4)]


def test_few_distinct_values_use_the_whole_ramp() -> None:
    assert classes_of([7, 7, 7]).classes == "222"
    assert set(classes_of([1, 1, 9, 9]).classes) == {"0", "4"}


def test_villages_outside_the_region_neither_count_nor_show() -> None:
    inside = [True, True, False, False]
    assert classes_of([1, 2, 900, 901], shown=inside).classes == classes_of([1, 2]).classes + "--"
    assert classes_of([1, 2], shown=[False, False]).bands == ()


def test_estimates_have_their_own_class_of_the_same_colour() -> None:
    result = classes_of([1, 2, 3, 4, 5], estimated=[True, False, True, False, False])
    assert result.classes == "51734"
    assert result.estimated == 2
    looks = styles()
    assert all(looks[str(i)].fill == looks[str(i + 5)].fill for i in range(5))
    assert all((looks[str(i)].stripe is None, looks[str(i + 5)].stripe is None) == (True, False) for i in range(5))


def test_no_data_looks_like_no_class() -> None:
    looks = styles()
    assert np.isin(looks["."].fill, [look.fill for key, look in looks.items() if key != "."]).item() is False


# Machado, Oliveira and Fernandes (2009), IEEE TVCG 15(6): what is left of linear RGB without one kind of cone
VISION = {
    "all": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def seen_with(colour: str, vision: str) -> np.ndarray:
    """CIE L*a*b* of a colour as an eye sees it."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(VISION[vision]) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ linear / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b))


@pytest.mark.parametrize("vision", VISION)
def test_kinds_of_hot_spots_are_told_apart_with_any_vision(vision: str) -> None:
    fills = [seen_with(styles()[look].fill, vision) for look in HOT_SPOTS.values() if look not in ".i"]
    assert min(distance(a, b) for a, b in combinations(fills, 2)) > 12


def test_kinds_of_hot_spots_are_told_apart_in_a_grey_print() -> None:
    looks = [styles()[look] for look in HOT_SPOTS.values()]
    for a, b in combinations(looks, 2):
        light = abs(seen_with(a.fill, "all")[0] - seen_with(b.fill, "all")[0])
        assert light > 12 or (a.stripe and a.pattern) != (b.stripe and b.pattern)


@given(st.lists(st.tuples(st.sampled_from(list(HOT_SPOTS)), st.booleans()), min_size=1, max_size=40))
def test_categories_give_each_shown_village_the_class_of_its_kind(villages) -> None:
    kinds, shown = pd.Series([k for k, _ in villages]), pd.Series([s for _, s in villages])
    found = categories(kinds, HOT_SPOTS, shown=shown)
    assert found.classes == "".join(HOT_SPOTS[kind] if here else "-" for kind, here in villages)
    assert set(found.classes) <= set(styles())
    assert sum(found.counts.values()) == shown.sum()
    assert list(found.counts) == [kind for kind in HOT_SPOTS if kind in set(kinds[shown])]


def test_a_kind_without_a_look_is_refused() -> None:
    everywhere = pd.Series([True, True])
    with pytest.raises(ValueError, match=r"without a look: .*<b>"):
        categories(pd.Series(["none", "<b>"]), HOT_SPOTS, shown=everywhere)
    with pytest.raises(ValueError, match="without a look"):
        categories(pd.Series(["none", None]), HOT_SPOTS, shown=everywhere)


def test_every_kind_of_hot_spot_has_a_look() -> None:
    figures = np.array([9.0, 9.0, 9.0, 0.0, 0.0, 0.0, np.nan, 5.0])
    links = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])
    kinds = hot_spots(figures, links, seed=1, permutations=99).kind
    assert set(kinds) <= set(HOT_SPOTS)
    assert {"no_figure", "no_neighbour"} <= set(kinds)
