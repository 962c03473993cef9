"""The pages of people, of an agent and of the audit trail, each as somebody of the office opens it."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from geodata import schema
from geodata.paths import Paths
from planner.errors import PlanError
from planner.rights import CONSOLE, Principal
from planner.store import passwords, people, sessions
from planner.store import schema as tables
from planner.store.acting import write_visit, writing_as
from planner.store.engine import reading
from planner.web import visitor
from tests.web.conftest import HOSTILE
from tests.web.pages import opening, page
from tests.web.server import PATIENCE_S

pytestmark = pytest.mark.usefixtures("server")


def told(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def parts(html: str) -> dict[str, str]:
    """The parts of an agent's page, by name."""
    found = re.findall(r'<section class="area-part[^"]*" data-view="([^"]*)">(.*?)</section>', html, re.DOTALL)
    return dict(found)


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
        app = AppTest.from_function(page, args=(module,), default_timeout=PATIENCE_S).run()
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


def test_broken_rules_of_the_office_keep_no_agent_from_the_villages(office, sign, assigned) -> None:
    Paths.of().incentives.write_text("bonus\n1\n")
    sign("agent")
    shown = told(open_area())
    assert "incentives.csv" in shown
    assert "aturan insentif bawaan" in shown
    assert assigned[schema.VILLAGE_CODE].iloc[12] in shown


def test_an_agent_without_villages_is_told(office, sign, layer, layer_file) -> None:
    layer_file(layer)
    sign("agent")
    assert "Belum ada desa yang ditugaskan" in told(open_area())
    assert "No village is assigned yet" in told(open_area(lang="en"))


def test_looking_as_an_agent_shows_the_agents_own_parts_with_nothing_to_write(office, sign, assigned) -> None:
    agent = sign("agent")
    with writing_as(office.engine, agent) as connection:
        code = assigned[schema.VILLAGE_CODE].iloc[12]
        write_visit(connection, code, visited_on=date(2026, 11, 2), met=9, interested=5, registered=3)
    own = told(open_area())
    sign("manager")
    seen = open_as_agent()
    assert "area-part" not in told(seen)
    field(seen, "Agen").select("agent").run()
    for view in ("bulan", "lanjut", "desa"):
        assert parts(told(seen))[view] == parts(own)[view]
    assert set(parts(own)) - set(parts(told(seen))) == {"catat", "luring"}
    assert '"#catat' not in told(seen)
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
