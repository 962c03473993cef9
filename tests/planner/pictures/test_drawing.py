"""The map of a picture: every village in its look, true to scale, hostile words inert, light and the same again."""

import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.choropleth import NO_DATA, Style, styles
from planner.pictures import MapPicture, Shade, map_svg
from planner.pictures.frame import UNITS_PER_PX, framed
from planner.pictures.outline_paths import area_path
from tests.web.conftest import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
PLAIN, HATCHED = Style("#102030", "#405060"), Style("#708090", "#a0b0c0", "#ffffff")
M_PER_DEGREE = 6_371_000 * np.pi / 180


def squares(count=3):
    cells = [shapely.box(103 + i / 10, -4, 103.1 + i / 10, -3.9) for i in range(count)]
    return gpd.GeoSeries(cells, crs="EPSG:4326")


def picture(**changes):
    outlines = changes.pop("outlines", squares())
    given_parts = {"classes": np.zeros(len(outlines), dtype=int), "shades": (Shade(PLAIN), Shade(HATCHED))} | changes
    return MapPicture(outlines=outlines, **given_parts)


def drawn(**changes):
    return ET.fromstring(map_svg(picture(**changes), width=400, height=300))


def test_each_class_is_one_area_in_its_look_and_a_missing_figure_has_stripes():
    root = drawn(classes=np.array([0, 1, -1]))
    assert [path.get("fill") for path in root.findall(f"{SVG}path")] == [PLAIN.fill]
    fills = [use.get("fill") for use in root.findall(f"{SVG}use")]
    assert set(fills[::2]) == {HATCHED.fill, styles()[NO_DATA].fill}
    named = {element.get("id") for element in root.iter() if element.get("id")}
    assert {fill.removeprefix("url(#").removesuffix(")") for fill in fills[1::2]} <= named


def test_points_are_dots_and_what_is_missing_is_left_out():
    shapes = gpd.GeoSeries([shapely.Point(103, -4), None, shapely.Polygon(), shapely.Point(103.5, -3.5)], crs=4326)
    paths = drawn(outlines=shapes).findall(f"{SVG}path")
    assert [path.get("d").count("M") for path in paths] == [2]


def test_nothing_to_draw_is_an_empty_map():
    assert not drawn(outlines=gpd.GeoSeries([None, shapely.Polygon()], crs=4326)).findall(f"{SVG}path")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("side", [0.005, 0.1, 3.0])
def test_the_bar_is_as_long_as_it_says(language, side):
    area = gpd.GeoSeries([shapely.box(103, -4, 103 + side, -4 + side)], crs=4326)
    root = drawn(outlines=area, language=language)
    group = root.find(f"{SVG}g[@class='scale']")
    told = group.find(f"{SVG}text").text
    km = float(told.removesuffix(" km").replace(",", "."))
    assert ("," in told) == (language == "id" and km < 1)
    corners = np.array(re.findall(r"-?\d+", root.find(f"{SVG}path").get("d")), dtype=int)
    tall = np.abs(np.cumsum(corners.reshape(-1, 2)[1:], axis=0)[:, 1]).max()  # of the square, in units
    wide = float(group.find(f"{SVG}rect").get("width"))
    assert wide == pytest.approx(km * 1000 * tall / (side * M_PER_DEGREE), rel=0.01)
    assert [text.text for text in root.iter(f"{SVG}text")][-1] == ("U" if language == "id" else "N")


@given(
    st.tuples(st.floats(95, 140), st.floats(-10, 5)),
    st.tuples(st.floats(0, 5), st.floats(0, 5)),
    st.tuples(st.integers(60, 2000), st.integers(60, 2000)),
)
def test_all_that_must_be_seen_is_in_the_frame_and_true_to_scale(corner, size, paper):
    bounds = (corner[0], corner[1], corner[0] + size[0], corner[1] + size[1])
    frame = framed(bounds, width=paper[0], height=paper[1], margin=5, below=20)
    (x0, y0), (x1, y1) = frame.at(np.array([bounds[:2], bounds[2:]]))
    slack = 4.9 * UNITS_PER_PX
    assert min(x0, y1) >= slack
    assert max(x0, x1) <= paper[0] * UNITS_PER_PX - slack
    assert y0 <= (paper[1] - 20) * UNITS_PER_PX - slack
    narrow = np.cos(np.radians(corner[1] + size[1] / 2))
    assert frame.per_degree[0] == pytest.approx(frame.per_degree[1] * narrow)


@given(st.permutations(range(6)))
def test_order_of_villages_does_not_matter(order):
    shapes, classes = squares(6), np.array([0, 1, 0, 1, -1, 0])
    found = map_svg(picture(outlines=shapes.iloc[list(order)], classes=classes[list(order)]), width=400, height=300)
    straight = map_svg(picture(outlines=shapes, classes=classes), width=400, height=300)
    assert corners(found) == corners(straight)


def corners(svg):
    """Corners of each ring, in whatever direction it is drawn."""
    steps = [np.array(re.findall(r"-?\d+", ring), dtype=int).reshape(-1, 2) for ring in re.findall(r"M[^Mz]*z", svg)]
    return {frozenset(map(tuple, np.cumsum(ring, axis=0).tolist())) for ring in steps}


def test_neighbours_share_a_border_and_a_border_runs_where_the_region_changes():
    jagged = shapely.LineString([(103.1, -4), (103.103, -3.97), (103.099, -3.94), (103.1, -3.9)])
    left = shapely.Polygon([(103, -4), *jagged.coords, (103, -3.9)])
    right = shapely.Polygon([(103.2, -4), *jagged.coords, (103.2, -3.9)])
    shapes = gpd.GeoSeries([left, right], crs=4326)
    regions = pd.Series(["16.01", "16.02"])
    root = drawn(outlines=shapes, classes=np.array([0, 0]), borders=(regions,))
    same = drawn(outlines=shapes, classes=np.array([0, 0]), borders=(pd.Series(["16.01", "16.01"]),))
    around, apart = (border(tree).get("d") for tree in (same, root))
    assert len(apart) > len(around)


def border(root):
    return next(one for one in root.iter(f"{SVG}path") if (one.get("id") or "").startswith("b-"))


def test_islets_are_left_out_but_never_a_whole_village():
    frame = framed((103, -4, 104, -3), width=400, height=400)
    islet = shapely.box(103.5, -3.5, 103.5005, -3.4995)
    village = shapely.MultiPolygon([shapely.box(103, -4, 103.2, -3.8), islet])
    assert area_path([village], frame, smallest=60).count("M") == 1
    assert area_path([islet], frame, smallest=60).count("M") == 1


@pytest.mark.parametrize("words", [*HOSTILE, "a\x00b\x0bc\ud800d"], ids=ascii)
def test_words_are_text(words):
    root = drawn(title=words, numbered=((103.05, -3.95, words),))
    plain = drawn(title="x", numbered=((103.05, -3.95, "x"),))
    shapes, same = ([(one.tag, sorted(one.attrib)) for one in tree.iter()] for tree in (root, plain))
    assert shapes == same
