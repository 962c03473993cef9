"""The page of the agents as who may see it: load, targets, warnings; what a manager changes; nothing of it runs."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from geodata.layer import make_layer
from geodata.office_day import today
from geodata.paths import Paths
from geodata.schema import ACTIVE_BPU, basis, high, low
from planner.field.incentive import COLUMNS
from planner.rights import CONSOLE, Principal, Role
from planner.store import assigning, schema
from planner.store.engine import Engine, connect, reading, writing
from planner.store.migrate import upgrade
from planner.texts import t
from planner.web import agents_data, agents_page, agents_tables, visitor
from planner.web.target_sheet import page_manner
from tests.web.conftest import HOSTILE
from tests.web.pages import opening, page, words

TODAY = today()  # of the office, also where the machine's clock is another one's


def who(role: Role) -> Principal:
    return Principal(None, "cici", "Cici", role)


@pytest.fixture
def records(layer, layer_file, monkeypatch) -> Engine:
    """An office over the small layer, seen by a manager: three agents with villages, one without."""
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    layer_file(layer)
    engine = connect(None, Paths.of().records)
    upgrade(engine)
    codes = sorted(layer["village_code"])
    given = {code: f"A-{i // 5 + 1}" for i, code in enumerate(codes[:15])}
    with writing(engine) as connection:
        for agent, office in (("A-1", "Utara"), ("A-2", "Utara"), ("A-3", HOSTILE[1]), ("A-9", "Utara")):
            assigning.add_agent(connection, agent, office=office, by=CONSOLE)
        assigning.assign(connection, given, from_on=TODAY - timedelta(days=100), by=CONSOLE)
        agent = sa.select(schema.agents.c.id).where(schema.agents.c.code == "A-1").scalar_subquery()
        counts = {"met": 9, "interested": 5, "registered": 4}
        row = {"agent_id": agent, "village_code": codes[0], "visited_on": TODAY, "written_at": datetime.now(UTC)}
        connection.execute(sa.insert(schema.visits).values(row | counts))
    monkeypatch.setattr(visitor, "current", lambda: who("manager"))
    return engine


@pytest.fixture
def opened():
    return opening(page, "agents_page")


def press(app, key: str):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def choose(app, change: str):
    app.button_group(key="agents-change").set_value(change).run()
    assert not app.exception
    return app


def agents(engine: Engine):
    with reading(engine) as connection:
        return assigning.agents(connection).set_index("agent_code")


def test_load_targets_and_warnings_in_both_languages(records, opened):
    told = words(opened())
    assert "2 agen sudah lama tidak mencatat pendaftaran" in told
    assert "A-2: ✕ 100 hari; batas penutupan akun sudah lewat" in told
    assert "4 dari 50" in told
    assert "Belum punya desa, jadi belum punya target." in told
    assert "Sejak 1 Januari 2018: bonus Rp500.000" in told
    assert HOSTILE[1] not in told
    assert "&lt;img src=x" in told
    english = opened(lang="en", kantor="Utara", urut_agen="diam")
    told = words(english)
    assert "Difficulty" in told
    assert "A-3" not in told
    assert "Kabupaten 16.02" not in told
    assert told.index("A-2<small>") < told.index("A-1<small>")
    english.number_input(key="target_agen").set_value(900_000).run()
    assert "too large" in words(english)
    assert english.query_params["target_agen"] == "900000"


def test_rules_of_the_office_take_the_place_of_the_shipped_ones(records, opened):
    row = "2026-01-01,,600000,40,8.5,95,4,5,Surat edaran 12,2026-01,A,"
    Paths.of().incentives.write_text("\n".join([",".join(COLUMNS), row]) + "\n")
    told = words(opened())
    assert "4 dari 40" in told
    assert "bonus Rp600.000" in told
    Paths.of().incentives.write_text("\n".join([",".join(COLUMNS), row.replace("40", "banyak")]) + "\n")
    told = words(opened())
    assert "bonus_participants (1)" in told
    assert "aturan insentif bawaan" in told
    assert "4 dari 50" in told


def test_a_planner_sees_it_without_the_forms_and_an_agent_nothing(records, opened, monkeypatch):
    monkeypatch.setattr(visitor, "current", lambda: who("planner"))
    app = opened()
    assert "A-2" in words(app)
    assert not app.get("button_group")[1:]
    monkeypatch.setattr(visitor, "current", lambda: who("agent"))
    told = words(opened())
    assert "tidak berhak" in told
    assert "A-2" not in told


def test_an_agent_comes_gets_a_home_and_leaves(records, opened, layer):
    app = choose(opened(), "add")
    app.text_input(key="agents-code-0").input("B-7")
    app.text_input(key="agents-search-new-0").input("Desa 20").run()
    press(app, "agents-add-now")
    assert "Agen B-7 ditambahkan" in words(app)
    desa = layer.set_index("village_name")["village_code"]["Desa 20"]
    assert agents(records).loc["B-7", "home_village_code"] == desa
    choose(app, "home")
    app.selectbox(key="agents-home-agent").select("A-2").run()
    app.text_input(key="agents-search-A-2-1").input("16.01.01.2005").run()
    press(app, "agents-home-now")
    assert agents(records).loc["A-2", "home_village_code"] == "16.01.01.2005"
    choose(app, "leave")
    app.selectbox(key="agents-leave-agent").select("A-2").run()
    press(app, "agents-leave-ask")
    assert "5 desa yang dipegangnya sekarang akan dilepas" in words(app)
    press(app, "agents-leave-not")
    assert agents(records)["left_on"].isna().all()
    app.selectbox(key="agents-leave-agent").select("A-2").run()
    press(app, "agents-leave-ask")
    press(app, "agents-leave-now")
    assert "Dari 5 desanya, 5 desa tanpa agen mulai hari itu" in words(app)
    assert agents(records).loc["A-2", "left_on"] == TODAY


def test_days_on_which_a_village_must_be_visited_are_set_and_taken_back(records, opened):
    app = choose(opened(), "dates")
    village = app.selectbox(key="agents-dates-village-A-1-0").value
    day = TODAY + timedelta(days=5)
    app.multiselect(key=f"agents-dates-days-A-1-{village}-0").select(day).run()
    press(app, "agents-dates-now")
    assert f"agen A-1 di desa {village} disimpan: 1 hari" in words(app)
    with reading(records) as connection:
        assert assigning.visit_dates(connection, "A-1").to_numpy().tolist() == [["A-1", village, day]]
    field = app.multiselect(key=f"agents-dates-days-A-1-{village}-1")
    assert field.value == [day]
    field.unselect(day).run()
    press(app, "agents-dates-now")
    with reading(records) as connection:
        assert assigning.visit_dates(connection).empty
    app.selectbox(key="agents-dates-agent").select("A-9").run()
    assert "belum punya desa" in words(app)


def test_what_the_records_refuse_is_told(records, opened):
    app = choose(opened(lang="en"), "add")
    app.text_input(key="agents-code-0").input("a-1").run()
    press(app, "agents-add-now")
    assert "A-1" in "".join(element.proto.body for element in app.get("html") if "error" in element.proto.body)
    assert len(agents(records)) == 4


def test_without_records_or_agents_it_says_what_is_needed(layer, layer_file, opened, monkeypatch):
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    layer_file(layer)
    told = words(opened(lang="en"))
    assert "There are no records of the office yet" in told
    assert "After that upload a list of agents" in told
    upgrade(connect(None, Paths.of().records))
    monkeypatch.setattr(visitor, "current", lambda: who("planner"))
    assert "Belum ada agen dalam catatan kantor" in words(opened())


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_files_do_not_tell_how_few_were_counted(records, layer, ending):
    here = layer["village_code"] == min(layer["village_code"])
    found, boards = [], []
    for people in (1, 4):
        told = {name: layer[name].mask(here, people) for name in (ACTIVE_BPU, low(ACTIVE_BPU), high(ACTIVE_BPU))}
        there = make_layer(
            layer.assign(**told, **{basis(ACTIVE_BPU): layer[basis(ACTIVE_BPU)].mask(here, "observed")}), {}, {}
        )
        seen = agents_data.seen(there, agents_data.staff_now(records), office="", region="", total=0)
        content = agents_page.file(seen, there, ending, "en")
        if ending == ".csv":
            found.append(content.decode("utf-8-sig").splitlines())
        else:
            book = load_workbook(BytesIO(content))
            found.append([str(row) for sheet in book for row in sheet.values])
            assert "screens of the office" in found[-1][-1]
        boards.append(seen.board.capacity.agents)
    assert found[0] == found[1]
    assert not boards[0].equals(boards[1])


def test_a_month_with_a_few_new_participants_is_missing_in_files(records, layer):
    there = make_layer(layer, {}, {})
    seen = agents_data.seen(there, agents_data.staff_now(records), office="", region="", total=0)
    (table, *_) = agents_tables.files(seen, page_manner("en"))
    column = table.headings.index(t("web.agents.file.registered", "en"))
    assert seen.registered["A-1"] == 4
    assert {row[0]: row[column] for row in table.rows} == {"A-1": None, "A-2": 0, "A-3": 0, "A-9": 0}
