"""Who may ask for what: every address x everybody, sockets, and files that are somebody's own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from geodata.paths import Paths
from planner.rights import CONSOLE, Principal
from planner.store import people, sessions
from planner.web import records
from planner.web.addresses import ADDRESSES
from planner.web.socket import Owned
from tests.web.asgi import Browser

PAGES = ["/", *(f"/{address}" for address in ADDRESSES.values())]
FILES = [
    "/static/js/index.js",
    "/app/static/villages.bin",
    "/component/streamlit_folium.st_folium/index.html",
    "/_stcore/bidi-components/x",
    "/favicon.png",
]
NEVER = ["/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/metrics", "/_stcore/script-health-check"]
OLD = ["/auth/login", "/auth/logout", "/nope", "/peta/x"]
OPEN = ["/_stcore/health", "/_stcore/host-config"]
STRANGERS = ["no cookie", "garbage", "expired", "ended", "disabled", "new role", "hash"]


def stranger(office, server, kind: str) -> Browser:
    """Somebody who is not signed in, or no more."""
    browser = Browser(server)
    token = office.token("planner")
    if kind == "garbage":
        token = "x" * 43
    elif kind == "expired":
        token = sessions.begin(office.engine, office.ids["planner"], now=datetime.now(UTC) - timedelta(hours=13))
    elif kind == "ended":
        sessions.end(office.engine, token)
    elif kind == "disabled":
        office.disable("planner")
    elif kind == "new role":
        people.change_role(office.engine, CONSOLE, "planner", "manager")
    elif kind == "hash":
        token = sessions.hash_of(token)
    if kind != "no cookie":
        browser.cookies[records.SESSION] = token
    return browser


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_stranger_gets_no_page_no_file_and_no_socket(office, server, streamlit, kind: str) -> None:
    browser = stranger(office, server, kind)
    for path in PAGES:
        answer = browser.get(f"{path}?lang=en&provinsi=18")
        assert (answer.status, answer.goes_to.split("?")[0]) == (303, "/masuk"), path
        assert answer.headers["cache-control"] == "no-store"
    for path in [*FILES, "/media/0123456789abcdef.csv", "/_stcore/upload_file/s/f"]:
        for method in ("GET", "POST", "PUT", "DELETE"):
            assert browser.ask(method, path, b"", {}).status == 401, (method, path)
    for path in PAGES:
        assert browser.ask("POST", path, b"", {}).status == 401, path
    sent = browser.socket(BackMsg(rerun_script={}).SerializeToString())
    assert [message["type"] for message in sent] == ["websocket.close"]
    assert streamlit.asked == []


@pytest.mark.parametrize("role", ["planner", "manager", "agent", "admin"])
def test_whoever_is_signed_in_is_answered(office, server, streamlit, role: str) -> None:
    browser = office.browser(server, role)
    for path in [*PAGES, *FILES]:
        assert browser.get(path).status == 200, path
    sent = browser.socket(BackMsg(rerun_script={}).SerializeToString())
    assert sent[0]["type"] == "websocket.accept"
    assert len(streamlit.frames) == 1


@pytest.mark.parametrize("login", [None, "admin"])
def test_some_addresses_are_open_to_all_and_some_to_nobody(office, server, streamlit, login: str | None) -> None:
    browser = office.browser(server, login)
    assert [browser.get(path).status for path in OPEN] == [200] * len(OPEN)
    streamlit.asked.clear()
    for path in [*NEVER, *OLD]:
        for method in ("GET", "POST"):
            assert browser.ask(method, path, b"", {}).status == 404, (method, path)
    assert browser.socket(path="/other/stream")[0]["type"] == "websocket.close"
    assert streamlit.asked == []


def test_without_records_everything_is_open_and_nothing_else(server, streamlit, tmp_path: Path) -> None:
    browser = Browser(server)
    for path in [*PAGES, *FILES, "/media/0123456789abcdef.csv", *OPEN]:
        assert browser.get(path).status == 200, path
    assert [browser.get(path).status for path in NEVER] == [404] * len(NEVER)
    assert browser.socket()[0]["type"] == "websocket.accept"
    assert not records.exist()


def test_records_that_vanish_open_nothing(office, server, streamlit) -> None:
    signed_in = office.browser(server, "planner")
    assert signed_in.get("/peta").status == 200
    file = Paths.of().records
    office.engine.dispose()
    file.rename(file.with_suffix(".away"))
    asked = len(streamlit.asked)
    assert Browser(server).get("/peta").status in {303, 307, 401}
    told = signed_in.get("/peta")
    assert told.status >= 500
    assert file.name in told.body
    assert len(streamlit.asked) == asked
    file.with_suffix(".away").rename(file)
    assert signed_in.get("/peta").status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:9999", "null", "http://["])
@pytest.mark.parametrize("login", [None, "planner"], ids=["laptop", "office"])
def test_a_page_from_elsewhere_opens_no_socket(request, server, streamlit, origin: str, login: str | None) -> None:
    browser = request.getfixturevalue("office").browser(server, login) if login else Browser(server)
    assert browser.socket()[0]["type"] == "websocket.accept"
    assert browser.socket(origin=origin)[0]["type"] == "websocket.close"
    assert len(streamlit.asked) == 1


def test_a_page_at_the_address_for_others_opens_its_socket(office, server, monkeypatch) -> None:
    monkeypatch.setenv("PLANNER_PUBLIC_URL", "https://planner.example")
    sent = office.browser(server, "planner").socket(origin="https://planner.example")
    assert sent[0]["type"] == "websocket.accept"


def test_pages_of_the_office_are_not_kept_by_browsers(office, server) -> None:
    browser = office.browser(server, "planner")
    assert browser.get("/peta").headers["cache-control"] == "private, no-store"
    assert browser.get("/static/js/index.js").headers["cache-control"] == "public"


def download(address: str) -> bytes:
    message = ForwardMsg()
    message.delta.new_element.download_button.url = address
    return message.SerializeToString()


def picture(address: str) -> bytes:
    message = ForwardMsg()
    message.delta.new_element.imgs.imgs.add().url = address
    return message.SerializeToString()


def made_when_asked(address: str) -> bytes:
    message = ForwardMsg()
    message.backend_operation_response.deferred_file.url = address
    return message.SerializeToString()


@pytest.mark.parametrize("message", [download, picture, made_when_asked])
def test_files_of_each_sort_are_answered_to_whom_they_were_sent(office, server, streamlit, message) -> None:
    ana = office.browser(server, "planner")
    path = "/media/0123456789abcdef0123.xlsx"
    assert ana.get(path).status == 404
    streamlit.sends = [message(path)]
    ana.socket()
    assert ana.get(path).status == 200


def told(text: str, field: str) -> bytes:
    message = ForwardMsg()
    element = message.delta.new_element
    if field == "html":
        element.html.body = f"<td>{text}</td>"
    elif field == "link":
        element.link_button.url = text
    elif field == "name":
        element.download_button.label = element.download_button.id = text
    else:
        element.download_button.url = f"https://a.example{text}?x={text}"
    return message.SerializeToString()


@pytest.mark.parametrize("field", ["html", "link", "name", "longer address"])
def test_words_of_a_page_that_look_like_an_address_give_nothing(office, server, streamlit, field: str) -> None:
    ana = office.browser(server, "planner")
    streamlit.sends = [told("/media/page-of-budi", field), told("/media/0123456789abcdef0123.xlsx", field)]
    ana.socket()
    assert ana.get("/media/0123456789abcdef0123.xlsx").status == 404
    ana.socket(protocols="streamlit, xsrf, page-of-budi")
    assert streamlit.subprotocols == "streamlit, xsrf"


def test_the_address_of_a_file_is_no_name_of_a_page_nor_the_other_way_round(office, server, streamlit) -> None:
    ana = office.browser(server, "planner")
    streamlit.sends = [download("/media/page-of-budi"), memory("page-of-ana")]
    ana.socket()
    assert ana.get("/media/page-of-budi").status == 200
    assert ana.get("/media/page-of-ana").status == 404
    ana.socket(protocols="streamlit, xsrf, page-of-budi")
    assert streamlit.subprotocols == "streamlit, xsrf"
    assert ana.ask("PUT", "/_stcore/upload_file/page-of-budi/1", b"", {}).status == 404


@pytest.mark.parametrize("now", [Principal(7, "ida", "Ida", "agent", 1), Principal(8, "ida", "Ida", "manager")])
def test_what_was_given_in_another_role_is_kept_from_somebody(now: Principal) -> None:
    owned, then = Owned(), Principal(7, "ida", "Ida", "manager")
    owned.give("page", "page-of-ida", then)
    assert owned.has("page", "page-of-ida", then)
    assert not owned.has("page", "page-of-ida", now)


def test_a_file_of_a_page_is_answered_only_to_whom_it_was_sent(office, server, streamlit) -> None:
    ana, budi = office.browser(server, "planner"), office.browser(server, "manager")
    path = "/media/0123456789abcdef0123.xlsx"
    streamlit.sends = [ForwardMsg(hash="x").SerializeToString(), b"\xff...", download(path)]
    ana.socket()
    streamlit.sends = []
    budi.socket()
    answer = ana.get(path)
    assert (answer.status, answer.headers["cache-control"]) == (200, "private, no-store")
    assert budi.get(path).status == 404
    assert ana.get("/media/0123456789abcdef9999.xlsx").status == 404
    office.disable("planner")
    assert ana.get(path).status == 401


@pytest.mark.parametrize("status", [206, 304, 416])
def test_a_part_of_a_file_of_somebody_is_kept_by_nobody_either(office, server, streamlit, status: int) -> None:
    ana = office.browser(server, "planner")
    path = "/media/0123456789abcdef0123.xlsx"
    streamlit.sends = [download(path)]
    ana.socket()
    streamlit.status = status
    assert ana.get(path, range="bytes=0-9").headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/masuk/", "/keluar/", "/siap/", "/sandi//", "/oauth2callback/"])
def test_a_form_has_one_address_and_what_looks_like_it_is_no_way_past_the_guard(
    office, server, streamlit, path: str
) -> None:
    for login in (None, "admin"):
        answer = office.browser(server, login).get(path)
        assert answer.status == 404
        assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert streamlit.asked == []


def memory(name: str) -> bytes:
    message = ForwardMsg()
    message.new_session.initialize.session_id = name
    return message.SerializeToString()


def test_the_memory_of_a_page_is_taken_up_only_by_its_owner(office, server, streamlit) -> None:
    ana, budi = office.browser(server, "planner"), office.browser(server, "manager")
    streamlit.sends = [memory("page-of-ana")]
    ana.socket(protocols="streamlit, xsrf")
    streamlit.sends = []
    for browser, passed in ((ana, "streamlit, xsrf, page-of-ana"), (budi, "streamlit, xsrf")):
        browser.socket(protocols="streamlit, xsrf, page-of-ana")
        assert streamlit.subprotocols == passed
    upload = "/_stcore/upload_file/page-of-ana/1"
    assert ana.ask("PUT", upload, b"", {}).status == 200
    assert budi.ask("PUT", upload, b"", {}).status == 404
    assert budi.ask("DELETE", upload, b"", {}).status == 404


def click() -> bytes:
    asked = BackMsg()
    state = asked.rerun_script
    state.fragment_id, state.query_string, state.page_script_hash, state.is_auto_rerun = "f", "lang=en", "h", True
    state.widget_states.widgets.add(id="delete-button", trigger_value=True)
    state.context_info.url = "http://127.0.0.1:8501/peta"
    return asked.SerializeToString()


def test_a_click_after_the_session_becomes_a_plain_run_of_the_page(office, server, streamlit) -> None:
    browser = office.browser(server, "planner")
    browser.socket(click())
    assert streamlit.frames == [click()]
    whole = server.app

    async def disabled_meanwhile(scope, receive, send):
        if scope["type"] == "websocket":
            office.disable("planner")
        await whole(scope, receive, send)

    server.app = disabled_meanwhile
    streamlit.frames.clear()
    deferred = BackMsg()
    deferred.backend_operation_request.SetInParent()
    files = BackMsg()
    files.file_urls_request.session_id = "x"
    browser.socket(click(), deferred.SerializeToString(), files.SerializeToString())
    (frame,) = streamlit.frames
    run = BackMsg.FromString(frame).rerun_script
    assert (run.fragment_id, list(run.widget_states.widgets), run.is_auto_rerun) == ("", [], False)
    assert (run.query_string, run.page_script_hash) == ("lang=en", "h")
    assert run.context_info.url == "http://127.0.0.1:8501/peta"


def test_no_visitor_clears_the_caches_of_all_and_nonsense_reaches_streamlit_as_it_is(office, server, streamlit) -> None:
    browser = office.browser(server, "admin")
    browser.socket(BackMsg(clear_cache=True).SerializeToString(), BackMsg(set_run_on_save=True).SerializeToString())
    assert streamlit.frames == []
    browser.socket(b"\xff\xff nonsense")
    assert streamlit.frames == [b"\xff\xff nonsense"]


def test_records_that_cannot_be_read_are_told_in_both_languages(server, streamlit, tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_bytes(b"a letter to the office" * 100)
    browser = Browser(server)
    browser.cookies[records.SESSION] = "x" * 43
    for path in ("/", "/peta", "/media/0123456789abcdef.csv", "/masuk"):
        answer = browser.get(path)
        assert answer.status == 503, path
        assert "rusak atau bukan basis data" in answer.body
        assert "Traceback" not in answer.body
    assert "damaged, or no database" in browser.get("/peta").body
    assert browser.socket()[0]["type"] == "websocket.close"
    assert streamlit.asked == []


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/", "/masuk"),
        ("/peta", "/masuk?next=%2Fpeta"),
        ("/desa?desa=16.02.03.2001&lang=en", "/masuk?next=%2Fdesa%3Fdesa%3D16.02.03.2001%26lang%3Den"),
        ("/peta?x=%0d%0aSet-Cookie:a=b", "/masuk?next=%2Fpeta%3Fx%3D%250D%250ASet-Cookie%253Aa%253Db"),
        ("/?next=//evil.example", "/masuk?next=%2F%3Fnext%3D%252F%252Fevil.example"),
    ],
)
def test_the_sign_in_leads_back_to_what_was_asked(office, server, asked: str, leads_to: str) -> None:
    answer = Browser(server).get(asked)
    assert answer.goes_to == leads_to
    assert "\r" not in answer.goes_to + answer.body
    assert "set-cookie" not in answer.headers


def test_the_session_is_looked_up_once_for_a_request(office, server, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = office.browser(server, "planner")
    browser.get("/peta")
    calls = []
    whole = records.principal_of
    monkeypatch.setattr(records, "principal_of", lambda *given: calls.append(1) or whole(*given))
    for path in ("/peta", *FILES):
        calls.clear()
        browser.get(path)
        assert len(calls) == 1, path
