"""``planner export brief`` on the embedded default."""

import json

import pytest

from planner.cli import export_brief
from tests.planner import command_line
from tests.planner.command_line import run


@pytest.fixture(autouse=True)
def once(monkeypatch, tmp_path):
    command_line.read_once(monkeypatch)
    monkeypatch.setattr(export_brief, "surroundings_of", lambda _layer, _file: command_line.surroundings())
    monkeypatch.setattr(export_brief, "rank", command_line.ranked)
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))


def test_several_regencies_are_one_file_or_a_file_each(capsys, tmp_path):
    one = tmp_path / "dua.pdf"
    code, out, err = run(capsys, "export", "brief", "--regency", "16.02, 19.71", "--out", one, "--lang", "en")
    assert (code, out) == (0, "")
    assert "1/2: Kabupaten Ogan Komering Ilir" in err
    assert "2 briefs written" in err
    assert one.read_bytes().startswith(b"%PDF")
    folder = tmp_path / "semua"
    code, _, err = run(capsys, "export", "brief", "--regency", "16.02", "--out", folder)
    assert (code, err.count("\n")) == (0, 1)
    assert [file.name for file in folder.iterdir()] == ["ringkasan-16.02.pdf"]
    register = (tmp_path / "data" / "exports" / "register.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(register) == 2
    assert all("regency_brief" in json.dumps(json.loads(line)) for line in register)


def test_groups_of_a_file_stand_in_the_brief(capsys, tmp_path):
    groups = tmp_path / "kelompok.csv"
    groups.write_text(
        "group,regency_code,workers,start,months,fund\nA,16.02,120,2026-01-01,60,APBD\n", encoding="utf-8"
    )
    plain, paid = tmp_path / "a.pdf", tmp_path / "b.pdf"
    assert run(capsys, "export", "brief", "--regency", "16.02", "--out", plain)[0] == 0
    assert run(capsys, "export", "brief", "--regency", "16.02", "--groups", groups, "--out", paid)[0] == 0
    assert plain.read_bytes() != paid.read_bytes()


def test_rows_of_other_regencies_are_told(capsys, tmp_path):
    groups = tmp_path / "kelompok.csv"
    rows = [f"{name},{code},120,2026-01-01,60,APBD" for name, code in (("A", "16.02"), ("B", "16.05"), ("C", "16.05"))]
    groups.write_text("\n".join(["group,regency_code,workers,start,months,fund", *rows]), encoding="utf-8")
    ask = ("export", "brief", "--regency", "16.02", "--groups", groups, "--out", tmp_path / "a.pdf", "--lang", "en")
    assert "2 of 3 rows of the file of groups are not used: their regencies (16.05)" in run(capsys, *ask)[2]
    both = (*ask[:3], "16.02,16.05", *ask[4:])
    assert "not used" not in run(capsys, *both)[2]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "It is not clear which regency"),
        (("--regency", "16.02", "--all"), "It is not clear which regency"),
        (("--regency", " , "), "It is not clear which regency"),
        (("--regency", "16.99"), "There is no regency 16.99"),
        (("--regency", "16.02", "--plan", "x", "--params", "y"), "--params cannot be used together with --plan"),
    ],
)
def test_what_cannot_be_made_is_refused(capsys, tmp_path, arguments, told):
    code, _, err = run(capsys, "export", "brief", *arguments, "--out", tmp_path / "x.pdf", "--lang", "en")
    assert code == 1
    assert told in err
    assert not (tmp_path / "x.pdf").exists()


def test_a_file_is_no_folder(capsys, tmp_path):
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")
    code, _, err = run(capsys, "export", "brief", "--regency", "16.02", "--out", tmp_path / "x.txt")
    assert code == 1
    assert "adalah berkas, bukan folder" in err
