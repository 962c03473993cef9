"""Signing in and out in a real Chromium: cookies, links that come back, and clicks after the session is over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.layer import make_layer
from planner.rights import CONSOLE
from planner.store import passwords, people
from planner.store.engine import Engine, connect
from planner.web.records import SESSION
from tests.web.conftest import LARGE, RECORDS
from tests.web.server import LAPTOP, PHONE, served
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

PASSWORD = "kuda biru di sawah"
GONE = "Sesi berakhir, masuk lagi."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home, make_layer(LARGE, RECORDS, {"built": "2026-11-22"})) as where:
        yield where


@pytest.fixture(scope="module")
def boss(chromium, address: str, home: Path) -> Iterator[Visit]:
    """The first admin, made by the link that the start printed, while somebody else has a page open."""
    link = re.search(r"http://\S*/akun-pertama\?kunci=\S+", (home / "log").read_text())
    assert link is not None
    with Visit(chromium, address, LAPTOP) as early, Visit(chromium, address, LAPTOP) as visit:
        early.open("tentang-data", "Tentang data")
        visit.page.goto(link[0])
        for name, text in (("nama", "Bu Boss"), ("login", "boss"), ("baru", PASSWORD), ("ulang", PASSWORD)):
            visit.page.fill(f"#{name}", text)
        visit.page.get_by_role("button", name="Buat akun dan masuk").click()
        visit.titled("Peta pekerja yang belum terlindungi")
        early.page.get_by_text("English", exact=True).click()
        early.page.get_by_text(GONE).wait_for()
        early.page.goto(link[0])
        assert "tidak berlaku" in early.page.inner_text("main")
        visit.clean()
        yield visit


@pytest.fixture(scope="module")
def records(boss: Visit, home: Path) -> Iterator[Engine]:
    engine = connect(None, home / "data" / "records.sqlite")
    for login, role, code in (("ana", "planner", ""), ("budi", "planner", ""), ("agen", "agent", "A-1")):
        people.add(engine, CONSOLE, people.NewPerson(login, login.title(), role, "", code))
        passwords.use_link(engine, passwords.make_link(engine, CONSOLE, login).token, PASSWORD)
    yield engine
    engine.dispose()


def sign_in(visit: Visit, login: str, path: str = "") -> None:
    visit.page.goto(visit.address + path)
    visit.page.get_by_label("Nama masuk").fill(login)
    visit.page.get_by_label("Sandi").fill(PASSWORD)
    visit.page.get_by_role("button", name="Masuk").click()


def only_told(visit: Visit) -> None:
    """The page says that the session is over, and shows nothing else."""
    visit.page.get_by_text(GONE).wait_for()
    visit.titled("Sesi berakhir")
    visit.settle("!document.querySelector('[data-testid=stDataFrame], iframe, .st-key-pages a, .who')")


def test_a_shared_link_opens_its_view_after_signing_in(chromium, address: str, records: Engine) -> None:
    with Visit(chromium, address, LAPTOP) as visit:
        sign_in(visit, "ana", "peta?provinsi=18")
        visit.titled("Peta pekerja yang belum terlindungi")
        visit.page.get_by_role("combobox", name="Provinsi").wait_for()
        assert visit.chosen("Provinsi") == "Lampung"
        assert visit.page.locator(".who").inner_text().startswith("Ana · Perencana")
        (cookie,) = [one for one in visit.context.cookies() if one["name"] == SESSION]
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
        assert visit.page.evaluate("document.cookie.includes('planner_session')") is False
        visit.clean()


def test_a_copied_cookie_is_dead_after_signing_out(chromium, address: str, records: Engine) -> None:
    with Visit(chromium, address, LAPTOP) as visit, Visit(chromium, address, LAPTOP) as thief:
        sign_in(visit, "ana", "tentang-data")
        visit.titled("Tentang data")
        thief.context.add_cookies(visit.context.cookies())
        thief.open("tentang-data", "Tentang data")
        visit.page.locator(".who").get_by_role("link", name="Keluar").click()
        visit.page.get_by_role("button", name="Keluar").click()
        visit.page.get_by_text("Anda sudah keluar.").wait_for()
        thief.page.locator(".st-key-pages").get_by_role("link", name="Target").or_(
            thief.page.locator(".st-key-pages").get_by_role("link", name="Sasaran")
        ).click()
        only_told(thief)
        thief.page.reload()
        thief.page.get_by_label("Nama masuk").wait_for()
        visit.page.go_back()
        visit.page.goto(address + "peta")
        visit.page.get_by_label("Nama masuk").wait_for()
        visit.clean()


def test_a_disabled_account_is_out_at_the_next_click_in_a_fragment(chromium, address: str, records: Engine) -> None:
    with Visit(chromium, address, LAPTOP) as visit:
        sign_in(visit, "budi")
        visit.titled("Peta pekerja yang belum terlindungi")
        visit.choose("Urutkan", "Nama A–Z")
        visit.settle("location.search.includes('urut=name')")
        people.disable(records, CONSOLE, "budi")
        visit.page.get_by_role("combobox", name="Urutkan").click()
        visit.page.get_by_role("option").first.click()
        only_told(visit)
        visit.page.get_by_role("link", name="Masuk lagi").click()
        visit.page.get_by_label("Nama masuk").fill("budi")
        visit.page.get_by_label("Sandi").fill(PASSWORD)
        visit.page.get_by_role("button", name="Masuk").click()
        visit.page.get_by_text("tidak cocok").wait_for()


def test_an_agent_finds_the_own_page_only_also_on_a_phone(chromium, address: str, records: Engine) -> None:
    with Visit(chromium, address, PHONE) as visit:
        sign_in(visit, "agen")
        visit.titled("Wilayah saya")
        links = visit.page.locator(".st-key-pages a")
        links.first.wait_for(state="attached")  # the only page there is needs no bar: its own parts stand in its place
        assert [text.strip() for text in links.all_text_contents()] == ["Wilayah saya"]
        visit.page.locator(".area-nav a").first.wait_for()
        assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") == 390
        for path in ("peta", "pengguna", "jejak", "lihat-agen", "skenario"):
            visit.open(path, "Bukan untuk peran ini")
            assert visit.page.locator("[data-testid=stDataFrame], iframe, table").count() == 0
        visit.clean()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_forms_fit_a_phone_and_ask_nobody_else(chromium, address: str, records: Engine, language: str) -> None:
    with Visit(chromium, address, PHONE) as visit:
        for path in ("masuk", "sandi?kunci=x", "akun-pertama"):
            visit.page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
            assert visit.page.evaluate("document.documentElement.lang") == language
        assert visit.hosts == {address.split("/")[2]}
