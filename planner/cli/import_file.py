"""``planner import``: files that an office sends, checked row by row, and kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from geodata import office_day
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.cli.villages import layer_of, records
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.rights import CONSOLE
from planner.store.column_choices import remember_columns, remembered_columns
from planner.store.engine import Engine, in_use, opened, reading
from planner.store.intake import keep
from planner.store.known import informed
from planner.store.migrate import ready
from planner.texts import t
from planner.uploads import kinds
from planner.uploads.checks import MATCHED_BY, Checked, check
from planner.uploads.columns import Columns, from_json
from planner.uploads.errors import reason_text
from planner.uploads.fingerprint import fingerprint
from planner.uploads.known import Known, known_of
from planner.uploads.read import check_file, open_table
from planner.uploads.workbook_file import refused_workbook, template

_SHOWN = 20
_MOST_MAP_BYTES = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="import", help="cli.import.help")(import_file)


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
    with _records(session, needed=commit) as engine:
        known = known_of(layer_of(session))
        if engine is not None:
            with reading(engine) as connection:
                known = informed(known, connection)
        checked, headings = _check(file, known_kind, known, columns, engine, sheet=sheet, session=session)
        written = out if out is not None and len(checked.refused) else None
        if written is not None:
            _write(written, refused_workbook(checked, session.language))
        sha256 = fingerprint(file.read_bytes())
        upload = _keep(engine, checked, headings, file.name, sha256) if commit else None
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


@contextmanager
def _records(session: Session, *, needed: bool) -> Iterator[Engine | None]:
    """Give the records of the office; nothing where there are none and none are needed."""
    if not needed and not in_use(session.paths.records):
        yield None
        return
    with opened(None, session.paths.records) as engine:
        yield ready(engine)


def _check(
    path: Path,
    kind: kinds.Kind,
    known: Known,
    columns: Columns | None,
    engine: Engine | None,
    *,
    sheet: str | None,
    session: Session,
) -> tuple[Checked, list[str]]:
    """Check a file with the columns given, else those chosen last; return the rows and the headings of the file."""
    if kind == "outlines":
        return check_file(path, kind, known, columns=columns), []
    table = open_table(path, path.name, kind, sheet=sheet)
    headings = [str(name) for name in table.frame.columns]
    if columns is None and engine is not None:
        columns = remembered_columns(engine, CONSOLE.login, kind, headings)
        if columns is not None:
            session.say("upload.cli.columns_remembered")
    return check(table, kind, known, columns=columns, today=office_day.today()), headings


def _keep(engine: Engine | None, checked: Checked, headings: list[str], file: str, sha256: str) -> int | None:
    """Keep the rows, and remember their columns for the next file; nothing where there is no row to keep."""
    if engine is None or not (len(checked.accepted) or len(checked.held)):
        return None
    upload = keep(engine, checked, file, sha256, by=CONSOLE)
    if headings:
        remember_columns(engine, CONSOLE.login, checked.kind, headings, checked.columns)
    return upload


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
    ways = checked.accepted[MATCHED_BY].tolist() if MATCHED_BY in checked.accepted else []
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
        "matched_by": {how: ways.count(how) for how in sorted(set(ways))},
        "suggestions": records(checked.suggestions),
    }
