"""What a file says of its own export: its number, and what it was made from; read within bounds, whoever made it."""

import json
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import IO, Final

from planner.errors import PlanError
from planner.provenance import PATTERN, Stamp

_PART: Final = 1 << 20
_CARRIED: Final = 1 << 14  # the longest record of a stamp that is looked for
_LARGEST_ZIP: Final = 100_000_000
_LARGEST_DIRECTORY: Final = 200_000  # bytes; of some 2,000 members
_UNPACKED: Final = 600_000_000
_NUMBERS: Final = 20
_NUMBER: Final = re.compile(PATTERN.pattern.encode())
_RECORD: Final = re.compile(rf'\{{\s*"id":\s*"{PATTERN.pattern}"')
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_LONGEST_END: Final = 65_557
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True)
class Stated:
    """What a file is, and what it says.

    Attributes
    ----------
    sha256
        Of its bytes.
    numbers
        Numbers of exports that stand in it, in their order; hardly ever more than one.
    stamp
        What it says it was made from; its number proves that these words were not changed, not the rest of the file.
    """

    sha256: str
    numbers: tuple[str, ...]
    stamp: Stamp | None


def stated(path: Path) -> Stated:
    """Return what a file is and says, without believing it.

    Its bytes are read in parts, and so is what it packs if it is a ZIP (XLSX, ODS): no more than 600 MB. Nothing of it
    is run or interpreted.

    Raises
    ------
    PlanError
        If it is no file, or cannot be read.
    """
    digest, found = sha256(), _Found()
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise PlanError("exports.not_a_file", file=path)
        with path.open("rb") as file:
            for part in _parts(file):
                digest.update(part)
                found.look(part)
            if not found.full():
                _look_into_zip(file, found)
    except OSError as error:
        raise PlanError("exports.unreadable", file=path, reason=error.strerror or str(error)) from error
    return Stated(digest.hexdigest(), tuple(found.numbers), found.stamp)


class _Found:
    """What was found so far."""

    def __init__(self) -> None:
        self.numbers: dict[str, None] = {}
        self.stamp: Stamp | None = None
        self._before = b""

    def full(self) -> bool:
        """Say whether there is nothing more to look for."""
        return self.stamp is not None or len(self.numbers) >= _NUMBERS

    def begin(self) -> None:
        """Begin with another stream."""
        self._before = b""

    def look(self, part: bytes) -> None:
        """Look at the next part of a stream."""
        seen = self._before + part
        self._before = seen[-_CARRIED:]
        if self.full():
            return
        for match in _NUMBER.finditer(seen):
            self.numbers.setdefault(match[0].decode(), None)
            if self.stamp is None:
                self.stamp = _stamp(seen[max(0, match.start() - 64) : match.start() + _CARRIED])
            if self.full():
                return


def _stamp(around: bytes) -> Stamp | None:
    """Return the stamp whose record stands around a number, also where it was written into XML or a JSON text."""
    text = around.decode("utf-8", errors="replace")
    for told in (text, unescape(text), text.replace('\\"', '"').replace("\\\\", "\\")):
        match = _RECORD.search(told)
        if match is None:
            continue
        try:
            record, _ = json.JSONDecoder().raw_decode(told, match.start())
            return Stamp.of(record)
        except (ValueError, RecursionError):
            continue
    return None


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(_PART):
        yield part


def _look_into_zip(file: IO[bytes], found: _Found) -> None:
    if not _is_small_zip(file):
        return
    left = _UNPACKED
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    continue
                found.begin()
                with archive.open(entry) as member:
                    for part in _parts(member):
                        left -= len(part)
                        found.look(part)
                        if left < 0 or found.full():
                            return
    except _BROKEN:
        return  # what was found before stays found


def _is_small_zip(file: IO[bytes]) -> bool:
    """Say whether a file is a ZIP whose directory can be read without harm."""
    file.seek(0)
    if file.read(2) != b"PK":
        return False
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_END))
    end = file.read()
    at = end.rfind(_END)
    if at < 0 or _END_64 in end or size > _LARGEST_ZIP:
        return False
    return int.from_bytes(end[at + 12 : at + 16], "little") <= _LARGEST_DIRECTORY
