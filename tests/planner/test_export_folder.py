"""The register of exports of a laptop: written, found again, and read whatever stands in it."""

import json
from datetime import date

import pytest

from planner import export_folder
from planner.errors import PlanError, PlanMachineError
from planner.export_folder import ExportFolder
from planner.export_shelf import LARGEST_KEPT, Exported
from planner.provenance import Stamp


def stamp(**changes):
    asked = {"regions": ("16.02",), "top": 10}
    parts = {"kind": "list", "format": ".xlsx", "language": "id", "made_on": date(2026, 11, 23), "fingerprint": "ab"}
    return Stamp(**{**parts, "plan": "OKI", "asked": asked, **changes})


@pytest.fixture
def shelf(tmp_path):
    return ExportFolder(tmp_path / "exports", "console")


def test_what_was_exported_is_found_by_its_bytes_and_its_number(shelf):
    shelf.keep(stamp(), Exported.of(b"first"))
    shelf.keep(stamp(plan="Musi"), Exported.of(b"second"))
    shelf.keep(stamp(), Exported.of(b"first"))
    (newest, older) = shelf.found(Exported.of(b"first").sha256)
    assert (newest.stamp.id, newest.size, newest.by, newest.kept) == (stamp().id, 5, "console", True)
    assert newest.made_at >= older.made_at
    assert [entry.stamp.plan for entry in shelf.last()] == ["OKI", "Musi", "OKI"]
    assert [entry.stamp.plan for entry in shelf.last(2)] == ["OKI", "Musi"]
    assert [entry.stamp.plan for entry in shelf.by_number(stamp(plan="Musi").id)] == ["Musi"]
    assert shelf.content_of(newest.sha256) == b"first"
    assert shelf.found("0" * 64) == []
    assert shelf.content_of("0" * 64) is None


def test_nothing_was_exported_yet(shelf):
    assert (shelf.last(), shelf.by_number(stamp().id)) == ([], [])
    assert not shelf.folder.exists()


def test_a_large_file_is_written_down_without_its_content(shelf, tmp_path):
    (tmp_path / "large.gpkg").write_bytes(b"x" * (LARGEST_KEPT + 1))
    file = Exported.of_file(tmp_path / "large.gpkg")
    assert (file.size, file.content) == (LARGEST_KEPT + 1, None)
    assert file == Exported.of(b"x" * (LARGEST_KEPT + 1))
    shelf.keep(stamp(), file)
    assert not shelf.last()[0].kept
    assert shelf.content_of(file.sha256) is None


def test_the_oldest_contents_go_where_all_are_too_many(shelf, monkeypatch):
    monkeypatch.setattr(export_folder, "KEPT_IN_ALL", 10)
    for content in (b"aaaaaa", b"bbbbbb"):
        shelf.keep(stamp(), Exported.of(content))
    assert sum(entry.kept for entry in shelf.last()) == 1
    assert len(shelf.last()) == 2


def test_a_kept_file_that_somebody_changed_is_not_given_out(shelf):
    file = Exported.of(b"first")
    shelf.keep(stamp(), file)
    (shelf.folder / export_folder.FILES / file.sha256).write_bytes(b"other")
    assert shelf.content_of(file.sha256) is None


def test_lines_that_say_nothing_are_passed_over(shelf):
    shelf.keep(stamp(), Exported.of(b"first"))
    with (shelf.folder / export_folder.REGISTER).open("ab") as register:
        row = json.dumps({"sha256": "../../x", "bytes": 1, "made_at": "2026-11-23T00:00:00+00:00", "by": "x"})
        told = {"sha256": "a", "bytes": 1, "made_at": "x", "by": "x", "stamp": stamp().record()}
        altered = {**told, "made_at": "2026-11-23T00:00:00+00:00", "stamp": {**stamp().record(), "plan": "other"}}
        lines = ["{", "[]", "3", row, json.dumps(told), json.dumps(altered), "[" * 100_000, "\x00\xff"]
        register.write("\n".join(lines).encode("latin-1"))
    assert [entry.stamp.id for entry in shelf.last()] == [stamp().id]


def test_a_register_too_large_to_read_is_told(shelf, monkeypatch):
    shelf.keep(stamp(), Exported.of(b"first"))
    monkeypatch.setattr(export_folder, "_LARGEST_REGISTER", 10)
    with pytest.raises(PlanError, match="larger than can be read") as caught:
        shelf.last()
    assert "lebih besar" in caught.value.text("id")


def test_a_register_that_cannot_be_written_is_told(shelf):
    (shelf.folder / export_folder.REGISTER).mkdir(parents=True)
    with pytest.raises(PlanMachineError, match="was not registered") as caught:
        shelf.keep(stamp(), Exported.of(b"first"))
    assert "tidak tercatat" in caught.value.text("id")
    with pytest.raises(PlanError, match="cannot be read") as caught:
        shelf.last()
    assert "tidak dapat dibaca" in caught.value.text("id")


def test_a_file_that_is_not_there_cannot_be_registered(tmp_path):
    with pytest.raises(PlanError, match="cannot be read"):
        Exported.of_file(tmp_path / "none.pdf")
