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
