"""A sheet that turns its cells into XML a third faster than XlsxWriter's own."""

import re
from functools import cache, lru_cache
from typing import Any, Final
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_ESCAPES: Final = re.compile("(_x[0-9a-fA-F]{4}_)|([\x00-\x1f])")


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter comes without types
    """A sheet for many rows in XlsxWriter's mode of constant memory.

    It takes over one inner step of XlsxWriter: numbers and texts that have a format. Texts that come again and again
    (names of regencies, words for a basis) are escaped once. Whatever else a cell holds is left to XlsxWriter; a
    version that names this step differently makes the sheet slower, not wrong.
    """

    def _write_cell(self, row: int, col: int, cell: Any) -> None:  # noqa: ANN401
        kind = type(cell).__name__
        if kind not in ("Number", "String") or cell.format is None:
            super()._write_cell(row, col, cell)
            return
        start = f'<c r="{_column(col)}{row + 1}" s="{cell.format._get_xf_index()}"'  # noqa: SLF001
        if kind == "Number":
            self.fh.write(f"{start}><v>{cell.number}</v></c>")
        else:
            self.fh.write(f'{start} t="inlineStr"><is>{_inline(cell.string)}</is></c>')


@cache
def _column(col: int) -> str:
    return str(xl_col_to_name(col))


@lru_cache(maxsize=50_000)
def _inline(text: str) -> str:
    """Return a text as XML; what looks like an escape of Excel, and what XML cannot hold, is escaped as Excel does."""
    written = escape(_ESCAPES.sub(lambda m: f"_x005F{m[1]}" if m[1] else f"_x{ord(m[2]):04X}_", text))
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<t{kept}>{written}</t>"
