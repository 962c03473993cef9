import json
import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest

from geodata import schema
from planner.texts import t
from planner.web import row_choice, weights_choice
from planner.web.pairs_choice import EQUAL
from planner.web.weights_choice import DEFAULT, PARTS, written
from tests.web.conftest import HOSTILE
from tests.web.pages import classes, component, opening, page, words
from tests.web.test_weights_moved import varied
from tests.web.visit import Visit


@pytest.fixture
def opened(tmp_path: Path, layer: gpd.GeoDataFrame, layer_file):
    """The page as a visitor with an address opens it."""
    layer_file(varied(layer))

    return opening(page, "weights_page", str(tmp_path / "static"))


def weights(**changed: int) -> str:
    return written(tuple(changed.get(part, weight) for part, weight in zip(PARTS, DEFAULT, strict=True)))


def test_the_page_opens_with_the_default_weights_in_both_languages(opened) -> None:
    app = opened()
    assert app.title[0].value == "Bobot kriteria"
    assert tuple(app.slider(key=f"weight-{part}").value for part in PARTS) == DEFAULT
    assert app.slider(key="weight-need").label == "Kebutuhan: 50% dari skor"
    assert app.slider(key="weight-iks").label == "Ketahanan sosial: 10% dari skor"
    assert all(slider.help for slider in app.slider)
    assert "Urutan desa sama" in words(app)
    assert not app.dataframe
    english = opened(lang="en")
    assert english.slider(key="weight-need").label == "Need: 50% of the score"
    assert "Weights of the criteria" in words(english)
    assert dict(app.query_params) == {}


def test_a_slider_recolours_the_map_tells_shares_and_stands_in_the_address(opened) -> None:
    app = opened()
    before, key = classes(app), component(app)["key"]
    app.slider(key="weight-readiness").set_value(100).run()
    assert not app.exception
    assert classes(app) != before
    assert component(app)["key"] == key
    assert app.query_params["bobot"] == weights(readiness=100)
    assert app.slider(key="weight-readiness").label == "Kesiapan: 61% dari skor"
    assert "Dibandingkan dengan bobot awal" in words(app)
    app.slider(key="weight-cost").set_value(0).run()
    assert app.slider(key="weight-cost").label == "Biaya: tidak dihitung"
    assert app.slider(key="weight-launch_cost_idr").label == "Biaya pencanangan: tidak dihitung"
    app.button[0].click().run()
    assert "bobot" not in app.query_params
    assert classes(app) == before
    assert app.slider(key="weight-readiness").value == 35


def test_weights_that_give_no_score_are_told_and_the_map_stays(opened) -> None:
    app = opened(bobot=weights(need=0, readiness=0, cost=40))
    before = classes(app)
    app.slider(key="weight-cost").set_value(0).run()
    assert app.warning[0].value.startswith(t("web.weights.no_block", "id"))
    assert classes(app) == before
    assert app.query_params["bobot"] == weights(need=0, readiness=0, cost=40)
    assert app.slider(key="weight-cost").value == 0
    app.slider(key="weight-need").set_value(10).run()
    assert not app.warning
    assert app.query_params["bobot"] == weights(need=10, readiness=0, cost=0)


@pytest.mark.parametrize("nonsense", ["<b>", "1-2-3", written((0,) * 13), written((101, *DEFAULT[1:]))])
def test_nonsense_in_the_address_is_the_default(opened, nonsense: str) -> None:
    app = opened(bobot=nonsense, cara=nonsense, banding=nonsense, teratas=nonsense, gerak=nonsense)
    assert app.slider(key="weight-need").value == 50
    assert "bobot" not in app.query_params
    assert "cara" not in app.query_params


def test_what_moved_is_listed_and_a_row_selects_its_village(opened) -> None:
    app = opened(bobot=weights(readiness=100, need=5), teratas="10", gerak="naik", lang="en")
    rows = app.dataframe[0].value
    assert len(rows) == 10
    assert (rows["Now"] < rows["Before"]).all()
    app.segmented_control(key="gerak").set_value("turun").run()
    assert (app.dataframe[0].value["Now"] > app.dataframe[0].value["Before"]).all()
    assert app.query_params["gerak"] == "turun"
    app.segmented_control(key="teratas").set_value("50").run()
    assert app.query_params["teratas"] == "50"
    codes = app.session_state["weights-list-codes"]
    with pytest.MonkeyPatch.context() as patched:
        app.session_state["weights-list"] = {"selection": {"rows": [2], "columns": [], "cells": []}}
        patched.setattr(row_choice.st, "session_state", app.session_state)
        row_choice._take("weights-list", row_choice.select)
    app.run()
    assert app.query_params["desa"] == codes[2]
    assert app.dataframe[0].value["Village"].iloc[2] in words(app)
    assert "With the default weights: rank" in words(app)


