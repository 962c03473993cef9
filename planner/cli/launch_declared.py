"""``planner launch declared``: the register of declared villages in the records."""

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from geodata.declared import match_declared, read_declared
from geodata.layer import VillageLayer
from planner.cli.launch_print import name_of, plain_row
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.cli.villages import layer_of
from planner.rights import CONSOLE
from planner.store import declared
from planner.store.engine import opened, reading, writing
from planner.store.migrate import ready
from planner.texts import t

app = typer.Typer(no_args_is_help=True, help="cli.launch.declared.help")


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command(name="import", help="cli.launch.declared.import.help")
def import_declared(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE.csv", help="cli.argument.declared")] = None,
    *,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write the published list, or a list of the office, into the register."""
    session = context.ensure_object(Session)
    villages = pd.DataFrame(layer_of(session).frame.drop(columns="geometry"))
    rows = match_declared(read_declared() if file is None else read_declared(file), villages)
    with opened(None, session.paths.records) as engine, writing(ready(engine)) as connection:
        added = declared.import_published(connection, rows, villages, who=CONSOLE.login)
    if as_json:
        print_json({"added": added})
    else:
        session.say("cli.launch.declared.imported", added=added)


@app.command(name="list", help="cli.launch.declared.list.help")
def list_declared(
    context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None
) -> None:
    """List the register of declared villages."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        rows = declared.listed(connection)
    if as_json:
        print_json({"declared": [plain_row(row) for row in rows.to_dict("records")]})
        return
    if rows.empty:
        session.say("cli.launch.declared.none")
        return
    layer = layer_of(session)
    names = ("code", "village", "regency", "from", "to", "origin", "aliases")
    headings = [t(f"cli.launch.declared.column.{name}", session.language) for name in names]
    session.print_table(headings, [_declared_row(session, layer, row) for row in rows.to_dict("records")])


def _declared_row(session: Session, layer: VillageLayer, row: Any) -> list[object]:  # noqa: ANN401 (a row)
    name = row["village_name"] or (name_of(layer, row["village_code"]) if row["village_code"] else "?")
    origin = t(f"launches.origin.{row['origin']}", session.language)
    other = printable(", ".join(row["aliases"]))
    days = [row["earliest_on"], row["latest_on"]]
    return [row["village_code"] or "", printable(name), row["regency_code"], *days, origin, other]
