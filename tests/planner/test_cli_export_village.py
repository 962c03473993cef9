"""``planner export village`` and ``planner export booklet``: what they write, and what they refuse."""

from pathlib import Path

import pytest

from geodata.paths import Paths
from planner.cli import export_village, main
from planner.export_folder import ExportFolder
from planner.provenance import PATTERN
from tests.planner.command_line import by_default, read_once, run, surroundings

REGION = "19.02"
"""A regency of few villages: their ranks in many worlds are quickly there."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    read_once(monkeypatch)
    monkeypatch.setattr(export_village, "surroundings_of", lambda _layer, _file: surroundings())
    monkeypatch.setattr(
        export_village, "rank", lambda *_, regions, sector, **__: by_default(tuple(regions or ()), sector)
    )


@pytest.fixture
def first() -> str:
    return str(by_default((REGION,), None).table["village_code"].iloc[0])


def numbers(content: bytes) -> set[str]:
    return set(PATTERN.findall(content.decode("latin-1")))


def test_pages_are_written_and_written_down(tmp_path: Path, first: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "desa.pdf"
    given = ("--region", REGION, "--out", out, "--data-dir", tmp_path)
    code, said, err = run(capsys, "export", "village", first, first, *given)
    assert (code, said) == (0, "")
    assert "1 lembar desa ditulis" in err
    (entry,) = ExportFolder(Paths.of(tmp_path).exports, "").last()
    assert entry.stamp.kind == "village_brief"
    assert entry.stamp.asked["villages"] == [first]
    assert numbers(out.read_bytes()) == {entry.stamp.id}


def test_a_plan_gives_all_its_villages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--data-dir", tmp_path, "--lang", "en")
    assert run(capsys, "select", "--region", REGION, "--launches", 2, "--save", "dua desa", *given)[0] == 0
    out = tmp_path / "plan.pdf"
    code, _, err = run(capsys, "export", "village", "--plan", "dua desa", "--out", out, *given)
    assert code == 0, err
    assert "plan.pdf: 2." in err


def test_what_cannot_be_written_is_refused(tmp_path: Path, first: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--data-dir", tmp_path, "--lang", "en")
    out = tmp_path / "a.pdf"
    for words, told in (
        ((), "No village was named"),
        ((first, "--plan", "x", "--region", "16"), "The plan says which regions"),
        (("99.99.99.9999", "--region", REGION), "There is no village with the code"),
        (("--plan", "x"), "x"),
    ):
        code, _, err = run(capsys, "export", "village", *words, "--out", out, *given)
        assert code == 1
        assert told in err
    assert run(capsys, "export", "village", first, "--out", tmp_path / "a.docx", *given)[0] == 1
    assert run(capsys, "export", "village", first, "--out", tmp_path / "none" / "a.pdf", *given)[0] == 1
    assert not out.exists()
    assert main(["export", "village", "--out", str(out), "--lang", "id", "--data-dir", str(tmp_path)]) == 1
    assert "Belum ada desa yang disebut" in capsys.readouterr().err
