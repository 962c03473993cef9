"""The rows of MySQL dumps: ``INSERT INTO table(columns) VALUES (...),(...);``.

Only what dumps hold is understood: text, numbers and NULL in the tuples, with the escapes of the MySQL 8.4 reference
manual (section 9.1.1). Everything else in the file (comments, other statements) is passed over. A tuple that cannot be
read is reported and reading goes on at the next one.

All patterns are possessive: each piece of the file is looked at a bounded number of times, however it is made.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from geodata.errors import DataError
from geodata.readers import Reading
from geodata.readers.files import ROW_WIDTH, raw_reading, read_text

MALFORMED: Final = "readers.row_malformed"
TRUNCATED: Final = "readers.row_truncated"

Value = str | None

_SPACE = r"(?:\s++|--[^\n]*+|\#[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?+)*+"
_QUOTED = r"""(?:'[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+'|"[^"\\]*+(?:(?:""|\\.)[^"\\]*+)*+")"""
_NUMBER = r"[-+]?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][-+]?\d++)?+"
_INSERT = rf"(?:INSERT|REPLACE){_SPACE}(?:IGNORE{_SPACE})?+INTO\b"

_HEADER = re.compile(
    rf"{_INSERT}{_SPACE}(?:`[^`]*+`|[\w.$\"])++{_SPACE}(?:\((?P<columns>[^()]*+)\){_SPACE})?+VALUES?\b", re.IGNORECASE
)
_OTHER = re.compile(rf"{_QUOTED}|['\"].*+|\w++|[^\w'\"/\#-]++|.", re.DOTALL)
_COMMENT = re.compile(rf"(?=/\*|--|\#){_SPACE}", re.DOTALL)
_OPEN = re.compile(rf"{_SPACE}\(")
_COMMA = re.compile(rf"{_SPACE},")
_VALUE = re.compile(
    rf"{_SPACE}(?:(?P<quoted>{_QUOTED})|(?P<plain>(?i:NULL)\b|{_NUMBER})){_SPACE}(?P<end>[,)])", re.DOTALL
)
_CUT_OFF = re.compile(rf"{_SPACE}(?:{_QUOTED}|[\w.+-]*+)(?:{_SPACE}\Z|(?!{_QUOTED})['\"].*+\Z)", re.DOTALL)
_RESUME = re.compile(rf"(?:\)\s*+,\s*+|\n[^\S\n]*+)(?=\()|\b(?={_INSERT})", re.IGNORECASE)

_ESCAPE = {"'": re.compile(r"''|\\(.)", re.DOTALL), '"': re.compile(r'""|\\(.)', re.DOTALL)}
_ESCAPED = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


@dataclass
class _Found:
    """The rows read so far, by number, and the column lists met."""

    rows: dict[int, list[Value]] = field(default_factory=dict)
    rejected: dict[int, str] = field(default_factory=dict)
    fitting: int = 0

    def add(self, row: list[Value] | str, *, places: Sequence[int], width: int) -> None:
        number = len(self.rows) + len(self.rejected) + 1
        if isinstance(row, str):
            self.rejected[number] = row
        elif len(row) != width:
            self.rejected[number] = ROW_WIDTH
        else:
            self.rows[number] = [row[place] for place in places]


def read_inserts(path: Path, columns: Sequence[str]) -> Reading:
    """Read the rows of all INSERT statements that fill some columns.

    Parameters
    ----------
    path
        The dump: UTF-8 or Latin-1, any line ends.
    columns
        Columns to read, in the order wanted. A statement's own column list says where they stand, whatever their order
        and whatever else it fills; a statement without a list is taken to fill exactly these.

    Returns
    -------
        Text, or None for NULL; index ``file``, ``row``. Rows are counted over all statements that fill the columns.

    Raises
    ------
    DataError
        If the file cannot be used, or no statement fills the columns.
    """
    expected = f"SQL (INSERT INTO): {', '.join(columns)}"
    text = read_text(path, expected=expected)
    found = _parse(text, [column.lower() for column in columns])
    if not found.fitting:
        raise DataError("readers.no_inserts", file=path, expected=expected)
    return raw_reading(path, columns, found.rows, found.rejected)


def _parse(text: str, columns: Sequence[str]) -> _Found:
    found = _Found()
    position = 0
    while header := _next_header(text, position):
        position = header.end()
        filled = _column_list(header["columns"]) or list(columns)
        if not set(columns) <= set(filled):
            continue
        found.fitting += 1
        places = [filled.index(column) for column in columns]
        for row, end in _rows(text, position):
            found.add(row, places=places, width=len(filled))
            position = end
    return found


def _next_header(text: str, position: int) -> re.Match[str] | None:
    while position < len(text):
        header = _HEADER.match(text, position)
        if header:
            return header
        other = _COMMENT.match(text, position) or _OTHER.match(text, position)
        position = other.end() if other else len(text)
    return None


def _column_list(listed: str | None) -> list[str]:
    return [name.strip().strip("`\"'").lower() for name in listed.split(",")] if listed else []


def _rows(text: str, position: int) -> Iterator[tuple[list[Value] | str, int]]:
    """Yield each tuple of a VALUES list, or the reason it cannot be read, with the place where it ends."""
    while opening := _OPEN.match(text, position):
        row, position = _row(text, opening.end())
        comma = _COMMA.match(text, position)
        position = comma.end() if comma else position
        yield row, position


def _row(text: str, start: int) -> tuple[list[Value] | str, int]:
    values: list[Value] = []
    position = start
    while found := _VALUE.match(text, position):
        quoted, plain, end = found.group("quoted", "plain", "end")
        values.append(_unescaped(quoted) if quoted else _plain(plain))
        position = found.end()
        if end == ")":
            return values, position
    resume = _RESUME.search(text, start)
    if resume:
        return MALFORMED, resume.end()
    return TRUNCATED if _CUT_OFF.match(text, position) else MALFORMED, len(text)


def _plain(value: str) -> Value:
    return None if value.upper() == "NULL" else value


def _unescaped(quoted: str) -> str:
    quote, body = quoted[0], quoted[1:-1]
    if quote not in body and "\\" not in body:
        return body
    return _ESCAPE[quote].sub(lambda m: quote if m[1] is None else _ESCAPED.get(m[1], m[1]), body)
