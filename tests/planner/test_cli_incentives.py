"""An office's own rules of the incentive: written, checked, in use, and taken back."""

import json

import pytest

from geodata.paths import Paths
from planner.field.incentive import BUILT_IN, COLUMNS
from tests.planner.command_line import read_once, run

OWN = "2026-01-01,,600000,40,8.5,95,4,5,Surat edaran 12,2026-01,A,"


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    read_once(monkeypatch)
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "kantor.csv"
    path.write_text("\n".join([",".join(COLUMNS), OWN]) + "\n", encoding="utf-8")
    return path


def test_own_rules_are_in_use_until_they_are_taken_back(capsys, own):
    code, out, err = run(capsys, "incentives", "show")
    assert code == 0
    assert "bonus Rp500.000" in out
    assert "bawaan" in err
    code, _, err = run(capsys, "incentives", "use", own, "--lang", "en")
    assert (code, "1 rows" in err) == (0, True)
    code, out, _ = run(capsys, "incentives", "show", "--json")
    found = json.loads(out)
    assert (found["own"], found["rules"][0]["bonus_participants"]) == (True, 40)
    assert "Surat edaran 12" in run(capsys, "incentives", "show", "--lang", "en")[1]
    assert run(capsys, "incentives", "use")[0] == 0
    assert not json.loads(run(capsys, "incentives", "show", "--json")[1])["own"]


def test_a_template_is_what_is_in_use_and_replaces_nothing(capsys, own, tmp_path):
    made = tmp_path / "baru.csv"
    assert run(capsys, "incentives", "init", made)[0] == 0
    assert made.read_bytes() == BUILT_IN.read_bytes()
    code, _, err = run(capsys, "incentives", "init", made, "--lang", "en")
    assert (code, "exists" in err) == (1, True)
    run(capsys, "incentives", "use", own)
    assert run(capsys, "incentives", "init", tmp_path / "lagi.csv")[0] == 0
    assert (tmp_path / "lagi.csv").read_bytes() == own.read_bytes()


def test_rules_that_cannot_be_used_change_nothing(capsys, own, tmp_path):
    run(capsys, "incentives", "use", own)
    bad = tmp_path / "salah.csv"
    bad.write_text(own.read_text().replace("600000", "enam ratus ribu"))
    code, _, err = run(capsys, "incentives", "use", bad)
    assert code == 1
    assert "bonus_idr (1)" in err
    past = tmp_path / "lewat.csv"
    past.write_text(own.read_text().replace("2026-01-01,,", "2020-01-01,2020-12-31,"))
    code, _, err = run(capsys, "incentives", "use", past, "--lang", "en")
    assert code == 1
    assert "no rule for" in err
    assert run(capsys, "incentives", "use", tmp_path / "none.csv")[0] == 1
    assert Paths.of().incentives.read_bytes() == own.read_bytes()


def test_a_broken_file_of_the_office_is_told_by_commands(capsys):
    Paths.of().root.mkdir()
    Paths.of().incentives.write_text("bonus\n1\n")
    code, _, err = run(capsys, "incentives", "show", "--lang", "en")
    assert code == 1
    assert "incentives.csv" in err
