"""A browser without a screen, which speaks to an ASGI application directly: cookies, forms, sockets."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

HOST = "127.0.0.1:8501"
ORIGIN = f"http://{HOST}"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str
    set_cookies: list[str]

    @property
    def goes_to(self) -> str:
        return self.headers.get("location", "")


class Browser:
    """Keeps its cookies; follows no redirect by itself."""

    def __init__(self, app, *, scheme: str = "http", client: str = "10.0.0.1") -> None:
        self.app = app
        self.scheme = scheme
        self.client = client
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        given = {"origin": f"{self.scheme}://{HOST}", "content-type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", path, urlencode(fields).encode(), given)

    def submit(self, path: str, **fields: str) -> Answer:
        """Open the form at an address and send it."""
        return self.post(path, {**hidden(self.get(path)), **fields})

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        sent: list[dict] = []
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive():
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        run(self.app(self._scope("http", path, method, headers), receive, send))
        start = sent[0]
        raw = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
        cookies = [value for name, value in raw if name == "set-cookie"]
        for cookie in cookies:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        content = b"".join(message.get("body", b"") for message in sent[1:]).decode()
        return Answer(start["status"], dict(raw), content, cookies)

    def socket(
        self, *frames: bytes, path: str = "/_stcore/stream", protocols: str = "", origin: str = ORIGIN
    ) -> list[dict]:
        """Open a socket, send frames, and return what the application sent."""
        sent: list[dict] = []
        opening = {"type": "websocket.connect"}
        messages = [opening, *({"type": "websocket.receive", "bytes": frame} for frame in frames)]

        async def receive():
            return messages.pop(0) if messages else {"type": "websocket.disconnect", "code": 1000}

        async def send(message):
            sent.append(message)

        headers = {"origin": origin, **({"sec-websocket-protocol": protocols} if protocols else {})}
        run(self.app(self._scope("websocket", path, "GET", headers), receive, send))
        return sent

    def _scope(self, kind: str, path: str, method: str, headers: dict[str, str]) -> dict:
        parts = urlsplit(path)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        all_headers = {"host": HOST, **({"cookie": cookie} if cookie else {}), **headers}
        raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in all_headers.items()]
        return {
            "type": kind,
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme if kind == "http" else "ws",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": raw,
            "client": (self.client, 50_000),
            "server": ("127.0.0.1", 8501),
            "subprotocols": [],
        }


def hidden(answer: Answer) -> dict[str, str]:
    """The hidden fields of the form of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.body)
    return {unescape(name): unescape(value) for name, value in found}


def run(work):
    """Run a coroutine to its end and return what it returns."""
    with ThreadPoolExecutor(1) as apart:  # a browser test may have a loop in this thread
        return apart.submit(asyncio.run, work).result()
