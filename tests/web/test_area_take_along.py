"""What an agent takes along and hands in on the own page."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from planner.pack.notes import read_notes
from planner.pack.rows import headings
from planner.rights import CONSOLE
from planner.store import assigning, intake
from planner.store.engine import writing
from planner.store.own_area import rows_as
from planner.store.sessions import principal_of
from planner.uploads import Known, check_file
from planner.web.area_notes import write_notes
from tests.pack import sample
from tests.web.pages import words
from tests.web.server import PATIENCE_S

HEAD = ";".join(headings("id"))
KEY = "6f9619ff-8b86-d011-b42d-00cf4fc964f"


def line(place: int, number: int, agent: str = "A-1", met: int = 9) -> str:
    return f"{agent};2026-11-20;{sample.OWN[place]};;{met};1;1;;{KEY}{number}"


def page(login: str) -> None:
    from planner.store.sessions import principal_of
    from planner.web import area_take_along, visitor
    from tests.pack import sample
    from tests.web.test_area_take_along import shown_to

    area_take_along.render(sample.area(), shown_to(login, visitor, principal_of), "id")


def shown_to(token, visitor, principal_of):
    return principal_of(visitor.records(), token)


@pytest.fixture
def agent(office):
    with writing(office.engine) as connection:
        given = dict.fromkeys(sample.OWN, "A-1")
        assigning.assign(connection, given, from_on=sample.DAY.replace(month=8), by=CONSOLE, note="")
    return office


def test_scanned_text_is_shown_saved_and_known_the_second_time(agent) -> None:
    app = AppTest.from_function(page, args=(agent.token("agent"),), default_timeout=PATIENCE_S).run()
    assert not app.exception
    for told in ("2 catatan baru disimpan, 0 sudah ada", "0 catatan baru disimpan, 2 sudah ada"):
        text = "\n".join([HEAD, line(0, 1), HEAD, line(1, 2), line(2, 3, agent="A-9")])
        app.text_area[0].set_value(text)
        app.button(key="pack-check").click().run()
        assert "2 catatan dapat disimpan, 1 ditolak" in words(app)
        assert "untuk agen lain" in words(app)
        app.button(key="pack-write").click().run()
        assert told in words(app)
    app.button(key="pack-check").click().run()
    assert "Belum ada teks" in words(app)
    app.text_area[0].set_value("bukan tabel")
    app.button(key="pack-check").click().run()
    assert not app.exception
    who = principal_of(agent.engine, agent.token("agent"))
    assert len(rows_as(agent.engine, who).visits) == 2


def test_what_the_office_received_first_is_known(agent, tmp_path) -> None:
    path = tmp_path / "kunjungan.csv"
    path.write_bytes("\r\n".join([HEAD, line(0, 1), line(1, 2)]).encode("utf-8-sig"))
    known = Known(sample.LAYER.drop(columns="geometry"), agents=frozenset({"a-1"}))
    checked = check_file(path, "visits", known, today=sample.DAY)
    assert len(checked.accepted) == 2
    intake.keep(agent.engine, checked, path.name, "0" * 64, by=CONSOLE)
    who = principal_of(agent.engine, agent.token("agent"))
    read = read_notes(path.read_bytes(), path.name, agent="A-1", villages=sample.area().villages, today=sample.DAY)
    found = write_notes(agent.engine, who, read, "id")
    assert (found.new, found.known, found.refused) == (0, 2, ())


def test_a_refused_note_stops_no_other(agent) -> None:
    who = principal_of(agent.engine, agent.token("agent"))
    read = partial(read_notes, name="a.csv", agent="A-1", villages=sample.area().villages, today=sample.DAY)
    write_notes(agent.engine, who, read("\n".join([HEAD, line(0, 1)]).encode()), "id")
    changed = read("\n".join([HEAD, line(0, 1, met=11), line(1, 2)]).encode())
    found = write_notes(agent.engine, who, changed, "id")
    assert (found.new, found.known) == (1, 0)
    ((row, why),) = found.refused
    assert row == 2
    assert why
