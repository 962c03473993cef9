"""What makes a form safe to take: it is ours, of this browser, of a bounded size, and leads to a page of ours.

A form holds a keyed hash of a cookie of this browser and of the session (signed double-submit, OWASP); Origin or
Sec-Fetch-Site, which a page elsewhere cannot forge, must say that it was sent from here.
"""

import asyncio
import hmac
import os
import secrets
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from planner.errors import PlanError
from planner.web.addresses import ADDRESSES, PUBLIC_URL, SIGN_IN
from planner.web.records import SESSION

COOKIE: Final = "planner_form"
"""Cookie of a browser that was shown a form."""
FIELD: Final = "bukti"
MOST_BYTES: Final = 8_000
NEXT: Final = "next"

_SECRET: Final = secrets.token_bytes(32)
_FIELDS: Final = 20
_LONGEST_NEXT: Final = 2_000
_PATIENCE_S: Final = 10
_PAGES: Final = frozenset({"", *ADDRESSES.values()})


class FormError(PlanError):
    """A form that is not taken."""


def proof(request: HTTPConnection, cookie: str) -> str:
    """Return what a form of a browser with a cookie must hold."""
    bound = f"{cookie}|{request.cookies.get(SESSION, '')}|{request.url.path}"
    return hmac.new(_SECRET, bound.encode(), "sha256").hexdigest()


def cookie_of(request: HTTPConnection) -> str:
    """Return the cookie of a browser that was shown a form, or a new one."""
    known = request.cookies.get(COOKIE, "")
    return known if len(known) == 43 and known.isascii() else secrets.token_urlsafe(32)


async def fields(request: Request) -> dict[str, str]:
    """Return the fields of a form that was sent from a page of ours.

    Raises
    ------
    FormError
        If it comes from elsewhere, or is of another kind, too large or too slow.
    """
    if not _is_from_here(request):
        raise FormError("sign_in.elsewhere")
    sent = _parsed(await _body(request), request.headers.get("content-type", ""))
    given = request.cookies.get(COOKIE, "")
    if not given or not hmac.compare_digest(proof(request, given).encode(), sent.pop(FIELD, "").encode()):
        raise FormError("sign_in.stale")
    return sent


async def sent_json(request: Request) -> bytes:
    """Return what a script of a page of ours sent.

    A page elsewhere can send JSON only after asking, and nobody tells it that it may.

    Raises
    ------
    FormError
        If it comes from elsewhere, or is of another kind, too large or too slow.
    """
    if not _is_from_here(request) or not request.headers.get("content-type", "").startswith("application/json"):
        raise FormError("sign_in.elsewhere")
    return await _body(request)


def own_page(wanted: str) -> str:
    """Return an address of a page of ours with its choices; the first page for anything else."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    foreign = parts.scheme or parts.netloc or parts.fragment or len(wanted) > _LONGEST_NEXT
    if foreign or not wanted.startswith("/") or parts.path.removeprefix("/") not in _PAGES:
        return "/"
    query = urlencode(parse_qsl(parts.query, keep_blank_values=True))
    return f"{parts.path}?{query}" if query else parts.path


def sign_in_address(wanted: str) -> str:
    """Return the address of the sign-in that leads to a page afterwards."""
    page = own_page(wanted)
    return SIGN_IN if page == "/" else f"{SIGN_IN}?{urlencode({NEXT: page})}"


def is_secure(request: HTTPConnection) -> bool:
    """Say whether the browser reaches us by https, also through a proxy that ends it."""
    return request.url.scheme == "https" or os.environ.get(PUBLIC_URL, "").startswith("https://")


def set_cookie(response: Response, request: HTTPConnection, name: str, value: str) -> None:
    """Set a cookie that no script reads and that ends with the browser; an empty value removes it.

    Lax, not Strict: a link from a chat must find its reader signed in. Forms are guarded by `fields`.
    """
    response.set_cookie(
        *(name, value, None if value else 0),
        path="/",
        httponly=True,
        secure=is_secure(request),
        samesite="lax",
    )


def host_allowed(request: HTTPConnection) -> bool:
    """Say whether the host that was asked for is one of ours: nobody's name is pointed at this server."""
    host = request.headers.get("host")
    return (
        is_host_allowed(host) or (host or "").lower() == urlsplit(os.environ.get(PUBLIC_URL, "")).netloc.lower() != ""
    )


def opened_elsewhere(request: HTTPConnection) -> bool:
    """Say whether a page that is none of ours opens a socket; Streamlit would ask the internet for its own address."""
    origin = request.headers.get("origin")
    return origin is not None and not _is_own(origin, request)


def _is_from_here(request: HTTPConnection) -> bool:
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    return site is not None if origin is None else _is_own(origin, request)


def _is_own(origin: str, request: HTTPConnection) -> bool:
    try:
        sent_from = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    ours = {request.headers.get("host", "").lower(), urlsplit(os.environ.get(PUBLIC_URL, "")).netloc.lower()}
    return sent_from in ours - {""}


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BYTES:
                    raise FormError("sign_in.too_large")
    except TimeoutError:
        raise FormError("sign_in.too_large") from None
    return body


def _parsed(body: bytes, kind: str) -> dict[str, str]:
    if kind.partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise FormError("sign_in.stale")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict")
    except ValueError:
        raise FormError("sign_in.stale") from None
    return dict(reversed(pairs))
