"""A zip, by its directory: the one Shapefile or KML in it is unpacked, nothing else leaves it."""

import re
import secrets
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from geodata.errors import DataError
from geodata.readers.vector.content import check_content
from geodata.readers.vector.copies import Staged, copy_at_most
from geodata.readers.vector.limits import Limits
from geodata.readers.vector.shapefile import OTHER_PARTS, REQUIRED_PARTS, check_lengths, check_parts
from geodata.readers.vector.wording import listed, one_line


class _Directory:
    """A file that refuses to give more than 4 MB at once: a zip's directory cannot fill the memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.tell, self.close, self.seekable = file.tell, file.close, file.seekable

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Seek as a file does; a damaged directory may point before its start."""
        try:
            return self.file.seek(offset, whence)
        except OSError as error:
            msg = "the directory points outside the file"
            raise zipfile.BadZipFile(msg) from error

    def read(self, size: int = -1, /) -> bytes:
        """Read as a file does, but at most 4 MB."""
        given = self.file.read(4_000_000 if size < 0 else min(size, 4_000_000))
        if size > 4_000_000:
            msg = "the directory is too large"
            raise zipfile.BadZipFile(msg)
        return given


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError("vector.zip_broken", file=path.name) from error


def _unsafe(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a link, or would land outside the folder it is unpacked to."""
    name = entry.orig_filename.replace("\\", "/")
    climbs = ".." in PurePosixPath(name).parts or name.startswith("/") or re.match("[A-Za-z]:", name) is not None
    return climbs or "\0" in name or stat.S_ISLNK(entry.external_attr >> 16)


def _check_entries(path: Path, entries: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse a zip for what its directory says, before anything is unpacked."""
    if len(entries) > limits.zip_entries:
        raise DataError("vector.zip_many", file=path.name, found=len(entries), limit=limits.zip_entries)
    for entry in entries:
        if _unsafe(entry):
            raise DataError("vector.zip_unsafe", file=path.name, entry=one_line(entry.orig_filename))
        if entry.flag_bits & 1:
            raise DataError("vector.zip_password", file=path.name)
        if entry.file_size >= 10**7 and entry.file_size > limits.zip_ratio * entry.compress_size:
            raise DataError("vector.zip_ratio", file=path.name, entry=one_line(entry.orig_filename))
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise DataError(
            "vector.zip_large", file=path.name, megabytes=total // 10**6, limit=limits.unpacked_bytes // 10**6
        )


def unpack(path: Path, copy: Path, layer: str | None, limits: Limits) -> Staged:
    """Unpack the parts of the one Shapefile, or the one KML, of a zip; nothing else leaves it."""
    with _errors(path), copy.open("rb") as file, zipfile.ZipFile(_Directory(file)) as archive:
        _check_entries(path, archive.infolist(), limits)
        stem, parts = _choice(path, _sets(archive), layer)
        kind = "kml" if ".kml" in parts else "shapefile"
        if kind == "shapefile":
            check_parts(path, parts)
        wanted = (".kml",) if kind == "kml" else (*REQUIRED_PARTS, *OTHER_PARTS)
        target = copy.with_name(f"{secrets.token_hex(8)}{wanted[0]}")
        shown = PurePosixPath(path.name) / f"{one_line(stem)}{wanted[0]}"
        for ending in [e for e in wanted if e in parts]:
            if parts[ending].file_size:
                with archive.open(parts[ending]) as source:
                    copy_at_most(source, target.with_suffix(ending), parts[ending].file_size)
            elif ending not in OTHER_PARTS:
                raise DataError("vector.empty_file", file=str(shown.with_suffix(ending)))
    copy.unlink()
    check_content(shown, target, kind)
    if kind == "shapefile":
        check_lengths(shown, target)
    return Staged(kind, target, None if PurePosixPath(stem).name == layer else layer)


def _sets(archive: zipfile.ZipFile) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """Group the entries of a zip by name without ending; hidden ones and those that are no outlines are left out."""
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for entry in archive.infolist():
        name = PurePosixPath(entry.orig_filename.replace("\\", "/"))
        ending = name.suffix.lower()
        if ending in {".kml", *REQUIRED_PARTS, *OTHER_PARTS} and not name.name.startswith("._"):
            found.setdefault(str(name.with_suffix("")), {})[ending] = entry
    return {stem: parts for stem, parts in found.items() if ".shp" in parts or ".kml" in parts}


def _choice(
    path: Path, found: Mapping[str, dict[str, zipfile.ZipInfo]], layer: str | None
) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """Return the set to read: the only one, the main file of a KMZ, or the one named as layer."""
    if not found:
        raise DataError("vector.zip_nothing", file=path.name)
    named = [stem for stem in found if layer is not None and PurePosixPath(stem).name == layer]
    main = [stem for stem, parts in found.items() if stem == "doc" and ".kml" in parts]
    stems = named or (main if path.suffix.lower() == ".kmz" and main else list(found))
    if len(stems) > 1:
        raise DataError("vector.zip_several", file=path.name, names=listed(stems))
    return stems[0], found[stems[0]]
