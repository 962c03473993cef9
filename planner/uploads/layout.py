"""The table within a sheet: where its headings stand, and which rows are data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from planner.uploads.apart.exchange import Cell
from planner.uploads.columns import confidence, plain
from planner.uploads.errors import Note, UploadError, listed
from planner.uploads.kinds import COLUMNS, Kind
from planner.uploads.table_file import Sheet, Sheets

ROW: Final = "row"
_LOOKED_AT: Final = 40
_LONGEST_HEADING: Final = 120
_WORDS: Final = re.compile(r"(?!.*\d{3})(?=.*[^\W\d_])", re.DOTALL)
_TOTAL: Final = re.compile(r"(grand |sub ?)?(jumlah|total|rata rata)\b.{0,40}")
_CODE: Final = re.compile(r"\d{2}\.?\d{2}\.?\d{2}\.?\d{4}")
# Signs that are not seen: control, direction (Unicode UAX 9), width nothing, byte order mark, soft hyphen.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACE: Final = re.compile(r"[\s\u00a0\u2007\u202f]+")

Rows = Mapping[int, Sequence[Cell]]


@dataclass(frozen=True)
class Table:
    """The data rows of one sheet.

    Attributes
    ----------
    file, sheet
        Where they come from.
    frame
        One column per heading, in the order of the file; cells are text, numbers or nothing. Index ``row``: number
        of the row in the file, from 1.
    notes
        What was seen, filled or left out.
    """

    file: str
    sheet: str
    frame: pd.DataFrame
    notes: tuple[Note, ...] = ()


def find_table(sheets: Sheets, kind: Kind, *, sheet: str | None = None) -> Table:
    """Find the table of a kind in the sheets of a file.

    Parameters
    ----------
    sheets
        As `read_table` gives them.
    kind
        Kind of the upload; its known headings show where the heading row is.
    sheet
        Name of the sheet to take, also a hidden one; else the visible sheet that fits best, the first of equals.

    Raises
    ------
    UploadError
        If there is no such sheet, no visible sheet with data, no heading row, or no row below it.
    """
    chosen = _chosen_sheet(sheets, kind, sheet)
    rows, hidden_signs = _cleaned(chosen.rows)
    top = _heading_row(rows, kind)
    if top is None:
        raise UploadError("upload.no_heading", file=sheets.file, sheet=_sheet_name(chosen))
    rows = _filled(rows, chosen.merged, top)
    headings, last = _headings(rows, top, kind)
    names, name_notes = _unique(headings, rows, last)
    data, data_notes = _data(rows, top, last)
    if not data:
        raise UploadError("upload.no_rows", file=sheets.file, sheet=_sheet_name(chosen))
    notes = [
        *sheets.notes,
        *_sheet_notes(sheets, chosen, kind),
        *_top_notes(rows, top, last),
        *([Note("upload.note.merged", {"count": len(chosen.merged)})] if chosen.merged else []),
        *name_notes,
        *data_notes,
        *([Note("upload.note.unseen", {"count": hidden_signs})] if hidden_signs else []),
    ]
    cells = {name: [row[at] if at < len(row) else None for row in data.values()] for at, name in names.items()}
    index = pd.Index(list(data), name=ROW, dtype="int64")
    frame = pd.DataFrame(cells, index=index, columns=list(names.values()), dtype=object)
    return Table(sheets.file, chosen.name, frame, tuple(notes))


def _sheet_name(sheet: Sheet) -> str:
    return sheet.name or "CSV"


def _chosen_sheet(sheets: Sheets, kind: Kind, name: str | None) -> Sheet:
    if name is not None:
        named = [s for s in sheets.sheets if s.name == name]
        if not named:
            raise UploadError("upload.sheet_unknown", file=sheets.file, sheet=name[:60], names=_names(sheets.sheets))
        return named[0]
    full = [s for s in sheets.sheets if s.rows]
    if not full:
        raise UploadError("upload.empty", file=sheets.file)
    visible = [s for s in full if not s.hidden]
    if not visible:
        raise UploadError("upload.only_hidden", file=sheets.file, names=_names(full))
    return max(visible, key=lambda s: _best_score(s.rows, kind))


def _names(sheets: Iterable[Sheet]) -> str:
    return listed([s.name for s in sheets])


def _score(row: Sequence[Cell], kind: Kind) -> float:
    """Say how many columns of a kind the cells of a row head."""
    texts = [cell for cell in row if isinstance(cell, str) and len(cell) <= _LONGEST_HEADING]
    return sum(max((confidence(text, column) for text in texts), default=0.0) for column in COLUMNS[kind])


def _best_score(rows: Rows, kind: Kind) -> float:
    return max((_score(row, kind) for row in list(rows.values())[:_LOOKED_AT]), default=0.0)


def _heading_row(rows: Rows, kind: Kind) -> int | None:
    """Return the row that heads most columns, else the first with two texts and nothing else."""
    first = dict(list(rows.items())[:_LOOKED_AT])
    scores = {number: _score(row, kind) for number, row in first.items()}
    best = max(scores, key=lambda number: (scores[number], -number), default=None)
    if best is not None and scores[best] >= 2:
        return best
    plain_rows = (n for n, row in first.items() if _texts_only(row) and sum(c is not None for c in row) > 1)
    return next(plain_rows, best if best is not None and scores[best] >= 1 else None)


def _texts_only(row: Sequence[Cell]) -> bool:
    return all(cell is None or (isinstance(cell, str) and bool(_WORDS.match(cell))) for cell in row)


def _cleaned(rows: Rows) -> tuple[Rows, int]:
    """Return rows without signs that are not seen and without outer space, and how many cells had such signs."""
    count = 0
    cleaned: dict[int, Sequence[Cell]] = {}
    for number, row in rows.items():
        cells: list[Cell] = []
        for cell in row:
            if isinstance(cell, str):
                kept = _UNSEEN.sub("", cell)
                count += kept != cell
                kept = _SPACE.sub(" ", kept).strip()
                cells.append(kept or None)
            else:
                cells.append(cell)
        if any(cell is not None for cell in cells):
            cleaned[number] = cells
    return cleaned, count


def _filled(rows: Rows, merged: Sequence[tuple[int, int, int, int]], top: int) -> Rows:
    """Return rows with merged cells filled: in the headings all, below them downwards only."""
    filled = {number: list(row) for number, row in rows.items()}
    for first_row, first, last_row, last in merged:
        start = filled.get(first_row + 1, [])
        value = start[first] if first < len(start) else None
        if value is None or first_row + 1 < top:  # a title above the table
            continue
        last_column = last if first_row + 1 <= top + 1 else first
        for number in range(first_row + 1, last_row + 2):
            row = filled.get(number)
            if row is not None:
                row.extend([None] * (last_column + 1 - len(row)))
                row[first : last_column + 1] = [value] * (last_column + 1 - first)
    return filled


def _headings(rows: Rows, top: int, kind: Kind) -> tuple[list[str], int]:
    """Return the heading of each column and the last row that belongs to the headings."""
    upper = ["" if cell is None else str(cell) for cell in rows[top]]
    below = rows.get(top + 1)
    last = top
    if below is not None and _is_second(upper, below, kind):
        lower = ["" if cell is None else str(cell) for cell in below]
        width = max(len(upper), len(lower))
        upper = [*upper, *[""] * (width - len(upper))]
        lower = [*lower, *[""] * (width - len(lower))]
        for i in range(1, width):
            upper[i] = upper[i] or (upper[i - 1] if lower[i] else "")
        upper = [a if a == b else f"{a} {b}".strip() for a, b in zip(upper, lower, strict=True)]
        last = top + 1
    return upper, last


def _is_second(upper: Sequence[str], below: Sequence[Cell], kind: Kind) -> bool:
    """Whether a row goes on with the headings: words only, under a heading that stands for several columns."""
    if not _texts_only(below):
        return False
    spread = any(
        isinstance(cell, str) and (i >= len(upper) or not upper[i] or upper.count(upper[i]) > 1)
        for i, cell in enumerate(below)
    )
    return spread or _score(below, kind) >= 2


def _unique(headings: Sequence[str], rows: Rows, last: int) -> tuple[dict[int, str], list[Note]]:
    """Return a name of its own for each column that is not empty, by position."""
    width = max([len(headings), *(len(row) for number, row in rows.items() if number > last)])
    used = {i for number, row in rows.items() if number > last for i, cell in enumerate(row) if cell is not None}
    names: dict[int, str] = {}
    twice: list[str] = []
    nameless: list[str] = []
    for i in range(width):
        name = headings[i][:_LONGEST_HEADING] if i < len(headings) else ""
        if not name and i not in used:
            continue
        if not name:
            name = f"({xl_col_to_name(i)})"
            nameless.append(xl_col_to_name(i))
        if name in names.values():
            twice.append(name)
            name = f"{name} ({xl_col_to_name(i)})"
        names[i] = name
    notes = [Note("upload.note.twice", {"headings": listed(twice)})] if twice else []
    return names, notes + ([Note("upload.note.nameless", {"columns": listed(nameless, 30)})] if nameless else [])


def _data(rows: Rows, top: int, last: int) -> tuple[dict[int, Sequence[Cell]], list[Note]]:
    """Return the data rows; totals, repeated headings and the row that numbers the columns are told."""
    data: dict[int, Sequence[Cell]] = {}
    left: dict[str, list[int]] = {"total": [], "repeated": [], "numbering": []}
    heading = [plain(str(cell)) for cell in rows[top] if cell is not None]
    for number, row in rows.items():
        if number <= last:
            continue
        written = [str(cell) for cell in row if cell is not None]
        if number == last + 1 and _numbers_columns(written):
            left["numbering"].append(number)
        elif _is_total(row):
            left["total"].append(number)
        elif [plain(cell) for cell in written] == heading:
            left["repeated"].append(number)
        else:
            data[number] = row
    notes = [
        Note(f"upload.note.{why}", {"rows": listed(numbers), "count": len(numbers)}) for why, numbers in left.items()
        if numbers
    ]  # fmt: skip
    empty = len(range(last + 1, max(rows) + 1)) - sum(number > last for number in rows)
    return data, notes + ([Note("upload.note.empty_rows", {"count": empty})] if empty else [])


def _numbers_columns(cells: Sequence[str]) -> bool:
    digits = [re.sub(r"[^\d]", "", cell) for cell in cells]
    return len(cells) > 1 and digits == [str(i) for i in range(1, len(cells) + 1)]


def _is_total(row: Sequence[Cell]) -> bool:
    texts = [cell for cell in row if isinstance(cell, str)]
    first = next((plain(text) for text in texts if re.search(r"[^\W\d_]", text)), "")
    return bool(_TOTAL.fullmatch(first)) and not any(_CODE.search(str(cell)) for cell in row if cell is not None)


def _sheet_notes(sheets: Sheets, chosen: Sheet, kind: Kind) -> list[Note]:
    """Tell of other visible sheets that also look like data."""
    others = [
        s.name for s in sheets.sheets if s is not chosen and not s.hidden and s.rows and _best_score(s.rows, kind) >= 2
    ]
    if not others:
        return []
    return [Note("upload.note.other_sheets", {"sheet": _sheet_name(chosen), "sheets": listed(others)})]


def _top_notes(rows: Rows, top: int, last: int) -> list[Note]:
    above = [number for number in rows if number < top]
    notes = [Note("upload.note.title_rows", {"rows": listed(above), "row": top})] if above else []
    return notes + ([Note("upload.note.two_headings", {"first": top, "second": last})] if last > top else [])
