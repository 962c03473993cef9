"""Repair, cleaning, and the measures taken from outlines."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import MultiPolygon, Point, Polygon, box

from geodata import outline_report as names
from geodata.coverage import enclosed_gaps
from geodata.errors import DataError
from geodata.measures import area_km2, coast_km, inside_points, land_beyond
from geodata.outlines import CleanedOutlines, check_outlines, clean
from geodata.plane import Plane, metres_per_degree
from geodata.readers.boundaries import read_boundaries
from tests.conftest import assert_aligned, assert_unchanged

KM = 1 / 111.2  # a kilometre in degrees, near the equator


def layer(*outlines, x=104.0, y=-3.0, **columns):
    """A layer of outlines drawn in kilometres from a place in Sumatra; index and order as they come."""
    placed = [None if o is None else shapely.transform(o, lambda xy: xy * KM + [x, y]) for o in outlines]
    codes = [f"16.01.01.{2001 + i}" for i in range(len(placed))]
    return gpd.GeoDataFrame({"village_code": codes, **columns}, geometry=placed, crs="EPSG:4326")


def repairs(cleaned: CleanedOutlines) -> list[set[str]]:
    flags = cleaned.report.villages[list(names.REPAIRS)]
    return [{name for name in names.REPAIRS if row[name]} for _, row in flags.iterrows()]


def test_an_overlap_is_given_to_one_village_and_reported():
    raw = layer(box(0, 0, 10, 10), box(9, 0, 20, 10))
    cleaned = clean(raw)
    a, b = cleaned.frame.geometry
    assert shapely.area(shapely.intersection(a, b)) == 0
    assert repairs(cleaned) == [{names.OVERLAP_REMOVED}, {names.OVERLAP_REMOVED}]
    totals = cleaned.report.totals
    assert totals.overlaps_removed == 1
    assert totals.overlap_km2 == pytest.approx(10, rel=0.01)
    assert totals.area_before_km2 - totals.area_after_km2 == pytest.approx(totals.overlap_km2, rel=1e-6)
    assert totals.land_gained_km2 == pytest.approx(0, abs=1e-6)
    assert not totals.coverage_valid_before
    assert totals.coverage_valid_after
    loser = cleaned.report.villages[names.CHANGE_PCT].min()
    assert loser == pytest.approx(-100 * 10 / 110, rel=0.01) or loser == pytest.approx(-10, rel=0.01)


def test_a_narrow_gap_is_filled_and_a_wide_one_stays():
    gap = box(4.95, 3, 5.0, 7)  # 50 m wide
    lake = box(7, 4, 8, 6)
    raw = layer(box(0, 0, 5, 10) - gap, box(5, 0, 10, 10) - lake)
    cleaned = clean(raw, gap_m=100)
    assert repairs(cleaned) == [{names.GAP_FILLED}, set()]
    left = enclosed_gaps(cleaned.frame.geometry.to_numpy())
    assert len(left) == cleaned.report.totals.gaps_left == 1
    assert shapely.area(left[0]) == pytest.approx(2 * KM**2, rel=1e-6)
    assert cleaned.report.totals.gaps_filled == 1
    assert cleaned.report.totals.gap_km2 == pytest.approx(0.05 * 4, rel=0.02)
    assert cleaned.report.totals.land_gained_km2 == pytest.approx(0.05 * 4, rel=0.02)
    assert cleaned.report.villages[names.GAP_KM2].tolist() == pytest.approx([0.2, 0], rel=0.02)


def test_a_gap_with_an_island_in_it_is_not_given_to_the_island():
    ring = box(0, 0, 10, 10) - box(4, 4, 6, 6)
    islet = box(4.5, 4.5, 5.5, 5.5)
    gaps = enclosed_gaps(layer(ring, islet).geometry.to_numpy())
    assert len(gaps) == 1
    assert shapely.area(gaps[0]) == pytest.approx(3 * KM**2, rel=1e-6)


def test_a_difference_below_the_snapping_distance_is_a_sliver():
    raw = layer(box(0, 0, 5.003, 10), box(5, 0, 10, 10))
    cleaned = clean(raw)
    assert repairs(cleaned) == [{names.SLIVER_CLOSED}] * 2
    assert cleaned.report.totals.coverage_valid_after


def test_a_self_crossing_outline_is_made_valid():
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    cleaned = clean(layer(bow_tie, box(20, 0, 30, 10)))
    assert repairs(cleaned) == [{names.SELF_CROSSING}, set()]
    assert cleaned.frame.is_valid.all()
    totals = cleaned.report.totals
    assert (totals.invalid_before, totals.invalid_after) == (1, 0)
    assert area_km2(cleaned.frame)[0] == pytest.approx(50, rel=0.02)


def test_only_polygons_remain_of_an_outline_with_a_spike():
    spiked = MultiPolygon([box(0, 0, 5, 5), Polygon([(8, 8), (9, 9), (8, 8)])])
    cleaned = clean(layer(spiked)).frame.geometry[0]
    assert cleaned.geom_type == "Polygon"
    assert cleaned.area == pytest.approx(25 * KM**2, rel=1e-6)


def test_rows_keep_their_index_order_and_columns_and_empty_outlines_pass_through():
    raw = layer(box(9, 0, 20, 10), None, Polygon(), box(0, 0, 10, 10), name=list("dcba")).set_index(
        pd.Index([7, 3, 7, 1])
    )
    before = raw.copy()
    cleaned = clean(raw)
    assert_unchanged(raw, before)
    assert_aligned(cleaned.frame, raw)
    assert_aligned(cleaned.report.villages, raw)
    assert cleaned.frame["name"].tolist() == list("dcba")
    assert cleaned.frame.geometry.iloc[1] is None
    assert cleaned.frame.geometry.iloc[2].is_empty
    assert cleaned.frame.crs == "EPSG:4326"
    assert cleaned.report.totals.without_outline == 2
    assert cleaned.report.villages[names.AREA_AFTER_KM2].isna().tolist() == [False, True, True, False]
    assert repairs(cleaned)[1] == repairs(cleaned)[2] == set()


def test_a_village_drawn_twice_vanishes_in_the_open():
    cleaned = clean(layer(box(0, 0, 5, 5), box(0, 0, 5, 5), box(5, 0, 9, 5)))
    assert len(cleaned.frame) == 3
    assert cleaned.report.villages[names.VANISHED].sum() == cleaned.report.totals.vanished == 1
    lost = cleaned.report.villages.index[cleaned.report.villages[names.VANISHED]][0]
    assert cleaned.frame.geometry[lost].is_empty
    assert cleaned.report.villages.loc[lost, names.CHANGE_PCT] == pytest.approx(-100)


def test_published_points_are_checked_against_the_published_outline():
    raw = layer(box(0, 0, 5, 5), box(5, 0, 9, 5), None, box(9, 0, 12, 5))
    raw["longitude"] = [104.02, 104.02, 104.0, np.nan]
    raw["latitude"] = [-2.98, -2.98, -3.0, np.nan]
    report = clean(raw).report
    assert report.villages[names.POINT_OUTSIDE].tolist() == [False, True, pd.NA, pd.NA]
    assert report.totals.points_outside == 1
    assert clean(raw.drop(columns="longitude")).report.totals.points_outside is None


def test_pieces_far_from_the_rest_are_reported():
    namesake = MultiPolygon([box(0, 0, 10, 10), box(100, 0, 100.5, 0.5)])
    report = clean(layer(namesake, box(100.5, 0, 110, 10))).report.villages
    assert report[names.STRAY_KM2].tolist() == pytest.approx([0.25, 0], rel=0.02)


corner = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 8), st.integers(1, 8))


@settings(max_examples=60, deadline=None)
@given(st.lists(corner, min_size=1, max_size=7, unique=True), st.randoms(use_true_random=False), st.integers(0, 90))
def test_whatever_overlaps_the_result_is_a_valid_coverage_of_the_same_land(corners, random, degrees):
    shapes = [shapely.affinity.rotate(box(x, y, x + w, y + h), degrees, origin=(6, 6)) for x, y, w, h in corners]
    raw = layer(*shapes)
    cleaned = clean(raw, gap_m=0)
    assert cleaned.report.totals.coverage_valid_after
    assert cleaned.frame.is_valid.all()
    land = area_km2(gpd.GeoDataFrame(geometry=[raw.union_all()], crs=raw.crs))[0]
    assert area_km2(cleaned.frame).sum() == pytest.approx(land, rel=1e-3)

    order = list(range(len(raw)))
    random.shuffle(order)
    shuffled = clean(raw.iloc[order], gap_m=0)
    assert shuffled.frame.index.tolist() == order
    assert area_km2(shuffled.frame).sum() == pytest.approx(area_km2(cleaned.frame).sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda f: f.drop(columns="village_code"), "no column village_code"),
        (lambda f: f.assign(village_code="16.01.01.2001"), "1 village codes stand more than once.*16.01.01.2001"),
        (lambda f: f.set_crs(None, allow_override=True), "do not say in which coordinate system"),
        (lambda f: f.to_crs("EPSG:32748"), "are in WGS 84 / UTM zone 48S, but EPSG:4326"),
        (
            lambda f: f.to_crs("EPSG:32748").set_crs("EPSG:4326", allow_override=True),
            "2 village outlines are no longitudes and latitudes.*look like metres",
        ),
        (lambda f: f.set_geometry(f.geometry.centroid), "2 village outlines are not polygons.*16.01.01.2001"),
        (lambda f: f.set_geometry([None, Polygon()]), "no village outline to work on: 2 rows"),
    ],
    ids=["no codes", "codes twice", "no crs", "other crs", "metres", "points", "nothing"],
)
@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
def test_what_is_no_layer_of_outlines_is_refused(spoil, match):
    frame = spoil(layer(box(0, 0, 5, 5), box(5, 0, 9, 5)))
    if frame.crs is None and "coordinate system" not in match:
        frame = frame.set_crs("EPSG:4326")
    with pytest.raises(DataError, match=match) as refused:
        check_outlines(frame)
    assert refused.value.text("id") != str(refused.value)
    with pytest.raises(DataError, match=match):
        clean(frame)


def test_negative_distances_are_refused():
    with pytest.raises(DataError, match="must not be negative: snapping -1") as refused:
        clean(layer(box(0, 0, 5, 5)), snapping_m=-1)
    assert "tidak boleh negatif" in refused.value.text("id")


@given(st.floats(-80, 80), st.floats(0, 360))
def test_length_of_a_degree_is_the_geodesic_one(latitude, azimuth):
    ellipsoid = Geod(ellps="WGS84")
    longitude, there, _ = ellipsoid.fwd(100, latitude, azimuth, 100)
    east, north = metres_per_degree((latitude + there) / 2)
    assert np.hypot((longitude - 100) * east, (there - latitude) * north) == pytest.approx(100, abs=0.001)


def test_the_plane_keeps_straight_sides_and_comes_back():
    outlines = layer(box(0, 0, 5, 5), None, Polygon()).geometry.to_numpy()
    plane = Plane.around(outlines)
    there = plane.metres(outlines)
    assert shapely.length(there[0]) == pytest.approx(20_000, rel=0.01)
    assert shapely.equals_exact(plane.degrees(there)[0], outlines[0], tolerance=1e-12)
    assert there[1] is None


def test_area_is_that_of_the_ellipsoid_and_missing_without_outline():
    frame = layer(box(0, 0, 5, 5), None, Polygon(), x=140, y=-9)
    area = area_km2(frame)
    assert_aligned(area, frame)
    exact = Geod(ellps="WGS84").geometry_area_perimeter(frame.geometry[0])[0] / 1e6
    assert area[0] == pytest.approx(abs(exact), rel=1e-4)
    assert area[1:].isna().all()


def test_a_point_inside_keeps_the_published_one_where_it_lies_inside():
    horseshoe = box(0, 0, 9, 9) - box(3, 0, 6, 6)
    frame = layer(horseshoe, horseshoe, horseshoe, None, None)
    frame["longitude"] = [104 + KM, 104 + 4 * KM, np.nan, 104.5, np.nan]
    frame["latitude"] = [-3 + KM, -3 + KM, np.nan, -3.5, np.nan]
    points = inside_points(frame)
    assert_aligned(points, frame)
    assert points["point_basis"].tolist()[:4] == ["published", "inside", "inside", "published"]
    assert points.loc[0, "longitude"] == frame.loc[0, "longitude"]
    assert points.loc[3, "latitude"] == -3.5
    assert points.loc[4].isna().all()
    assert all(frame.geometry[i].contains(Point(points.longitude[i], points.latitude[i])) for i in range(3))
    unpublished = inside_points(frame[["village_code", "geometry"]])
    assert unpublished["point_basis"].tolist()[:3] == ["inside"] * 3
    assert unpublished.iloc[3:].isna().all(axis=None)


def test_coast_is_what_faces_the_sea_not_land_lake_or_river_mouth():
    lake = box(2, 4, 4, 6)
    mouth = box(14.9, 0, 15.1, 8)  # 200 m wide, 8 km inland
    frame = layer(box(0, 0, 10, 10) - lake, box(10, 0, 20, 10) - mouth, None)
    beyond = layer(box(-10, 0, -0.5, 10)).geometry
    coast = coast_km(frame, beyond)
    assert_aligned(coast, frame)
    assert coast[0] == pytest.approx(20, rel=0.02)
    assert coast[1] == pytest.approx(30, rel=0.02)
    assert np.isnan(coast[2])
    assert coast_km(frame, None)[0] == pytest.approx(30, rel=0.02)
    assert coast_km(frame, beyond, inlet_m=0)[1] == pytest.approx(30 - 0.2 + 16.2, rel=0.02)
    assert coast_km(frame, beyond, land_within_m=100)[0] == pytest.approx(30, rel=0.02)


def test_land_beyond_a_layer_comes_from_a_coarse_map():
    frame = layer(box(0, 0, 50, 50))
    coarse = layer(box(-100, 0, 52, 50)).geometry  # 2 km too far east: the coastline is coarse
    rest = land_beyond(frame, coarse)
    assert len(rest) == 1
    assert rest.geometry[0].bounds[2] == pytest.approx(104 - 3 * KM, abs=KM / 10)
    coast = coast_km(frame, rest, land_within_m=6_000)
    assert coast[0] == pytest.approx(150, rel=0.05)


@pytest.fixture(scope="session")
def belitung(mirror):
    """Raw and cleaned outlines of one real province, Kepulauan Bangka Belitung."""
    folder = next(mirror.glob("cahyadsn/wilayah_boundaries/*/db/kel/19"))
    raw = gpd.GeoDataFrame(read_boundaries(sorted(folder.glob("*.sql"))).frame, crs="EPSG:4326")
    return raw, clean(raw)


@pytest.mark.real
def test_real_outlines_become_a_valid_coverage_without_overlap(belitung):
    raw, cleaned = belitung
    geometries = cleaned.frame.geometry.to_numpy()
    assert len(geometries) == len(raw) == 391
    assert not cleaned.report.totals.coverage_valid_before
    assert shapely.coverage_is_valid(geometries)
    assert shapely.is_valid(geometries).all()
    assert not shapely.is_empty(geometries).any()
    utm = cleaned.frame.to_crs("EPSG:32748").geometry.to_numpy()
    a, b = shapely.STRtree(utm).query(utm, predicate="overlaps")
    assert shapely.area(shapely.intersection(utm[a], utm[b])).sum() < 1  # square metres: sides bend between two CRS
    assert cleaned.report.totals.overlaps_removed > 100


@pytest.mark.real
def test_no_narrow_gap_is_left_in_real_outlines_and_their_area_stays(belitung):
    raw, cleaned = belitung
    left = enclosed_gaps(cleaned.frame.geometry.to_numpy())
    circles = shapely.maximum_inscribed_circle(Plane.around(left).metres(left), tolerance=0.5)
    assert (2 * shapely.length(circles) > 99).all()
    totals = cleaned.report.totals
    assert totals.gaps_filled > 100
    assert totals.area_after_km2 == pytest.approx(area_km2(raw).sum(), rel=0.001)
    assert cleaned.report.villages[names.CHANGE_PCT].abs().max() < 5


@pytest.mark.real
def test_the_piece_of_a_namesake_on_another_island_is_noticed(belitung):
    _, cleaned = belitung
    stray = cleaned.report.villages.set_index("village_code")[names.STRAY_KM2]
    assert stray["19.01.04.2001"] == pytest.approx(0.004, abs=0.001)  # Petaling on Bangka; 19.02.03.2002 is on Belitung
