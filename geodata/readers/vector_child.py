"""The child process that opens a file of unknown origin: one staged file in, Arrow rows and a small JSON answer out.

It runs as a script of its own and imports nothing of the package. GeoJSON, GeoPackage and GeoParquet are read without
GDAL: its GeoJSON driver fetches the address in a ``crs`` link even with every other driver switched off.
"""

import ctypes
import json
import os
import re
import sqlite3
import struct
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

DRIVERS: Mapping[str, str] = {"shapefile": "ESRI Shapefile", "flatgeobuf": "FlatGeobuf", "kml": "LIBKML"}
ROWS_FILE, ANSWER_FILE = "rows.arrow", "answer.json"
GEOMETRY = "geometry"


class RefusedError(Exception):
    """The file is refused: key of a text and what fills it."""

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


@dataclass(frozen=True)
class Request:
    """What the parent asks for; sizes are upper bounds."""

    format: str
    file: str
    layer: str | None
    rows: int
    columns: int
    text_length: int
    geometry_bytes: int
    memory_bytes: int
    result_bytes: int
    seconds: int


@dataclass(frozen=True)
class Found:
    """One layer: attributes, outlines as WKB, and what the file says about itself."""

    layer: str
    layers: Sequence[str]
    crs: str | None
    attributes: pa.Table
    geometry: pa.Array


class Meter:
    """Counts rows and bytes of outlines while reading, and stops at the first too many."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.rows = 0
        self.geometry_bytes = 0

    def add(self, rows: int, geometry_bytes: int) -> None:
        """Count what was just read."""
        self.rows += rows
        self.geometry_bytes += geometry_bytes
        if self.rows > self.request.rows:
            raise RefusedError("vector.too_many_rows", limit=self.request.rows)
        if self.geometry_bytes > self.request.geometry_bytes:
            raise RefusedError("vector.too_many_vertices")

    def columns(self, count: int) -> None:
        """Stop at a table too wide."""
        if count > self.request.columns:
            raise RefusedError("vector.too_many_columns", found=count, limit=self.request.columns)


# ---------------------------------------------------------------- attributes


def _column(values: Sequence[object]) -> pa.Array:
    """Make an Arrow column of whole numbers, else numbers, else text; what is neither becomes missing."""
    kinds = {type(v) for v in values} - {type(None)}
    if kinds <= {int} and kinds:
        try:
            return pa.array(values, pa.int64())
        except OverflowError:
            return pa.array([None if v is None else str(v) for v in values], pa.string())
    if kinds <= {int, float} and kinds:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())  # type: ignore[arg-type]
    return pa.array([str(v) if isinstance(v, str | int | float) else None for v in values], pa.string())


def _plain(column: pa.Array, text_length: int) -> pa.Array:
    """Bring an Arrow column to int64, float64 or text cut after ``text_length`` + 1 characters."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type), text_length)
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return column.cast(pa.int64())
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.nulls(len(column), pa.string())
    try:
        text = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(column), pa.string())
    return pc.utf8_slice_codeunits(text, 0, text_length + 1)


def _table(names: Sequence[str], columns: Sequence[pa.Array], request: Request) -> pa.Table:
    unique: list[str] = []
    for name in names:
        unique.append(name if name not in unique else f"{name}_{len(unique) + 1}")
    return pa.table([_plain(c, request.text_length) for c in columns], names=unique)


# ---------------------------------------------------------------- layers


def _chosen(layers: Mapping[str, str], wanted: str | None) -> str:
    """Return the wanted layer, or the only one that can hold polygons."""
    if wanted is not None:
        if wanted not in layers:
            raise RefusedError("vector.layer_unknown", layer=wanted, names=list(layers))
        return wanted
    polygons = [n for n, kind in layers.items() if re.search("poly|surface|geometry|unknown|none", kind, re.IGNORECASE)]
    if len(polygons) > 1:
        raise RefusedError("vector.several_layers", names=polygons)
    if not layers:
        raise RefusedError("vector.no_layers")
    return polygons[0] if polygons else next(iter(layers))


