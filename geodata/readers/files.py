"""Open a published file, or say why it cannot be used.

Each function refuses a file that is missing, empty, unreadable or of another kind. ``expected`` says in a few signs,
the same in every language, what should stand in the file: ``CSV: label, latitude``.

What comes out has an index of two levels, ``file`` (its name) and ``row`` (1-based, as the source counts its records),
so that a row can still be named when it is rejected later.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import DataError, MachineError
from geodata.readers import REJECTED_COLUMNS, Reading

ROW_WIDTH: Final = "readers.row_width"

_SIGNATURES: Final = {
    b"PAR1": "Parquet",
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
    b"SQLite format 3": "SQLite",
    b"version https://git-lfs": "Git LFS",
}
_PAGE_STARTS: Final = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml")


def read_bytes(path: Path, *, expected: str) -> bytes:
    """Read a file whole.

    Raises
    ------
    DataError
        If the file is missing, a folder, or empty.
    MachineError
        If the machine does not let it be read.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError("readers.missing", file=path, expected=expected) from error
    except OSError as error:
        if path.is_dir():
            raise DataError("readers.folder", file=path, expected=expected) from error
        raise MachineError("readers.unreadable", file=path, why=error.strerror) from error
    if not content.strip():
        raise DataError("readers.empty", file=path, expected=expected)
    return content


def read_text(path: Path, *, expected: str) -> str:
    """Read a text file: UTF-8, with or without byte order mark, else Latin-1; line ends stay as they are.

    Raises
    ------
    DataError
        As `read_bytes`, or if the file holds a web page or another format.
    """
    content = read_bytes(path, expected=expected)
    found = _other_kind(content)
    if found:
        raise DataError("readers.wrong_kind", file=path, found=found, expected=expected)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def read_json(path: Path, *, expected: str) -> object:
    """Read a JSON file.

    Raises
    ------
    DataError
        As `read_text`, or if the text is not JSON, for instance because it was cut off.
    """
    text = read_text(path, expected=expected)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise DataError("readers.json_broken", file=path, expected=expected, **place) from error
    except RecursionError as error:
        raise DataError("readers.json_shape", file=path, expected=expected) from error


def read_csv(path: Path, columns: Sequence[str]) -> Reading:
    """Read columns of a comma-separated file, as text.

    Returns
    -------
        Columns as asked; blank lines are not rows. Rows with too few or too many fields are rejected.

    Raises
    ------
    DataError
        As `read_text`, or if a column or every row is missing, or a quote is never closed.
    """
    expected = f"CSV: {', '.join(columns)}"
    text = read_text(path, expected=expected)
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise DataError("readers.csv_broken", file=path, expected=expected) from error
    header, *rows = [name.strip() for name in lines[0]], *lines[1:]
    _require(path, columns, found=header, expected=expected)
    places = [header.index(column) for column in columns]
    whole = {i: [row[p] for p in places] for i, row in enumerate(rows, start=1) if len(row) == len(header)}
    torn = [i for i, row in enumerate(rows, start=1) if len(row) != len(header)]
    return raw_reading(path, columns, whole, dict.fromkeys(torn, ROW_WIDTH))


def read_parquet(path: Path, columns: Sequence[str]) -> Reading:
    """Read columns of a Parquet file.

    Raises
    ------
    DataError
        As `read_bytes`, or if the file is not Parquet, is cut off, or lacks a column or every row.
    """
    expected = f"Parquet: {', '.join(columns)}"
    content = read_bytes(path, expected=expected)
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise DataError("readers.parquet_broken", file=path, expected=expected) from error
    _require(path, columns, found=table.column_names, expected=expected)
    frame = table.select(list(columns)).to_pandas()
    return raw_reading(path, columns, dict(enumerate(frame.itertuples(index=False), start=1)), {})


def raw_reading(
    path: Path, columns: Sequence[str], accepted: Mapping[int, Iterable[object]], rejected: Mapping[int, str]
) -> Reading:
    """Gather the rows of one file by their number: the values of those accepted, the reason of those rejected.

    Raises
    ------
    DataError
        If there is no row at all.
    """
    if not accepted and not rejected:
        raise DataError("readers.no_rows", file=path, expected=", ".join(columns))
    index = pd.MultiIndex.from_product([[path.name], list(accepted)], names=["file", "row"])
    frame = pd.DataFrame(list(accepted.values()), columns=list(columns), index=index)
    refused = [(path.name, row, reason) for row, reason in rejected.items()]
    return Reading(
        frame=frame,
        rejected=pd.DataFrame(refused, columns=list(REJECTED_COLUMNS)),
        total=len(accepted) + len(rejected),
    )


def _require(path: Path, columns: Sequence[str], *, found: Sequence[str], expected: str) -> None:
    missing = [column for column in columns if column not in found]
    if missing:
        raise DataError("readers.columns_missing", file=path, missing=", ".join(missing), expected=expected)


def _other_kind(content: bytes) -> str | None:
    for signature, name in _SIGNATURES.items():
        if content.startswith(signature):
            return name
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_PAGE_STARTS):
        return "HTML/XML"
    return "binary" if b"\0" in content[:4096] else None
