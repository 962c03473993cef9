"""A day of an agent on a phone of 360 x 740: route, map, cards, visit log, with and without a connection."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from geodata import schema
from geodata.layer import make_layer
from planner.rights import CONSOLE
from planner.store import passwords, people, sessions
from planner.store import schema as tables
from planner.store.engine import connect, reading, writing
from planner.store.migrate import upgrade
from tests.web.conftest import LARGE, RECORDS
from tests.web.server import served
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

SMALL = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
OWN = [*range(40, 44), *range(70, 74)]
OTHERS = [row for row in range(len(LARGE)) if row not in OWN]
CODES, NAMES = list(LARGE[schema.VILLAGE_CODE]), list(LARGE[schema.VILLAGE_NAME])


class Cable:
    """A connection to a server that can be cut: what passes through it stops, and nothing new gets in."""

    def __init__(self, port: int) -> None:
        self.to, self.is_cut, self.open = port, False, []
        self.door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.door.getsockname()[1]}/"

    def cut(self) -> None:
        self.is_cut = True
        for end in self.open:
            with_no_error(end.shutdown, socket.SHUT_RDWR)
        self.open.clear()

    def mend(self) -> None:
        self.is_cut = False

    def _take(self) -> None:
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.to))
            self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass, args=(one, other), daemon=True).start()


def _pass(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65_536):
            other.sendall(data)
    except OSError:
        pass
    for end in (one, other):
        with_no_error(end.close)


def with_no_error(act, *given) -> None:
    with suppress(OSError):
        act(*given)


@contextmanager
def office(home, layer) -> Iterator[tuple[str, sa.Engine, str]]:
    """An office with two agents: an address, its records, and the session of the first agent."""
    with served(home, layer) as address:
        engine = connect(None, home / "data" / "records.sqlite")
        upgrade(engine)
        passwords.first_admin(engine, "admin", "Bu Admin", "kuda biru di sawah")
        for login, code in (("agen", "A-1"), ("lain", "A-2")):
            number = people.add(engine, CONSOLE, people.NewPerson(login, login.title(), "agent", "", code))
            passwords.use_link(engine, passwords.make_link(engine, CONSOLE, login).token, "kuda biru di sawah")
            if login == "agen":
                token = sessions.begin(engine, number)
        with writing(engine) as connection:
            ids = dict(connection.execute(sa.select(tables.agents.c.code, tables.agents.c.id)).all())
            for agent, rows in (("A-1", OWN), ("A-2", OTHERS[:60])):
                for row in rows:
                    given = {"agent_id": ids[agent], "village_code": CODES[row], "from_on": date(2026, 1, 1)}
                    connection.execute(sa.insert(tables.assignments).values(given))
        yield address, engine, token
        engine.dispose()


def visits(engine: sa.Engine) -> list:
    with reading(engine) as connection:
        return connection.execute(sa.select(tables.visits).order_by(tables.visits.c.id)).all()


def test_a_day_of_an_agent(chromium, tmp_path) -> None:
    with office(tmp_path, make_layer(LARGE, RECORDS, {"built": "2026-11-22"})) as (address, engine, token):
        cable = Cable(int(address.rsplit(":", 1)[1].strip("/")))
        with Visit(chromium, cable.address, SMALL) as visit:
            visit.sign_in(token)
            page, came = visit.page, []
            page.on("websocket", lambda one: one.on("framereceived", lambda data: came.append(data)))  # noqa: PLW0108 (a method cannot be marked)
            page.on("response", lambda one: came.append(one) if one.request.resource_type != "script" else None)
            page.goto(cable.address + "wilayah#desa")
            page.locator(".area-map a").first.wait_for()
            the_map_leads_to_a_card_and_back_to_the_list(page)
            what_was_typed_survives_a_reload_and_a_double_tap_is_one_visit(page)
            page.wait_for_timeout(500)
            visit.clean()
            cable.cut()
            all_can_be_read_and_written_without_connection(page)
            complaints, visit.complaints = visit.complaints, []
            cable.mend()
            for _ in range(2):
                page.evaluate("dispatchEvent(new Event('online'))")
            expect(page.locator(".area-outbox li")).to_have_count(0)
            kept = visits(engine)
            assert [(row.met, row.registered) for row in kept] == [(3, 1), (1, 0)]
            assert len({row.entry_key for row in kept}) == 2
            assert all("net::" in one or "WebSocket" in one for one in complaints), complaints
            a_wrong_figure_is_corrected(page)
            assert [(row.met, row.registered) for row in visits(engine)] == [(2, 1), (1, 0)]
            the_day_turns_at_midnight(page)
            page.goto(cable.address + "peta")
            visit.titled("Bukan untuk peran ini")
            nothing_is_of_others(came)


def go(page, view: str) -> None:
    page.evaluate("view => { location.hash = view }", view)


def add_one(page, name: str) -> None:
    page.locator(f'[data-of="visit-{name}"][data-step="1"]').tap()


def the_map_leads_to_a_card_and_back_to_the_list(page) -> None:
    code, name = CODES[OWN[5]], NAMES[OWN[5]]
    assert page.locator(".area-map a").count() == len(OWN)
    page.locator(f'.area-map a[data-village="{code}"] path').tap()
    expect(page.locator(f'[data-view="desa-{code}"]').get_by_role("heading", level=2)).to_contain_text(name)
    assert page.url.endswith(f"#desa-{code}")
    page.go_back()
    expect(page.locator(".area-map")).to_be_visible()


def what_was_typed_survives_a_reload_and_a_double_tap_is_one_visit(page) -> None:
    go(page, f"catat-{CODES[OWN[1]]}")
    for name, taps in (("met", 3), ("interested", 2), ("registered", 1)):
        for _ in range(taps):
            add_one(page, name)
    page.locator("#visit-more").fill("Pak Ali 0812-3456-7890")
    page.reload()
    page.locator(".area-form").wait_for()
    expect(page.locator("#visit-met")).to_have_value("3")
    assert page.locator("#visit-village").input_value() == CODES[OWN[1]]
    page.locator(".area-save").tap()
    expect(page.locator(".area-problem")).to_contain_text("NIK atau nomor telepon")
    page.locator("#visit-more").fill("Hujan")
    page.locator(".area-save").dblclick()
    expect(page.locator(".area-said")).to_contain_text("Tersimpan di kantor")
    expect(page.locator("#visit-met")).to_have_value("0")


def all_can_be_read_and_written_without_connection(page) -> None:
    """The parts are there, visits wait where the browser has no room left, no box of Streamlit stands before them."""
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full') } }")
    page.locator("#visit-dusun").fill("Dusun 2")
    add_one(page, "met")
    page.locator("#visit-village").select_option(CODES[OWN[1]])
    page.locator(".area-save").tap()
    expect(page.locator(".area-outbox li")).to_contain_text("menunggu sinyal")
    expect(page.locator(".area-cut")).to_be_visible()
    for view in ("hari", "desa", "bulan", "lanjut", "luring", f"desa-{CODES[OWN[2]]}"):
        go(page, view)
        expect(page.locator(f'.area-part[data-view="{view}"] h2')).to_be_visible()
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 360
    page.locator(".area-card:visible summary").nth(3).tap()
    expect(page.locator(".area-say:visible li").first).to_be_visible()
    assert page.get_by_role("dialog").count() == 0


def a_wrong_figure_is_corrected(page) -> None:
    """The log opens with what the visit says; the card shows the new figure after it is kept."""
    card = page.locator(f'[data-view="desa-{CODES[OWN[1]]}"]')
    page.reload()
    page.locator(".area-form").wait_for(state="attached")
    go(page, f"desa-{CODES[OWN[1]]}")
    card.locator("summary").last.tap()
    card.locator(".area-fix").last.tap()
    expect(page.locator(".area-fixing")).to_contain_text("Perbaiki kunjungan ")
    expect(page.locator("#visit-village")).to_be_disabled()
    assert [page.locator(f"#visit-{name}").input_value() for name in ("met", "registered", "more")] == [
        "3",
        "1",
        "Hujan",
    ]
    page.locator('[data-of="visit-met"][data-step="-1"]').tap()
    page.locator(".area-save").tap()
    expect(page.locator(".area-said")).to_contain_text("Tersimpan di kantor")
    expect(page.locator(".area-fixing")).to_be_hidden()
    go(page, f"desa-{CODES[OWN[1]]}")
    expect(card).to_contain_text("bertemu 2")


def the_day_turns_at_midnight(page) -> None:
    """A page that stays open takes visits of the next day."""
    page.reload()
    day = date.fromisoformat(page.locator("#visit-day").get_attribute("max")) + timedelta(days=1)
    page.clock.set_fixed_time(page.evaluate("Date.now()") / 1000 + 86_400)
    go(page, "catat")
    expect(page.locator("#visit-day")).to_have_value(day.isoformat())


def nothing_is_of_others(came: list) -> None:
    """No code and no name of another agent's village stands in anything that came."""
    together = b"\n".join(_bytes(one) for one in came)
    assert all(CODES[row].encode() in together for row in OWN)
    assert [row for row in OTHERS if CODES[row].encode() in together] == []
    assert set(re.findall(rb"Desa \d+", together)) == {NAMES[row].encode() for row in OWN}


def _bytes(one) -> bytes:
    if isinstance(one, (bytes, str)):
        return one if isinstance(one, bytes) else one.encode()
    try:
        return one.body()
    except Exception:  # noqa: BLE001 (an answer without a body, or one that was cut)
        return b""
