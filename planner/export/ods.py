"""OpenDocument spreadsheet: the list to filter and print, further tables, and a sheet about the data.

Rows are written as they come, with little memory. Every text is a cell of type text and no cell has a formula, so a
spreadsheet runs nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from planner.errors import PlanError
from planner.export.about import About
from planner.export.about_page import WIDTHS, lines
from planner.export.columns import Column, cells, for_people, in_words, is_priority_list, printed, values
from planner.export.excel import OBSERVED, ROWS
from planner.export.markup import element
from planner.export.ods_about import about_rows
from planner.export.ods_cells import EMPTY, number_cell, row, text_cell
from planner.export.ods_package import Package
from planner.export.ods_styles import automatic_styles, cell_style, column, height_style, page_styles
from planner.export.plain_sheet import PlainSheet
from planner.export.progress import Progress, pieces
from planner.manner import Rupiah, Shown
from planner.texts import t

_FROZEN_COLUMNS: Final = 2
_SHEET_NAME: Final = 31  # as in Excel
_WIDEST: Final = 60
_MANY_CELLS: Final = 10_000_000  # more than 2 GB of XML


def write_ods(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as an OpenDocument spreadsheet.

    Parameters
    ----------
    path
        The file to write.
    frame
        One row per village, sorted.
    about
        What the last sheet says; the sheets before it are its appendix.
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
    names = _sheet_names(about)
    widths = [c.width for c in columns] + list(WIDTHS) + [w for sheet in about.appendix for w in _widths(sheet)]
    package = Package(path, about)
    with package.part("styles.xml") as file:
        file.write(page_styles(about))
    with package.part("settings.xml") as file:
        file.write(_view(names[:-1]))
    with package.part("content.xml", is_large=len(frame) * len(columns) > _MANY_CELLS) as file:
        file.write(automatic_styles(widths, about.language, wraps=is_priority_list(columns)))
        file.write("<office:body><office:spreadsheet>")
        file.writelines(_list(names[0], frame, columns, about, progress))
        for name, sheet in zip(names[1:-1], about.appendix, strict=True):
            file.writelines(_table(name, _widths(sheet), _plain_rows(sheet)))
        file.writelines(_table(names[-1], WIDTHS, about_rows(about, columns, villages=len(frame))))
        file.write(_filter(names[0], len(frame), len(columns)) + "</office:spreadsheet></office:body>")
    package.close()


def _list(
    name: str, frame: gpd.GeoDataFrame, columns: tuple[Column, ...], about: About, progress: Progress
) -> Iterator[str]:
    headings = row((text_cell(c.heading(about.language), "heading") for c in columns), "headings")
    area = {"table__print_ranges": _area(name, len(frame), len(printed(columns)))}
    yield element("table:table", "", table__name=name, table__style_name="sheet", **area).removesuffix("</table:table>")
    yield from (column(c.width) for c in columns)
    yield element("table:table-header-rows", headings)
    for piece in pieces(frame, progress):
        table = values(piece, columns)
        told = in_words(table, columns, language=about.language)
        found = zip(*(_cells(told[c.name], c, table) for c in columns), strict=True)
        yield from map(row, found, _heights(told, columns))
    yield "</table:table>"


def _heights(told: pd.DataFrame, columns: tuple[Column, ...]) -> list[str]:
    """Return the look of each row: of a priority list as high as its printed sentences need."""
    if not is_priority_list(columns):
        return ["row"] * len(told)
    texts = [(cells(told[c.name]), c.width) for c in printed(columns) if not c.is_number]
    high = (max(lines(cell or "", width) for cell, width in line) for line in _by_row(texts))
    return [height_style(count) for count in high]


def _by_row(texts: list[tuple[list[str | None], float]]) -> Iterator[list[tuple[str | None, float]]]:
    widths = [width for _, width in texts]
    for row_cells in zip(*(found for found, _ in texts), strict=True):
        yield list(zip(row_cells, widths, strict=True))


def _cells(told: pd.Series, column: Column, table: pd.DataFrame) -> list[str]:
    """Return the cells of a column; a figure without a word about its basis counts as an estimate."""
    observed, estimate = (cell_style(column.kind, is_estimate=guess) for guess in (False, True))
    if not column.is_number:
        style = estimate if column.marked_by else observed
        return [text_cell(text, style) if text else EMPTY for text in cells(told)]
    if column.marked_by in table:
        styles = [observed if known else estimate for known in table[column.marked_by].eq(OBSERVED)]
    else:
        styles = [estimate if column.marked_by else observed] * len(table)
    found = zip(cells(told), styles, strict=True)
    return [EMPTY if number is None else number_cell(number, style) for number, style in found]


def _table(name: str, widths: tuple[float, ...], rows: list[str]) -> Iterator[str]:
    yield element("table:table", *map(column, widths), *rows, table__name=name, table__style_name="sheet")


def _plain_rows(sheet: PlainSheet) -> list[str]:
    widths = _widths(sheet)
    headings = row((text_cell(heading, "heading") for heading in sheet.headings), height_style(3))
    rows = [element("table:table-header-rows", headings)]
    for line in sheet.rows:
        texts = (lines(cell, width) for cell, width in zip(line, widths, strict=True) if isinstance(cell, str))
        high = max(texts, default=1)
        rows.append(row(map(_plain_cell, line), height_style(high)))
    return rows


def _plain_cell(cell: Shown) -> str:
    if cell is None or cell == "":
        return EMPTY
    if isinstance(cell, Rupiah):
        return number_cell(cell.amount, "rupiah")
    if isinstance(cell, int | float):
        return number_cell(cell, "whole" if float(cell).is_integer() else "fraction")
    return text_cell(cell, "wrapped")


def _widths(sheet: PlainSheet) -> tuple[float, ...]:
    def longest(place: int, heading: str) -> int:
        texts = [cell for line in sheet.rows if isinstance(cell := line[place], str)]
        return max([len(heading) // 2, *map(len, texts)])

    lengths = (longest(place, heading) for place, heading in enumerate(sheet.headings))
    return tuple(min(_WIDEST, max(12, length + 2)) for length in lengths)


def _sheet_names(about: About) -> list[str]:
    """Return the names of the sheets: the list, the appendix, about the data; no two alike."""
    names: list[str] = []
    last = t("export.sheet.about", about.language)
    for title in (t("export.sheet.list", about.language), *(sheet.title for sheet in about.appendix), last):
        plain = re.sub(r"[\[\]:*?/\\'$.]", " ", title)[:_SHEET_NAME].strip() or "-"
        twins = sum(name.startswith(plain[: _SHEET_NAME - 4]) for name in names)
        names.append(f"{plain[: _SHEET_NAME - 4]} ({twins + 1})" if plain in names else plain)
    return names


def _area(name: str, rows: int, columns: int) -> str:
    return f"'{name}'.A1:'{name}'.{_letters(columns)}{rows + 1}"


def _letters(column: int) -> str:
    above, place = divmod(column - 1, 26)
    return (_letters(above) if above else "") + chr(ord("A") + place)


def _filter(name: str, rows: int, columns: int) -> str:
    buttons = element(
        "table:database-range",
        table__name="villages",
        table__target_range_address=_area(name, rows, columns),
        table__display_filter_buttons="true",
    )
    return element("table:database-ranges", buttons)


def _view(names: list[str]) -> str:
    """Return the settings of a spreadsheet: headings stay in sight, on the list with rank and name."""
    tables = (
        element("config:config-item-map-entry", *_split(columns), config__name=name)
        for name, columns in zip(names, [_FROZEN_COLUMNS, *[1] * (len(names) - 1)], strict=True)
    )
    entry = element(
        "config:config-item-map-entry", element("config:config-item-map-named", *tables, config__name="Tables")
    )
    views = element("config:config-item-map-indexed", entry, config__name="Views")
    return element("office:settings", element("config:config-item-set", views, config__name="ooo:view-settings"))


def _split(columns: int) -> Iterator[str]:
    frozen = {"HorizontalSplitMode": ("short", 2), "VerticalSplitMode": ("short", 2)}
    frozen |= {"HorizontalSplitPosition": ("int", columns), "VerticalSplitPosition": ("int", 1)}
    frozen |= {"PositionRight": ("int", columns), "PositionBottom": ("int", 1), "ActiveSplitRange": ("short", 3)}
    for name, (kind, value) in frozen.items():
        yield element("config:config-item", str(value), config__name=name, config__type=kind)
