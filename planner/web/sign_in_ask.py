"""What a browser asks for at the forms before the pages, and what it is answered."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from geodata.errors import DataError, MachineError
from geodata.texts import Language
from planner.errors import PlanError
from planner.rights import Principal
from planner.store import attempts, sessions
from planner.texts import t
from planner.web import form_safety as safety
from planner.web import records
from planner.web.sign_in_html import CONTENT_POLICY, Form, document, notice, other_language

HEADERS: Final = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
}
AT_ONCE: Final = asyncio.Semaphore(2)
"""Passwords that are worked on at the same time: each takes 64 MB and a core for a moment."""


class SlowedError(PlanError):
    """Too many attempts; there is a time to wait."""

    def __init__(self, seconds: int) -> None:
        key = "sign_in.wait.seconds" if seconds < 90 else "sign_in.wait.minutes"
        super().__init__(key, count=seconds if seconds < 90 else math.ceil(seconds / 60))
        self.seconds = seconds


@dataclass(frozen=True)
class Ask:
    """What a browser asks for: the request, and what it chose before."""

    request: Request

    @cached_property
    def next(self) -> str:
        """Page that comes afterwards."""
        return safety.own_page(self.request.query_params.get(safety.NEXT, "/"))

    @cached_property
    def language(self) -> Language:
        """Language of the answer: the chosen one, else that of the page that comes afterwards."""
        later = parse_qs(urlsplit(self.next).query).get("lang", [""])[0]
        return "en" if self.request.query_params.get("lang", later) == "en" else "id"

    @property
    def token(self) -> str:
        """Token of the session; empty for none."""
        return self.request.cookies.get(records.SESSION, "")

    def here(self, **changes: str) -> str:
        """Return this address with other choices."""
        query = {**dict(self.request.query_params), **changes}
        return f"{self.request.url.path}?{urlencode(query)}"

    def say(self, key: str, **values: object) -> str:
        """Return a text in the language."""
        return t(key, self.language, **values)

    def page(self, title: str, *parts: str, status: int = 200, form: Form | None = None, after: str = "") -> Response:
        """Return a page, with a form that only this browser can send and what stands after it."""
        cookie = safety.cookie_of(self.request)
        if form is not None:
            parts = (*parts, form.html(self.language, {safety.FIELD: safety.proof(self.request, cookie)}))
        other = other_language(self.language, self.here(lang="en" if self.language == "id" else "id"))
        html = document(self.say(title), "".join([*parts, after, other]), self.language)
        response = HTMLResponse(html, status_code=status, headers=HEADERS)
        if form is not None:
            safety.set_cookie(response, self.request, safety.COOKIE, cookie)
        return response

    def go(self, address: str, *, session: str | None = None) -> Response:
        """Lead to another address; with a session, as whom it is of, and with an empty one as nobody."""
        response = RedirectResponse(address, status_code=303, headers=HEADERS)
        if session is not None:
            safety.set_cookie(response, self.request, records.SESSION, session)
            safety.set_cookie(response, self.request, safety.COOKIE, "")
        return response

    def wrong(self, error: DataError) -> str:
        """Return what was refused in a box."""
        return notice(error.text(self.language), wrong=True)

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""

    async def principal(self) -> Principal | None:
        """Return who is signed in; whoever is at a laptop without records is nobody here."""
        found = await run_in_threadpool(records.admitted, self.token)
        return found if found is not None and found.user_id is not None else None

    async def counted(self, login: str) -> None:
        """Count an attempt with a password.

        Raises
        ------
        SlowedError
            If there were too many; this one is not made.
        """
        wait = await run_in_threadpool(lambda: attempts.attempt(records.checked(), login, self.address))
        if seconds := math.ceil(wait.total_seconds()):
            raise SlowedError(seconds)

    async def begun(self, user_id: int, address: str) -> Response:
        """Begin a session with a token of its own, and lead on; the one the browser had before ends."""
        token = await run_in_threadpool(lambda: sessions.begin(records.checked(), user_id, instead_of=self.token))
        return self.go(address, session=token)


def status_of(error: DataError) -> int:
    """Return the code of HTTP for what was refused."""
    codes = ((SlowedError, 429), (safety.FormError, 403), (MachineError, 503))
    return next((code for kind, code in codes if isinstance(error, kind)), 400)


def answering(page: Callable[[Ask], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return a page as Starlette calls it; what goes wrong with the records is told."""

    async def answer(request: Request) -> Response:
        ask = Ask(request)
        if not safety.host_allowed(request):
            return HTMLResponse("", status_code=400, headers=HEADERS)
        try:
            return await page(ask)
        except DataError as error:
            return ask.page("sign_in.trouble", ask.wrong(error), status=503)

    return answer
