"""GeoPackage (OGC 12-128), by SQLite alone."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from .attributes import arrow_column, attribute_table
from .exchange import RefusedError, Request
from .layer import Found, Meter, chosen_layer


def _authorise(action: int, first: str | None, *_: str | None) -> int:
    """Allow SELECT of what lies in the file; no ATTACH, PRAGMA, writing, recursion or loading of code."""
    if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and first != "load_extension":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def open_sqlite(file: str) -> sqlite3.Connection:
    """Open a file so that only what lies in it can be read."""
    connection = sqlite3.connect(f"{Path(file).as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_authorise)
    return connection


def wkb_of(blob: object) -> bytes | None:
    """Take the WKB out of a GeoPackage geometry (magic GP, flags, envelope, WKB)."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return b""
    envelope = (0, 32, 48, 48, 64, 0, 0, 0)[blob[3] >> 1 & 7]
    return blob[8 + envelope :]


def layers_of(connection: sqlite3.Connection) -> dict[str, tuple[str, str, int]]:
    """Return the feature layers: name, then column, kind and CRS number of the shapes."""
    sql = """SELECT c.table_name, g.column_name, g.geometry_type_name, g.srs_id FROM gpkg_contents AS c
             JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name WHERE c.data_type = 'features' LIMIT 1000"""
    try:
        rows = connection.execute(sql).fetchall()
    except sqlite3.OperationalError as error:
        raise RefusedError("vector.no_layers") from error
    return {str(name): (str(column), str(kind), int(srs)) for name, column, kind, srs in rows}


def crs_of(connection: sqlite3.Connection, srs_id: int) -> str | None:
    """Return the CRS of a number; nothing where none is known."""
    sql = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    row = connection.execute(sql, (srs_id,)).fetchone() if srs_id > 0 else None
    if row is None:
        return None
    return f"EPSG:{row[1]}" if str(row[0]).upper() == "EPSG" else str(row[2])


def read_geopackage(request: Request) -> Found:
    """Read one feature table or view."""
    meter = Meter(request)
    with closing(open_sqlite(request.file)) as connection:
        layers = layers_of(connection)
        layer = chosen_layer({name: kind for name, (_, kind, _) in layers.items()}, request.layer)
        shape_column, _, srs_id = layers[layer]
        crs = crs_of(connection, srs_id)
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
            shapes.append(wkb_of(row[at]))
            meter.add(1, len(shapes[-1] or b""))
            rows.append((*row[:at], *row[at + 1 :]))
    del names[at]
    columns = [arrow_column([row[i] for row in rows]) for i in range(len(names))]
    return Found(layer, list(layers), crs, attribute_table(names, columns, request), pa.array(shapes, pa.binary()))
