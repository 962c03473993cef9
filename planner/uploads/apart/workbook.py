"""Cells of a workbook: XLSX, XLS or ODS, by calamine, which runs no macro, formula or link."""

import datetime as dt
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine as calamine

from .exchange import Cell, Meter, RefusedError, Request
from .packed import look_through

Row = list[Cell]


def read_workbook(request: Request) -> tuple[dict[str, Any], Iterator[tuple[int, int, Row]]]:
    """Return what a workbook says of its sheets, and its rows as (position of the sheet, row from 1, cells)."""
    with Path(request.file).open("rb") as file:
        packed = file.read(2) == b"PK"
    seen = look_through(request) if packed else {"macros": False, "links": False}
    try:
        book = calamine.CalamineWorkbook.from_path(request.file)
    except calamine.PasswordError as error:
        raise RefusedError("upload.encrypted") from error
    except (calamine.CalamineError, OSError) as error:
        raise RefusedError("upload.damaged") from error
    about = [m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
    if len(about) > request.sheets:
        raise RefusedError("upload.too_many_sheets", found=len(about), limit=request.sheets)
    sheets = [
        {"name": m.name[:200], "hidden": m.visible != calamine.SheetVisibleEnum.Visible, "merged": []} for m in about
    ]
    meter = Meter(request)
    return {"sheets": sheets, **seen}, _rows(book, [m.name for m in about], sheets, meter)


def _rows(
    book: calamine.CalamineWorkbook, names: list[str], sheets: list[dict[str, Any]], meter: Meter
) -> Iterator[tuple[int, int, Row]]:
    for at, name in enumerate(names):
        try:
            sheet = book.get_sheet_by_name(name)
        except calamine.CalamineError as error:
            raise RefusedError("upload.damaged") from error
        if sheet.start is None:
            continue
        sheets[at]["merged"] = [[*first, *last] for first, last in (sheet.merged_cell_ranges or [])[:100_000]]
        top, left = sheet.start
        for i, cells in enumerate(sheet.iter_rows(), start=top + 1):
            row: Row = [None] * left + [_plain(cell, name, i, meter) for cell in cells]
            while row and row[-1] is None:
                row.pop()
            if row:
                meter.row(name, i, len(row))
                yield at, i, row


def _plain(cell: object, sheet: str, row: int, meter: Meter) -> Cell:
    """Return a cell as text, number or nothing; dates as text 2026-03-01."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return str(cell)
        return int(cell) if cell.is_integer() and abs(cell) < 1e18 else cell
    if isinstance(cell, int):
        return cell
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    text = str(cell)
    return meter.text(sheet, row, text) if text.strip() else None
