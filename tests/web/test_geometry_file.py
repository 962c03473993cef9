import gzip
import json
import os
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata import schema
from geodata.errors import DataError
from geodata.simplify import simplified
from planner.border_lines import COAST, border_lines
from planner.errors import PlanMachineError
from planner.web import geometry_file
from tests.web.conftest import HOSTILE

METRES_PER_CELL = geometry_file.WORLD_M / geometry_file.GRID_CELLS


def decode(content: bytes) -> list[list[np.ndarray]]:
    """Rings of each village in Web Mercator metres: the browser's reading, written a second time."""
    magic, villages, rings, points = np.frombuffer(content, "<u4", 4)
    assert magic == geometry_file.MAGIC
    at = 16
    per_village = np.frombuffer(content, "<u4", villages, at)
    per_ring = np.frombuffer(content, "<u4", rings, at := at + 4 * villages)
    firsts = np.frombuffer(content, "<i4", 2 * rings, at := at + 4 * rings).reshape(-1, 2)
    steps = np.frombuffer(content, "<i2", 2 * points, at := at + 8 * rings).reshape(-1, 2)
    assert at + 4 * points == len(content)
    pieces = np.split(steps.astype(np.int64), np.cumsum(per_ring)[:-1]) if rings else []
    cells = [first + np.cumsum(piece, axis=0) for first, piece in zip(firsts, pieces, strict=True)]
    metres = [(c * METRES_PER_CELL - geometry_file.WORLD_M / 2) * (1, -1) for c in cells]
    ends = np.cumsum(per_village)
    return [metres[end - count : end] for end, count in zip(ends, per_village, strict=True)]


def rebuilt(rings: list[np.ndarray]) -> shapely.Geometry:
    return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()


def test_decoded_outlines_are_the_simplified_ones_within_three_metres(layer: gpd.GeoDataFrame) -> None:
    outlines = geometry_file.mercator(simplified(layer, tolerance_m=100))
    for outline, rings in zip(outlines, decode(geometry_file.encode(outlines)), strict=True):
        assert outline.is_empty == (not rings)
        assert outline.is_empty or shapely.hausdorff_distance(outline, rebuilt(rings)) < 3


def test_a_hole_and_several_parts_survive() -> None:
    ring = shapely.box(0, 0, 9_000, 9_000).difference(shapely.box(3_000, 3_000, 6_000, 6_000))
    outlines = np.array([shapely.MultiPolygon([ring, shapely.box(20_000, 0, 21_000, 900)])])
    (rings,) = decode(geometry_file.encode(outlines))
    assert [len(r) for r in rings] == [4, 4, 4]
    signed = [shapely.LinearRing(r).is_ccw for r in rings]
    assert signed[0] == signed[2] != signed[1]


def test_a_side_longer_than_two_bytes_hold_gets_points_on_it() -> None:
    outline = shapely.box(10_900_000, -500_000, 11_900_000, -400_000)
    ((ring,),) = decode(geometry_file.encode(np.array([outline])))
    assert len(ring) > 4
    assert shapely.hausdorff_distance(outline.exterior, shapely.LinearRing(ring)) < 3


def test_neighbours_keep_their_shared_border(layer: gpd.GeoDataFrame) -> None:
    left, right = decode(geometry_file.encode(geometry_file.mercator(layer)))[:2]
    assert len({tuple(p) for p in left[0]} & {tuple(p) for p in right[0]}) == 2


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40)), min_size=1, max_size=8, unique=True), st.randoms())
def test_order_of_villages_is_order_of_the_file(corners: list[tuple[int, int]], random) -> None:
    outlines = np.array([shapely.box(x * 2e4, y * 2e4, x * 2e4 + 2e4, y * 2e4 + 2e4) for x, y in corners])
    order = list(range(len(corners)))
    random.shuffle(order)
    straight, shuffled = decode(geometry_file.encode(outlines)), decode(geometry_file.encode(outlines[order]))
    for place, original in enumerate(order):
        np.testing.assert_array_equal(shuffled[place][0], straight[original][0])


def test_a_ring_smaller_than_a_cell_keeps_its_first_point() -> None:
    ((ring,),) = decode(geometry_file.encode(np.array([shapely.box(1e7, 0, 1e7 + 0.1, 0.1)])))
    assert len(ring) == 1


def test_names_have_one_line_per_village_whatever_they_contain(layer: gpd.GeoDataFrame) -> None:
    rows = [line.split("\t") for line in geometry_file.names_table(layer).split("\n")]
    assert [len(row) for row in rows] == [5] * len(layer)
    assert [row[0] for row in rows] == layer[schema.VILLAGE_CODE].tolist()
    assert [row[1] for row in rows[: len(HOSTILE)]] == [" ".join(name.split()) for name in HOSTILE]
    assert [row[3] for row in rows[:2]] == ["approximate", "official"]
    assert {row[4] for row in rows[:-1]} == {""}
    assert [float(part) for part in rows[-1][4].split(",")] == pytest.approx([-3.45, 103.95])


def test_borders_are_drawn_once_and_islets_not_at_all(layer: gpd.GeoDataFrame) -> None:
    islet = layer.iloc[[3]].set_geometry([shapely.box(110, -4, 110.001, -3.999)], crs=layer.crs)
    features = geometry_file.borders(pd.concat([layer, islet]))["features"]
    lines = {tuple(f["properties"]["between"]): shapely.geometry.shape(f["geometry"]) for f in features}
    assert set(lines) == {
        ("16.01",), ("16.02",), ("18.01",), ("18.02",), ("16.01", "16.02"), ("16.02", "18.01"), ("18.01", "18.02"),
    }  # fmt: skip
    every = shapely.union_all(list(lines.values()))
    assert every.length == pytest.approx(sum(line.length for line in lines.values()))
    assert every.bounds == pytest.approx(layer.total_bounds, abs=2e-3)


