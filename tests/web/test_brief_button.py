"""Briefs from the page of scenarios: one at once, all of a plan prepared."""

from datetime import date

import pytest

from geodata.layer import load
from geodata.paths import Paths
from planner.params import ScoringParams
from planner.plan_folder import PlanFolder
from planner.plan_record import Asked
from planner.rights import LAPTOP
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer, record
from planner.web import brief_button
from planner.web.labels import plain
from tests.planner.small_plans import around
from tests.web.pages import opening, page, run_until


@pytest.fixture
def opened(tmp_path):
    return opening(page, "scenarios", str(tmp_path / "static"))


@pytest.fixture
def plan(layer, layer_file):
    """Save a plan with villages in two regencies."""
    found = load(layer_file(layer))
    rules = SelectionParams(launches=2, max_per_regency=1)
    chosen = Asked(rules, (), None, ScoringParams()).candidates(found, around())
    made = SelectionPlan(chosen, answer(chosen))
    PlanFolder(Paths.of().plans).save("Satu", record(made, found, name="Satu"))
    return found, made


def test_the_page_offers_the_regencies_of_the_plan(plan, opened):
    app = opened(kiri="Satu")
    (choice,) = [box for box in app.selectbox if box.key.startswith("brief-regency")]
    assert len(choice.options) == 3
    assert choice.options[-1] == "Semua dalam rencana (2)"
    (download,) = [one for one in app.get("download_button") if "ringkasan" in one.proto.label]
    assert download.proto.label == f"Unduh ringkasan {plain(choice.options[0])} (PDF)"


def test_all_regencies_of_a_plan_are_prepared(plan, opened):
    app = opened(kiri="Satu", lang="en")
    (choice,) = [box for box in app.selectbox if box.key.startswith("brief-regency")]
    choice.set_value("").run()
    next(one for one in app.button if one.label == "Prepare 2 briefs (PDF)").click().run()
    run_until(app, lambda: any("Download 2 briefs" in one.proto.label for one in app.get("download_button")))


def test_the_file_is_written_down(plan):
    found, made = plan
    content = record(made, found, name="Satu")
    proposal = brief_button.Proposal(made, found, "Satu", content)
    source = brief_button._Source(found, around(), proposal, None, LAPTOP, date(2026, 11, 23), "id")
    code = next(iter(brief_button._names(found, proposal)))
    assert brief_button._made(source, [code]).startswith(b"%PDF")
    assert (Paths.of().exports / "register.jsonl").read_text(encoding="utf-8").count("regency_brief") == 1


@pytest.mark.parametrize(("region", "offered", "first"), [("", 4, "16.01"), ("18", 2, "18.01"), ("16.02", 0, "16.02")])
def test_the_board_offers_the_regencies_of_its_region(layer, layer_file, region, offered, first):
    layer_file(layer)
    app = opening(page, "board_page")(**({"kabupaten" if "." in region else "provinsi": region} if region else {}))
    assert not app.exception
    choices = [box for box in app.selectbox if box.key.startswith("brief-regency")]
    assert [len(box.options) for box in choices] == ([offered] if offered else [])
    (download,) = [one for one in app.get("download_button") if "ringkasan" in one.proto.label]
    assert download.proto.label == f"Unduh ringkasan {plain(f'Kabupaten {first}')} (PDF)"