# ---------------------------------------------------------------- GeoJSON (RFC 7946), in strict JSON

_SPACE = re.compile(r"[ \t\n\r]*")
_CRS_NAME = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|OGC):(?:[\d.]*:)?(\d{4,6}|CRS84)", re.IGNORECASE)
_NOT_POLYGON = {"Point": struct.pack("<BIdd", 1, 1, 0.0, 0.0)} | {
    kind: struct.pack("<BII", 1, number, 0)
    for kind, number in {"LineString": 2, "MultiPoint": 4, "MultiLineString": 5, "GeometryCollection": 7}.items()
}


def _after(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _expect(text: str, at: int, signs: str) -> tuple[str, int]:
    """Take one of the signs and the white space around it."""
    at = _after(text, at)
    sign = text[at : at + 1]
    if not sign or sign not in signs:
        raise json.JSONDecodeError("unexpected", text, at)
    return sign, _after(text, at + 1)


def _members(text: str) -> Iterator[tuple[str, Any]]:
    """Yield the members of the outermost object; the items of ``features`` one by one, each as ``feature``."""
    decode = json.JSONDecoder().raw_decode
    _, at = _expect(text, 0, "{")
    sign = "," if text[at : at + 1] != "}" else _expect(text, at, "}")[0]
    while sign == ",":
        key, at = decode(text, at)
        _, at = _expect(text, at, ":")
        if key == "features" and text[at : at + 1] == "[":
            yield "features", None
            _, at = _expect(text, at, "[")
            more = text[at : at + 1] != "]"
            if not more:
                _, at = _expect(text, at, "]")
            while more:
                item, at = decode(text, at)
                yield "feature", item
                sign, at = _expect(text, at, ",]")
                more = sign == ","
        else:
            value, at = decode(text, at)
            yield key, value
        sign, at = _expect(text, at, ",}")
    if at < len(text.rstrip()):
        raise json.JSONDecodeError("unexpected", text, at)


def _polygon(rings: Sequence[Any]) -> bytes:
    parts = [struct.pack("<BII", 1, 3, len(rings))]
    for ring in rings:
        points = np.array(ring, dtype="<f8")
        if points.ndim != 2 or points.shape[1] < 2:
            msg = "a ring is a list of positions"
            raise ValueError(msg)
        parts += [struct.pack("<I", len(points)), points[:, :2].tobytes()]
    return b"".join(parts)


def _multipolygon(polygons: Sequence[Sequence[Any]]) -> bytes:
    return struct.pack("<BII", 1, 6, len(polygons)) + b"".join(_polygon(rings) for rings in polygons)


def _wkb(geometry: object) -> bytes | None:
    """Write a GeoJSON geometry as WKB; no bytes at all where it cannot be understood."""
    if geometry is None:
        return None
    shape = geometry if isinstance(geometry, dict) else {}
    kind = str(shape.get("type"))
    write = {"Polygon": _polygon, "MultiPolygon": _multipolygon}.get(kind)
    try:
        return _NOT_POLYGON.get(kind, b"") if write is None else write(shape["coordinates"])
    except (TypeError, KeyError, ValueError, OverflowError):
        return b""


def _geojson_crs(crs: object) -> str:
    """Return the CRS of the old ``crs`` member; links and unknown names are refused, never followed or guessed."""
    if crs is None:
        return "OGC:CRS84"
    member: Mapping[str, Any] = crs if isinstance(crs, dict) else {}
    properties = member.get("properties")
    name = properties.get("name") if isinstance(properties, dict) and member.get("type") == "name" else None
    match = _CRS_NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise RefusedError("vector.geojson_crs")
    return f"{match[1].upper()}:{match[2].upper()}"


def _geojson_rows(members: Iterable[tuple[str, Any]], meter: Meter) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Collect properties and outlines; return the other members of the outermost object first."""
    top: dict[str, Any] = {}
    rows: list[Any] = []
    shapes: list[Any] = []
    for key, value in members:
        if key != "feature":
            top[key] = value
            continue
        if not isinstance(value, dict) or value.get("type") != "Feature":
            raise RefusedError("vector.not_geojson", found="features")
        shape = _wkb(value.get("geometry"))
        meter.add(1, len(shape or b""))
        properties = value.get("properties")
        rows.append(properties if isinstance(properties, dict) else {})
        shapes.append(shape)
    return top, rows, shapes


def read_geojson(request: Request) -> Found:
    """Read a FeatureCollection or a single Feature."""
    meter = Meter(request)
    try:
        text = Path(request.file).read_bytes().decode("utf-8-sig")
        top, rows, shapes = _geojson_rows(_members(text), meter)
    except UnicodeDecodeError as error:
        raise RefusedError("vector.text_encoding") from error
    except json.JSONDecodeError as error:
        raise RefusedError("vector.json_broken", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise RefusedError("vector.json_deep") from error
    if top.get("type") == "Feature":
        properties = top.get("properties")
        rows, shapes = [properties if isinstance(properties, dict) else {}], [_wkb(top.get("geometry"))]
    elif top.get("type") != "FeatureCollection" or "features" not in top:
        raise RefusedError("vector.not_geojson", found=str(top.get("type") or ", ".join(list(top)[:5]))[:80])
    names = list(dict.fromkeys(name for row in rows for name in row))
    meter.columns(len(names))
    columns = [_column([row.get(name) for row in rows]) for name in names]
    table = _table(names, columns, request)
    return Found("", [], _geojson_crs(top.get("crs")), table, pa.array(shapes, pa.binary()))


# ---------------------------------------------------------------- GeoPackage (OGC 12-128), by SQLite alone


def _authorise(action: int, first: str | None, *_: str | None) -> int:
    """Allow SELECT of what lies in the file; no ATTACH, PRAGMA, writing, recursion or loading of code."""
    if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and first != "load_extension":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _open_sqlite(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{Path(file).as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_authorise)
    return connection


def _geopackage_wkb(blob: object) -> bytes | None:
    """Take the WKB out of a GeoPackage geometry (magic GP, flags, envelope, WKB)."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return b""
    envelope = (0, 32, 48, 48, 64, 0, 0, 0)[blob[3] >> 1 & 7]
    return blob[8 + envelope :]


def _geopackage_layers(connection: sqlite3.Connection) -> dict[str, tuple[str, str, int]]:
    sql = """SELECT c.table_name, g.column_name, g.geometry_type_name, g.srs_id FROM gpkg_contents AS c
             JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name WHERE c.data_type = 'features' LIMIT 1000"""
    try:
        rows = connection.execute(sql).fetchall()
    except sqlite3.OperationalError as error:
        raise RefusedError("vector.no_layers") from error
    return {str(name): (str(column), str(kind), int(srs)) for name, column, kind, srs in rows}


def _geopackage_crs(connection: sqlite3.Connection, srs_id: int) -> str | None:
    sql = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    row = connection.execute(sql, (srs_id,)).fetchone() if srs_id > 0 else None
    if row is None:
        return None
    return f"EPSG:{row[1]}" if str(row[0]).upper() == "EPSG" else str(row[2])


def read_geopackage(request: Request) -> Found:
    """Read one feature table or view."""
    meter = Meter(request)
    with closing(_open_sqlite(request.file)) as connection:
        layers = _geopackage_layers(connection)
        layer = _chosen({name: kind for name, (_, kind, _) in layers.items()}, request.layer)
        shape_column, _, srs_id = layers[layer]
        crs = _geopackage_crs(connection, srs_id)
        quoted = layer.replace('"', '""')
        cursor = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - a table name cannot be a parameter
        names = [str(item[0]) for item in cursor.description]
        meter.columns(len(names))
        if shape_column not in names:
            raise RefusedError("vector.damaged")
        at = names.index(shape_column)
        rows: list[tuple[Any, ...]] = []
        shapes: list[bytes | None] = []
        for row in cursor:
            shapes.append(_geopackage_wkb(row[at]))
            meter.add(1, len(shapes[-1] or b""))
            rows.append((*row[:at], *row[at + 1 :]))
    del names[at]
    columns = [_column([row[i] for row in rows]) for i in range(len(names))]
    return Found(layer, list(layers), crs, _table(names, columns, request), pa.array(shapes, pa.binary()))


# ---------------------------------------------------------------- GeoParquet 1.x


def _parquet_crs(column: Mapping[str, Any]) -> str | None:
    """Return the CRS; a column that does not name one is longitude, latitude by the standard."""
    if "crs" not in column:
        return "OGC:CRS84"
    crs = column["crs"]
    identity = crs.get("id") if isinstance(crs, dict) else None
    if isinstance(identity, dict) and {"authority", "code"} <= set(identity):
        return f"{identity['authority']}:{identity['code']}"
    return None if crs is None else json.dumps(crs)


def read_geoparquet(request: Request) -> Found:
    """Read the primary geometry column and the flat columns beside it."""
    meter = Meter(request)
    with pq.ParquetFile(request.file) as file:
        schema = file.schema_arrow
        geo = json.loads((schema.metadata or {}).get(b"geo", b"null"))
        primary = geo.get("primary_column") if isinstance(geo, dict) else None
        about = geo.get("columns", {}).get(primary) if isinstance(geo, dict) else None
        if not isinstance(about, dict) or primary not in schema.names:
            raise RefusedError("vector.parquet_no_geo")
        if about.get("encoding") != "WKB":
            raise RefusedError("vector.parquet_encoding", encoding=str(about.get("encoding"))[:40])
        meter.columns(len(schema.names))
        meter.add(file.metadata.num_rows, 0)
        names = [f.name for f in schema if f.name != primary and not pa.types.is_nested(f.type)]
        shapes: list[Any] = []
        batches: list[Any] = []
        for batch in file.iter_batches(1000, columns=[*names, primary], use_threads=False):
            meter.add(0, batch.column(primary).nbytes)
            shapes.append(batch.column(primary).cast(pa.binary()))
            batches.append(_table(names, [batch.column(n) for n in names], request))
    attributes = pa.concat_tables(batches) if batches else schema.empty_table().select(names)
    return Found("", [], _parquet_crs(about), attributes, pa.chunked_array(shapes, pa.binary()))


# ---------------------------------------------------------------- Shapefile, FlatGeobuf and KML, by one GDAL driver


def _gdal_layer(request: Request, layer: str, meter: Meter) -> tuple[str | None, pa.Table, pa.ChunkedArray]:
    """Return CRS, attributes and WKB of one layer."""
    from pyogrio.raw import open_arrow  # noqa: PLC0415

    shapes: list[Any] = []
    batches: list[Any] = []
    with open_arrow(request.file, layer=layer, batch_size=1000, use_pyarrow=True) as (meta, reader):
        shape_column = meta["geometry_name"] or "wkb_geometry"
        names = [n for n in reader.schema.names if n != shape_column]
        meter.columns(len(names))
        for batch in reader:
            shape = batch.column(shape_column).cast(pa.binary())
            meter.add(len(batch), shape.nbytes)
            batch.validate(full=True)
            shapes.append(shape)
            batches.append(_table(names, [batch.column(n) for n in names], request))
        attributes = pa.concat_tables(batches) if batches else pa.table({n: pa.array([], pa.string()) for n in names})
    return meta["crs"], attributes, pa.chunked_array(shapes, pa.binary())


def read_gdal(request: Request) -> Found:
    """Read with the one driver left; the folders of a KML are layers of it, and are read together."""
    import pyogrio  # noqa: PLC0415

    if set(pyogrio.list_drivers()) != {DRIVERS[request.format]}:
        raise RefusedError("vector.drivers")
    try:
        layers = {str(name): str(kind) for name, kind in pyogrio.list_layers(request.file)[:1000]}
        if request.format == "kml" and request.layer is None and layers:
            chosen = list(layers)
        else:
            chosen = [_chosen(layers, request.layer if request.format == "kml" else None)]
        meter = Meter(request)
        parts = [_gdal_layer(request, name, meter) for name in chosen]
    except pyogrio.errors.DataSourceError as error:
        raise RefusedError("vector.damaged") from error
    attributes = pa.concat_tables([p[1] for p in parts], promote_options="permissive")
    meter.columns(attributes.num_columns)
    shapes = pa.chunked_array([chunk for p in parts for chunk in p[2].chunks], pa.binary())
    shown = list(layers) if request.format == "kml" else []
    return Found(chosen[0] if len(chosen) == 1 and shown else "", shown, parts[0][0], attributes, shapes)


# ---------------------------------------------------------------- the process


def _limit(request: Request) -> None:
    """Bound memory, processor time and the size of written files, where the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415

    bounds = {
        resource.RLIMIT_AS: request.memory_bytes,
        resource.RLIMIT_CPU: request.seconds,
        resource.RLIMIT_FSIZE: request.result_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (value, value))


def _code_places() -> list[Path]:
    """Return where Python code and shared libraries lie: all that reading needs beside the staged file."""
    places = [*sys.path, "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"]
    return [Path(p) for p in places if p and Path(p).exists()]


def confine(folder: Path) -> None:
    """Take away all files but ``folder`` and installed code, and all TCP, where Linux has Landlock (5.13; TCP 6.7).

    A second wall behind the checks: it also holds when a damaged file takes over the library that reads it.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    number = ctypes.c_long
    version = libc.syscall(number(444), None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return
    files = (1 << 13) - 1 | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    rules = struct.pack("QQ", files, 3) if version >= 4 else struct.pack("Q", files)
    ruleset = libc.syscall(number(444), rules, ctypes.c_size_t(len(rules)), ctypes.c_uint32(0))
    if ruleset < 0:
        return
    read_file, read = 1 << 2, 1 << 0 | 1 << 2 | 1 << 3
    for place, rights in [*((p, read if p.is_dir() else read_file) for p in _code_places()), (folder, files)]:
        handle = os.open(place, os.O_PATH)
        libc.syscall(number(445), number(ruleset), number(1), struct.pack("=Qi", rights, handle), number(0))
        os.close(handle)
    libc.prctl(38, 1, 0, 0, 0)
    libc.syscall(number(446), number(ruleset), number(0))
    os.close(ruleset)


READERS: Mapping[str, Callable[[Request], Found]] = {
    "geojson": read_geojson,
    "geopackage": read_geopackage,
    "geoparquet": read_geoparquet,
    **dict.fromkeys(DRIVERS, read_gdal),
}


def _write(found: Found, folder: Path) -> dict[str, object]:
    """Write the rows under positions for names, and return what the parent needs to know about them."""
    names = found.attributes.column_names
    positions = [str(i) for i in range(len(names))]
    table = pa.table([*found.attributes.columns, found.geometry], names=[*positions, GEOMETRY])
    with pa.OSFile(str(folder / ROWS_FILE), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=10_000)
    return {"layer": found.layer, "layers": list(found.layers), "crs": found.crs, "names": names}


def answer(request: Request, folder: Path) -> dict[str, object]:
    """Read the file and return the answer: what was found, or why it is refused."""
    try:
        return _write(READERS[request.format](request), folder)
    except RefusedError as refused:
        return {"refused": refused.key, "values": refused.values}
    except MemoryError:
        traceback.print_exc()
        return {"refused": "vector.memory", "values": {}}
    except Exception:  # noqa: BLE001 - whatever a broken file makes of the libraries, the user hears one sentence
        traceback.print_exc()
        return {"refused": "vector.damaged", "values": {}}


def main() -> None:
    """Read the request from the command line, and leave rows and answer beside the staged file."""
    request = Request(**json.loads(sys.argv[1]))
    folder = Path(request.file).parent
    _limit(request)
    confine(folder)
    (folder / ANSWER_FILE).write_text(json.dumps(answer(request, folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
