"""A Chromium whose visitors come one after another: it knows the scripts already, and nothing else of the last one."""

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.web.server import CHROMIUM, PATIENCE_S, SETTINGS


class Chromium:
    """Gives every visitor a context of its own kind of screen.

    Reading the scripts of a page takes most of the time of opening it. A profile on disk keeps them, so the visitors
    to one kind of screen share a profile, one at a time; who comes while it is taken gets a private one.
    """

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._playwright = playwright
        self._folder = folder
        self._private: Browser | None = None
        self._kept: dict[str, tuple[BrowserContext, Page]] = {}
        self._taken: set[str] = set()
        expect.set_options(timeout=PATIENCE_S * 1000)

    def enter(self, screen: dict) -> BrowserContext:
        name = f"screen-{screen['viewport']['width']}"
        if name in self._taken:
            return self.alone(**screen)
        if name not in self._kept:
            context = self._playwright.chromium.launch_persistent_context(
                self._folder / name, executable_path=CHROMIUM, args=list(SETTINGS), **screen
            )
            context.set_default_timeout(PATIENCE_S * 1000)
            self._kept[name] = context, context.pages[0]  # an empty page, so that the browser stays
        self._taken.add(name)
        return self._kept[name][0]

    def alone(self, **screen) -> BrowserContext:
        """Give a context that nobody had before; who asks closes it."""
        if self._private is None:
            self._private = self._playwright.chromium.launch(executable_path=CHROMIUM, args=list(SETTINGS))
        context = self._private.new_context(**screen)
        context.set_default_timeout(PATIENCE_S * 1000)
        return context

    def leave(self, context: BrowserContext, origin: str) -> None:
        """Close the pages of a visitor and forget all but what came out of the cache."""
        for name, (kept, empty) in self._kept.items():
            if kept is context:
                for page in context.pages:
                    if page is not empty:
                        page.close()
                context.clear_cookies()
                context.clear_permissions()
                stored = "local_storage,indexeddb,service_workers,cache_storage"
                session = context.new_cdp_session(empty)
                session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": stored})
                session.detach()
                self._taken.discard(name)
                return
        context.close()

    def close(self) -> None:
        for context, _ in self._kept.values():
            context.close()
        if self._private is not None:
            self._private.close()
