"""``planner export log``: what was exported."""

from typing import Annotated, Any

import typer

from planner.cli.exports_kept import register as exports
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.cli.verify_words import row
from planner.export_shelf import MOST, Entry
from planner.texts import t


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command(name="log", help="cli.export.log.help")(log)


def log(
    context: typer.Context,
    *,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, max=100_000, help="cli.export.log.top")] = MOST,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """List what was exported, the newest first."""
    session = context.ensure_object(Session)
    with exports(session) as shelf:
        entries, where = shelf.last(top), shelf.where
    if as_json:
        print_json({"exports": [plain_entry(entry) for entry in entries]})
        return
    if not entries:
        session.say("cli.export.log.none", where=where)
        return
    names = ("made_at", "by", "number", "kind", "format", "plan", "kilobytes", "kept")
    headings = [t(f"cli.export.log.{name}", session.language) for name in names]
    session.print_table(headings, [row(session, entry) for entry in entries])


def plain_entry(entry: Entry) -> dict[str, Any]:
    """Return an entry of the register as plain values."""
    plain = {name: value for name, value in vars(entry).items() if name != "stamp"}
    return {**entry.stamp.record(), **plain, "made_at": entry.made_at.isoformat()}
