"""The zip that a workbook is: looked through before its cells are read."""

import stat
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from .exchange import RefusedError, Request

_DECLARES = (b"<!DOCTYPE", b"<!ENTITY")
_PART = 1 << 16
_ASKED_FROM = 10**7
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
_OUTSIDE = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")


def look_through(request: Request) -> dict[str, bool]:
    """Unpack every member into nothing, counting its bytes.

    Returns
    -------
        Whether the workbook has ``macros`` and ``links`` to other files; neither is ever followed.

    Raises
    ------
    RefusedError
        If the zip is damaged, packed with a password, unpacks to too much, or its XML declares entities.
    """
    try:
        with zipfile.ZipFile(request.file) as archive:
            entries = archive.infolist()
            _check(entries, request)
            total = 0
            for entry in entries:
                total = _drained(archive, entry, total, request)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError, OSError) as error:
        raise RefusedError("upload.zip_broken") from error
    names = [entry.filename.lower() for entry in entries]
    if "encryptedpackage" in names:
        raise RefusedError("upload.encrypted")
    return {
        "macros": any(part in name for name in names for part in _MACROS),
        "links": any(name.startswith(_OUTSIDE) for name in names),
    }


def _check(entries: list[zipfile.ZipInfo], request: Request) -> None:
    """Refuse a zip for what its directory says."""
    if len(entries) > request.zip_entries:
        raise RefusedError("upload.zip_many", found=len(entries), limit=request.zip_entries)
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/")
        climbs = ".." in PurePosixPath(name).parts or name.startswith("/") or "\0" in name or name[1:2] == ":"
        if climbs or stat.S_ISLNK(entry.external_attr >> 16):
            raise RefusedError("upload.zip_unsafe", entry=name[:60])
        if entry.flag_bits & 1:
            raise RefusedError("upload.encrypted")
        if name.lower().endswith((".zip", ".7z", ".rar", ".gz")):
            raise RefusedError("upload.zip_nested", entry=name[:60])
    if not {"[content_types].xml", "mimetype"} & {entry.filename.lower() for entry in entries}:
        raise RefusedError("upload.zip_other")


def _drained(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, total: int, request: Request) -> int:
    """Return the bytes unpacked so far with those of one member, whatever size its directory states."""
    entry.file_size = request.unpacked_bytes + 1
    size, tail = 0, b""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(entry) as file:
        while part := file.read(_PART):
            size += len(part)
            if total + size > request.unpacked_bytes:
                raise RefusedError("upload.zip_large", limit=request.unpacked_bytes // 10**6)
            if size > _ASKED_FROM and size > request.zip_ratio * max(entry.compress_size, 1):
                raise RefusedError("upload.zip_ratio", entry=entry.filename[:60])
            if is_xml and any(word in (tail + part).upper() for word in _DECLARES):
                raise RefusedError("upload.xml_doctype")
            tail = part[-16:]
    return total + size
