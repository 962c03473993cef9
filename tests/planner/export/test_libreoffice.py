"""LibreOffice opens both spreadsheets without a warning, reads the same cells, and prints pages as they are set up."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from planner.export import write
from planner.export.plain_sheet import PlainSheet
from planner.manner import Rupiah
from tests.planner.export.frames import about, ranked

NAMES = ("=1+1", "Désa 🏝  dua", "<b>&amp;</b>", "<r><t>y</t></r>")
SHEET = PlainSheet("Yang tidak [masuk]", ["Desa", "Biaya", "Skor"], [["=1+1", Rupiah(1_500_000), 2.5], [None, None, 3]])
FILES = ("of-ods.ods", "of-xlsx.xlsx")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both spreadsheets, and both converted by LibreOffice; each start of it takes seconds."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed: install libreoffice-calc to run this test")
    made = tmp_path_factory.mktemp("office")
    for name in FILES:
        write(made / name, ranked(NAMES), about(appendix=(SHEET,)))
    profile = f"-env:UserInstallation=file://{made}/profile"
    for kind, out in (("pdf", "pdf"), ("xlsx:Calc MS Excel 2007 XML", "again")):
        order = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", made / out]
        done = subprocess.run(
            [*order, *(made / name for name in FILES)], check=True, capture_output=True, timeout=240, text=True
        )
        warned = re.findall(".*(?:warn|error|repair).*", done.stdout + done.stderr, re.IGNORECASE)
        assert [line for line in warned if "javaldx" not in line] == []  # no Java is needed
    return made


@pytest.mark.parametrize("name", FILES)
def test_every_cell_is_read(folder, name):
    book, other = (CalamineWorkbook.from_path(path) for path in (folder / name, again(folder, name)))
    assert other.sheet_names == book.sheet_names
    cells, wanted = ([cell for row in b.get_sheet_by_index(0).to_python() for cell in row] for b in (other, book))
    assert len(cells) == len(wanted)
    for cell, want in zip(cells, wanted, strict=True):  # it writes 15 digits of a number
        assert cell == (pytest.approx(want, rel=1e-14) if isinstance(want, float) else want)


def again(folder: Path, name: str) -> Path:
    return folder / "again" / Path(name).with_suffix(".xlsx")


def test_a_name_is_not_worked_out(folder):
    for name in FILES:
        rows = CalamineWorkbook.from_path(again(folder, name)).get_sheet_by_index(0).to_python()
        assert [row[1] for row in rows[1:3]] == ["=1+1", "Désa 🏝  dua"]


@pytest.mark.parametrize("name", FILES)
def test_pages_lie_across(folder, name):
    pages = (folder / "pdf" / Path(name).with_suffix(".pdf")).read_bytes()
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pages)
    assert boxes
    assert all([float(side) for side in box] == pytest.approx([842, 595], abs=1) for box in boxes)
