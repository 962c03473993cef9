"""Outlines for drawing."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from geodata.errors import DataError
from geodata.outlines import clean
from geodata.readers.boundaries import read_boundaries
from geodata.simplify import simplified
from tests.conftest import assert_aligned, assert_unchanged

KM = 1 / 111.2


def layer(*outlines, **columns):
    placed = [None if o is None else shapely.transform(o, lambda xy: xy * KM + [104.0, -3.0]) for o in outlines]
    codes = [f"16.01.01.{2001 + i}" for i in range(len(placed))]
    return gpd.GeoDataFrame({"village_code": codes, **columns}, geometry=placed, crs="EPSG:4326")


def wiggly_pair(*, seed=0, steps=60, wave=0.05):
    """Two villages of 10 km with a border of many small turns."""
    turns = np.random.default_rng(seed).normal(0, wave, steps)
    border = list(zip(10 + turns, np.linspace(0, 10, steps), strict=True))
    return [Polygon([(0, 0), *border, (0, 10)]), Polygon([(20, 0), *border, (20, 10)])]


def test_a_border_of_many_turns_gets_fewer_and_stays_shared():
    frame = layer(*wiggly_pair())
    before = frame.copy()
    light = simplified(frame, tolerance_m=500)
    assert_unchanged(frame, before)
    assert light.count_coordinates().sum() < frame.count_coordinates().sum() / 3
    assert shapely.coverage_is_valid(light.geometry.to_numpy())
    assert shapely.length(shapely.intersection(*light.geometry)) >= 10 * KM * 0.99
    assert light["simplified"].tolist() == ["500 m"] * 2
    assert light.union_all().area == pytest.approx(frame.union_all().area, rel=0.05)


def test_a_village_too_small_to_simplify_keeps_its_outline_and_neighbours_keep_the_border():
    angle = np.linspace(0, 2 * np.pi, 40)[:-1]
    town = Polygon(np.column_stack([10 + 0.3 * np.cos(angle), 5 + 0.3 * np.sin(angle)]))
    west, east = wiggly_pair()
    cleaned = clean(layer(west - town, east - town, town)).frame
    light = simplified(cleaned, tolerance_m=700)
    assert light["simplified"].tolist() == ["700 m", "700 m", "kept"]
    assert light.geometry[2].equals(cleaned.geometry[2])
    assert shapely.coverage_is_valid(light.geometry.to_numpy())
    assert light.count_coordinates()[:2].sum() < cleaned.count_coordinates()[:2].sum()


def test_an_islet_is_kept():
    angle = np.linspace(0, 2 * np.pi, 40)[:-1]
    islet = Polygon(np.column_stack([60 + 0.3 * np.cos(angle), 0.3 * np.sin(angle)]))
    light = simplified(layer(box(0, 0, 50, 50), islet), tolerance_m=900)
    assert light["simplified"].tolist() == ["900 m", "kept"]
    assert not light.is_empty.any()


def test_rows_keep_index_order_and_empty_outlines():
    frame = layer(*wiggly_pair(), None, Polygon(), name=list("dcba")).set_index(pd.Index([4, 9, 1, 4]))
    light = simplified(frame, tolerance_m=300)
    assert_aligned(light, frame)
    assert light["name"].tolist() == list("dcba")
    assert light["simplified"].isna().tolist() == [False, False, True, True]
    assert light.geometry.iloc[2] is None
    assert light.geometry.iloc[3].is_empty


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(5, 80), st.floats(0.01, 0.4), st.floats(10, 3000))
def test_whatever_the_border_nothing_is_lost_and_the_coverage_stays_valid(seed, steps, wave, tolerance_m):
    frame = clean(layer(*wiggly_pair(seed=seed, steps=steps, wave=wave))).frame
    light = simplified(frame, tolerance_m=tolerance_m)
    assert shapely.coverage_is_valid(light.geometry.to_numpy())
    assert light.is_valid.all()
    ratio = shapely.area(light.geometry) / shapely.area(frame.geometry)
    assert ((ratio >= 0.5) & (ratio <= 2)).all()


def test_outlines_that_overlap_are_refused():
    with pytest.raises(
        DataError, match=r"outlines of 2 villages do not fit together.*Clean the outlines first"
    ) as refused:
        simplified(layer(box(0, 0, 10, 10), box(9, 0, 20, 10)), tolerance_m=100)
    assert "Bersihkan dahulu" in refused.value.text("id")


@pytest.mark.parametrize("tolerance_m", [0, -5, float("nan")])
def test_a_tolerance_of_nothing_is_refused(tolerance_m):
    with pytest.raises(DataError, match="tolerance for simplifying must be above zero") as refused:
        simplified(layer(box(0, 0, 10, 10)), tolerance_m=tolerance_m)
    assert "lebih dari nol" in refused.value.text("id")


@pytest.mark.real
@pytest.mark.parametrize("tolerance_m", [100, 250])
def test_real_outlines_stay_a_coverage(mirror, tolerance_m):
    folder = next(mirror.glob("cahyadsn/wilayah_boundaries/*/db/kel/18"))
    files = [next(folder.glob(f"*_18.{regency}.sql")) for regency in ("71", "72", "03")]
    frame = clean(gpd.GeoDataFrame(read_boundaries(files).frame, crs="EPSG:4326")).frame
    light = simplified(frame, tolerance_m=tolerance_m)
    assert shapely.coverage_is_valid(light.geometry.to_numpy())
    assert not light.is_empty.any()
    assert light.count_coordinates().sum() < 0.6 * frame.count_coordinates().sum()
