"""What a browser shows and what goes over the wire: composited frames and WebSocket messages, each with its time."""

import base64
import io
import time
import zlib
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ALIKE = 40  # of 255: more than JPEG blurs, less than between any two classes of the map
SCALE = 0.5  # of the recorded frames: whole ones would take a third of the time of a visit to encode
DRAWN = 0.9  # share of the final pixels that counts as drawn


@dataclass(frozen=True)
class Box:
    """A part of the screen, and a column of it that does not count (an open list of choices lies there)."""

    x: float
    y: float
    width: float
    height: float
    without: tuple[float, float] = (0, 0)

    def of(self, picture: np.ndarray) -> np.ndarray:
        """Cut it out of a picture of the screen."""
        left, right, top, bottom, first, last = (
            round(pixels * SCALE)
            for pixels in (self.x, self.x + self.width, self.y, self.y + self.height, *self.without)
        )
        keep = np.ones(picture.shape[1], dtype=bool)
        keep[: left + 1] = keep[right - 1 :] = keep[first:last] = False
        return picture[top + 1 : bottom - 1, keep]


class Screen:
    """Frames as the compositor of Chromium put them together (CDP ``Page.startScreencast``), while recording."""

    def __init__(self, page) -> None:
        self.page = page
        self.frames: list[tuple[float, bytes]] = []
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.on("Page.screencastFrame", self._take)

    def _take(self, event) -> None:
        self.frames.append((event["metadata"]["timestamp"], event["data"]))
        self.cdp.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    def record(self) -> None:
        """Start anew; the first frame shows what is there now."""
        self.frames = []
        size = {f"max{side.title()}": round(pixels * SCALE) for side, pixels in self.page.viewport_size.items()}
        self.cdp.send("Page.startScreencast", {"format": "jpeg", "quality": 70, **size})

    def stop(self) -> None:
        self.cdp.send("Page.stopScreencast")

    def pictures(self, box: Box) -> list[tuple[float, np.ndarray]]:
        """What the box showed and when, seconds since 1970; equal pictures in a row once."""
        result: list[tuple[float, np.ndarray]] = []
        for moment, data in sorted(self.frames, key=lambda frame: frame[0]):
            seen = box.of(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))).astype(np.int16))
            if not result or differing(seen, result[-1][1]).any():
                result.append((moment, seen))
        return result


@dataclass
class Wire:
    """WebSocket messages of a page; moments are of the browser's own clock, seconds."""

    reruns: list[float] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    size: int = 0
    packed: int = 0
    map_size: int = 0

    def __post_init__(self) -> None:
        # permessage-deflate (RFC 7692) as the server speaks it: one window per direction, each message flushed
        self._packers = {way: zlib.compressobj(wbits=-15) for way in ("sent", "received")}

    def listen(self, cdp) -> None:
        """Note what a CDP session tells of its network."""
        cdp.on("Network.webSocketFrameSent", self._sent)
        cdp.on("Network.webSocketFrameReceived", self._received)

    def forget(self) -> None:
        """Start anew."""
        for messages in (self.reruns, self.finished, self.asked):
            messages.clear()
        self.size = self.packed = self.map_size = 0

    @property
    def busy(self) -> bool:
        """Whether a run was asked for whose end was not told: requests in quick succession become one run."""
        return max(self.reruns, default=0.0) >= max(self.finished, default=0.0)

    def _count(self, way: str, data: bytes) -> None:
        packer = self._packers[way]
        self.size += len(data)
        self.packed += len(packer.compress(data)) + len(packer.flush(zlib.Z_SYNC_FLUSH))

    def _sent(self, event) -> None:
        data = _payload(event)
        self._count("sent", data)
        if asks_for_run(data):
            self.reruns.append(event["timestamp"])
            self.asked.append(data)

    def _received(self, event) -> None:
        data = _payload(event)
        self._count("received", data)
        message = ForwardMsg.FromString(data)
        if tells_end(message):
            self.finished.append(event["timestamp"])
        if message.delta.new_element.WhichOneof("type") == "component_instance":  # the map is the only one of a page
            self.map_size += len(data)


def _payload(event) -> bytes:
    response = event["response"]
    return base64.b64decode(response["payloadData"]) if response["opcode"] == 2 else b""


def asks_for_run(data: bytes) -> bool:
    return BackMsg.FromString(data).WhichOneof("type") == "rerun_script"


def tells_end(message: ForwardMsg) -> bool:
    early = ForwardMsg.FINISHED_EARLY_FOR_RERUN
    return message.WhichOneof("type") == "script_finished" and message.script_finished != early


def differing(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pixels that differ to the eye."""
    return (np.abs(one - other) > ALIKE).any(axis=2)


def painted(picture: np.ndarray) -> np.ndarray:
    """Pixels that differ from the background, which is in the corner on the upper right: open sea."""
    return differing(picture, picture[8, -9])


def first_drawn(pictures: list[tuple[float, np.ndarray]]) -> float:
    """When the final picture was there for the first time, but for the last few pixels."""
    final = pictures[-1][1]
    wanted = painted(final)
    return next(moment for moment, seen in pictures if (~differing(seen, final))[wanted].mean() >= DRAWN)


def flashes(pictures: list[tuple[float, np.ndarray]]) -> int:
    """Frames on the way from one picture to another that were like neither: blank, dimmed or half drawn."""
    before, after = pictures[0][1], pictures[-1][1]
    wanted = painted(before) | painted(after)

    def known(seen: np.ndarray) -> float:
        return float((~differing(seen, before) | ~differing(seen, after))[wanted].mean())

    return sum(known(seen) < DRAWN for _, seen in pictures[1:-1])


def settle(screen: Screen, wire: Wire, box: Box, *, quiet_s: float, timeout_s: float = 600) -> list:
    """Wait until no run is under way and the box has not changed for a while; return its pictures."""
    until = time.monotonic() + timeout_s
    seen, still_since, at = None, time.monotonic(), 0
    while time.monotonic() < until:
        screen.page.wait_for_timeout(150)
        screen.page.evaluate("new Promise(done => requestAnimationFrame(done))")
        if len(screen.frames) != at:
            at = len(screen.frames)
            data = screen.frames[-1][1]
            now = box.of(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))).astype(np.int16))
            if seen is None or now.shape != seen.shape or differing(now, seen).any():
                seen, still_since = now, time.monotonic()
        busy = wire.busy
        if busy:
            still_since = time.monotonic()
        if not busy and time.monotonic() - still_since > quiet_s:
            return screen.pictures(box)
    raise TimeoutError("the page does not come to rest")
