"""Areas of agents in a real Chromium: shown, picked with a box and a click, moved, undone, saved, looked up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.layer import make_layer
from geodata.office_day import today
from planner.rights import CONSOLE
from planner.store import assigning, schema
from planner.store.engine import writing
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.office import Office
from tests.web.server import LAPTOP, PHONE, served
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

VILLAGES = grid_layer(10, 6)
CODES = [code for code in VILLAGES["village_code"] if code.startswith("16.")]  # three rows of ten
WHERE = "wilayah-agen?lang=en&lingkup=wilayah&provinsi=16&asal=berlaku"
DRAWN = "window.villageMap && window.villageMap.areas && window.villageMap.areas.areas.length === 3"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("territories")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home, make_layer(VILLAGES, RECORDS, {"built": "2026-11-22"})) as where:
        yield where


@pytest.fixture(scope="module")
def token(address: str, home: Path) -> str:
    """The session of a manager; the third agent has a code that tries to break out, as of an older program."""
    office = Office(home / "data")
    given = {code: "A-1" if i % 10 < 5 else "A-2" for i, code in enumerate(CODES)}
    with writing(office.engine) as connection:
        connection.execute(sa.insert(schema.agents).values(code=HOSTILE[1]))
        given |= dict.fromkeys(CODES[28:30], HOSTILE[1])
        since = today() - timedelta(days=9)
        assigning.assign(connection, given, from_on=since, by=CONSOLE, note=HOSTILE[3])
    return office.token("manager")


def at(visit: Visit, row: int) -> tuple[float, float]:
    return visit.on_screen(VILLAGES.geometry.iloc[row].centroid)


def show(visit: Visit) -> None:
    visit.press("Show the areas")
    visit.canvas.wait_for()
    visit.page.frames[-1].wait_for_function(DRAWN)
    visit.page.wait_for_timeout(300)


def test_move_undo_save_and_look_up(chromium, address: str, token: str) -> None:
    with Visit(chromium, address, LAPTOP).sign_in(token) as visit:
        visit.open(WHERE, "Agent areas")
        show(visit)
        page, count_told = visit.page, visit.page.locator("[role=status]")
        (x, y), (u, v) = at(visit, 3), at(visit, 14)
        page.keyboard.down("Shift")
        page.mouse.move(x - 8, y + 8)
        page.mouse.down()
        page.mouse.move(u + 8, v - 8, steps=4)
        page.mouse.up()
        page.keyboard.up("Shift")
        count_told.filter(has_text="4 villages picked").wait_for()
        page.mouse.click(*at(visit, 23))
        count_told.filter(has_text="5 villages picked").wait_for()
        page.mouse.click(*at(visit, 13))
        count_told.filter(has_text="4 villages picked").wait_for()
        visit.choose("Move to agent", "A-2")
        page.get_by_role("cell", name="15 → 11").wait_for()
        visit.count_frames()
        before = visit.painted()
        visit.press("Move 4 villages to A-2")
        visit.repainted(before, "the move")
        visit.press_until("Undo", "0 steps can be undone")
        visit.press_until("Redo", "1 steps can be undone")
        assert visit.frames_made == 1
        page.get_by_label("Note (no names of persons)").fill(HOSTILE[1])
        page.get_by_label("Note (no names of persons)").press("Tab")
        visit.press_until("Save: 4 villages change hands", "Saved: 4 villages change hands")
        page.get_by_role("combobox", name="Village", exact=True).click()
        page.keyboard.type(CODES[14])  # a long list shows the options that fit
        page.get_by_role("option", name=f"Desa 14 ({CODES[14]})", exact=True).click()
        page.get_by_role("cell", name=HOSTILE[1]).wait_for()
        page.get_by_role("cell", name=HOSTILE[3]).wait_for()
        assert page.title() != "owned"
        assert page.evaluate("document.documentElement.scrollWidth") == 1440
        visit.clean()


def test_a_phone_picks_with_the_box(chromium, address: str, token: str) -> None:
    with Visit(chromium, address, PHONE).sign_in(token) as visit:
        visit.open(WHERE, "Agent areas")
        show(visit)
        (x, y), (u, v) = at(visit, 20), at(visit, 21)
        visit.page.frame_locator("iframe").get_by_role("button", name="Pick with a box").tap()
        events = visit.context.new_cdp_session(visit.page)
        for kind, points in (("Start", [(x - 6, y - 6)]), ("Move", [(u, v)]), ("Move", [(u + 6, v + 6)]), ("End", [])):
            touches = [{"x": left, "y": top} for left, top in points]
            events.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})
        visit.page.locator("[role=status]").filter(has_text="2 villages picked").wait_for()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
        visit.clean()
