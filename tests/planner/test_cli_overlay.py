"""The command data overlay: result, record beside it, what is refused before the work."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.sectors.counted import Difference
from geodata.sectors.own_weights import read_observed
from geodata.texts import LANGUAGES
from planner.cli import data as data_command
from planner.cli.session import Session
from tests.planner.command_line import layer, read_once, run


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    read_once(monkeypatch)
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def ponds(tmp_path):
    """Three squares around points that lie inside villages, each with two tonnes."""
    villages = layer().frame.iloc[[5, 5, 100]]
    points = shapely.point_on_surface(villages.geometry.to_numpy())
    path = tmp_path / "tambak.parquet"
    squares = shapely.buffer(points, 1e-5, cap_style="square")
    gpd.GeoDataFrame({"ton": [2.0, 2.0, 2.0]}, geometry=squares, crs=4326).to_parquet(path)
    return path, villages["village_code"].tolist()


def test_the_result_and_where_it_comes_from(capsys, ponds, tmp_path):
    path, codes = ponds
    out = tmp_path / "hasil.csv"
    code, told, err = run(
        capsys, "data", "overlay", path, "--measure", "sum", "--column", "ton", "--out", out, "--json"
    )
    assert code == 0, err
    assert json.loads(told)["total"] == pytest.approx(6)
    found = pd.read_csv(out, dtype={"village_code": str}).set_index("village_code")["value"]
    assert found[codes[0]] == pytest.approx(4)
    assert found[codes[2]] == pytest.approx(2)
    assert len(found) == len(layer().frame)
    about = json.loads((tmp_path / "hasil.csv.json").read_text())
    assert not {"source", "date", "licence"} & set(about)
    assert (about["layer"], about["measure"], about["column"]) == ("tambak.parquet", "sum", "ton")
    assert not (tmp_path / "hasil.csv.partial").exists()
    named = ["--source", "Dinas Perikanan", "--date", "2025-08", "--licence", "CC BY 4.0"]
    code, _, err = run(capsys, "data", "overlay", path, "--measure", "count", *named, "--out", tmp_path / "n.parquet")
    assert code == 0
    origin = read_observed(tmp_path / "n.parquet").origin
    assert (origin.producer, origin.date, origin.licence) == ("Dinas Perikanan", "2025-08", "CC BY 4.0")
    assert "3 objek; 2 desa" in err
    assert pd.read_parquet(tmp_path / "n.parquet")["value"].sum() == 3


def test_a_refused_layer_leaves_nothing_and_keeps_no_other_from_its_place(capsys, ponds, tmp_path):
    path, _ = ponds
    (tmp_path / "tabel.csv").write_text("a,b\n1,2\n")
    out = tmp_path / "hasil.csv"
    before = sorted(tmp_path.iterdir())
    assert run(capsys, "data", "overlay", tmp_path / "tabel.csv", "--measure", "count", "--out", out)[0] == 1
    assert sorted(tmp_path.iterdir()) == before
    assert run(capsys, "data", "overlay", path, "--measure", "count", "--out", out)[0] == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--measure", "sum"], "needs --column"),
        (["--measure", "count", "--column", "ton"], "needs --column"),
        (["--measure", "volume"], "Unknown measure volume"),
        (["--measure", "count", "--date", "2025-13"], "2025-13 is no date"),
        (["--measure", "count", "--engine", "steam"], "Unknown engine steam"),
        (["--measure", "count", "--scheduler", "tcp://x:1"], "--scheduler does not go with --engine one"),
    ],
)
def test_wrong_options_are_told_before_anything_is_read(capsys, tmp_path, options, told):
    code, _, err = run(capsys, "data", "overlay", "none.gpkg", *options, "--out", tmp_path / "x.csv", "--lang", "en")
    assert (code, told in err) == (1, True)
    assert list(tmp_path.iterdir()) == []
    code, _, err = run(capsys, "data", "overlay", "x.gpkg", "--measure", "count", "--out", tmp_path / "x.xlsx")
    assert code == 1
    assert ".parquet" in err


@pytest.mark.parametrize(
    ("layer", "options", "told"),
    [
        ("none.tif", ["--measure", "sum", "--column", "ton"], "--column does not go with a raster"),
        ("none.tif", ["--measure", "area", "--values", "1,two"], "--values takes numbers"),
        ("none.tif", ["--measure", "area", "--values", "nan"], "--values takes numbers"),
        ("none.gpkg", ["--measure", "area", "--values", "1"], "goes with rasters alone"),
    ],
)
def test_wrong_options_of_rasters_are_told(capsys, tmp_path, layer, options, told):
    code, _, err = run(capsys, "data", "overlay", layer, *options, "--out", tmp_path / "x.csv", "--lang", "en")
    assert (code, told in err) == (1, True)


def test_hectares_of_a_class_of_a_raster(capsys, tmp_path):
    rasterio = pytest.importorskip("rasterio")
    pytest.importorskip("exactextract")
    village = layer().frame.iloc[5]
    x, y = village.geometry.point_on_surface().coords[0]
    place = rasterio.Affine(1e-4, 0, x - 1e-4, 0, -1e-4, y + 1e-4)
    path = tmp_path / "sawit.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=1, height=2, width=2, dtype="uint8", crs="EPSG:4326", transform=place
    ) as file:
        file.write(np.array([[[1, 2], [2, 1]]], dtype="uint8"))
    out = tmp_path / "sawit.csv"
    code, told, err = run(capsys, "data", "overlay", path, "--measure", "area", "--values", "2", "--out", out, "--json")
    assert code == 0, err
    found = json.loads(told)
    assert found["total"] == pytest.approx(2 * 11.1**2 / 10_000, rel=0.02)
    assert found["features"] == 2
    assert json.loads((tmp_path / "sawit.csv.json").read_text())["values"] == [2.0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--weights", "x.csv"], "needs one --sector"),
        (["--weights", "x.csv", "--sector", "fishery", "--weights", "y.csv", "--sector", "fishery"], "only once"),
        (["--weights", "x.csv", "--sector", "mining"], "Unknown sector mining"),
        (["--weights", "x.csv", "--sector", "fishery"], "no file x.csv"),
        (["--observed", "fishery"], "Write --observed as SECTOR=FILE"),
        (["--observed", "fishery=x.csv", "--observed", "fishery=y.csv"], "only once"),
        (["--observed", "mining=x.csv"], "Unknown sector mining"),
        (["--observed", "fishery=x.csv"], "no file x.csv"),
    ],
)
def test_weights_without_file_or_sector_are_told_before_the_build(capsys, options, told):
    code, _, err = run(capsys, "data", "build", *options, "--lang", "en")
    assert (code, told in err) == (1, True), err


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_counted_workers_change_is_told(capsys, language):
    for published in (800, None):
        told = Difference("fishery", "16", villages=2, counted=70, people=812, published=published)
        data_command._tell_observed(Session(language), told)
        err = capsys.readouterr().err
        assert all(number in err for number in ("16", "fishery", "70", "812"))
        assert ("800" in err, " 12." in err) == (published is not None, published is not None)
