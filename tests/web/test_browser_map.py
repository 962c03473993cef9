"""The map component alone in a real Chromium: signs, places, lines that come when they are needed, keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from geodata import schema
from geodata.layer import make_layer
from planner.web.symbols import MARKS, PLACES
from tests.web.conftest import HOSTILE, LARGE, RECORDS
from tests.web.map_entry import MARKED
from tests.web.map_visit import MapVisit
from tests.web.server import LAPTOP, PHONE, served

pytestmark = pytest.mark.browser

ENTRY = Path(__file__).with_name("map_entry.py")

# Whether a colour, given as #rrggbb, is painted on the canvas within some pixels of a village's middle.
SEEN = """([code, colour, reach]) => {
  const {map, shapes, signs} = window.villageMap, canvas = signs._container;
  const ratio = canvas.width / signs._bounds.getSize().x;
  const middle = shapes.middle(shapes.index.get(code)), scale = 256 * 2 ** map.getZoom() / 2 ** 24;
  const at = L.point(middle.x, middle.y).multiplyBy(scale).subtract(map.getPixelOrigin()).subtract(signs._bounds.min);
  const box = [at.x - reach, at.y - reach, 2 * reach, 2 * reach].map(part => Math.round(part * ratio));
  const {data} = canvas.getContext("2d").getImageData(...box);
  const wanted = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 255 && wanted.every((part, k) => Math.abs(data[i + k] - part) < 6)) return true;
  }
  return false;
}"""


def two_districts_in_each_regency() -> gpd.GeoDataFrame:
    district = [f"{regency}.{1 + i // 75 % 2:02}" for i, regency in enumerate(LARGE[schema.REGENCY_CODE])]
    codes = [f"{code}.{2001 + i}" for i, code in enumerate(district)]
    return LARGE.assign(**{schema.DISTRICT_CODE: district, schema.VILLAGE_CODE: codes})


VILLAGES = two_districts_in_each_regency()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("map")
    beside = VILLAGES.iloc[100 : 100 + len(HOSTILE)]
    points = {axis: beside[axis] for axis in (schema.LONGITUDE, schema.LATITUDE)}
    hostile = pd.DataFrame({"kind": "mill", "name": HOSTILE, **points})
    others = pd.DataFrame({"kind": list(PLACES)[1:], "name": "x", "longitude": 104.0, "latitude": -3.0})
    pd.concat([hostile, others]).to_csv(folder / "places.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def map_address(home: Path) -> Iterator[str]:
    with served(home, make_layer(VILLAGES, RECORDS, {"built": "2026-11-22"}), ENTRY) as where:
        yield where


class ComponentVisit(MapVisit):
    """A visit that also knows which files were fetched."""

    @property
    def fetched(self) -> list[str]:
        return [url.rsplit("/", 1)[1].split("-")[0] for url in self.requests]

    @property
    def map(self):
        return self.page.frames[-1]

    @property
    def tooltip(self):
        return self.page.frame_locator("iframe").locator(".leaflet-tooltip")

    def switch_on(self, kind: str) -> None:
        self.page.get_by_text(kind, exact=True).click()
        self.map.wait_for_function("kind => window.villageMap.switchedOn().get(kind)?.length", arg=kind)

    def clicked(self, code: str) -> None:
        self.page.get_by_text(f"clicked {code}", exact=True).wait_for()


@pytest.fixture(scope="module")
def laptop(chromium, map_address: str) -> Iterator[ComponentVisit]:
    with ComponentVisit(chromium, map_address, LAPTOP) as visit:
        yield visit


@pytest.fixture(autouse=True)
def nothing_to_complain_about(laptop: ComponentVisit) -> Iterator[None]:
    yield
    laptop.clean()


def marked(visit: ComponentVisit) -> dict[str, bool]:
    """Whether the symbol of each kind stands where the entry puts it."""
    codes = {kind: VILLAGES[schema.VILLAGE_CODE].iloc[row] for kind, row in MARKED.items()}
    return {kind: visit.map.evaluate(SEEN, [code, MARKS[kind].colour, 6]) for kind, code in codes.items()}


def test_marks_are_seen_at_every_zoom(laptop: ComponentVisit) -> None:
    laptop.enter("marks", "")
    laptop.map.wait_for_function("window.villageMap.marks.size === 0")
    assert not any(marked(laptop).values())
    laptop.enter("marks", " ".join(MARKS))
    laptop.map.wait_for_function("count => window.villageMap.marks.size === count", arg=len(MARKS))
    for zoom in (4, 6, 7.5):
        laptop.map.evaluate("zoom => window.map.setView([-3, 104.5], zoom, {animate: false})", zoom)
        assert all(marked(laptop).values()), (zoom, marked(laptop))


def test_a_place_is_named_as_text_and_lets_clicks_through(laptop: ComponentVisit) -> None:
    laptop.switch_on("mill")
    laptop.map.evaluate("window.map.setView([-3.8, 104], 9, {animate: false})")
    for i, name in enumerate(HOSTILE):
        laptop.page.mouse.move(*laptop.place(100 + i))
        first, second = laptop.tooltip.locator("div div").nth(0), laptop.tooltip.locator("div div").nth(1)
        expect(first).to_have_text("Pabrik kelapa sawit: " + " ".join(name.split()))
        expect(second).to_have_text(re.compile(f"^Desa {100 + i} · "))
    laptop.page.mouse.click(*laptop.place(103))
    laptop.clicked(VILLAGES[schema.VILLAGE_CODE].iloc[103])
    assert "owned" not in (laptop.page.title(), laptop.map.title())


def test_places_and_districts_are_fetched_when_they_are_needed_and_once(chromium, map_address: str) -> None:
    visit = ComponentVisit(chromium, map_address, LAPTOP)
    visit.map.evaluate("window.map.setView([-3.8, 104], 9.25, {animate: false})")
    visit.page.wait_for_timeout(300)
    assert {"places", "districts"}.isdisjoint(visit.fetched)
    without = visit.painted()
    visit.map.evaluate("window.map.setZoom(9.5, {animate: false})")
    visit.map.wait_for_function("window.villageMap.canvas._districts?.size === 4")
    visit.map.evaluate("window.map.setView([-3.8, 104], 9.25, {animate: false})")
    assert visit.painted() == without
    visit.switch_on("mill")
    visit.switch_on("port")
    assert [visit.fetched.count(name) for name in ("places", "districts")] == [1, 1]
    visit.close()


def test_the_region_in_view_is_framed(laptop: ComponentVisit) -> None:
    for region in ("18", "16.02", ""):
        laptop.enter("region", region)
        laptop.map.wait_for_function("region => window.villageMap.borders.region === region", arg=region)
        framed = laptop.map.evaluate("window.villageMap.borders.framed.map(line => line.getBounds().toBBoxString())")
        land = VILLAGES[VILLAGES[schema.VILLAGE_CODE].str.startswith(region)] if region else None
        assert len(framed) == (2 if region else 0)
        for box in framed:
            np.testing.assert_allclose([float(part) for part in box.split(",")], land.total_bounds, atol=1e-3)


def test_the_keyboard_chooses_the_village_under_the_cross(laptop: ComponentVisit) -> None:
    cross = laptop.page.frame_locator("iframe").locator(".village-cross")
    laptop.page.get_by_label("marks").click()
    assert not cross.is_visible()
    for _ in range(9):  # over the widgets above the map
        laptop.page.keyboard.press("Tab")
        if cross.is_visible():
            break
    assert cross.is_visible()
    laptop.page.keyboard.press("ArrowUp")
    named = str(laptop.still(laptop.tooltip.inner_text))
    laptop.page.keyboard.press("Enter")
    code = laptop.map.evaluate("window.villageMap.selected")
    laptop.clicked(code)
    name = VILLAGES.set_index(schema.VILLAGE_CODE)[schema.VILLAGE_NAME][code]
    assert name in named


def test_all_of_it_is_one_map_and_moving_it_reruns_nothing(laptop: ComponentVisit) -> None:
    frames = laptop.frames_sent()
    laptop.still(lambda: len(frames))
    laptop.map.evaluate("window.first = true")
    laptop.enter("marks", "chosen never")
    laptop.switch_on("declared")
    laptop.enter("region", "16")
    laptop.map.wait_for_function("window.villageMap.borders.region === '16'")
    sent = laptop.still(lambda: len(frames), calm_s=1)
    x, y = laptop.place(215)
    laptop.page.mouse.move(x, y)
    laptop.page.mouse.wheel(0, -900)
    laptop.page.wait_for_timeout(800)
    laptop.drag(x, y)
    laptop.page.wait_for_timeout(1200)
    assert sent > 0
    assert len(frames) == sent
    assert laptop.map.evaluate("window.first")


def test_a_phone_shows_signs_and_legend_within_its_width(chromium, map_address: str) -> None:
    phone = ComponentVisit(chromium, map_address, PHONE)
    phone.enter("marks", " ".join(MARKS))
    phone.switch_on("office")
    phone.page.locator(".legend .symbol").nth(len(MARKS)).wait_for()
    sizes = phone.page.locator(".legend .symbol").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert sizes == [18] * (len(MARKS) + 1)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.complaints == []
    phone.close()


def test_the_public_folder_holds_outlines_names_and_places_only(laptop: ComponentVisit, home: Path) -> None:
    kinds = {path.name.rsplit("-", 1)[0] for path in (home / "static").iterdir() if path.name.endswith(".gz")}
    assert kinds == {"villages", "names", "borders", "districts", "places"}
