"""The sheet about the data: what the figures mean, where they come from, how the list was computed."""

import math
from collections.abc import Iterable
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geodata.texts import Language, number
from planner.export.about import About, Source, flat
from planner.export.cells import clean, for_excel
from planner.export.columns import VOCABULARIES, Column, figure_heading
from planner.export.excel_page import set_page
from planner.texts import t

_WIDTHS: Final = (46, 18, 68, 26, 36, 14, 36)
_ALL_DECIMALS: Final = "0.################"
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
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    page = _Page(book, sheet)
    _write_top(page, about, villages=villages)
    _write_notes(page, about)
    _write_sources(page, about)
    _write_parameters(page, about)
    _write_columns(page, columns, about)
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

    def headings(self, texts: Iterable[str]) -> None:
        for place, text in enumerate(texts):
            self._write_string(place, text, self._heading)
        self._line += 1

    def row(self, *cells: str) -> None:
        """Write one row of a table, a cell to a column."""
        self._make_room(max(_lines(cell, _WIDTHS[place]) for place, cell in enumerate(cells)))
        for place, cell in enumerate(cells):
            self._write_string(place, cell, self._text)
        self._line += 1

    def entry(self, label: str, text: str) -> None:
        """Write a label and, over all columns that are left, a text."""
        self._make_room(_lines(text, sum(_WIDTHS[1:])))
        self._write_string(0, label, self._text)
        self._sheet.merge_range(self._line, 1, self._line, len(_WIDTHS) - 1, "", self._text)
        self._write_string(1, text, self._text)
        self._line += 1

    def _make_room(self, lines: int) -> None:
        self._sheet.set_row(self._line, min(lines * _LINE_HEIGHT, _HIGHEST_ROW))

    def _write_string(self, place: int, text: str, style: Format) -> None:
        self._sheet.write_string(self._line, place, for_excel(clean(text)), style)


def _lines(text: str, width: float) -> int:
    return math.ceil(len(text) / width)


def _write_top(page: _Page, about: About, *, villages: int) -> None:
    language = about.language
    page.title(about.title)
    page.entry(t("export.about.created", language), format_date(about.created, "d MMMM y", locale=language))
    page.entry(t("export.about.fingerprint", language), about.fingerprint)
    page.entry(t("export.about.villages", language), number(villages, language))


def _write_notes(page: _Page, about: About) -> None:
    language = about.language
    page.section(t("export.about.bases", language))
    for basis in VOCABULARIES["basis"]:
        page.entry(t(f"export.basis.{basis}", language), t(f"export.basis_meaning.{basis}", language))
    page.entry(t("export.about.italic", language), t("export.about.italic_meaning", language))
    page.section(t("export.about.notes", language))
    for count, note in enumerate(about.notes, start=1):
        page.entry(str(count), note)


def _write_sources(page: _Page, about: About) -> None:
    language = about.language
    page.section(t("export.about.sources", language))
    names = ("figure", "basis", "source", "date", "url", "licence", "note")
    page.headings(t(f"export.about.{name}", language) for name in names)
    for source in about.sources:
        page.row(*_source_cells(source, about))


def _source_cells(source: Source, about: About) -> tuple[str, ...]:
    return (
        figure_heading(source.figure, about.language),
        t(f"export.basis.{source.basis}", about.language),
        source.source,
        source.date,
        source.url,
        source.licence,
        source.note,
    )


def _write_parameters(page: _Page, about: About) -> None:
    language = about.language
    page.section(t("export.about.parameters", language))
    page.headings([t("export.about.parameter", language), t("export.about.value", language)])
    for name, value in flat(about.parameters):
        page.entry(name, _value_text(value, about.language))


def _value_text(value: object, language: Language) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return t(f"export.about.{'yes' if value else 'no'}", language)
    if isinstance(value, float):
        return str(format_decimal(value, format=_ALL_DECIMALS, locale=language))
    return str(value)


def _write_columns(page: _Page, columns: tuple[Column, ...], about: About) -> None:
    language = about.language
    page.section(t("export.about.columns", language))
    page.headings(t(f"export.about.{name}", language) for name in ("column", "unit", "meaning", "name"))
    for column in columns:
        page.row(column.heading(language), column.unit_text(language), column.meaning(language), column.name)
