"""The page in a real Chromium that can reach no other host: what AppTest cannot see."""

import time
from collections.abc import Iterator

import pytest

from geodata import schema
from tests.web.conftest import HOSTILE, LARGE
from tests.web.server import LAPTOP, PHONE

pytestmark = pytest.mark.browser

# Pixels of the villages' canvas that are painted, and those in the colour of the selection.
PAINTED = """canvas => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = {painted: 0, selected: 0, colours: new Set()};
  for (let i = 0; i < data.length; i += 4) {
    if (!data[i + 3]) continue;
    seen.painted++;
    if (data[i] === 0xd6 && data[i + 1] === 0 && data[i + 2] === 0x6c) seen.selected++;
    seen.colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  }
  return {share: seen.painted / data.length * 4, selected: seen.selected, colours: seen.colours.size};
}"""


class Visit:
    """One visitor: an open page and all that it asked for and complained about."""

    def __init__(self, browser, address: str, screen: dict, on_request=lambda request: None) -> None:
        self.context = browser.new_context(**screen)
        self.page = self.context.new_page()
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        self.page.on("request", on_request)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.goto(address)
        self.canvas = self.page.frame_locator("iframe").locator("canvas.village-canvas")
        self.wait_for(lambda seen: seen["share"] > 0.05)

    def wait_for(self, condition, timeout_s: float = 20) -> dict:
        """Wait until the canvas is as wanted; return what is on it."""
        until = time.monotonic() + timeout_s
        while True:
            seen = self.canvas.evaluate(PAINTED, timeout=timeout_s * 1000)
            if condition(seen) or time.monotonic() > until:
                assert condition(seen), seen
                return seen
            self.page.wait_for_timeout(100)

    def place(self, row: int) -> tuple[float, float]:
        """Where the middle of a village is on the screen."""
        outline = LARGE.geometry.iloc[row].centroid
        frame = self.page.locator("iframe").bounding_box()
        inner = self.page.frames[-1].evaluate(
            "([lat, lng]) => { const p = window.map.latLngToContainerPoint([lat, lng]); return [p.x, p.y]; }",
            [outline.y, outline.x],
        )
        return frame["x"] + inner[0], frame["y"] + inner[1]

    def card(self) -> str:
        heading = self.page.locator(".card h2")
        heading.wait_for()
        return heading.inner_text()


@pytest.fixture(params=[LAPTOP, PHONE], ids=["laptop", "phone"])
def visit(request, chromium, address: str) -> Iterator[Visit]:
    opened = Visit(chromium, address, request.param)
    yield opened
    opened.context.close()


@pytest.fixture
def laptop(chromium, address: str) -> Iterator[Visit]:
    opened = Visit(chromium, address, LAPTOP)
    yield opened
    opened.context.close()


def test_the_map_is_drawn_without_the_internet_and_fits_the_screen(visit: Visit, address: str) -> None:
    seen = visit.wait_for(lambda seen: seen["colours"] >= 5)
    assert seen["share"] > 0.1
    assert visit.hosts == {address.split("/")[2]}
    assert visit.complaints == []
    width = visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    assert visit.page.evaluate("document.documentElement.lang") == "id"
    map_top = visit.page.locator("iframe").bounding_box()["y"]
    assert map_top < visit.page.locator("[data-testid=stDataFrame]").bounding_box()["y"] or width > 1000


def test_a_click_on_a_village_opens_its_card_whatever_its_name(laptop: Visit) -> None:
    for row in (215, *range(len(HOSTILE))):
        laptop.page.mouse.click(*laptop.place(row))
        name = " ".join(LARGE[schema.VILLAGE_NAME].iloc[row].split())
        laptop.page.locator(".card h2").filter(has_text=name).wait_for(timeout=10_000)
        assert f"desa={LARGE[schema.VILLAGE_CODE].iloc[row]}" in laptop.page.url
    assert laptop.wait_for(lambda seen: seen["selected"] > 10)
    assert laptop.page.title() != "owned"
    assert laptop.complaints == []


