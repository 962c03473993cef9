"""Village outlines that a user brings: GeoPackage, Shapefile, GeoJSON, GeoParquet, KML/KMZ, FlatGeobuf.

The file comes from anywhere, so nothing here opens it with GDAL. It is checked by its bytes, copied (or unpacked) under
a random name into a private folder, and read by a child process without rights (`vector_child`). What comes back is
checked again, row by row.
"""

import json
import logging
import os
import re
import secrets
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO, Final
from xml.parsers import expat

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely

from geodata import codes
from geodata.errors import DataError, MachineError
from geodata.readers import REJECTED_COLUMNS, Reading, vector_child
from geodata.schema import (
    ACTIVE_BPU,
    CRS_STORED,
    ELIGIBLE,
    FAMILIES,
    INACTIVE_BPU,
    POLLING_STATIONS,
    POPULATION,
    SECTORS,
    VILLAGE_CODE,
    VILLAGE_NAME,
    WORKERS,
    sector_column,
)
from geodata.texts import Language, render

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How large a file may be, and how long and with how much memory it may be read.

    Attributes
    ----------
    file_bytes
        Size of the file.
    unpacked_bytes
        Size of all that a zip says it holds.
    zip_entries
        Files in a zip.
    zip_ratio
        How many times larger a file in a zip may become; asked of files of 10 MB and more.
    rows
        Outlines.
    vertices
        Vertices of all outlines together.
    columns
        Columns.
    text_length
        Characters of a name or code.
    memory_bytes
        Address space of the child process.
    seconds
        Time for reading, both by the clock and of the processor.
    """

    file_bytes: int = 500_000_000
    unpacked_bytes: int = 2_000_000_000
    zip_entries: int = 1_000
    zip_ratio: int = 200
    rows: int = 200_000
    vertices: int = 20_000_000
    columns: int = 500
    text_length: int = 200
    memory_bytes: int = 4_000_000_000
    seconds: int = 180


DEFAULT_LIMITS: Final = Limits()

COUNTS: Final = (
    POPULATION,
    FAMILIES,
    POLLING_STATIONS,
    WORKERS,
    ELIGIBLE,
    *(sector_column(s) for s in SECTORS),
    ACTIVE_BPU,
    INACTIVE_BPU,
)
INDONESIA: Final = (94.0, -11.5, 142.0, 6.5)  # west, south, east, north in degrees

OTHER_REGION: Final = "vector.row_other_region"
NAME_MISSING: Final = "vector.row_name_missing"
NAME_NONE: Final = "vector.row_name_none"
TEXT_LONG: Final = "vector.row_text_long"
COUNT_BAD: Final = "vector.row_count_bad"
GEOMETRY_MISSING: Final = "vector.row_geometry_missing"
GEOMETRY_BROKEN: Final = "vector.row_geometry_broken"
NOT_POLYGON: Final = "vector.row_not_polygon"
NOT_FINITE: Final = "vector.row_not_finite"
AXES_SWAPPED: Final = "vector.row_axes_swapped"
OUTSIDE: Final = "vector.row_outside"
DUPLICATE: Final = "vector.row_duplicate"

SHOWN_ROWS = 20


@dataclass(frozen=True)
class CheckReport:
    """What a file of outlines holds, and what of it can be used.

    Attributes
    ----------
    file, format, layer, layers, crs
        What was found; ``layer`` is empty and ``layers`` too where the format has none.
    rows, vertices
        Size of the layer.
    columns
        Names of all columns.
    mapping
        Column taken for each name of the village layer.
    bounds
        West, south, east, north of the accepted outlines, degrees in EPSG:4326; missing where none is.
    accepted, invalid
        Rows accepted; those among them whose outline crosses itself or is otherwise invalid.
    rejected
        Columns ``file``, ``row``, ``reason``, as in `Reading`.
    """

    file: str
    format: str
    layer: str
    layers: tuple[str, ...]
    crs: str
    rows: int
    vertices: int
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    bounds: tuple[float, float, float, float] | None
    accepted: int
    invalid: int
    rejected: pd.DataFrame

    @property
    def reasons(self) -> Mapping[str, int]:
        """Rejected rows per reason, most frequent first."""
        return dict(Counter(self.rejected["reason"]).most_common())

    def lines(self, language: Language = "id") -> list[str]:
        """Return the report as sentences in a language, with the first 20 rejected rows."""

        def say(key: str, **values: object) -> str:
            return render(DataError.folder, key, language, values)

        first = self.rejected.head(SHOWN_ROWS)
        said = [
            say("vector.report_source", file=self.file, format=self.format, rows=self.rows, vertices=self.vertices),
            say("vector.report_layer", layer=self.layer, layers=_listed(self.layers)) if self.layer else "",
            say("vector.report_crs", crs=self.crs),
            say("vector.report_columns", columns=_listed(self.columns)),
            say("vector.report_mapping", mapping=", ".join(f"{to} = {_shown(c)}" for to, c in self.mapping.items())),
            say("vector.report_bounds", bounds=_box(self.bounds)) if self.bounds else "",
            say("vector.report_counts", accepted=self.accepted, rejected=len(self.rejected), invalid=self.invalid),
            *(say("vector.report_reason", count=n, reason=say(key)) for key, n in self.reasons.items()),
            *(say("vector.report_row", row=r.row, reason=say(str(r.reason))) for r in first.itertuples()),
            say("vector.report_more", count=len(self.rejected) - SHOWN_ROWS) if len(self.rejected) > SHOWN_ROWS else "",
        ]
        return [line for line in said if line]

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain values for JSON, with the first 20 rejected rows."""
        rows = self.rejected.head(SHOWN_ROWS)[["row", "reason"]].to_dict("records")
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "rejected"}
        return plain | {"mapping": dict(self.mapping), "reasons": dict(self.reasons), "rejected": rows}


