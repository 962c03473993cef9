"""Approximate outlines from points."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from geodata.approximate import cells
from geodata.contiguity import neighbours
from geodata.errors import DataError
from geodata.measures import area_km2, equal_area_km2
from geodata.readers.boundaries import read_boundaries
from tests.conftest import assert_aligned, assert_unchanged

KM = 1 / 111.2


def points(*places):
    """Village points, placed in kilometres."""
    xy = np.array(places, dtype=float).reshape(-1, 2) * KM + [104.0, -3.0]
    codes = [f"16.01.01.{2001 + i}" for i in range(len(xy))]
    return pd.DataFrame({"village_code": codes, "longitude": xy[:, 0], "latitude": xy[:, 1]})


def land(*masses):
    return gpd.GeoSeries([shapely.transform(m, lambda xy: xy * KM + [104.0, -3.0]) for m in masses], crs="EPSG:4326")


def km2(outlines):
    return equal_area_km2(outlines.to_numpy())


def test_two_villages_share_an_island_halfway():
    villages = points((5, 5), (15, 5)).set_index(pd.Index([8, 3]))
    before = villages.copy()
    drawn = cells(villages, land(box(0, 0, 20, 10)))
    assert_unchanged(villages, before)
    assert_aligned(drawn, villages)
    assert drawn.crs == "EPSG:4326"
    assert km2(drawn) == pytest.approx([100, 100], rel=0.01)
    assert shapely.coverage_is_valid(drawn.to_numpy())


def test_villages_on_one_point_divide_the_land_around_it_in_order_of_their_codes():
    villages = points((10, 5), (10, 5), (10, 5), (10, 5))
    drawn = cells(villages, land(box(0, 0, 20, 10)))
    assert km2(drawn).sum() == pytest.approx(200, rel=0.01)
    assert (km2(drawn) > 10).all()
    assert shapely.coverage_is_valid(drawn.to_numpy())
    turned = cells(villages.iloc[::-1], land(box(0, 0, 20, 10)))
    same = turned.reindex(drawn.index)
    assert km2(drawn.intersection(same)) == pytest.approx(km2(drawn), rel=1e-6)
    assert drawn[0].centroid.x > drawn[2].centroid.x  # the first code lies east of the point, and on against the clock


def test_a_point_off_a_coarse_coast_gets_sea_and_its_share_of_the_coast():
    drawn = cells(points((10, 5), (10, 10.5)), land(box(0, 0, 20, 10)), islet_radius_km=2)
    off = shapely.Point(104 + 10 * KM, -3 + 10.5 * KM)
    assert drawn[1].contains(off)
    assert 20 < km2(drawn)[1] < 80
    assert shapely.coverage_is_valid(drawn.to_numpy())


def test_an_islet_the_coarse_map_lacks_becomes_a_disc_and_takes_no_other_land():
    drawn = cells(points((10, 5), (10, 20)), land(box(0, 0, 20, 10)), islet_radius_km=2)
    assert km2(drawn) == pytest.approx([200, np.pi * 4], rel=0.02)


def test_no_land_at_all_leaves_discs():
    drawn = cells(points((0, 0), (30, 0)), land(), islet_radius_km=1)
    assert km2(drawn) == pytest.approx([np.pi, np.pi], rel=0.02)


def test_a_strait_is_a_border_although_the_nearest_point_is_across():
    villages = points((9, 5), (30, 5))
    drawn = cells(villages, land(box(0, 0, 10, 10), box(12, 0, 32, 10)), reach_km=50)
    assert km2(drawn) == pytest.approx([100, 200], rel=0.01)
    frame = gpd.GeoDataFrame(villages[["village_code"]], geometry=drawn)
    assert neighbours(frame).empty


def test_an_island_without_villages_goes_to_the_nearest_within_reach():
    masses = land(box(0, 0, 10, 10), box(12, 4, 13, 5), box(60, 0, 61, 1), box(20, 0, 80, 80))
    drawn = cells(points((2, 5), (8, 5)), masses, reach_km=25)
    assert km2(drawn) == pytest.approx([50, 51], rel=0.01)


def test_no_cell_reaches_further_than_allowed():
    drawn = cells(points((50, 50)), land(box(0, 0, 100, 100)), reach_km=10)
    assert km2(drawn) == pytest.approx([np.pi * 100], rel=0.01)


def test_a_village_without_point_has_no_cell():
    villages = points((5, 5), (15, 5))
    villages.loc[1, "longitude"] = np.nan
    drawn = cells(villages, land(box(0, 0, 20, 10)))
    assert drawn.is_empty.tolist() == [False, True]
    assert cells(villages.iloc[1:], land(box(0, 0, 20, 10))).is_empty.all()


place = st.tuples(st.integers(-3, 23), st.integers(-3, 13))


@settings(max_examples=60, deadline=None)
@given(st.lists(place, min_size=1, max_size=15))
def test_every_point_gets_a_cell_of_its_own_and_together_they_cover_the_land_once(places):
    island = land(box(0, 0, 20, 10))
    villages = points(*places)
    drawn = cells(villages, island, reach_km=60, islet_radius_km=1.5)
    assert not drawn.is_empty.any()
    assert drawn.is_valid.all()
    assert shapely.coverage_is_valid(drawn.to_numpy())
    assert (km2(drawn) > 0).all()
    union = drawn.union_all()
    assert km2(drawn).sum() == pytest.approx(km2(gpd.GeoSeries([union], crs=4326))[0], rel=1e-6)
    if any(0 <= x <= 20 and 0 <= y <= 10 for x, y in places):
        covered = union.intersection(island[0]).area / island[0].area
        assert covered == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (
            lambda p, x: (p.assign(village_code="16.01.01.2001"), x),
            "1 village codes stand more than once.*16.01.01.2001",
        ),
        (lambda p, x: (p.assign(latitude=p["longitude"]), x), "points of 2 villages are no longitudes and latitudes"),
        (lambda p, x: (p, x.to_crs(32748)), "map of land is in the coordinate system WGS 84 / UTM zone 48S"),
        (lambda p, x: (p, gpd.GeoSeries(x.to_numpy())), "map of land is in the coordinate system -,"),
    ],
    ids=["codes twice", "swapped", "land in metres", "land without crs"],
)
def test_unusable_points_and_land_are_refused(spoil, match):
    villages, island = spoil(points((5, 5), (15, 5)), land(box(0, 0, 20, 10)))
    with pytest.raises(DataError, match=match) as refused:
        cells(villages, island)
    assert refused.value.text("id") != str(refused.value)


@pytest.mark.real
def test_cells_of_real_points_resemble_the_published_outlines(mirror):
    folder = next(mirror.glob("cahyadsn/wilayah_boundaries/*/db/kel/17"))
    official = read_boundaries(sorted(folder.glob("*.sql"))).frame
    official = gpd.GeoDataFrame(official, geometry=official.make_valid(), crs="EPSG:4326")
    coast = gpd.GeoSeries([official.union_all()], crs="EPSG:4326")
    drawn = cells(official[["village_code", "longitude", "latitude"]], coast)
    assert not drawn.is_empty.any()
    assert shapely.coverage_is_valid(drawn.to_numpy())
    right = km2(drawn.intersection(official.geometry, align=False)).sum()
    assert right / area_km2(official).sum() > 0.5
