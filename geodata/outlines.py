"""Village outlines as published: repair, and cleaning into a coverage whose neighbours share one border."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.coverage import enclosed_gaps, fill_gaps, snap
from geodata.errors import DataError
from geodata.outline_report import CleaningReport, Gaps, report_cleaning
from geodata.plane import Geometries, Plane
from geodata.schema import CRS_STORED, VILLAGE_CODE

_POLYGONAL = (3, 6)  # type numbers of shapely: Polygon, MultiPolygon
_NAMED = 5  # codes named in a message


@dataclass(frozen=True)
class CleanedOutlines:
    """Cleaned outlines and what was done to each.

    Attributes
    ----------
    frame
        The given frame with cleaned geometry, EPSG:4326, same rows, index and order.
    report
        What was repaired, village by village and in total.
    """

    frame: gpd.GeoDataFrame
    report: CleaningReport


def clean(
    frame: gpd.GeoDataFrame, *, snapping_m: float = 5.0, gap_m: float = 100.0, plane: Plane | None = None
) -> CleanedOutlines:
    """Make published outlines a valid coverage: no overlaps, no narrow gaps, one border between two neighbours.

    First each outline is made valid by itself. Then vertices nearer than ``snapping_m`` are snapped together and
    every overlap goes to the village with the longest border on it, in metres of :class:`~geodata.plane.Plane`. Last,
    gaps are filled, on the stored degrees and without snapping. The method is the coverage cleaner of GEOS
    (`shapely.coverage_clean`).

    The second pass is what makes the coverage valid as stored: rounding on the way back to degrees can fold a
    hair-thin triangle over its neighbour (3 of 9,351 villages), and this pass mends it, at no cost in time. No
    precision is set.

    Parameters
    ----------
    frame
        Column ``village_code``, geometry of polygons in EPSG:4326, any index and order. Missing and empty outlines
        pass through untouched. The published points, if given as ``longitude`` and ``latitude``, are checked as well.
    snapping_m
        Vertices nearer than this are one vertex.
    gap_m
        Enclosed land of no village is given away where no circle of this diameter fits into it.
    plane
        Where the metres are measured; that around the outlines by default. A piece of a larger layer takes the plane
        of the whole.

    Returns
    -------
    CleanedOutlines
        Frame of the same rows, and the report. An outline that vanishes (it lay wholly on others) stays as an empty
        one and is marked in the report.

    Raises
    ------
    DataError
        If the frame has no codes, repeats a code, is not in degrees of EPSG:4326, holds other geometry than polygons,
        or has no outline at all.
    """
    check_outlines(frame)
    if min(snapping_m, gap_m) < 0:
        raise DataError("outlines.distance_negative", snapping_m=snapping_m, gap_m=gap_m)
    published = frame.geometry.to_numpy()
    drawn = ~(shapely.is_missing(published) | shapely.is_empty(published))
    repaired = shapely.make_valid(shapely.force_2d(published[drawn]), method="structure", keep_collapsed=False)
    plane = plane or Plane.around(repaired)
    snapped = snap(plane.metres(repaired), distance_m=snapping_m)
    cleaned = fill_gaps(plane.degrees(snapped), width=gap_m / plane.metres_per_degree_least)

    result = _replaced(published, drawn, cleaned)
    report = report_cleaning(
        frame,
        repaired=_replaced(published, drawn, repaired),
        cleaned=result,
        gaps=Gaps(before=plane.degrees(enclosed_gaps(snapped)), left=enclosed_gaps(cleaned)),
        snapping_m=snapping_m,
    )
    return CleanedOutlines(with_geometry(frame, result), report)


def check_outlines(frame: gpd.GeoDataFrame) -> None:
    """Refuse a frame that does not hold one row of polygons in degrees per village.

    Raises
    ------
    DataError
        With the first five codes concerned.
    """
    if VILLAGE_CODE not in frame.columns:
        raise DataError("outlines.codes_missing", column=VILLAGE_CODE)
    codes = frame[VILLAGE_CODE].astype("str")
    repeated = codes.duplicated()
    if repeated.any():
        raise DataError("outlines.codes_repeated", **named(codes[repeated].unique()))
    if frame.crs is None:
        raise DataError("outlines.crs_missing", expected=CRS_STORED)
    if not frame.crs.equals(CRS_STORED, ignore_axis_order=True):
        raise DataError("outlines.crs_wrong", crs=frame.crs.name, expected=CRS_STORED)
    geometries = frame.geometry.to_numpy()
    drawn = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    if not drawn.any():
        raise DataError("outlines.nothing", villages=len(frame))
    other = drawn & ~np.isin(shapely.get_type_id(geometries), _POLYGONAL)
    if other.any():
        raise DataError("outlines.not_polygons", **named(codes.to_numpy()[other]))
    bounds = np.abs(shapely.bounds(geometries))
    beyond = drawn & ~(bounds <= np.array([180.0, 90.0, 180.0, 90.0])).all(axis=1)
    if beyond.any():
        raise DataError("outlines.not_degrees", **named(codes.to_numpy()[beyond]))


def with_geometry(frame: gpd.GeoDataFrame, geometries: Geometries) -> gpd.GeoDataFrame:
    """Return the frame with other geometries in EPSG:4326, given in the order of its rows."""
    column = frame.geometry.name
    return frame.assign(**{column: gpd.GeoSeries(geometries, index=frame.index, crs=CRS_STORED)})


def _replaced(geometries: Geometries, where: npt.NDArray[np.bool_], new: Geometries) -> Geometries:
    """Return a copy of geometries with new ones at some places."""
    result = geometries.copy()
    result[where] = new
    return result


def named(codes: npt.NDArray[Any]) -> dict[str, object]:
    """Return how many codes are concerned and the first of them, for a message."""
    return {"count": len(codes), "codes": ", ".join(map(str, codes[:_NAMED]))}
