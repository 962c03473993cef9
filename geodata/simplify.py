"""Lighter outlines for drawing: simplified with shared borders kept.

For display only: simplified areas are off by 20 % in small villages. Areas, joins and borders are computed on the
cleaned outlines.
"""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.coverage import joined
from geodata.errors import DataError
from geodata.outlines import check_outlines, with_geometry
from geodata.plane import Geometries, Plane

SIMPLIFIED: Final = "simplified"
KEPT: Final = "kept"
_SHRUNK, _GROWN = 0.5, 2.0  # area after by area before beyond which a village is not recognisable


def simplified(frame: gpd.GeoDataFrame, *, tolerance_m: float) -> gpd.GeoDataFrame:
    """Return outlines with fewer vertices; neighbours still share one border, and no village is lost.

    Visvalingam and Whyatt (1993) on the borders of the coverage (`shapely.coverage_simplify`): corners that span a
    triangle of less than ``tolerance_m`` squared go. Triangles keep their order of size when the axes are stretched,
    so it runs on the stored degrees and nothing is projected or rounded. Villages that would lose half their area or
    double it (small urban ones, islets) keep their published outline, and their neighbours keep that border, so the
    result is again a valid coverage. For display only: never compute areas on it.

    Parameters
    ----------
    frame
        Column ``village_code``; geometry in EPSG:4326 that forms a valid coverage. Missing and empty outlines pass
        through.
    tolerance_m
        Side of a square of the area of the smallest corner that stays; 100 for one region, 250 for the country.

    Returns
    -------
    geopandas.GeoDataFrame
        The frame with simplified geometry and the column ``simplified``: the tolerance as text (``100 m``), ``kept``
        for an outline left as it was, missing without outline. Same rows, index and order.

    Raises
    ------
    DataError
        If the outlines are no valid coverage (clean them first), or the tolerance is not above zero.
    """
    check_outlines(frame)
    if not tolerance_m > 0:
        raise DataError("outlines.tolerance_not_positive", tolerance_m=tolerance_m)
    given = frame.geometry.to_numpy()
    drawn = ~(shapely.is_missing(given) | shapely.is_empty(given))
    outlines = given[drawn]
    if not shapely.coverage_is_valid(outlines):
        raise DataError("outlines.not_coverage", villages=len(outlines))
    plane = Plane.around(outlines)
    tolerance = tolerance_m / np.sqrt(plane.metres_per_longitude * plane.metres_per_latitude)

    lighter, kept = _simplify_recognisably(outlines, tolerance)
    result = given.copy()
    result[drawn] = lighter
    note = np.full(len(frame), None, dtype=object)
    note[drawn] = np.where(kept, KEPT, f"{tolerance_m:g} m")
    return with_geometry(frame, result).assign(**{SIMPLIFIED: pd.Series(note, index=frame.index, dtype="str")})


def _simplify_recognisably(outlines: Geometries, tolerance: float) -> tuple[Geometries, npt.NDArray[np.bool_]]:
    """Simplify a coverage, with the villages kept as they are that would not be recognised, and say which."""
    before = shapely.area(outlines)
    kept = np.zeros(len(outlines), dtype=bool)
    lighter = shapely.coverage_simplify(outlines, tolerance)
    while True:
        ratio = shapely.area(lighter) / before
        spoilt = ~kept & ~((ratio >= _SHRUNK) & (ratio <= _GROWN))
        if not spoilt.any():
            return lighter, kept
        kept |= spoilt
        lighter = _simplify_around(outlines, kept, tolerance)


def _simplify_around(outlines: Geometries, kept: npt.NDArray[np.bool_], tolerance: float) -> Geometries:
    """Simplify the villages that are not kept, without moving their borders with the kept ones.

    The simplifier can hold the boundary of a coverage fast. So the kept villages are taken out, which makes their
    borders boundary, and the sea is put in as one more polygon, which makes the coasts borders like all others.
    """
    frame = shapely.box(*shapely.total_bounds(outlines)).buffer(1.0, join_style="mitre")
    sea = shapely.difference(frame, joined(outlines))
    result = outlines.copy()
    moved = shapely.coverage_simplify(np.append(outlines[~kept], sea), tolerance, simplify_boundary=False)
    result[~kept] = moved[:-1]
    return result
