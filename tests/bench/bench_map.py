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

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as BrowserTimeout

from geodata import schema
from geodata.layer import load
from geodata.measures import equal_area_km2
from geodata.paths import Paths
from planner.web.pages import registry
from tests.bench.browsing import Box, Screen, Wire, first_drawn, flashes, settle
from tests.bench.data_folders import country, five_provinces
from tests.bench.limits import exactly, heading, line
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


def report_moves(visit: Visit, what: str, moves: list[Move | None], *, seconds: float | None, kilobytes: float | None):
    seen = [move for move in moves if move]
    line(f"{what}: recoloured", [move.seconds for move in seen], "s", below=seconds)
    line("  of it asking for the run until its end", [move.run_s for move in seen], "s")
    line("  over the wire, the whole page", [move.packed_kilobytes for move in seen], "kB", below=kilobytes)
    line("  the same before packing", [move.kilobytes for move in seen], "kB")
    line("  of that for the map", [move.map_kilobytes for move in seen], "kB", below=kilobytes)
    exactly("  frames like neither, all moves", sum(move.like_neither for move in seen), wanted=0)
    exactly("  maps made anew, all moves", visit.page.evaluate("window.framesMade"), wanted=0)
    if len(seen) < len(moves):
        print(f"  {len(moves) - len(seen)} of {len(moves)} choices changed no pixel and are not counted")


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


def point_and_click(visit: Visit, villages: list[tuple[str, float, float]], *, limits: bool) -> None:
    """Names, pan and zoom, then cards; each village once."""
    page, wire = visit.page, visit.wire
    page.locator("iframe").scroll_into_view_if_needed()  # what lies below the window cannot be clicked
    visit.box = Box(**page.locator("iframe").bounding_box())
    wire.forget()
    visit.frame.evaluate(WATCH_NAMES)
    for _, latitude, longitude in villages:
        page.mouse.move(*at(visit, latitude, longitude))
        page.wait_for_timeout(250)
    line("name beside the pointer", visit.frame.evaluate("window.waits"), "ms", below=50 if limits else None)
    x, y = visit.box.x + visit.box.width / 2, visit.box.y + visit.box.height / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 40, steps=10)
    page.mouse.up()
    for step in (-300, -300, 300, 300):
        page.mouse.wheel(0, step)
        page.wait_for_timeout(400)
    page.wait_for_timeout(1500)
    exactly("runs of the script on pan, zoom, pointing", len(wire.reruns), wanted=0)
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
    line("click to the card of the village", waits, "s", below=0.8 if limits else None)


def own_map(browser, home: Path, data: Path, *, drawn_s: float, recolour_s: float, kilobytes: float) -> None:
    villages = places(data)
    five = drawn_s < 3
    with serving(home, ROOT / "app.py", data_dir=data) as address:
        with visiting(browser, address + MAP) as visit:
            print(f"first visit of a cold server: {visit.drawn_s:.1f} s", flush=True)
        heading(f"{data.name}: page {MAP}, load of the machine {os.getloadavg()[0]:.1f}")
        line("first drawn", [painted_after(browser, address + MAP) for _ in range(VISITS)], "s", below=drawn_s)
        with visiting(browser, address + MAP) as visit:
            visit.page.evaluate(COUNT_FRAMES)
            moves = [choose(visit, *choice) for choice in CHOICES]
            report_moves(visit, "a choice", moves, seconds=recolour_s, kilobytes=None)  # the list comes anew with it
        with visiting(browser, address + MAP) as visit:
            point_and_click(visit, villages, limits=five)
        if WEIGHTS not in {entry.url_path for entry in registry(home)}:
            print(f"a weight: {WEIGHTS} is not in the navigation, so no slider was moved")
            return
        with visiting(browser, address + WEIGHTS, quiet_s=1.5) as visit:
            pass
        with visiting(browser, address + WEIGHTS) as visit:
            visit.page.evaluate(COUNT_FRAMES)
            moves = [slide(visit, nth) for nth in range(MOVES)]
            report_moves(visit, "a weight", moves, seconds=recolour_s, kilobytes=kilobytes)


def plain_folium(browser, home: Path, data: Path) -> None:
    """The same villages as folium shows them without more; two visits, for one takes its time."""
    with serving(home, PLAIN, data_dir=data) as address:
        drawn, moves = [], []
        with visiting(browser, address, quiet_s=PLAIN_QUIET_S) as visit:
            pass
        heading(f"{data.name}: plain folium.GeoJson, load of the machine {os.getloadavg()[0]:.1f}")
        for _ in range(2):
            with visiting(browser, address, quiet_s=PLAIN_QUIET_S) as visit:
                drawn.append(visit.drawn_s)
                visit.page.evaluate(COUNT_FRAMES)
                moves.append(slide(visit, len(moves) * 2))
        line("first drawn", drawn, "s")
        seen = [move for move in moves if move]
        line("a weight: recoloured", [move.seconds for move in seen], "s")
        line("  of it asking for the run until its end", [move.run_s for move in seen], "s")
        line("  over the wire", [move.kilobytes / 1e3 for move in seen], "MB")
        print(f"{'  frames like neither, all moves':44} {sum(move.like_neither for move in seen):>9}")


def measure(folder: Path, homes: Path) -> None:
    data = {"five": five_provinces(folder), "country": country(folder)}
    for name in ("app-five", "app-country", "plain"):
        (homes / name).mkdir()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SETTINGS))
        own_map(browser, homes / "app-five", data["five"], drawn_s=2.5, recolour_s=0.4, kilobytes=15)
        own_map(browser, homes / "app-country", data["country"], drawn_s=3.5, recolour_s=0.6, kilobytes=95)
        plain_folium(browser, homes / "plain", data["five"])
        browser.close()


def main() -> None:
    if CHROMIUM is None:
        sys.exit("No Chromium on this machine: install the package chromium to measure the map.")
    with TemporaryDirectory() as made, TemporaryDirectory() as homes:
        measure(Path(sys.argv[1]) if sys.argv[1:] else Path(made), Path(homes))


if __name__ == "__main__":
    main()
