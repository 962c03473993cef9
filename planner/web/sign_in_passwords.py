"""The first account, and the choice of a password: by a one-time link, or one's own by the old one."""

from collections.abc import Mapping
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from geodata.paths import Paths
from planner.accounts import checked, login_named, name_given
from planner.errors import PlanError
from planner.rights import Principal
from planner.store import attempts, passwords
from planner.store.engine import opened
from planner.store.migrate import upgrade
from planner.web import form_safety as safety
from planner.web import records, set_up
from planner.web.addresses import KEY
from planner.web.sign_in_ask import AT_ONCE, Ask, status_of
from planner.web.sign_in_html import Form, Input, notice, paragraph

_NEW: Final = (
    Input("baru", "sign_in.new", "password", "new-password", hint="sign_in.new.hint"),
    Input("ulang", "sign_in.again", "password", "new-password"),
)
_OLD: Final = Input("lama", "sign_in.old", "password", "current-password")


async def first_account(ask: Ask) -> Response:
    """Show the form of the first account, or make it."""
    fits = set_up.OURS.fits(ask.request.query_params.get(KEY, ""))
    if not fits or not await run_in_threadpool(records.without_accounts):
        return ask.page("sign_in.setup.title", notice(ask.say("accounts.set_up"), wrong=True), status=403)
    if ask.request.method == "GET":
        return _first_form(ask, {})
    sent: dict[str, str] = {}
    try:
        sent = await safety.fields(ask.request)
        chosen = _twice(sent)
        async with AT_ONCE:
            user_id = await run_in_threadpool(_make_first, sent.get("login", ""), sent.get("nama", ""), chosen)
    except PlanError as error:
        return _first_form(ask, sent, ask.wrong(error), status=status_of(error))
    set_up.OURS.use_up()
    return await ask.begun(user_id, f"/?lang={ask.language}")


async def password(ask: Ask) -> Response:
    """Let somebody choose a password."""
    link = ask.request.query_params.get(KEY)
    who = await ask.principal() if link is None else None
    if link is None and who is None:
        return ask.go(safety.sign_in_address("/"))
    try:
        login = who.login if who is not None else await _login_of(link or "")
    except PlanError as error:
        return ask.page("sign_in.password.title", ask.wrong(error), status=403)
    told, status = "", 200
    if ask.request.method == "POST":
        try:
            sent = await safety.fields(ask.request)
            user_id = await (_by_link(sent, link or "") if who is None else _by_old(ask, sent, who))
        except PlanError as error:
            told, status = ask.wrong(error), status_of(error)
        else:
            return await ask.begun(user_id, f"/?lang={ask.language}")
    form = Form(ask.here(), "sign_in.password.button", _NEW if who is None else (_OLD, *_NEW))
    line = paragraph(ask.say("sign_in.password.who", login=login))
    return ask.page("sign_in.password.title", told, line, status=status, form=form)


async def _login_of(link: str) -> str:
    return (await run_in_threadpool(passwords.owner_of, records.engine(), link)).login


async def _by_link(sent: Mapping[str, str], link: str) -> int:
    """Set the password that was chosen by a link, and return whose it is."""
    chosen = _twice(sent)
    async with AT_ONCE:
        return (await run_in_threadpool(passwords.use_link, records.engine(), link, chosen)).user_id


async def _by_old(ask: Ask, sent: Mapping[str, str], who: Principal) -> int:
    """Change the password of whoever is signed in, and return whose it is."""
    chosen, engine = _twice(sent), records.engine()
    await ask.counted(who.login)
    async with AT_ONCE:
        await run_in_threadpool(passwords.change_own, engine, who, sent.get("lama", ""), chosen)
    await run_in_threadpool(attempts.succeeded, engine, who.login, ask.address)
    assert who.user_id is not None
    return who.user_id


def _make_first(login: str, name: str, chosen: str) -> int:
    """Make the records if there are none, and in them the first account; for a bad password nothing is made."""
    checked(chosen, login_named(login))
    name_given(name)
    if not records.exist():
        with opened(None, Paths.of().records) as made:
            upgrade(made)
    return passwords.first_admin(records.engine(), login, name, chosen)


def _first_form(ask: Ask, sent: Mapping[str, str], told: str = "", *, status: int = 200) -> Response:
    login, name = sent.get("login", "")[:60], sent.get("nama", "")[:120]
    inputs = (
        Input("nama", "sign_in.name", fills="name", value=name),
        Input("login", "sign_in.login", fills="username", value=login, hint="sign_in.login.hint"),
        *_NEW,
    )
    form = Form(ask.here(), "sign_in.setup.button", inputs)
    return ask.page("sign_in.setup.title", told, paragraph(ask.say("sign_in.setup.intro")), status=status, form=form)


def _twice(sent: Mapping[str, str]) -> str:
    if sent.get("baru", "") != sent.get("ulang", ""):
        raise PlanError("sign_in.differ")
    return sent.get("baru", "")
