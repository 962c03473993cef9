"""The pages of people, of an agent and of the audit trail, each as somebody of the office opens it."""

import ast
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from geodata import schema
from planner.errors import PlanError
from planner.rights import CONSOLE, Principal
from planner.store import passwords, people, sessions
from planner.store import schema as tables
from planner.store.engine import reading, writing
from planner.store.intake import keep
from planner.web import visitor
from tests.store.kept import checked
from tests.web.conftest import HOSTILE
from tests.web.office import Office
from tests.web.pages import opening, page

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def sign(office: Office, monkeypatch: pytest.MonkeyPatch):
    """Say who is in front of the screen; looked up in the records, as the cookie would be."""
    monkeypatch.setattr(visitor, "records", lambda: office.engine)

    def as_whom(login: str) -> Principal:
        token = office.token(login)

        def current() -> Principal:
            found = sessions.principal_of(office.engine, token)
            if found is None:
                raise visitor.SignedOutError("rights.signed_out")
            return found

        monkeypatch.setattr(visitor, "current", current)
        return current()

    return as_whom


@pytest.fixture
def assigned(office: Office, layer: gpd.GeoDataFrame, layer_file) -> gpd.GeoDataFrame:
    """Villages 0, 12 and 13 are of agent A-1, village 20 is of A-2; all have counted participants."""
    layer_file(layer)
    codes = layer[schema.VILLAGE_CODE]
    with writing(office.engine) as connection:
        ids = dict(connection.execute(sa.select(tables.agents.c.code, tables.agents.c.id)).all())
        for agent, row in (("A-1", 0), ("A-1", 12), ("A-1", 13), ("A-2", 20)):
            given = {"agent_id": ids[agent], "village_code": codes.iloc[row], "from_on": date(2026, 1, 1)}
            connection.execute(sa.insert(tables.assignments).values(given))
    counts = pd.DataFrame({"village_code": codes, "month": date(2026, 10, 1), "segment": "BPU"})
    counts = counts.assign(active=[7000 + i for i in range(len(codes))], inactive=1)
    keep(office.engine, checked("participants", counts), "a.xlsx", "a" * 64, by=CONSOLE)
    return layer


def told(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label == label]
    button.click().run()
    assert not app.exception
    return app


def field(app: AppTest, label: str, place: int = 0):
    return [one for one in [*app.text_input, *app.selectbox, *app.number_input, *app.text_area] if one.label == label][
        place
    ]


open_people, open_trail = opening(page, "people"), opening(page, "audit_page")
open_area, open_as_agent = opening(page, "area"), opening(page, "as_agent")


def test_an_admin_makes_an_account_and_sees_its_link_once(office, sign) -> None:
    sign("admin")
    app = open_people()
    field(app, "Nama masuk").input("Siti")
    field(app, "Nama").input("<b>Siti</b>{{7*7}}")
    field(app, "Kantor lain (bila belum ada di daftar)", 1).input("Cabang Palembang")
    press(app, "Buat akun")
    link = told(app).split("<code>")[1].split("</code>")[0]
    assert link.startswith("http://127.0.0.1:8501/sandi?kunci=")
    assert passwords.owner_of(office.engine, link.split("=")[1]).login == "siti"
    assert "&lt;b&gt;Siti&lt;/b&gt;{{7*7}}" in told(app)
    assert "Cabang Palembang" in told(app)
    app.run()
    assert "kunci=" not in told(app)
    assert "Siti" in told(open_people(lang="en"))


def test_what_is_refused_is_told_and_changes_nothing(office, sign) -> None:
    sign("admin")
    app = open_people(lang="en")
    field(app, "Sign-in name").input("admin")
    field(app, "Name").input("Other")
    press(app, "Make the account")
    assert "admin is taken" in told(app)
    press(app, "Disable")
    assert "admin is the last admin" in told(app)
    with reading(office.engine) as connection:
        assert len(people.listed(connection)) == 5


def test_an_admin_disables_and_enables_and_changes_a_role(office, sign) -> None:
    sign("admin")
    token = office.token("planner")
    app = open_people()
    field(app, "Akun").select("planner").run()
    press(app, "Nonaktifkan")
    assert sessions.principal_of(office.engine, token) is None
    assert "nonaktif sejak" in told(app)
    press(app, "Aktifkan lagi")
    field(app, "Peran").select("agent")
    field(app, "Kode agen (hanya untuk agen)").input("A-9")
    press(app, "Simpan perubahan")
    with reading(office.engine) as connection:
        changed = people.found(connection, "planner")
    assert (changed.role, changed.agent_code, changed.disabled_at) == ("agent", "A-9", None)
    press(app, "Tautan sandi baru")
    assert "kunci=" in told(app)


