import base64
import json
from pathlib import Path

import pytest

from planner.web import map as village_map
from planner.web.assets import Assets
from planner.web.choropleth import styles
from planner.web.geometry_file import geometry_files
from planner.web.map import MapState, clicked_village

ASSETS = Assets(scripts=(Path("s/leaflet-1.js"), Path("s/village-map-2.js")), styles=(Path("s/leaflet-3.css"),))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch):
    """What st_folium hands to the browser for a state."""
    captured: dict = {}
    monkeypatch.setattr("streamlit_folium._component_func", lambda **arguments: captured.update(arguments))

    def send(classes="01.-", selected="16.01.01.2001", fingerprint="a", language="id"):
        state = MapState(classes, selected, (-4.0, 103.0, -3.0, 104.0), styles(), language)
        files = geometry_files(fingerprint, Path("s"))
        village_map.village_map(files, ASSETS, state=state, height=400, on_click=lambda: None)
        return dict(captured)

    return send


def rest_of(feature_group: str) -> dict:
    return json.loads(base64.b64decode(feature_group.split('.update("')[1].split('"')[2]))


def test_the_key_stays_while_colours_selection_and_language_change(sent) -> None:
    first = sent()
    assert sent(classes="9999", selected="", language="en")["key"] == first["key"]
    assert sent(classes="9999")["script"] == first["script"]


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
