from pathlib import Path

import geopandas as gpd
import pytest
from streamlit.testing.v1 import AppTest

from planner.rights import LAPTOP
from planner.texts import t
from planner.web import gap_map
from planner.web.pages import offered, registry
from tests.web.pages import arrived
from tests.web.server import PATIENCE_S

APP = Path(__file__).parent.parent.parent / "app.py"
PAGES = registry(APP.parent / "static")


def names(app: AppTest) -> list[str]:
    return [link.proto.label for link in app.get("page_link")]


def visit(**query: str) -> AppTest:
    return arrived(AppTest.from_file(APP, default_timeout=PATIENCE_S), query)


def test_keys_and_addresses_are_their_own() -> None:
    assert len({page.key for page in PAGES}) == len(PAGES)
    assert len({page.url_path for page in PAGES}) == len(PAGES)
    assert all(page.url_path.replace("-", "").isalpha() and page.url_path.islower() for page in PAGES)


def test_every_page_has_name_and_title_in_both_languages() -> None:
    for page in PAGES:
        for key in (page.title, f"web.page.{page.key}"):
            assert t(key, "id") != t(key, "en")


def test_the_entry_opens_the_map_in_the_language_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(gap_map, "render", opened.append)
    assert names(visit())[0] == "Peta"
    assert names(visit(lang="en"))[0] == "Map"
    assert opened == [APP.parent / "static"] * 2


def test_every_page_is_linked_once(layer: gpd.GeoDataFrame, layer_file, monkeypatch: pytest.MonkeyPatch) -> None:
    layer_file(layer)
    monkeypatch.setattr(gap_map, "render", lambda static: None)
    assert names(visit()) == [t(f"web.page.{page.key}", "id") for page in offered(PAGES, LAPTOP)[0]]


def test_a_link_brings_the_choices_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gap_map, "render", lambda static: None)
    app = visit(lang="en", provinsi="18", other="x")
    assert {link.proto.query_string for link in app.get("page_link")} == {"lang=en&provinsi=18"}
