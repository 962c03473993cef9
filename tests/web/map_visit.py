"""A visit to the map of villages on a grid: what is painted, and where a village is on the screen."""

import time

from tests.web.chromium import Chromium
from tests.web.conftest import LARGE
from tests.web.server import PATIENCE_S
from tests.web.visit import Visit

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


class MapVisit(Visit):
    """A visit that begins when the villages are drawn."""

    def __init__(self, chromium: Chromium, address: str, screen: dict) -> None:
        super().__init__(chromium, address, screen)
        self.page.goto(address)
        self.drawn()

    def drawn(self) -> None:
        self.wait_for(lambda seen: seen["share"] > 0.05)

    def wait_for(self, condition, timeout_s: float = PATIENCE_S) -> dict:
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
        return self.on_screen(LARGE.geometry.iloc[row].centroid)

    def card(self) -> str:
        heading = self.page.locator(".card h2")
        heading.wait_for()
        return heading.inner_text()

    def frames_sent(self) -> list:
        """Open the page again; return the list that fills with what it sends to the server."""
        frames: list = []

        def record(frame: object) -> None:
            frames.append(frame)

        self.page.on("websocket", lambda socket: socket.on("framesent", record))
        self.page.reload()
        self.drawn()
        return frames

    def drag(self, x: float, y: float) -> None:
        """Pull the map from a point of the screen."""
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 90, y + 40, steps=5)
        self.page.mouse.up()
