"""``planner db``: the records of the office, their tables, health and backups."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from geodata.errors import DataError
from geodata.layer import load
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.plan_folder import PlanFolder
from planner.rights import CONSOLE
from planner.store import backup as backups
from planner.store import doctor as health
from planner.store.engine import Engine, opened
from planner.store.errors import StoreError
from planner.store.migrate import upgrade as bring_up
from planner.store.plans import PlanRecords
from planner.store.trouble import place_of
from planner.texts import t

app = typer.Typer(no_args_is_help=True, help="cli.db.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="db")


BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.backup")]


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command(help="cli.db.upgrade.help")
def upgrade(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Make the database, or bring its tables to this version."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine:
        done, where = bring_up(engine), place_of(engine)
        left = _plans_left(engine, PlanFolder(session.paths.plans).names())
    if as_json:
        print_json({"database": where, "before": done.before, "after": done.after, "plans_in_folder": left})
    elif done.before == done.after:
        session.say("cli.db.upgrade.same", database=where, after=done.after)
    elif done.before is None:
        session.say("cli.db.upgrade.made", database=where, after=done.after)
    else:
        session.say("cli.db.upgrade.done", database=where, before=done.before, after=done.after)
    if left and not as_json:
        session.say("cli.db.upgrade.plans", count=left, folder=session.paths.plans)


@app.command(help="cli.db.doctor.help")
def doctor(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Look at the database; exit code 1 if something must be mended."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine:
        findings, where = health.examine(engine, layer=_fingerprint(session)), place_of(engine)
    told = [(finding, printable(finding.text(session.language))) for finding in findings]
    if as_json:
        plain = [{"level": found.level, "key": found.key, "text": text} for found, text in told]
        print_json({"database": where, "findings": plain})
    else:
        for found, text in told:
            typer.echo(f"{t(f'cli.db.doctor.{found.level}', session.language)}: {text}")
        counts = Counter(found.level for found in findings)
        session.say("cli.db.doctor.counts", warnings=counts["warning"], faults=counts["fault"])
    if any(found.level == "fault" for found in findings):
        raise typer.Exit(1)


@app.command(help="cli.db.backup.help")
def backup(
    context: typer.Context,
    file: BackupFile,
    *,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write a backup; others may go on working."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine:
        made = backups.backup(engine, file)
    if as_json:
        print_json(_plain(made, file))
    else:
        session.say("cli.db.backup.done", file=file, rows=made.rows, revision=made.revision)


@app.command(help="cli.db.restore.help")
def restore(
    context: typer.Context,
    file: BackupFile,
    *,
    verify: Annotated[bool, typer.Option("--verify", help="cli.db.restore.verify")] = False,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Put a backup into an empty database."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine:
        made, where = backups.restore(file, engine), place_of(engine)
        if verify and (other := backups.differing(file, engine)):
            raise StoreError("store.backup.differs", file=file.name, tables=", ".join(other))
    if as_json:
        print_json({**_plain(made, file), "verified": verify})
        return
    session.say("cli.db.restore.done", rows=made.rows, made_at=made.made_at, database=where)
    if verify:
        session.say("cli.db.restore.verified", tables=len(made.tables))


def _plans_left(engine: Engine, names: list[str]) -> int:
    """Return how many plans of the data folder are not in the records."""
    kept = {row.name.casefold() for row in PlanRecords(engine, CONSOLE).summaries()} if names else set()
    return sum(name.casefold() not in kept for name in names)


def _plain(made: backups.Backup, file: Path) -> dict[str, object]:
    return {
        "file": str(file),
        "revision": made.revision,
        "made_at": made.made_at,
        "rows": made.rows,
        "tables": made.tables,
    }


def _fingerprint(session: Session) -> str | None:
    """Return the fingerprint of the layer in use; nothing if it cannot be read, which the doctor tells."""
    try:
        return load(session.layer_file).fingerprint
    except DataError:
        return None
