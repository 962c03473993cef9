"""``planner names match``: which official villages the names of a file mean, and what has to be decided."""

import csv
import io
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from xlsxwriter import Workbook

from geodata import schema
from geodata.errors import DataError
from geodata.names_aliases import read_aliases
from geodata.names_match import (
    MATCH_REASON,
    MATCH_SCORE,
    MATCH_STATUS,
    MATCHED_CODE,
    RANK,
    ROW,
    SCORE,
    STATUSES,
    SUGGESTIONS,
    Matches,
    match,
)
from geodata.readers.files import read_text
from geodata.readers.vector.columns import refuse_personal_data
from geodata.texts import render
from planner.cli.aliases import app as aliases_app
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.cli.villages import layer_of, records
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.export.cells import clean, without_formula
from planner.export.delimited import SEPARATORS
from planner.texts import t

COLUMNS: dict[str, str] = {
    "village": schema.VILLAGE_NAME,
    "district": schema.DISTRICT_NAME,
    "regency": schema.REGENCY_NAME,
    "code": schema.VILLAGE_CODE,
}
_HEADINGS = {"desa": "village", "kelurahan": "village", "kecamatan": "district", "kabupaten": "regency", "kode": "code"}
ENDINGS = (".csv", ".xlsx")
_EXPECTED = "CSV: village (desa), district (kecamatan) | regency (kabupaten), code (kode)"

app = typer.Typer(no_args_is_help=True, help="cli.names.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="names")


app.add_typer(aliases_app, name="aliases")


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command("match", help="cli.names.match.help")
def match_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.names")],
    *,
    aliases: Annotated[Path | None, typer.Option("--aliases", metavar="FILE", help="cli.option.aliases")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.option.names_out")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Match the rows of a file to official villages; nothing is left out."""
    session = context.ensure_object(Session)
    if out is not None and out.suffix.lower() not in ENDINGS:
        raise PlanError("names_cli.ending", file=out, endings=", ".join(ENDINGS))
    rows = read_rows(file)
    villages = pd.DataFrame(layer_of(session).frame.drop(columns="geometry"))
    found = match(rows, villages, aliases=None if aliases is None else read_aliases(aliases))
    table = _table(rows, found, villages, session)
    if out is not None:
        with replacing(out) as draft:
            _write(draft, table, session)
    if as_json:
        print_json({"rows_in": len(rows), **_counts(found), "rows": _plain(rows, found)})
    elif out is None:
        session.print_table(table.columns.tolist(), table.to_numpy().tolist())
    session.say("names_cli.counts", total=len(rows), **_counts(found))
    if out is not None:
        session.say("names_cli.written", file=out)


def read_rows(path: Path) -> pd.DataFrame:
    """Read the names of a file.

    Parameters
    ----------
    path
        CSV, separated by commas or semicolons, with the columns ``village`` and ``district`` or ``regency`` (or both),
        and, if there is one, ``code``, or as they are called in Bahasa Indonesia. Other columns are left out.

    Returns
    -------
    pandas.DataFrame
        Columns named as the layer names them, text; index: number of the row, 1 is the first below the header.

    Raises
    ------
    PlanError
        If columns or rows are missing, or a row has more fields than the header.
    DataError
        If the file cannot be read, or has columns that look like personal data.
    """
    content = read_text(path, expected=_EXPECTED)
    first = next((line for line in content.splitlines() if line.strip()), "")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise PlanError("names_cli.broken", file=path.name, expected=_EXPECTED) from error
    filled = [line for line in lines if any(field.strip() for field in line)]
    written = [name.strip().lower() for name in filled[0]] if filled else []
    header = [_HEADINGS.get(name, name) for name in written]
    if "village" not in header or not {"district", "regency"} & {*header} or any(header.count(n) > 1 for n in COLUMNS):
        raise PlanError("names_cli.columns", file=path.name, expected=_EXPECTED)
    torn = [str(i) for i, line in enumerate(filled[1:], start=1) if len(line) > len(header)]
    if len(filled) == 1 or torn:
        key = "names_cli.torn" if torn else "names_cli.no_rows"
        raise PlanError(key, file=path.name, rows=", ".join(torn), expected=_EXPECTED)
    padded = [[*line, *[""] * (len(header) - len(line))] for line in filled[1:]]
    texts = pd.DataFrame(padded, columns=header, index=range(1, len(padded) + 1), dtype="str")
    refuse_personal_data(texts, file=path.name)
    return texts[[name for name in COLUMNS if name in header]].rename(columns=COLUMNS)


def _counts(found: Matches) -> dict[str, int]:
    counts = found.rows[MATCH_STATUS].value_counts()
    return {status: int(counts.get(status, 0)) for status in STATUSES}


def _table(rows: pd.DataFrame, found: Matches, villages: pd.DataFrame, session: Session) -> pd.DataFrame:
    """Return what people read: the rows as written, what was decided, and the suggestions beside."""
    language = session.language
    fixed = ("row", "status", "code", "name", "score", "why")
    heading = {name: t(f"names_cli.column.{name}", language) for name in fixed}
    statuses = {one: t(f"names_cli.status.{one}", language) for one in STATUSES}
    reasons = {one: render(DataError.folder, one, language, {}) for one in found.rows[MATCH_REASON].unique()}
    official = villages.set_index(schema.VILLAGE_CODE)[schema.VILLAGE_NAME]
    shown: dict[str, Any] = {
        heading["row"]: rows.index.to_series(),
        **{t(f"names_cli.column.{name}", language): rows[column] for name, column in _given(rows)},
        heading["status"]: found.rows[MATCH_STATUS].map(statuses),
        heading["code"]: found.rows[MATCHED_CODE].fillna(""),
        heading["name"]: found.rows[MATCHED_CODE].map(official).fillna(""),
        heading["score"]: found.rows[MATCH_SCORE].map(session.shown),
        heading["why"]: found.rows[MATCH_REASON].map(reasons),
    }
    for rank in range(1, SUGGESTIONS + 1):
        own = found.suggestions[found.suggestions[RANK] == rank].set_index(ROW)
        told = {row: _suggestion(one, session) for row, one in zip(own.index, records(own), strict=True)}
        shown[t("names_cli.column.suggestion", language, rank=rank)] = [told.get(row, "") for row in rows.index]
    return pd.DataFrame(shown, index=rows.index)


def _suggestion(one: dict[str, Any], session: Session) -> str:
    place = f"{one[schema.VILLAGE_NAME]}, {one[schema.DISTRICT_NAME]}"
    return f"{one[schema.VILLAGE_CODE]} {place} ({session.shown(one[SCORE])})"


def _given(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return [(f"given_{name}", column) for name, column in COLUMNS.items() if column in rows.columns]


def _write(path: Path, table: pd.DataFrame, session: Session) -> None:
    cells: list[list[Any]] = [table.columns.tolist(), *table.to_numpy().tolist()]
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=SEPARATORS[session.language])
            writer.writerows([without_formula(clean(str(cell))) for cell in row] for row in cells)
        return
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(path, safe) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, [cell if isinstance(cell, int) else clean(str(cell)) for cell in row])


def _plain(rows: pd.DataFrame, found: Matches) -> list[dict[str, Any]]:
    listed = dict(list(found.suggestions.groupby(ROW)))
    suggested = [records(listed[row].drop(columns=ROW)) if row in listed else [] for row in rows.index]
    together = pd.concat([rows, found.rows], axis="columns").rename_axis(ROW).reset_index()
    return [{**one, "suggestions": own} for one, own in zip(records(together), suggested, strict=True)]
