"""A planner's way through the selection in a real Chromium: budget, leave one out, choose, save, pass the link on."""

import pytest

from geodata import schema
from tests.web.conftest import HOSTILE, LARGE
from tests.web.server import LAPTOP
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

TITLE = "Pilih desa untuk pencanangan"
HOSTILE_ROW = 1


@pytest.fixture
def visitors(chromium, address: str):
    opened: list[Visit] = []

    def arrive(screen: dict) -> Visit:
        opened.append(Visit(chromium, address, screen))
        return opened[-1]

    yield arrive
    for visit in opened:
        visit.close()


def click_village(visit: Visit, row: int) -> None:
    """Click the middle of a village on the map."""
    visit.canvas.wait_for()
    visit.page.frames[-1].wait_for_function("window.villageMap && window.map.getZoom() > 7")
    visit.page.mouse.click(*visit.on_screen(LARGE.geometry.iloc[row].centroid))
    visit.page.locator(".card h2").wait_for()


def test_budget_leave_one_out_choose_save_and_pass_the_link_on(visitors, screen: dict) -> None:
    name = f"Rencana {screen['viewport']['width']}"
    planner = visitors(screen)
    planner.open("", "Peta pekerja yang belum terlindungi")
    planner.follow("Pilih", TITLE)
    planner.page.get_by_label("Anggaran semua pencanangan (Rp)").fill("300 jt")
    planner.page.keyboard.press("Tab")
    planner.settle("location.search.includes('anggaran=300')")
    click_village(planner, HOSTILE_ROW)
    planner.press("Jangan masuk")
    code = LARGE[schema.VILLAGE_CODE].iloc[HOSTILE_ROW]
    planner.settle(f"location.search.includes('jangan={code}')")
    chip = planner.page.get_by_role("button", name=f"✕ {HOSTILE[HOSTILE_ROW]}", exact=True)
    chip.wait_for()
    planner.press("Pilih desa")
    told = planner.totals()
    assert "% dari Rp300 juta" in told
    planner.settle("location.search.includes('hitung=1')")
    planner.page.get_by_label("Simpan sebagai skenario").fill(name)
    planner.press("Simpan")
    planner.page.get_by_text(f'Skenario "{name}" disimpan.').wait_for()
    assert planner.page.title() != "owned"
    assert planner.page.evaluate("document.documentElement.scrollWidth") == screen["viewport"]["width"]
    planner.clean()

    friend = visitors(screen)
    friend.page.goto(planner.page.url)
    friend.titled(TITLE)
    assert friend.totals() == told
    friend.page.get_by_role("button", name=f"✕ {HOSTILE[HOSTILE_ROW]}", exact=True).click()
    friend.settle("!location.search.includes('jangan')")
    friend.page.get_by_text("Aturan atau wilayah sudah diubah.").wait_for()


def test_every_step_can_be_taken_with_the_keyboard(visitors) -> None:
    planner = visitors(LAPTOP)
    planner.open("", "Peta pekerja yang belum terlindungi")
    planner.follow("Pilih", TITLE)
    planner.page.get_by_label("Jumlah pencanangan paling banyak (desa)").fill("4")
    planner.page.keyboard.press("Enter")
    planner.settle("location.search.includes('jumlah=4')")
    planner.page.get_by_role("button", name="Pilih desa", exact=True).focus()
    planner.page.keyboard.press("Enter")
    planner.totals()
    planner.page.get_by_label("Cari desa atau kecamatan").fill("desa 215")
    planner.page.keyboard.press("Enter")
    planner.unfold("Desa yang ditemukan (1)", "Desa 215")
    planner.page.keyboard.press("Enter")
    planner.page.locator(".card h2").filter(has_text="Desa 215").wait_for()
    planner.page.get_by_role("button", name="Wajib masuk", exact=True).focus()
    planner.page.keyboard.press("Enter")
    planner.settle("location.search.includes('wajib=')")
    planner.clean()
