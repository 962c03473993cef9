"""The page of the areas of agents without a browser: divide, move, undo, draft, balance again, save, history."""

import json
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geodata.layer import make_layer, save
from geodata.office_day import today
from geodata.paths import Paths
from planner.rights import CONSOLE, Principal
from planner.store import assigning
from planner.store.acting import writing_as
from planner.store.engine import reading, writing
from planner.territories.tables import read_assignment
from planner.web import data, territories_file, territories_keep, territories_records, visitor
from planner.web.waiting import st_jobs
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.pages import arrived, classes, page, run_until, words
from tests.web.server import PATIENCE_S

WORK = "territories-work"
WHERE = {"lingkup": "wilayah", "provinsi": "16", "lang": "en"}


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    save(make_layer(grid_layer(10, 6), RECORDS, {}), Paths.of().villages)

    def open_page(**query: str) -> AppTest:
        app = AppTest.from_function(
            page, args=("territories_page", str(tmp_path / "static")), default_timeout=PATIENCE_S
        )
        return arrived(app, WHERE | query)

    return open_page


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def divided(app: AppTest) -> AppTest:
    press(app, "territories-divide")
    return run_until(app, lambda: len(app.get("component_instance")) > 0)


def test_divide_move_undo_and_open_the_draft_again(opened) -> None:
    app = divided(opened(agen="3"))
    work = app.session_state[WORK]
    assert set(classes(app)) == {"a", "b", "c", "-"}
    assert "All 3 areas are connected" in words(app)
    code, giver = next((code, agent) for code, agent in work.draft.assignment.items() if agent != "A-01")
    work.pick([code, "11.01.01.2001", HOSTILE[1]])
    assert work.picked == (code,)
    app.selectbox(key="territories-to").select("A-01").run()
    assert f">{giver}</th>" in words(app)
    press(app, "territories-move")
    assert work.draft.assignment[code] == "A-01"
    assert "1 villages" in words(app)
    press(app, "territories-undo")
    assert work.draft.assignment[code] == giver
    press(app, "territories-redo")
    assert work.draft.assignment[code] == "A-01"
    work.pick([code])
    app.run()
    press(app, "territories-lock")
    work.pick([code])
    app.run()
    app.selectbox(key="territories-to").select(giver).run()
    press(app, "territories-move")
    assert "locked" in words(app)
    assert work.draft.assignment[code] == "A-01"

    later = press(opened(), "territories-open")
    found = later.session_state[WORK].draft
    assert (found.assignment, found.locks) == (work.draft.assignment, {code})


def test_files_are_read_by_the_command_and_agents_come_and_go(opened, tmp_path: Path) -> None:
    app = divided(opened(agen="3"))
    work = app.session_state[WORK]
    for ending in territories_keep.FORMATS:
        content = territories_keep.content(work, data.st_layer(), ending, "id", who=CONSOLE)
        (tmp_path / f"areas{ending}").write_bytes(content)
        if ending != ".gpkg":
            assert read_assignment(tmp_path / f"areas{ending}") == work.draft.assignment
    app.multiselect(key="territories-leave").set_value(["A-03"]).run()
    app.text_input(key="territories-new").set_value("<b>").run()
    assert "cannot be read" in words(app)
    app.text_input(key="territories-new").set_value("A-09=16.99.99.2001").run()
    assert "is no village of the data" in words(app)
    app.text_input(key="territories-new").set_value("A-09").run()
    press(app, "territories-rebalance-button")
    run_until(app, lambda: work.kind == "agents")
    app.run()
    assert work.agents == ["A-01", "A-02", "A-09"]
    assert "villages change hands" in words(app)
    press(app, "territories-undo")
    assert work.agents == ["A-01", "A-02", "A-03"]


def test_a_draft_that_cannot_be_read_is_none(opened) -> None:
    (Paths.of().root / "drafts").mkdir()
    for content in ("{", "[]", '{"version": 1}', '{"version": 2}', '{"version": 1, "assignment": 3}'):
        (Paths.of().root / "drafts" / "territories-laptop.json").write_text(content)
        assert territories_file.kept("x") is None
    assert not opened().exception


def test_a_draft_with_figures_of_another_version_is_none(opened) -> None:
    divided(opened(agen="3")).session_state[WORK].lock([])
    file = Paths.of().root / "drafts" / "territories-laptop.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    assert territories_file.kept("x") is not None
    file.write_text(json.dumps(content | {"params": '{"limit_pct": -1, "older": 2}'}), encoding="utf-8")
    assert territories_file.kept("x") is None


@pytest.fixture
def recorded(opened, office, monkeypatch: pytest.MonkeyPatch):
    """The page with records in which two agents share a province; signed in as a role."""
    monkeypatch.setattr(data, "st_layer", data.st_built)
    codes = [code for code in grid_layer(10, 6)["village_code"] if code.startswith("16.")]
    given = {code: "A-1" if i % 10 < 5 else "A-2" for i, code in enumerate(codes)}
    role = lambda name: Principal(office.ids[name], name, name, name)  # noqa: E731
    with writing_as(office.engine, role("manager")) as connection:
        assigning.assign(connection, given, from_on=today() - timedelta(days=9), by=role("manager"), note=HOSTILE[1])

    def open_as(name: str, **query: str) -> AppTest:
        monkeypatch.setattr(visitor, "current", lambda: role(name))
        return opened(asal="berlaku", **query)

    return open_as