def test_a_form_does_not_bring_back_what_another_admin_changed(office, sign) -> None:
    sign("admin")
    app = open_people(lang="en")
    field(app, "Account").select("planner").run()
    people.change_role(office.engine, CONSOLE, "planner", "agent", agent_code="A-9")
    field(app, "Another office (if not in the list)").input("Metro")
    press(app, "Save the change")
    assert "planner was changed by somebody else" in told(app)
    assert (field(app, "Role").value, field(app, "Agent code (agents only)").value) == ("agent", "A-9")
    field(app, "Another office (if not in the list)").input("Metro")
    press(app, "Save the change")
    assert "Account planner changed" in told(app)
    with reading(office.engine) as connection:
        changed = people.found(connection, "planner")
    assert (changed.role, changed.agent_code, changed.office) == ("agent", "A-9", "Metro")
    assert field(app, "Office").value == "Metro"


def test_a_form_that_stays_open_shows_what_another_admin_changed(office, sign) -> None:
    sign("admin")
    app = open_people(lang="en")
    field(app, "Account").select("planner").run()
    field(app, "Role").select("manager")
    press(app, "Save the change")
    people.change_role(office.engine, CONSOLE, "planner", "agent", agent_code="A-9")
    app.run()
    assert (field(app, "Role").value, field(app, "Agent code (agents only)").value) == ("agent", "A-9")


@pytest.mark.parametrize(
    ("module", "roles"),
    [
        ("people", "planner manager agent"),
        ("audit_page", "planner agent"),
        ("as_agent", "planner agent"),
        ("area", "planner manager admin"),
    ],
)
def test_a_page_asks_for_the_right_itself_too(office, sign, assigned, module: str, roles: str) -> None:
    for role in roles.split():
        sign(role)
        app = AppTest.from_function(page, args=(module,), default_timeout=30).run()
        assert app.exception
        assert told(app).count("<table") == 0


def test_a_role_that_is_lost_stops_at_the_next_click(office, sign) -> None:
    people.add(office.engine, Principal(1, "admin", "", "admin"), people.NewPerson("second", "Second", "admin"))
    sign("admin")
    app = open_people()
    link = passwords.make_link(office.engine, Principal(1, "admin", "", "admin"), "second")
    passwords.use_link(office.engine, link.token, "padi kuning di rumah")
    people.change_role(office.engine, Principal(6, "second", "", "admin"), "admin", "planner")
    app.run()
    assert app.exception
    assert "<table" not in told(app)


def test_the_trail_shows_who_did_what(office, sign) -> None:
    sign("manager")
    people.add(
        office.engine, Principal(1, "admin", "", "admin"), people.NewPerson("new", HOSTILE[1], "planner", HOSTILE[1])
    )
    app = open_trail(lang="en")
    assert "Account made" in told(app)
    assert "&lt;img src=x" in told(app)
    assert "<img" not in told(app)
    field(app, "Who").select("planner").run()
    assert "Account made" not in told(app).split("<tbody>")[1]
    assert "argon2" not in told(open_trail())


def test_an_agent_sees_the_own_villages_and_nothing_of_others(office, sign, assigned) -> None:
    sign("agent")
    app = open_area()
    assert app.title[0].value == "Wilayah saya"
    codes = assigned[schema.VILLAGE_CODE]
    shown = "\n".join([told(app), *(str(element.proto) for element in app.main)])
    assert [code for code in codes if code in shown] == [codes.iloc[row] for row in (0, 12, 13)]
    for row, code in enumerate(codes):
        assert (f"7.{row:03}" in shown) == (row in (0, 12, 13)), code
    assert "<img" not in shown
    field(app, "Desa").select(codes.iloc[13])
    field(app, "Ditemui").set_value(20)
    field(app, "Berminat").set_value(9)
    field(app, "Mendaftar").set_value(4)
    field(app, "Dusun").input(HOSTILE[1])
    press(app, "Simpan kunjungan")
    assert "Kunjungan disimpan." in told(app)
    assert "&lt;img src=x" in told(app)
    with reading(office.engine) as connection:
        (visit,) = connection.execute(sa.select(tables.visits)).all()
    assert (visit.village_code, visit.met, visit.registered) == (codes.iloc[13], 20, 4)


