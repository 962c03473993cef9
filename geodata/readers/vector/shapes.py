"""Outlines in EPSG:4326, and what is wrong with each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geodata.errors import DataError
from geodata.readers.vector.limits import Limits
from geodata.readers.vector.sandbox import Source
from geodata.readers.vector.wording import bounds_text, one_line
from geodata.schema import CRS_STORED

INDONESIA: Final = (94.0, -11.5, 142.0, 6.5)  # west, south, east, north in degrees

GEOMETRY_MISSING: Final = "vector.row_geometry_missing"
GEOMETRY_BROKEN: Final = "vector.row_geometry_broken"
NOT_POLYGON: Final = "vector.row_not_polygon"
NOT_FINITE: Final = "vector.row_not_finite"
AXES_SWAPPED: Final = "vector.row_axes_swapped"
OUTSIDE: Final = "vector.row_outside"

_GRID_FILES = re.compile("grids|PARAMETERFILE", re.IGNORECASE)


@dataclass(frozen=True)
class Shapes:
    """Outlines in EPSG:4326, what is wrong with each (missing where nothing is), and the CRS the file names."""

    geometry: np.ndarray
    reasons: pd.Series
    crs: str
    vertices: int


def _crs(text: str | None, kind: str, file: str) -> pyproj.CRS:
    """Read the CRS that the file names; one that needs files of its own is refused."""
    if text is None and kind != "kml":
        raise DataError("vector.no_crs", file=file)
    said = text or CRS_STORED
    try:
        crs = pyproj.CRS.from_user_input(said)
    except pyproj.exceptions.CRSError as error:
        raise DataError("vector.crs_unknown", file=file, crs=one_line(said)) from error
    if len(said) > 20_000 or _GRID_FILES.search(said) or not (crs.is_geographic or crs.is_projected):
        raise DataError("vector.crs_unknown", file=file, crs=one_line(crs.name))
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
        raise DataError("vector.metres_as_degrees", file=file, crs=crs.name, bounds=bounds_text(_around(bounds)))
    if crs.is_projected and np.mean(size <= 180) > 0.5:
        raise DataError("vector.degrees_as_metres", file=file, crs=crs.name, bounds=bounds_text(_around(bounds)))


def _places(bounds: np.ndarray, crs: pyproj.CRS, file: str) -> list[tuple[str, np.ndarray]]:
    """Say which outlines lie outside Indonesia; refuse the file where its axes are swapped or all lie outside."""
    inside = _inside(bounds)
    swapped = ~inside & _inside(bounds, (1, 0, 3, 2))
    usable = np.isfinite(bounds).all(axis=1)
    if swapped.sum() > usable.sum() / 2:
        raise DataError("vector.axes_swapped", file=file, bounds=bounds_text(_around(bounds[usable])))
    if usable.any() and not inside.any():
        raise DataError("vector.outside", file=file, crs=crs.name, bounds=bounds_text(_around(bounds[usable])))
    return [(AXES_SWAPPED, swapped), (OUTSIDE, ~inside)]


def first_reasons(checks: Sequence[tuple[str, np.ndarray]], length: int) -> pd.Series:
    """Return the first reason that holds for each row, missing where none does."""
    found = np.full(length, None, dtype=object)
    for key, wrong in reversed(checks):
        found[np.asarray(wrong, dtype=bool)] = key
    return pd.Series(found, dtype=object)


@np.errstate(invalid="ignore")  # coordinates that are no numbers are looked for, not stumbled over
def place_shapes(source: Source, kind: str, file: str, limits: Limits) -> Shapes:
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
    return Shapes(geometry, first_reasons(checks, len(geometry)), name, vertices)
