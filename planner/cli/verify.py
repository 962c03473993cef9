"""``planner verify``: whether a file is still what was exported."""

from pathlib import Path
from typing import Annotated, Any

import typer

from planner import cell_changes
from planner.cell_changes import Changes
from planner.cli.export_log import plain_entry
from planner.cli.exports_kept import register as exports
from planner.cli.plans import check_file
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.cli.verify_words import told
from planner.errors import PlanError, PlanMachineError
from planner.export.atomic import replacing
from planner.verification import Verdict, original
from planner.verification import verify as verified


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.command(help="cli.verify.help")(verify)


def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.exported_file")],
    *,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.verify.out")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Tell whether a file was changed after its export, and write the original again if asked to."""
    session = context.ensure_object(Session)
    with exports(session) as shelf:
        verdict = verified(file, shelf)
        content = None
        if out is not None:
            _check_out(out, file, verdict)
            content = original(verdict, shelf)
        found = _changes(verdict, file, None if verdict.original is None else shelf.content_of(verdict.original.sha256))
        where = shelf.where
    if as_json:
        print_json(_plain(verdict, found))
    else:
        for line in told(verdict, found, file=file.name, register=where, session=session):
            typer.echo(line)
    if out is not None and content is not None:
        with replacing(out) as draft:
            draft.write_bytes(content)
        session.say("cli.verify.restored", file=out)
    if verdict.status != "unchanged":
        raise typer.Exit(1)


def _check_out(out: Path, file: Path, verdict: Verdict) -> None:
    """Refuse to write over the file that was looked at, which may be evidence, or under another ending."""
    ending = file.suffix.lower() if verdict.original is None else verdict.original.stamp.format
    check_file(out, (ending,))
    if out.exists() and out.samefile(file):
        raise PlanError("exports.same_file", file=out)


def _changes(verdict: Verdict, file: Path, before: bytes | None) -> Changes | PlanError | None:
    """Return what was changed in a table; why it cannot be told; nothing where there is nothing to compare."""
    entry = verdict.original
    ending = file.suffix.lower()
    if verdict.status != "changed" or entry is None or ending not in cell_changes.TABLES:
        return None
    if before is None or ending != entry.stamp.format:
        return None
    try:
        return cell_changes.changes(before, file)
    except PlanMachineError:
        raise
    except PlanError as error:
        return error


# --- as plain values


def _plain(verdict: Verdict, found: Changes | PlanError | None) -> dict[str, Any]:
    stamp = verdict.stated.stamp
    plain: dict[str, Any] = {
        "status": verdict.status,
        "sha256": verdict.stated.sha256,
        "numbers": list(verdict.stated.numbers),
        "stated": None if stamp is None else stamp.record(),
        "exports": [plain_entry(entry) for entry in verdict.entries],
        "changes": None,
    }
    if isinstance(found, Changes):
        plain["changes"] = {**vars(found), "cells": [vars(cell) for cell in found.cells]}
    return plain
