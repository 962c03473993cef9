"""A planner's whole way on the embedded default: look, weigh, choose, save, compare, pass the link on."""

import re
from collections.abc import Iterator

import pytest

from geodata.layer import load
from tests.web.server import LAPTOP, served
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

BABEL = "19"
FIRST, SECOND = "Sepuluh desa", "Tanpa satu"
CHOSEN = ".plan-totals"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("path"), load(None)) as where:
        yield where


class Planner(Visit):
    """A visit of somebody who plans."""

    def __init__(self, browser, address: str) -> None:
        super().__init__(browser, address, LAPTOP)

    def arrive(self, address: str) -> None:
        self.page.goto(address)
        self.canvas.wait_for()

    def told(self, part: str) -> None:
        """Wait until the address says something."""
        self.page.wait_for_function("part => decodeURIComponent(location.search).includes(part)", arg=part)

    def row(self, number: int) -> str:
        """Take a row of the list; return the name on the card."""
        table = self.page.locator("[data-testid=stDataFrame]").first
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        heading = self.page.locator(".card h2")
        before = heading.inner_text() if heading.count() else ""
        self.page.mouse.click(box["x"] + 18, box["y"] + 35 * (number + 0.5))
        self.page.wait_for_function(
            "before => document.querySelector('.card h2') && document.querySelector('.card h2').innerText !== before",
            arg=before,
        )
        return str(heading.inner_text())

    def code(self) -> str:
        found = re.search(r"[?&]desa=([\d.]+)", self.page.url)
        assert found, self.page.url
        return found[1]

    def save(self, name: str) -> None:
        self.page.get_by_label("Simpan sebagai skenario").fill(name)
        self.press("Simpan")
        self.page.get_by_text(f'Skenario "{name}" disimpan.').wait_for()


def test_look_weigh_choose_save_compare_and_pass_the_link_on(chromium, embedded: str) -> None:
    planner = Planner(chromium, embedded)
    planner.arrive(embedded)

    planner.choose("Provinsi", "Kepulauan Bangka Belitung")
    planner.choose("Sektor pekerjaan", "Perikanan")
    planner.told(f"provinsi={BABEL}&sektor=fishery")

    planner.follow("Bobot", "Bobot kriteria")
    for label in ("Kebutuhan", "Biaya"):
        slider = planner.page.get_by_role("slider", name=re.compile(f"^{label}:"))
        slider.focus()
        for _ in range(5):
            planner.page.keyboard.press("ArrowRight")
    planner.told("bobot=55-35-20-")

    planner.follow("Peta", "Peta pekerja yang belum terlindungi")
    planner.canvas.wait_for()
    first, code = planner.row(1), planner.code()
    assert planner.row(3) != first
    assert planner.code() != code

    planner.follow("Pilih", "Pilih desa untuk pencanangan")
    planner.canvas.wait_for()
    locked = planner.code()
    planner.press("Jangan masuk")
    planner.told(f"jangan={locked}")
    planner.page.get_by_label("Anggaran semua pencanangan (Rp)").fill("500 jt")
    planner.page.get_by_label("Jumlah pencanangan paling banyak (desa)").fill("10")
    planner.page.keyboard.press("Tab")
    planner.told("jumlah=10")
    planner.press("Pilih desa")
    planner.told("hitung=1")
    planner.page.locator(CHOSEN).get_by_text("10", exact=True).wait_for()
    chosen = planner.totals()
    planner.save(FIRST)
    link = planner.page.url

    planner.press("Lepas")
    planner.page.wait_for_function("!location.search.includes('jangan=')")
    planner.press("Pilih desa")
    planner.told("hitung=1")
    planner.save(SECOND)

    planner.follow("Skenario", "Skenario yang disimpan")
    planner.choose("Skenario kiri", FIRST)
    planner.choose("Skenario kanan", SECOND)
    planner.page.get_by_role("heading", name="Aturan dan bobot yang berbeda").wait_for()
    planner.page.get_by_text("desa yang dikecualikan").wait_for()
    planner.clean()

    other = Planner(chromium, embedded)
    other.arrive(link)
    assert other.totals() == chosen
    assert other.page.url == link
    assert other.page.locator(".card h2").inner_text() == planner_name(other)
    assert other.complaints == []
    for visitor in (planner, other):
        visitor.close()


def planner_name(visitor: Planner) -> str:
    """Return the name of the selected village as the chip of the locked ones says it."""
    chip = visitor.page.locator(".st-key-chips-jangan button").first
    chip.wait_for()
    return chip.inner_text().removeprefix("✕").strip()
