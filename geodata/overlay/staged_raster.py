"""From a GeoTIFF to windows that workers can read: copied by a child process without rights, once."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from geodata.errors import MachineError
from geodata.overlay.raster import RasterSource
from geodata.overlay.source import crs_of
from geodata.overlay.staged import COPY, checked, copied, describe, earlier, what_is_copied
from geodata.readers.vector.sandbox import environment

ENDINGS: Final = (".tif", ".tiff")

_KIND: Final = "geotiff"
_DRIVER: Final = "GTiff"
_CELLS: Final = 4_194_304  # in a window: 32 MB as numbers


def staged_raster(path: Path, folder: Path, *, band: str | None, on_copy: Callable[[], None]) -> RasterSource:
    """Return a raster as windows; it is copied into a folder first, unless an earlier run did so.

    Parameters
    ----------
    path
        GeoTIFF, its rows from north to south and its columns from west to east.
    folder
        Where the copy goes.
    band
        Number of the band; nothing for the only one.
    on_copy
        Told before it is copied.

    Raises
    ------
    DataError
        If it is no GeoTIFF, broken, turned, without CRS, or of numbers that cannot be added.
    MachineError
        If it cannot be read or copied, or the libraries for rasters are not installed.
    """
    path, folder = checked(path, folder, _KIND)
    known = what_is_copied(path, layer=band, column=None)
    if (said := earlier(folder, known)) is not None:
        return _source(said, folder, said["crs"])
    skipped = {"GDAL_SKIP": ",".join(sorted(_drivers() - {_DRIVER}))}
    on_copy()
    one = {"GDAL_CACHEMAX": "256", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}
    knows = {**environment(_KIND, folder), **skipped, **one}
    try:
        answer = copied(path, folder, _KIND, layer=band, column=None, rows=_CELLS, knows=knows)
    except OSError as error:
        raise MachineError("paths.unusable", folder=str(folder), reason=error.strerror or str(error)) from error
    made = _source(answer, folder, crs_of(answer["crs"], path.name))
    describe(folder, known, asdict(made))
    return made


def _source(said: Any, folder: Path, crs: str) -> RasterSource:  # noqa: ANN401 (plain values of JSON)
    def pair(name: str) -> tuple[float, float]:
        first, second = said[name]
        return float(first), float(second)

    windows = tuple((int(x), int(y), int(width), int(height)) for x, y, width, height in said["windows"])
    return RasterSource(
        str(folder / COPY), crs, pair("corner"), pair("step"), str(said["kind"]), pair("scale"), windows
    )


@cache
def _drivers() -> frozenset[str]:
    """Return the drivers of the GDAL of rasters, asked without opening anything."""
    try:
        import exactextract  # noqa: F401, PLC0415 (both are needed, told before the copy)
        import rasterio  # noqa: PLC0415
    except ImportError as error:
        raise MachineError("overlay.no_raster") from error
    with rasterio.Env() as surroundings:
        return frozenset(surroundings.drivers())
