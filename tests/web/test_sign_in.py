"""Signing in and out, the first account, passwords: the forms, and what they refuse."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from geodata.paths import Paths
from planner.rights import CONSOLE
from planner.store import passwords, schema, sessions, trail
from planner.store.engine import connect, reading
from planner.web import form_safety, records, set_up
from tests.web.asgi import HOST, Answer, Browser, hidden
from tests.web.conftest import HOSTILE
from tests.web.office import PASSWORD

NEW = "padi kuning di rumah"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of a program that was just started."""
    monkeypatch.setattr(set_up, "OURS", set_up.SetUpKey())
    return set_up.OURS.link("").split("=")[1]


def enter(browser: Browser, login: str = "planner", password: str = PASSWORD, path: str = "/masuk") -> Answer:
    return browser.submit(path, login=login, sandi=password)


def deeds(office) -> list[str]:
    with reading(office.engine) as connection:
        return [deed.what for deed in trail.last(connection)]


def test_the_right_password_lets_in_with_a_cookie_no_script_reads(office, server) -> None:
    browser = Browser(server)
    answer = enter(browser, "PLANNER ")
    assert (answer.status, answer.goes_to) == (303, "/")
    session, form = answer.set_cookies
    assert {part.strip().lower() for part in session.split(";")[1:]} == {"httponly", "path=/", "samesite=lax"}
    assert "max-age=0" in form.lower()
    assert sessions.is_token(browser.cookies[records.SESSION])
    assert browser.get("/peta").status == 200
    assert "user.signed_in" in deeds(office)


@pytest.mark.parametrize(("scheme", "public"), [("https", ""), ("http", f"https://{HOST}")])
def test_behind_https_cookies_are_sent_by_https_only(office, server, monkeypatch, scheme: str, public: str) -> None:
    monkeypatch.setenv("PLANNER_PUBLIC_URL", public)
    browser = Browser(server, scheme=scheme)
    for cookie in (*browser.get("/masuk").set_cookies, *enter(browser).set_cookies):
        assert "; Secure" in cookie


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("planner", "wrong password"),
        ("planner", ""),
        ("planner", PASSWORD + " "),
        ("nobody", PASSWORD),
        ("", ""),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("planner\0", PASSWORD),
        ("plan ner", PASSWORD),
        ("é" * 500, "x" * 900),
        *((name, name) for name in HOSTILE[:4]),
    ],
)
def test_anything_else_is_refused_with_the_same_words(office, server, login: str, password: str) -> None:
    browser = Browser(server)
    answer = enter(browser, login, password)
    assert (answer.status, answer.set_cookies[0].split("=")[0]) == (401, form_safety.COOKIE)
    assert "Nama masuk atau sandi tidak cocok" in answer.body
    assert records.SESSION not in browser.cookies
    assert "<script" not in answer.body
    assert "onerror=" not in answer.body.replace("&quot;", '"').split("value=")[0]


def test_a_disabled_account_is_told_no_more_than_a_wrong_password(office, server) -> None:
    office.disable("planner")
    assert enter(Browser(server)).body.count("tidak cocok") == 1
    assert enter(Browser(server)).status == 401


def test_the_form_is_in_the_language_of_the_page_that_was_asked(office, server) -> None:
    browser = Browser(server)
    assert '<html lang="en">' in browser.get("/masuk?next=%2Fpeta%3Flang%3Den").body
    assert '<html lang="id">' in browser.get("/masuk?next=%2Fpeta").body
    assert "Sign-in name" in browser.get("/masuk?lang=en").body
    assert '<html lang="id">' in browser.get("/masuk?lang=%22%3E%3Cscript%3E").body


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("%2Fpeta", "/peta"),
        ("%2Fdesa%3Fdesa%3D16.02.03.2001%26lang%3Den", "/desa?desa=16.02.03.2001&lang=en"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%2Fevil.example%2Fpeta", "/"),
        ("%2F%5Cevil.example", "/"),
        ("%5C%5Cevil.example", "/"),
        ("javascript%3Aalert(1)", "/"),
        ("peta", "/"),
        ("%2Fpeta%2F..%2F..%2F", "/"),
        ("%2Fmedia%2Fx", "/"),
        ("%2Fpeta%23%2F%2Fevil", "/"),
        ("%2Fpeta%3Fx%3D%0D%0ASet-Cookie%3A+a%3Db", "/peta?x=Set-Cookie%3A+a%3Db"),
        ("%0D%0ASet-Cookie%3A+a%3Db", "/"),
        ("%2F%09%2Fevil.example", "/"),
        ("http%3A%2F%2F%5B", "/"),
        ("%2F" + "a" * 3000, "/"),
    ],
)
def test_it_leads_to_pages_of_ours_only(office, server, wanted: str, goes_to: str) -> None:
    browser = Browser(server)
    answer = enter(browser, path=f"/masuk?next={wanted}")
    assert answer.goes_to == goes_to
    assert set(answer.headers) - {"location", "set-cookie"} >= {"content-security-policy", "cache-control"}
    assert not [value for value in answer.headers.values() if "\n" in value or "\r" in value]
    assert browser.get(f"/masuk?next={wanted}").goes_to == goes_to


