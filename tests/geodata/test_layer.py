"""The village layer keeps what it is given, says where it comes from, and refuses what is broken."""

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata import layer as village_layer
from geodata.catalogue import load as load_catalogue
from geodata.errors import DataError
from geodata.layer import COLUMNS, fingerprint, load, load_neighbours, make_layer, save, save_neighbours, verify
from geodata.provenance import as_json, figure_records, from_json
from geodata.published import read_published
from geodata.schema import ESTIMATES, SECTORS, basis, high, low, sector_column


def frame(villages=3):
    columns = {name: pd.Series([1] * villages) for name in COLUMNS}
    columns["village_code"] = pd.Series([f"19.01.01.200{villages - i}" for i in range(villages)])
    columns["outline"] = pd.Series(["official"] * villages)
    columns["merged_into"] = pd.Series([pd.NA] * villages, dtype="str")
    boxes = [shapely.box(i, 0, i + 1, 1) for i in range(villages)]
    return gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:4326")


def records():
    return figure_records(COLUMNS, load_catalogue(), read_published(), provinces=["19"])


def test_a_saved_layer_comes_back_whole(tmp_path):
    layer = make_layer(frame(), records(), {"built": "2026-11-22"})
    save(layer, tmp_path / "new" / "villages.parquet")
    again = load(tmp_path / "new" / "villages.parquet")
    assert list(again.frame["village_code"]) == ["19.01.01.2001", "19.01.01.2002", "19.01.01.2003"]
    assert again.fingerprint == layer.fingerprint == fingerprint(again.frame)
    assert again.figures == layer.figures
    assert again.about["built"] == "2026-11-22"
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["villages.parquet"]


def test_the_fingerprint_sees_every_change_but_not_the_order():
    original = frame()
    same = make_layer(original.sample(frac=1, random_state=1), {}, {}).fingerprint
    assert make_layer(original, {}, {}).fingerprint == same
    assert make_layer(original.assign(population=2), {}, {}).fingerprint != same
    moved = original.set_geometry(original.geometry.translate(0.001))
    assert make_layer(moved, {}, {}).fingerprint != same


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="population"), "columns population are missing"),
        (lambda f: f.to_crs(32748), "must be in the coordinate system EPSG:4326"),
        (lambda f: f.assign(village_code="19.01.01.2001"), "stand twice in 2 rows"),
    ],
    ids=["column", "crs", "codes"],
)
def test_a_wrong_frame_is_refused(change, message):
    with pytest.raises(DataError, match=message):
        make_layer(change(frame()), {}, {})


def test_a_missing_layer_is_told(tmp_path):
    with pytest.raises(DataError, match=r"does not exist\. Run `planner data build`") as caught:
        load(tmp_path / "none.parquet")
    assert "tidak ada" in caught.value.text("id")


@pytest.mark.parametrize("content", [b"", b"not parquet", b"PAR1"], ids=["empty", "text", "cut"])
def test_a_broken_layer_is_told(tmp_path, content):
    path = tmp_path / "villages.parquet"
    path.write_bytes(content)
    with pytest.raises(DataError, match="not an intact village layer"):
        load(path)


def test_parquet_that_is_no_layer_is_told(tmp_path):
    frame().to_parquet(tmp_path / "other.parquet")
    with pytest.raises(DataError, match="not an intact village layer"):
        load(tmp_path / "other.parquet")


def test_a_layer_of_another_version_is_told(tmp_path, monkeypatch):
    save(make_layer(frame(), {}, {}), tmp_path / "v.parquet")
    monkeypatch.setattr(village_layer, "FORMAT", 2)
    with pytest.raises(DataError, match="another version"):
        load(tmp_path / "v.parquet")


def test_a_changed_layer_is_seen(tmp_path):
    layer = make_layer(frame(), {}, {})
    verify(layer)
    with pytest.raises(DataError, match="was changed after it was built"):
        verify(dataclasses.replace(layer, frame=layer.frame.assign(population=9)))


def test_a_layer_without_a_column_is_told(tmp_path):
    path = tmp_path / "v.parquet"
    layer = make_layer(frame(), {}, {})
    save(dataclasses.replace(layer, frame=layer.frame.drop(columns="workers_fishery_low")), path)
    with pytest.raises(DataError, match="columns workers_fishery_low are missing"):
        load(path)


def test_a_failed_save_keeps_the_old_layer(tmp_path, monkeypatch):
    path = tmp_path / "villages.parquet"
    save(make_layer(frame(), {}, {}), path)
    before = path.read_bytes()

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geodata.parquet_file.replace_file", full)
    with pytest.raises(DataError, match="could not be saved"):
        save(make_layer(frame(2), {}, {}), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_neighbours_are_kept_beside_the_layer_and_found_again_when_they_are_not_of_it(tmp_path):
    path = tmp_path / "villages.parquet"
    layer = make_layer(frame(), {}, {})
    other = make_layer(frame(2), {}, {})
    save_neighbours(load_neighbours(layer, path), layer, path)
    assert len(load_neighbours(layer, path)) == 2
    assert len(load_neighbours(other, path)) == 1


def test_some_columns_are_read_without_outlines_and_neighbours_are_found_all_the_same(tmp_path):
    path = tmp_path / "villages.parquet"
    layer = make_layer(frame(), {}, {})
    save(layer, path)
    part = load(path, columns=("village_code", "idm"))
    assert part.fingerprint == layer.fingerprint
    assert part.frame["village_code"].equals(layer.frame["village_code"])
    assert set(part.frame) == {"village_code", "idm", "geometry"}
    assert pd.isna(part.frame.geometry.to_numpy()).all()
    assert len(load_neighbours(part, path)) == 2
    assert load(path, columns=("village_code", "geometry")).frame.geometry.equals(layer.frame.geometry)


def test_every_figure_says_where_it_comes_from():
    found = records()
    assert from_json(as_json(found)) == found
    for figure in (*ESTIMATES, "area_km2", "coast_km", "idm"):
        assert found[figure].origins, figure
        assert all(origin.producer and origin.url.startswith("http") for origin in found[figure].origins), figure
    assert found["active_bpu"].basis == "assumed"
    here = {o.area for figure in found.values() for o in figure.origins}
    assert here <= {"", "19", "16"}
    assert not [o for o in found["workers_fishery"].origins if o.area == "16" and o.concerns("19.01.01.1001")]


def test_the_embedded_default_is_whole_and_honest():
    layer = load(village_layer.EMBEDDED)
    villages = layer.frame
    assert len(villages) == 9401
    assert layer.is_approximate
    assert layer.about["embedded"] is True
    assert not villages.geometry.is_empty.any()
    assert shapely.coverage_is_valid(villages.geometry.to_numpy())
    assert (villages["point_basis"] == "district_mean").sum() == 50
    assert villages["population"].sum() == 25_720_911
    assert villages["families"].isna().all()
    assert villages["bps_code"].notna().mean() > 0.98
    sectors = villages[[sector_column(s) for s in SECTORS]].sum(axis=1)
    assert (sectors == villages["eligible_workers"]).all()
    for figure in ESTIMATES:
        assert (villages[low(figure)] <= villages[figure]).all()
        assert (villages[figure] <= villages[high(figure)]).all()
        assert villages[basis(figure)].isin(["disaggregated", "assumed"]).all()
    assert village_layer.EMBEDDED.stat().st_size < 4_000_000


def test_without_a_built_layer_the_default_is_loaded(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    assert load().fingerprint == load(village_layer.EMBEDDED).fingerprint
    save(make_layer(frame(), {}, {}), tmp_path / "layer" / "villages.parquet")
    assert len(load().frame) == 3
