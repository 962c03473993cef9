"""A page as a visitor with an address opens it, without a browser, and what stands on it."""

import json
import time
from collections.abc import Callable, Mapping

from streamlit.testing.v1 import AppTest

from tests.web.server import PATIENCE_S


def page(module: str, *folders: str) -> None:
    """Show one page; Streamlit runs only the lines of this function, so they import what they need."""
    from importlib import import_module
    from pathlib import Path

    import_module(f"planner.web.{module}").render(*(Path(folder) for folder in folders))


def opening(shown: Callable[..., None], *args: object, timeout_s: float = PATIENCE_S) -> Callable[..., AppTest]:
    """Return what opens a page: it takes the names of the address and their values."""

    def open_page(**query: str) -> AppTest:
        return arrived(AppTest.from_function(shown, args=args, default_timeout=timeout_s), query)

    return open_page


def arrived(app: AppTest, query: Mapping[str, str]) -> AppTest:
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def run_until(app: AppTest, reached: Callable[[], bool]) -> AppTest:
    """Run a page again until it shows what is waited for, as one that tells how far a work is does by itself."""
    ends = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < ends, words(app)
        time.sleep(0.05)
        app.run()
    return app


def component(app: AppTest) -> dict:
    """What the one map of a page is sent."""
    (found,) = app.get("component_instance")
    return json.loads(found.proto.json_args)


def classes(app: AppTest) -> str:
    """The class of each village on the map, one letter each."""
    return component(app)["feature_group"].split('.update("')[1].split('"')[0]


def words(app: AppTest) -> str:
    """Everything that is told outside widgets and lists."""
    parts = [*app.title, *app.subheader, *app.caption, *app.info, *app.success, *app.warning, *app.error]
    return "\n".join([part.value for part in parts] + [element.proto.body for element in app.get("html")])
