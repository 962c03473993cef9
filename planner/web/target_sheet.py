"""A table once, for the page and for files: HTML with everything escaped, CSV and Excel safe to open."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from xlsxwriter import Workbook

from geodata.texts import Language, number
from planner.export.cells import clean, for_excel, without_formula
from planner.export.delimited import DECIMAL_SIGNS, SEPARATORS
from planner.manner import Manner, Rupiah, Shown
from planner.texts import t
from planner.web.download import FORMATS
from planner.web.tables import Link, table
from planner.web.wording import dated

Cell = Shown | tuple[Link, ...]

_SHEET_NAME: Final = 31  # the limit of Excel
_WIDEST: Final = 60
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


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
    content = io.BytesIO()
    with Workbook(content, {**_OPTIONS, "in_memory": True}) as book:
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
        last = book.add_worksheet(_sheet_name(t("web.target.notes", language)))
        last.set_column(0, 0, 2 * _WIDEST)
        for line, note in enumerate(notes):
            _write(last, line, 0, note, formats)
    return content.getvalue()


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


_LOOKS: Final[dict[str, dict[str, object]]] = {
    "text": {"text_wrap": True, "valign": "top", "quote_prefix": True},
    "number": {"num_format": "#,##0.##", "valign": "top"},
    "whole": {"num_format": "#,##0", "valign": "top"},
    "rupiah": {"num_format": '"Rp"#,##0', "valign": "top"},
}


def _write(page: Any, line: int, place: int, cell: Cell, formats: dict[str, Any]) -> None:  # noqa: ANN401
    if cell is None or cell == "":
        return
    if isinstance(cell, Rupiah):
        page.write_number(line, place, cell.amount, formats["rupiah"])
    elif isinstance(cell, int | float):
        page.write_number(line, place, cell, formats["whole" if float(cell).is_integer() else "number"])
    else:
        page.write_string(line, place, for_excel(clean(_as_text(cell))), formats["text"])


def _on_page(cell: Cell, language: Language) -> str | tuple[Link, ...]:
    if cell is None:
        return ""
    if isinstance(cell, Rupiah):
        return cell.text(language)
    if isinstance(cell, int | float):
        return number(cell, language, 0 if float(cell).is_integer() else 2)
    return cell


def _in_csv(cell: Cell, language: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Rupiah):
        return str(cell.amount)
    if isinstance(cell, int | float):
        return str(cell).replace(".", DECIMAL_SIGNS[language])
    return without_formula(clean(_as_text(cell)))


def _as_text(cell: str | tuple[Link, ...]) -> str:
    if isinstance(cell, str):
        return cell
    return " | ".join(" ".join(filter(None, (link.address, link.after))) for link in cell)


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:_SHEET_NAME].strip()


def _width(sheet: Sheet, place: int) -> int:
    texts = (cell for row in sheet.rows if isinstance(cell := row[place], str))
    longest = max(map(len, texts), default=0)
    return min(_WIDEST, max(12, longest + 2, len(sheet.headings[place]) // 2))
