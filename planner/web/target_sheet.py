"""A table once, for the page and for files: HTML with everything escaped, CSV and Excel safe to open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from geodata.texts import Language, number
from planner.export.plain_sheet import PlainSheet
from planner.export.sheets import csv_of, xlsx_of
from planner.manner import Manner, Rupiah, Shown
from planner.texts import t
from planner.web.download import FORMATS
from planner.web.tables import Link, table
from planner.web.wording import dated

Cell = Shown | tuple[Link, ...]


@dataclass(frozen=True)
class Sheet:
    """One table.

    Parameters
    ----------
    title
        What it shows; the name of its sheet in a workbook.
    headings
        One per column.
    rows
        Cells in the order of the headings.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def plain(self) -> PlainSheet:
        """Return the table as files hold it, with links as addresses."""
        return PlainSheet(self.title, self.headings, [[_plain(cell) for cell in row] for row in self.rows])

    def html(self, language: Language) -> str:
        """Return the table as the page shows it."""
        rows = [[_on_page(cell, language) for cell in row] for row in self.rows]
        return table(self.headings, rows, caption=self.title)


def page_manner(language: Language) -> Manner:
    """Return how the pages write ranges and days."""
    return Manner(
        language,
        between=lambda low, high: t("web.about.range", language, low=low, high=high),
        day=lambda text: dated(text, language),
    )


def csv_file(sheet: Sheet, language: Language) -> bytes:
    """Return a table as a CSV for the spreadsheet of the language, see ``planner.export.sheets``."""
    return csv_of(sheet.plain(), language)


def xlsx_file(sheets: Iterable[Sheet], notes: Sequence[str], language: Language) -> bytes:
    """Return tables as an Excel workbook, one sheet each, and a last sheet with notes.

    Parameters
    ----------
    sheets
        The tables, with titles of their own.
    notes
        What a reader must know, a sentence to a row.
    language
        Language of the name of the last sheet.
    """
    return xlsx_of([sheet.plain() for sheet in sheets], notes, t("web.target.notes", language))


def downloads(main: Sheet, sheets: Sequence[Sheet], notes: Sequence[str], name: str, language: Language) -> None:
    """Offer the main table as CSV and all tables with notes as Excel; a file is made when it is asked for.

    Parameters
    ----------
    main
        The table of the CSV.
    sheets
        All tables.
    notes
        What a reader must know.
    name
        Name of the file without ending.
    language
        Language of buttons and files.
    """
    makers = {
        ".csv": lambda: csv_file(main, language),
        ".xlsx": lambda: xlsx_file(sheets, notes, language),
    }
    with st.container(horizontal=True):
        for ending, make in makers.items():
            st.download_button(
                t(f"web.target.download{ending}", language, table=main.title),
                make,
                file_name=name + ending,
                mime=FORMATS[ending],
                on_click="ignore",
                key=f"download-{name}{ending}",
            )


def _on_page(cell: Cell, language: Language) -> str | tuple[Link, ...]:
    if cell is None:
        return ""
    if isinstance(cell, Rupiah):
        return cell.text(language)
    if isinstance(cell, int | float):
        return number(cell, language, 0 if float(cell).is_integer() else 2)
    return cell


def _plain(cell: Cell) -> Shown:
    if not isinstance(cell, tuple) or isinstance(cell, Rupiah):
        return cell
    return " | ".join(" ".join(filter(None, (link.address, link.after))) for link in cell)
