"""``planner import --commit`` and ``planner uploads``: what is kept is what every command counts."""

import json

import pandas as pd
import pytest

from geodata.layer import load
from planner.cli import main
from tests.uploads import files


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    return tmp_path / "data"


@pytest.fixture(scope="module")
def villages():
    return pd.DataFrame(load().frame.drop(columns="geometry")).head(3)


@pytest.fixture
def book(tmp_path, villages):
    first, second, third = villages.itertuples(index=False)
    rows = [
        [first.village_code, first.village_name, first.regency_name, "Oktober 2026", "BPU", 7, 2],
        [None, second.village_name, None, "2026-10", "BPU", 5, 1],
        [third.village_code, third.village_name, "Kota Palembang", "2026-10", "BPU", "85%", 1],
    ]
    path = tmp_path / "peserta.xlsx"
    path.write_bytes(files.participants(rows))
    return path


def run(capsys, *arguments):
    code = main([*map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def active(capsys, code):
    _, said, _ = run(capsys, "show", code, "--json")
    (figure,) = (figure for figure in json.loads(said)["figures"] if figure["figure"] == "active_bpu")
    return figure["value"], figure["basis"]


def test_kept_counts_are_what_every_command_counts_until_they_are_undone(capsys, book, villages):
    code = villages["village_code"].iloc[0]
    before = active(capsys, code)
    assert run(capsys, "db", "upgrade")[0] == 0
    done, said, told = run(capsys, "import", book, "--kind", "participants", "--commit", "--lang", "en")
    assert (done, "3 rows in = 1 accepted + 1 held + 1 refused" in said) == (0, True)
    assert "Kept as upload number 1: 1 rows count, 1 wait" in told
    assert active(capsys, code) == (7, "observed") != before
    again, _, told = run(capsys, "import", book, "--kind", "participants", "--commit", "--lang", "en")
    assert (again, "kept already as upload number 1" in told) == (1, True)
    _, said, _ = run(capsys, "uploads", "list", "--json")
    (kept,) = json.loads(said)["uploads"]
    assert (kept["id"], kept["file_name"], kept["accepted"], kept["status"]) == (1, "peserta.xlsx", 1, "committed")
    assert "peserta.xlsx" in run(capsys, "uploads", "list")[1]
    assert "dibatalkan" in run(capsys, "uploads", "undo", "1")[2]
    assert active(capsys, code) == before
    assert "dibatalkan" in run(capsys, "uploads", "list")[1]


def test_what_cannot_be_kept_is_told_and_nothing_changes(capsys, book, data_dir):
    code, _, told = run(capsys, "import", book, "--kind", "participants", "--commit", "--lang", "en")
    assert (code, "planner db upgrade" in told) == (1, True)
    code, _, told = run(capsys, "uploads", "list", "--lang", "en")
    assert (code, "There is no database" in told) == (1, True)
    assert not (data_dir / "records.sqlite").exists()


def test_held_rows_are_listed_decided_and_remembered_with_the_columns(capsys, tmp_path, villages):
    first, second = villages.head(2).itertuples(index=False)
    headings = ["Desanya", "Kec", "Kabupaten", "Bln", "Segmen", "Jml A", "Catatan"]
    rows = [["Xyzabc 7*7", first.district_name, first.regency_name, "2026-10", "BPU", 7, "x"]]
    book, mapping = tmp_path / "a.xlsx", tmp_path / "peta.json"
    book.write_bytes(files.workbook([headings, *rows]))
    mapping.write_text('{"headings": {"village_name": "Desanya", "active": "Jml A"}}', encoding="utf-8")
    run(capsys, "db", "upgrade")
    assert run(capsys, "import", book, "--kind", "participants", "--map", mapping, "--commit")[0] == 0
    _, said, _ = run(capsys, "uploads", "held", "1", "--json")
    (held,) = json.loads(said)["held"]
    assert (held["row"], held["values"]["active"], held["values"]["village_name"]) == (2, 7, "Xyzabc 7*7")
    code, said, told = run(capsys, "uploads", "held", "--lang", "en")
    assert (code, "Xyzabc 7*7" in said, "1 rows wait" in told) == (0, True, True)
    code, _, told = run(capsys, "uploads", "settle", "1", "2", "--lang", "en")
    assert (code, "one of the two" in told) == (1, True)
    code, _, told = run(capsys, "uploads", "settle", "1", "2", first.village_code.replace(".", ""), "--lang", "en")
    assert (code, "was taken for village" in told, "is remembered" in told) == (0, True, True)
    assert active(capsys, first.village_code) == (7, "observed")

    rows = [[rows[0][0], *rows[0][1:3], "2026-11", "BPU", 9, "x"], ["Qwerty", None, None, "2026-11", "BPU", 1, "x"]]
    book.write_bytes(files.workbook([headings, *rows]))
    code, said, told = run(capsys, "import", book, "--kind", "participants", "--commit", "--json", "--lang", "en")
    found = json.loads(said)
    assert ("chosen last time" in told, found["matched_by"]) == (True, {"alias": 1})
    assert active(capsys, first.village_code)[0] == 9
    assert "dikesampingkan" in run(capsys, "uploads", "settle", "2", "3", "--aside", "bukan desa")[2]
    assert json.loads(run(capsys, "uploads", "held", "--json")[1]) == {"held": []}

    out = tmp_path / "nama.csv"
    assert "1 names were written" in run(capsys, "names", "aliases", "export", out, "--lang", "en")[2]
    assert first.village_code in out.read_text(encoding="utf-8")
    assert "0 are new" in run(capsys, "names", "aliases", "import", out, "--lang", "en")[2]
    assert second.village_code not in out.read_text(encoding="utf-8")


def test_every_kind_of_table_is_kept_from_its_template(capsys, tmp_path, villages):
    code = villages["village_code"].iloc[0]
    told = {
        "agents": [["Kode agen", "Kantor cabang", "Kode desa"], ["AG-1", "Kacab Palembang", code]],
        "visits": [["Kode agen", "Tanggal", "Kode desa", "Ditemui", "Mendaftar"], ["AG-1", "2026-01-31", code, 9, 2]],
        "workers": [["Kode desa", "Sektor", "Jumlah pekerja"], [code, "nelayan", 11]],
        "officials": [
            ["Kode desa", "Perangkat terdaftar", "Jumlah perangkat", "Tanggal"],
            [code, 8, 8, "2026-01-31"],
        ],
        "funded": [
            ["Kode desa", "Sumber dana", "Jumlah orang", "Bulan pertama", "Jumlah bulan"],
            [code, "APBD kabupaten", 40, "Juni 2026", "6 bulan"],
        ],
        "criteria": [
            ["Kode desa", "Nilai", "Satuan", "Sumber", "Tanggal"],
            [code, "12,5", "km", "Dinas", "2026-01-31"],
        ],
    }
    run(capsys, "db", "upgrade")
    for kind, rows in told.items():
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(files.delimited(rows, delimiter=";"))
        done, said, err = run(capsys, "import", path, "--kind", kind, "--commit", "--json", "--lang", "en")
        assert (done, json.loads(said)["accepted"]) == (0, 1), (kind, err)
    _, said, _ = run(capsys, "show", code, "--json")
    shown = json.loads(said)
    figures = {figure["figure"]: figure for figure in shown["figures"]}
    assert (figures["workers_fishery"]["value"], figures["workers_fishery"]["basis"]) == (11, "observed")
    assert figures["perangkat_registered_pct"]["value"] == 100
    assert [(one["criterion"], one["value"], one["unit"]) for one in shown["own_criteria"]] == [("Nilai", 12.5, "km")]
    assert "Nilai" in run(capsys, "show", code)[1]
    unknown = tmp_path / "lain.csv"
    unknown.write_bytes(files.delimited([told["visits"][0], ["AG-9", *told["visits"][1][1:]]], delimiter=";"))
    done, said, _ = run(capsys, "import", unknown, "--kind", "visits", "--lang", "en")
    assert (done, "not in the records" in said) == (1, True)
    done, said, _ = run(capsys, "import", tmp_path / "visits.csv", "--kind", "visits", "--lang", "en")
    assert (done, "is kept already" in said) == (0, True)
