"""The sections of ending months and funding in a real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.web.conftest import HOSTILE
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

TITLE = "What a target takes"
WIDTH = "document.querySelector('[data-testid=stMain]').scrollWidth"


def chosen_file(name: str, rows: str) -> dict:
    header = "group,village_code,regency_code,workers,start,months,fund\n"
    return {"name": name, "mimeType": "text/csv", "buffer": (header + rows).encode()}


def test_a_file_is_uploaded_refused_and_read_without_a_word_of_streamlit(visit: Visit) -> None:
    visit.open("target?lang=en&bagian=masa", TITLE)
    field = visit.page.get_by_test_id("stFileUploaderDropzoneInput")
    field.set_input_files(chosen_file("<b>bad</b>.csv", "a,,16.01,-5,2026-01-01,3,apbd\n"))
    visit.page.get_by_role("alert").get_by_text("column workers, row 1").wait_for()
    visit.page.get_by_text("<b>bad</b>.csv").wait_for()
    names = "".join(f'"{name[:60].replace(chr(34), chr(34) * 2)}",,16.01,7,2026-01-01,60,apbd\n' for name in HOSTILE)
    field.set_input_files(chosen_file("good.csv", names))
    visit.page.get_by_text(f"Read from good.csv: {len(HOSTILE)} groups, {7 * len(HOSTILE)} workers.").wait_for()
    visit.page.locator("figure.bars").first.wait_for()
    shown = visit.page.evaluate("document.querySelector('.st-key-upload').innerText")
    assert "Upload" not in shown
    assert "Drag" not in shown
    said = "getComputedStyle(document.querySelector('.st-key-upload section > span button'), '::after').content"
    assert visit.page.evaluate(said) == '"Choose file"'
    assert visit.page.evaluate(WIDTH) == visit.page.viewport_size["width"]
    assert visit.page.title() == TITLE
    visit.clean()


def test_a_link_with_money_opens_the_same_view(visit: Visit) -> None:
    visit.open("target?lang=en", TITLE)
    visit.page.get_by_text("Funding", exact=True).click()
    amount = visit.page.get_by_label("Regional budget (Rp)")
    amount.fill("20mn")
    amount.press("Enter")
    visit.settle("location.search.includes('dana_apbd=20mn') && location.search.includes('bagian=dana')")
    paid = visit.page.locator("figure.bars li", has_text="Regional budget")
    paid.get_by_text("99").wait_for()
    visit.page.goto(visit.page.url)
    paid.get_by_text("99").wait_for()
    # it is filled a moment after it is there
    expect(visit.page.get_by_label("Regional budget (Rp)")).to_have_value("20mn")  # filled a moment later
    assert visit.page.evaluate(WIDTH) == visit.page.viewport_size["width"]
    visit.clean()