def test_a_tap_names_the_village(chromium, address: str) -> None:
    phone = Visit(chromium, address, PHONE)
    phone.page.touchscreen.tap(*phone.place(215))
    assert (
        phone.page.frame_locator("iframe")
        .locator(".leaflet-tooltip")
        .inner_text()
        .startswith("Desa 215 · Kecamatan {{7*7}}")
    )
    assert phone.card() == "Desa 215"
    phone.context.close()


def test_hostile_names_are_only_text_in_the_tooltip(laptop: Visit) -> None:
    tooltip = laptop.page.frame_locator("iframe").locator(".leaflet-tooltip")
    for row, name in enumerate(HOSTILE):
        laptop.page.mouse.move(*laptop.place(row))
        laptop.page.wait_for_timeout(200)
        assert tooltip.inner_text().startswith(" ".join(name.split()))
    assert laptop.page.title() != "owned"
    assert laptop.page.frames[-1].title() != "owned"
    assert laptop.complaints == []


def test_a_row_of_the_list_is_highlighted_and_flown_to(laptop: Visit) -> None:
    zoom = "window.map.getZoom()"
    before = laptop.page.frames[-1].evaluate(zoom)
    table = laptop.page.locator("[data-testid=stDataFrame]").bounding_box()
    laptop.page.mouse.click(table["x"] + 18, table["y"] + 35 * 2.5)
    second = LARGE.sort_values(schema.ELIGIBLE).iloc[-2]
    assert laptop.card() == second[schema.VILLAGE_NAME]
    laptop.wait_for(lambda seen: seen["selected"] > 300)
    assert laptop.page.frames[-1].evaluate(zoom) > before + 1
    outline = second.geometry.centroid
    inside = "([lat, lng]) => window.map.getBounds().contains([lat, lng])"
    assert laptop.page.frames[-1].evaluate(inside, [outline.y, outline.x])


def test_five_choices_keep_the_one_map(laptop: Visit) -> None:
    laptop.page.evaluate(
        """() => { window.frames_made = 1;
        new MutationObserver(all => all.forEach(one => one.addedNodes.forEach(node => {
          if (node.tagName === "IFRAME" || node.querySelector?.("iframe")) window.frames_made++;
        }))).observe(document.body, {childList: true, subtree: true}); }"""
    )
    for label, option in (
        ("Provinsi", "Lampung"),
        ("Kabupaten/kota", "Kabupaten 18.01"),
        ("Sektor pekerjaan", "Perikanan"),
        ("Warna peta menurut", "Cakupan (%)"),
        ("Provinsi", "Semua"),
    ):
        before = laptop.canvas.evaluate("canvas => canvas.toDataURL()")
        laptop.page.get_by_role("combobox", name=label).click()
        laptop.page.get_by_role("option", name=option, exact=True).click()
        for _ in range(80):
            if laptop.canvas.evaluate("canvas => canvas.toDataURL()") != before:
                break
            laptop.page.wait_for_timeout(100)
        else:
            pytest.fail(f"the map did not change after {option}")
    assert laptop.page.evaluate("window.frames_made") == 1
    assert laptop.complaints == []


def test_panning_and_zooming_never_rerun_the_page(laptop: Visit) -> None:
    frames: list = []

    def record(frame: object) -> None:
        frames.append(frame)

    laptop.page.on("websocket", lambda socket: socket.on("framesent", record))
    laptop.page.reload()
    laptop.wait_for(lambda seen: seen["share"] > 0.05)
    laptop.page.wait_for_timeout(1500)
    sent = len(frames)
    x, y = laptop.place(215)
    laptop.page.mouse.move(x, y)
    laptop.page.mouse.down()
    laptop.page.mouse.move(x + 90, y + 40, steps=5)
    laptop.page.mouse.up()
    laptop.page.mouse.wheel(0, -300)
    laptop.page.wait_for_timeout(1500)
    assert sent > 0
    assert len(frames) == sent


def test_the_english_page_is_one_click_away_and_in_the_address(laptop: Visit) -> None:
    laptop.page.get_by_text("English", exact=True).click()
    laptop.page.get_by_role("heading", name="Map of workers not yet covered").wait_for()
    assert "lang=en" in laptop.page.url
    laptop.page.reload()
    laptop.page.get_by_role("heading", name="Map of workers not yet covered").wait_for()
