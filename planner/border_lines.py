"""Borders between regions as lines: each stretch once, with the regions on its two sides."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]

COAST: Final = ""
_SMALLEST_RING_DEG2: Final = 4e-5  # half a square kilometre: islets are no borders


@dataclass(frozen=True)
class _Sides:
    """Straight sides of outlines that no other outline of the same region shares.

    Attributes
    ----------
    ends
        Longitude and latitude of both ends, shape (sides, 4).
    left, right
        Codes of the regions on the two sides, ``left`` before ``right`` in the alphabet; ``left`` is empty at the
        coast.
    """

    ends: NDArray[np.float64]
    left: NDArray[np.object_]
    right: NDArray[np.object_]


def border_lines(outlines: Geometries, regions: pd.Series) -> pd.Series:
    """Return the borders of regions.

    A side of an outline lies on a border if the outline on its other side belongs to another region or to none. Exact
    for a valid coverage, where neighbours have the same vertices along their border.

    Parameters
    ----------
    outlines
        Polygons of villages that form a valid coverage; may be empty.
    regions
        Code of the region of each village.

    Returns
    -------
    pandas.Series
        MultiLineString per pair of neighbouring regions, indexed by ``left`` and ``right`` code; ``left`` is empty
        for the coast of ``right``, where small islets and gaps are left out.
    """
    sides = _sides(outlines, regions.to_numpy(dtype=object))
    segments = pd.Series(list(shapely.linestrings(sides.ends.reshape(-1, 2, 2))), dtype=object)
    grouped = segments.groupby([pd.Series(sides.left, name="left"), pd.Series(sides.right, name="right")])
    lines = grouped.agg(lambda pieces: shapely.line_merge(shapely.multilinestrings(pieces.to_numpy())))
    coast = lines.index.get_level_values("left") == COAST
    lines[coast] = [_without_islets(line) for line in lines[coast]]
    drawn: pd.Series = lines[~shapely.is_empty(lines.to_numpy())]
    return drawn


def _sides(outlines: Geometries, region: NDArray[np.object_]) -> _Sides:
    parts, village = shapely.get_parts(outlines, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same_ring = ring[1:] == ring[:-1]
    ends = np.hstack([xy[:-1], xy[1:]])[same_ring]
    owner = village[part[ring[:-1][same_ring]]]
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    order = np.lexsort(ends.T)
    ends, owner = ends[order], owner[order]
    repeats = np.append((ends[1:] == ends[:-1]).all(axis=1), False) if len(ends) else np.zeros(0, dtype=bool)
    second = np.append(False, repeats[:-1]) if len(ends) else repeats
    here = region[owner]
    other = np.full(len(owner), COAST, dtype=object)
    other[repeats] = here[np.flatnonzero(repeats) + 1]
    border = ~second & (here != other)
    left, right = np.minimum(here[border], other[border]), np.maximum(here[border], other[border])
    return _Sides(ends[border], left, right)


def _without_islets(coast: shapely.Geometry) -> shapely.Geometry:
    lines = shapely.get_parts(coast)
    closed = shapely.is_closed(lines)
    area = np.full(len(lines), np.inf)
    corners, ring = shapely.get_coordinates(lines[closed], return_index=True)
    area[closed] = shapely.area(shapely.polygons(shapely.linearrings(corners, indices=ring)))
    return shapely.multilinestrings(lines[area > _SMALLEST_RING_DEG2])
