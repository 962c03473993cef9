"""``planner import``: what of a file would be accepted, on the embedded villages."""

import json

import pandas as pd
import pytest

from geodata.layer import load
from planner.cli import main
from planner.uploads import open_table
from tests.uploads import files


@pytest.fixture(scope="module")
def villages():
    return pd.DataFrame(load().frame.drop(columns="geometry"))


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """No records of this machine change what the commands see."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)


def run(capsys, *arguments):
    code = main(["import", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def book(tmp_path, villages):
    first, second = villages.head(2).itertuples(index=False)
    path = tmp_path / "peserta.xlsx"
    rows = [
        [first.village_code, first.village_name, first.regency_name, "Maret 2026", "BPU", 5, 1],
        [None, second.village_name, None, "2026-03", "BPU", 5, 1],
        [second.village_code, second.village_name, "Kota Palembang", "2026-03", "BPU", "85%", 1],
    ]
    path.write_bytes(files.participants(rows))
    return path


def test_three_counts_and_the_refused_rows(book, capsys, tmp_path):
    out = tmp_path / "ditolak.xlsx"
    code, said, told = run(capsys, book, "--kind", "participants", "--out", out)
    assert code == 0
    assert "3 baris masuk = 1 diterima + 1 ditahan + 1 ditolak" in said
    assert "1 baris yang ditolak" in told
    assert len(open_table(out, out.name, "participants").frame) == 1


def test_json(book, capsys):
    code, said, _ = run(capsys, book, "--kind", "participants", "--json", "--lang", "en")
    found = json.loads(said)
    assert code == 0
    assert (found["total"], found["accepted"], found["held"], found["refused"]) == (3, 1, 1, 1)
    assert len(found["fingerprint"]) == 64
    assert {p["key"] for p in found["problems"]} >= {"upload.held.names.no_parent", "upload.refused.percent"}
    assert found["columns"]["active"] == "Peserta Aktif"


def test_a_mapping_of_the_user(book, capsys, tmp_path):
    mapping = tmp_path / "peta.json"
    mapping.write_text('{"headings": {"active": "Peserta Tidak Aktif"}}', encoding="utf-8")
    _, said, _ = run(capsys, book, "--kind", "participants", "--map", mapping, "--json")
    assert json.loads(said)["columns"]["active"] == "Peserta Tidak Aktif"
    code, _, told = run(capsys, book, "--kind", "participants", "--map", tmp_path / "none.json")
    assert code == 1
    assert "none.json" in told


def test_a_template(capsys, tmp_path):
    out = tmp_path / "contoh.xlsx"
    code, _, told = run(capsys, "--kind", "visits", "--template", out)
    assert code == 0
    assert "contoh.xlsx" in told
    assert out.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kind", "participants"], "Name the file"),
        (["x.xlsx", "--kind", "people"], "kind people is not known"),
        (["none.xlsx", "--kind", "participants"], "none.xlsx was not found"),
    ],
)
def test_what_is_refused(capsys, arguments, said):
    code, _, told = run(capsys, *arguments, "--lang", "en")
    assert code == 1
    assert said in told


def test_a_file_without_one_good_row_ends_with_one(book, capsys, tmp_path):
    path = tmp_path / "salah.csv"
    path.write_bytes(files.delimited([files.HEADINGS, ["x", "", "", "2026-03", "BPU", 1, 1]]))
    assert run(capsys, path, "--kind", "participants")[0] == 1


def test_nine_thousand_rows_are_read_and_checked(capsys, tmp_path, villages):
    rows = [
        [v.village_code, v.village_name, v.regency_name, "Maret 2026", "BPU", i % 80 if i % 7 else f"{i % 80} orang", 3]
        for i, v in enumerate(villages.head(9000).itertuples(index=False))
    ]
    path = tmp_path / "besar.xlsx"
    path.write_bytes(files.participants(rows))
    code, said, _ = run(capsys, path, "--kind", "participants", "--json")
    found = json.loads(said)
    assert code == 0
    assert found["total"] == found["accepted"] == 9000
