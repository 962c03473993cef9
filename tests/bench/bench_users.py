"""Ten visitors at once, clicking filters, lists and villages of the map's page: errors and waiting times.

Run from the project's root: ``python -m tests.bench.bench_users [FOLDER]``; with a folder the layer is kept there for
the next time. Five provinces, one server, three rounds:

- *ten clients*: WebSocket connections that send what a browser sent when each kind of action was recorded in it, in an
  order of their own, with a pause after each answer: three seconds (a person who looks at what came), then one (a
  person who only clicks). From the message sent to the end of the run told: what the server does to a visitor,
  browsers left out. This is what the limit counts.
- *ten browsers*: contexts of one Chromium on the processors of the server, which draw ten maps without GPU; a pause of
  five seconds. From just before the click to the first frame after the run was told to be over. Ten people have ten
  machines, so this has no limit; it shows errors in the browser.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from playwright.async_api import Error as BrowserError
from playwright.async_api import Page, async_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.bench.bench_map import MAP, PLACE, places
from tests.bench.browsing import Wire, tells_end
from tests.bench.data_folders import five_provinces, layers
from tests.bench.figures import Figure, give, leave_out
from tests.web.server import CHROMIUM, LAPTOP, ROOT, SETTINGS, serving

VISITORS = 10
LASTS_S = 40
FIVE = 9_401
CLIENT_PAUSES_S, BROWSER_PAUSE_S = (3.0, 1.0), 5.0
OPTIONS = {
    "Provinsi": ("Lampung", "Sumatera Selatan", "Bengkulu", "Jambi", "Semua"),
    "Sektor pekerjaan": ("Perikanan", "Perkebunan", "Peternakan", "Tanaman pangan", "Semua sektor"),
    "Warna peta menurut": ("Cakupan (%)", "Skor prioritas", "Pekerja belum terlindungi"),
}
SEARCHED = ("suka", "tanjung", "sri", "")

Action = Callable[["Visitor"], Awaitable[None]]


@dataclass
class Results:
    """Waiting times by kind of action, and what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, wait: float) -> None:
        self.waits.setdefault(kind, []).append(wait)

    def give(self, what: str) -> None:
        """Hand over how long most had to wait."""
        every = [wait for waits in self.waits.values() for wait in waits]
        for kind, waits in sorted(self.waits.items()):
            print(f"{kind}: median {median(waits):.2f} s, worst {max(waits):.2f} s, {len(waits)} times")
        for error, times in self.errors.most_common(5):
            print(f"    {times} x {error}")
        also = {"errors": sum(self.errors.values()), "actions": len(every), "s at the middle": median(every)}
        give(Figure(what, FIVE, float(np.quantile(every, 0.95)), also=also))


class Visitor:
    """One visitor in a browser."""

    def __init__(self, page: Page, results: Results, villages: list[tuple[str, float, float]], seed: int) -> None:
        self.page, self.results, self.villages = page, results, villages
        self.draw = random.Random(seed)
        self.wire = Wire()
        page.on("pageerror", lambda error: results.errors.update([str(error)[:120]]))
        page.on("console", self._note)

    def _note(self, message) -> None:
        """Note an error; Streamlit looks for its server below the page's address before the root."""
        if message.type == "error" and f"/{MAP}/_stcore/" not in message.location["url"]:
            self.results.errors.update([message.text[:120]])

    async def open(self, address: str) -> None:
        cdp = await self.page.context.new_cdp_session(self.page)
        await cdp.send("Network.enable")
        self.wire.listen(cdp)
        await self.page.goto(address)
        await self.page.frame_locator("iframe").locator("canvas.village-canvas").wait_for(timeout=60_000)
        await self.page.locator("[data-testid=stDataFrame] canvas").first.wait_for(timeout=60_000)
        await self.rest()

    async def rest(self) -> None:
        """Wait until the page has what it asked for and has shown it."""
        until = time.monotonic() + 60
        while self.wire.busy:
            if time.monotonic() > until:
                raise TimeoutError("a run did not end within a minute")
            await asyncio.sleep(0.01)
        frame = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        await self.page.evaluate(frame)

    async def timed(self, kind: str, act: Callable[[], Awaitable[None]]) -> None:
        """Do something and wait for the run that follows."""
        before = len(self.wire.reruns)
        started = time.monotonic()
        await act()
        until = started + 20
        while len(self.wire.reruns) == before:
            if time.monotonic() > until:
                return self.results.errors.update([f"{kind}: no run was asked for"])
            await asyncio.sleep(0.01)
        await self.rest()
        return self.results.add(kind, time.monotonic() - started)

    async def filter(self) -> None:
        label = self.draw.choice(list(OPTIONS))
        box = self.page.get_by_role("combobox", name=label)
        now = await box.input_value()
        option = self.draw.choice([name for name in OPTIONS[label] if name != now])
        await box.click()
        offered = self.page.get_by_role("option", name=option, exact=True)
        await offered.wait_for()
        await self.timed("filter", offered.click)

    async def search(self) -> None:
        box = self.page.get_by_role("textbox", name="Cari")
        now = await box.input_value()
        await box.fill(self.draw.choice([word for word in SEARCHED if word != now]))
        await self.timed("search in the list", lambda: box.press("Enter"))

    async def row(self) -> None:
        table = await self.page.locator("[data-testid=stDataFrame]").bounding_box()
        y = table["y"] + 35 * (self.draw.randrange(1, 4) + 0.5)  # every search finds three
        if y < LAPTOP["viewport"]["height"]:  # the card of a village moves the list down, out of sight
            await self.timed("row of the list", lambda: self.page.mouse.click(table["x"] + 18, y))

    async def village(self) -> None:
        box = await self.page.locator("iframe").bounding_box()
        frame = await (await self.page.query_selector("iframe")).content_frame()
        await frame.evaluate("b => { window.map.fitBounds(b, {animate: false}); }", [[-6, 101], [-1, 106]])
        await self.page.wait_for_timeout(200)
        _, latitude, longitude = self.draw.choice(self.villages)
        x, y = await frame.evaluate(PLACE, [latitude, longitude])
        shown = await frame.evaluate("p => window.villageMap.at(L.latLng(p)) >= 0", [latitude, longitude])
        if shown and 60 < x < box["width"] - 20 and 10 < y < box["height"] - 40:
            await self.timed("village on the map", lambda: self.page.mouse.click(box["x"] + x, box["y"] + y))


