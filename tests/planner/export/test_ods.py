"""The OpenDocument spreadsheet is ready to filter, to print and to defend."""

import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from geodata.texts import LANGUAGES
from planner.errors import PlanError
from planner.export import ods, write
from planner.export.cells import clean
from planner.export.columns import for_people
from planner.export.ods_cells import paragraph
from planner.export.plain_sheet import PlainSheet
from planner.manner import Rupiah
from tests.planner.export.frames import SHEETS, about, ranked

SHEET = PlainSheet("Yang tidak [masuk]", ["Desa", "Biaya", "Skor"], [["=1+1", Rupiah(1_500_000), 2.5], [None, None, 3]])
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def written(tmp_path, *, frame=None, said=None):
    path = tmp_path / "a.ods"
    write(path, ranked() if frame is None else frame, said or about())
    return path


def part(path, name):
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_headings_are_in_the_language(tmp_path, language):
    book = CalamineWorkbook.from_path(written(tmp_path, said=about(language, appendix=(SHEET, SHEET))))
    first, last = SHEETS[language]
    assert book.sheet_names == [first, "Yang tidak  masuk", "Yang tidak  masuk (2)", last]
    assert book.get_sheet_by_index(0).to_python()[0] == [c.heading(language) for c in for_people(ranked())]
    assert book.get_sheet_by_index(1).to_python() == [["Desa", "Biaya", "Skor"], ["=1+1", 1_500_000, 2.5], ["", "", 3]]


def test_the_last_sheet_says_where_figures_come_from(tmp_path):
    rows = CalamineWorkbook.from_path(written(tmp_path)).get_sheet_by_name("Tentang data").to_python()
    told = {cell for row in rows for cell in row if cell}
    assert {"22 November 2026", "3f5a9c0e7b1d2a46", "BPS, Sakernas", "CC BY 4.0", "weights.need", "0,6"} <= told
    assert {column.name for column in for_people(ranked())} <= told


def test_list_is_ready_to_filter_and_print(tmp_path):
    path = written(tmp_path)
    content = part(path, "content.xml")
    area = "'Daftar prioritas'.A1:'Daftar prioritas'.{}4"
    everything = re.search(r'target-range-address="([^"]+)"', content)[1]
    assert everything == area.format(ods._letters(len(for_people(ranked()))))
    assert 'display-filter-buttons="true"' in content
    assert re.search(r'print-ranges="([^"]+)"', content)[1] == area.format("N")
    assert "<table:table-header-rows>" in content
    settings = part(path, "settings.xml")
    assert re.search(r'SplitPosition" config:type="int">2<.*SplitPosition" config:type="int">1<', settings)
    styles = part(path, "styles.xml")
    assert 'scale-to-X="1" style:scale-to-Y="0"' in styles
    assert "Halaman <text:page-number>1</text:page-number> dari" in styles


def test_estimates_are_in_italics(tmp_path):
    content = part(written(tmp_path), "content.xml")
    looks = re.findall(r'style-name="(count[a-z-]*)" office:value-type="float" office:value="(1234[345])"', content)
    assert looks == [("count", "12345"), ("count-estimate", "12344"), ("count-estimate", "12343")]
    style = re.search(r'<style:style style:name="count-estimate".*?</style:style>', content)[0]
    assert 'font-style="italic"' in style


def test_it_begins_as_the_standard_says(tmp_path):
    with zipfile.ZipFile(written(tmp_path)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        listed = set(re.findall(r'full-path="([^"]+)"', archive.read("META-INF/manifest.xml").decode()))
        assert listed == {"/", *archive.namelist()} - {"mimetype", "META-INF/manifest.xml"}


@given(st.text(max_size=40))
def test_any_text_keeps_its_spaces(value):
    root = ET.fromstring(f'<x xmlns:text="{TEXT[1:-1]}">{paragraph(value)}</x>')[0]
    spaces = {f"{TEXT}s": lambda e: " " * int(e.get(f"{TEXT}c"))}
    read = (root.text or "") + "".join(spaces[e.tag](e) + (e.tail or "") for e in root)
    assert read == clean(value)
    assert not re.search(r"^ | $|  ", re.sub(r"<[^>]*>", "|", paragraph(value)))


@pytest.mark.parametrize(("place", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_letters_of_columns(place, letters):
    assert ods._letters(place) == letters


def test_more_rows_than_a_sheet_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(ods, "ROWS", 2)
    with pytest.raises(PlanError, match="there are 3 villages") as caught:
        written(tmp_path)
    assert "ada 3 desa" in caught.value.text("id")
