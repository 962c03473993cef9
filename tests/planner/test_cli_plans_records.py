"""``planner plans`` where there are records: saved there, taken over from a folder, written to files, replayed."""

import json
from pathlib import Path

import pandas as pd
import pytest

from geodata import schema
from geodata.layer import save
from geodata.paths import Paths
from planner import cli
from planner.cli import main
from planner.plan_folder import PlanFolder
from planner.rights import CONSOLE
from planner.store.engine import VARIABLE, opened
from planner.store.intake import keep, undo
from tests.planner import command_line
from tests.planner.small_plans import made, small_layer
from tests.store.kept import checked

CODES = small_layer().frame[schema.VILLAGE_CODE]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a small layer, a folder of two plans, and no records."""
    monkeypatch.setattr(cli, "command", command_line.COMMAND)
    for name in (VARIABLE, "PLANNER_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    save(small_layer(), Paths.of().villages)
    shelf = PlanFolder(Paths.of().plans)
    shelf.save("Satu", made("Satu"))
    shelf.save("Dua", made("Dua", launches=2))
    return shelf.folder


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def names(capsys) -> list[str]:
    return [plan["name"] for plan in json.loads(run(capsys, "plans", "--json")[1])["plans"]]


def upload(name: str, *counts: tuple[str, int]) -> int:
    rows = [(code, pd.Timestamp("2026-10-01"), "BPU", active, 0) for code, active in counts]
    frame = pd.DataFrame(rows, columns=["village_code", "month", "segment", "active", "inactive"])
    with opened(None, Paths.of().records) as engine:
        return keep(engine, checked("participants", frame), f"{name}.xlsx", name * 64, by=CONSOLE)


def test_an_upgrade_tells_of_plans_in_the_folder_until_they_are_taken_over(capsys) -> None:
    assert names(capsys) == ["Dua", "Satu"]
    for language, words in (("id", "berisi 2 rencana"), ("en", "(count: 2)")):
        _, _, err = run(capsys, "db", "upgrade", "--lang", language)
        assert words in err
        assert "planner plans import" in err
    assert json.loads(run(capsys, "db", "upgrade", "--json")[1])["plans_in_folder"] == 2
    assert names(capsys) == []
    code, out, err = run(capsys, "plans", "import", "--lang", "en")
    assert (code, out) == (0, "")
    assert "taken over: 2; there already and the same: 0; refused: 0" in err
    assert names(capsys) == ["Dua", "Satu"]
    assert "planner plans import" not in run(capsys, "db", "upgrade")[2]
    assert "taken over: 0; there already and the same: 2" in run(capsys, "plans", "import", "--lang", "en")[2]


def test_an_exported_plan_is_the_file_it_was(capsys, folder: Path, tmp_path: Path) -> None:
    run(capsys, "db", "upgrade")
    run(capsys, "plans", "import")
    code, _, err = run(capsys, "plans", "export", "Satu", tmp_path / "Satu.json")
    assert code == 0, err
    assert (tmp_path / "Satu.json").read_bytes() == (folder / "Satu.json").read_bytes()
    Paths.of().records.unlink()
    assert "sudah ada dan sama: 1" in run(capsys, "plans", "import", tmp_path / "Satu.json")[2]


def test_a_laptop_takes_plans_into_its_folder(capsys, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "Lain.json"
    other.write_bytes(made("Lain"))
    renamed = tmp_path / "Nama baru.json"
    renamed.write_bytes(made("Lain"))
    for file in (other, renamed):
        assert run(capsys, "plans", "import", file)[0] == 0
    assert (folder / "Lain.json").read_bytes() == made("Lain")
    assert (folder / "Nama baru.json").read_bytes() == made("Nama baru")


def test_what_cannot_be_taken_over_is_named_and_the_rest_is(capsys, tmp_path: Path) -> None:
    run(capsys, "db", "upgrade")
    source = tmp_path / "source"
    source.mkdir()
    told = {
        "rusak.json": b"[" * 100_000,
        "biner.json": b"\x00\xff",
        "{{7*7}}.json": made("x"),
        "<script>alert(1)<.json": made("x"),
        "satu.json": made("satu"),
        "Satu.json": made("Satu"),
        "\x1b[31mx.json": made("x"),
    }
    for name, content in told.items():
        (source / name).write_bytes(content)
    code, out, err = run(capsys, "plans", "import", source, "--lang", "en")
    assert (code, out) == (1, "")
    assert "taken over: 1; there already and the same: 0; refused: 6" in err
    assert all(name in err for name in ("rusak.json", "biner.json", "{{7*7}}.json", "There is a plan satu already"))
    assert "\x1b" not in err
    assert names(capsys) == ["Satu"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "nowhere"), "There is no nowhere"),
        (("export", "None", "x.json"), "There is no plan None"),
        (("export", "Satu", "x.txt"), ".json"),
        (("export", "Satu", "missing/x.json"), "missing"),
        (("export", "../x", "x.json"), "There is no plan ../x"),
    ],
)
def test_what_cannot_be_done_is_told(capsys, monkeypatch, tmp_path, arguments, words) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "plans", *arguments, "--lang", "en")
    assert (code, out) == (1, "")
    assert words in err
    assert not (tmp_path / "x.txt").exists()


def test_a_command_saves_into_the_records(capsys, folder: Path) -> None:
    run(capsys, "db", "upgrade")
    code, _, err = run(capsys, "select", "--launches", 2, "--save", "Kantor")
    assert code == 0
    assert str(Paths.of().records) in err
    assert names(capsys) == ["Kantor"]
    assert not (folder / "Kantor.json").exists()
    code, _, err = run(capsys, "select", "--launches", 2, "--save", "KANTOR", "--lang", "en")
    assert (code, "--save: There is a plan KANTOR already" in err) == (1, True)
    assert run(capsys, "replay", "Kantor")[0] == 0


def test_plans_from_before_and_between_uploads_replay_and_compare(capsys, tmp_path: Path) -> None:
    run(capsys, "db", "upgrade")
    run(capsys, "plans", "import")
    first = upload("a", (CODES[59], 300), (CODES[58], 300))
    assert run(capsys, "select", "--launches", 3, "--save", "Antara")[0] == 0
    with opened(None, Paths.of().records) as engine:
        undo(engine, first, by=CONSOLE)
    upload("b", (CODES[57], 200))
    assert run(capsys, "select", "--launches", 3, "--save", "Kini")[0] == 0
    for name in ("Satu", "Antara", "Kini"):
        code, _, err = run(capsys, "replay", name, "--out", tmp_path / "again.json")
        assert code == 0, err
        run(capsys, "plans", "export", name, tmp_path / f"{name}.json")
        assert (tmp_path / "again.json").read_bytes() == (tmp_path / f"{name}.json").read_bytes()
    told = json.loads(run(capsys, "compare", "Satu", "Antara", "--json")[1])
    assert [side["villages"] for side in told["totals"]] == [3, 3]
    assert told["only_a"]
    Paths.of().records.unlink()  # a laptop that has the layer, but not the uploads
    code, _, err = run(capsys, "replay", tmp_path / "Antara.json", "--lang", "en")
    assert (code, "made with uploads as of 20" in err) == (1, True)
    assert run(capsys, "replay", tmp_path / "Satu.json")[0] == 0


def test_records_that_cannot_be_used_are_told(capsys) -> None:
    Paths.of().records.write_bytes(b"")
    code, _, err = run(capsys, "plans", "--lang", "en")
    assert (code, "planner db upgrade" in err) == (1, True)
