"""Tables of an uploaded file: CSV, XLSX, XLS or ODS, read in a child process without rights."""

import io
import json
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from geodata.errors import DataError
from geodata.readers import apart
from geodata.readers.vector.child import confinement
from geodata.readers.vector.copies import check_size, copy_at_most
from geodata.readers.vector.limits import Limits as OutlineLimits
from geodata.readers.vector.wording import one_line
from planner.uploads.apart.exchange import ANSWER_FILE, CELLS_FILE, Cell, Format, Request
from planner.uploads.errors import Note, UploadError, UploadMachineError, listed
from planner.uploads.limits import DEFAULT_LIMITS, Limits

CHILD: Final = Path(__file__).parent / "apart" / "__main__.py"
FORMATS: Final[Mapping[str, Format]] = {
    ".csv": "csv",
    ".txt": "csv",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".ods": "workbook",
}
Kind = Literal["text", "XLSX/ODS (ZIP)", "XLS", "HTML", "XML", "PDF", "RAR", "7-Zip", "gzip", "SQLite", "Parquet"]
_EXPECTED: Final[Mapping[str, tuple[Kind, ...]]] = {
    ".csv": ("text",),
    ".txt": ("text",),
    ".xlsx": ("XLSX/ODS (ZIP)",),
    ".xlsm": ("XLSX/ODS (ZIP)",),
    ".ods": ("XLSX/ODS (ZIP)",),
    ".xls": ("XLS",),
}
_SIGNATURES: Final[Mapping[bytes, Kind]] = {
    b"PK\x03\x04": "XLSX/ODS (ZIP)",
    b"PK\x05\x06": "XLSX/ODS (ZIP)",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"%PDF": "PDF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"\x1f\x8b": "gzip",
    b"SQLite format 3": "SQLite",
    b"PAR1": "Parquet",
}
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Sheet:
    """One sheet as it stands in the file.

    Attributes
    ----------
    name
        Its name; empty for a text file.
    hidden
        Whether the workbook hides it.
    rows
        Cells of each row that is not empty, by its number in the file, from 1.
    merged
        Merged cells: first row, first column, last row, last column, from 0.
    """

    name: str
    hidden: bool
    rows: Mapping[int, tuple[Cell, ...]]
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True)
class Sheets:
    """All sheets of a file, and what was seen while reading them."""

    file: str
    sheets: tuple[Sheet, ...]
    notes: tuple[Note, ...] = ()


