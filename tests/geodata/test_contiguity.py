"""Neighbours, groups and links across water."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import MultiPolygon, Polygon, box

from geodata.contiguity import components, isolates, neighbours, sea_links
from geodata.coverage import sides, stray_parts
from geodata.outlines import clean
from geodata.readers.boundaries import read_boundaries
from tests.conftest import assert_aligned, assert_unchanged

KM = 1 / 111.2


def layer(*outlines, codes=None):
    placed = [None if o is None else shapely.transform(o, lambda xy: xy * KM + [104.0, -3.0]) for o in outlines]
    codes = codes or [f"16.01.01.{2001 + i}" for i in range(len(placed))]
    return gpd.GeoDataFrame({"village_code": codes}, geometry=placed, crs="EPSG:4326")


def grid(columns, rows, *, left=0):
    """Squares of 2 km, side by side."""
    return [box(left + 2 * i, 2 * j, left + 2 * i + 2, 2 * j + 2) for j in range(rows) for i in range(columns)]


def pairs_of(table):
    return {(a[-4:], b[-4:]) for a, b in zip(table["village_code_a"], table["village_code_b"], strict=True)}


def test_squares_border_their_neighbours_and_touch_in_corners():
    frame = layer(*grid(2, 2))
    before = frame.copy()
    table = neighbours(frame)
    assert_unchanged(frame, before)
    assert table.columns.tolist() == ["village_code_a", "village_code_b", "shared_km", "kind"]
    crossed = table[table["shared_km"] > 0]
    assert pairs_of(crossed) == {("2001", "2002"), ("2001", "2003"), ("2002", "2004"), ("2003", "2004")}
    assert pairs_of(table) - pairs_of(crossed) == {("2001", "2004"), ("2002", "2003")}
    assert set(table["kind"]) == {"border"}


def test_shared_border_is_as_long_as_the_ellipsoid_says():
    table = neighbours(layer(*grid(2, 1)))
    _, _, metres = Geod(ellps="WGS84").inv(104 + 2 * KM, -3, 104 + 2 * KM, -3 + 2 * KM)
    assert table["shared_km"].tolist() == pytest.approx([metres / 1000], rel=1e-6)


def test_outlines_within_the_tolerance_touch():
    apart = layer(box(0, 0, 2, 2), box(2.01, 0, 4, 2))  # 10 m
    assert neighbours(apart).empty
    near = neighbours(apart, tolerance_m=20)
    assert pairs_of(near) == {("2001", "2002")}
    assert near["shared_km"].tolist() == [0]


def test_the_code_first_in_order_comes_first_whatever_the_rows():
    table = neighbours(layer(*grid(2, 1), codes=["16.01.01.2002", "16.01.01.2001"]))
    assert pairs_of(table) == {("2001", "2002")}


def test_sides_know_who_is_on_the_other_side():
    outline = sides(layer(*grid(2, 1), None, Polygon()).geometry.to_numpy())
    assert len(outline.owner) == 8
    assert sorted(zip(outline.owner, outline.partner, strict=True)) == [(0, -1)] * 3 + [(0, 1)] + [(1, -1)] * 3 + [
        (1, 0)
    ]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter_and_borders_add_up(columns, rows, random):
    frame = layer(*grid(columns, rows))
    table = neighbours(frame)
    order = list(range(len(frame)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(neighbours(frame.iloc[order]), table)
    outline = sides(frame.geometry.to_numpy())
    inner = outline.length_km[outline.partner >= 0].sum() / 2
    assert table["shared_km"].sum() == pytest.approx(inner, abs=1e-9)
    assert len(table[table["shared_km"] > 0]) == columns * (rows - 1) + rows * (columns - 1)
    assert components(frame, table).eq(0).all()


def archipelago():
    """Six villages on the main island, two on the next, one islet, one without outline."""
    return layer(*grid(3, 2), *grid(2, 1, left=10), box(20, 0, 21, 1), None)


def test_groups_are_numbered_by_size():
    frame = archipelago().set_index(pd.Index(list("jihgfedcba")))
    label = components(frame, neighbours(frame))
    assert_aligned(label, frame)
    assert label.tolist() == [0] * 6 + [1, 1, 2, pd.NA]


def test_groups_of_one_size_are_numbered_by_code():
    frame = layer(box(10, 0, 11, 1), box(0, 0, 1, 1), codes=["16.01.01.2002", "16.01.01.2001"])
    assert components(frame, neighbours(frame)).tolist() == [1, 0]


def test_villages_without_neighbour_are_named_with_the_reason():
    frame = archipelago()
    alone = isolates(frame, neighbours(frame))
    assert alone["village_code"].tolist() == ["16.01.01.2009", "16.01.01.2010"]
    assert alone["reason"].tolist() == ["island", "no_outline"]


def test_sea_links_join_the_groups_one_after_the_other():
    frame = archipelago()
    borders = neighbours(frame)
    links = sea_links(frame, borders, max_km=50)
    assert pairs_of(links) == {("2003", "2007"), ("2008", "2009")}
    assert links["distance_km"].tolist() == pytest.approx([4, 6], rel=0.01)
    assert set(links["kind"]) == {"sea"}
    assert components(frame, pd.concat([borders, links])).dropna().eq(0).all()
    assert "sea" not in set(borders["kind"])


def test_sea_links_end_at_the_longest_that_is_allowed():
    frame = archipelago()
    borders = neighbours(frame)
    assert pairs_of(sea_links(frame, borders, max_km=5)) == {("2003", "2007")}
    assert sea_links(frame, borders, max_km=1).empty
    assert sea_links(frame, borders, max_km=1).columns.tolist()[:3] == [
        "village_code_a",
        "village_code_b",
        "distance_km",
    ]


def test_islets_that_are_nearest_to_each_other_are_linked_on():
    frame = layer(*grid(2, 1), box(10, 0, 11, 1), box(12, 0, 13, 1))
    assert pairs_of(sea_links(frame, neighbours(frame), max_km=20)) == {("2002", "2003"), ("2003", "2004")}


spot = st.tuples(st.integers(0, 15), st.integers(0, 15))


@settings(max_examples=40, deadline=None)
@given(st.lists(spot, min_size=1, max_size=12, unique=True), st.randoms(use_true_random=False))
def test_links_join_everything_once_and_do_not_depend_on_the_rows(spots, random):
    frame = layer(*[box(3 * x, 3 * y, 3 * x + 1, 3 * y + 1) for x, y in spots])
    borders = neighbours(frame)
    links = sea_links(frame, borders, max_km=200)
    assert len(links) == len(spots) - 1
    assert components(frame, links).eq(0).all()
    order = list(range(len(frame)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(sea_links(frame.iloc[order], borders, max_km=200), links)


def test_a_piece_given_to_a_namesake_neither_borders_nor_links():
    namesake = MultiPolygon([box(0, 0, 10, 10), box(100, 0, 100.5, 0.5)])
    frame = layer(namesake, box(100.5, 0, 110, 10), box(10, 0, 20, 10))
    stray = stray_parts(frame.geometry.to_numpy())
    assert shapely.is_empty(stray).tolist() == [False, True, True]
    borders = neighbours(frame)
    assert pairs_of(borders) == {("2001", "2003")}
    assert sea_links(frame, borders, max_km=200)["distance_km"].tolist() == pytest.approx([80.5], rel=0.01)


@pytest.mark.real
def test_the_islands_of_bangka_belitung(mirror):
    folder = next(mirror.glob("cahyadsn/wilayah_boundaries/*/db/kel/19"))
    frame = clean(gpd.GeoDataFrame(read_boundaries(sorted(folder.glob("*.sql"))).frame, crs="EPSG:4326")).frame
    borders = neighbours(frame)
    sizes = components(frame, borders).value_counts().sort_index()
    assert sizes.sum() == 391
    assert sizes[:2].tolist() == [297, 81]  # Bangka, and Belitung with its islets that touch it
    links = sea_links(frame, borders, max_km=100)
    assert len(links) == len(sizes) - 1
    assert links["distance_km"].max() < 40
    joined = pd.concat([borders, links])
    assert components(frame, joined).eq(0).all()
    bangka, belitung = (frame["village_code"].str[:5].isin(codes) for codes in (["19.01", "19.04"], ["19.02", "19.06"]))
    direct = links["village_code_a"].isin(frame.loc[bangka, "village_code"]) & links["village_code_b"].isin(
        frame.loc[belitung, "village_code"]
    )
    assert not direct.any()  # one piece of Petaling (Bangka) lies 41 m off Petaling (Belitung)
    assert np.isfinite(links["distance_km"]).all()