def test_region_and_sector_narrow_map_and_list(opened, layer: gpd.GeoDataFrame) -> None:
    app = opened(provinsi="18", sektor="fishery", bobot=weights(readiness=100, need=5), gerak="naik", teratas="50")
    inside = layer[schema.PROVINCE_CODE] == "18"
    assert [c != "-" for c in classes(app)] == inside.to_list()
    assert app.dataframe[0].value["Kini"].max() <= inside.sum()
    assert set(app.dataframe[0].value["Kabupaten/kota"]) <= {"Kabupaten 18.01", "Kabupaten 18.02"}
    assert app.selectbox(key="sektor").value == "fishery"


def test_hostile_names_are_text_in_card_and_list(opened, layer: gpd.GeoDataFrame) -> None:
    for row in range(len(HOSTILE)):
        code = layer[schema.VILLAGE_CODE].iloc[row]
        app = opened(desa=code, bobot=weights(readiness=100, need=5), teratas="50", gerak="turun")
        assert "<img src=x" not in words(app)
        assert "<script>" not in re.sub(r"<script>document\.documentElement\.lang = \"id\"</script>", "", words(app))
        assert not any(name in json.dumps(component(app)) for name in (*HOSTILE, "7*7", "owned"))


def test_pairs_give_weights_that_a_button_applies(opened) -> None:
    app = opened(cara="pasangan")
    assert [slider.label for slider in app.select_slider] == [
        "Kebutuhan dan kesiapan sama penting",
        "Kebutuhan dan biaya sama penting",
        "Kesiapan dan biaya sama penting",
    ]
    app.select_slider(key="pair-need-readiness").set_value(2).run()
    app.select_slider(key="pair-need-cost").set_value(4).run()
    app.select_slider(key="pair-readiness-cost").set_value(2).run()
    assert app.query_params["banding"] == "kmk" + EQUAL[3:]
    assert app.select_slider(key="pair-need-cost").label == "Kebutuhan lebih penting daripada biaya"
    assert "Kebutuhan 64%" in words(app)
    assert "Jawaban cukup sejalan" in words(app)
    assert "bobot" not in app.query_params
    app.button[0].click().run()
    assert app.query_params["bobot"] == weights(need=64, readiness=26, cost=10)
    assert "sudah dipakai" in words(app)
    app.segmented_control(key="cara").set_value("geser").run()
    assert app.slider(key="weight-need").value == 64
    again = opened(cara="pasangan", banding="kmk" + EQUAL[3:])
    assert again.select_slider(key="pair-need-cost").value == 4
    again.button[1].click().run()
    assert "banding" not in again.query_params
    assert again.select_slider(key="pair-need-cost").value == 0


def test_answers_that_contradict_are_told(opened) -> None:
    app = opened(cara="pasangan", banding="mce" + EQUAL[3:], lang="en")
    assert "contradict each other" in words(app)
    assert "Look first at the pair" in words(app)


def test_the_influence_stands_beside_the_weight_and_the_check_is_asked_for(opened) -> None:
    app = opened()
    assert words(app).count('<span class="track"') == 20
    assert "TOPSIS" not in words(app)
    app.toggle[0].set_value(True).run()
    assert "TOPSIS" in words(app)


def test_the_weights_of_another_page_are_shown(opened) -> None:
    app = opened()
    app.session_state["bobot"] = weights(need=77)
    app.run()
    assert app.slider(key="weight-need").value == 77
    assert weights_choice.read(app.query_params["bobot"]) is not None


@pytest.fixture
def visit(chromium, address: str, screen: dict) -> Iterator[Visit]:
    with Visit(chromium, address, screen) as opened:
        opened.open("bobot", "Bobot kriteria")
        opened.canvas.wait_for()
        opened.page.locator(".st-key-weights-effect table").wait_for()
        opened.still(opened.painted)
        yield opened


@pytest.mark.browser
def test_ten_moves_keep_the_one_map_and_stand_in_the_address(visit: Visit) -> None:
    visit.count_frames()
    visit.page.locator(".st-key-weight-readiness input").focus()
    told = 35
    for key, step in [("PageUp", 10)] * 6 + [("PageDown", -10)] * 4:
        before, told = visit.painted(), told + step
        visit.page.keyboard.press(key)
        visit.page.wait_for_function("part => location.search.includes(part)", arg=f"bobot=50-{told}-15-")
        visit.repainted(before, f"weight {told}")
    assert visit.frames_made == 1
    width = visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    if width < 1000:
        tops = [
            visit.page.locator(f".st-key-weights-{part}").bounding_box()["y"] for part in ("choice", "moved", "map")
        ]
        assert tops == sorted(tops)
    assert visit.complaints == []
