"""Measures of villages from their outlines: area, a point inside, length of coast."""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.coverage import joined, sides
from geodata.plane import Floats, Geometries, Plane
from geodata.schema import AREA_KM2, COAST_KM, CRS_STORED, LATITUDE, LONGITUDE, POINT_BASIS

CRS_EQUAL_AREA: Final = "EPSG:6933"
_DETAIL = 60  # a coast drawn this many times finer than the margin is fine enough
_ON_SHORE_M = 20.0  # how far behind the smoothed shore a side may lie and still be shore


def area_km2(frame: gpd.GeoDataFrame) -> pd.Series:
    """Area of each village.

    Measured in the cylindrical equal-area projection EPSG:6933. On 9,351 villages it differs from the geodesic area
    of the same vertices (Karney 2013) by 0.1 % at most, 0.003 % in 99 of 100, nothing in total, and costs an eighth
    of the time.

    Parameters
    ----------
    frame
        Geometry in EPSG:4326.

    Returns
    -------
    pandas.Series
        ``area_km2``, index of ``frame``; missing without outline.
    """
    geometries = frame.geometry.to_numpy()
    drawn = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    return pd.Series(np.where(drawn, equal_area_km2(geometries), np.nan), index=frame.index, name=AREA_KM2)


def equal_area_km2(geometries: Geometries) -> Floats:
    """Area of geometries in EPSG:4326, in their order; 0 if empty, not a number if missing."""
    projected = gpd.GeoSeries(geometries, crs=CRS_STORED).to_crs(CRS_EQUAL_AREA)
    return np.asarray(shapely.area(projected.to_numpy()), dtype=np.float64) / 1e6


def inside_points(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one point per village that lies inside its outline, the published one where that does.

    Parameters
    ----------
    frame
        Geometry in EPSG:4326; published points as ``longitude`` and ``latitude``, if there are any.

    Returns
    -------
    pandas.DataFrame
        ``longitude``, ``latitude`` (degrees) and ``point_basis``: ``published``, or ``inside`` for a point placed by
        GEOS where the published one is absent or lies outside. Without outline the published point stays as it is;
        without either, all three are missing. Index of ``frame``.
    """
    geometries = frame.geometry.to_numpy()
    drawn = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    published = np.full((len(frame), 2), np.nan)
    if {LONGITUDE, LATITUDE} <= set(frame.columns):
        published = frame[[LONGITUDE, LATITUDE]].to_numpy(dtype=float, na_value=np.nan)
    kept = np.isfinite(published).all(axis=1)
    kept &= ~drawn | shapely.contains_xy(geometries, published[:, 0], published[:, 1])
    placed = drawn & ~kept
    point = np.where(kept[:, None], published, np.nan)
    point[placed] = shapely.get_coordinates(shapely.point_on_surface(geometries[placed]))
    basis = pd.Series(np.where(kept, "published", "inside"), index=frame.index, dtype="str")
    return pd.DataFrame(
        {LONGITUDE: point[:, 0], LATITUDE: point[:, 1], POINT_BASIS: basis.where(kept | drawn)}, index=frame.index
    )


def coast_km(
    frame: gpd.GeoDataFrame,
    other_land: gpd.GeoSeries | None,
    *,
    land_within_m: float = 2_000.0,
    inlet_m: float = 500.0,
) -> pd.Series:
    """Length of outline that faces the open sea.

    A side of an outline is coast if no other village shares it, no other land lies within ``land_within_m`` of it,
    and it is not the bank of enclosed or narrow water: lakes, and river mouths, creeks and straits narrower than
    ``inlet_m`` (a morphological closing of the land). Coasts are longer the closer one looks: the five provinces have
    5,150 km with every creek, 4,152 km with ``inlet_m=500``.

    Parameters
    ----------
    frame
        Geometry in EPSG:4326 that forms a valid coverage.
    other_land
        Land outside the layer, EPSG:4326 (villages of the provinces around it, or :func:`land_beyond`). None if the
        layer holds all land there is: without it a land border would count as coast.
    land_within_m
        Other land nearer than this is a land border.
    inlet_m
        Water narrower than this is not open sea.

    Returns
    -------
    pandas.Series
        ``coast_km``, index of ``frame``; 0 inland, missing without outline.
    """
    geometries = frame.geometry.to_numpy()
    drawn = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    plane = Plane.around(geometries)
    outline = sides(geometries)
    outer = outline.partner < 0
    middles = plane.metres(np.asarray(shapely.points(outline.middle[outer]), dtype=object))
    is_coast = ~_behind_shore(plane.metres(geometries[drawn]), middles, inlet_m)
    if other_land is not None and len(other_land):
        land = shapely.get_parts(plane.metres(other_land.to_numpy()))
        side, _ = shapely.STRtree(land).query(middles, predicate="dwithin", distance=land_within_m)
        is_coast[side] = False
    length = np.bincount(outline.owner[outer][is_coast], outline.length_km[outer][is_coast], minlength=len(frame))
    return pd.Series(np.where(drawn, length, np.nan), index=frame.index, name=COAST_KM)


def land_beyond(frame: gpd.GeoDataFrame, land: gpd.GeoSeries, *, margin_m: float = 3_000.0) -> gpd.GeoSeries:
    """Return the land that goes on where a layer ends, from a coarse map of all land.

    For :func:`coast_km` when the outlines of the provinces around the layer are not at hand. Within ``margin_m`` of
    the layer nothing is taken, because a coarse coastline may be that far off; give ``coast_km`` a ``land_within_m``
    of twice the margin. With Natural Earth 1:10m and 3 km the five provinces get 4,157 km of coast, against 4,152 km
    with the outlines of all provinces (6 km too many, 2 km too few).

    Parameters
    ----------
    frame
        The layer, EPSG:4326.
    land
        All land, EPSG:4326, for instance Natural Earth 1:10m.
    margin_m
        How far off the coarse coastline may be.

    Returns
    -------
    geopandas.GeoSeries
        Polygons in EPSG:4326.
    """
    geometries = frame.geometry.dropna().to_numpy()
    plane = Plane.around(geometries)
    own = shapely.coverage_simplify(shapely.get_parts(joined(plane.metres(geometries))), margin_m / _DETAIL)
    own = shapely.union_all(shapely.buffer(own, margin_m, quad_segs=4))
    window = shapely.buffer(shapely.box(*shapely.total_bounds(own)), margin_m)
    pieces = shapely.get_parts(shapely.make_valid(land.to_numpy(), method="structure", keep_collapsed=False))
    near = shapely.intersection(plane.metres(pieces), window)
    rest = shapely.get_parts(shapely.difference(near, own))
    return gpd.GeoSeries(plane.degrees(rest[shapely.area(rest) > 0]), crs=CRS_STORED)


def _behind_shore(outlines: Geometries, points: Geometries, inlet_m: float) -> npt.NDArray[np.bool_]:
    """Return which points (metres) lie clearly behind the shore of the land without lakes and narrow inlets."""
    parts = shapely.get_parts(joined(outlines))
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))
    reach = inlet_m / 2
    closed = shapely.buffer(shapely.buffer(filled, reach, quad_segs=4), -reach - _ON_SHORE_M, quad_segs=4)
    shapely.prepare(closed)
    return np.asarray(shapely.contains(closed, points), dtype=bool)
