"""The map in a browser: first drawn, recoloured, clicked, pointed at; folium.GeoJson beside it.

Run from the project's root: ``python -m tests.bench.bench_map [FOLDER]``; with a folder the layers are kept there for
the next time. A real server and a headless Chromium without GPU on this machine, which reaches no other host. The
server is warm (one visit before), each visit has a browser context of its own with nothing in its cache, screen
1440 x 900.

- *first drawn*: from the start of the navigation until a fiftieth of the map's canvas is painted, looked at every 15 ms
  in the page (villages are painted in one go; recording frames would cost 0.4 s of these two cores).
- *first drawn, frames*: the same for plain folium, in frames of the compositor (CDP ``Page.startScreencast``).
- *recoloured*: from just before the key or click to the last changed pixel of the map in such frames. No choice is
  made twice, so that no cache of the pages answers.
- *over the wire*: WebSocket messages of that choice, both ways, packed as the server packs them (deflate), and before.
- *frames like neither*: frames on the way in which more than 10 % of the map's pixels have neither the colour before
  nor the one after: a flash, a dimmed map. One is a map half drawn.
- *card*: from just before the click to the first frame of the page after the card names the village.
- *name beside the pointer*: from the event in the browser to the frame after the name is shown.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as BrowserTimeout
from pyarrow import parquet

from geodata import schema
from geodata.layer import load
from geodata.measures import equal_area_km2
from geodata.paths import Paths
from tests.bench.browsing import Box, Screen, Wire, first_drawn, flashes, settle
from tests.bench.data_folders import country, five_provinces, layers
from tests.bench.figures import Figure, Peer, give, leave_out
from tests.web.server import CHROMIUM, LAPTOP, ROOT, SETTINGS, serving

MAP = "peta"
WEIGHTS = "bobot"  # the page with sliders; measured as soon as it is in the navigation
CHOICES = (
    *(("Sektor pekerjaan", name) for name in (
        "Perkebunan", "Tanaman pangan", "Peternakan", "Perikanan", "Industri rumahan", "Perdagangan dan jasa",
        "Lainnya")),
    ("Warna peta menurut", "Cakupan (%)"),
    ("Warna peta menurut", "Skor prioritas"),
    ("Warna peta menurut", "Pekerja belum terlindungi"),
)  # fmt: skip
SLIDER = "input[type=range]"
MOVES = 10
VISITS = 5
FIRST_S = 900  # a cold server prepares the outlines first
PLAIN_QUIET_S = 15  # a browser that unpacks 39 MB shows nothing new for a while, and is not done
NOT_IN_BROWSER = "its page is too large for that; bench_map_files tells how large"
PLAIN = ROOT / "tests" / "bench" / "plain_folium.py"

COUNT_FRAMES = """() => { window.framesMade = 0;
  new MutationObserver(all => all.forEach(one => one.addedNodes.forEach(node => {
    if (node.tagName === "IFRAME" || node.querySelector?.("iframe")) window.framesMade++;
  }))).observe(document.body, {childList: true, subtree: true}); }"""
WATCH_CARD = """name => { window.shown = null;
  const look = () => [...document.querySelectorAll(".card h2")].some(h => h.innerText === name);
  const watch = new MutationObserver(() => { if (look()) { watch.disconnect(); requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => { window.shown = (performance.timeOrigin + performance.now()) / 1e3; };
    after.port2.postMessage(0); }); } });
  watch.observe(document.body, {childList: true, subtree: true, characterData: true}); }"""
WATCH_NAMES = """() => { window.waits = []; let since = null;
  addEventListener("mousemove", event => { since ??= event.timeStamp; }, true);
  new MutationObserver(() => { if (since === null) return; const from = since; since = null;
    requestAnimationFrame(() => { const after = new MessageChannel();
      after.port1.onmessage = () => waits.push(performance.now() - from); after.port2.postMessage(0); });
  }).observe(document.querySelector(".leaflet-tooltip-pane"), {childList: true, subtree: true, attributes: true}); }"""
WATCH_CANVAS = """(() => { if (window === window.top) return;
  const look = () => { const canvas = document.querySelector("canvas.village-canvas");
    if (canvas && canvas.width) {
      const seen = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      let inked = 0;
      for (let i = 3; i < seen.length; i += 400) inked += seen[i] > 0;
      if (inked > seen.length / 400 / 50) { window.top.painted = performance.timeOrigin + performance.now(); return; }
    }
    setTimeout(look, 15); };
  look(); })()"""
PLACE = """([lat, lng]) => { const p = window.map.latLngToContainerPoint([lat, lng]); return [p.x, p.y]; }"""


@dataclass
class Visit:
    """An open page whose map is drawn."""

    page: Page
    screen: Screen
    wire: Wire
    box: Box
    drawn_s: float
    quiet_s: float

    @property
    def frame(self):
        return self.page.query_selector("iframe").content_frame()


@dataclass(frozen=True)
class Move:
    """What one choice did."""

    seconds: float
    kilobytes: float
    packed_kilobytes: float
    map_kilobytes: float
    run_s: float
    like_neither: int


@dataclass(frozen=True)
class Plain:
    """What plain folium did."""

    drawn_s: float
    move: Move

    @property
    def also(self) -> dict[str, float]:
        return {
            "s of it until the run ended": self.move.run_s,
            "kB over the wire": self.move.packed_kilobytes,
            "frames like neither": self.move.like_neither,
        }


@contextmanager
def visiting(browser, address: str, *, quiet_s: float = 1.0) -> Iterator[Visit]:
    context = browser.new_context(**LAPTOP)
    try:
        page = context.new_page()
        screen, wire = Screen(page), Wire()
        screen.cdp.send("Network.enable")
        wire.listen(screen.cdp)
        screen.record()
        page.goto(address, wait_until="commit")
        page.locator("iframe").wait_for(timeout=FIRST_S * 1e3)
        outlines = page.frame_locator("iframe").locator(".leaflet-pane canvas, .leaflet-pane path")
        outlines.first.wait_for(timeout=FIRST_S * 1e3)
        box = Box(**page.locator("iframe").bounding_box())
        pictures = settle(screen, wire, box, quiet_s=quiet_s)
        started = page.evaluate("performance.timeOrigin") / 1e3
        screen.stop()
        yield Visit(page, screen, wire, box, first_drawn(pictures) - started, quiet_s)
    finally:
        context.close()


def painted_after(browser, address: str) -> float:
    """Return the seconds from the start of a navigation until the villages are painted."""
    context = browser.new_context(**LAPTOP)
    page = context.new_page()
    page.add_init_script(WATCH_CANVAS)
    page.goto(address, wait_until="commit")
    page.wait_for_function("window.painted", timeout=FIRST_S * 1e3, polling=50)
    seconds = page.evaluate("window.painted - performance.timeOrigin") / 1e3
    context.close()
    return float(seconds)


def moved(visit: Visit, act, *, without: tuple[float, float] = (0, 0)) -> Move | None:
    """Do something that recolours the map; None if no pixel of it changed."""
    wire = visit.wire
    wire.forget()
    visit.screen.record()
    visit.page.wait_for_timeout(300)
    started = time.time()
    act()
    pictures = settle(visit.screen, wire, replace(visit.box, without=without), quiet_s=visit.quiet_s)
    visit.screen.stop()
    pictures = pictures[:1] + [shot for shot in pictures[1:] if shot[0] > started]
    if len(pictures) < 2 or not wire.finished:
        return None
    run_s = wire.finished[-1] - wire.reruns[0]
    return Move(
        pictures[-1][0] - started, wire.size / 1e3, wire.packed / 1e3, wire.map_size / 1e3, run_s, flashes(pictures)
    )


def choose(visit: Visit, label: str, option: str) -> Move | None:
    """Open a list of choices, then measure from the click on one of them."""
    choice = visit.page.get_by_role("combobox", name=label)
    choice.click()
    offered = visit.page.get_by_role("option", name=option, exact=True)
    offered.wait_for()
    visit.page.wait_for_timeout(400)
    listed = offered.bounding_box()
    column = (listed["x"] - 20, listed["x"] + listed["width"] + 20)
    return moved(visit, offered.click, without=column)


def slide(visit: Visit, nth: int) -> Move | None:
    """Take a slider to its end, and when all have been moved back to its start."""
    sliders = visit.page.locator(SLIDER)
    turn, which = divmod(nth, sliders.count())
    slider = sliders.nth(which)
    slider.focus()
    visit.page.wait_for_timeout(300)
    visit.box = Box(**visit.page.locator("iframe").bounding_box())
    return moved(visit, lambda: slider.press("Home" if turn % 2 else "End"))


def give_moves(visit: Visit, what: str, villages: int, moves: list[Move | None], against: Peer | None = None) -> None:
    seen = [move for move in moves if move]
    also = {
        "s of it until the run ended": median(move.run_s for move in seen),
        "kB over the wire": median(move.packed_kilobytes for move in seen),
        "frames like neither": sum(move.like_neither for move in seen),
        "maps made anew": visit.page.evaluate("window.framesMade"),
    }
    wall_s = median(move.seconds for move in seen)
    note = f"median of {len(seen)}, worst {max(move.seconds for move in seen):.2g} s"
    give(
        Figure(f"map: {what} recolours it, to the last pixel", villages, wall_s, also=also, against=against, note=note)
    )


def rows(data: Path) -> int:
    return parquet.read_metadata(Paths.of(data).villages).num_rows


def places(data: Path) -> list[tuple[str, float, float]]:
    """Name and a point inside of some of the largest villages: on a map of the country others are dots."""
    frame = load(Paths.of(data).villages).frame
    frame = frame[frame[schema.ELIGIBLE].notna() & ~frame.geometry.is_empty]
    size = equal_area_km2(frame.geometry.to_numpy())
    chosen = frame.iloc[np.argsort(size)[-3 * MOVES :]].sort_values(schema.VILLAGE_CODE).iloc[::3]
    points = chosen.geometry.representative_point()
    names = chosen[schema.VILLAGE_NAME].str.split().str.join(" ")
    return list(zip(names, points.y, points.x, strict=True))


def at(visit: Visit, latitude: float, longitude: float) -> tuple[float, float]:
    x, y = visit.frame.evaluate(PLACE, [latitude, longitude])
    return visit.box.x + x, visit.box.y + y


def point_and_click(visit: Visit, villages: list[tuple[str, float, float]], number: int) -> None:
    """Names, pan and zoom, then cards; each village once."""
    page, wire = visit.page, visit.wire
    page.locator("iframe").scroll_into_view_if_needed()  # what lies below the window cannot be clicked
    visit.box = Box(**page.locator("iframe").bounding_box())
    wire.forget()
    visit.frame.evaluate(WATCH_NAMES)
    for _, latitude, longitude in villages:
        page.mouse.move(*at(visit, latitude, longitude))
        page.wait_for_timeout(250)
    named = visit.frame.evaluate("window.waits")
    give(Figure("map: name beside the pointer", number, median(named) / 1e3))
    x, y = visit.box.x + visit.box.width / 2, visit.box.y + visit.box.height / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 40, steps=10)
    page.mouse.up()
    for step in (-300, -300, 300, 300):
        page.mouse.wheel(0, step)
        page.wait_for_timeout(400)
    page.wait_for_timeout(1500)
    runs = len(wire.reruns)
    waits = []
    for name, latitude, longitude in villages:
        x, y = at(visit, latitude, longitude)
        left, top = x - visit.box.x, y - visit.box.y
        if not 60 < left < visit.box.width - 60 or not 10 < top < visit.box.height - 30:  # out of view, or a button
            continue
        page.evaluate(WATCH_CARD, name)
        started = time.time()
        page.mouse.click(x, y)
        try:
            page.wait_for_function("window.shown", timeout=30_000)
        except BrowserTimeout:
            print(f"  no card within 30 s for {name!r}: {page.locator('.card h2').all_inner_texts()}", flush=True)
            continue
        waits.append(page.evaluate("window.shown") - started)
        page.wait_for_timeout(800)
    also = {"runs of the page on pan, zoom, pointing": runs}
    give(Figure("map: click to the card of the village", number, median(waits), also=also))


def own_map(browser, home: Path, data: Path, plain: Plain | None) -> None:
    villages, number = places(data), rows(data)
    with serving(home, ROOT / "app.py", data_dir=data) as address:
        with visiting(browser, address + MAP) as visit:
            print(f"first visit of a cold server: {visit.drawn_s:.1f} s", flush=True)
        drawn = [painted_after(browser, address + MAP) for _ in range(VISITS)]
        peer = Peer("plain folium.GeoJson", plain.drawn_s) if plain else None
        give(Figure("map: first drawn, warm server, cold browser", number, median(drawn), against=peer))
        with visiting(browser, address + MAP) as visit:
            visit.page.evaluate(COUNT_FRAMES)
            give_moves(visit, "a choice", number, [choose(visit, *choice) for choice in CHOICES])
        with visiting(browser, address + MAP) as visit:
            point_and_click(visit, villages, number)
        with visiting(browser, address + WEIGHTS, quiet_s=1.5) as visit:
            pass
        with visiting(browser, address + WEIGHTS) as visit:
            visit.page.evaluate(COUNT_FRAMES)
            peer = Peer("plain folium.GeoJson", plain.move.seconds, also=plain.also) if plain else None
            give_moves(visit, "a weight", number, [slide(visit, nth) for nth in range(MOVES)], peer)


def plain_folium(browser, home: Path, data: Path) -> Plain:
    """The same villages as folium shows them without more; one visit, for it takes its time."""
    with serving(home, PLAIN, data_dir=data) as address:
        with visiting(browser, address, quiet_s=PLAIN_QUIET_S) as visit:
            pass
        with visiting(browser, address, quiet_s=PLAIN_QUIET_S) as visit:
            visit.page.evaluate(COUNT_FRAMES)
            move = slide(visit, 0)
            if move is None:
                raise RuntimeError("plain folium was not recoloured")
            return Plain(visit.drawn_s, move)


def measure(folder: Path, homes: Path) -> None:
    for name in ("app-five", "app-country", "plain"):
        (homes / name).mkdir()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SETTINGS))
        plain = plain_folium(browser, homes / "plain", five_provinces(folder))
        own_map(browser, homes / "app-five", five_provinces(folder), plain)
        own_map(browser, homes / "app-country", country(folder), None)
        leave_out("plain folium.GeoJson with the country in a browser", NOT_IN_BROWSER)
        browser.close()


def main() -> None:
    if CHROMIUM is None:
        leave_out("the map in a browser", "install the package chromium")
        return
    with layers() as kept, TemporaryDirectory() as homes:
        measure(kept, Path(homes))


if __name__ == "__main__":
    main()
