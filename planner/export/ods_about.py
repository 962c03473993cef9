"""The sheet about the data of an OpenDocument spreadsheet."""

from planner.export.about import About
from planner.export.about_page import WIDTHS, entry_lines, fill, lines
from planner.export.columns import Column
from planner.export.ods_cells import EMPTY, row, text_cell
from planner.export.ods_styles import height_style


def about_rows(about: About, columns: tuple[Column, ...], *, villages: int) -> list[str]:
    """Return the rows of the sheet about the data.

    Parameters
    ----------
    about, columns, villages
        As for `planner.export.about_page.fill`.
    """
    page = _Page()
    fill(page, about, columns, villages=villages)
    return page.rows


class _Page:
    """Rows as they come."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def title(self, text: str) -> None:
        self.rows.append(row([text_cell(text, "title")], height_style(2)))

    def section(self, title: str) -> None:
        self.rows.append(row([EMPTY]))
        self.rows.append(row([text_cell(title, "section")], height_style(2)))

    def headings(self, texts: list[str]) -> None:
        self.rows.append(row(text_cell(text, "heading") for text in texts))

    def row(self, *cells: str) -> None:
        most = max(lines(cell, WIDTHS[place]) for place, cell in enumerate(cells))
        self.rows.append(row((text_cell(cell, "wrapped") for cell in cells), height_style(most)))

    def entry(self, label: str, text: str) -> None:
        cells = (text_cell(label, "wrapped"), text_cell(text, "wrapped", columns=len(WIDTHS) - 1))
        self.rows.append(row(cells, height_style(entry_lines(label, text))))
