"""The page of launches as who may see it: list, one launch, forms; what people typed is shown as text."""

import base64
import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pytest
import sqlalchemy as sa

from geodata import office_day
from geodata.paths import Paths
from planner.launch_pipeline import Move
from planner.rights import CONSOLE, Principal, Role
from planner.store import launch_views, launches, schema
from planner.store.engine import Engine, connect, reading, writing
from planner.store.migrate import upgrade
from planner.store.plans import PlanRecords
from planner.web import visitor
from tests.web.conftest import HOSTILE
from tests.web.pages import component, opening, page, words

TODAY = office_day.today()
WHY = "Bupati meminta tanggal ini lewat surat"
CODE = "16.01.01.2006"  # "**tebal** [tautan](javascript:alert(1)) :red[x]"
OTHER = "18.01.01.2036"


def who(role: Role) -> Principal:
    return Principal(1, "cici", "Cici", role)


@pytest.fixture
def records(layer: gpd.GeoDataFrame, layer_file, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Records of an office, seen by a manager, over the small layer."""
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    layer_file(layer)
    engine = connect(None, Paths.of().records)
    upgrade(engine)
    now = datetime.now(UTC)
    with writing(engine) as connection:
        for login, name in (("cici", "Cici"), ("budi", HOSTILE[1])):
            row = {"login": login, "name": name, "role": "manager", "created_at": now}
            connection.execute(sa.insert(schema.users).values(row))
    monkeypatch.setattr(visitor, "current", lambda: who("manager"))
    return engine


@pytest.fixture
def opened():
    return opening(page, "launches_page")


def propose(engine: Engine, *codes: str, days: int = 40) -> list[int]:
    found = launches.propose(engine, codes, on=TODAY - timedelta(days=days), by=CONSOLE, evidence=HOSTILE[0])
    return list(found.launches.values())


def now(engine: Engine, launch: int) -> dict:
    with reading(engine) as connection:
        return launch_views.found(connection, launch)


def advance(engine: Engine, launch: int, *steps: str) -> None:
    for place, step in enumerate(steps):
        move = Move(step, TODAY - timedelta(days=30 - place), evidence="560/1", override=WHY)
        launches.advance(engine, launch, move, by=CONSOLE, seen=now(engine, launch)["changed_at"])


def plan_of(name: str, codes: tuple[str, ...]) -> dict:
    chosen = [{"village_code": code} for code in codes]
    result = {"objective": 1, "status": "optimal"}
    asked = {"selection": {"objective": "active"}, "parameters": {}, "regions": [], "sector": None}
    made = {"made_with": {}, "layer": {"fingerprint": "f" * 16}, "registers": {}}
    return {"kind": "selection", "format": 1, "name": name, **made, **asked, "result": result, "chosen": chosen}


def press(app, key: str):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_without_records_the_page_says_how_to_begin(layer, layer_file, opened, monkeypatch) -> None:
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    layer_file(layer)
    assert "Belum ada catatan kantor" in words(opened())
    assert "There are no records of the office yet" in words(opened(lang="en"))


def test_an_agent_sees_nothing_of_it(records, opened, monkeypatch) -> None:
    propose(records, CODE)
    monkeypatch.setattr(visitor, "current", lambda: who("agent"))
    app = opened()
    assert "tidak berhak" in words(app)
    assert not app.get("selectbox")
    assert CODE not in words(app)
    assert HOSTILE[0] not in words(app)


def test_the_list_tells_what_is_late_and_is_filtered(records, opened) -> None:
    assert "Belum ada peluncuran" in words(opened())
    first, second = propose(records, CODE), propose(records, OTHER, days=1)
    advance(records, first[0], "perangkat_terdaftar")
    launches.set_owner(records, second[0], 2, by=CONSOLE, seen=now(records, second[0])["changed_at"])
    told = words(opened())
    assert "2 peluncuran berjalan. Tidak ada yang lewat tenggat." in told
    late = TODAY - timedelta(days=3)
    with writing(records) as connection:
        connection.execute(sa.update(schema.launches).where(schema.launches.c.id == first[0]).values(due_on=late))
    told = words(opened())
    assert "1 dari 2 peluncuran yang berjalan sudah lewat tenggat" in told
    assert "(lewat 3 hari)" in told
    assert "Perangkat terdaftar (1)" in told
    assert "&lt;img src=x" in told
    assert not any(name in told for name in HOSTILE[:4])
    for query, seen, unseen in (
        ({"provinsi": "18"}, "Usulan (1)", "Perangkat terdaftar (1)"),
        ({"langkah": "perangkat_terdaftar"}, "Perangkat terdaftar (1)", "Usulan (1)"),
        ({"penanggung": "2"}, "Usulan (1)", "Perangkat terdaftar (1)"),
        ({"penanggung": "-"}, "Perangkat terdaftar (1)", "Usulan (1)"),
        ({"lewat": "1"}, "Perangkat terdaftar (1)", "Usulan (1)"),
        ({"keadaan": "semua", "langkah": "{{7*7}}", "penanggung": "99"}, "Usulan (1)", "Tidak ada peluncuran"),
    ):
        app = opened(**query)
        assert seen in words(app), query
        assert unseen not in words(app), query
    assert "Tidak ada peluncuran yang cocok" in words(opened(keadaan="cancelled"))


def test_a_launch_is_led_to_its_day_and_the_village_is_declared(records, opened, tmp_path) -> None:
    (launch,) = propose(records, CODE)
    advance(records, launch, "perangkat_terdaftar", "sosialisasi")
    app = opened(peluncuran=str(launch))
    assert "Belum diketahui apakah" in words(app)
    app.text_area(key=f"launch-{launch}-evidence").input(HOSTILE[3])
    press(app, f"launch-{launch}-go")
    assert "Belum dapat ke langkah MoU" in words(app)
    assert now(records, launch)["step"] == "sosialisasi"
    assert app.text_area(key=f"launch-{launch}-evidence").value == HOSTILE[3]  # not lost
    app.text_area(key=f"launch-{launch}-override").input(f"{HOSTILE[1]} dan perangkat")
    press(app, f"launch-{launch}-go")
    assert "Langkah tercatat" in words(app)
    assert "&lt;img src=x" in words(app)
    assert not any(name in words(app) for name in (HOSTILE[1], HOSTILE[3]))
    assert app.text_area(key=f"launch-{launch}-evidence").value == ""
    app.text_area(key=f"launch-{launch}-evidence").input("BA 9/2026")
    app.text_area(key=f"launch-{launch}-override").input(WHY)
    press(app, f"launch-{launch}-go")
    assert "terhitung sudah dicanangkan" in words(app)
    card = opening(page, "village", str(tmp_path / "static"))(desa=CODE)
    assert "catatan peluncuran kantor" in words(card)
    assert "propose-launch" not in [button.key for button in card.button]


def test_the_village_comes_onto_the_map_as_declared_and_leaves_it_again(records, tmp_path) -> None:
    folder = tmp_path / "static"
    on_map = opening(page, "gap_map", str(folder))

    def declared() -> list[str]:
        (sent,) = re.findall(r'new VillageMap\(map_div, "(.+?)"\)', component(on_map(lapisan="declared"))["script"])
        file = Path(json.loads(base64.b64decode(sent))["places"]).name
        places = json.loads(gzip.decompress((folder / file).read_bytes()))
        return [name for _, _, name in places.get("declared", [])]

    assert declared() == []
    (launch,) = propose(records, CODE)
    advance(records, launch, "perangkat_terdaftar", "sosialisasi", "mou", "peresmian")
    assert declared() == [HOSTILE[5]]
    back = Move("mou", TODAY, reason=WHY)
    launches.advance(records, launch, back, by=CONSOLE, seen=now(records, launch)["changed_at"])
    assert declared() == []


def test_a_planner_can_make_no_exception(records, opened, monkeypatch) -> None:
    (launch,) = propose(records, CODE)
    advance(records, launch, "perangkat_terdaftar", "sosialisasi")
    monkeypatch.setattr(visitor, "current", lambda: who("planner"))
    app = opened(peluncuran=str(launch), lang="en")
    assert "Only a manager or an admin" in words(app)
    assert app.button(key=f"launch-{launch}-go").disabled
    assert not [area for area in app.text_area if area.key.endswith("override")]


def test_of_two_visitors_the_second_is_told(records, opened) -> None:
    (launch,) = propose(records, CODE)
    first, second = opened(peluncuran=str(launch)), opened(peluncuran=str(launch), lang="en")
    for app in (first, second):
        app.text_area(key=f"launch-{launch}-evidence").input("560/1")
        press(app, f"launch-{launch}-go")
    assert "Langkah tercatat" in words(first)
    assert "Somebody else has just changed this launch" in words(second)
    with reading(records) as connection:
        assert len(launch_views.history(connection, launch)) == 2


def test_skipping_and_going_back_ask_for_a_reason(records, opened) -> None:
    (launch,) = propose(records, CODE)
    app = opened(peluncuran=str(launch))
    app.selectbox(key=f"launch-{launch}-step-usulan").select("sosialisasi").run()
    app.text_area(key=f"launch-{launch}-evidence").input("560/1")
    press(app, f"launch-{launch}-go")
    assert "ada langkah yang dilewati" in words(app)
    app.text_area(key=f"launch-{launch}-reason").input(WHY)
    press(app, f"launch-{launch}-go")
    assert now(records, launch)["step"] == "sosialisasi"
    app.selectbox(key=f"launch-{launch}-step-sosialisasi").select("usulan").run()
    app.text_area(key=f"launch-{launch}-reason").input(WHY)
    press(app, f"launch-{launch}-go")
    assert "Kembali ke: Usulan" in words(app)


def test_dusun_owner_due_date_and_the_end(records, opened) -> None:
    (launch,) = propose(records, CODE)
    app = opened(peluncuran=str(launch))
    app.text_input(key=f"launch-{launch}-dusun").input(HOSTILE[2])
    app.number_input(key=f"launch-{launch}-met").set_value(37)
    press(app, f"launch-{launch}-add")
    assert "1 dusun, 37 orang hadir." in words(app)
    app.selectbox(key=f"launch-{launch}-owner").select(2)
    press(app, f"launch-{launch}-own")
    assert now(records, launch)["owner"] == HOSTILE[1]
    assert HOSTILE[1] not in words(app)
    app.text_input(key=f"launch-{launch}-due").input("besok")
    press(app, f"launch-{launch}-due-save")
    assert "bukan tanggal" in words(app)
    day = TODAY + timedelta(days=9)
    app.text_input(key=f"launch-{launch}-due").input(f"{day:%d/%m/%Y}")
    press(app, f"launch-{launch}-due-save")
    assert now(records, launch)["due_on"] == day
    press(app, f"launch-{launch}-cancel")
    assert "sedikitnya 20 huruf" in words(app)
    app.text_area(key=f"launch-{launch}-why").input(WHY)
    press(app, f"launch-{launch}-cancel")
    assert "Peluncuran dibatalkan" in words(app)
    assert not [button for button in app.button if button.key.endswith("-go")]
    press(app, "launches-back")
    assert "peluncuran" not in app.query_params


def test_a_launch_of_an_address_that_is_not_there_is_dropped(records, opened) -> None:
    propose(records, CODE)
    for odd in ("99", "{{7*7}}", "1.0"):
        app = opened(peluncuran=odd)
        assert dict(app.query_params) == {}
        assert "Usulan (1)" in words(app)


def test_a_village_is_proposed_from_its_card(records, tmp_path, monkeypatch) -> None:
    card = opening(page, "village", str(tmp_path / "static"))
    app = press(card(desa=CODE), "propose-launch")
    assert "1 desa diusulkan" in words(app)
    with reading(records) as connection:
        assert launch_views.running(connection, CODE) == 1
    assert "propose-launch" not in [button.key for button in app.button]
    monkeypatch.setattr(visitor, "current", lambda: who("agent"))
    assert "propose-launch" not in [button.key for button in card(desa=OTHER).button]


def test_all_villages_of_a_scenario_are_proposed(records, opened) -> None:
    assert "Belum ada skenario" in words(opened())
    for name, codes in (("Satu", (CODE, OTHER)), ("Lama", ("99.01.01.2001",))):
        PlanRecords(records, who("planner")).save(name, json.dumps(plan_of(name, codes)).encode())
    propose(records, OTHER)
    app = opened()
    app.selectbox(key="launches-plan").select("Satu")
    press(app, "propose-plan")
    assert "1 desa diusulkan. Dilewati: 1 yang peluncurannya masih berjalan" in words(app)
    app.selectbox(key="launches-plan").select("Lama")
    press(app, "propose-plan")
    assert "tidak ada di data sekarang: 99.01.01.2001" in words(app)
