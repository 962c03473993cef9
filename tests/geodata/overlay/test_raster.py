"""Rasters over villages: against cells cut one by one, in windows, in any projection; files that are refused."""

import pickle
import sys

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from geodata.errors import DataError, MachineError
from geodata.overlay import engines, staged_raster
from geodata.overlay.ground import equal_area
from geodata.overlay.parts import Parts
from geodata.overlay.raster import RasterWork
from geodata.overlay.run import identity, overlay
from tests.geodata.overlay.test_overlay import BOXES, CODES, GROUND, HECTARES, silent

rasterio = pytest.importorskip("rasterio")
pytest.importorskip("exactextract")

NODATA = 255
STEP = 0.017  # not a part of the sides of the villages: cells lie across borders
SHAPE = (22, 28)


def drawn(seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).choice([1, 2, 3, NODATA], SHAPE).astype("uint8")


def north_up(west, north, width, height):
    return rasterio.Affine(width, 0, west, 0, -height, north)


def tif(path, cells, *, crs="EPSG:4326", place=None, **options):
    place = place or north_up(103.97, -2.66, STEP, STEP)
    bands = cells if cells.ndim == 3 else cells[None]
    options = {"nodata": NODATA, "transform": place, "crs": crs, **options}
    count, height, width = bands.shape
    with rasterio.open(
        path, "w", driver="GTiff", count=count, height=height, width=width, dtype=bands.dtype, **options
    ) as file:
        file.write(bands)
    return path


def run(path, folder, *, measure="area", values=(), band=None, on_piece=silent):
    asked = identity(path, GROUND, measure, sublayer=band, column=None, values=values)
    Parts(folder).begin(asked)
    source = staged_raster.staged_raster(path, folder, band=band, on_copy=silent)
    return overlay(
        RasterWork(source, GROUND, measure, values), engines.one, Parts(folder), asked=asked, on_piece=on_piece
    )


def cell_by_cell(cells, *, measure, values=(1, 2, 3)) -> np.ndarray:
    """Cut every cell by every village, in the equal-area projection."""
    rows, columns = np.nonzero(np.isin(cells, values))
    west, north = 103.97 + STEP * columns, -2.66 - STEP * rows
    squares = equal_area(shapely.box(west, north - STEP, west + STEP, north))
    found = []
    for village in equal_area(np.array(BOXES, dtype=object)):
        shared = shapely.area(shapely.intersection(village, squares))
        part = shared / shapely.area(squares)
        kinds = {"area": shared / 10_000, "count": part, "sum": part * cells[rows, columns]}
        found.append(kinds[measure].sum())
    return np.array(found)


@pytest.fixture
def small_windows(monkeypatch):
    """Part a small raster into several pieces."""
    monkeypatch.setattr(staged_raster, "_CELLS", 28 * 4)


@pytest.mark.parametrize("measure", ["area", "count", "sum"])
def test_cells_on_borders_are_shared_as_if_cut_one_by_one(tmp_path, small_windows, measure):
    path = tif(tmp_path / "sawit.tif", drawn())
    found = run(path, tmp_path / "p", measure=measure)
    np.testing.assert_allclose(found.table["value"][:12], cell_by_cell(drawn(), measure=measure), rtol=2e-5)
    assert np.isnan(found.table["value"].iloc[-1])
    assert found.table["village_code"].tolist()[:12] == CODES
    assert found.features == (drawn() != NODATA).sum()


def test_hectares_of_classes(tmp_path):
    path = tif(tmp_path / "sawit.tif", drawn())
    found = run(path, tmp_path / "p", values=(1.0, 3.0))
    np.testing.assert_allclose(
        found.table["value"][:12], cell_by_cell(drawn(), measure="area", values=(1, 3)), rtol=2e-5
    )
    assert found.features == np.isin(drawn(), (1, 3)).sum()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32748", "EPSG:3857"])
def test_villages_full_of_cells_come_to_their_own_hectares(tmp_path, crs):
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform([103.9, 104.5], [-2.6, -3.1])
    side = (x[1] - x[0]) / 40
    place = north_up(x[0], y[0], side, (y[0] - y[1]) / 30)
    path = tif(tmp_path / "penuh.tif", np.ones((30, 40), "uint8"), crs=crs, place=place)
    found = run(path, tmp_path / "p")
    np.testing.assert_allclose(found.table["value"][:12], HECTARES, rtol=2e-5)


