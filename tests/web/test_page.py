import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geodata import schema
from geodata.paths import Paths
from planner.measure_catalogue import MEASURES
from planner.rights import CONSOLE, LAPTOP
from planner.store.engine import connect
from planner.store.intake import keep, undo
from planner.store.migrate import upgrade
from planner.web import map as village_map
from planner.web import visitor
from tests.store.kept import checked
from tests.web.conftest import HOSTILE, grid_layer
from tests.web.pages import classes, component, opening, page, run_until, words


@pytest.fixture
def opened(tmp_path: Path):
    """The page as a visitor with an address opens it."""

    return opening(page, "gap_map", str(tmp_path / "static"))


def test_the_page_runs_in_bahasa_indonesia(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    app = opened()
    assert app.title[0].value == "Peta pekerja yang belum terlindungi"
    assert [box.label for box in app.selectbox] == [
        "Provinsi",
        "Kabupaten/kota",
        "Sektor pekerjaan",
        "Warna peta menurut",
        "Kelas warna",
        "Urutkan",
    ]
    assert "villages" not in words(app)
    assert len(classes(app)) == len(layer)
    assert len(app.dataframe[0].value) == len(layer)


def test_a_filter_narrows_map_and_list_and_keeps_the_map(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    app = opened()
    key = component(app)["key"]
    app.selectbox(key="provinsi").select("18").run()
    inside = layer[schema.PROVINCE_CODE] == "18"
    assert [c != "-" for c in classes(app)] == inside.to_list()
    assert len(app.dataframe[0].value) == inside.sum()
    app.selectbox(key="kabupaten").select("18.02").run()
    assert sum(c != "-" for c in classes(app)) == (layer[schema.REGENCY_CODE] == "18.02").sum()
    app.selectbox(key="sektor").select("fishery").run()
    app.selectbox(key="ukuran").select("coverage_pct").run()
    app.selectbox(key="kelas").select("natural").run()
    assert "batas alami" in words(app)
    assert component(app)["key"] == key
    assert dict(app.query_params) == {
        "provinsi": "18",
        "kabupaten": "18.02",
        "sektor": "fishery",
        "ukuran": "coverage_pct",
        "kelas": "natural",
    }
    app.selectbox(key="provinsi").select("16").run()
    assert app.selectbox(key="kabupaten").value == ""
    assert not app.exception


def test_an_address_brings_back_language_region_and_village(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    code = layer.loc[layer[schema.PROVINCE_CODE] == "18", schema.VILLAGE_CODE].iloc[2]
    app = opened(lang="en", provinsi="18", desa=code)
    assert app.title[0].value == "Map of workers not yet covered"
    assert "Desa 32</h2>" in words(app)
    assert app.dataframe[0].value["Village"].iloc[0] == "Desa 32"


def test_an_address_with_nonsense_is_read_as_the_default(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    app = opened(
        lang="{{x}}", provinsi="99", kabupaten="16.99", sektor="<b>", ukuran="x", kelas="y", desa="');alert(1)//",
        batas="9;8", saring="<script>", urut="up", cari="x" * 61, lapisan="mill-x",
    )  # fmt: skip
    assert app.title[0].value == "Peta pekerja yang belum terlindungi"
    assert dict(app.query_params) == {}
    assert "-" not in classes(app)


def test_a_click_on_the_map_opens_the_card_and_its_row(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    app = opened()
    code = layer[schema.VILLAGE_CODE].iloc[0]
    drawing = {"properties": {"village_code": code, "clicked": 1}}
    app.session_state[village_map.KEY] = {"last_active_drawing": drawing}
    from planner.web import gap_map

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gap_map.st, "session_state", app.session_state)
        gap_map._take_click()
    app.run()
    assert app.query_params["desa"] == code
    assert HOSTILE[0] in words(app)
    assert app.dataframe[0].value["Desa/kelurahan"].iloc[0] == HOSTILE[0]


def test_every_measure_colours_map_and_list(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    app = opened(lang="en")
    key = component(app)["key"]
    for name, measure in MEASURES.items():
        app.selectbox(key="ukuran").select(name).run()
        run_until(app, lambda: len(app.dataframe) > 0)
        assert measure.headed("en") in app.dataframe[0].value, name
        assert not app.exception
        assert component(app)["key"] == key
        assert set(classes(app)) & set("0123456789HLPQn." if measure.kinds else "0123456789"), name
        assert dict(app.query_params).get("ukuran", "gap_workers") == name


def test_the_filter_narrows_map_and_list_in_the_numbers_of_the_language(
    layer: gpd.GeoDataFrame, layer_file, opened
) -> None:
    layer_file(layer)
    app = opened()
    app.text_input(key="saring-id").input("> 100,5").run()
    kept = len(app.dataframe[0].value)
    assert 0 < kept < len(layer)
    assert sum(c != "-" for c in classes(app)) == kept
    assert app.query_params["saring"] == ">100.5"
    assert (app.dataframe[0].value["Belum terlindungi"] > 100.5).all()
    app.segmented_control(key="lang").set_value("en").run()
    assert app.text_input(key="saring-en").value == "> 100.5"
    assert len(app.dataframe[0].value) == kept
    app.text_input(key="saring-en").input("many").run()
    assert "cannot be used as a filter" in words(app)
    assert "saring" not in app.query_params
    assert len(app.dataframe[0].value) == len(layer)
    app.text_input(key="saring-en").input("> 1,000,000").run()
    assert "No village fits" in words(app)
    app.selectbox(key="ukuran").select("coverage_pct").run()
    assert app.text_input(key="saring-en").value == ""
    assert len(app.dataframe[0].value) == len(layer)


def test_own_bounds_make_the_classes(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    app = opened()
    app.selectbox(key="kelas").select("own").run()
    app.text_input(key="batas-id").input("100; 150; 1.200").run()
    figures = app.dataframe[0].value["Belum terlindungi"]
    assert f"({(figures <= 100).sum()} desa)" in words(app)
    assert "Batas kelas sendiri: 100; 150; 1.200." in words(app)
    assert app.query_params["batas"] == "100;150;1200"
    app.text_input(key="batas-id").input("3; 2").run()
    assert "harus makin besar" in words(app)
    app.text_input(key="batas-id").input("100").run()
    assert len(set(classes(app))) == 2
    app.selectbox(key="kelas").select("head_tail").run()
    assert "head/tail" in words(app)
    assert "batas" not in app.query_params


def test_an_address_brings_back_list_and_layers(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    query = {
        "kelas": "own",
        "batas": "100;150.5",
        "saring": "90-400",
        "urut": "name",
        "cari": "desa",
        "lapisan": "office",
    }
    app = opened(**query)
    assert dict(app.query_params) == query
    assert app.text_input(key="batas-id").value == "100; 150,5"
    assert app.text_input(key="saring-id").value == "90-400"
    names = app.dataframe[0].value["Desa/kelurahan"].to_list()
    assert names == sorted(names)
    assert "Kantor cabang (" in words(app)


def test_the_order_of_the_list_is_chosen(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    app = opened()
    figures = app.dataframe[0].value["Belum terlindungi"].to_list()
    app.selectbox(key="urut").select("light").run()
    assert app.dataframe[0].value["Belum terlindungi"].to_list() == figures[::-1]
    assert app.query_params["urut"] == "light"


def test_the_weights_of_the_visit_make_the_score(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    usual = opened(ukuran="score").dataframe[0].value["Skor"]
    other = opened(ukuran="score", bobot="0-0-100-" + "-".join(["10"] * 10)).dataframe[0].value["Skor"]
    assert usual.to_list() != other.to_list()


def test_hostile_names_never_reach_the_map(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    sent = json.dumps(component(opened()))
    assert not any(name in sent for name in (*HOSTILE, "7*7", "49}}", "owned", "Kecamatan"))


def test_a_rerun_of_the_whole_region_sends_less_than_15_kb(layer_file, opened) -> None:
    layer_file(grid_layer(93, 101))
    app = opened()
    assert len(classes(app)) == 93 * 101
    assert len(json.dumps(component(app))) < 15_000


def test_without_a_layer_one_sentence_says_what_to_do(opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("geodata.layer.EMBEDDED", tmp_path / "none.parquet")
    (sentence,) = opened().error
    assert "Jalankan `planner data build`" in sentence.value


def test_a_broken_layer_is_named_and_a_new_one_is_seen_at_once(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    path = layer_file(layer)
    path.write_bytes(b"PAR1 not really")
    (sentence,) = opened(lang="en").error
    assert "not an intact village layer" in sentence.value
    layer_file(layer)
    assert not opened().error


def test_an_upload_is_seen_at_once_and_marked_as_counted(
    layer: gpd.GeoDataFrame, layer_file, opened, monkeypatch
) -> None:
    monkeypatch.setattr(visitor, "current", lambda: LAPTOP)  # nobody is signed in here
    layer_file(layer)
    app = opened(lang="en", ukuran="coverage_pct", desa=layer[schema.VILLAGE_CODE].iloc[7])
    assert "counted" not in app.dataframe[0].value["Basis"].to_list()
    engine = connect(None, Paths.of().records)
    upgrade(engine)
    row = {"village_code": layer[schema.VILLAGE_CODE].iloc[7], "month": date(2026, 10, 1), "segment": "BPU"}
    counts = pd.DataFrame([row | {"active": 9, "inactive": 1}])
    upload = keep(engine, checked("participants", counts), "a.xlsx", "a" * 64, by=CONSOLE)
    app.run()
    first = app.dataframe[0].value.iloc[0]
    assert round(first["Coverage"], 1) == round(900 / layer[schema.ELIGIBLE].iloc[7], 1)
    assert "9" in words(app)
    undo(engine, upload, by=CONSOLE)
    engine.dispose()
    app.run()
    assert round(app.dataframe[0].value.iloc[0]["Coverage"], 1) != round(first["Coverage"], 1)
