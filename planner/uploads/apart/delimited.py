"""Cells of a text file: encoding and delimiter are found, not asked for."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .exchange import Cell, Meter, RefusedError, Request

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = (";", ",", "\t")
_LOOKED_AT = 30


def read_delimited(request: Request) -> tuple[dict[str, Any], Iterator[tuple[int, int, list[Cell]]]]:
    """Return encoding and delimiter of a text file, and its rows as (0, row from 1, cells as text)."""
    content = Path(request.file).read_bytes()
    text, encoding = _decoded(content)
    first, _, rest = text.partition("\n")
    said = first.strip().lower()
    if said.startswith("sep=") and said[4:] in {*_DELIMITERS, ""}:  # how Excel is told the delimiter
        delimiter, text, skipped = said[4:] or "\t", rest, 1
    else:
        delimiter, skipped = _delimiter(text), 0
    about = {"sheets": [{"name": "", "hidden": False, "merged": []}], "encoding": encoding, "delimiter": delimiter}
    return about, _rows(text, delimiter, skipped, Meter(request))


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text and its encoding: by its mark, else UTF-8, else UTF-16 by its zero bytes, else Windows-1252."""
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    zeros = content[:4096].count(0)
    if marked is None and zeros:
        even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
        if min(even, odd) * 20 > zeros or zeros * 5 < len(content[:4096]):
            raise RefusedError("upload.nul")
        marked = "utf-16-be" if even > odd else "utf-16-le"
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise RefusedError("upload.nul")
        return text, encoding
    raise RefusedError("upload.encoding")


def _delimiter(text: str) -> str:
    """Return the delimiter that stands most evenly in the first lines."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_LOOKED_AT]
    counts = {d: sorted(line.count(d) for line in lines) for d in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: (counts[d][len(lines) // 2] if lines else 0, sum(counts[d])))


def _rows(text: str, delimiter: str, skipped: int, meter: Meter) -> Iterator[tuple[int, int, list[Cell]]]:
    csv.field_size_limit(meter.request.cell_length * 4)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = skipped
    try:
        for number, line in enumerate(lines, start=skipped + 1):
            row: list[Cell] = [meter.text("", number, cell) if cell.strip() else None for cell in line]
            while row and row[-1] is None:
                row.pop()
            if row:
                meter.row("", number, len(row))
                yield 0, number, row
    except csv.Error as error:
        key = "upload.cell_long" if "limit" in str(error) else "upload.csv_broken"
        limit = meter.request.cell_length
        raise RefusedError(key, sheet="", row=number + 1, found=limit * 4, limit=limit) from error
