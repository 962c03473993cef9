"""Personal data is refused, and what only resembles it is not."""

import pandas as pd
import pytest

from planner.uploads import Sheet, Sheets, Table, UploadError, open_table, refuse_personal
from tests.uploads import files

NIK = "1671" + "014107900001"
PHONE = "0812" + "34567890"


def refuse(columns, other=()):
    frame = pd.DataFrame(columns, dtype=object)
    rows = {i: tuple(row) for i, row in enumerate(frame.itertuples(index=False), 2)}
    sheets = (Sheet("Data", hidden=False, rows=rows), Sheet("Lain", hidden=True, rows={1: tuple(other)}))
    refuse_personal(Sheets("a.xlsx", sheets), Table("a.xlsx", "Data", frame))


HEADED = {
    "NIK": [NIK], "No. NIK": ["ada di kantor"], "nik_peserta": ["****0001"], "No KK": [NIK],
    "Nomor KPJ": ["12345678901"],
    "Nama Peserta": ["Budi"], "NAMA LENGKAP": ["Siti Aminah"], "Nama Agen": ["Budi"], "Nama Tenaga Kerja": ["Ali B"],
    "Alamat": ["Jl. Merdeka 1"], "Tanggal Lahir": ["1990-01-01"], "No HP": ["+62 811"], "No. WA": ["123 456 789"],
    "Telepon": ["0711 123456"], "E-mail": ["x"], "full name": ["Jo"], "NPWP": ["01.234.567.8-901.000"],
}  # fmt: skip


@pytest.mark.parametrize("heading", HEADED)
def test_a_heading_of_personal_data_refuses_the_file(heading):
    with pytest.raises(UploadError, match=r"nothing of it is kept.*UU PDP") as caught:
        refuse({"Kode Desa": ["16.02.03.2001"], heading: HEADED[heading]})
    assert "UU 27/2022" in caught.value.text("id")


CELLS = [NIK, f"NIK: {NIK}", "1671 0141 0790 0001", "16.71.01.410790.0001", int(NIK), "1,67101E+15", "1.67101E+15",
         PHONE, "+62 812-3456-7890", "62812" + "34567890", f"hubungi {PHONE}", "budi@contoh.co.id"]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: str(cell)[:6] + str(len(str(cell))))
@pytest.mark.parametrize("place", ["table", "hidden sheet"])
def test_a_cell_of_personal_data_refuses_the_file(cell, place):
    cells, other = (["", cell], []) if place == "table" else ([""], [cell])
    with pytest.raises(UploadError, match="nothing of it is kept") as caught:
        refuse({"Kendala": cells}, other=other)
    for language in ("id", "en"):
        assert str(cell) not in caught.value.text(language)


INNOCENT = {
    "Kode Desa": "1602032001", "BPS": 1602030001, "Nilai": "104.7565541234567", "Bujur": 104.7565541234567,
    "Jumlah NIK": 350, "KK": 350, "Kontak": 12, "Anggaran": "5.790.000.000", "Rupiah": 812345678901,
    "Periode": "2026-03-31 2026-04-30", "Masa": "31/03/2026 30/04/2026", "Nama Desa": "Suka Maju", "Kosong": None,
    "Kecamatan": "Kayu Agung", "Desa @": "a @ b", "Kendala": "belum panen 2 bulan",
    "Kunci catatan": "aa081234-5678-9abc-8def-0123456789ab",
}  # fmt: skip


@pytest.mark.parametrize("heading", INNOCENT)
def test_what_only_resembles_it_passes(heading):
    refuse({heading: [INNOCENT[heading]]})


def test_a_bare_name_beside_a_village_is_a_persons():
    refuse({"Nama": ["Suka Maju"]})
    with pytest.raises(UploadError, match="names of people"):
        refuse({"Desa": ["Suka Maju"], "Nama": ["Budi"]})


def test_a_whole_workbook_is_refused():
    content = files.workbook([[*files.HEADINGS, "NIK"], *([*row, NIK] for row in files.ROWS)])
    with pytest.raises(UploadError, match="identity numbers"):
        open_table(content, "a.xlsx", "participants")