def test_a_manager_saves_and_what_others_saved_meanwhile_is_not_lost(recorded) -> None:
    app = divided(recorded("manager"))
    work = app.session_state[WORK]
    mine, other = sorted(code for code, agent in work.draft.assignment.items() if agent == "A-1")[:2]
    assert "there is nothing to save" in words(app)
    work.move([mine], "A-2")
    app.run()
    app.text_input(key="territories-note").set_value("16.01 diserahkan").run()
    press(app, "territories-save-button")
    assert "Saved: 1 villages change hands" in words(app)
    assert territories_records.now()[mine] == "A-2"
    app.selectbox(key="territories-history-village").select(mine).run()
    assert "16.01 diserahkan" in words(app)
    assert escape(HOSTILE[1]) in words(app)
    assert HOSTILE[1] not in words(app)

    work.move([other], "A-2")
    app.run()
    territories_records.save({mine: "A-1"}, from_on=today(), note="", seen_before=territories_records.seen())
    press(app, "territories-save-button")
    assert mine in words(app)
    assert territories_records.now()[other] == "A-1"
    press(app, "territories-look-again")
    press(app, "territories-save-button")
    assert territories_records.now()[other] == "A-2"


def test_what_was_planned_for_other_villages_stays_and_a_later_day_is_saved_once(recorded, office) -> None:
    app = divided(recorded("manager"))
    work = app.session_state[WORK]
    mine, other, third = sorted(code for code, agent in work.draft.assignment.items() if agent == "A-1")[:3]
    later = today() + timedelta(days=20)
    for code in (mine, other):
        territories_records.save({code: "A-2"}, from_on=later, note="", seen_before=territories_records.seen())
    work.move([mine, third], "A-2")
    app.run()
    press(app, "territories-save-button")
    assert "Saved: 2 villages change hands" in words(app)
    assert "For 1 of these villages a change on a later day had been planned" in words(app)
    with reading(office.engine) as connection:
        planned = assigning.owners(assigning.current(connection, later))
    assert [planned[code] for code in (mine, other, third)] == ["A-2"] * 3

    work.move([third], "A-1")
    app.run()
    app.selectbox(key="territories-day").select(later).run()
    press(app, "territories-save-button")
    app.run()
    assert "These areas are saved and hold from" in words(app)
    assert not [one for one in app.button if one.key == "territories-save-button"]
    press(app, "territories-undo")
    assert "there is nothing to save" in words(app)


def test_a_draft_that_is_opened_again_does_not_undo_what_others_saved_meanwhile(recorded) -> None:
    app = divided(recorded("manager"))
    work = app.session_state[WORK]
    mine, other = sorted(code for code, agent in work.draft.assignment.items() if agent == "A-1")[:2]
    work.move([mine], "A-2")
    territories_records.save({other: "A-2"}, from_on=today(), note="", seen_before=territories_records.seen())
    later = press(recorded("manager"), "territories-open")
    press(later, "territories-save-button")
    assert other in words(later)
    assert territories_records.now()[mine] == "A-1"
    assert territories_records.now()[other] == "A-2"


def test_an_agent_who_leaves_while_chosen_is_chosen_no_more(recorded, office) -> None:
    app = divided(recorded("manager"))
    with writing(office.engine) as connection:
        assigning.leave(connection, "A-2", today(), by=CONSOLE)
    app.run()
    assert not app.exception
    assert app.multiselect(key=next(one.key for one in app.multiselect if "A-1" in one.value)).value == ["A-1"]


def test_a_home_that_the_layer_lacks_counts_as_not_known(recorded, office) -> None:
    with writing(office.engine) as connection:
        assigning.set_home(connection, "A-1", "16.99.99.2001", by=CONSOLE)
    app = divided(recorded("manager"))
    assert app.session_state[WORK].draft.base.agents["home_village_code"].isna().all()


def test_the_map_that_stays_goes_on_counting_when_areas_are_divided_again(opened) -> None:
    app = divided(opened(agen="3"))
    app.session_state[WORK].heard = 7
    app.number_input(key="agen").set_value(2).run()
    again = divided(app).session_state[WORK]
    assert len(again.agents) == 2
    assert again.heard == 7


def test_a_planner_looks_but_does_not_save(recorded) -> None:
    app = divided(recorded("planner"))
    work = app.session_state[WORK]
    work.move([next(code for code, agent in work.draft.assignment.items() if agent == "A-1")], "A-2")
    app.run()
    assert "Only managers and admins" in words(app)
    assert not [one for one in app.button if one.key == "territories-save-button"]


def test_jobs_of_records_are_not_shared(recorded) -> None:
    divided(recorded("manager"))
    assert not [key for key in st_jobs()._results if key[0] == "territories" and "A-1" in str(key)]
