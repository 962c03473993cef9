"""A layer too large for the memory: read in batches, written as row groups of a Parquet file."""

import json
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from . import raster
from .attributes import arrow_column
from .confinement import confine, limit_resources
from .exchange import ANSWER_FILE, DRIVERS, GEOMETRY, VALUE, RefusedError
from .geopackage import crs_of, layers_of, open_sqlite, wkb_of
from .layer import chosen_layer

_SCHEMA = pa.schema([(GEOMETRY, pa.binary()), (VALUE, pa.float64())])
Batch = tuple[pa.Array, pa.Array]
Layer = tuple[str | None, Iterator[Batch]]


@dataclass(frozen=True)
class StreamRequest:
    """What the parent asks for: a layer (of a raster a band), its shapes and one column, in groups of so many rows."""

    format: str
    file: str
    layer: str | None
    column: str | None
    rows: int
    out: str
    memory_bytes: int
    written_bytes: int
    seconds: int


@contextmanager
def geopackage(request: StreamRequest) -> Iterator[Layer]:
    """Give CRS and batches of a layer, by SQLite alone."""
    with closing(open_sqlite(request.file)) as connection:
        layers = layers_of(connection)
        layer = chosen_layer(dict.fromkeys(layers, "geometry"), request.layer)
        shape, _, srs_id = layers[layer]
        table = _quoted(layer)
        names = [str(row[0]) for row in connection.execute(f"SELECT * FROM {table} LIMIT 0").description]  # noqa: S608
        _need(request.column, names)
        chosen = ", ".join(_quoted(name) for name in (shape, request.column) if name)

        def batches() -> Iterator[Batch]:
            cursor = connection.execute(f"SELECT {chosen} FROM {table}")  # noqa: S608 - names cannot be parameters
            while rows := cursor.fetchmany(request.rows):
                values = arrow_column([row[1] for row in rows]) if request.column else _none(len(rows))
                yield pa.array([wkb_of(row[0]) for row in rows], pa.binary()), values

        yield crs_of(connection, srs_id), batches()


@contextmanager
def gdal(request: StreamRequest) -> Iterator[Layer]:
    """Give CRS and batches of the one layer, by the one driver left."""
    import pyogrio  # noqa: PLC0415
    from pyogrio.raw import open_arrow  # noqa: PLC0415

    if set(pyogrio.list_drivers()) != {DRIVERS[request.format]}:
        raise RefusedError("vector.drivers")
    try:
        _need(request.column, [str(name) for name in pyogrio.read_info(request.file)["fields"]])
        columns = [request.column] if request.column else []
        with open_arrow(request.file, columns=columns, batch_size=request.rows, use_pyarrow=True) as (meta, reader):
            shape = meta["geometry_name"] or "wkb_geometry"

            def batches() -> Iterator[Batch]:
                for batch in reader:
                    batch.validate(full=True)
                    values = batch.column(request.column) if request.column else _none(len(batch))
                    yield batch.column(shape).cast(pa.binary()), values

            yield meta["crs"], batches()
    except pyogrio.errors.DataSourceError as error:
        raise RefusedError("vector.damaged") from error


READERS: Mapping[str, Callable[[StreamRequest], AbstractContextManager[Layer]]] = {
    "geopackage": geopackage,
    "flatgeobuf": gdal,
}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _need(column: str | None, names: list[str]) -> None:
    if column is not None and column not in names:
        raise RefusedError("overlay.no_column", column=column, names=names)


def _none(rows: int) -> pa.Array:
    return pa.nulls(rows, pa.float64())


def _numbers(values: pa.Array, column: str | None) -> pa.Array:
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_null(values.type)):
        raise RefusedError("overlay.no_numbers", column=str(column), kind=str(values.type))
    return values.cast(pa.float64())


def written(request: StreamRequest) -> dict[str, Any]:
    """Write the layer, and return what the parent needs to know of it."""
    rows: list[int] = []
    with (
        READERS[request.format](request) as (crs, batches),
        pq.ParquetWriter(request.out, _SCHEMA, compression="zstd", compression_level=1) as writer,
    ):
        for shapes, values in batches:
            numbers = _numbers(values, request.column)
            for start in range(0, len(shapes), request.rows):
                part = pa.table([column.slice(start, request.rows) for column in (shapes, numbers)], schema=_SCHEMA)
                writer.write_table(part, row_group_size=request.rows)
                rows.append(len(part))
    return {"crs": crs, "rows": rows}


def _raster(request: StreamRequest) -> dict[str, Any]:
    return raster.written(file=request.file, band=request.layer, cells=request.rows, out=request.out)


def main() -> None:
    """Read the request from the command line, and leave the file and the answer."""
    request = StreamRequest(**json.loads(sys.argv[1]))
    folder = Path(request.out).parent
    limit_resources(memory_bytes=request.memory_bytes, seconds=request.seconds, written_bytes=request.written_bytes)
    confine(folder, readable=[Path(request.file)])
    try:
        answer = _raster(request) if request.format == "geotiff" else written(request)
    except RefusedError as refused:
        answer = {"refused": refused.key, "values": refused.values}
    except MemoryError:
        traceback.print_exc()
        answer = {"refused": "vector.memory", "values": {}}
    except Exception:  # noqa: BLE001 - whatever a broken file makes of the libraries, the user hears one sentence
        traceback.print_exc()
        answer = {"refused": "vector.damaged", "values": {}}
    (folder / ANSWER_FILE).write_text(json.dumps(answer), encoding="utf-8")
