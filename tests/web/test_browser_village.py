"""The card of a village in a real Chromium: links, the way back, locks, and what comes on paper."""

import pytest

from geodata import schema
from tests.web.conftest import HOSTILE, LARGE
from tests.web.server import LAPTOP
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

CODE = LARGE[schema.VILLAGE_CODE].iloc[215]
BESIDE = LARGE[schema.VILLAGE_CODE].iloc[214]
HEADING = ".village h2"
WIDE = "Math.max(...[...document.querySelectorAll('.about *, .village *')].map(e => e.getBoundingClientRect().right))"


def card(visit: Visit, name: str) -> None:
    """Wait until the whole card of a village stands there, its rank in many worlds too."""
    visit.page.locator(HEADING, has_text=name).wait_for()
    visit.page.locator(".sources").wait_for()
    visit.settle("document.querySelector('.tiles')?.textContent.includes('90%')")
    visit.settle("document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")


def test_a_neighbour_is_one_click_away_and_the_way_back_is_the_browser_s(visit: Visit) -> None:
    visit.open(f"desa?desa={CODE}&provinsi=16&bobot=50-30-20-40-25-20-15-25-20-15-25-15-100", "Kartu desa")
    card(visit, "Desa 215")
    assert visit.page.evaluate(WIDE) <= visit.page.viewport_size["width"]
    visit.page.locator(".village-neighbours").get_by_role("link", name="Desa 214", exact=True).click()
    card(visit, "Desa 214")
    assert f"desa={BESIDE}" in visit.page.url
    assert "provinsi=16" in visit.page.url
    assert "bobot=50-30-20" in visit.page.url
    visit.page.go_back()
    card(visit, "Desa 215")
    visit.page.get_by_role("button", name="Jangan dipilih", exact=True).click()
    visit.settle(f"location.search.includes('jangan={CODE}')")
    visit.page.get_by_role("link", name="Kembali ke peta").click()
    visit.titled("Peta pekerja yang belum terlindungi")
    visit.settle(f"location.search.includes('jangan={CODE}') && location.search.includes('desa={CODE}')")
    visit.clean()


def test_only_the_card_comes_on_paper_with_everything_opened(visit: Visit) -> None:
    visit.open(f"desa?desa={CODE}&lang=en", "Village card")
    card(visit, "Desa 215")
    page = visit.page
    # what the dialogue would show: the address as it stands at that moment
    page.evaluate(
        "window.print = () => { window.onbeforeprint();"
        " window.printed = document.querySelector('.print-address').textContent; }"
    )
    page.locator(".print-button").click()
    visit.settle("window.printed === location.href")
    page.emulate_media(media="print")
    for gone in (".st-key-pages", ".st-key-filters", ".st-key-village-actions", ".st-key-head", "iframe"):
        assert not page.locator(gone).first.is_visible(), gone
    for shown in (HEADING, ".tiles", ".parts", ".sources", ".print-only"):
        assert page.locator(shown).first.is_visible(), shown
    methods = page.locator(".village-figures details ul")
    assert methods.count()
    assert all(method.bounding_box()["height"] > 0 for method in methods.all())
    visit.clean()


def test_hostile_names_do_nothing(chromium, address: str) -> None:
    visit = Visit(chromium, address, LAPTOP)
    for row in (1, 3):
        code = LARGE[schema.VILLAGE_CODE].iloc[row]
        visit.open(f"desa?desa={code}", "Kartu desa")
        visit.page.locator(HEADING).wait_for()
        assert visit.page.locator(HEADING).text_content() == HOSTILE[row]
        visit.page.locator(".sources").wait_for()
        assert visit.page.title() == "Kartu desa"
    visit.clean()
    visit.close()
