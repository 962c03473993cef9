"""What stands between the network and Streamlit: headers of safety, own addresses, the language of the first page.

Streamlit sends the same page, in English, to every address, and its script then guesses where the server is; on
``/peta`` it asks ``/peta/_stcore/health`` first, an error in every console. Here the page is told where it stands,
and an address that is none of ours gets a page of ours.
"""

import logging
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geodata.errors import DataError
from geodata.texts import LANGUAGES
from planner.texts import t
from planner.web import prefetch, state
from planner.web.addresses import ADDRESSES

HEADERS: Final = {
    # 'unsafe-eval': streamlit-folium runs the script of the map that way; nothing of the data stands in it
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
"""Sent with every answer: nothing is loaded from elsewhere, nobody else shows these pages in a frame."""

_PAGES: Final = frozenset({"", *ADDRESSES.values()})
_HTML: Final = "text/html"
_STREAMLIT: Final = frozenset(
    {"_stcore", "app", "auth", "component", "favicon.png", "media", "oauth2callback", "static"}
)
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let Streamlit answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        first, _, rest = scope["path"].removeprefix(scope.get("root_path", "")).strip("/").partition("/")
        if first in _PAGES and not rest:
            await self.app(_unpacked(scope), receive, _Page(send))
        elif first not in _STREAMLIT and scope["method"] == "GET":
            await HTMLResponse(_unknown(), status_code=404, headers=HEADERS)(scope, receive, send)
        else:
            kept = {"cache-control": _FOR_EVER} if first in _KEPT and _HASHED.search(scope["path"]) else {}
            await self.app(scope, receive, _with_headers(send, {**HEADERS, **kept}))


class _Page:
    """Sends Streamlit's page on, with where it stands and in the language that comes first."""

    def __init__(self, send: Send) -> None:
        self.send = send
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
        headers.update(HEADERS)
        await self.send({**self.start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": self.body})


def _with_headers(send: Send, more: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers.update(more if message["status"] == 200 else HEADERS)
            message = {**message, "headers": headers.raw}
        await send(message)

    return sending


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
