"""``planner user``: accounts, at the command line of whoever runs the program."""

import os
from pathlib import Path
from typing import Annotated

import typer

from geodata.texts import Language
from planner.accounts import login_named
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.errors import PlanError
from planner.rights import CONSOLE, Role
from planner.store import passwords, people, subjects
from planner.store.engine import in_use, opened, reading
from planner.store.migrate import ready
from planner.texts import t

app = typer.Typer(no_args_is_help=True, help="cli.user.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="user")


Login = Annotated[str, typer.Argument(metavar="LOGIN", help="cli.argument.login")]
Base = Annotated[str | None, typer.Option("--url", metavar="URL", help="cli.option.base_url")]

_PUBLIC_URL = "PLANNER_PUBLIC_URL"
_LOCAL = "http://127.0.0.1:8501"


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command(help="cli.user.add.help")
def add(
    context: typer.Context,
    login: Login,
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="cli.option.person_name")],
    role: Annotated[Role, typer.Option("--role", help="cli.option.role")],
    agent: Annotated[str, typer.Option("--agent", metavar="CODE", help="cli.option.agent_code")] = "",
    office: Annotated[str, typer.Option("--office", metavar="NAME", help="cli.option.office")] = "",
    url: Base = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Make an account and print its one-time link."""
    session = context.ensure_object(Session)
    if agent and role != "agent":
        raise PlanError("cli.user.no_agent", role=role)
    with opened(None, _records(session)) as engine:
        ready(engine)
        people.add(engine, CONSOLE, people.NewPerson(login, name, role, office, agent))
        made = passwords.make_link(engine, CONSOLE, login_named(login))
    _print_link(session, login_named(login), made, url, as_json=as_json)


@app.command("list", help="cli.user.list.help")
def listed(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """List the accounts."""
    session = context.ensure_object(Session)
    with opened(None, _records(session)) as engine, reading(ready(engine)) as connection:
        known = people.listed(connection)
    if as_json:
        print_json([_plain(one) for one in known])
        return
    headings = [t(f"cli.user.column.{name}", session.language) for name in ("login", "name", "role", "office", "state")]
    rows = [
        (one.login, printable(one.name), _role(one), printable(one.office), _state(one, session.language))
        for one in known
    ]
    session.print_table(headings, rows)


@app.command(help="cli.user.disable.help")
def disable(context: typer.Context, login: Login, *, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Disable an account."""
    session = context.ensure_object(Session)
    with opened(None, _records(session)) as engine:
        people.disable(ready(engine), CONSOLE, login_named(login))
    session.say("cli.user.disabled", login=login_named(login))


@app.command(help="cli.user.enable.help")
def enable(context: typer.Context, login: Login, *, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Enable an account again."""
    session = context.ensure_object(Session)
    with opened(None, _records(session)) as engine:
        people.enable(ready(engine), CONSOLE, login_named(login))
    session.say("cli.user.enabled", login=login_named(login))


@app.command(help="cli.user.link.help")
def link(
    context: typer.Context,
    login: Login,
    *,
    url: Base = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Print a new one-time link."""
    session = context.ensure_object(Session)
    with opened(None, _records(session)) as engine:
        made = passwords.make_link(ready(engine), CONSOLE, login_named(login))
    _print_link(session, login_named(login), made, url, as_json=as_json)


@app.command(help="cli.user.subject.help")
def subject(
    context: typer.Context,
    login: Login,
    account: Annotated[str, typer.Argument(metavar="'ISSUER SUBJECT'", help="cli.argument.subject")] = "",
    *,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Link an account to one of the office's own sign-in."""
    session = context.ensure_object(Session)
    issuer, _, name = account.partition(" ")
    if account and not (issuer and name.strip()):
        raise PlanError("cli.user.bad_subject", text=account)
    with opened(None, _records(session)) as engine:
        wanted = subjects.subject_of(issuer, name.strip()) if account else ""
        subjects.link_subject(ready(engine), CONSOLE, login_named(login), wanted)
    session.say("cli.user.subject_linked" if account else "cli.user.subject_gone", login=login_named(login))


def _records(session: Session) -> Path:
    file = session.paths.records
    if not in_use(file):
        raise PlanError("rights.no_records")
    return file


def _print_link(session: Session, login: str, made: passwords.Link, url: str | None, *, as_json: bool) -> None:
    base = (url or os.environ.get(_PUBLIC_URL) or _LOCAL).rstrip("/")
    address = f"{base}/sandi?kunci={made.token}"
    if as_json:
        print_json({"login": login, "link": address, "expires_at": made.expires_at.isoformat()})
        return
    session.say("cli.user.linked", login=login, hours=int(passwords.VALID.total_seconds() // 3600))
    typer.echo(address)


def _role(one: people.Person) -> str:
    return f"{one.role} {printable(one.agent_code)}" if one.agent_code else one.role


def _state(one: people.Person, language: Language) -> str:
    state = "disabled" if one.disabled_at else "active" if one.can_sign_in else "waiting"
    return t(f"cli.user.state.{state}", language)


def _plain(one: people.Person) -> dict[str, object]:
    since = one.disabled_at.isoformat() if one.disabled_at else None
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role,
        "office": one.office,
        "agent": one.agent_code,
        "disabled_at": since,
        "can_sign_in": one.can_sign_in,
    }
