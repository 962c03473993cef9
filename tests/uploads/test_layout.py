"""The table within a sheet."""

import pytest

from planner.uploads import Sheet, Sheets, UploadError, find_table, open_table, template
from planner.uploads.kinds import COLUMNS
from tests.uploads import files


def of_rows(rows, merged=()):
    sheet = Sheet(
        "Data", hidden=False, rows={i: tuple(row) for i, row in enumerate(rows, 1) if any(row)}, merged=merged
    )
    return find_table(Sheets("a.xlsx", (sheet,)), "participants")


def told(table):
    return {note.key.removeprefix("upload.note.") for note in table.notes}


ONE = ["16.02.03.2001", "2026-03", "BPU", 12]
HEAD = ["Kode Desa", "Bulan", "Segmen", "Aktif"]


def test_titles_empty_rows_totals_numbering_and_repeated_headings_are_told():
    rows = [["LAPORAN"], [], HEAD, ["(1)", "(2)", "(3)", "(4)"], ONE, [], HEAD, ONE, ["Jumlah", None, None, 24]]
    table = of_rows(rows)
    assert table.frame.index.tolist() == [5, 8]
    assert told(table) == {"title_rows", "numbering", "empty_rows", "repeated", "total"}
    for note in table.notes:
        assert note.text("id") != note.text("en")


def test_two_heading_rows_with_merged_cells_are_joined():
    rows = [
        ["Kode Desa", "Bulan", "BPU", None],
        [None, None, "Aktif", "Tidak Aktif"],
        ["16.02.03.2001", "2026-03", 5, 1],
    ]
    merged = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3))
    table = of_rows(rows, merged)
    assert list(table.frame.columns) == ["Kode Desa", "Bulan", "BPU Aktif", "BPU Tidak Aktif"]
    assert table.frame.index.tolist() == [3]
    assert told(table) == {"two_headings", "merged"}


def test_two_heading_rows_without_merged_cells_are_joined():
    rows = [
        ["Kode Desa", "Bulan", "BPU", None],
        [None, None, "Aktif", "Tidak Aktif"],
        ["16.02.03.2001", "2026-03", 5, 1],
    ]
    assert list(of_rows(rows).frame.columns) == ["Kode Desa", "Bulan", "BPU Aktif", "BPU Tidak Aktif"]


def test_cells_merged_downwards_hold_for_all_their_rows():
    rows = [HEAD, ONE, [None, "2026-03", "PU", 3]]
    table = of_rows(rows, ((1, 0, 2, 0),))
    assert table.frame["Kode Desa"].tolist() == ["16.02.03.2001"] * 2


def test_a_village_called_total_is_no_total():
    assert len(of_rows([HEAD, ["16.02.03.2001", "Jumlah", "PU", 1], ["Jumlah", "", "", 1]]).frame) == 1


def test_merged_headings_of_a_real_workbook():
    rows = [[None] * 4, [None, None, "Aktif", "Tidak Aktif"], ["16.02.03.2001", "2026-03", 5, 1]]
    areas = [("A1:A2", "Kode Desa"), ("B1:B2", "Bulan"), ("C1:D1", "BPU")]
    content = files.workbook(rows, merged=areas)
    table = open_table(content, "a.xlsx", "participants")
    assert list(table.frame.columns) == ["Kode Desa", "Bulan", "BPU Aktif", "BPU Tidak Aktif"]


def test_the_sheet_that_fits_is_taken_and_others_with_data_are_told():
    sheets = tuple(
        Sheet(name, hidden=False, rows={i: tuple(r) for i, r in enumerate(rows, 1)})
        for name, rows in {"Info": [["Halo", "dunia"]], "Maret": [HEAD, ONE], "April": [HEAD, ONE]}.items()
    )
    table = find_table(Sheets("a.xlsx", sheets), "participants")
    assert table.sheet == "Maret"
    assert told(table) == {"other_sheets"}
    assert find_table(Sheets("a.xlsx", sheets), "participants", sheet="April").sheet == "April"
    with pytest.raises(UploadError, match="no sheet Mei"):
        find_table(Sheets("a.xlsx", sheets), "participants", sheet="Mei")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", [kind for kind in COLUMNS if kind != "outlines"])
def test_the_template_of_a_kind_is_understood_when_it_is_filled_in(kind, language):
    from planner.uploads import chosen, read_table

    sheets = read_table(template(kind, language), "contoh.xlsx")
    assert len(sheets.sheets) == 2
    headings = [str(cell) for cell in sheets.sheets[0].rows[1]]
    assert set(chosen(headings, kind, file="x").headings) == {c.name for c in COLUMNS[kind]}
    with pytest.raises(UploadError, match="headings only"):
        find_table(sheets, kind)


def test_outlines_have_no_template():
    with pytest.raises(UploadError, match="map program") as caught:
        template("outlines", "id")
    assert "QGIS" in caught.value.text("id")
