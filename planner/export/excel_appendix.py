"""Further sheets of a workbook: tables that are no list of villages."""

import math
import re
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planner.export.about import About
from planner.export.cells import clean, for_excel
from planner.export.excel_page import set_page
from planner.export.plain_sheet import PlainSheet
from planner.manner import Rupiah, Shown

_NAME: Final = 31  # the limit of Excel
_WIDEST: Final = 60
_NARROWEST: Final = 14
_HEADING_HEIGHT: Final = 33  # points, two lines
_LINE: Final = 15  # points
_MOST_LINES: Final = 27  # the limit of Excel is 409 points
_LOOKS: Final[dict[str, dict[str, object]]] = {
    "text": {"text_wrap": True, "valign": "top", "align": "left", "indent": 1, "quote_prefix": True},
    "number": {"num_format": "#,##0.0", "valign": "top"},
    "whole": {"num_format": "#,##0", "valign": "top"},
    "rupiah": {"num_format": '"Rp"#,##0', "valign": "top"},
    "heading": {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#DCE6F1"},
}


def write_appendix(book: Workbook, about: About) -> None:
    """Add a sheet for every further table to a workbook, ready to filter and to print.

    Parameters
    ----------
    book
        The workbook.
    about
        Its tables, and what stands above and below the printed pages.
    """
    if not about.appendix:
        return
    formats = {name: book.add_format(look) for name, look in _LOOKS.items()}
    for table in about.appendix:
        sheet = book.add_worksheet(_sheet_name(table.title))
        _write(sheet, table, formats)
        set_page(sheet, about)


def _write(sheet: Worksheet, table: PlainSheet, formats: dict[str, Format]) -> None:
    widths = [_width(table, place) for place in range(len(table.headings))]
    sheet.set_row(0, _HEADING_HEIGHT)
    for place, heading in enumerate(table.headings):
        sheet.set_column(place, place, widths[place])
        sheet.write_string(0, place, for_excel(clean(heading)), formats["heading"])
    for line, row in enumerate(table.rows, start=1):
        lines = [math.ceil(len(cell) / width) for cell, width in zip(row, widths, strict=True) if isinstance(cell, str)]
        sheet.set_row(line, min(_MOST_LINES, max([1, *lines])) * _LINE)  # not every program makes them high enough
        for place, cell in enumerate(row):
            _write_cell(sheet, line, place, cell, formats)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.headings) - 1)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)


def _write_cell(sheet: Worksheet, line: int, place: int, cell: Shown, formats: dict[str, Format]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Rupiah):
        sheet.write_number(line, place, cell.amount, formats["rupiah"])
    elif isinstance(cell, str):
        sheet.write_string(line, place, for_excel(clean(cell)), formats["text"])
    else:
        sheet.write_number(line, place, cell, formats["whole" if isinstance(cell, int) else "number"])


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", clean(title))[:_NAME].strip()


def _width(table: PlainSheet, place: int) -> int:
    longest = max((len(cell) for row in table.rows if isinstance(cell := row[place], str)), default=0)
    return min(_WIDEST, max(_NARROWEST, longest + 2))
