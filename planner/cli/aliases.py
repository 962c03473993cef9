"""``planner names aliases``: decided names as a file, and from a file."""

from pathlib import Path
from typing import Annotated

import typer

from geodata.names_aliases import read_aliases, write_aliases
from planner.cli.session import DataDir, Lang, Session
from planner.rights import CONSOLE
from planner.store.aliases import decided_names, take_in
from planner.store.engine import opened, reading
from planner.store.migrate import ready

File = Annotated[Path, typer.Argument(metavar="FILE.csv", help="cli.argument.aliases")]

app = typer.Typer(no_args_is_help=True, help="cli.aliases.help")


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command("export", help="cli.aliases.export.help")
def export_aliases(context: typer.Context, file: File, *, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Write the decided names of the records."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        found = decided_names(connection)
    write_aliases(found, file)
    session.say("cli.aliases.exported", count=len(found), file=file)


@app.command("import", help="cli.aliases.import.help")
def import_aliases(context: typer.Context, file: File, *, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take decided names into the records, all or none."""
    session = context.ensure_object(Session)
    found = read_aliases(file)
    with opened(None, session.paths.records) as engine:
        changed = take_in(ready(engine), found, by=CONSOLE)
    session.say("cli.aliases.imported", count=len(found), changed=changed, file=file)
