"""One visitor in a real Chromium: an open page, all that it asked for, and all that it complained about."""

import re
import time
from collections.abc import Callable
from typing import Self

import pytest
from playwright.sync_api import Download
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from planner.web.records import SESSION
from tests.web.chromium import Chromium
from tests.web.server import PATIENCE_S

POINT = "([lat, lng]) => { const p = window.map.latLngToContainerPoint([lat, lng]); return [p.x, p.y]; }"
COUNT_FRAMES = """() => { window.frames_made = 1;
  new MutationObserver(all => all.forEach(one => one.addedNodes.forEach(node => {
    if (node.tagName === "IFRAME" || node.querySelector?.("iframe")) window.frames_made++;
  }))).observe(document.body, {childList: true, subtree: true}); }"""


class Visit:
    """A page that is opened and used."""

    def __init__(self, chromium: Chromium, address: str, screen: dict) -> None:
        self.address = address
        self._chromium = chromium
        self.context = chromium.enter(screen)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)

    def __enter__(self) -> Self:
        return self

    def sign_in(self, token: str) -> Self:
        """Carry the cookie of a session from now on."""
        self.context.add_cookies([{"name": SESSION, "value": token, "url": self.address}])
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._chromium.leave(self.context, "/".join(self.address.split("/")[:3]))

    def _note(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location['url']}")

    @property
    def hosts(self) -> set[str]:
        return {url.split("/")[2] for url in self.requests}

    @property
    def canvas(self):
        """The villages on the map."""
        return self.page.frame_locator("iframe").locator("canvas.village-canvas").first

    def open(self, path: str, title: str) -> None:
        self.page.goto(self.address + path)
        self.titled(title)

    def titled(self, title: str) -> None:
        self.page.get_by_role("heading", name=title, level=1).wait_for()

    def follow(self, link: str, title: str) -> None:
        self.page.locator(".st-key-pages").get_by_role("link", name=link, exact=True).click()
        self.titled(title)

    def chosen(self, label: str) -> str:
        return str(self.page.get_by_role("combobox", name=label).input_value())

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_role("combobox", name=label).click()
        offered = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(3):  # a page that is drawn anew between press and release swallows the click
            offered.click()
            try:
                offered.wait_for(state="hidden", timeout=2000)
            except PlaywrightTimeout:
                continue
            return
        pytest.fail(f"the list stays open after {option}")

    def unfold(self, label: str, option: str) -> None:
        """Open a list by the keyboard."""
        for _ in range(4):  # a page that is drawn anew takes the focus away, or closes what was opened
            self.page.get_by_role("combobox", name=label).focus()
            self.page.keyboard.press("ArrowDown")
            try:
                self.page.get_by_role("option", name=option).wait_for(timeout=3000)
            except PlaywrightTimeout:
                continue
            return
        pytest.fail(f"the list of {label} does not open")

    def enter(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self.page.get_by_label(label).press("Enter")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def press_until(self, name: str, text: str) -> None:
        """Press a button, again if a page that was drawn anew between press and release swallowed the click."""
        for _ in range(4):
            button = self.page.get_by_role("button", name=name, exact=True)
            try:
                if button.count():
                    button.click(timeout=6000)
                self.page.get_by_text(text).wait_for(timeout=6000)
            except PlaywrightTimeout:
                continue
            return
        pytest.fail(f"{name} does not bring: {text}")

    def rest(self) -> None:
        """Wait until the page is drawn."""
        page = self.page.get_by_test_id("stApp")
        self.still(lambda: page.get_attribute("data-test-script-state") == "notRunning" or time.monotonic())

    def downloaded(self, press: Callable[[], None]) -> Download:
        """Press the button of a file as a person does, once the page is drawn, and again if nothing comes."""
        for _ in range(3):
            self.rest()
            try:
                with self.page.expect_download(timeout=30_000) as download:
                    press()
            except PlaywrightTimeout:
                continue
            return download.value
        pytest.fail("no file comes")

    def settle(self, condition: str) -> None:
        self.page.wait_for_function(condition)

    def totals(self) -> str:
        """What a plan comes to, without the seconds it took."""
        found = self.page.locator(".plan-totals")
        found.wait_for()
        return re.sub(r"Waktu pencarian.*", "", found.inner_text())

    def on_screen(self, point) -> tuple[float, float]:
        """Where a point of the map, in degrees, is on the screen."""
        self.page.locator("iframe").scroll_into_view_if_needed()
        frame = self.page.locator("iframe").bounding_box()
        x, y = self.page.frames[-1].evaluate(POINT, [point.y, point.x])
        return frame["x"] + x, frame["y"] + y

    def painted(self) -> str:
        """The picture on the map."""
        return str(self.canvas.evaluate("canvas => canvas.toDataURL()"))

    def repainted(self, before: str, after: str) -> None:
        """Wait until the map shows another picture than before."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self.painted() != before:
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"the map did not change after {after}")

    def still(self, look: Callable[[], object], calm_s: float = 0.5, timeout_s: float = PATIENCE_S) -> object:
        """Wait until what is looked at has been the same for a while; return it."""
        until = time.monotonic() + timeout_s
        seen, since = look(), time.monotonic()
        while time.monotonic() - since < calm_s:
            self.page.wait_for_timeout(100)
            now = look()
            if now != seen:
                seen, since = now, time.monotonic()
            if time.monotonic() > until:
                pytest.fail(f"it never comes to rest: {seen}"[:300])
        return seen

    def count_frames(self) -> None:
        """From now on count the frames of maps; see `frames_made`."""
        self.page.evaluate(COUNT_FRAMES)

    @property
    def frames_made(self) -> int:
        return int(self.page.evaluate("window.frames_made"))

    def clean(self) -> None:
        """Nothing was asked of another host, and nothing complained."""
        assert self.hosts == {self.address.split("/")[2]}
        assert self.complaints == [], self.complaints
