"""GeoParquet 1.x."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .attributes import attribute_table
from .exchange import RefusedError, Request
from .layer import Found, Meter


def _crs(column: Mapping[str, Any]) -> str | None:
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
            batches.append(attribute_table(names, [batch.column(n) for n in names], request))
    attributes = pa.concat_tables(batches) if batches else schema.empty_table().select(names)
    return Found("", [], _crs(about), attributes, pa.chunked_array(shapes, pa.binary()))
