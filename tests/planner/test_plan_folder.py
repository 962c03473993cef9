"""Saved plans as the pages use them; the rest is tested through the command line."""

import json

import pytest

from planner import plan_record
from planner.errors import PlanError
from planner.params import ScoringParams
from planner.plan_folder import PlanFolder
from planner.plan_record import Asked
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer, record
from tests.planner import command_line

ASKED = Asked(SelectionParams(launches=2), ("19",), None, ScoringParams())


@pytest.fixture
def saved(tmp_path, monkeypatch):
    command_line.read_once(monkeypatch)
    found = ASKED.candidates(command_line.layer(), command_line.surroundings())
    plan = SelectionPlan(found, answer(found))
    shelf = PlanFolder(tmp_path / "plans")
    shelf.save("Satu", record(plan, command_line.layer(), name="Satu"))
    return shelf


def codes(shelf, name):
    return plan_record.opened(shelf.read(name), command_line.layer(), command_line.surroundings(), name=name).codes


def test_a_copy_holds_the_same_under_its_own_name(saved):
    saved.duplicate("Satu", as_name="Dua")
    assert codes(saved, "Satu") == codes(saved, "Dua")
    assert json.loads(saved.read("Dua"))["name"] == "Dua"
    assert [row.name for row in saved.summaries()] == ["Dua", "Satu"]
    assert all((row.villages, row.status) == (2, "optimal") for row in saved.summaries())


def test_a_renamed_plan_keeps_its_villages(saved):
    before = codes(saved, "Satu")
    saved.rename("Satu", as_name="Tiga")
    assert codes(saved, "Tiga") == before
    assert [path.name for path in saved.folder.iterdir()] == ["Tiga.json"]


def test_what_a_plan_was_asked_for_is_read_back(saved):
    found = plan_record.asked_of(saved.read("Satu"), name="Satu.json")
    assert (found.rules, found.regions, found.sector) == (ASKED.rules, ASKED.regions, None)
    assert found.scoring.block_weights == ASKED.scoring.block_weights


def test_a_removed_plan_is_gone(saved):
    saved.remove("Satu")
    with pytest.raises(PlanError, match=r"There is no plan Satu. Saved are: -") as told:
        saved.remove("Satu")
    assert "Tidak ada rencana Satu" in told.value.text("id")


@pytest.mark.parametrize("name", ["satu", "../x", "a/b", "Satu.json", "", "x" * 61])
def test_a_name_that_is_taken_or_cannot_be_used_changes_nothing(saved, name):
    with pytest.raises(PlanError):
        saved.duplicate("Satu", as_name=name)
    assert [path.name for path in saved.folder.iterdir()] == ["Satu.json"]


def test_a_file_too_large_for_a_record_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(plan_record, "_LARGEST", 10)
    path = tmp_path / "x.json"
    path.write_text(" " * 11)
    with pytest.raises(PlanError, match=r"x\.json"):
        plan_record.read_file(path)
