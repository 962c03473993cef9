"""Several pages in a real Chromium: what is chosen stays chosen, and every page has its own address."""

import pytest

from tests.web.visit import Visit

pytestmark = pytest.mark.browser


def test_language_and_filters_survive_the_way_to_another_page_and_back(visit: Visit) -> None:
    visit.open("", "Peta pekerja yang belum terlindungi")
    visit.page.get_by_text("English", exact=True).click()
    visit.titled("Map of workers not yet covered")
    visit.choose("Province", "Lampung")
    visit.settle("location.search.includes('provinsi=18')")
    visit.choose("Sector of work", "Fisheries")
    visit.settle("location.search.includes('sektor=fishery')")
    visit.follow("About the data", "About the data")
    visit.settle("location.pathname === '/tentang-data' && location.search.includes('provinsi=18')")
    assert "lang=en" in visit.page.url
    assert "sektor=fishery" in visit.page.url
    visit.follow("Map", "Map of workers not yet covered")
    visit.page.get_by_role("combobox", name="Province").wait_for()
    assert visit.chosen("Province") == "Lampung"
    assert visit.chosen("Sector of work") == "Fisheries"
    visit.settle("location.search.includes('provinsi=18') && location.search.includes('lang=en')")
    visit.clean()


def test_the_language_chosen_on_another_page_holds_on_the_map(visit: Visit) -> None:
    visit.open("tentang-data?lang=en&provinsi=18", "About the data")
    visit.page.get_by_text("Bahasa Indonesia", exact=True).first.click()
    visit.titled("Tentang data")
    visit.follow("Peta", "Peta pekerja yang belum terlindungi")
    visit.page.get_by_role("combobox", name="Provinsi").wait_for()
    assert visit.chosen("Provinsi") == "Lampung"
    assert "lang" not in visit.page.url
    visit.clean()


@pytest.mark.parametrize(
    ("path", "language", "title"),
    [
        ("peta", "id", "Peta pekerja yang belum terlindungi"),
        ("desa", "id", "Kartu desa"),
        ("tentang-data", "id", "Tentang data"),
        ("tentang-data?lang=en", "en", "About the data"),
        ("target", "id", "Apa yang diperlukan suatu sasaran"),
    ],
)
def test_every_page_has_its_own_address_and_fits_the_screen(visit: Visit, path: str, language: str, title: str) -> None:
    visit.open(path, title)
    visit.settle(f"document.documentElement.lang === '{language}' && document.title === '{title}'")
    visit.settle("getComputedStyle(document.querySelector('.stMainBlockContainer')).paddingTop === '32px'")
    assert visit.page.get_by_role("dialog").count() == 0
    visit.settle(
        "document.querySelector('.st-key-pages').getBoundingClientRect().bottom"
        " <= document.querySelector('h1').getBoundingClientRect().top + 1"
    )
    assert visit.page.locator(".st-key-pages").bounding_box()["height"] < 80  # two lines at most
    assert visit.page.evaluate("document.documentElement.scrollWidth") == visit.page.viewport_size["width"]
    visit.clean()


def test_everything_about_the_data_opens_and_fits_the_screen(visit: Visit) -> None:
    visit.open("tentang-data?lang=en", "About the data")
    visit.page.get_by_role("heading", name="Registers kept from press and regulations").wait_for()
    summaries = visit.page.locator(".about summary")
    summaries.first.wait_for()
    for summary in summaries.all():
        summary.click()
    assert visit.page.locator(".about details[open]").count() == summaries.count() > 5
    visit.page.get_by_text("Dukcapil <b>: Penduduk").wait_for()
    right = (
        "Math.max(...[...document.querySelectorAll('.about :not(thead *)')].map(e => e.getBoundingClientRect().right))"
    )
    main = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert visit.page.evaluate(main) == visit.page.viewport_size["width"]
    assert visit.page.evaluate(right) <= visit.page.viewport_size["width"]
    labelled = "getComputedStyle(document.querySelector('.facts td'), '::before').content"
    narrow = visit.page.viewport_size["width"] < 641
    assert ("Value" in visit.page.evaluate(labelled)) == narrow
    visit.clean()


def test_a_target_is_worked_out_again_and_keeps_its_region_on_the_map(visit: Visit) -> None:
    visit.open("target?lang=en", "What a target takes")
    visit.page.get_by_role("heading", name="Published coverage targets (UCJ)").wait_for()
    visit.choose("Province", "Lampung")
    wanted = visit.page.get_by_label("Active participants wanted")
    wanted.fill("800050")
    wanted.press("Enter")
    visit.page.locator(".facts tbody tr", has_text="Additional active participants").filter(has_text="50").wait_for()
    visit.settle("location.search.includes('sasaran=800050') && location.search.includes('provinsi=18')")
    assert (
        visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        <= (visit.page.viewport_size["width"])
    )
    visit.follow("Map", "Map of workers not yet covered")
    visit.page.get_by_role("combobox", name="Province").wait_for()
    assert visit.chosen("Province") == "Lampung"
    visit.clean()
