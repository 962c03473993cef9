"""``planner import``: check a file that an office uploads, row by row."""

from pathlib import Path
from typing import Annotated, Any, get_args

import pandas as pd
import typer

from geodata.layer import VillageLayer
from geodata.schema import BPS_CODE, REGENCY_CODE, REGENCY_NAME, VILLAGE_CODE, WORKERS, high
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.cli.villages import layer_of, records
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.texts import t
from planner.uploads import kinds
from planner.uploads.checks import Checked
from planner.uploads.columns import Columns, from_json
from planner.uploads.errors import reason_text
from planner.uploads.fingerprint import fingerprint
from planner.uploads.read import check_file
from planner.uploads.villages import Known
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
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Say what of a file would be accepted, held and refused."""
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
    if as_json:
        print_json({"file": file.name, "fingerprint": fingerprint(file.read_bytes()), **_as_plain(checked, session)})
    else:
        _tell(checked, file, session)
    if written is not None:
        session.say("upload.cli.refused_written", count=len(checked.refused), file=written)
    if not len(checked.accepted) and not len(checked.held):
        raise typer.Exit(1)


def known_of(layer: VillageLayer) -> Known:
    """Return what the checks know of the villages of a layer: the highest estimate of workers is the most."""
    frame = pd.DataFrame(layer.frame.drop(columns="geometry"))
    bridge = frame.loc[frame[BPS_CODE].notna(), [BPS_CODE, VILLAGE_CODE]]
    return Known(
        villages=frame[[VILLAGE_CODE, REGENCY_CODE, REGENCY_NAME]],
        bridge=bridge[~bridge[BPS_CODE].duplicated(keep=False)],
        workers=frame.set_index(VILLAGE_CODE)[high(WORKERS)],
    )


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
