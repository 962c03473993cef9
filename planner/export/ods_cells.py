"""Cells and rows of an OpenDocument spreadsheet as XML.

References
----------
OASIS, OpenDocument 1.3, part 3: 9.1 (tables), 6.1.2 (white space), 19.385 (value types).
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from planner.export.markup import element, text

EMPTY: Final = "<table:table-cell/>"

_SPACES: Final = re.compile("^ +| +$|(?<= ) +")


@lru_cache(maxsize=50_000)
def paragraph(value: str) -> str:
    """Return a text as a paragraph; spaces that a reader would drop are written as such."""
    spaced = _SPACES.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', text(value))
    return f"<text:p>{spaced}</text:p>"


def text_cell(value: str, style: str, *, columns: int = 1) -> str:
    """Return a cell that holds a text and nothing else, over one column or several."""
    if columns == 1:
        opened = f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        return f"{opened}{paragraph(value)}</table:table-cell>"
    cell = element(
        "table:table-cell",
        paragraph(value),
        table__style_name=style,
        office__value_type="string",
        table__number_columns_spanned=str(columns),
        table__number_rows_spanned="1",
    )
    return cell + element("table:covered-table-cell", table__number_columns_repeated=str(columns - 1))


def number_cell(value: float, style: str) -> str:
    """Return a cell that holds a number; whoever opens the file writes it out."""
    return f'<table:table-cell table:style-name="{style}" office:value-type="float" office:value="{value}"/>'


def row(cells: Iterable[str], style: str = "row") -> str:
    """Return a row."""
    return f'<table:table-row table:style-name="{style}">{"".join(cells)}</table:table-row>\n'
