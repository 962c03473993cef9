"""Excel workbook: the list to filter and print, and a sheet that says where its figures come from."""

import math
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
from planner.export.columns import Column, cells, each, for_people, in_words, is_priority_list, printed, values
from planner.export.excel_about import write_about
from planner.export.excel_appendix import write_appendix
from planner.export.excel_cells import QuickSheet
from planner.export.excel_page import set_page
from planner.export.progress import Progress, pieces
from planner.texts import t

ROWS: Final = 1_048_575  # below the headings
OBSERVED: Final = "observed"
_HEADING_HEIGHT: Final = 66  # points, four lines
_LINE: Final = 15  # points
_MOST_LINES: Final = 27  # the limit of Excel is 409 points
_LETTERS: Final = 1.1  # letters in the room of a digit, less what is lost at the ends of lines
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
        book.set_properties(_properties(about))
        sheet = book.add_worksheet(t("export.sheet.list", about.language), worksheet_class=QuickSheet)
        _write_headings(book, sheet, columns, about)
        _write_rows(sheet, frame, about=about, columns=columns, formats=_formats(book, columns), progress=progress)
        sheet.autofilter(0, 0, len(frame), len(columns) - 1)
        sheet.freeze_panes(1, 2)
        sheet.print_area(0, 0, len(frame), len(printed(columns)) - 1)
        sheet.repeat_rows(0)
        set_page(sheet, about)
        write_appendix(book, about)
        write_about(book, about, columns, villages=len(frame))


def _properties(about: About) -> dict[str, object]:
    """Return what programs show about the file, and by which it is found again."""
    number = {} if about.stamp is None else {"keywords": about.stamp.id}
    return {"title": clean(about.title), "created": datetime.combine(about.created, time()), **number}


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
    wraps = is_priority_list(columns)
    looks = [_look(column, wraps=wraps) for column in columns]
    return [(book.add_format(look), book.add_format({**look, "italic": True})) for look in looks]


def _look(column: Column, *, wraps: bool) -> dict[str, object]:
    """Return how cells look; texts are shrunk to one line, or where rows have sentences, wrapped."""
    look: dict[str, object] = {"num_format": column.number_format}
    if wraps:
        look |= {"valign": "top", "bottom": 7, "bottom_color": "#808080"}
    if not column.is_number:  # a text stays a text when someone edits the cell
        look |= {"quote_prefix": True, "align": "left", "indent": 1, "text_wrap" if wraps else "shrink": True}
    return look


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
    wrapped = {place: column.width for place, column in enumerate(printed(columns)) if not column.is_number}
    high = is_priority_list(columns)
    first = 1
    for piece in pieces(frame, progress):
        table = values(piece, columns)
        told = in_words(table, columns, language=about.language)
        rows = zip(*(_cells(told[column.name], column) for column in columns), strict=True)
        looks = zip(*(_looks(table, column, look) for column, look in zip(columns, formats, strict=True)), strict=True)
        for line, (row, look) in enumerate(zip(rows, looks, strict=True), start=first):
            if high:  # not every program makes rows as high as their texts
                sheet.set_row(line, max(_lines(row[place], width) for place, width in wrapped.items()) * _LINE)
            for place, value in enumerate(row):
                if value is not None:
                    writers[place](line, place, value, look[place])
        first += len(piece)


def _lines(text: str | None, width: float) -> int:
    """Return how many lines a text needs; a column is as wide as so many digits, and letters are narrower."""
    return min(_MOST_LINES, max(1, math.ceil(len(text or "") / (_LETTERS * width))))


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
