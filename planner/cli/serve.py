"""``planner serve``: the pages for this machine, or for others once they are guarded by accounts."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import typer

from geodata.paths import VARIABLE
from planner.cli.session import DataDir, Lang, Session
from planner.errors import PlanError
from planner.store.engine import in_use, opened, reading
from planner.store.migrate import ready
from planner.store.people import has_accounts

ENTRY: Final = Path(__file__).parents[2] / "app.py"
_LOCAL: Final = ("127.0.0.1", "localhost", "::1")
_PUBLIC_URL: Final = "PLANNER_PUBLIC_URL"
_LOG: Final = "PLANNER_LOG"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help="cli.serve.help")(serve)


def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="cli.option.host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, metavar="PORT", help="cli.option.port")] = 8501,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="cli.option.public_url")] = None,
    log: Annotated[
        Literal["text", "json"], typer.Option("--log", envvar=_LOG, metavar="text|json", help="cli.option.log")
    ] = "text",
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the pages until interrupted."""
    session = context.ensure_object(Session)
    if not ENTRY.is_file():
        raise PlanError("cli.serve.no_entry", file=str(ENTRY))
    public = url or os.environ.get(_PUBLIC_URL)
    name = _name(public)
    if host not in _LOCAL or (name and name not in _LOCAL):  # a proxy on this machine brings others too
        _must_be_guarded(session, host if host not in _LOCAL else name, name)
    if public and not public.startswith("https://"):
        session.say("cli.serve.not_secret", url=public)
    given = {VARIABLE: str(session.paths.root), _LOG: log, **({_PUBLIC_URL: public} if public else {})}
    (ENTRY.parent / "static").mkdir(exist_ok=True)  # Streamlit looks for it before the pages fill it
    words = [*command(host, port, name), *(["--logger.hideWelcomeMessage", "true"] if log == "json" else [])]
    raise typer.Exit(_run(words, {**os.environ, **given}))


def _run(words: list[str], environment: dict[str, str]) -> int:
    """Become the server, or where that cannot be, run it and return how it ended.

    What stops services and containers tells the process it started; that must be the server, which closes its sockets.
    """
    if os.name == "posix":
        os.chdir(ENTRY.parent)
        os.execve(words[0], words, environment)  # noqa: S606 (ours)
    return subprocess.run(words, cwd=ENTRY.parent, env=environment, check=False).returncode  # noqa: S603 (ours)


def command(host: str, port: int, name: str) -> list[str]:
    """Return the command that serves the pages.

    Parameters
    ----------
    host, port
        Where it listens.
    name
        Name by which people reach it; empty for this machine alone.
    """
    hosts = [
        part
        for known in ("localhost", "127.0.0.1", "[::1]", name)
        if known
        for part in ("--server.allowedHosts", known)
    ]
    place = ["--server.address", host, "--server.port", str(port)]
    known_as = ["--browser.serverAddress", name] if name else []  # else Streamlit asks the internet for it
    return [sys.executable, "-m", "streamlit", "run", str(ENTRY), *place, *known_as, *hosts]


def _name(url: str | None) -> str:
    """Return the name in an address by which people reach the pages."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        known = parts.hostname if parts.scheme in {"http", "https"} and parts.path in {"", "/"} else None
    except ValueError:
        known = None
    if not known:
        raise PlanError("cli.serve.bad_url", url=url)
    return known


def _must_be_guarded(session: Session, host: str, name: str) -> None:
    """Refuse other machines while anybody could open the pages, or by no name of which links are made."""
    file = session.paths.records
    if not in_use(file):
        raise PlanError("cli.serve.open", host=host)
    with opened(None, file) as engine, reading(ready(engine)) as connection:
        if not has_accounts(connection):
            raise PlanError("cli.serve.open", host=host)
    if not name:
        raise PlanError("cli.serve.no_url", host=host)
