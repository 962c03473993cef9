"""Refused rows come back, can be corrected, and are accepted the second time."""

import io

import openpyxl
import pytest

from planner.uploads import check, open_table, refused_workbook
from tests.uploads import files
from tests.uploads.conftest import TODAY

ROWS = [
    files.ROWS[0],
    ["16.02.03.2002", "=1+1", "OKI", "2026-03", "BPU", "85%", 3],
    ["16.02.03.9999", None, "OKI", "2026-03", "XX", 7.5, -1],
    [None, "Suka Maju", None, "2026-03", "PU", 3, 1],
]


@pytest.fixture(scope="module", params=["id", "en"])
def given_back(request, known):
    table = open_table(files.participants(ROWS), "a.xlsx", "participants")
    checked = check(table, "participants", known, today=TODAY)
    return checked, refused_workbook(checked, request.param), request.param


def test_each_refused_row_stands_with_its_reasons(given_back):
    checked, content, language = given_back
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert len(lines) == 1 + len(checked.refused) == 3
    assert list(lines[0][:7]) == files.HEADINGS
    assert lines[1][5] == "85%"
    assert lines[1][7] == 3
    assert lines[2][5] == 7.5
    assert "Kode Desa" in lines[2][8].splitlines()
    expected = {"id": "Segmen tidak dikenal", "en": "The segment is not known"}[language]
    assert expected in lines[2][10]
    assert "XX" in lines[2][9]
    assert len(lines[2][8].splitlines()) == len(lines[2][10].splitlines()) >= 4


def test_no_text_of_the_file_becomes_a_formula(given_back):
    sheet = openpyxl.load_workbook(io.BytesIO(given_back[1])).active
    assert sheet["B2"].value == "=1+1"
    assert sheet["B2"].data_type == "s"
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_corrected_rows_are_accepted_when_they_come_again(given_back, known):
    checked, content, _ = given_back
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    for row, values in {2: ("16.02.03.2002", "Desa", 85, 3, "BPU"), 3: ("16.02.03.1001", "x", 7, 1, "PU")}.items():
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = values[0], "Desa"
        sheet.cell(row, 6).value, sheet.cell(row, 7).value, sheet.cell(row, 5).value = values[2:]
    target = io.BytesIO()
    book.save(target)
    again = check(open_table(target.getvalue(), "b.xlsx", "participants"), "participants", known, today=TODAY)
    assert (len(again.accepted), len(again.held), len(again.refused)) == (len(checked.refused), 0, 0)
    assert again.columns == checked.columns
    assert not any(note.key == "upload.note.unused" for note in again.notes)


def test_a_file_that_comes_back_twice_does_not_grow(given_back, known):
    first = given_back[1]
    again = check(open_table(first, "b.xlsx", "participants"), "participants", known, today=TODAY)
    second = openpyxl.load_workbook(io.BytesIO(refused_workbook(again, "id"))).active
    assert second.max_column == openpyxl.load_workbook(io.BytesIO(first)).active.max_column
    assert second.max_row == 3