def read_table(source: Path | bytes, name: str, *, limits: Limits = DEFAULT_LIMITS) -> Sheets:
    """Read the tables of a file that a user brings.

    Parameters
    ----------
    source
        The file, or its bytes.
    name
        Name of the file as the user knows it; its ending tells the format and must agree with the bytes.
    limits
        Bounds on size, time and memory.

    Returns
    -------
        Every sheet with its cells: text as it stands, numbers, dates as text ``2026-03-01``. Formulas are not
        computed: the value stored beside them is taken.

    Raises
    ------
    UploadError
        If the file is refused as a whole; the text says why and what to do.
    UploadMachineError
        If the file may not be read, or there is no room for the copy.
    """
    shown = one_line(Path(name.replace("\\", "/")).name)
    ending = Path(shown).suffix.lower()
    if ending not in FORMATS:
        raise UploadError("upload.format_unknown", file=shown, formats=", ".join(FORMATS))
    with _machine(shown), tempfile.TemporaryDirectory(prefix="upload-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / f"{secrets.token_hex(8)}{ending}"
        _private_copy(source, copy, shown, limits)
        _check_content(copy, shown, ending)
        answer = _read_apart(copy, FORMATS[ending], shown, limits)
        sheets = _sheets(answer, Path(folder) / CELLS_FILE, limits, shown)
    return Sheets(shown, sheets, tuple(_notes(answer)))


@contextmanager
def _machine(shown: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UploadMachineError("upload.disk", file=shown, reason=error.strerror or "") from error


def _private_copy(source: Path | bytes, copy: Path, shown: str, limits: Limits) -> None:
    """Copy a regular file, or bytes, within the limit under a random name."""
    if isinstance(source, bytes):
        _check_bytes(len(source), shown, limits)
        copy.write_bytes(source)
        return
    try:
        _check_bytes(check_size(source, OutlineLimits(file_bytes=sys.maxsize)), shown, limits)
    except DataError as error:
        raise _same_in_our_words(error, shown) from error
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with io.FileIO(os.open(source, flags), "r") as file:
            if not copy_at_most(file, copy, limits.file_bytes):
                _check_bytes(limits.file_bytes + 1, shown, limits)
    except PermissionError as error:
        raise UploadMachineError("upload.no_permission", file=shown) from error


def _same_in_our_words(error: DataError, shown: str) -> UploadError:
    if error.key == "vector.no_permission":
        return UploadMachineError("upload.no_permission", file=shown)
    keys = {"vector.not_a_file": "upload.not_a_file", "vector.empty_file": "upload.empty"}
    return UploadError(keys.get(error.key, "upload.missing"), file=shown)


def _check_bytes(size: int, shown: str, limits: Limits) -> None:
    if size == 0:
        raise UploadError("upload.empty", file=shown)
    if size > limits.file_bytes:
        megabytes, limit = -(-size // 10**6), -(-limits.file_bytes // 10**6)
        raise UploadError("upload.too_large", file=shown, megabytes=megabytes, limit=limit)


def _check_content(copy: Path, shown: str, ending: str) -> None:
    """Refuse a file whose bytes are not what its ending says."""
    with copy.open("rb") as file:
        head = file.read(1 << 16)
    found = _content(head)
    if found == "XLS" and _ENCRYPTED in copy.read_bytes():
        raise UploadError("upload.encrypted", file=shown)
    if found not in _EXPECTED[ending]:
        expected = ", ".join(_EXPECTED[ending])
        raise UploadError("upload.content_other", file=shown, ending=ending, expected=expected, found=found)


def _content(head: bytes) -> Kind:
    """Name what the first bytes of a file are."""
    for signature, name in _SIGNATURES.items():
        if head.startswith(signature):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = text.decode("utf-16", errors="replace").encode("ascii", errors="replace").lstrip()
    if re.match(rb"<(!doctype\s+)?(html|head|body|table|meta|style)\b", text, re.IGNORECASE):
        return "HTML"
    return "XML" if re.match(rb"<[?!a-z]", text, re.IGNORECASE) else "text"


def _read_apart(copy: Path, kind: Format, shown: str, limits: Limits) -> Mapping[str, object]:
    """Read the private copy in a child process, and return its answer."""
    bounds = {name: value for name, value in asdict(limits).items() if name != "file_bytes"}
    request = Request(format=kind, file=str(copy), confinement=str(confinement.__file__), **bounds)
    knows = {"TMPDIR": str(copy.parent), "RUST_BACKTRACE": "0"}
    try:
        apart.run(CHILD, asdict(request), copy.parent, knows=knows, seconds=limits.seconds)
    except TimeoutError as error:
        raise UploadError("upload.timeout", file=shown, seconds=limits.seconds) from error
    try:
        with (copy.parent / ANSWER_FILE).open("rb") as file:
            answer = json.loads(file.read(20_000_000))
    except (OSError, ValueError) as error:
        raise UploadError("upload.stopped", file=shown, megabytes=limits.memory_bytes // 10**6) from error
    if "refused" in answer:
        raise _refusal(answer, shown, limits)
    return answer  # type: ignore[no-any-return]  # an object, or the keys asked of it would be missing


def _refusal(answer: Mapping[str, object], shown: str, limits: Limits) -> UploadError:
    """Turn the child's refusal into an error; its words are shortened, its key must be one of ours."""
    said = answer.get("values")
    given: Mapping[str, object] = said if isinstance(said, dict) else {}
    values = {key: value if type(value) is int else one_line(value) for key, value in given.items()}
    return UploadError(str(answer["refused"]), **values | {"file": shown, "megabytes": limits.memory_bytes // 10**6})


def _sheets(answer: Mapping[str, object], cells: Path, limits: Limits, shown: str) -> tuple[Sheet, ...]:
    """Check and take the cells that the child left."""
    about: list[Mapping[str, object]] = answer["sheets"]  # type: ignore[assignment]
    rows: list[dict[int, tuple[Cell, ...]]] = [{} for _ in about[: limits.sheets]]
    try:
        with cells.open(encoding="utf-8") as file:
            for line in file:
                at, number, row = json.loads(line)
                rows[at][int(number)] = tuple(row)
    except (ValueError, TypeError, IndexError, OSError) as error:
        raise UploadError("upload.stopped", file=shown, megabytes=limits.memory_bytes // 10**6) from error
    return tuple(
        Sheet(one_line(sheet["name"]), bool(sheet["hidden"]), found, tuple(tuple(m) for m in sheet["merged"]))  # type: ignore[attr-defined]
        for sheet, found in zip(about, rows, strict=True)
    )


def _notes(answer: Mapping[str, object]) -> Iterator[Note]:
    sheets: list[Mapping[str, object]] = answer["sheets"]  # type: ignore[assignment]
    hidden = [sheet["name"] for sheet in sheets if sheet["hidden"]]
    if hidden:
        yield Note("upload.note.hidden_sheets", {"sheets": listed(hidden)})
    if answer.get("macros"):
        yield Note("upload.note.macros")
    if answer.get("links"):
        yield Note("upload.note.links")
    if "encoding" in answer:
        delimiter = {"\t": "TAB"}.get(str(answer["delimiter"]), one_line(answer["delimiter"]))
        delimiter = str(answer["delimiter"]) if answer["delimiter"] in {";", ","} else delimiter
        yield Note("upload.note.csv", {"encoding": one_line(answer["encoding"]), "delimiter": delimiter})
