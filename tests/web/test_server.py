"""What stands between the network and Streamlit, without Streamlit."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from planner.web.server import HEADERS, Guard
from tests.web.server import PATIENCE_S

PAGE = b'<!DOCTYPE html><html lang="en"><head><title>Streamlit</title></head></html>'


OURS = (b"host", b"127.0.0.1:8501")


def answer(
    path: str, *, method="GET", kind="http", root="", scheme="http", headers=(), status=200, host=OURS, cookie=b""
):
    """Return status, headers and body of an answer, and what Streamlit was asked."""
    asked: list[dict] = []
    sent: list[dict] = []

    async def streamlit(scope, receive, send):
        asked.append(scope)
        content = b"text/html; charset=utf-8" if "." not in path else b"text/plain"
        given = [(b"content-type", content), (b"content-length", str(len(PAGE)).encode()), (b"etag", b"x")]
        given += [(b"set-cookie", cookie)] if cookie else []
        await send({"type": "http.response.start", "status": status, "headers": given})
        await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
        await send({"type": "http.response.body", "body": PAGE[20:]})

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "path": root + path, "root_path": root, "method": method, "scheme": scheme}
    scope |= {"headers": [host, *headers], "query_string": b"", "server": ("127.0.0.1", 8501)}
    with ThreadPoolExecutor(1) as apart:  # a browser test may have a loop in this thread
        apart.submit(asyncio.run, Guard(streamlit)(scope, None, send)).result()
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, body, asked


@pytest.mark.parametrize(("path", "root"), [("/", ""), ("/peta", ""), ("/tentang-data", ""), ("/peta/", "/kantor")])
def test_a_page_is_told_where_it_stands_and_speaks_indonesian(path: str, root: str) -> None:
    status, headers, body, asked = answer(path, root=root, headers=((b"accept-encoding", b"gzip"), (b"cookie", b"a")))
    assert status == 200
    assert b'<html lang="id"><head><script>' in body
    assert b"window.__streamlit=" in body
    assert int(headers["content-length"]) == len(body)
    assert "etag" not in headers
    assert asked[0]["headers"] == [OURS, (b"cookie", b"a")]


@pytest.mark.parametrize("path", ["/nope", "/peta/x", "/pet%61", "/{{7*7}}", "/<script>alert(1)</script>"])
def test_an_address_that_is_none_of_ours_is_told_in_both_languages(path: str) -> None:
    status, headers, body, asked = answer(path)
    assert (status, asked) == (404, [])
    assert b"Halaman ini tidak ada" in body
    assert b"There is no such page" in body
    assert path.strip("/").encode() not in body
    assert headers["content-security-policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("path", ["/_stcore/health", "/app/static/x.gz", "/component/a/b.js", "/static/js/index.js"])
def test_the_rest_goes_to_streamlit_as_it_is(path: str) -> None:
    _, _, body, asked = answer(path)
    assert body == PAGE
    assert asked[0]["path"] == path


@pytest.mark.parametrize("path", ["/", "/peta", "/nope", "/_stcore/health", "/app/static/x.gz"])
def test_every_answer_carries_the_headers(path: str) -> None:
    headers = answer(path)[1]
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", ["/", "/peta", "/masuk", "/nope", "/_stcore/health", "/app/static/x.gz"])
def test_https_is_kept_to(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = b"_streamlit_xsrf=2|x; Path=/; SameSite=Lax"
    plain = answer(path, cookie=cookie)[1]
    assert "strict-transport-security" not in plain
    assert "Secure" not in plain.get("set-cookie", "")
    by_https = answer(path, scheme="https", cookie=cookie)[1]
    monkeypatch.setenv("PLANNER_PUBLIC_URL", "https://planner.example")  # a proxy ends https
    behind = answer(path, cookie=cookie)[1]
    for headers in (by_https, behind):
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers.get("set-cookie", "; Secure").endswith("; Secure")
    already = answer("/app/static/x.gz", scheme="https", cookie=b"a=b; Secure; HttpOnly")[1]
    assert already["set-cookie"] == "a=b; Secure; HttpOnly"


@pytest.mark.parametrize("path", ["/", "/peta", "/app/static/x.gz", "/media/0123456789.csv", "/nope"])
def test_another_name_of_this_server_is_refused(path: str) -> None:
    """A page elsewhere may point its own name at 127.0.0.1 and would then read what is answered there."""
    for name in (b"evil.example", b"127.0.0.1.evil.example:8501", b"a@127.0.0.1", b""):
        status, headers, body, asked = answer(path, host=(b"host", name))
        assert (status, body, asked) == (400, b"", []), name
        assert {name: headers[name] for name in HEADERS} == HEADERS
    assert answer("/_stcore/health", host=(b"host", b"10.0.0.7"))[0] == 200  # a watch knows no name


def test_the_address_that_people_use_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    proxied = (b"host", b"planner.example")
    assert answer("/peta", host=proxied)[0] == 400
    monkeypatch.setenv("PLANNER_PUBLIC_URL", "https://planner.example")
    assert answer("/peta", host=proxied)[0] == 200


def test_only_a_whole_file_is_kept_for_ever() -> None:
    path = "/component/a/b.0123456789ab.js"
    assert answer(path)[1]["cache-control"].endswith("immutable")
    for status in (206, 304, 404):
        assert "cache-control" not in answer(path, status=status)[1]


def test_no_source_of_the_policy_is_another_server() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in HEADERS["content-security-policy"].split(";"))
    allowed = {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}
    assert {source for sources in rules.values() for source in sources.split()} <= allowed
    assert rules["object-src"] == "'none'"
    assert "data:" not in rules["script-src"] + rules["default-src"] + rules["connect-src"]
    assert {"base-uri", "form-action", "frame-ancestors"} <= set(rules)


def test_the_socket_is_not_touched() -> None:
    assert answer("/_stcore/stream", kind="websocket")[3][0]["type"] == "websocket"


def failing(known: bool) -> None:
    from planner.errors import PlanError
    from planner.web.server import tell_failure

    error = PlanError("saved.taken", name="Satu") if known else ValueError("secret detail")
    assert tell_failure(error)


@pytest.mark.parametrize(
    ("known", "words"),
    [(True, "Sudah ada rencana bernama Satu"), (False, "Halaman ini gagal karena kesalahan program")],
)
def test_a_failure_is_told_without_its_details(known: bool, words: str, caplog: pytest.LogCaptureFixture) -> None:
    app = AppTest.from_function(failing, args=(known,), default_timeout=PATIENCE_S).run()
    assert words in app.error[0].value
    assert "secret" not in app.error[0].value
    assert ("secret detail" in caplog.text) is not known
