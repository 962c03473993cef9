"""Tables that are no list of villages, as CSV and Excel: safe to open, with numbers as numbers."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

from xlsxwriter import Workbook

from geodata.texts import Language
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.export.cells import clean, for_excel, without_formula
from planner.export.delimited import DECIMAL_SIGNS, SEPARATORS
from planner.export.plain_sheet import PlainSheet
from planner.manner import Rupiah, Shown
from planner.provenance import Stamp
from planner.texts import t

ENDINGS: Final = (".csv", ".xlsx")

_SHEET_NAME: Final = 31  # the limit of Excel
_WIDEST: Final = 60
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def csv_of(sheet: PlainSheet, language: Language) -> bytes:
    """Return a table as a CSV for the spreadsheet of the language; numbers without separators, texts without formulas.

    Parameters
    ----------
    sheet
        The table.
    language
        Decides what stands between cells and before decimals, see ``planner.export.delimited``.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATORS[language])
    for row in (sheet.headings, *sheet.rows):
        writer.writerow([_in_csv(cell, language) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(sheets: Iterable[PlainSheet], notes: Sequence[str], title: str, *, stamp: Stamp | None = None) -> bytes:
    """Return tables as an Excel workbook, one sheet each, and a last sheet with notes.

    Parameters
    ----------
    sheets
        The tables, with titles of their own.
    notes
        What a reader must know, a sentence to a row.
    title
        Name of the last sheet.
    stamp
        By which the file is found again; then the same content of the same day has the same bytes.
    """
    content = io.BytesIO()
    with Workbook(content, {**_OPTIONS, "in_memory": True}) as book:
        if stamp is not None:
            midnight = datetime.combine(stamp.made_on, time(), UTC)
            book.set_properties({"keywords": stamp.id, "created": midnight})
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1"})
        formats = {kind: book.add_format(look) for kind, look in _LOOKS.items()}
        for sheet in sheets:
            page = book.add_worksheet(_sheet_name(sheet.title))
            page.freeze_panes(1, 1)
            for place, words in enumerate(sheet.headings):
                page.set_column(place, place, _width(sheet, place))
                page.write_string(0, place, for_excel(clean(words)), heading)
            for line, row in enumerate(sheet.rows, start=1):
                for place, cell in enumerate(row):
                    _write(page, line, place, cell, formats)
        last = book.add_worksheet(_sheet_name(title))
        last.set_column(0, 0, 2 * _WIDEST)
        for line, note in enumerate(notes):
            _write(last, line, 0, note, formats)
    return content.getvalue()


def check_ending(path: Path) -> None:
    """Refuse a file that is neither CSV nor Excel, before anything is worked out.

    Raises
    ------
    PlanError
        If its ending is another one.
    """
    if path.suffix.lower() not in ENDINGS:
        raise PlanError("export.unknown_ending", file=path.name, endings=", ".join(ENDINGS))


def numbered_csv(sheet: PlainSheet, stamp: Stamp, language: Language) -> bytes:
    """Return a table as CSV; its last column is the number of the export."""
    headings = [*sheet.headings, t("web.board.export", language)]
    return csv_of(PlainSheet(sheet.title, headings, [[*row, stamp.id] for row in sheet.rows]), language)


def numbered_xlsx(
    sheets: Sequence[PlainSheet], notes: Sequence[str], stamp: Stamp, *, title: str, language: Language
) -> bytes:
    """Return tables as a workbook with notes, the number of the export among them; same content, same bytes."""
    told = [*notes, f"{t('web.board.export', language)}: {stamp.id}"]
    return xlsx_of(sheets, told, title, stamp=stamp)


def write_sheets(
    path: Path, sheets: Sequence[PlainSheet], notes: Sequence[str], *, title: str, language: Language, stamp: Stamp
) -> None:
    """Write tables into a file that appears whole or not at all: a CSV holds the first, a workbook all with notes.

    Parameters
    ----------
    path
        The file; an older one of that name is replaced.
    sheets, notes, title, language
        As for `xlsx_of` and `csv_of`.
    stamp
        By which the file is found again.

    Raises
    ------
    PlanError
        If the ending is not known, the path is a folder, or its folder does not exist.
    PlanMachineError
        If the disk is full, rights are missing, or the machine fails in another way.
    """
    check_ending(path)
    with replacing(path) as draft:
        is_csv = path.suffix.lower() == ".csv"
        if is_csv:
            draft.write_bytes(numbered_csv(sheets[0], stamp, language))
        else:
            draft.write_bytes(numbered_xlsx(sheets, notes, stamp, title=title, language=language))


_LOOKS: Final[dict[str, dict[str, object]]] = {
    "text": {"text_wrap": True, "valign": "top", "quote_prefix": True},
    "number": {"num_format": "#,##0.##", "valign": "top"},
    "whole": {"num_format": "#,##0", "valign": "top"},
    "rupiah": {"num_format": '"Rp"#,##0', "valign": "top"},
}


def _write(page: Any, line: int, place: int, cell: Shown, formats: dict[str, Any]) -> None:  # noqa: ANN401
    if cell is None or cell == "":
        return
    if isinstance(cell, Rupiah):
        page.write_number(line, place, cell.amount, formats["rupiah"])
    elif isinstance(cell, int | float):
        page.write_number(line, place, cell, formats["whole" if float(cell).is_integer() else "number"])
    else:
        page.write_string(line, place, for_excel(clean(cell)), formats["text"])


def _in_csv(cell: Shown, language: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Rupiah):
        return str(cell.amount)
    if isinstance(cell, int | float):
        return str(cell).replace(".", DECIMAL_SIGNS[language])
    return without_formula(clean(cell))


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:_SHEET_NAME].strip()


def _width(sheet: PlainSheet, place: int) -> int:
    texts = (cell for row in sheet.rows if isinstance(cell := row[place], str))
    longest = max(map(len, texts), default=0)
    return min(_WIDEST, max(12, longest + 2, len(sheet.headings[place]) // 2))
