"""Page x role: who may open what, through the whole entry; and what is shown to whoever may not."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from planner.errors import PlanError
from planner.rights import ALLOWED, LAPTOP, Principal, may
from planner.web import pages, visitor
from planner.web.pages import PageEntry, offered, registry
from planner.web.visitor import SignedOutError
from tests.web.pages import words
from tests.web.server import PATIENCE_S

APP = Path(__file__).parent.parent.parent / "app.py"
PAGES = registry(APP.parent / "static")
ROLES = ("planner", "manager", "agent", "admin")
EXPECTED = {
    "page.public": {"planner", "manager", "admin"},
    "page.uploads": {"planner", "manager", "admin"},
    "page.launches": {"planner", "manager", "admin"},
    "page.territories": {"planner", "manager", "admin"},
    "page.agents": {"planner", "manager", "admin"},
    "page.area": {"agent"},
    "page.people": {"admin"},
    "view.as_agent": {"manager", "admin"},
    "audit.read": {"manager", "admin"},
}


def somebody(role: str) -> Principal:
    return Principal(7, role, f"Orang {role}", role, 3 if role == "agent" else None)


def marked(entries: tuple[PageEntry, ...], shown: list[str]) -> tuple[PageEntry, ...]:
    from dataclasses import replace

    return tuple(replace(entry, render=lambda entry=entry: shown.append(entry.key)) for entry in entries)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the pages whose content was shown."""
    seen: list[str] = []
    entries = marked(PAGES, seen)
    monkeypatch.setattr(pages, "registry", lambda _: entries)
    return seen


def visit(monkeypatch: pytest.MonkeyPatch, who: Principal | Exception, address: str) -> AppTest:
    def current() -> Principal:
        if isinstance(who, Exception):
            raise who
        return who

    monkeypatch.setattr(visitor, "current", current)
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app._page_hash = calc_hash(address)
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_a_page_shows_its_content_to_the_roles_that_may_open_it_only(monkeypatch, shown, entry, role: str) -> None:
    app = visit(monkeypatch, somebody(role), entry.url_path)
    allowed = role in EXPECTED[entry.action]
    assert shown == ([entry.key] if allowed else [])
    assert ("Peran Anda tidak berhak membuka halaman ini" in words(app)) is not allowed
    assert "Orang " + role in words(app)
    linked = [link.proto.label for link in app.get("page_link")]
    assert len(linked) == sum(role in EXPECTED[page.action] for page in PAGES)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_without_a_session_no_page_shows_anything(monkeypatch, shown, entry) -> None:
    app = visit(monkeypatch, SignedOutError("rights.signed_out"), entry.url_path)
    assert shown == []
    assert "Sesi berakhir, masuk lagi." in words(app)
    assert f'href="/masuk?next=%2F{entry.url_path}"' in words(app)
    assert app.get("page_link") == []


def test_records_that_cannot_be_read_show_no_page(monkeypatch, shown) -> None:
    def current() -> Principal:
        raise PlanError("store.locked", database="x")

    monkeypatch.setattr(visitor, "current", current)
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S).run()
    assert shown == []
    assert not app.exception
    assert PlanError("store.locked", database="x").text("id") in words(app)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_first_page_and_every_deed_is_named(role: str) -> None:
    mine, others = offered(PAGES, somebody(role))
    assert mine
    assert len(mine) + len(others) == len(PAGES)
    assert {entry.action for entry in PAGES} <= set(ALLOWED)
    assert all(may(somebody(role), entry.action) for entry in mine)


def test_at_a_laptop_without_records_nobody_is_named_and_the_public_pages_are_open(monkeypatch, shown) -> None:
    app = visit(monkeypatch, LAPTOP, "peta")
    assert shown == ["map"]
    assert "Keluar" not in words(app)
    linked = {link.proto.label for link in app.get("page_link")}
    assert not linked & {"Pengguna", "Wilayah saya", "Jejak perubahan", "Lihat sebagai agen"}


def test_whoever_is_signed_in_is_named_with_a_way_out(monkeypatch, shown) -> None:
    hostile = Principal(7, "x", "<img src=x onerror=1>{{7*7}}", "planner")
    told = words(visit(monkeypatch, hostile, "peta"))
    assert "&lt;img src=x onerror=1&gt;{{7*7}} · Perencana" in told
    assert 'href="/keluar?lang=id&amp;next=%2Fpeta"' in told or 'href="/keluar?lang=id&next=%2Fpeta"' in told
    assert 'target="_self"' in told
