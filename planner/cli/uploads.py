"""``planner uploads``: what was kept, what waits for a decision, and taking an upload back."""

from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd
import typer

from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.cli.villages import dotted, layer_of
from planner.errors import PlanError
from planner.rights import CONSOLE
from planner.store import held
from planner.store.engine import opened, reading
from planner.store.intake import listed, undo
from planner.store.migrate import ready
from planner.texts import t
from planner.uploads.errors import reason_text
from planner.uploads.known import known_of

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="cli.argument.upload_number")]

app = typer.Typer(no_args_is_help=True, help="cli.uploads.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="uploads")


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command("list", help="cli.uploads.list.help")
def list_uploads(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """List what was kept, the last first."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        found = listed(connection)
    if as_json:
        print_json({"uploads": [_plain(row) for row in found.to_dict("records")]})
        return
    names = ("id", "kind", "file_name", "accepted", "held", "refused", "waiting", "status", "committed_at")
    headings = [_text(session, f"upload.cli.list.{name}") for name in names]
    session.print_table(headings, [[_shown(row, name, session) for name in names] for row in found.to_dict("records")])


@app.command("undo", help="cli.uploads.undo.help")
def undo_upload(context: typer.Context, upload: Number, *, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take an upload back."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine:
        file = undo(ready(engine), upload, by=CONSOLE)
    session.say("upload.cli.undone", upload=str(upload), file=printable(file))


@app.command("held", help="cli.uploads.held.help")
def list_held(
    context: typer.Context,
    upload: Annotated[int | None, typer.Argument(metavar="NUMBER", min=1, help="cli.argument.upload_number")] = None,
    *,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """List the rows that wait for a decision, with the villages that may be meant."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        rows = held.held(connection, upload).to_dict("records")
    if as_json:
        print_json({"held": [{str(name): value for name, value in row.items()} for row in rows]})
        return
    names = ("upload", "row", "village", "reason", "suggestions")
    headings = [_text(session, f"upload.cli.held.{name}") for name in names]
    session.print_table(headings, [_held(row, session) for row in rows])
    session.say("upload.cli.held.count", count=len(rows))


@app.command("settle", help="cli.uploads.settle.help")
def settle_row(
    context: typer.Context,
    upload: Number,
    row: Annotated[int, typer.Argument(metavar="ROW", min=1, help="cli.argument.held_row")],
    code: Annotated[str | None, typer.Argument(metavar="VILLAGE_CODE", help="cli.argument.held_village")] = None,
    *,
    aside: Annotated[str | None, typer.Option("--aside", metavar="REASON", help="cli.option.aside")] = None,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Take a row that waits for a village, or set it aside with a reason."""
    session = context.ensure_object(Session)
    told = {"upload": str(upload), "row": str(row)}
    if (code is None) == (aside is None):
        raise PlanError("upload.cli.settle_what")
    with opened(None, session.paths.records) as engine:
        if code is None:
            held.set_aside(ready(engine), upload, row, str(aside), by=CONSOLE)
            session.say("upload.cli.set_aside", **told)
            return
        known = known_of(layer_of(session))
        remembered = held.settle(ready(engine), upload, row, dotted(code), by=CONSOLE, known=known)
    session.say("upload.cli.taken", **told, code=dotted(code))
    if remembered:
        session.say("upload.cli.alias_remembered")


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    times = {name: row[name] for name in ("committed_at", "undone_at")}
    told = {name: None if pd.isna(at) else at.isoformat(timespec="seconds") for name, at in times.items()}
    return {**{str(name): value for name, value in row.items()}, **told}


def _shown(row: Mapping[Any, Any], name: str, session: Session) -> object:
    if name == "id":
        return str(row[name])
    if name in ("kind", "status"):
        return _text(session, f"upload.{name}.{row[name]}")
    if name == "file_name":
        return printable(str(row[name]))
    return row[name].strftime("%Y-%m-%d %H:%M UTC") if name == "committed_at" else row[name]


def _held(row: Mapping[Any, Any], session: Session) -> list[object]:
    values = row["values"]
    place = [values.get(name) for name in (VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME)]
    suggested = [f"{one['code']} {one['name']}, {one['district']}" for one in row["suggestions"]]
    why = " ".join(reason_text(key, session.language) for key in row["reasons"])
    written = ", ".join(str(part) for part in place if part)
    return [str(row["upload"]), str(row["row"]), printable(written), why, printable("\n".join(suggested))]


def _text(session: Session, key: str, **values: object) -> str:
    return t(key, session.language, **values)
