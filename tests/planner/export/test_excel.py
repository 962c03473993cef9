"""The workbook is ready to filter, to print and to defend."""

import re
import zipfile

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from geodata.texts import LANGUAGES
from planner.coverage import COVERAGE, GAP
from planner.export import write
from planner.export.cells import EXCEL_CELL
from planner.export.columns import PRINTED, for_people
from planner.export.excel_cells import QuickSheet
from tests.planner.export.frames import SHEETS, about, ranked


def workbook(tmp_path, *, frame=None, said=None):
    path = tmp_path / "a.xlsx"
    write(path, ranked() if frame is None else frame, said or about())
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_headings_are_in_the_language(tmp_path, language):
    book = workbook(tmp_path, said=about(language))
    assert tuple(book.sheetnames) == SHEETS[language]
    headings = [cell.value for cell in book.worksheets[0][1]]
    assert headings == [column.heading(language) for column in for_people(ranked())]


def test_list_is_ready_to_filter(tmp_path):
    sheet = workbook(tmp_path).worksheets[0]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == sheet.dimensions
    widths = [sheet.column_dimensions[letter].width for letter in "AB"]
    assert widths == pytest.approx([PRINTED[0].width, PRINTED[1].width], abs=1)


def test_list_is_ready_to_print(tmp_path):
    sheet = workbook(tmp_path, said=about(title="R&G &P")).worksheets[0]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_area == f"'{sheet.title}'!$A$1:$N$4"
    footer = sheet.oddFooter
    assert footer.left.text.strip() == "R＆G ＆P, 22 November 2026"
    assert footer.center.text == "Halaman &P dari &N"
    assert footer.right.text == "Sidik data 3f5a9c0e7b1d2a46"
    assert sheet.oddHeader.right.text == "Angka miring: perkiraan atau asumsi"


def test_numbers_are_shown_with_the_separators_of_the_machine(tmp_path):
    frame = ranked()
    sheet = workbook(tmp_path, frame=frame).worksheets[0]
    formats = {c.name: sheet.cell(2, n).number_format for n, c in enumerate(for_people(frame), start=1)}
    assert formats[GAP] == "#,##0"
    assert formats[COVERAGE] == "0.0"
    assert sheet["G2"].number_format == "@"


def test_estimates_are_in_italics(tmp_path):
    frame = ranked()
    sheet = workbook(tmp_path, frame=frame).worksheets[0]
    place = {column.name: n for n, column in enumerate(for_people(frame), start=1)}
    italic = {name: [bool(sheet.cell(row, n).font.italic) for row in (2, 3, 4)] for name, n in place.items()}
    assert italic[GAP] == italic["gap_workers_low"] == [False, True, True]
    assert italic[COVERAGE] == [True, True, True]  # its basis is not told
    assert italic["eligible_workers"] == [True, True, True]
    assert italic["village_name"] == italic["rank"] == italic["families"] == [False, False, False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_second_sheet_tells_about_the_data(tmp_path, language):
    sheet = workbook(tmp_path, said=about(language)).worksheets[1]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    words = {
        "id": ("ya", "0,6", "Pekerja belum terlindungi", "hasil pembagian"),
        "en": ("yes", "0.6", "Uncovered workers", "split from a total"),
    }
    yes, weight, heading, split = words[language]
    assert rows[0] == ["Daftar uji"]
    assert ["region", "15, 16"] in rows
    assert ["sector", "–"] in rows
    assert ["weights.need", weight] in rows
    assert ["strict", yes] in rows
    assert ["year", "2026"] in rows
    assert [heading, split, "BPS, Sakernas", "2024", "https://bps.example", "CC BY 4.0", "Per provinsi."] in rows
    assert any(row[0] == "unlisted_figure" for row in rows if row)
    assert ["1", "Tidak ada rumus resmi Desa Sadar."] in rows
    assert ["2", "=1+1"] in rows
    for column in for_people(ranked()):
        assert [column.heading(language), column.unit_text(language), column.meaning(language), column.name] in rows


def test_long_notes_get_high_rows(tmp_path):
    sheet = workbook(tmp_path, said=about(notes=("kata " * 200,))).worksheets[1]
    height = next(sheet.row_dimensions[c.row].height for c in sheet["B"] if str(c.value).startswith("kata"))
    assert height >= 5 * 15


@pytest.mark.parametrize("title", ["[x]:*?/\\'", "'", "a" * 400, "History", "&G&[Picture]", "=1+1", "2026 &8"])
def test_hostile_title(tmp_path, title):
    book = workbook(tmp_path, said=about(title=title, fingerprint=title))
    assert tuple(book.sheetnames) == SHEETS["id"]
    assert book.worksheets[1]["A1"].value == title
    assert book.worksheets[1]["A1"].data_type != "f"
    header = book.worksheets[0].oddHeader.left
    footer = book.worksheets[0].oddFooter.left
    assert header.text.startswith("&B ")
    assert footer.text.startswith(" ")
    assert "&" not in header.text.removeprefix("&B") + footer.text


def test_long_and_broken_names(tmp_path):
    names = ("a" * 40_000, "x\x00\x0b\ud800\uffff", "<r><t>y</t></r>", "_x000D_", "\ufeff z ")
    sheet = workbook(tmp_path, frame=ranked(names)).worksheets[0]
    values = [sheet.cell(row, 2).value for row in range(2, 7)]
    assert [unescape(value) for value in values] == [
        "a" * (EXCEL_CELL - 1) + "…",
        "x  \ufffd\ufffd",
        "'<r><t>y</t></r>",
        "_x000D_",
        "\ufeff z ",
    ]


def test_quick_sheet_writes_what_xlsxwriter_writes(tmp_path, monkeypatch):
    names = ("a<b>&\"c'", "_x0041_", " x ", "Désa 🏝", "_x00_", "<r>")
    frame = ranked(names).drop(columns=COVERAGE)

    def sheet_xml():
        workbook(tmp_path, frame=frame)
        with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
            return archive.read("xl/worksheets/sheet1.xml").decode()

    quick = sheet_xml()
    monkeypatch.delattr(QuickSheet, "_write_cell")
    assert re.sub(r"<v>([\d.-]+)</v>", as_float, quick) == re.sub(r"<v>([\d.-]+)</v>", as_float, sheet_xml())


def as_float(match):
    return f"{float(match[1]):.12g}"


def test_no_formula_and_no_link_in_the_file(tmp_path):
    workbook(tmp_path, frame=ranked(("=cmd|'/c calc'!A0", "http://x.example", "mailto:a@b.example")))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheets = "".join(archive.read(n).decode() for n in archive.namelist() if "worksheets/" in n)
    assert not re.search(r"<f[ >]|<hyperlink|externalLink", sheets)