def test_a_raster_broken_off_goes_on_and_comes_to_the_same(tmp_path, small_windows):
    path = tif(tmp_path / "sawit.tif", drawn())
    whole = run(path, tmp_path / "whole", measure="sum")

    def stop(done: int, pieces: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(path, tmp_path / "p", measure="sum", on_piece=stop)
    found = run(path, tmp_path / "p", measure="sum")
    assert found.resumed == 2
    pd.testing.assert_frame_equal(found.table, whole.table, check_exact=True)
    with pytest.raises(DataError, match="pieces of another calculation"):
        run(path, tmp_path / "p", measure="sum", values=(1.0,))


def test_the_work_of_a_raster_travels_to_other_processes(tmp_path):
    source = staged_raster.staged_raster(tif(tmp_path / "x.tif", drawn()), tmp_path, band=None, on_copy=silent)
    work = RasterWork(source, GROUND, "area")
    here = work.run(0)
    there = pickle.loads(pickle.dumps(work)).run(0)
    assert there.amounts.tolist() == here.amounts.tolist()


def test_windows_without_data_are_left_out_and_what_is_not_finite_too(tmp_path, small_windows):
    cells = np.full(SHAPE, np.nan, "float32")
    cells[3, 6:9] = 2, np.inf, 4
    path = tif(tmp_path / "jiwa.tif", cells, nodata=np.nan)
    source = staged_raster.staged_raster(path, tmp_path, band=None, on_copy=silent)
    assert source.windows == ((0, 0, 28, 4),)
    found = run(path, tmp_path / "p", measure="sum")
    assert found.features == 2
    assert found.table["value"].sum() == pytest.approx(6)


def test_one_of_several_bands(tmp_path):
    path = tif(tmp_path / "pita.tif", np.stack([np.full(SHAPE, 1, "int16"), drawn().astype("int16")]))
    with pytest.raises(DataError, match="holds 2 bands") as caught:
        run(path, tmp_path / "a")
    assert "2 pita" in caught.value.text("id")
    with pytest.raises(DataError, match="holds 2 bands"):
        run(path, tmp_path / "a2", band="3")
    found = run(path, tmp_path / "b", band="2", measure="sum")
    np.testing.assert_allclose(found.table["value"][:12], cell_by_cell(drawn(), measure="sum"), rtol=2e-5)


def test_a_scale_of_the_file_is_minded(tmp_path):
    path = tif(tmp_path / "skala.tif", drawn())
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.5,), (10.0,)
    expected = 0.5 * cell_by_cell(drawn(), measure="sum") + 10 * cell_by_cell(drawn(), measure="count")
    np.testing.assert_allclose(run(path, tmp_path / "p", measure="sum").table["value"][:12], expected, rtol=2e-5)


def test_rasters_that_cannot_be_laid_over_villages_are_told(tmp_path):
    turned = rasterio.Affine(STEP, 0.001, 104, 0.001, -STEP, -2.6)
    with pytest.raises(DataError, match="is turned or upside down") as caught:
        run(tif(tmp_path / "a.tif", drawn(), place=turned), tmp_path / "a")
    assert "miring" in caught.value.text("id")
    with pytest.raises(DataError, match="coordinate system"):
        run(tif(tmp_path / "b.tif", drawn(), crs=None), tmp_path / "b")
    with pytest.raises(DataError, match="values of kind complex64"):
        run(tif(tmp_path / "c.tif", drawn().astype("complex64")), tmp_path / "c")
    with pytest.raises(DataError, match="no file none"):
        run(tmp_path / "none.tif", tmp_path / "d")
    fake = tmp_path / "vrt.tif"
    fake.write_text("<VRTDataset rasterXSize='1' rasterYSize='1'/>")
    with pytest.raises(DataError, match="vrt"):
        run(fake, tmp_path / "e")
    damaged = tif(tmp_path / "f.tif", drawn())
    damaged.write_bytes(damaged.read_bytes()[:100])
    with pytest.raises(DataError, match=r"f\.tif"):
        run(damaged, tmp_path / "f")


def test_what_lies_beside_a_raster_is_not_followed(tmp_path):
    """A mask of the same name is another file: the child may not read it."""
    path = tif(tmp_path / "sawit.tif", drawn())
    tif(tmp_path / "sawit.tif.msk", np.zeros(SHAPE, "uint8"), nodata=None)
    assert run(path, tmp_path / "p").features == (drawn() != NODATA).sum()


@pytest.mark.parametrize("missing", ["rasterio", "exactextract"])
def test_libraries_that_are_not_installed_are_told_before_the_copy(tmp_path, monkeypatch, missing):
    path = tif(tmp_path / "sawit.tif", drawn())
    staged_raster._drivers.cache_clear()
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MachineError, match=r"Rasters need additional libraries.*\[raster\]") as caught:
        run(path, tmp_path / "p")
    assert "pustaka tambahan" in caught.value.text("id")
    assert not (tmp_path / "p" / "layer.parquet").exists()
