"""What stands between the network and Streamlit: headers of safety, who may ask, own addresses, language.

Where there are records, whatever is asked without a session that lasts is refused, but for the forms to sign in.

Streamlit sends the same page, in English, to every address, and its script then guesses where the server is; on
``/peta`` it asks ``/peta/_stcore/health`` first, an error in every console. Here the page is told where it stands,
and an address that is none of ours gets a page of ours.
"""

import logging
import re
from collections.abc import Mapping
from html import escape
from itertools import product
from typing import Any, Final

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geodata.errors import DataError
from geodata.texts import LANGUAGES
from planner.rights import Principal
from planner.texts import t
from planner.web import prefetch, records, sign_in_html, socket, state
from planner.web.addresses import ADDRESSES, BEFORE, READY, VISIT
from planner.web.form_safety import host_allowed, is_secure, opened_elsewhere, sign_in_address
from planner.web.frame import here
from planner.web.readiness import Watch

HEADERS: Final = {
    # 'unsafe-eval': streamlit-folium runs the script of the map that way; nothing of the data stands in it
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""Sent with every answer: nothing is loaded from elsewhere, nobody else shows these pages in a frame or loads them."""

_HTTPS_ONLY: Final = "max-age=31536000"  # seconds, for this host alone: the domain may have others

_PAGES: Final = frozenset({"", *ADDRESSES.values()})
_HTML: Final = "text/html"
_STREAMLIT: Final = frozenset({"_stcore", "app", "component", "favicon.png", "media", "static"})
_CORE: Final = frozenset({"bidi-components", "health", "host-config", "stream", "upload_file"})
"""What of Streamlit's own addresses is answered: not its figures of the server, nor what drives pages by program."""
_FORMS: Final = frozenset({"GET", "HEAD", "POST"})
_ASIDE: Final = frozenset({*product(BEFORE, _FORMS), (VISIT, "POST")})
"""What is not Streamlit's: addresses and methods of pages that look at the session themselves."""
_OPEN: Final = frozenset({"_stcore/health", "_stcore/host-config"})
"""What is answered to anybody: whether the server lives, and a page that waits for it to come back."""
_HEAD: Final = b"<head>"
_KEPT: Final = frozenset({"app", "component"})
_HASHED: Final = re.compile(r"[-.][0-9a-f]{8,16}\.[a-z.]{2,10}$")  # another content would have another name
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_WHERE: Final = (
    b"<script>{const here=location.origin+location.pathname.replace(/[^/]*$/,'');"
    b"window.__streamlit={BACKEND_BASE_URL:here,MAIN_PAGE_BASE_URL:here}}</script>"
)


def tell_failure(error: Exception) -> bool:
    """Tell what went wrong in the language of the visit, the details only to the log; says that it was told."""
    if not isinstance(error, DataError):
        logging.getLogger(__name__).error("a page failed", exc_info=error)
    language = state.language()
    st.error(error.text(language) if isinstance(error, DataError) else t("web.broken", language))
    again = f'<a href="{escape(here())}" target="_self">{escape(t("web.again", language))}</a>'
    st.html(f'<p class="again">{again}</p>')  # with the choices of this visit
    return True


class Guard:
    """ASGI middleware; see the module.

    Parameters
    ----------
    app
        Streamlit's application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._owned = socket.Owned()
        self._watch = Watch()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let Streamlit answer."""
        address = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send, address.strip("/"))
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            sending = _over_https(send) if is_secure(HTTPConnection(scope)) else send
            await self._answer(scope, receive, sending, address)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, address: str) -> None:
        path = address.strip("/")
        if address == READY:  # whoever asks whether the server is ready need not know its name
            told = await self._watch.answer(scope["method"])
            await told(scope, receive, _with_headers(send, HEADERS))
        elif (address, scope["method"]) in _ASIDE:  # exactly: with a slash behind it Streamlit would answer
            await self.app(scope, receive, send)
        elif path not in _OPEN and not host_allowed(HTTPConnection(scope)):
            await PlainTextResponse("", status_code=400, headers=HEADERS)(scope, receive, send)
        elif not _is_known(path):
            await HTMLResponse(_unknown(), status_code=404, headers=HEADERS)(scope, receive, send)
        elif path in _OPEN:
            await self.app(scope, receive, _with_headers(send, HEADERS))
        else:
            await self._asked(scope, receive, send, path)

    async def _asked(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        try:
            who = await _admitted(scope)
        except DataError as error:
            await _trouble(error)(scope, receive, send)
            return
        first = path.partition("/")[0]
        private = {"cache-control": "private, no-store"} if who is None or who.user_id is not None else {}
        if who is None:
            await _refusal(scope, is_page=first in _PAGES)(scope, receive, send)
        elif first in _PAGES:
            await self.app(_unpacked(scope), receive, _Page(send, private))
        elif private and not self._is_own(path, who):
            await PlainTextResponse("", status_code=404, headers={**HEADERS, **private})(scope, receive, send)
        else:
            kept = {"cache-control": _FOR_EVER} if first in _KEPT and _HASHED.search(path) else {}
            alone = private if first in {"media", "_stcore"} else {}
            await self.app(scope, receive, _with_headers(send, {**HEADERS, **alone}, kept))

    async def _socket(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        try:
            ours = path == "_stcore/stream" and not opened_elsewhere(HTTPConnection(scope))
            who = await _admitted(scope) if ours else None
        except DataError as error:
            logging.getLogger(__name__).warning(error.text("en"))
            who = None
        if who is None:
            await receive()  # what asks to open it
            await send({"type": "websocket.close", "code": 1008})
            return
        asked = socket.without_foreign_memory(scope, who, self._owned)
        await self.app(asked, socket.checked(receive, lambda: _still(scope)), socket.noted(send, who, self._owned))

    def _is_own(self, path: str, who: Principal) -> bool:
        """Say whether somebody may fetch or change a file of a page: only one this server gave to that person."""
        parts = path.split("/")
        if parts[0] == "media":
            return self._owned.has("media", "/".join(parts[1:]), who)
        return parts[:2] != ["_stcore", "upload_file"] or (len(parts) > 2 and self._owned.has("page", parts[2], who))


async def _admitted(scope: Scope) -> Principal | None:
    """Return who asks; the records are looked at once."""
    token = HTTPConnection(scope).cookies.get(records.SESSION)
    if token is None or not records.exist():
        return records.admitted(None)
    return await run_in_threadpool(records.admitted, token)


async def _still(scope: Scope) -> Principal | None:
    """Return who asks by a socket; if the records cannot be read, nobody, and the page tells it."""
    try:
        return await _admitted(scope)
    except DataError:
        return None


def _is_known(path: str) -> bool:
    """Say whether an address is one of ours, or one of Streamlit's that is answered."""
    first, _, rest = path.partition("/")
    if first in _PAGES:
        return not rest
    return first in _STREAMLIT and (first != "_stcore" or rest.partition("/")[0] in _CORE)


def _refusal(scope: Scope, *, is_page: bool) -> Response:
    """Return what somebody without a session gets: a page leads to the sign-in and back, a file nowhere."""
    headers = {**HEADERS, "cache-control": "no-store"}
    if not is_page or scope["method"] not in {"GET", "HEAD"}:
        return PlainTextResponse(t("sign_in.refused", "id"), status_code=401, headers=headers)
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = f"/{scope['path'].strip('/')}" + (f"?{query}" if query else "")
    return RedirectResponse(sign_in_address(wanted), status_code=303, headers=headers)


def _trouble(error: DataError) -> Response:
    """Return a page that says in both languages that the records cannot be read."""
    title = t("sign_in.trouble", "id")
    html = sign_in_html.both(title, {language: error.text(language) for language in LANGUAGES})
    headers = {**HEADERS, "content-security-policy": sign_in_html.CONTENT_POLICY, "cache-control": "no-store"}
    return HTMLResponse(html, status_code=503, headers=headers)


class _Page:
    """Sends Streamlit's page on, with where it stands and in the language that comes first."""

    def __init__(self, send: Send, more: Mapping[str, str]) -> None:
        self.send = send
        self.more = more
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = MutableHeaders(raw=list(self.start["headers"]))
        if headers.get("content-type", "").startswith(_HTML) and self.start["status"] == 200:
            head = _HEAD + _WHERE + prefetch.links().encode()
            self.body = self.body.replace(_HEAD, head, 1).replace(b'<html lang="en">', b'<html lang="id">', 1)
            for name in ("etag", "last-modified"):  # they are those of the file
                del headers[name]
            headers["content-length"] = str(len(self.body))
        headers.update({**HEADERS, **self.more})
        await self.send({**self.start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": self.body})


def _with_headers(send: Send, always: Mapping[str, str], if_whole: Mapping[str, str] | None = None) -> Send:
    """Return what sends an answer on with headers; some only with a whole file, not with a part or a refusal."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers.update({**always, **((if_whole or {}) if message["status"] == 200 else {})})
            message = {**message, "headers": headers.raw}
        await send(message)

    return sending


def _over_https(send: Send) -> Send:
    """Return what sends an answer by https: the browser asks no other way again, and keeps cookies for https."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            raw = [(name, _secure(value) if name == b"set-cookie" else value) for name, value in message["headers"]]
            headers = MutableHeaders(raw=raw)
            headers["strict-transport-security"] = _HTTPS_ONLY
            message = {**message, "headers": headers.raw}
        await send(message)

    return sending


def _secure(cookie: bytes) -> bytes:
    """Streamlit does not know of a proxy that ends https."""
    return cookie if b"; secure" in cookie.lower() else cookie + b"; Secure"


def _unpacked(scope: Scope) -> Scope:
    """Return the request as one that takes no packed answer and knows no older one."""
    unwanted = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    kept: list[Any] = [(name, value) for name, value in Headers(scope=scope).raw if name not in unwanted]
    return {**scope, "headers": kept}


def _unknown() -> str:
    told = "".join(
        f'<p lang="{language}">{escape(t("web.unknown_page", language))} '
        f'<a href="/">{escape(t("web.to_the_map", language))}</a></p>'
        for language in LANGUAGES
    )
    return (
        '<!DOCTYPE html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>404</title><body style='font-family:sans-serif;margin:2rem;max-width:40rem'>{told}</body></html>"
    )
