"""The boards in a real Chromium by the keyboard alone: sections, the table behind a chart, a region, a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.layer import make_layer
from geodata.office_day import today
from planner.store import schema
from planner.store.engine import reading
from tests.store import boards
from tests.web.conftest import RECORDS, grid_layer
from tests.web.office import Office
from tests.web.server import LAPTOP, PHONE, served
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

LAYER = grid_layer(10, 6)
WORDS = {
    "id": ("Papan pantau", "Kabupaten/kota", "Angka grafik ini sebagai tabel", "Unduh semua tabel"),
    "en": ("Boards", "Regency/city", "The figures of this chart as a table", "Download all tables"),
}
SECTIONS = {
    "id": {
        "Janji dan hasil": "Desa dicanangkan",
        "Tahapan peluncuran": "Peluncuran berjalan",
        "Masa iuran": "Sudah menunggak, masih aktif",
        "Hasil agen": "Lama tanpa hasil",
    },
    "en": {
        "Promised and delivered": "Launched villages",
        "Launch stages": "Launches going on",
        "Paid months": "In arrears, still active",
        "Agent results": "Long without result",
    },
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("boards")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home, make_layer(LAYER, RECORDS, {"built": "2026-11-22"})) as where:
        yield where


@pytest.fixture(scope="module")
def token(address: str, home: Path) -> str:
    """The session of a manager, in an office with launches, groups and agents."""
    office = Office(home / "data")
    codes = [*LAYER["village_code"][:4], *LAYER["village_code"][20:30]]
    with reading(office.engine) as connection:
        numbers = list(connection.execute(sa.select(schema.agents.c.id).order_by(schema.agents.c.code)).scalars())
    boards.fill(office.engine, codes, today(), agents=numbers)
    return office.token("manager")


def focused(visit: Visit) -> str:
    told = "e => (e.getAttribute('aria-label') || e.innerText || '').trim()"
    return str(visit.page.evaluate(f"({told})(document.activeElement)"))


def go_to(visit: Visit, *words: str, key: str = "Tab") -> None:
    """Move the focus until it is on what begins with one of these words."""
    for _ in range(80):
        if focused(visit).startswith(words):
            return
        visit.page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach: {words}")


def open_section(visit: Visit, name: str, told: str) -> None:
    go_to(visit, name, key="ArrowRight")
    visit.page.keyboard.press("Space")
    visit.page.get_by_text(told, exact=True).first.wait_for()
    width = visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    wide = "all => all.filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))"
    assert visit.page.locator(".stHtml :not(thead, thead *)").evaluate_all(wide) == []


@pytest.mark.parametrize(("screen", "language"), [(LAPTOP, "en"), (PHONE, "id")], ids=["laptop-en", "phone-id"])
def test_the_boards_by_keyboard(chromium, address: str, token: str, screen: dict, language: str) -> None:
    title, regency, behind, file = WORDS[language]
    with Visit(chromium, address, screen).sign_in(token) as visit:
        visit.open(f"papan?lang={language}", title)
        key = "Tab"
        for name, told in SECTIONS[language].items():
            go_to(visit, "Cakupan (UCJ)", "Coverage (UCJ)", *SECTIONS[language], key=key)
            open_section(visit, name, told)
            go_to(visit, behind)
            visit.page.keyboard.press("Enter")
            visit.page.locator(".chart details[open] table").wait_for(timeout=5000)
            assert visit.page.locator(".chart-picture").get_attribute("alt")
            key = "Shift+Tab"
        go_to(visit, file)
        taken = visit.downloaded(lambda: visit.page.keyboard.press("Enter"))
        assert taken.suggested_filename.endswith(".xlsx")
        go_to(visit, regency, key="Shift+Tab")
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            visit.page.keyboard.press(key)
        visit.settle("location.search.includes('kabupaten=')")
        visit.clean()
