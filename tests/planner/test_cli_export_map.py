"""``planner export map``."""

import json

import pytest

from planner.cli import export_map as command
from planner.pictures import ENDINGS
from planner.provenance import PATTERN
from tests.planner import command_line
from tests.planner.command_line import run


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the command works on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    command_line.read_once(monkeypatch)
    monkeypatch.setattr(command, "surroundings_of", lambda _layer, _file: command_line.surroundings())
    return tmp_path / "data"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_picture_is_written_and_written_down(capsys, tmp_path, data_dir, ending):
    file = tmp_path / f"peta{ending.upper()}"
    code, out, err = run(capsys, "export", "map", "--region", "19.02", "--classes", "natural", "--out", file)
    assert (code, out) == (0, "")
    (number,) = PATTERN.findall(err)
    assert "49 desa" in err
    assert number in PATTERN.findall(file.read_bytes().decode("latin-1"))
    (known,) = map(json.loads, (data_dir / "exports" / "register.jsonl").read_text().splitlines())
    assert known["stamp"]["id"] == number
    assert known["stamp"]["asked"]["classes"] == ["natural"]


def test_a_plan_brings_its_villages_region_and_sector(capsys, tmp_path):
    asked = ("--region", "19", "--sector", "fishery", "--launches", 3, "--save", "tiga")
    assert run(capsys, "select", *asked)[0] == 0
    file = tmp_path / "map.svg"
    code, _, err = run(capsys, "export", "map", "--plan", "tiga", "--measure", "score", "--out", file, "--lang", "en")
    assert code == 0, err
    assert "393 villages" in err
    told = file.read_text()
    assert "Villages chosen in plan tiga (3 villages)" in told
    assert "Kepulauan Bangka Belitung · Fisheries" in told


@pytest.mark.parametrize(
    ("options", "indonesian", "english"),
    [
        (
            ("--measure", "<b>"),
            "Ukuran <b> tidak dikenal",
            "Measure <b> is not",
        ),
        (("--classes", "5; 3"), "Batas kelas harus makin besar", "Bounds must rise"),
        (("--classes", "x"), '"x" bukan angka', '"x" is not a number'),
        (("--region", "99"), "Wilayah 99 tidak ada", "Region 99"),
        (("--sector", "x"), "x", "x"),
        (("--plan", "tidak-ada"), "tidak-ada", "tidak-ada"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_written(capsys, tmp_path, options, indonesian, english):
    for language, words in (("id", indonesian), ("en", english)):
        code, out, err = run(capsys, "export", "map", *options, "--out", tmp_path / "x.png", "--lang", language)
        assert (code, out) == (1, "")
        assert words in err
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("name", ["x.gif", "x", "folder/x.png"])
def test_a_file_that_cannot_be_written_is_refused_first(capsys, tmp_path, monkeypatch, name):
    monkeypatch.setattr(command, "layer_of", lambda _: pytest.fail("worked first"))
    assert run(capsys, "export", "map", "--out", tmp_path / name)[0] == 1


def test_own_bounds_are_written_as_the_language_does(capsys, tmp_path):
    file = tmp_path / "x.svg"
    code, _, err = run(capsys, "export", "map", "--region", "19", "--classes", "500; 1.000", "--out", file)
    assert code == 0, err
    assert "Batas kelas sendiri: 500; 1.000." in file.read_text()
