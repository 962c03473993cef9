"""Which cells of a table were changed after its export: by the village of a row where rows have one, else by place."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planner.uploads.apart.exchange import Cell
from planner.uploads.limits import Limits
from planner.uploads.table_file import Sheet, read_table

TABLES: Final = frozenset({".xlsx", ".ods", ".csv"})
"""Endings of files whose cells can be compared."""
SHOWN: Final = 50

_LIMITS: Final = Limits(file_bytes=50_000_000, cells=2_000_000, cell_length=33_000)
_CODE: Final = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}", re.ASCII)
_LETTERS: Final = 26
_Row = tuple[Cell, ...]


@dataclass(frozen=True)
class CellChange:
    """A cell that holds something else.

    Attributes
    ----------
    sheet, cell
        Where it stands in the file as it is now: ``C5``; the sheet of a text file has no name.
    village_code
        Of its row; empty where the row has none.
    before, after
        What was exported, and what stands there now; nothing for an empty cell.
    """

    sheet: str
    cell: str
    village_code: str
    before: Cell
    after: Cell


@dataclass(frozen=True)
class Changes:
    """What differs between a table as exported and as it is.

    Attributes
    ----------
    cells
        The first changed cells.
    count
        Number of all changed cells.
    gone, added
        Rows that are missing, and new ones: a village code where the row has one, else the number of the row.
    sheets_gone, sheets_added
        Names of sheets.
    reordered
        Whether rows of villages stand in another order.
    """

    cells: tuple[CellChange, ...]
    count: int
    gone: tuple[str, ...]
    added: tuple[str, ...]
    sheets_gone: tuple[str, ...]
    sheets_added: tuple[str, ...]
    reordered: bool

    @property
    def any(self) -> bool:
        """Whether any value, row or sheet differs; a file that was only saved again differs in none."""
        return bool(self.count or self.gone or self.added or self.sheets_gone or self.sheets_added or self.reordered)


def changes(before: bytes, after: Path) -> Changes:
    """Return what differs between two tables.

    Both are read in a process without rights, within bounds.

    Parameters
    ----------
    before, after
        The file as it was exported, and as it is; the ending of its name tells the format of both.

    Raises
    ------
    UploadError
        If one of them cannot be read as a table, or is too large for it.
    """
    was, now = (
        {sheet.name: sheet for sheet in read_table(file, name, limits=_LIMITS).sheets}
        for file, name in ((before, f"export{after.suffix.lower()}"), (after, after.name))
    )
    found, gone, added, reordered = _Cells(), list[str](), list[str](), False
    for title in [title for title in was if title in now]:
        one = _Pairs.of(was[title], now[title])
        gone += one.gone
        added += one.added
        reordered |= one.reordered
        for number, code, first, second in one.pairs:
            found.add(title, number, code, first, second)
    return Changes(
        tuple(found.cells),
        found.count,
        tuple(gone),
        tuple(added),
        tuple(title for title in was if title not in now),
        tuple(title for title in now if title not in was),
        reordered,
    )


class _Cells:
    """Changed cells so far."""

    def __init__(self) -> None:
        self.cells: list[CellChange] = []
        self.count = 0

    def add(self, sheet: str, number: int, code: str, before: _Row, after: _Row) -> None:
        """Compare two rows."""
        if before == after:
            return
        for place in range(max(len(before), len(after))):
            was, now = _at(before, place), _at(after, place)
            if not _same(was, now):
                self.count += 1
                if len(self.cells) < SHOWN:
                    self.cells.append(CellChange(sheet, f"{_letters(place)}{number}", code, was, now))


@dataclass(frozen=True)
class _Pairs:
    """Rows of two sheets that belong together: number and code of the later one, cells before and after."""

    pairs: list[tuple[int, str, _Row, _Row]]
    gone: list[str]
    added: list[str]
    reordered: bool

    @classmethod
    def of(cls, was: Sheet, now: Sheet) -> "_Pairs":
        """Pair rows with the same village; all others by their place."""
        old, new = _by_code(was), _by_code(now)
        if not old or not new:
            old, new = {}, {}
        known = {number for number, _ in old.values()} | {0}, {number for number, _ in new.values()} | {0}
        pairs = [(new[code][0], code, old[code][1], new[code][1]) for code in new if code in old]
        plain = [{n: row for n, row in s.rows.items() if n not in k} for s, k in zip((was, now), known, strict=True)]
        pairs += [(number, "", plain[0].get(number, ()), row) for number, row in plain[1].items()]
        pairs += [(number, "", row, ()) for number, row in plain[0].items() if number not in plain[1]]
        order = [code for code in old if code in new] != [code for code in new if code in old]
        gone, added = ([code for code in one if code not in other] for one, other in ((old, new), (new, old)))
        return cls(sorted(pairs, key=lambda pair: pair[0]), gone, added, order)


def _by_code(sheet: Sheet) -> Mapping[str, tuple[int, _Row]]:
    """Return the rows that have a village code of their own, each with its number; none where a code comes twice."""
    found: dict[str, tuple[int, _Row]] = {}
    for number, row in sheet.rows.items():
        for code in _codes(row):
            if code in found:
                return {}
            found[code] = (number, row)
    return found


def _codes(row: _Row) -> Iterator[str]:
    """Give the first village code of a row."""
    for cell in row:
        if isinstance(cell, str) and _CODE.fullmatch(cell):
            yield cell
            return


def _at(row: _Row, place: int) -> Cell:
    return row[place] if place < len(row) else None


def _same(one: Cell, other: Cell) -> bool:
    """Say whether two cells hold the same; a program that saves a number again keeps 15 digits of it."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-12)
    return one == other


def _letters(place: int) -> str:
    """Return the letters of a column from 0: A, Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