def test_signing_in_gives_a_new_token_and_ends_the_old_session(office, server) -> None:
    browser = Browser(server)
    planted = office.token("other")
    browser.cookies[records.SESSION] = planted
    sessions.end(office.engine, planted)
    enter(browser)
    assert browser.cookies[records.SESSION] != planted
    first = browser.cookies[records.SESSION]
    answer = browser.get("/masuk")
    assert answer.goes_to == "/"  # is in already
    again = Browser(server)
    form = hidden(again.get("/masuk"))
    again.cookies[records.SESSION] = first
    form["bukti"] = hidden(again.get("/keluar"))["bukti"]
    assert (
        again.post("/masuk", {**form, "login": "planner", "sandi": PASSWORD}).status == 403
    )  # a proof of another form
    assert sessions.principal_of(office.engine, first) is not None


FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": f"http://{HOST}.evil.example"},
    {"origin": "http://["},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/masuk", "/keluar", "/sandi", "/akun-pertama"])
def test_a_form_sent_from_elsewhere_changes_nothing(office, server, streamlit, headers: dict, path: str) -> None:
    browser = office.browser(server, None if path == "/masuk" else "planner")
    fields = {**hidden(browser.get(path)), "login": "planner", "sandi": PASSWORD, "lama": PASSWORD, "baru": NEW}
    before = deeds(office)
    answer = browser.post(path, {**fields, "ulang": NEW}, **headers)
    assert answer.status == 403
    assert deeds(office) == before


def test_a_form_without_a_word_of_where_it_comes_from_is_refused(office, server) -> None:
    browser = Browser(server)
    fields = {**hidden(browser.get("/masuk")), "login": "planner", "sandi": PASSWORD}
    kind = "application/x-www-form-urlencoded"
    body = form_safety.urlencode(fields).encode()
    assert browser.ask("POST", "/masuk", body, {"content-type": kind}).status == 403
    assert browser.ask("POST", "/masuk", body, {"content-type": kind, "sec-fetch-site": "same-origin"}).status == 303


def test_a_proof_that_is_missing_foreign_or_of_another_form_is_refused(office, server) -> None:
    browser, other = Browser(server), Browser(server)
    mine, hers = hidden(browser.get("/masuk"))["bukti"], hidden(other.get("/masuk"))["bukti"]
    assert mine != hers
    right = {"login": "planner", "sandi": PASSWORD}
    for proof in ({}, {"bukti": ""}, {"bukti": hers}, {"bukti": mine[:-1]}, {"bukti": "é"}):
        answer = browser.post("/masuk", {**right, **proof})
        assert answer.status == 403
        assert "sudah tidak berlaku" in answer.body
    browser.cookies.pop(form_safety.COOKIE)
    assert browser.post("/masuk", {**right, "bukti": mine}).status == 403
    assert enter(browser).status == 303


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""])
def test_only_a_plain_form_is_read(office, server, kind: str) -> None:
    browser = Browser(server)
    fields = {**hidden(browser.get("/masuk")), "login": "planner", "sandi": PASSWORD}
    assert browser.post("/masuk", fields, **{"content-type": kind}).status == 403


