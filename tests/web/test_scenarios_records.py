"""The page of scenarios where an office keeps records: owners, rights, and the data of then."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import sqlalchemy as sa

from geodata import schema as columns
from geodata.layer import VillageLayer, load
from geodata.paths import Paths
from planner.errors import PlanError
from planner.plan_folder import PlanFolder
from planner.rights import CONSOLE, Principal
from planner.store.engine import VARIABLE, connect, writing
from planner.store.intake import keep as keep_upload
from planner.store.intake import undo
from planner.store.migrate import upgrade
from planner.store.participants import with_records
from planner.store.plans import PlanRecords
from planner.store.schema import users
from planner.web import select_keep, visitor
from tests.planner.small_plans import chosen, made
from tests.store.kept import checked
from tests.web.conftest import HOSTILE
from tests.web.pages import opening, page, words

SRI = Principal(1, "sri", HOSTILE[1], "planner")
BUDI = Principal(2, "budi", "Budi **x** :red[y]", "planner")
HEAD = Principal(3, "manajer", "Manajer", "manager")
AGENT = Principal(4, "agen", "Agen", "agent", agent_id=1)


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("records") / "records.sqlite"
    engine = connect(None, file)
    upgrade(engine)
    with writing(engine) as connection:
        for one in (SRI, BUDI, HEAD, AGENT):
            row = {"login": one.login, "name": one.name, "role": one.role, "created_at": datetime.now(UTC)}
            connection.execute(sa.insert(users).values(row))
    engine.dispose()
    return file


@pytest.fixture
def engine(
    layer: gpd.GeoDataFrame, layer_file, empty_records: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[sa.Engine]:
    """Records of four people beside the small layer; Sri looks at the page."""
    monkeypatch.delenv(VARIABLE, raising=False)
    layer_file(layer)
    shutil.copy(empty_records, Paths.of().records)
    made_engine = connect(None, Paths.of().records)
    monkeypatch.setattr(visitor, "records", lambda: made_engine)
    monkeypatch.setattr(visitor, "current", lambda: SRI)
    yield made_engine
    made_engine.dispose()


@pytest.fixture
def built(engine: sa.Engine) -> VillageLayer:
    return load(Paths.of().villages)


@pytest.fixture
def opened(tmp_path: Path) -> Callable:
    return opening(page, "scenarios", str(tmp_path / "static"))


@pytest.fixture
def two(engine: sa.Engine, built: VillageLayer) -> sa.Engine:
    """A plan of Sri and one of Budi."""
    PlanRecords(engine, SRI).save("Satu", made("Satu", built))
    PlanRecords(engine, BUDI).save("Dua", made("Dua", built, launches=2))
    return engine


def keep(engine: sa.Engine, name: str, code: str, active: int) -> int:
    frame = pd.DataFrame(
        {"village_code": [code], "month": [date(2026, 10, 1)], "segment": ["BPU"], "active": [active], "inactive": [0]}
    )
    return keep_upload(engine, checked("participants", frame), f"{name}.xlsx", name * 64, by=CONSOLE)


def press(app, label: str) -> None:
    next(found for found in app.button if found.label.startswith(label)).click().run()
    assert not app.exception


def disabled(app) -> dict[str, bool]:
    return {found.label.split()[0]: found.disabled for found in app.button}


def test_without_plans_those_left_in_the_folder_are_told(engine: sa.Engine, built: VillageLayer, opened) -> None:
    assert "planner plans import" not in words(opened())
    PlanFolder(Paths.of().plans).save("Lama", made("Lama", built))
    app = opened(lang="en")
    assert "There are no scenarios yet" in app.info[0].value
    assert "(count: 1)" in app.caption[-1].value
    assert "planner plans import" in app.caption[-1].value


def test_the_list_names_the_owners_as_they_are_written(two: sa.Engine, opened) -> None:
    told = words(opened())
    assert "Pemilik" in told
    assert "Budi **x** :red[y]" in told
    assert HOSTILE[1] not in told
    assert "&lt;img src=x" in told


def test_a_folder_of_a_laptop_has_no_owners(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    PlanFolder(Paths.of().plans).save("Lama", made("Lama", load(Paths.of().villages)))
    assert "Pemilik" not in words(opened())


def test_own_plans_are_changed_and_those_of_others_only_copied(two: sa.Engine, opened) -> None:
    assert disabled(opened(kiri="Satu")) == {"Ganti": False, "Gandakan": False, "Ya,": False}
    app = opened(kiri="Dua")
    assert disabled(app) == {"Ganti": True, "Gandakan": False, "Ya,": True}
    assert "Hanya pemilik skenario ini" in words(app)
    app.text_input(key="scenario-new-name").input("Tiga")
    press(app, "Gandakan")
    assert {row.name: row.owner for row in PlanRecords(two, SRI).summaries()}["Tiga"] == SRI.name
    assert app.query_params["kiri"] == "Tiga"


def test_a_manager_changes_every_plan(two: sa.Engine, opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "current", lambda: HEAD)
    app = opened(kiri="Dua")
    app.text_input(key="scenario-new-name").input("Empat")
    press(app, "Ganti nama")
    press(app, "Ya, hapus")
    assert [row.name for row in PlanRecords(two, HEAD).summaries()] == ["Satu"]


def test_a_click_that_is_not_allowed_any_more_changes_nothing(
    two: sa.Engine, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for now, words_told in ((BUDI, "Hanya pemilik rencana Satu"), (AGENT, "tidak berhak")):
        monkeypatch.setattr(visitor, "current", lambda: SRI)
        app = opened(kiri="Satu")
        monkeypatch.setattr(visitor, "current", lambda now=now: now)
        press(app, "Ya, hapus")
        assert words_told in app.error[0].value.replace("\\", "")
    assert len(PlanRecords(two, SRI).summaries()) == 2


def test_an_agent_sees_no_plan(two: sa.Engine, opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "current", lambda: AGENT)
    app = opened(kiri="Satu")
    assert "tidak berhak" in app.error[0].value
    assert "Satu" not in words(app)
    assert not app.selectbox


def test_a_taken_name_and_a_plan_gone_meanwhile_are_told(two: sa.Engine, opened) -> None:
    app = opened(kiri="Satu")
    app.text_input(key="scenario-new-name").input("dua")
    press(app, "Ganti nama")
    assert "Sudah ada rencana bernama dua" in app.error[0].value
    PlanRecords(two, SRI).remove("Satu")
    press(app, "Ya, hapus")
    assert "Tidak ada rencana Satu" in app.error[0].value
    assert dict(app.query_params) == {}


TOLD = {"id": ("dengan perkiraan awal", "dengan data per"), "en": ("the first estimates", "with the data as of")}


@pytest.mark.parametrize("language", TOLD)
def test_plans_from_before_uploads_are_shown_with_the_data_of_then(
    two: sa.Engine, built: VillageLayer, opened, language: str
) -> None:
    codes = built.frame[columns.VILLAGE_CODE]
    assert "data" not in "".join(part.value for part in opened(kiri="Satu", kanan="Dua").caption)
    upload = keep(two, "a", codes[59], 400)
    between = with_records(built, two)
    PlanRecords(two, SRI).save("Antara", made("Antara", between))
    undo(two, upload, by=CONSOLE)
    keep(two, "b", codes[3], 20)
    app = opened(kiri="Satu", kanan="Antara", lang=language)
    assert not app.error
    told = [part.value for part in app.caption]
    first, then = TOLD[language]
    assert any(first in one and "Satu" in one for one in told)
    assert any(then in one and "Antara" in one for one in told)
    assert any(str(datetime.now(UTC).astimezone().year) in one for one in told)
    assert codes[59] not in chosen(between).codes
    PlanRecords(two, SRI).save("Kini", made("Kini", with_records(built, two)))
    assert not any("Kini" in part.value for part in opened(kiri="Kini", kanan="Antara", lang=language).caption)


def test_a_record_of_uploads_that_are_not_here_is_told(two: sa.Engine, built: VillageLayer, opened) -> None:
    codes = built.frame[columns.VILLAGE_CODE]
    keep(two, "a", codes[59], 400)
    content = made("Asing", with_records(built, two)).replace(b'"as_of": "20', b'"as_of": "19')
    PlanRecords(two, SRI).save("Asing", content)
    assert "19" in opened(kiri="Asing").error[0].value
    assert "tidak ada di sini" in opened(kiri="Asing").error[0].value


def test_the_page_of_the_selection_saves_into_the_records(
    two: sa.Engine, built: VillageLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = {select_keep._NAME: "  Dari  Pilih "}
    monkeypatch.setattr(select_keep.st, "session_state", session)
    select_keep._save(chosen(built), built)
    assert session[select_keep._SAVED] == "Dari Pilih"
    assert {row.name: row.owner for row in PlanRecords(two, SRI).summaries()}["Dari Pilih"] == SRI.name
    monkeypatch.setattr(visitor, "current", lambda: AGENT)
    session[select_keep._NAME] = "Agen"
    select_keep._save(chosen(built), built)
    assert isinstance(session[select_keep._SAVED], PlanError)
    assert len(PlanRecords(two, SRI).summaries()) == 3
