"""``planner import`` and ``planner uploads``: files that an office sends, checked row by row, kept, and taken back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args

import pandas as pd
import typer

from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.cli.villages import layer_of, records
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.rights import CONSOLE
from planner.store.engine import opened, reading
from planner.store.intake import keep, listed, undo
from planner.store.migrate import ready
from planner.texts import t
from planner.uploads import kinds
from planner.uploads.checks import Checked
from planner.uploads.columns import Columns, from_json
from planner.uploads.errors import reason_text
from planner.uploads.fingerprint import fingerprint
from planner.uploads.read import check_file
from planner.uploads.villages import known_of
from planner.uploads.workbook_file import refused_workbook, template

_SHOWN = 20
_MOST_MAP_BYTES = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="import", help="cli.import.help")(import_file)
    uploads = typer.Typer(no_args_is_help=True, help="cli.uploads.help")
    uploads.callback()(_group)
    uploads.command(name="list", help="cli.uploads.list.help")(list_uploads)
    uploads.command(name="undo", help="cli.uploads.undo.help")(undo_upload)
    app.add_typer(uploads, name="uploads")


def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


def import_file(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="cli.argument.upload")] = None,
    *,
    kind: Annotated[str, typer.Option("--kind", help="cli.option.kind")],
    map_file: Annotated[Path | None, typer.Option("--map", metavar="FILE", help="cli.option.map")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="cli.option.sheet")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="cli.option.refused")] = None,
    template_file: Annotated[
        Path | None, typer.Option("--template", metavar="FILE.xlsx", help="cli.option.template")
    ] = None,
    commit: Annotated[bool, typer.Option("--commit", help="cli.option.commit")] = False,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Say what of a file is accepted, held and refused; keep it if asked to."""
    session = context.ensure_object(Session)
    known_kind = _kind(kind)
    if template_file is not None:
        _write(template_file, template(known_kind, session.language))
        session.say("upload.cli.template_written", file=template_file)
        if file is None:
            return
    if file is None:
        raise PlanError("upload.cli.file_needed")
    columns = None if map_file is None else _columns(map_file)
    checked = check_file(file, known_kind, known_of(layer_of(session)), columns=columns, sheet=sheet)
    written = out if out is not None and len(checked.refused) else None
    if written is not None:
        _write(written, refused_workbook(checked, session.language))
    sha256 = fingerprint(file.read_bytes())
    upload = _keep(checked, file.name, sha256, session) if commit else None
    if as_json:
        print_json({"file": file.name, "fingerprint": sha256, "upload": upload, **_as_plain(checked, session)})
    else:
        _tell(checked, file, session)
        if upload is not None:
            session.say("upload.cli.kept", upload=str(upload), accepted=len(checked.accepted), held=len(checked.held))
    if written is not None:
        session.say("upload.cli.refused_written", count=len(checked.refused), file=written)
    if not len(checked.accepted) and not len(checked.held):
        raise typer.Exit(1)


def list_uploads(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """List what was kept, the last first."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        found = listed(connection)
    if as_json:
        print_json({"uploads": [_plain_upload(row) for row in found.to_dict("records")]})
        return
    names = ("id", "kind", "file_name", "accepted", "held", "refused", "waiting", "status", "committed_at")
    headings = [_text(session, f"upload.cli.list.{name}") for name in names]
    session.print_table(headings, [[_shown(row, name, session) for name in names] for row in found.to_dict("records")])


def undo_upload(
    context: typer.Context,
    upload: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="cli.argument.upload_number")],
    *,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Take an upload back."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine:
        file = undo(ready(engine), upload, by=CONSOLE)
    session.say("upload.cli.undone", upload=str(upload), file=printable(file))


def _keep(checked: Checked, file: str, sha256: str, session: Session) -> int:
    with opened(None, session.paths.records) as engine:
        return keep(ready(engine), checked, file, sha256, by=CONSOLE)


def _plain_upload(row: Mapping[Any, Any]) -> dict[str, Any]:
    times = {name: row[name] for name in ("committed_at", "undone_at")}
    told = {name: None if pd.isna(at) else at.isoformat(timespec="seconds") for name, at in times.items()}
    return {**{str(name): value for name, value in row.items()}, **told}


def _shown(row: Mapping[Any, Any], name: str, session: Session) -> object:
    if name == "id":
        return str(row[name])
    if name in ("kind", "status"):
        return _text(session, f"upload.{name}.{row[name]}")
    return row[name].strftime("%Y-%m-%d %H:%M UTC") if name == "committed_at" else row[name]


def _kind(name: str) -> kinds.Kind:
    for known in get_args(kinds.Kind):
        if name == known:
            return known  # type: ignore[no-any-return]  # get_args knows no literals
    raise PlanError("upload.cli.kind_unknown", kind=name[:40], kinds=", ".join(get_args(kinds.Kind)))


def _columns(path: Path) -> Columns:
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_MAP_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError("upload.cli.map_unreadable", file=path.name) from error
    return from_json(text, file=path.name)


def _text(session: Session, key: str, **values: object) -> str:
    return t(key, session.language, **values)


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as draft:
        draft.write_bytes(content)


def _tell(checked: Checked, file: Path, session: Session) -> None:
    counts = {name: len(getattr(checked, name)) for name in ("accepted", "held", "refused")}
    typer.echo(printable(_text(session, "upload.cli.counts", file=file.name, total=checked.total, **counts)))
    used = ", ".join(f"{name} = {heading}" for name, heading in checked.columns.headings.items())
    typer.echo(printable(_text(session, "upload.cli.columns", columns=used)))
    for note in checked.notes:
        typer.echo(printable(f"- {note.text(session.language)}"))
    shown = checked.problems.head(_SHOWN)
    if len(shown):
        headings = [_text(session, f"upload.refused_file.{name}") for name in ("row", "column", "value", "reason")]
        session.print_table(headings, [_problem(row, session) for row in shown.itertuples(index=False)])
    if len(checked.problems) > _SHOWN:
        typer.echo(_text(session, "upload.cli.more", count=len(checked.problems) - _SHOWN))


def _problem(row: Any, session: Session) -> list[object]:  # noqa: ANN401 (a row of a frame)
    return [row.row, printable(row.column), printable(row.value[:60]), reason_text(row.reason, session.language)]


def _as_plain(checked: Checked, session: Session) -> dict[str, Any]:
    told = [
        {**problem, "key": problem["reason"], "reason": reason_text(str(problem["reason"]), session.language)}
        for problem in records(checked.problems)
    ]
    return {
        "kind": checked.kind,
        "total": checked.total,
        "accepted": len(checked.accepted),
        "held": len(checked.held),
        "refused": len(checked.refused),
        "columns": dict(checked.columns.headings),
        "constants": dict(checked.columns.constants),
        "notes": [note.text(session.language) for note in checked.notes],
        "problems": told,
    }