ACTIONS: dict[str, Action] = {
    "filter": Visitor.filter,
    "search in the list": Visitor.search,
    "row of the list": Visitor.row,
    "village on the map": Visitor.village,
}


async def browsing(visitor: Visitor, address: str, together: asyncio.Barrier) -> None:
    """Open the page; when all have, click for a minute."""
    try:
        await visitor.open(address)
    finally:
        await together.wait()
    until = time.monotonic() + LASTS_S
    while time.monotonic() < until:
        await asyncio.sleep(visitor.draw.uniform(0.5, 1.5) * BROWSER_PAUSE_S)
        try:
            await visitor.draw.choice(list(ACTIONS.values()))(visitor)
        except (BrowserError, TimeoutError) as error:  # counted, and the others go on
            visitor.results.errors.update([f"{type(error).__name__}: {str(error)[:120]}"])
    shown = await visitor.page.locator("[data-testid=stException], [data-testid=stAlert]").count()
    if shown:
        visitor.results.errors.update(["a message of an error on the page"])


async def recorded(browser, address: str, villages: list[tuple[str, float, float]]) -> list[tuple[str, bytes]]:
    """What a browser sends for the first run and for each kind of action, several times."""
    context = await browser.new_context(**LAPTOP)
    visitor = Visitor(await context.new_page(), Results(), villages, seed=1)
    await visitor.open(address)
    messages = [("first run", visitor.wire.asked[0])]
    for kind, act in [*ACTIONS.items()] * 6:
        visitor.wire.forget()
        await act(visitor)
        messages += [(kind, data) for data in visitor.wire.asked[:1]]
        await asyncio.sleep(0.5)
    await context.close()
    return [(kind, without_cache(data)) for kind, data in messages]


def without_cache(data: bytes) -> bytes:
    """A client keeps no messages, so the server must send all of them."""
    message = BackMsg.FromString(data)
    message.rerun_script.ClearField("cached_message_hashes")
    return message.SerializeToString()


async def answered(socket, data: bytes, results: Results) -> float:
    """Send a message; return the seconds until the run is over."""
    started = time.monotonic()
    await socket.send(data)
    async with asyncio.timeout(60):
        while True:
            answer = await socket.recv()
            message = ForwardMsg.FromString(answer)
            if message.delta.new_element.WhichOneof("type") == "exception":
                results.errors.update([message.delta.new_element.exception.message[:120]])
            if tells_end(message):
                return time.monotonic() - started


async def asking(
    address: str, messages: list[tuple[str, bytes]], results: Results, *, seed: int, pause_s: float
) -> None:
    """One client."""
    draw = random.Random(seed)
    where = address.replace("http", "ws", 1) + "_stcore/stream"
    try:
        async with connect(where, origin=address.rstrip("/"), subprotocols=["streamlit"], max_size=None) as socket:
            until = time.monotonic() + LASTS_S
            results.add("first run", await answered(socket, messages[0][1], results))
            while time.monotonic() < until:
                await asyncio.sleep(draw.uniform(0.5, 1.5) * pause_s)
                kind, data = draw.choice(messages[1:])
                results.add(kind, await answered(socket, data, results))
    except (WebSocketException, OSError) as error:  # counted, and the others go on
        results.errors.update([f"{type(error).__name__}: {str(error)[:120]}"])


async def measure(address: str, villages: list[tuple[str, float, float]]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(SETTINGS))
        messages = await recorded(browser, address + MAP, villages)
        for pause_s in CLIENT_PAUSES_S:
            results = Results()
            clients = (asking(address, messages, results, seed=n, pause_s=pause_s) for n in range(VISITORS))
            await asyncio.gather(*clients)
            results.give(f"pages: 95 % of the clicks of {VISITORS} visitors at once, {pause_s:g} s between clicks")
        results = Results()
        together = asyncio.Barrier(VISITORS)
        contexts = [await browser.new_context(**LAPTOP) for _ in range(VISITORS)]
        visitors = [Visitor(await c.new_page(), results, villages, seed) for seed, c in enumerate(contexts)]
        await asyncio.gather(*(browsing(visitor, address + MAP, together) for visitor in visitors))
        results.give(f"pages: the same with {VISITORS} browsers beside the server, {BROWSER_PAUSE_S:g} s")
        await browser.close()


def main() -> None:
    if CHROMIUM is None:
        leave_out(f"{VISITORS} visitors at once", "install the package chromium")
        return
    with layers() as kept, TemporaryDirectory() as home:
        data = five_provinces(kept)
        with serving(Path(home), ROOT / "app.py", data_dir=data) as address:
            asyncio.run(measure(address, places(data)))
        log = (Path(home) / "log").read_text()
        if "Traceback" in log:
            raise RuntimeError(log[log.find("Traceback") :][:4000])


if __name__ == "__main__":
    main()
