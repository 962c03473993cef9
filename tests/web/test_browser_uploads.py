"""The page of uploads in a real Chromium: from a workbook to the map, and hostile words that stay words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata import schema
from geodata.layer import make_layer
from tests.uploads import files
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.office import Office
from tests.web.server import LAPTOP, PHONE, served
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

VILLAGES = grid_layer(8, 6)
CODES = VILLAGES[schema.VILLAGE_CODE].to_list()
TITLE = "Uploads of the office"
WIDTH = "document.querySelector('[data-testid=stMain]').scrollWidth"
PWNED = "<img src=x onerror=window.__pwned=1>"
WORDS = (*HOSTILE, PWNED, "<script>window.__pwned=1</script>", "${window.__pwned=1}", "=1+1", "{{7*7}}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home, make_layer(VILLAGES, RECORDS, {"built": "2026-11-22"})) as where:
        yield where


@pytest.fixture(scope="module")
def token(address: str, home: Path) -> str:
    """The session of a planner."""
    return Office(home / "data").token("planner")


def send(visit: Visit, name: str, content: bytes) -> None:
    field = visit.page.get_by_test_id("stFileUploaderDropzoneInput")
    field.set_input_files({"name": name, "mimeType": "", "buffer": content})


def done(visit: Visit, css: str) -> None:
    visit.page.locator(css).wait_for()


@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_workbook_goes_from_the_page_to_the_map(chromium, address: str, token: str, screen: dict) -> None:
    village = CODES[30 if screen is LAPTOP else 31]
    content = files.participants([[village, "", "", "Oktober 2026", "BPU", 37, 2]])
    with Visit(chromium, address, screen).sign_in(token) as visit:
        visit.open("unggah?lang=en", TITLE)
        shown = visit.page.evaluate("document.querySelector('.st-key-upload').innerText")
        assert not {"Drag", "Limit", "Browse", "Upload"} & set(shown.split())
        send(visit, "peserta.xlsx", content)
        done(visit, ".st-key-upload-check button")
        if screen is LAPTOP:
            visit.choose("Inactive (optional)", "– not in the file –")
        visit.press("Check all rows")
        done(visit, ".upload-counts")
        visit.page.get_by_text("1 rows in = 1 accepted + 0 held + 0 refused").wait_for()
        visit.press("Keep (rows: 1)")
        visit.page.get_by_text("Rows accepted: 1;").wait_for()
        assert visit.page.evaluate(WIDTH) == visit.page.viewport_size["width"]
        visit.page.get_by_role("link", name="See it on the map").click()
        visit.canvas.wait_for()
        visit.settle("location.search.includes('ukuran=coverage_pct')")
        visit.page.goto(f"{address}desa?lang=en&desa={village}")
        figures = visit.page.locator(".village-figures tr", has_text="counted").first
        figures.wait_for()
        assert "37" in figures.inner_text()
        visit.clean()


def test_a_template_comes_to_whom_it_was_made_for(chromium, address: str, token: str) -> None:
    with Visit(chromium, address, LAPTOP).sign_in(token) as visit:
        visit.open("unggah?lang=en", TITLE)
        file = visit.downloaded(visit.page.get_by_test_id("stDownloadButton").first.locator("button").click)
        assert Path(file.path()).read_bytes().startswith(b"PK")
        visit.clean()


def test_a_workbook_of_hostile_words_shows_them_as_words(chromium, address: str, token: str, home: Path) -> None:
    headings = ["Kode Desa", "Nama Desa", "Kecamatan", "Bulan", "Segmen", "Peserta Aktif", *WORDS]
    rows = [["", f"Suka {word}", word, "Oktober 2026", "BPU", 3 + i, *WORDS] for i, word in enumerate(WORDS)]
    rows += [[CODES[40 + i], "", "", word, word, word, *WORDS] for i, word in enumerate(WORDS[:6])]
    rows += [[CODES[20], "", "", "Oktober 2026", "BPU", 9, *WORDS]]
    formulas = {"A40": ('=HYPERLINK("http://x.invalid","klik")', "klik")}
    content = files.workbook([headings, *rows], formulas=formulas)
    with Visit(chromium, address, LAPTOP).sign_in(token) as visit:
        visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
        visit.open("unggah?lang=en", TITLE)
        send(visit, f"{PWNED}{{{{7*7}}}}.xlsx", content)
        done(visit, ".st-key-upload-check button")
        harmless(visit)
        visit.press("Check all rows")
        done(visit, ".upload-counts")
        visit.page.get_by_text("Notes on reading").click()
        harmless(visit)
        assert "{{7*7}}" in visit.page.evaluate("document.body.innerText")
        visit.page.locator(".st-key-upload-keep button").click()
        done(visit, ".st-key-upload-to-held")
        harmless(visit)
        visit.press("Decide on the held rows")
        done(visit, ".upload-row")
        told = set()
        for place in range(4):
            if place:
                before = visit.page.locator(".upload-row").inner_text()
                visit.page.locator(".st-key-upload-held-next button").click()
                visit.page.wait_for_function(OTHER_ROW, arg=before)
            told.add(visit.page.locator(".upload-row").inner_text())
            harmless(visit)
        assert len(told) == 4
        visit.page.get_by_label("Search another village").fill("7*7")
        visit.page.get_by_label("Search another village").press("Enter")
        visit.page.get_by_role("radio").first.wait_for(state="attached")
        harmless(visit)
        visit.page.get_by_text("As a list", exact=True).click()
        done(visit, ".st-key-upload-take-first")
        harmless(visit)
        visit.page.get_by_text("History", exact=True).click()
        done(visit, ".facts")
        assert PWNED.split(maxsplit=1)[0] in visit.page.locator(".facts").first.inner_text()
        harmless(visit)
        visit.clean()
    assert not list(home.rglob("owned"))


OTHER_ROW = """before => {
  const row = document.querySelector(".upload-row");
  return row && row.innerText !== before;
}"""


def harmless(visit: Visit) -> None:
    """Nothing of the words has run or become a part of the page."""
    visit.page.wait_for_timeout(400)
    for frame in visit.page.frames:
        assert frame.evaluate("window.__pwned") is None
        assert frame.title() != "owned"
        found = "document.querySelectorAll('img[src=x], svg[onload], [onmouseover], a[href^=javascript]').length"
        assert frame.evaluate(found) == 0
    assert visit.complaints == []
