"""Signing in and out: plain forms before Streamlit, as it can set no cookie."""

from html import escape
from typing import Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from planner.accounts import login_named
from planner.errors import PlanError
from planner.store import attempts, passwords, sessions
from planner.web import form_safety as safety
from planner.web import records, sign_in_office
from planner.web.addresses import OFFICE, OFFICE_BACK, PASSWORD, SET_UP, SIGN_IN, SIGN_OUT
from planner.web.sign_in_ask import AT_ONCE, Ask, SlowedError, answering, status_of
from planner.web.sign_in_html import Form, Input, notice, paragraph
from planner.web.sign_in_passwords import first_account, password

_DONE: Final = "keluar"


async def sign_in(ask: Ask) -> Response:
    """Show the form, or let somebody in."""
    if await run_in_threadpool(records.without_accounts):
        return ask.page("sign_in.title", paragraph(ask.say("sign_in.no_account")))
    if ask.request.method == "GET":
        if await ask.principal() is not None:
            return ask.go(ask.next)
        return _form(ask, notice(ask.say("sign_in.out.done")) if _DONE in ask.request.query_params else "")
    try:
        sent = await safety.fields(ask.request)
    except safety.FormError as error:
        return _form(ask, ask.wrong(error), status=status_of(error))
    return await _let_in(ask, sent.get("login", ""), sent.get("sandi", ""))


async def sign_out(ask: Ask) -> Response:
    """Ask whether to sign out, or do it."""
    who = await ask.principal()
    if who is None:
        return ask.go(SIGN_IN, session="")
    told, status = "", 200
    if ask.request.method == "POST":
        try:
            await safety.fields(ask.request)
        except safety.FormError as error:
            told, status = ask.wrong(error), status_of(error)
        else:
            await run_in_threadpool(sessions.end, records.engine(), ask.token)
            return ask.go(f"{SIGN_IN}?{urlencode({_DONE: '1', 'lang': ask.language})}", session="")
    line = paragraph(ask.say("sign_in.out.who", name=who.name, login=who.login))
    back = f'<a class="button" href="{escape(ask.next)}">{escape(ask.say("sign_in.back"))}</a>'
    form = Form(ask.here(), "sign_in.out.button")
    return ask.page("sign_in.out.title", told, line, status=status, form=form, after=back)


def routes() -> list[Route]:
    """Return the forms by their addresses."""
    pages = {SIGN_IN: sign_in, SIGN_OUT: sign_out, SET_UP: first_account, PASSWORD: password}
    by_the_office = {OFFICE: sign_in_office.begin, OFFICE_BACK: sign_in_office.come_back}
    forms = [Route(path, answering(page), methods=["GET", "POST"]) for path, page in pages.items()]
    return [*forms, *(Route(path, answering(page), methods=["GET"]) for path, page in by_the_office.items())]


async def _let_in(ask: Ask, typed: str, chosen: str) -> Response:
    try:
        login = login_named(typed)
    except PlanError:
        login = ""  # no account has it; the work is the same
    try:
        await ask.counted(login or typed)
    except SlowedError as error:
        response = _form(ask, ask.wrong(error), status=status_of(error), login=typed)
        response.headers["retry-after"] = str(error.seconds)
        return response
    async with AT_ONCE:
        user_id = await run_in_threadpool(passwords.signed_in, records.engine(), login, chosen)
    if user_id is None:
        return _form(ask, notice(ask.say("sign_in.wrong"), wrong=True), status=401, login=typed)
    await run_in_threadpool(attempts.succeeded, records.engine(), login, ask.address)
    return await ask.begun(user_id, ask.next)


def _form(ask: Ask, told: str, *, status: int = 200, login: str = "") -> Response:
    inputs = (
        Input("login", "sign_in.login", fills="username", value=login[:60]),
        Input("sandi", "sign_in.password", "password", "current-password"),
    )
    form = Form(ask.here(), "sign_in.button", inputs)
    return ask.page("sign_in.title", told, status=status, form=form, after=_office_door(ask))


def _office_door(ask: Ask) -> str:
    """Return the way to the office's own sign-in, where the operator has one."""
    if sign_in_office.settings() is None:
        return ""
    address = f"{OFFICE}?{urlencode({safety.NEXT: ask.next, 'lang': ask.language})}"
    return f'<a class="button" href="{escape(address)}">{escape(ask.say("sign_in.office.door"))}</a>'
