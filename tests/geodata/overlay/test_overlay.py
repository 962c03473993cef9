"""Heavy layers over villages: against other libraries, in any pieces, by any engine, broken off and gone on with."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import DataError, MachineError
from geodata.overlay import engines, source, staged
from geodata.overlay.ground import Ground
from geodata.overlay.kernel import Piece, added, sums
from geodata.overlay.parts import Parts
from geodata.overlay.run import identity, overlay
from geodata.overlay.work import Work

SIDE = 0.1
BOXES = [
    shapely.box(104 + SIDE * x, -3 + SIDE * y, 104 + SIDE * (x + 1), -3 + SIDE * (y + 1))
    for y in range(3)
    for x in range(4)
]
CODES = [f"16.01.01.{2001 + i}" for i in range(len(BOXES))]
VILLAGES = gpd.GeoDataFrame({"village_code": [*CODES, "16.01.01.2099"]}, geometry=[*BOXES, None], crs=4326)
GROUND = Ground.of(VILLAGES)
HECTARES = gpd.GeoSeries(BOXES, crs=4326).to_crs(6933).area.to_numpy() / 10_000


def by_village(found) -> np.ndarray:
    amounts = np.zeros(len(GROUND))
    amounts[found.villages] = found.amounts
    return amounts


def random_layer(kind: str, rows: int = 60, seed: int = 1) -> gpd.GeoDataFrame:
    """Points or areas in and around the villages, with a number each."""
    drawn = np.random.default_rng(seed)
    points = shapely.points(drawn.uniform(103.9, 104.5, rows), drawn.uniform(-3.1, -2.6, rows))
    shapes = points if kind == "point" else shapely.buffer(points, drawn.uniform(0.005, 0.06, rows), quad_segs=3)
    return gpd.GeoDataFrame({"v": drawn.integers(1, 9, rows).astype(float)}, geometry=shapes, crs=4326)


def piece_of(layer: gpd.GeoDataFrame) -> Piece:
    return Piece(layer.geometry.to_numpy(), layer["v"].to_numpy())


def test_points_are_counted_and_summed_as_a_join_does() -> None:
    layer = random_layer("point", 400)
    joined = gpd.sjoin(layer, VILLAGES, predicate="within").groupby("village_code")["v"].agg(["count", "sum"])
    expected = joined.reindex(list(GROUND.codes)).fillna(0)
    assert by_village(sums(piece_of(layer), GROUND, "count")).tolist() == expected["count"].tolist()
    found = sums(piece_of(layer), GROUND, "sum")
    assert by_village(found).tolist() == expected["sum"].tolist()
    assert (found.features, found.outside) == (400, 400 - int(expected["count"].sum()))


def test_areas_are_cut_as_an_overlay_does() -> None:
    layer = random_layer("area")
    plane = layer.to_crs(6933)
    cut = gpd.overlay(plane.assign(whole=plane.area), VILLAGES.iloc[:-1].to_crs(6933), keep_geom_type=True)
    for measure, part in (("area", cut.area / 10_000), ("sum", cut["v"] * cut.area / cut["whole"])):
        expected = part.groupby(cut["village_code"]).sum().reindex(list(GROUND.codes)).fillna(0)
        np.testing.assert_allclose(by_village(sums(piece_of(layer), GROUND, measure)), expected, rtol=1e-9)


def test_villages_cut_out_of_themselves_are_whole() -> None:
    found = sums(Piece(np.array(BOXES, dtype=object), np.arange(12.0)), GROUND, "area")
    np.testing.assert_allclose(by_village(found)[:12], HECTARES, rtol=1e-9)
    assert by_village(sums(Piece(np.array(BOXES, dtype=object), np.arange(12.0)), GROUND, "sum"))[:12] == pytest.approx(
        np.arange(12.0)
    )


def test_an_area_counts_once_where_its_inside_lies_and_a_line_too() -> None:
    wide = shapely.box(104.01, -2.99, 104.19, -2.98)
    line = shapely.LineString([(104.21, -2.95), (104.29, -2.95)])
    found = sums(Piece(np.array([wide, line], dtype=object)), GROUND, "count")
    assert (found.amounts.sum(), found.outside) == (2, 0)


def test_nothing_and_what_is_broken_meets_no_village() -> None:
    shapes = np.array([None, shapely.Point(), shapely.Point(104.05, -2.95)], dtype=object)
    found = sums(Piece(shapes, np.array([1.0, 2.0, np.nan])), GROUND, "sum")
    assert (found.features, found.outside, found.amounts.tolist()) == (3, 2, [0.0])
    nothing = sums(Piece(np.array([], dtype=object), np.array([])), GROUND, "area")
    assert (nothing.features, len(nothing.villages)) == (0, 0)


@settings(max_examples=15)
@given(st.integers(0, 1000), st.integers(1, 59), st.sampled_from(["count", "sum", "area"]))
def test_pieces_add_up_and_order_does_not_matter(seed: int, cut: int, measure) -> None:
    layer = random_layer("area", seed=seed)
    whole = by_village(sums(piece_of(layer), GROUND, measure))
    parts = [sums(piece_of(part), GROUND, measure) for part in (layer.iloc[:cut], layer.iloc[cut:])]
    np.testing.assert_allclose(by_village(added(parts, len(GROUND))), whole, rtol=1e-9)
    mixed = layer.sample(frac=1, random_state=seed)
    np.testing.assert_allclose(by_village(sums(piece_of(mixed), GROUND, measure)), whole, rtol=1e-9)


def test_what_lies_in_villages_is_never_more_than_the_layer() -> None:
    layer = random_layer("area", 200)
    found = sums(piece_of(layer), GROUND, "sum")
    assert found.amounts.sum() <= layer["v"].sum() + 1e-9


@pytest.fixture
def layer() -> gpd.GeoDataFrame:
    return random_layer("area", 300)


def written(layer: gpd.GeoDataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        layer.to_parquet(path, row_group_size=60)
    else:
        layer.to_file(path)
    return path


def silent(*_: int) -> None:
    """Hear nothing."""


def run(path: Path, folder: Path, *, engine=engines.one, measure="sum", column="v", on_piece=silent):
    parts = Parts(folder)
    asked = identity(path, GROUND, measure, sublayer=None, column=column)
    parts.begin(asked)
    taken = staged.staged(path, folder, layer=None, column=column, on_copy=silent)
    return overlay(Work(taken, GROUND, measure), engine, parts, asked=asked, on_piece=on_piece)


@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".fgb"])
def test_every_format_and_engine_comes_to_the_same(layer, tmp_path, ending) -> None:
    expected = by_village(sums(piece_of(layer), GROUND, "sum"))
    found = run(written(layer, tmp_path / f"kebun{ending}"), tmp_path / "parts")
    assert found.table["village_code"].tolist() == list(GROUND.codes)
    np.testing.assert_allclose(found.table["value"][:-1], expected[:-1], rtol=1e-9)
    assert np.isnan(found.table["value"].iloc[-1])  # no outline: not known
    assert (found.features, found.resumed) == (300, 0)


def test_several_processes_come_to_the_same_digits(layer, tmp_path) -> None:
    path = written(layer, tmp_path / "kebun.parquet")
    alone = run(path, tmp_path / "one")
    many = run(path, tmp_path / "many", engine=engines.processes(2))
    pd.testing.assert_frame_equal(alone.table, many.table, check_exact=True)


def test_another_crs_lands_in_the_same_villages(layer, tmp_path) -> None:
    path = written(layer.to_crs(32748), tmp_path / "kebun.parquet")
    np.testing.assert_allclose(
        run(path, tmp_path / "a").table["value"][:-1], by_village(sums(piece_of(layer), GROUND, "sum"))[:-1], rtol=1e-6
    )


def test_a_broken_off_run_goes_on_and_comes_to_the_same(layer, tmp_path) -> None:
    path = written(layer, tmp_path / "kebun.parquet")
    whole = run(path, tmp_path / "whole")

    def stop(done: int, pieces: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(path, tmp_path / "parts", on_piece=stop)
    assert sorted(Parts(tmp_path / "parts").done()) == [0, 1]
    seen: list[int] = []
    found = run(path, tmp_path / "parts", on_piece=lambda done, _: seen.append(done))
    assert (found.resumed, seen) == (2, [2, 3, 4, 5])
    pd.testing.assert_frame_equal(found.table, whole.table, check_exact=True)


def test_pieces_of_another_calculation_are_not_taken(layer, tmp_path) -> None:
    path = written(layer, tmp_path / "kebun.parquet")
    run(path, tmp_path / "parts")
    with pytest.raises(DataError, match="pieces of another calculation") as caught:
        run(path, tmp_path / "parts", measure="area", column=None)
    assert "perhitungan lain" in caught.value.text("id")
    layer.iloc[:200].to_parquet(path)
    with pytest.raises(DataError, match="pieces of another calculation"):
        run(path, tmp_path / "parts")


def test_a_damaged_piece_is_named(layer, tmp_path) -> None:
    path = written(layer, tmp_path / "kebun.parquet")
    run(path, tmp_path / "parts")
    (tmp_path / "parts" / "1.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"1\.npz is damaged"):
        run(path, tmp_path / "parts")


def test_large_row_groups_are_parted_once(layer, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(staged, "MOST_ROWS", 100)
    path = tmp_path / "kebun.parquet"
    layer.to_parquet(path)
    copies: list[int] = []
    for _ in range(2):
        taken = staged.staged(path, tmp_path, layer=None, column="v", on_copy=lambda: copies.append(1))
        assert taken.rows == (50,) * 6
    assert copies == [1]
    assert pq.ParquetFile(taken.path).num_row_groups == 6
    staged.remove(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kebun.parquet"]


@pytest.mark.parametrize("wide", [0.2, 0.01])
def test_outlines_that_cross_themselves_are_mended(tmp_path, wide) -> None:
    """Over many villages, and inside of one, where nothing is cut and the plain area would be 0."""
    west, south = 104.022, -2.978
    east, north = west + wide, south + wide / 2
    bow = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    crossing = gpd.GeoDataFrame({"v": [1.0]}, geometry=[bow], crs=4326)
    found = run(written(crossing, tmp_path / "x.parquet"), tmp_path / "p", measure="area", column=None)
    mended = gpd.GeoSeries([shapely.make_valid(bow, method="structure")], crs=4326).to_crs(6933).area.sum() / 10_000
    assert found.table["value"].sum() == pytest.approx(mended, rel=1e-6)


@pytest.mark.parametrize(("measure", "amount"), [("count", 1.0), ("area", 0.0), ("sum", 0.0)])
def test_an_area_without_extent_counts_where_it_lies_and_has_no_hectares(measure, amount) -> None:
    line = shapely.Polygon([(104.02, -2.98), (104.04, -2.98), (104.02, -2.98)])
    found = sums(Piece(np.array([line, None, shapely.Polygon()]), np.array([5.0, 7.0, 9.0])), GROUND, measure)
    assert by_village(found).tolist() == [amount, *[0.0] * (len(GROUND) - 1)]
    assert (found.features, found.outside) == (3, 2 if amount else 3)


@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".fgb"])
def test_a_column_that_is_not_there_or_holds_no_numbers_is_told(layer, tmp_path, ending) -> None:
    path = written(layer.assign(nama="sawit"), tmp_path / f"kebun{ending}")
    with pytest.raises(DataError, match=r"has no column luas\. Its columns: .*v"):
        run(path, tmp_path / "a", column="luas")
    with pytest.raises(DataError, match=r"Column nama .* holds no numbers"):
        run(path, tmp_path / "b", column="nama")


def test_files_that_cannot_be_overlaid_are_told(tmp_path, layer) -> None:
    with pytest.raises(DataError, match="no file none"):
        run(tmp_path / "none.gpkg", tmp_path / "a")
    csv = tmp_path / "kebun.csv"
    csv.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"Accepted formats: \.parquet") as caught:
        run(csv, tmp_path / "b")
    assert "Format yang diterima" in caught.value.text("id")
    fake = tmp_path / "kebun.gpkg"
    fake.write_text("<OGRVRTDataSource/>")
    with pytest.raises(DataError, match="kebun"):
        run(fake, tmp_path / "c")
    plain = tmp_path / "plain.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(plain)
    with pytest.raises(DataError, match="GeoParquet metadata"):
        run(plain, tmp_path / "d", measure="count", column=None)
    without = tmp_path / "x.parquet"
    layer.set_crs(None, allow_override=True).to_parquet(without)
    with pytest.raises(DataError, match="coordinate system"):
        run(without, tmp_path / "e")


def test_a_source_that_vanishes_on_the_way_is_told(layer, tmp_path) -> None:
    path = written(layer, tmp_path / "kebun.parquet")
    taken = source.opened(path, "v")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DataError, match="cannot be read"):
        taken.read(0)
    path.unlink()
    with pytest.raises(DataError, match="cannot be read"):
        taken.read(0)


def test_a_full_disk_is_told_and_leaves_no_half_piece(layer, tmp_path, monkeypatch) -> None:
    path = written(layer, tmp_path / "kebun.parquet")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(MachineError, match="No space left"):
        run(path, tmp_path / "parts")
    assert not list((tmp_path / "parts").glob("*.part"))
    assert not list(Parts(tmp_path / "parts").done())


def test_what_is_asked_names_layer_villages_and_measure(layer, tmp_path) -> None:
    path = written(layer, tmp_path / "kebun.parquet")
    asked = identity(path, GROUND, "sum", sublayer=None, column="v")
    assert json.loads(json.dumps(asked)) == asked
    other = Ground.of(VILLAGES.iloc[1:])
    assert identity(path, other, "sum", sublayer=None, column="v")["villages"] != asked["villages"]
