"""The sheet about the data: what the figures mean, where they come from, how the list was computed."""

from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planner.export.about import About
from planner.export.about_page import WIDTHS, entry_lines, fill, lines
from planner.export.cells import clean, for_excel
from planner.export.columns import Column
from planner.export.excel_page import set_page
from planner.texts import t

_LINE_HEIGHT: Final = 15  # points
_HIGHEST_ROW: Final = 409  # points, the limit of Excel


def write_about(book: Workbook, about: About, columns: tuple[Column, ...], *, villages: int) -> None:
    """Add the sheet about the data to a workbook.

    Parameters
    ----------
    book
        The workbook; its list is complete.
    about
        What the sheet says.
    columns
        The columns of the list, in order.
    villages
        Rows of the list.
    """
    sheet = book.add_worksheet(t("export.sheet.about", about.language))
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    fill(_Page(book, sheet), about, columns, villages=villages)
    set_page(sheet, about)


class _Page:
    """A sheet that is filled from top to bottom; rows are made as high as their texts need."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._line = 0
        wrapped = {"text_wrap": True, "valign": "top"}
        self._text = book.add_format({**wrapped, "quote_prefix": True})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._section = book.add_format({"bold": True, "font_size": 12})
        self._heading = book.add_format({**wrapped, "bold": True, "bg_color": "#DCE6F1", "border": 1})

    def title(self, text: str) -> None:
        self._write_string(0, text, self._title)
        self._line += 1

    def section(self, title: str) -> None:
        self._line += 1
        self._write_string(0, title, self._section)
        self._line += 1

    def headings(self, texts: list[str]) -> None:
        for place, text in enumerate(texts):
            self._write_string(place, text, self._heading)
        self._line += 1

    def row(self, *cells: str) -> None:
        """Write one row of a table, a cell to a column."""
        self._make_room(max(lines(cell, WIDTHS[place]) for place, cell in enumerate(cells)))
        for place, cell in enumerate(cells):
            self._write_string(place, cell, self._text)
        self._line += 1

    def entry(self, label: str, text: str) -> None:
        """Write a label and, over all columns that are left, a text."""
        self._make_room(entry_lines(label, text))
        self._write_string(0, label, self._text)
        self._sheet.merge_range(self._line, 1, self._line, len(WIDTHS) - 1, "", self._text)
        self._write_string(1, text, self._text)
        self._line += 1

    def _make_room(self, lines: int) -> None:
        self._sheet.set_row(self._line, min(lines * _LINE_HEIGHT, _HIGHEST_ROW))

    def _write_string(self, place: int, text: str, style: Format) -> None:
        self._sheet.write_string(self._line, place, for_excel(clean(text)), style)
