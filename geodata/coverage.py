"""What a coverage is made of: outlines that fit together, their shared sides, gaps and stray pieces."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.errors import GEOSException

from geodata.plane import Floats, Geometries, Plane, metres_per_degree

Rows = npt.NDArray[np.intp]

_STRAY_SHARE = 0.01
_STRAY_M = 10_000.0


def snap(outlines: Geometries, *, distance_m: float) -> Geometries:
    """Snap near vertices of outlines in metres together and give each overlap to one village; gaps stay."""
    return np.asarray(shapely.coverage_clean(outlines, snapping_distance=distance_m, gap_width=0.0), dtype=object)


def fill_gaps(coverage: Geometries, *, width: float) -> Geometries:
    """Give enclosed gaps narrower than a width (in the unit of the outlines) away and mend hair-thin folds."""
    return np.asarray(shapely.coverage_clean(coverage, snapping_distance=0.0, gap_width=width), dtype=object)


def enclosed_gaps(coverage: Geometries) -> Geometries:
    """Return the pieces of land or water that a valid coverage encloses but no outline covers.

    Parameters
    ----------
    coverage
        Outlines that form a valid coverage, any CRS.

    Returns
    -------
    numpy.ndarray
        Polygons; islands inside a gap are cut out of it.
    """
    parts = shapely.get_parts(shapely.coverage_union_all(coverage))
    rings, owner = shapely.get_rings(parts, return_index=True)
    inner = np.diff(owner, prepend=-1) == 0
    gaps = np.asarray(shapely.polygons(rings[inner]), dtype=object)
    holder, island = shapely.STRtree(parts).query(gaps, predicate="contains")
    for gap in np.unique(holder):
        gaps[gap] = shapely.difference(gaps[gap], shapely.union_all(parts[island[holder == gap]]))
    return gaps


def joined(outlines: Geometries) -> shapely.Geometry:
    """Return the union of outlines; the fast way needs a valid coverage, which simplified outlines may not be."""
    try:
        union = shapely.coverage_union_all(outlines)
    except GEOSException:
        return shapely.union_all(outlines)
    return union if union.is_valid else shapely.union_all(outlines)


@dataclass(frozen=True)
class Sides:
    """The straight sides of all outlines, one entry per side and village.

    Attributes
    ----------
    owner
        Row of the village.
    partner
        Row of the village on the other side; -1 if no other village has the same side.
    length_km
        Length on the WGS 84 ellipsoid.
    middle
        Longitude and latitude of the middle, shape (sides, 2).
    """

    owner: Rows
    partner: Rows
    length_km: Floats
    middle: Floats


def sides(geometries: Geometries) -> Sides:
    """Take outlines apart into sides and find the ones that two villages share.

    Exact for a valid coverage, where two neighbours have the same vertices along their border.

    Parameters
    ----------
    geometries
        Polygons in EPSG:4326; missing and empty ones have no sides.
    """
    parts, part_row = shapely.get_parts(geometries, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, vertex_ring = shapely.get_coordinates(rings, return_index=True)
    inside_ring = vertex_ring[1:] == vertex_ring[:-1]
    ends = np.hstack([xy[:-1], xy[1:]])[inside_ring]
    owner = part_row[ring_part[vertex_ring[:-1][inside_ring]]]

    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    order = np.lexsort(ends.T)
    ends, owner = ends[order], owner[order]
    twin = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1) & (owner[1:] != owner[:-1]))
    partner = np.full(len(owner), -1, dtype=np.intp)
    partner[twin] = owner[twin + 1]
    partner[twin + 1] = owner[twin]

    middle = (ends[:, :2] + ends[:, 2:]) / 2
    east_m, north_m = metres_per_degree(middle[:, 1])
    step = ends[:, 2:] - ends[:, :2]
    return Sides(owner, partner, np.hypot(step[:, 0] * east_m, step[:, 1] * north_m) / 1_000, middle)


def stray_parts(geometries: Geometries) -> Geometries:
    """Return the small far-off pieces of outlines.

    A piece is stray if it has less than 1 % of the area of its outline and lies more than 10 km from the largest
    piece: islets at sea, and pieces that were given to a namesake when the outlines were published (one village of
    Bangka has 0.4 ha beside a village of the same name on Belitung, 188 km away).

    Parameters
    ----------
    geometries
        Polygons and multipolygons in EPSG:4326.

    Returns
    -------
    numpy.ndarray
        One multipolygon per outline, in the same order; empty where nothing is stray.
    """
    parts, owner = shapely.get_parts(geometries, return_index=True)
    area = shapely.area(parts)
    largest = pd.Series(area).groupby(owner).idxmax().reindex(range(len(geometries)), fill_value=-1).to_numpy()
    total = np.bincount(owner, weights=area, minlength=len(geometries))
    small = np.flatnonzero(area < _STRAY_SHARE * total[owner])
    plane = Plane.around(geometries)
    away = shapely.distance(plane.metres(parts[small]), plane.metres(parts[largest[owner[small]]]))
    stray = small[away > _STRAY_M]
    result = np.full(len(geometries), shapely.MultiPolygon(), dtype=object)
    rows = np.unique(owner[stray])
    result[rows] = [shapely.multipolygons(parts[stray[owner[stray] == row]]) for row in rows]
    return result


def without_stray_parts(geometries: Geometries) -> Geometries:
    """Return outlines without their stray pieces; vertices stay as they are."""
    stray = stray_parts(geometries)
    result = geometries.copy()
    for row in np.flatnonzero(~shapely.is_empty(stray)):
        far = {part.wkb for part in stray[row].geoms}
        result[row] = shapely.multipolygons([part for part in geometries[row].geoms if part.wkb not in far])
    return result
