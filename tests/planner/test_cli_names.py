"""``planner names match``: every row comes back, decided or with suggestions; mistakes are told."""

import csv
import json

import pytest
from openpyxl import load_workbook

from tests.planner.command_line import read_once, run

ROWS = """village;district;regency;code
Desa Megang Sakti 2;Megang Sakti;Kab. Musi Rawas;
Sari;Megang Sakti;Musi Rawas;
Way Redak;;Lampung Barat;
Jati Baru;;Sarolangun;1503062018
=1+1;;Lahat;
"""
REFUSED = {
    "columns": ("name,regency\na,b\n", "lacks columns or has them twice", "kurang atau ganda"),
    "no parent": ("village\na\n", "lacks columns", "kurang atau ganda"),
    "no rows": ("village,regency\n", "has no rows", "tidak berisi baris"),
    "torn": ("village,regency\na,b\nc,d,e\n", "rows 2 have more fields", "baris 2 berisi lebih banyak"),
    "quote": ('village,regency\n"a,b\n', "not a whole CSV", "bukan CSV yang utuh"),
    "personal": ("village,regency,nik\na,b,1234567890123456\n", "nik", "nik"),
}


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the command works on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    read_once(monkeypatch)


@pytest.fixture
def sent(tmp_path):
    path = tmp_path / "sent.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_counts_add_up_and_json_holds_every_row(capsys, sent):
    code, out, err = run(capsys, "names", "match", sent, "--json", "--lang", "en")
    told = json.loads(out)
    assert code == 0
    assert told["rows_in"] == 5 == told["accepted"] + told["review"] + told["unknown"] == len(told["rows"])
    assert "5 rows: 2 accepted, 2 to be checked, 1 unknown." in err
    by_row = {row["row"]: row for row in told["rows"]}
    assert by_row[1]["matched_code"] == "16.05.12.2003"
    assert by_row[4]["matched_code"] == "15.03.11.2006"
    assert by_row[3]["matched_code"] is None
    assert by_row[3]["suggestions"][0]["regency_name"] == "Kabupaten Pesisir Barat"
    assert by_row[5]["match_status"] == "unknown"


def test_headings_may_be_in_bahasa_indonesia(capsys, sent):
    sent.write_text(ROWS.replace("village;district;regency;code", "Desa;Kecamatan;Kabupaten;Kode"), encoding="utf-8")
    assert "5 rows: 2 accepted, 2 to be checked, 1 unknown." in run(capsys, "names", "match", sent, "--lang", "en")[2]


def test_csv_holds_every_row_with_suggestions_and_no_formula(capsys, sent, tmp_path):
    out = tmp_path / "result.csv"
    assert run(capsys, "names", "match", sent, "--out", out)[0] == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["Baris"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[1]["Hasil"] == "perlu diperiksa"
    assert rows[1]["Saran 1"].endswith(")")
    assert rows[4]["Desa (ditulis)"] == "'=1+1"


def test_xlsx_holds_the_same_as_text(capsys, sent, tmp_path):
    out = tmp_path / "result.xlsx"
    assert run(capsys, "names", "match", sent, "--out", out, "--lang", "en")[0] == 0
    sheet = load_workbook(out).active
    assert sheet.max_row == 6
    assert [cell.value for cell in sheet["B"]][5] == "=1+1"
    assert sheet["B6"].data_type == "s"
    assert [cell.value for cell in sheet["A"]][1:] == [1, 2, 3, 4, 5]


def test_decided_names_are_taken(capsys, sent, tmp_path):
    decided = tmp_path / "aliases.csv"
    decided.write_text("parent_code,name,village_code\n16.05.12,SARI,16.05.12.2011\n", encoding="utf-8")
    told = json.loads(run(capsys, "names", "match", sent, "--aliases", decided, "--json")[1])
    assert told["rows"][1]["match_how"] == "alias"


def test_the_table_is_printed_without_an_option(capsys, sent):
    code, out, _ = run(capsys, "names", "match", sent, "--lang", "en")
    assert code == 0
    assert "Way Redak" in out


@pytest.mark.parametrize(("content", "en", "id_"), REFUSED.values(), ids=REFUSED)
def test_files_that_cannot_be_used_are_told(capsys, tmp_path, content, en, id_):
    path = tmp_path / "sent.csv"
    path.write_text(content, encoding="utf-8")
    for language, words in (("en", en), ("id", id_)):
        code, _, err = run(capsys, "names", "match", path, "--lang", language)
        assert code == 1
        assert words in err


def test_other_endings_are_refused(capsys, sent, tmp_path):
    code, _, err = run(capsys, "names", "match", sent, "--out", tmp_path / "x.doc", "--lang", "en")
    assert code == 1
    assert "must end in one of .csv, .xlsx" in err
