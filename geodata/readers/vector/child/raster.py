"""A GeoTIFF read in windows, each a row group of a Parquet file: workers need no GDAL then, nor trust in the file."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .exchange import CELLS, VALID, RefusedError

_SCHEMA = pa.schema([(CELLS, pa.large_binary()), (VALID, pa.large_binary())])
_SIDE = 2048  # cells; a multiple of the blocks that are usual


def written(*, file: str, band: str | None, cells: int, out: str) -> dict[str, Any]:
    """Write the windows that hold data, and return what the parent needs to know of them."""
    import rasterio  # noqa: PLC0415 (optional)

    with rasterio.Env() as surroundings:
        if set(surroundings.drivers()) != {"GTiff"}:
            raise RefusedError("vector.drivers")
        try:
            with rasterio.open(file, driver="GTiff") as raster:
                return _written(raster, _chosen(raster, band), cells, out)
        except rasterio.errors.RasterioIOError as error:
            raise RefusedError("vector.damaged") from error


def _chosen(raster: Any, band: str | None) -> int:  # noqa: ANN401 (rasterio's own)
    if band is None and raster.count == 1:
        return 1
    if band is None or not band.isdecimal() or not 1 <= int(band) <= raster.count:
        raise RefusedError("overlay.raster_bands", count=raster.count)
    return int(band)


def _written(raster: Any, band: int, cells: int, out: str) -> dict[str, Any]:  # noqa: ANN401
    place = raster.transform
    if place.b or place.d or place.a <= 0 or place.e >= 0:
        raise RefusedError("overlay.raster_turned")
    kind = np.dtype(raster.dtypes[band - 1])
    if kind.kind not in "iuf":
        raise RefusedError("overlay.raster_kind", kind=str(kind))
    windows = []
    with pq.ParquetWriter(out, _SCHEMA, compression="zstd", compression_level=1, use_dictionary=False) as writer:
        for window in _windows(raster, cells):
            column, row, width, height = window
            part = ((row, row + height), (column, column + width))
            found, known = raster.read(band, window=part), raster.read_masks(band, window=part) > 0
            if not known.any():
                continue
            holes = None if known.all() else np.packbits(known).tobytes()
            columns = [pa.array([value], pa.large_binary()) for value in (found.tobytes(), holes)]
            writer.write_table(pa.table(columns, schema=_SCHEMA))
            windows.append(window)
    return {
        "crs": raster.crs.to_wkt() if raster.crs else None,
        "corner": [place.c, place.f],
        "step": [place.a, place.e],
        "kind": kind.str,
        "scale": [float(raster.scales[band - 1]), float(raster.offsets[band - 1])],
        "windows": windows,
    }


def _windows(raster: Any, cells: int) -> Iterator[tuple[int, int, int, int]]:  # noqa: ANN401
    """Yield column, row, width and height; whole strips where the file is made of them: none is read twice."""
    width = raster.width if raster.block_shapes[0][1] >= raster.width else _SIDE
    width = min(width, cells)
    height = max(cells // width, 1)
    for row in range(0, raster.height, height):
        for column in range(0, raster.width, width):
            yield column, row, min(width, raster.width - column), min(height, raster.height - row)