def test_a_large_form_or_one_of_many_fields_is_not_read(office, server) -> None:
    browser = Browser(server)
    fields = {**hidden(browser.get("/masuk")), "login": "planner", "sandi": "x" * 9_000}
    assert browser.post("/masuk", fields).status == 403
    many = {**fields, "sandi": PASSWORD, **{f"x{number}": "" for number in range(30)}}
    assert browser.post("/masuk", many).status == 403
    kind = {"content-type": "application/x-www-form-urlencoded", "origin": f"http://{HOST}"}
    assert browser.ask("POST", "/masuk", b"\xff\xfe=%ff&bukti=%ff", kind).status == 403


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1@evil.example", "127.0.0.1:x"])
def test_a_name_that_somebody_pointed_at_this_server_is_refused(office, server, host: str) -> None:
    answer = Browser(server).get("/masuk", host=host)
    assert (answer.status, answer.body) == (400, "")


def test_the_public_address_is_a_host_of_ours(office, server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_PUBLIC_URL", "https://planner.example")
    browser = Browser(server)
    form = hidden(browser.get("/masuk", host="planner.example"))
    fields = {**form, "login": "planner", "sandi": PASSWORD}
    answer = browser.post("/masuk", fields, host="planner.example", origin="https://planner.example")
    assert answer.status == 303


def test_too_many_attempts_wait_and_say_how_long(office, server) -> None:
    browser = Browser(server)
    for _ in range(5):
        assert enter(browser, password="wrong").status == 401
    answer = enter(browser)
    assert answer.status == 429
    assert 20 < int(answer.headers["retry-after"]) <= 30
    assert "Tunggu" in answer.body
    assert "detik" in answer.body
    assert records.SESSION not in browser.cookies
    assert "Wait" in browser.submit("/masuk?lang=en", login="planner", sandi=PASSWORD).body
    assert enter(Browser(server, client="10.9.9.9")).status == 429  # from everywhere
    assert enter(Browser(server), "manager").status == 303
    assert "user.sign_in_slowed" in deeds(office)


def test_signing_out_asks_and_kills_every_copy_of_the_cookie(office, server) -> None:
    browser = office.browser(server, "planner")
    copied = Browser(server)
    copied.cookies = dict(browser.cookies)
    page = browser.get("/keluar?lang=en")
    assert "Signed in as Orang planner (planner)." in page.body
    assert copied.get("/peta").status == 200
    answer = browser.submit("/keluar?lang=en")
    assert answer.goes_to == "/masuk?keluar=1&lang=en"
    assert records.SESSION not in browser.cookies
    assert copied.get("/peta").goes_to.startswith("/masuk")
    assert copied.socket()[0]["type"] == "websocket.close"
    assert "You are signed out." in browser.get(answer.goes_to).body
    assert copied.get("/keluar").goes_to == "/masuk"


def test_a_mere_link_signs_nobody_out(office, server) -> None:
    browser = office.browser(server, "planner")
    browser.get("/keluar")
    assert browser.get("/peta").status == 200


def test_the_set_up_link_makes_the_records_and_one_admin_once(server, streamlit, key: str, tmp_path) -> None:
    browser, other = Browser(server), Browser(server)
    page = f"/akun-pertama?kunci={key}"
    assert browser.get("/peta").status == 200
    assert "Belum ada akun" in browser.get("/masuk").body
    for link in ("/akun-pertama", "/akun-pertama?kunci=", f"/akun-pertama?kunci={key[:-1]}", "/akun-pertama?kunci=é"):
        assert browser.get(link).status == 403
        assert browser.post(link, {"login": "boss"}).status == 403
    fields = {"nama": "Bu Boss", "login": "boss", "baru": NEW, "ulang": NEW}
    for wrong, told in (
        ({"ulang": "x"}, "tidak sama"),
        ({"baru": "short", "ulang": "short"}, "terlalu pendek"),
        ({"login": "a b"}, "tanpa spasi"),
        ({"nama": " "}, "Isi nama"),
    ):
        answer = browser.submit(page, **{**fields, **wrong})
        assert (answer.status, told in answer.body) == (400, True), told
        assert not records.exist()
        assert NEW not in answer.body
    second = hidden(other.get(page))
    assert browser.submit(page, **fields).goes_to == "/?lang=id"
    assert (tmp_path / "records.sqlite").stat().st_mode & 0o777 == 0o600
    assert browser.get("/pengguna").status == 200
    assert other.post(page, {**second, **fields, "login": "evil"}).status == 403
    assert other.get(page).status == 403
    assert other.get("/peta").status == 303
    engine = connect(None, Paths.of().records)
    assert passwords.signed_in(engine, "boss", NEW) == 1
    engine.dispose()


def test_the_link_is_printed_only_while_there_is_no_account(server, key, capsys, caplog, tmp_path) -> None:
    with caplog.at_level(logging.DEBUG):
        set_up.announce()
    said = capsys.readouterr().out
    assert f"Buat akun pertama: http://127.0.0.1:8501/akun-pertama?kunci={key}" in said
    assert key not in caplog.text
    Browser(server).submit(f"/akun-pertama?kunci={key}", nama="B", login="boss", baru=NEW, ulang=NEW)
    set_up.announce()
    assert capsys.readouterr().out == ""
    assert set_up.OURS.link("") == ""


def test_a_link_chooses_a_password_once_and_signs_in(office, server) -> None:
    link = passwords.make_link(office.engine, CONSOLE, "agent")
    page = f"/sandi?kunci={link.token}"
    browser = Browser(server)
    assert "agent" in browser.get(page).body
    assert browser.submit(page, baru="short", ulang="short").status == 400
    assert browser.submit(page, baru=NEW, ulang="other").status == 400
    copied = office.token("agent")
    assert browser.submit(page, baru=NEW, ulang=NEW).goes_to == "/?lang=id"
    assert sessions.principal_of(office.engine, browser.cookies[records.SESSION]).login == "agent"
    assert sessions.principal_of(office.engine, copied) is None
    late = Browser(server).get(page)
    assert (late.status, "Tautan ini sudah dipakai" in late.body) == (403, True)
    assert enter(Browser(server), "agent").status == 401
    assert enter(Browser(server), "agent", NEW).status == 303


def test_a_link_that_is_old_or_of_a_disabled_account_is_refused(office, server) -> None:
    old = passwords.make_link(office.engine, CONSOLE, "agent", now=datetime.now(UTC) - timedelta(hours=49))
    of_disabled = passwords.make_link(office.engine, CONSOLE, "planner")
    office.disable("planner")
    for token in (old.token, of_disabled.token, "", "x" * 43, "<script>"):
        answer = Browser(server).get(f"/sandi?kunci={token}")
        assert answer.status == 403, token
        assert "<script>" not in answer.body


def test_ones_own_password_needs_the_old_one(office, server) -> None:
    browser, other = office.browser(server, "planner"), office.browser(server, "planner")
    assert browser.submit("/sandi", lama="wrong", baru=NEW, ulang=NEW).status == 400
    assert browser.submit("/sandi", lama=PASSWORD, baru="planner-123", ulang="planner-123").status == 400
    before = browser.cookies[records.SESSION]
    assert browser.submit("/sandi", lama=PASSWORD, baru=NEW, ulang=NEW).status == 303
    assert browser.cookies[records.SESSION] != before
    assert browser.get("/peta").status == 200
    assert other.get("/peta").status == 303
    assert Browser(server).get("/sandi").goes_to == "/masuk"
    guess = office.browser(server, "manager")
    codes = [guess.submit("/sandi", lama="wrong", baru=NEW, ulang=NEW).status for _ in range(6)]
    assert codes == [400] * 5 + [429]


def test_no_secret_reaches_the_log_or_the_records(office, server, key, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        link = passwords.make_link(office.engine, CONSOLE, "agent")
        browser = Browser(server)
        browser.submit(f"/sandi?kunci={link.token}", baru=NEW, ulang=NEW)
        enter(Browser(server), NEW, PASSWORD)
        browser.submit("/keluar")
    with reading(office.engine) as connection:
        tables = [connection.execute(sa.select(table)).all() for table in schema.metadata.sorted_tables]
    kept = repr(tables) + caplog.text
    assert not [word for word in (link.token, NEW, PASSWORD, key) if word in kept]


@pytest.mark.parametrize("path", ["/masuk", "/keluar", "/sandi", "/akun-pertama"])
def test_the_forms_run_no_script_and_are_kept_nowhere(office, server, path: str) -> None:
    headers = office.browser(server, "planner").get(path).headers
    assert headers["cache-control"] == "no-store"
    assert "script-src" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_other_methods_are_not_answered(office, server, streamlit) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        assert Browser(server).ask(method, "/masuk", b"", {}).status == 404
    assert streamlit.asked == []
