"""Every list that a command writes carries a number, is written down, and tells no count of a few."""

import csv
import json

import pyogrio
import pytest

from planner import cli
from planner.cli import main, score, select, villages
from planner.provenance import PATTERN
from tests.planner.command_line import COMMAND, run
from tests.planner.priority.test_priority_few import counted, first
from tests.planner.small_plans import around

COMMANDS = {
    "rank": ["rank"],
    "rank-sector": ["rank", "--sector", "fishery"],
    "rank-score": ["rank", "--params", "PARAMS"],
    "robust": ["robust", "--params", "PARAMS", "--worlds", "100"],
    "select": ["select", "--launches", "3", "--objective", "gap_workers"],
}
OWN = {"Export number", "Data fingerprint"}


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "command", COMMAND)
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    for module in (villages, score, select):
        monkeypatch.setattr(module, "surroundings_of", lambda _layer, _file: around())


@pytest.fixture
def write(tmp_path, monkeypatch, capsys):
    assert main(["params", "init", str(tmp_path / "skor.toml")]) == 0

    def written(command, people, file):
        layer = counted(people, first())
        for module in (villages, score, select):
            monkeypatch.setattr(module, "layer_of", lambda _session: layer)
        given = [str(tmp_path / "skor.toml") if word == "PARAMS" else word for word in COMMANDS[command]]
        code, _, err = run(capsys, *given, "--out", tmp_path / file, "--lang", "en")
        assert code == 0, err
        return tmp_path / file

    return written


@pytest.mark.parametrize("command", COMMANDS)
def test_a_list_of_a_command_tells_no_count_of_a_few(write, command) -> None:
    """The whole file is the same but for its number and the fingerprint: order, ranks and intervals, too."""
    files = []
    for people in (1, 4):
        with write(command, people, f"{people}.csv").open(encoding="utf-8-sig") as file:
            files.append([{name: row[name] for name in row if name not in OWN} for row in csv.DictReader(file)])
    assert files[0] == files[1]
    (row,) = [row for row in files[0] if row["Kemendagri code"] == first()]
    assert row["Active BPU participants"] == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_list_of_a_command_is_found_again(write, capsys, command) -> None:
    path = write(command, 3, "a.csv")
    with path.open(encoding="utf-8-sig") as file:
        number = next(csv.DictReader(file))["Export number"]
    assert PATTERN.fullmatch(number)
    code, out, _ = run(capsys, "verify", path, "--json")
    told = json.loads(out)
    assert (code, told["status"], told["exports"][0]["id"]) == (0, "unchanged", number)
    assert told["exports"][0]["kind"] == ("selection" if command == "select" else "ranking")


def test_a_ranking_by_score_says_its_parameters(write) -> None:
    about = pyogrio.read_info(write("rank-score", 3, "a.fgb"))["layer_metadata"]["about"]
    said = json.loads(about)
    assert said["parameters"]["score"]["top"]
    assert any("Score, weights and order" in note for note in said["notes"])
    assert any("fewer than 5" in note for note in said["notes"])
