"""Excel workbook: the list to filter and print, and a sheet that says where its figures come from."""

from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planner.errors import PlanError
from planner.export.about import About
from planner.export.cells import clean, for_excel
from planner.export.columns import PRINTED, Column, cells, each, for_people, in_words, values
from planner.export.excel_about import write_about
from planner.export.excel_cells import QuickSheet
from planner.export.excel_page import set_page
from planner.export.progress import Progress, pieces
from planner.texts import t

ROWS: Final = 1_048_575  # below the headings
OBSERVED: Final = "observed"
_HEADING_HEIGHT: Final = 66  # points, four lines
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as an Excel workbook, row by row, with little memory.

    Parameters
    ----------
    path
        The file to write.
    frame
        One row per village, sorted.
    about
        What the second sheet says.
    progress
        Told after each piece of rows.

    Raises
    ------
    PlanError
        If there are more rows than a sheet holds.
    """
    if len(frame) > ROWS:
        raise PlanError("export.too_many_rows", file=path.name, rows=len(frame), limit=ROWS)
    columns = for_people(frame)
    with Workbook(path, {**_OPTIONS, "tmpdir": str(path.parent)}) as book:
        book.set_properties({"title": clean(about.title), "created": datetime.combine(about.created, time())})
        sheet = book.add_worksheet(t("export.sheet.list", about.language), worksheet_class=QuickSheet)
        _write_headings(book, sheet, columns, about)
        _write_rows(sheet, frame, about=about, columns=columns, formats=_formats(book, columns), progress=progress)
        sheet.autofilter(0, 0, len(frame), len(columns) - 1)
        sheet.freeze_panes(1, 2)
        sheet.print_area(0, 0, len(frame), sum(column in PRINTED for column in columns) - 1)
        sheet.repeat_rows(0)
        set_page(sheet, about)
        write_about(book, about, columns, villages=len(frame))


def _write_headings(book: Workbook, sheet: Worksheet, columns: tuple[Column, ...], about: About) -> None:
    style = book.add_format(
        {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#DCE6F1", "border": 1},
    )
    sheet.set_row(0, _HEADING_HEIGHT)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading(about.language), style)


Formats = tuple[Format, Format]
"""For what is observed or never estimated, and for estimates."""


def _formats(book: Workbook, columns: tuple[Column, ...]) -> list[Formats]:
    return [(_format(book, column, italic=False), _format(book, column, italic=True)) for column in columns]


def _format(book: Workbook, column: Column, *, italic: bool) -> Format:
    look: dict[str, object] = {"num_format": column.number_format, "italic": italic}
    if not column.is_number:
        look |= {"quote_prefix": True, "shrink": True, "indent": 1}  # a text stays a text when someone edits the cell
    return book.add_format(look)


def _write_rows(
    sheet: Worksheet,
    frame: gpd.GeoDataFrame,
    *,
    about: About,
    columns: tuple[Column, ...],
    formats: list[Formats],
    progress: Progress,
) -> None:
    writers = [sheet.write_number if column.is_number else sheet.write_string for column in columns]
    first = 1
    for piece in pieces(frame, progress):
        table = values(piece, columns)
        told = in_words(table, columns, language=about.language)
        rows = zip(*(_cells(told[column.name], column) for column in columns), strict=True)
        looks = zip(*(_looks(table, column, look) for column, look in zip(columns, formats, strict=True)), strict=True)
        for line, (row, look) in enumerate(zip(rows, looks, strict=True), start=first):
            for place, value in enumerate(row):
                if value is not None:
                    writers[place](line, place, value, look[place])
        first += len(piece)


def _cells(series: pd.Series, column: Column) -> list[Any]:
    if column.is_number:
        return cells(series)
    return [text or None for text in cells(each(series, for_excel))]


def _looks(table: pd.DataFrame, column: Column, formats: Formats) -> list[Format]:
    """Return the format of every cell; a figure without a word about its basis counts as an estimate."""
    if column.marked_by not in table:
        return [formats[bool(column.marked_by)]] * len(table)
    observed = table[column.marked_by].eq(OBSERVED)
    return [formats[0] if known else formats[1] for known in observed]
