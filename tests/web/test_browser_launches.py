"""A launch in a real Chromium: proposed from the card, held at the gate, let through with a reason, declared."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.layer import make_layer
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.office import Office
from tests.web.server import LAPTOP, PHONE, served
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

CODES = {"laptop": "16.01.01.2006", "phone": "16.01.01.2009"}  # names that try to break out
WHY = "Bupati meminta tanggal ini, perangkat sedang didaftarkan"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("launches")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home, make_layer(grid_layer(10, 6), RECORDS, {"built": "2026-11-22"})) as where:
        yield where


@pytest.fixture(scope="module")
def token(address: str, home: Path) -> str:
    """The session of a manager."""
    return Office(home / "data").token("manager")


def record(visit: Visit, step: str, *, reason: str = "") -> None:
    """Write down the next step with evidence that tries to break out."""
    chosen = visit.page.get_by_role("combobox", name="Step that was reached")
    visit.page.wait_for_function(
        "step => [...document.querySelectorAll('[role=combobox], input')].some(e => (e.value || '').startsWith(step))",
        arg=step,
    )
    chosen.wait_for()
    visit.page.get_by_label(re.compile("Evidence:")).fill(f"560/1 {HOSTILE[1]}")
    if reason:
        visit.page.get_by_label(re.compile("Reason for the exception")).fill(reason)
    visit.page.get_by_role("button", name="Record this step").click()


@pytest.mark.parametrize(("screen", "code"), [(LAPTOP, CODES["laptop"]), (PHONE, CODES["phone"])], ids=CODES)
def test_the_way_of_a_launch(chromium, address: str, token: str, screen: dict, code: str) -> None:
    with Visit(chromium, address, screen).sign_in(token) as visit:
        visit.open(f"desa?lang=en&desa={code}", "Village card")
        visit.press("Propose a launch")
        visit.page.get_by_text("1 villages proposed").wait_for()
        visit.page.get_by_role("link", name="See the launch of this village").click()
        visit.titled("Launches of villages")
        for step in ("Officials registered", "Meetings per dusun"):
            record(visit, step)
            visit.page.get_by_text("The step is recorded.").wait_for()
        record(visit, "Agreement", reason="too short")
        visit.page.get_by_role("alert").filter(has_text="Cannot go on to the step").wait_for()
        record(visit, "Agreement", reason=WHY)
        visit.page.get_by_text("The step is recorded.").wait_for()
        record(visit, "Launch", reason=WHY)
        visit.page.get_by_text("now counts as declared").wait_for()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == screen["viewport"]["width"]
        visit.follow("Village", "Village card")
        visit.page.get_by_text("launch records of the office").wait_for()
        visit.follow("Map", "Map of workers not yet covered")
        visit.page.get_by_role("button", name="Declared", exact=False).first.click()
        visit.settle("location.search.includes('lapisan=declared')")
        visit.page.locator(".legend", has_text="eclared").first.wait_for()
        assert visit.page.title() != "owned"
        visit.clean()
