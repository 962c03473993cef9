"""Shapefile, FlatGeobuf and KML, by one GDAL driver."""

from typing import Any

import pyarrow as pa

from .attributes import attribute_table
from .exchange import DRIVERS, RefusedError, Request
from .layer import Found, Meter, chosen_layer


def _layer(request: Request, layer: str, meter: Meter) -> tuple[str | None, pa.Table, pa.ChunkedArray]:
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
            batches.append(attribute_table(names, [batch.column(n) for n in names], request))
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
            chosen = [chosen_layer(layers, request.layer if request.format == "kml" else None)]
        meter = Meter(request)
        parts = [_layer(request, name, meter) for name in chosen]
    except pyogrio.errors.DataSourceError as error:
        raise RefusedError("vector.damaged") from error
    attributes = pa.concat_tables([p[1] for p in parts], promote_options="permissive")
    meter.columns(attributes.num_columns)
    shapes = pa.chunked_array([chunk for p in parts for chunk in p[2].chunks], pa.binary())
    shown = list(layers) if request.format == "kml" else []
    return Found(chosen[0] if len(chosen) == 1 and shown else "", shown, parts[0][0], attributes, shapes)
