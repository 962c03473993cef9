import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.choropleth import HOT_SPOTS, categories, choropleth, styles
from planner.classification import quantile_breaks
from planner.hotspots import hot_spots

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