def read_outlines(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    regions: Collection[str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Reading:
    """Read village outlines from a file that a user brings.

    Parameters
    ----------
    path
        GeoPackage, zipped or bare Shapefile, GeoJSON, GeoParquet, KML, KMZ or FlatGeobuf.
    columns
        Column of the file for each of ``village_code``, ``village_name`` and, if wanted, the counts in `COUNTS`;
        code and name are guessed from usual column names where they are left out.
    layer
        Layer of a GeoPackage or KML, or Shapefile of a zip that holds several.
    regions
        Codes of provinces or regencies; villages elsewhere are rejected.
    limits
        Bounds on size and time.

    Returns
    -------
        ``frame`` is a GeoDataFrame: ``village_code`` (Kemendagri with dots, unique), ``village_name``, mapped counts
        (Int64), ``geometry`` (Polygon or MultiPolygon, two dimensions, EPSG:4326, perhaps invalid); new RangeIndex,
        order of the file. All rows of a code that stands twice are rejected.

    Raises
    ------
    DataError
        If the file cannot be used as a whole, or none of its rows can; the text says why and what to do.
    MachineError
        If the file may not be read, or there is no room for the copy.
    """
    reading, report = _read(Path(path), columns, layer, regions, limits)
    if not report.accepted:
        raise _NothingAcceptedError("vector.nothing_accepted", file=report.file, counts=report.reasons)
    return reading


def check(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    regions: Collection[str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> CheckReport:
    """Say what a file of outlines holds and which rows can be used; parameters and errors as `read_outlines`."""
    return _read(Path(path), columns, layer, regions, limits)[1]


class _NothingAcceptedError(DataError):
    """No row of the file can be used; the reasons are told in the language asked for."""

    def text(self, language: Language = "id") -> str:
        counts: Mapping[str, int] = self.values["counts"]  # type: ignore[assignment]
        said = [f"{n} × {render(self.folder, key, language, {})}" for key, n in list(counts.items())[:3]]
        values = {"file": self.values["file"], "total": sum(counts.values()), "reasons": " ".join(said)}
        return render(self.folder, self.key, language, values)


def _shown(name: object) -> str:
    """Write a name of the file on one short line."""
    line = re.sub(r"[^\w .:/()+%-]", "?", str(name))
    return line if len(line) <= 60 else f"{line[:57]}..."


def _listed(names: Sequence[object]) -> str:
    return ", ".join(_shown(n) for n in names[:SHOWN_ROWS]) + (", ..." if len(names) > SHOWN_ROWS else "")


def _box(bounds: Sequence[float]) -> str:
    return " ".join(f"{value:.6g}" for value in bounds)


# ---------------------------------------------------------------- the file, by its bytes

FORMATS: Final[Mapping[str, str]] = {
    ".gpkg": "geopackage",
    ".geojson": "geojson",
    ".json": "geojson",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".fgb": "flatgeobuf",
    ".shp": "shapefile",
    ".kml": "kml",
    ".zip": "zip",
    ".kmz": "zip",
}
_CONTENT: Final[Mapping[str, str]] = {
    "geopackage": "SQLite",
    "geojson": "JSON",
    "geoparquet": "Parquet",
    "flatgeobuf": "FlatGeobuf",
    "shapefile": "Shapefile",
    "kml": "XML",
    "zip": "ZIP",
}
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"SQLite format 3\0": "SQLite",
    b"PK\x03\x04": "ZIP",
    b"PK\x05\x06": "ZIP",
    b"PAR1": "Parquet",
    b"fgb\x03fgb": "FlatGeobuf",
    b"\x00\x00\x27\x0a": "Shapefile",
    b"%PDF": "PDF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "Microsoft Office",
}
_REQUIRED_PARTS, _OTHER_PARTS = (".shp", ".shx", ".dbf"), (".prj", ".cpg")
_FOLLOWS_LINKS = re.compile(rb"<\s*(OGR\w+DataSource|VRTDataset|GDAL_W\w+|GDALTileIndexDataset)", re.IGNORECASE)


@dataclass(frozen=True)
class _Staged:
    """A private copy of the file: the format that its bytes show, where it lies, and the layer to read in it."""

    format: str
    file: Path
    layer: str | None


def _size(path: Path, limits: Limits) -> int:
    """Return the size of a regular file within the limit."""
    try:
        info = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError("vector.missing_file", file=path.name) from error
    except OSError as error:
        raise MachineError("vector.no_permission", file=path.name) from error
    if not stat.S_ISREG(info.st_mode):
        raise DataError("vector.not_a_file", file=path.name)
    if info.st_size == 0:
        raise DataError("vector.empty_file", file=path.name)
    if info.st_size > limits.file_bytes:
        raise _too_large(path, info.st_size, limits.file_bytes)
    return info.st_size


def _too_large(path: Path, size: int, limit: int) -> DataError:
    return DataError("vector.too_large", file=path.name, megabytes=-(-size // 10**6), limit=-(-limit // 10**6))


def _copy(source: IO[bytes], target: Path, limit: int) -> bool:
    """Copy at most ``limit`` bytes and return whether that was all."""
    with target.open("xb") as sink:
        while limit > 0 and (chunk := source.read(min(1 << 20, limit))):
            sink.write(chunk)
            limit -= len(chunk)
    return not source.read(1)


def _private_copy(path: Path, target: Path, limits: Limits) -> Path:
    size = _size(path, limits)
    try:
        with path.open("rb") as source:
            if not _copy(source, target, limits.file_bytes):
                raise _too_large(path, size + 1, limits.file_bytes)
    except PermissionError as error:
        raise MachineError("vector.no_permission", file=path.name) from error
    return target


def _content(head: bytes) -> str:
    """Name what the first bytes of a file are; empty where they are nothing known."""
    for signature, name in _SIGNATURES.items():
        if head.startswith(signature):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"<(!doctype\s+)?html", text, re.IGNORECASE):
        return "HTML"
    if text[:1] in {b"<", b"{", b"["}:
        return "XML" if text[:1] == b"<" else "JSON"
    return "CSV" if re.match(rb"[^\x00-\x08\r\n]+[,;\t][^\x00-\x08]+\n", text) else ""


def _check_content(shown: PurePosixPath, copy: Path, kind: str) -> None:
    """Refuse a file whose bytes are not what its ending says."""
    with copy.open("rb") as file:
        head = file.read(4096)
    found = _content(head)
    if found in {"XML", "HTML"} and _FOLLOWS_LINKS.search(head):
        raise DataError("vector.follows_links", file=str(shown))
    expected = _CONTENT[kind]
    if found != expected:
        key = "vector.content_other" if found else "vector.content_unknown"
        raise DataError(key, file=str(shown), ending=shown.suffix.lower(), expected=expected, found=found)
    if kind == "kml":
        _check_kml(shown, copy)


def _check_lengths(shown: PurePosixPath, copy: Path) -> None:
    """Refuse a .shp or .dbf shorter than its header says: GDAL would give the lost rows without outline or name."""
    for ending, fields in ((".shp", ">24xi"), (".dbf", "<4xIHH")):
        part = copy.with_suffix(ending)
        try:
            with part.open("rb") as file:
                first, *others = struct.unpack(fields, file.read(struct.calcsize(fields)))
        except struct.error as error:
            raise DataError("vector.damaged", file=str(shown.with_suffix(ending))) from error
        declared = others[0] + first * others[1] if others else 2 * first
        if part.stat().st_size < declared:
            raise DataError("vector.damaged", file=str(shown.with_suffix(ending)))


def _check_kml(shown: PurePosixPath, copy: Path) -> None:
    """Refuse XML that declares entities or whose root is not kml; stops at the root."""
    roots: list[str] = []
    declared: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: roots.append(name)
    parser.StartDoctypeDeclHandler = lambda name, *_: declared.append(name)
    try:
        with copy.open("rb") as file:
            while not roots and not declared and (chunk := file.read(4096)):
                parser.Parse(chunk)
    except expat.ExpatError as error:
        if not roots and not declared:
            raise DataError("vector.damaged", file=str(shown)) from error
    if declared:
        raise DataError("vector.xml_doctype", file=str(shown))
    root = roots[0].rpartition(":")[2] if roots else ""
    if root != "kml":
        raise DataError(
            "vector.content_other", file=str(shown), ending=".kml", expected="KML", found=f"XML {_shown(root)}"
        )


def _stage(path: Path, folder: Path, layer: str | None, limits: Limits) -> _Staged:
    """Copy or unpack the file into a private folder under a random name, after checking its bytes."""
    _size(path, limits)
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise DataError("vector.format_unknown", file=path.name, formats=", ".join(FORMATS))
    copy = _private_copy(path, folder / f"{secrets.token_hex(8)}{path.suffix.lower()}", limits)
    shown = PurePosixPath(path.name)
    _check_content(shown, copy, kind)
    if kind == "zip":
        return _unpack(path, copy, layer, limits)
    if kind == "shapefile":
        _copy_parts(path, copy, limits)
        _check_lengths(shown, copy)
    return _Staged(kind, copy, layer)


def _copy_parts(path: Path, copy: Path, limits: Limits) -> None:
    """Copy the files that belong to a bare .shp, whatever the case of their endings."""
    parts = {p.suffix.lower(): p for p in path.parent.iterdir() if p.stem == path.stem}
    _check_parts(path, parts)
    for ending in (*_REQUIRED_PARTS[1:], *_OTHER_PARTS):
        if ending in parts and (ending != ".cpg" or parts[ending].stat().st_size):
            _private_copy(parts[ending], copy.with_suffix(ending), limits)


def _check_parts(path: Path, parts: Collection[str]) -> None:
    missing = [ending for ending in _REQUIRED_PARTS if ending not in parts]
    if missing:
        raise DataError("vector.part_missing", file=path.name, parts=", ".join(missing))
    if ".prj" not in parts:
        raise DataError("vector.no_prj", file=path.name)


# ---------------------------------------------------------------- a zip, by its directory


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
def _zip_errors(path: Path) -> Iterator[None]:
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
            raise DataError("vector.zip_unsafe", file=path.name, entry=_shown(entry.orig_filename))
        if entry.flag_bits & 1:
            raise DataError("vector.zip_password", file=path.name)
        if entry.file_size >= 10**7 and entry.file_size > limits.zip_ratio * entry.compress_size:
            raise DataError("vector.zip_ratio", file=path.name, entry=_shown(entry.orig_filename))
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise DataError(
            "vector.zip_large", file=path.name, megabytes=total // 10**6, limit=limits.unpacked_bytes // 10**6
        )


def _unpack(path: Path, copy: Path, layer: str | None, limits: Limits) -> _Staged:
    """Unpack the parts of the one Shapefile, or the one KML, of a zip; nothing else leaves it."""
    with _zip_errors(path), copy.open("rb") as file, zipfile.ZipFile(_Directory(file)) as archive:
        _check_entries(path, archive.infolist(), limits)
        stem, parts = _zip_choice(path, _zip_sets(archive), layer)
        kind = "kml" if ".kml" in parts else "shapefile"
        if kind == "shapefile":
            _check_parts(path, parts)
        wanted = (".kml",) if kind == "kml" else (*_REQUIRED_PARTS, *_OTHER_PARTS)
        target = copy.with_name(f"{secrets.token_hex(8)}{wanted[0]}")
        shown = PurePosixPath(path.name) / f"{_shown(stem)}{wanted[0]}"
        for ending in [e for e in wanted if e in parts]:
            if parts[ending].file_size:
                with archive.open(parts[ending]) as source:
                    _copy(source, target.with_suffix(ending), parts[ending].file_size)
            elif ending not in _OTHER_PARTS:
                raise DataError("vector.empty_file", file=str(shown.with_suffix(ending)))
    copy.unlink()
    _check_content(shown, target, kind)
    if kind == "shapefile":
        _check_lengths(shown, target)
    return _Staged(kind, target, None if PurePosixPath(stem).name == layer else layer)


def _zip_sets(archive: zipfile.ZipFile) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """Group the entries of a zip by name without ending; hidden ones and those that are no outlines are left out."""
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for entry in archive.infolist():
        name = PurePosixPath(entry.orig_filename.replace("\\", "/"))
        ending = name.suffix.lower()
        if ending in {".kml", *_REQUIRED_PARTS, *_OTHER_PARTS} and not name.name.startswith("._"):
            found.setdefault(str(name.with_suffix("")), {})[ending] = entry
    return {stem: parts for stem, parts in found.items() if ".shp" in parts or ".kml" in parts}


def _zip_choice(
    path: Path, found: Mapping[str, dict[str, zipfile.ZipInfo]], layer: str | None
) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """Return the set to read: the only one, the main file of a KMZ, or the one named as layer."""
    if not found:
        raise DataError("vector.zip_nothing", file=path.name)
    named = [stem for stem in found if layer is not None and PurePosixPath(stem).name == layer]
    main = [stem for stem, parts in found.items() if stem == "doc" and ".kml" in parts]
    stems = named or (main if path.suffix.lower() == ".kmz" and main else list(found))
    if len(stems) > 1:
        raise DataError("vector.zip_several", file=path.name, names=_listed(stems))
    return stems[0], found[stems[0]]


# ---------------------------------------------------------------- the child process

_FOLLOWERS = (
    "VRT",
    "GTI",
    "WMS",
    "WMTS",
    "WCS",
    "STACTA",
    "STACIT",
    "PLMOSAIC",
    "EEDAI",
    "DAAS",
    "GNMFile",
    "GNMDatabase",
)
_BYTES_PER_VERTEX, _BYTES_PER_ROW = (
    32,
    4096,
)  # of WKB at most, with height and measure; outlines are counted exactly later


@dataclass(frozen=True)
class _Source:
    """One layer as the child read it; ``geometry`` holds WKB, or missing."""

    layer: str
    layers: tuple[str, ...]
    crs: str | None
    attributes: pd.DataFrame
    geometry: np.ndarray


@cache
def _drivers() -> frozenset[str]:
    """Return the drivers of the installed GDAL, asked without opening anything."""
    import pyogrio  # noqa: PLC0415 - half a second that most formats do not need

    return frozenset(pyogrio.list_drivers())


def _environment(kind: str, folder: Path) -> dict[str, str]:
    """Return all that the child may know: one driver, no network, no configuration or plug-ins of this machine."""
    given = {
        "CPL_TMPDIR": str(folder),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "GDAL_CONFIG_FILE": os.devnull,
        "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_CONNECTTIMEOUT": "1",
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a thread from before the confinement would escape it
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PROJ_NETWORK": "OFF",
        "TMPDIR": str(folder),
    }
    driver = vector_child.DRIVERS.get(kind)
    if driver is not None:
        given["GDAL_SKIP"] = ",".join(sorted((_drivers() | {*_FOLLOWERS}) - {driver}))
    if sys.platform == "win32":
        given["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
    return given


def _request(staged: _Staged, limits: Limits) -> vector_child.Request:
    return vector_child.Request(
        format=staged.format,
        file=str(staged.file),
        layer=staged.layer,
        rows=limits.rows,
        columns=limits.columns,
        text_length=limits.text_length,
        geometry_bytes=limits.vertices * _BYTES_PER_VERTEX + limits.rows * _BYTES_PER_ROW,
        memory_bytes=limits.memory_bytes,
        result_bytes=limits.unpacked_bytes,
        seconds=limits.seconds,
    )


def _read_apart(staged: _Staged, name: str, limits: Limits) -> _Source:
    """Read the private copy in a child process.

    Raises
    ------
    DataError
        If the child refuses the file, breaks on it, or takes too long.
    """
    folder = staged.file.parent
    request = json.dumps(asdict(_request(staged, limits)))
    command = [sys.executable, "-E", "-P", "-B", "-X", "utf8", vector_child.__file__, request]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
            command,
            cwd=folder,
            env=_environment(staged.format, folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DataError("vector.timeout", file=name, seconds=limits.seconds) from error
    if done.stderr:
        LOG.debug("reading %s: %s", name, done.stderr[-4000:].decode(errors="replace"))
    if sys.platform != "win32" and done.returncode == -signal.SIGXCPU:
        raise DataError("vector.timeout", file=name, seconds=limits.seconds)
    return _taken(folder, name, limits)


def _taken(folder: Path, name: str, limits: Limits) -> _Source:
    """Check and take what the child left."""
    try:
        text = _start(folder / vector_child.ANSWER_FILE, 1_000_000)
        answer = json.loads(text)
    except (OSError, ValueError) as error:
        raise DataError("vector.stopped", file=name) from error
    if "refused" in answer:
        raise _refusal(answer, name, limits)
    with pa.OSFile(str(folder / vector_child.ROWS_FILE)) as file, pa.ipc.open_stream(file) as reader:
        table = reader.read_all()
    table.validate(full=True)
    kinds = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(), pa.string(): pd.StringDtype()}
    attributes = table.to_pandas(types_mapper=kinds.get)
    geometry = attributes.pop(vector_child.GEOMETRY).to_numpy(dtype=object)
    attributes = attributes.set_axis([str(n) for n in answer["names"]], axis="columns")
    layers = tuple(str(n) for n in answer["layers"])
    return _Source(str(answer["layer"]), layers, answer["crs"], attributes, geometry)


def _start(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit)


def _refusal(answer: Mapping[str, object], name: str, limits: Limits) -> DataError:
    """Turn the child's refusal into an error; its words are shortened, its key must be one of ours."""
    said = answer.get("values")
    given: Mapping[str, object] = said if isinstance(said, dict) else {}
    values = {
        key: value if type(value) is int else _listed(value) if isinstance(value, list) else _shown(value)
        for key, value in given.items()
    }
    values |= {"file": name, "vertices": limits.vertices, "megabytes": limits.memory_bytes // 10**6}
    key = str(answer["refused"])
    return (MachineError if key == "vector.drivers" else DataError)(key, **values)


# ---------------------------------------------------------------- columns

# Names as people write them, in small letters without signs; surer ones first.
_CODE_NAMES = (
    ("villagecode", "villageco"),
    (
        *("kdepum", "kodedesa", "kdesa", "kddesa", "iddesa", "desaid", "kodekel", "kdkel", "kodekelurahan", "idkel"),
        *("kodedeskel", "kodekeldesa", "kodedesakel", "kodekemendagri", "kodedagri", "kodepum", "adm4pcode"),
    ),
    ("kode", "code", "kodewilayah", "kdcpum"),
)
_NAME_NAMES = (
    ("villagename", "villagena"),
    (
        *("wadmkd", "namobj", "namadesa", "nmdesa", "desa", "namakel", "nmkel", "kelurahan", "namakelurahan"),
        *("desakelurahan", "namadeskel", "deskel", "keldesa", "namakeldesa", "desakel", "adm4name", "adm4en", "adm4id"),
    ),
    ("nama", "name"),
)


def _words(column: pd.Series) -> pd.Series:
    """Return a column as text without outer space; whole numbers without decimals; missing as empty."""
    if pd.api.types.is_float_dtype(column):
        whole = column.notna() & (column % 1 == 0) & (column.abs() < 1e15)
        text = column.where(whole).astype("Int64").astype("str").where(whole, column.astype("str"))
    else:
        text = column.astype("str").str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    return text.where(column.notna(), "").astype("str").str.strip()


def _mostly(good: pd.Series, given: pd.Series) -> bool:
    return bool(given.any() and good[given].mean() >= 0.5)


def _holds_codes(column: pd.Series) -> bool:
    text = _words(column)
    return _mostly(codes.village_problems(text).isna(), text != "")


def _holds_names(column: pd.Series) -> bool:
    text = _words(column)
    return _mostly(text.str.contains(r"[^\W\d_]{2}"), text != "")


def _same(first: pd.Series, second: pd.Series) -> bool:
    """Whether two columns say the same wherever both say something."""
    a, b = _words(first).str.casefold(), _words(second).str.casefold()
    return bool(((a == b) | (a == "") | (b == "")).all())


def _guess(
    target: str, frame: pd.DataFrame, tiers: Sequence[Sequence[str]], fits: Callable[[pd.Series], bool], *, file: str
) -> str:
    """Return the column whose name and values suit; several may only stand where they say the same."""
    every = _listed(list(frame)) or "-"
    plain = {name: re.sub(r"[^a-z0-9]", "", name.casefold()) for name in frame.columns}
    named = [[name for name in frame.columns if plain[name] in tier] for tier in tiers]
    for tier in named:
        hits = [name for name in tier if fits(frame[name])]
        if any(not _same(frame[hits[0]], frame[other]) for other in hits[1:]):
            raise DataError("vector.columns_several", file=file, target=target, found=_listed(hits), columns=every)
        if hits:
            return hits[0]
    left = [name for tier in named for name in tier]
    if len(left) != 1:
        raise DataError("vector.columns_missing", file=file, target=target, columns=every)
    return left[0]


def _mapping(frame: pd.DataFrame, given: Mapping[str, str], *, file: str) -> dict[str, str]:
    """Return the column of the file for each column of the result."""
    allowed = (VILLAGE_CODE, VILLAGE_NAME, *COUNTS)
    for target, name in given.items():
        if target not in allowed:
            raise DataError("vector.mapping_unknown", target=_shown(target), allowed=", ".join(allowed))
        if name not in frame.columns:
            raise DataError(
                "vector.mapping_column", file=file, name=_shown(name), target=target, columns=_listed(list(frame))
            )
    code = given.get(VILLAGE_CODE) or _guess(VILLAGE_CODE, frame, _CODE_NAMES, _holds_codes, file=file)
    name = given.get(VILLAGE_NAME) or _guess(VILLAGE_NAME, frame, _NAME_NAMES, _holds_names, file=file)
    return {VILLAGE_CODE: code, VILLAGE_NAME: name} | dict(given)


def _check_codes_are_kemendagri(text: pd.Series, column: str, *, file: str) -> None:
    """Refuse a column of BPS codes: their villages end in 001 to 999 within a district of three digits."""
    bare = text.str.removeprefix("ID").str.replace(".", "", regex=False)
    wrong, bps = codes.village_problems(text).notna(), codes.village_problems(bare, system=codes.BPS).isna()
    if _mostly(wrong & bps, text != ""):
        raise DataError("vector.codes_bps", file=file, column=_shown(column))


def _counts(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as counts of people, and which of its values are none."""
    text = _words(column)
    number = pd.to_numeric(text.where(text != ""), errors="coerce")
    good = number.notna() & (number >= 0) & (number % 1 == 0) & (number < 1e10)
    return number.where(good).astype("Int64"), (text != "") & ~good


# ---------------------------------------------------------------- outlines


@dataclass(frozen=True)
class _Shapes:
    """Outlines in EPSG:4326, what is wrong with each (missing where nothing is), and the CRS the file names."""

    geometry: np.ndarray
    reasons: pd.Series
    crs: str
    vertices: int


_GRID_FILES = re.compile("grids|PARAMETERFILE", re.IGNORECASE)


def _crs(text: str | None, kind: str, file: str) -> pyproj.CRS:
    """Read the CRS that the file names; one that needs files of its own is refused."""
    if text is None and kind != "kml":
        raise DataError("vector.no_crs", file=file)
    said = text or CRS_STORED
    try:
        crs = pyproj.CRS.from_user_input(said)
    except pyproj.exceptions.CRSError as error:
        raise DataError("vector.crs_unknown", file=file, crs=_shown(said)) from error
    if len(said) > 20_000 or _GRID_FILES.search(said) or not (crs.is_geographic or crs.is_projected):
        raise DataError("vector.crs_unknown", file=file, crs=_shown(crs.name))
    return crs


def _inside(bounds: np.ndarray, order: tuple[int, int, int, int] = (0, 1, 2, 3)) -> np.ndarray:
    """Whether outlines lie in Indonesia, their bounds taken in an order."""
    west, south, east, north = INDONESIA
    b = bounds[:, order]
    return np.asarray((b[:, 0] >= west) & (b[:, 1] >= south) & (b[:, 2] <= east) & (b[:, 3] <= north))


def _around(bounds: np.ndarray) -> list[float]:
    return [*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)]


def _finite(geometry: np.ndarray) -> np.ndarray:
    places, owner = shapely.get_coordinates(geometry, return_index=True)
    finite = np.ones(len(geometry), dtype=bool)
    finite[owner[~np.isfinite(places).all(axis=1)]] = False
    return finite


def _forms(wkb: np.ndarray, geometry: np.ndarray, file: str) -> list[tuple[str, np.ndarray]]:
    """Say which geometries are no polygons, before anything is known of where they lie."""
    missing, kinds = pd.isna(wkb), shapely.get_type_id(geometry)
    known = kinds >= 0
    if known.any() and not np.isin(kinds, (3, 6)).any():
        names = sorted({str(k) for k in gpd.GeoSeries(geometry[known]).geom_type})
        raise DataError("vector.no_polygons", file=file, found=", ".join(names))
    return [
        (GEOMETRY_MISSING, missing),
        (GEOMETRY_BROKEN, ~known),
        (NOT_POLYGON, ~np.isin(kinds, (3, 6))),
        (GEOMETRY_MISSING, shapely.is_empty(geometry)),
        (NOT_FINITE, ~_finite(geometry)),
    ]


def _check_units(bounds: np.ndarray, crs: pyproj.CRS, file: str) -> None:
    """Refuse metres under a CRS in degrees, and degrees under one in metres."""
    size = np.abs(bounds).max(axis=1)
    if crs.is_geographic and np.mean(size > 360) > 0.5:
        raise DataError("vector.metres_as_degrees", file=file, crs=crs.name, bounds=_box(_around(bounds)))
    if crs.is_projected and np.mean(size <= 180) > 0.5:
        raise DataError("vector.degrees_as_metres", file=file, crs=crs.name, bounds=_box(_around(bounds)))


def _places(bounds: np.ndarray, crs: pyproj.CRS, file: str) -> list[tuple[str, np.ndarray]]:
    """Say which outlines lie outside Indonesia; refuse the file where its axes are swapped or all lie outside."""
    inside = _inside(bounds)
    swapped = ~inside & _inside(bounds, (1, 0, 3, 2))
    usable = np.isfinite(bounds).all(axis=1)
    if swapped.sum() > usable.sum() / 2:
        raise DataError("vector.axes_swapped", file=file, bounds=_box(_around(bounds[usable])))
    if usable.any() and not inside.any():
        raise DataError("vector.outside", file=file, crs=crs.name, bounds=_box(_around(bounds[usable])))
    return [(AXES_SWAPPED, swapped), (OUTSIDE, ~inside)]


def _first(checks: Sequence[tuple[str, np.ndarray]], length: int) -> pd.Series:
    """Return the first reason that holds for each row, missing where none does."""
    found = np.full(length, None, dtype=object)
    for key, wrong in reversed(checks):
        found[np.asarray(wrong, dtype=bool)] = key
    return pd.Series(found, dtype=object)


@np.errstate(invalid="ignore")  # coordinates that are no numbers are looked for, not stumbled over
def _shapes(source: _Source, kind: str, file: str, limits: Limits) -> _Shapes:
    """Bring outlines to two dimensions and EPSG:4326, and say what is wrong with each."""
    crs = _crs(source.crs, kind, file)
    geometry = shapely.force_2d(shapely.from_wkb(source.geometry, on_invalid="ignore"))
    vertices = int(shapely.get_num_coordinates(geometry).sum())
    if vertices > limits.vertices:
        raise DataError("vector.too_many_vertices", file=file, vertices=limits.vertices)
    checks = _forms(source.geometry, geometry, file)
    usable = ~np.logical_or.reduce([wrong for _, wrong in checks])
    bounds = np.full((len(geometry), 4), np.nan)
    if usable.any():
        _check_units(shapely.bounds(geometry[usable]), crs, file)
        geometry[usable] = gpd.GeoSeries(geometry[usable], crs=crs).to_crs(CRS_STORED).to_numpy()
        bounds[usable] = shapely.bounds(geometry[usable])
    checks += _places(bounds, crs, file)
    authority = crs.to_authority()
    name = ":".join(authority) if authority else crs.name
    return _Shapes(geometry, _first(checks, len(geometry)), name, vertices)


# ---------------------------------------------------------------- rows


def _elsewhere(written: pd.Series, regions: Collection[str] | None) -> pd.Series:
    """Whether villages lie outside the provinces or regencies asked for."""
    if regions is None:
        return pd.Series(data=False, index=written.index)
    wanted = tuple(codes.normalise(region) + codes.KEMENDAGRI.dot for region in regions)
    return ~(written.fillna("") + codes.KEMENDAGRI.dot).str.startswith(wanted)


def _rows(
    frame: pd.DataFrame, shapes: _Shapes, mapping: Mapping[str, str], regions: Collection[str] | None, limits: Limits
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return all rows in the columns of the result, and the reason of each that is rejected."""
    text = _words(frame[mapping[VILLAGE_CODE]])
    name = _words(frame[mapping[VILLAGE_NAME]]).str.replace(r"[\s\x00-\x1f\x7f]+", " ", regex=True).str.strip()
    written = codes.normalised(text)
    wrong_code = codes.village_problems(text)
    columns: dict[str, pd.Series] = {VILLAGE_CODE: written, VILLAGE_NAME: name}
    checks = [
        (OTHER_REGION, _elsewhere(written, regions).to_numpy()),
        (NAME_MISSING, (name == "").to_numpy()),
        (NAME_NONE, (~name.str.contains(r"[^\W\d_]") | name.str.contains(r"\d{8}")).to_numpy()),
        (TEXT_LONG, (name.str.len() > limits.text_length).to_numpy()),
    ]
    for target in [t for t in mapping if t in COUNTS]:
        columns[target], bad = _counts(frame[mapping[target]])
        checks.append((COUNT_BAD, bad.to_numpy()))
    reasons = wrong_code.astype(object).fillna(_first(checks, len(frame))).fillna(shapes.reasons)
    twice = written.where(reasons.isna()).dropna().duplicated(keep=False)
    reasons[twice[twice].index] = DUPLICATE
    return gpd.GeoDataFrame(columns, geometry=shapes.geometry, crs=CRS_STORED), reasons


def _read(
    path: Path,
    columns: Mapping[str, str] | None,
    layer: str | None,
    regions: Collection[str] | None,
    limits: Limits,
) -> tuple[Reading, CheckReport]:
    try:
        with tempfile.TemporaryDirectory(prefix="outlines-", ignore_cleanup_errors=True) as folder:
            staged = _stage(path, Path(folder), layer, limits)
            source = _read_apart(staged, path.name, limits)
    except OSError as error:
        raise MachineError("vector.disk", file=path.name, reason=error.strerror or "") from error
    if len(source.attributes) == 0:
        raise DataError("vector.no_rows", file=path.name)
    mapping = _mapping(source.attributes, columns or {}, file=path.name)
    _check_codes_are_kemendagri(_words(source.attributes[mapping[VILLAGE_CODE]]), mapping[VILLAGE_CODE], file=path.name)
    shapes = _shapes(source, staged.format, path.name, limits)
    rows, reasons = _rows(source.attributes, shapes, mapping, regions, limits)
    good = reasons.isna()
    accepted = rows[good].reset_index(drop=True)
    numbers = reasons.index[~good] + 1
    rejected = pd.DataFrame({"file": path.name, "row": numbers, "reason": reasons[~good].to_numpy()})
    rejected = rejected.loc[:, list(REJECTED_COLUMNS)]
    report = CheckReport(
        file=path.name,
        format=staged.format,
        layer=source.layer,
        layers=source.layers,
        crs=shapes.crs,
        rows=len(rows),
        vertices=shapes.vertices,
        columns=tuple(source.attributes.columns),
        mapping=mapping,
        bounds=tuple(float(v) for v in accepted.total_bounds) if len(accepted) else None,  # type: ignore[arg-type]
        accepted=len(accepted),
        invalid=int((~accepted.geometry.is_valid).sum()),
        rejected=rejected,
    )
    return Reading(accepted, rejected, total=len(rows)), report