def test_a_saved_visit_leaves_an_empty_form_and_is_not_saved_again(office, sign, assigned) -> None:
    sign("agent")
    app = open_area()
    for words, left in (("Kunjungan disimpan.", [0, "", ""]), ("sudah tercatat", [20, "Dusun 1", "Hujan"])):
        field(app, "Ditemui").set_value(20)
        field(app, "Dusun").input("Dusun 1")
        field(app, "Kendala").input("Hujan")
        press(app, "Simpan kunjungan")
        assert words in told(app)
        assert [field(app, name).value for name in ("Ditemui", "Dusun", "Kendala")] == left
    field(app, "Dusun").input("Pak Ali 0812-3456-7890")
    press(app, "Simpan kunjungan")
    assert "memuat NIK atau nomor telepon" in told(app)
    with reading(office.engine) as connection:
        assert len(connection.execute(sa.select(tables.visits)).all()) == 1


def test_an_impossible_visit_is_told(office, sign, assigned) -> None:
    sign("agent")
    app = open_area()
    field(app, "Mendaftar").set_value(4)
    press(app, "Simpan kunjungan")
    assert 'class="notice error"' in told(app)
    with reading(office.engine) as connection:
        assert connection.execute(sa.select(tables.visits)).all() == []


def test_an_agent_without_villages_is_told(office, sign, layer, layer_file) -> None:
    layer_file(layer)
    sign("agent")
    assert "Belum ada desa yang ditugaskan" in told(open_area())
    assert "No village is assigned yet" in told(open_area(lang="en"))


def test_looking_as_an_agent_equals_the_agents_own_sign_in(office, sign, assigned) -> None:
    sign("agent")
    app = open_area()
    field(app, "Ditemui").set_value(20)
    press(app, "Simpan kunjungan")
    app.run()
    own = [element.proto.body for element in app.get("html") if 'class="about area"' in element.proto.body]
    sign("manager")
    seen = open_as_agent()
    assert told(seen).count("<table") == 0
    field(seen, "Agen").select("agent").run()
    shown = [element.proto.body for element in seen.get("html") if 'class="about area"' in element.proto.body]
    assert shown == own
    assert len(own) == 2
    assert "Dilihat sebagai agen A-1 · Orang agent" in told(seen)
    assert seen.button == []
    seen.run()
    field(seen, "Agen").select("other").run()
    assert assigned[schema.VILLAGE_CODE].iloc[20] in told(seen)
    assert assigned[schema.VILLAGE_CODE].iloc[12] not in told(seen)
    with reading(office.engine) as connection:
        looked = connection.execute(sa.select(tables.audit).where(tables.audit.c.what == "user.seen_as")).all()
    assert [row.entity_key for row in looked] == [str(office.ids["agent"]), str(office.ids["other"])]
    assert {row.who for row in looked} == {"manager"}


def test_nothing_of_one_agent_is_in_the_page_of_the_next(office, sign, assigned) -> None:
    """Caches of Streamlit are everybody's: the second agent opens the page right after the first, in one process."""
    codes = assigned[schema.VILLAGE_CODE]
    pages = {}
    for login in ("agent", "other", "agent"):
        sign(login)
        pages[login] = told(open_area())
    assert codes.iloc[20] in pages["other"]
    assert not [row for row in (0, 12, 13) if codes.iloc[row] in pages["other"]]
    assert codes.iloc[20] not in pages["agent"]


def test_no_cache_holds_who_somebody_is() -> None:
    """What Streamlit keeps for all is keyed by layers and choices: no cached function asks who is there."""
    for path in sorted(Path(visitor.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            kept = isinstance(node, ast.FunctionDef) and any("cache" in ast.unparse(one) for one in node.decorator_list)
            if kept:
                asked = ast.unparse(node)
                assert not any(
                    word in asked for word in ("visitor.current", "visitor.require", "principal", "cookies")
                ), path


def test_current_needs_a_session_where_there_are_records(office) -> None:
    """Without a browser there is no cookie."""
    with pytest.raises(PlanError, match="session has ended") as caught:
        visitor.current()
    assert caught.value.text("id") == "Sesi berakhir, masuk lagi."
    assert visitor.present() is None


def test_without_records_whoever_is_there_works_at_a_laptop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert visitor.current().login == "laptop"
    with pytest.raises(PlanError, match="no records of the office"):
        visitor.records()