def test_lines_with_a_region_on_one_side_are_its_border(layer: gpd.GeoDataFrame) -> None:
    features = geometry_file.borders(layer)["features"]
    for region in ("16", "16.02", "18.02"):
        inside = [sum(c.startswith(region) for c in f["properties"]["between"]) for f in features]
        drawn = [shapely.geometry.shape(f["geometry"]) for f, n in zip(features, inside, strict=True) if n == 1]
        land = shapely.union_all(layer.geometry[layer[schema.REGENCY_CODE].str.startswith(region)].to_numpy())
        assert shapely.hausdorff_distance(shapely.union_all(drawn), land.boundary) < 2e-4


def test_district_lines_are_those_within_a_regency() -> None:
    squares = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1, 2)]
    district = ["16.01.01", "16.01.02", "16.02.01", "16.01.01", "16.01.01", "16.02.01"]
    names = {schema.DISTRICT_CODE: district, schema.REGENCY_CODE: [code[:5] for code in district]}
    (line,) = geometry_file.district_lines(gpd.GeoDataFrame(names, geometry=squares, crs=schema.CRS_STORED))
    back = gpd.GeoSeries([line], crs="EPSG:3857").to_crs(schema.CRS_STORED).iloc[0]
    assert shapely.hausdorff_distance(back, shapely.LineString([(1, 0), (1, 1), (2, 1)])) < 1e-9


def test_encoded_lines_are_read_back_whole() -> None:
    ring = [(1e7, 0), (1e7 + 5e3, 0), (1e7 + 5e3, 5e3), (1e7, 0)]
    lines = [shapely.MultiLineString([ring, [(1e7, 0), (1e7 + 2e5, 9e4)]]), shapely.MultiLineString()]
    drawn, none = decode(geometry_file.encode_lines(np.array(lines, dtype=object)))
    assert none == []
    np.testing.assert_allclose(drawn[0], ring, atol=3)
    assert drawn[1][-1] == pytest.approx((1e7 + 2e5, 9e4), abs=3)
    assert len(drawn[1]) > 2


@given(st.lists(st.sampled_from("abc"), min_size=6, max_size=6), st.permutations(range(6)))
def test_border_lines_do_not_depend_on_the_order_of_villages(regions: list[str], order: list[int]) -> None:
    squares = np.array([shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1, 2)])
    straight = border_lines(squares, pd.Series(regions))
    shuffled = border_lines(squares[order], pd.Series(regions).iloc[order])
    assert straight.index.to_list() == shuffled.index.to_list()
    assert [line.length for line in straight] == [line.length for line in shuffled]
    coast = sum(line.length for (left, _), line in straight.items() if left == COAST)
    assert coast == 10


def test_files_are_named_after_the_fingerprint_with_a_hyphen(layer: gpd.GeoDataFrame, tmp_path: Path) -> None:
    first = geometry_file.write_geometry(layer, tmp_path, fingerprint="a")
    content = [path.read_bytes() for path in first]
    assert all("_" not in path.name for path in first)
    assert set(geometry_file.geometry_files("b", tmp_path)).isdisjoint(first)
    assert json.loads(gzip.decompress(content[2]))["type"] == "FeatureCollection"
    for path in first:
        path.unlink()
    geometry_file.write_geometry(layer, tmp_path, fingerprint="a")
    assert [path.read_bytes() for path in first] == content


def test_written_files_are_left_alone_and_those_of_an_earlier_layer_go_after_a_day(
    layer: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    earlier = geometry_file.write_geometry(layer, tmp_path, fingerprint="earlier")
    foreign = tmp_path / "notes.txt"
    foreign.touch()
    current = geometry_file.write_geometry(layer, tmp_path, fingerprint="current")
    assert all(path.is_file() for path in (*earlier, *current))
    long_ago = time.time() - 100_000
    for path in (*earlier, *current, foreign):
        os.utime(path, (long_ago, long_ago))
    geometry_file.write_geometry(layer, tmp_path, fingerprint="current")
    assert set(tmp_path.iterdir()) == {*current, foreign}
    assert current.villages.stat().st_mtime == pytest.approx(long_ago)


def test_the_frame_is_not_changed(layer: gpd.GeoDataFrame, tmp_path: Path) -> None:
    before = layer.copy()
    geometry_file.write_geometry(layer, tmp_path, fingerprint="a")
    pd.testing.assert_frame_equal(layer, before)


def test_a_folder_that_cannot_be_made_says_so(layer: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PlanMachineError, match="cannot be written to the folder") as refused:
        geometry_file.write_geometry(layer, tmp_path / "file" / "static", fingerprint="a")
    assert "Berkas peta tidak dapat ditulis" in refused.value.text("id")
    assert refused.value.exit_code == 3


def test_outlines_that_overlap_are_refused(layer: gpd.GeoDataFrame, tmp_path: Path) -> None:
    grown = layer.set_geometry(shapely.buffer(layer.geometry.to_numpy(), 0.01), crs=layer.crs)
    with pytest.raises(DataError, match="do not fit together"):
        geometry_file.write_geometry(grown, tmp_path, fingerprint="a")
