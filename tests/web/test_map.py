import base64
import itertools
import json
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.choropleth import styles
from planner.web import map as village_map
from planner.web.assets import Assets
from planner.web.geometry_file import geometry_files
from planner.web.map import MapState, clicked_village
from planner.web.symbols import PLACES

ASSETS = Assets(scripts=(Path("s/leaflet-1.js"), Path("s/village-map-2.js")), styles=(Path("s/leaflet-3.css"),))
PLACES_FILE = Path("s/places-4.json.gz")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch):
    """What st_folium hands to the browser for a state."""
    captured: dict = {}
    monkeypatch.setattr("streamlit_folium._component_func", lambda **arguments: captured.update(arguments))

    def send(classes="01.-", selected="16.01.01.2001", fingerprint="a", language="id", file=PLACES_FILE, **more):
        state = MapState(classes, selected, (-4.0, 103.0, -3.0, 104.0), styles(), language, **more)
        files = geometry_files(fingerprint, Path("s"))
        village_map.village_map(files, ASSETS, state=state, height=400, on_click=lambda: None, places=file)
        captured.pop("on_change")
        return dict(captured)

    return send


def rest_of(feature_group: str) -> dict:
    return json.loads(base64.b64decode(feature_group.split('.update("')[1].split('"')[2]))


def test_the_key_stays_while_colours_selection_and_language_change(sent) -> None:
    first = sent()
    assert sent(classes="9999", selected="", language="en")["key"] == first["key"]
    assert sent(classes="9999")["script"] == first["script"]
    signs = {"marks": {"chosen": [0, 3]}, "places": frozenset({"mill"}), "region": "16.01"}
    assert sent(**signs)["key"] == first["key"]
    assert sent(**signs)["script"] == first["script"]


def test_a_new_layer_is_a_new_map(sent) -> None:
    assert sent(fingerprint="a")["key"] != sent(fingerprint="b")["key"]


def test_only_our_own_files_are_asked_for(sent) -> None:
    arguments = sent()
    assert arguments["js_links"] == ["../../app/static/leaflet-1.js", "../../app/static/village-map-2.js"]
    assert arguments["css_links"] == ["../../app/static/leaflet-3.css"]
    assert "://" not in arguments["script"] + arguments["header"] + arguments["html"] + arguments["feature_group"]


def test_the_update_carries_classes_and_view(sent) -> None:
    group = sent()["feature_group"]
    assert '.update("01.-", "' in group
    rest = rest_of(group)
    assert rest["selected"] == "16.01.01.2001"
    assert rest["bounds"] == [[-4.0, 103.0], [-3.0, 104.0]]
    assert rest["styles"]["."] != rest["styles"]["0"]
    assert rest["texts"]["closer"] == "Perbesar"


def positions_of(steps: list[int]) -> list[int]:
    return list(itertools.accumulate(steps))


@given(st.sets(st.integers(0, 999)))
def test_marks_arrive_as_steps_between_sorted_positions(positions: set[int]) -> None:
    steps = village_map._steps({"never": np.array(sorted(positions, reverse=True), dtype=int)}, 1000)["never"]
    assert positions_of(steps) == sorted(positions)


def test_marks_keep_the_order_of_their_symbols(sent) -> None:
    rest = rest_of(sent(marks={"both": [1], "chosen": (3, 0), "left": pd.Index([2])})["feature_group"])
    assert list(rest["marks"]) == ["chosen", "left", "both"]
    assert positions_of(rest["marks"]["chosen"]) == [0, 3]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({"marks": {"chosen": [4]}}, "outside the 4 villages"),
        ({"marks": {"chosen": [-1]}}, "outside the 4 villages"),
        ({"marks": {"{{7*7}}": []}}, "the map knows no"),
        ({"places": frozenset({"agent"})}, "the map knows no"),
        ({"places": frozenset({"mill"}), "file": None}, "their file is not given"),
        ({"classes": "01Z."}, "the map knows no"),
        ({"region": "16."}, "may reach the map"),
        ({"region": "16.01.01"}, "may reach the map"),
        ({"region": "16\n"}, "may reach the map"),
    ],
)
def test_a_state_the_map_cannot_show_is_refused(sent, state: dict, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        sent(**state)


def test_a_place_brings_its_words_and_the_region_its_code(sent) -> None:
    rest = rest_of(sent(places=frozenset({"port", "mill"}), region="16", language="en")["feature_group"])
    assert rest["places"] == ["mill", "port"]
    assert (rest["texts"]["mill"], rest["texts"]["port"]) == ("Palm oil mill", "Fishing port")
    assert rest["region"] == "16"


def test_only_looks_on_the_map_are_sent_and_short(sent) -> None:
    rest = rest_of(sent(classes="05P-")["feature_group"])
    assert set(rest["styles"]) == set("05P-")
    assert rest["styles"]["0"] == [styles()["0"].fill, styles()["0"].line]
    assert rest["styles"]["P"][3] == "falling"


def test_the_message_of_all_villages_with_two_hundred_chosen_ones_is_small(sent) -> None:
    villages = 9393
    classes = "".join("0123456789.-"[i * 7 % 12] for i in range(villages))
    chosen = random.Random(1).sample(range(villages), 200)
    bare, marked = (len(json.dumps(sent(classes=classes, **more))) for more in ({}, {"marks": {"chosen": chosen}}))
    everything = {"marks": {"chosen": chosen}, "places": frozenset(PLACES), "region": "16.02"}
    assert marked - bare < 1_500
    assert len(json.dumps(sent(classes=classes, **everything))) < 15_000


@pytest.mark.parametrize("hostile", ["{{7*7}}", '");alert(1)//', "1\\", "1\n", "$", "`", "<"])
def test_nothing_outside_the_alphabet_reaches_folium(sent, hostile: str) -> None:
    with pytest.raises(ValueError, match="may reach the map"):
        sent(classes=hostile)
    with pytest.raises(ValueError, match="may reach the map"):
        sent(selected=hostile)


def test_words_with_template_signs_arrive_as_words(sent, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "{{7*7}} ${x} </script> \" ' ` \\ {% raw %}"
    monkeypatch.setattr(village_map, "t", lambda key, language: words)
    group = sent()["feature_group"]
    assert set("{}$<'`\\%").isdisjoint(group.split(".update(")[1].split(")")[0])
    assert rest_of(group)["texts"]["failed"] == words


@pytest.mark.parametrize(
    "state", [None, {}, {"last_active_drawing": None}, {"last_active_drawing": {"properties": {}}}]
)
def test_no_click_is_no_village(state) -> None:
    assert clicked_village({village_map.KEY: state}) is None


def test_a_click_names_the_village_and_nothing_but_text_counts() -> None:
    def clicked(value):
        return clicked_village({village_map.KEY: {"last_active_drawing": {"properties": {"village_code": value}}}})

    assert clicked("16.01.01.2001") == "16.01.01.2001"
    assert clicked({"$ne": ""}) is None
