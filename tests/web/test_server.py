"""What stands between the network and Streamlit, without Streamlit."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from planner.web.server import HEADERS, Guard

PAGE = b'<!DOCTYPE html><html lang="en"><head><title>Streamlit</title></head></html>'


def answer(path: str, *, method: str = "GET", kind: str = "http", root: str = "", headers: tuple = ()):
    """Return status, headers and body of an answer, and what Streamlit was asked."""
    asked: list[dict] = []
    sent: list[dict] = []

    async def streamlit(scope, receive, send):
        asked.append(scope)
        content = b"text/html; charset=utf-8" if "." not in path else b"text/plain"
        given = [(b"content-type", content), (b"content-length", str(len(PAGE)).encode()), (b"etag", b"x")]
        await send({"type": "http.response.start", "status": 200, "headers": given})
        await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
        await send({"type": "http.response.body", "body": PAGE[20:]})

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "path": root + path, "root_path": root, "method": method, "headers": list(headers)}
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
    assert asked[0]["headers"] == [(b"cookie", b"a")]


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
    app = AppTest.from_function(failing, args=(known,)).run()
    assert words in app.error[0].value
    assert "secret" not in app.error[0].value
    assert ("secret detail" in caplog.text) is not known
