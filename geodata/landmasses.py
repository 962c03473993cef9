"""Ground that stands apart: groups of villages that can be worked on one by one, because no other group is near."""

from typing import Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.coverage import Rows
from geodata.plane import Geometries, Plane

PIECE_VERTICES: Final = 250_000
"""Small landmasses are put together until they have so many vertices."""


def landmasses(outlines: Geometries, plane: Plane, *, apart_m: float) -> list[Rows]:
    """Return the rows of each landmass: outlines of two of them are more than a distance from each other.

    The boxes of the polygons stand for them, so that two landmasses may be put into one though they are further apart,
    but never the other way round. All polygons of a village belong to one landmass.

    Parameters
    ----------
    outlines
        Polygons in EPSG:4326; missing and empty ones are left out.
    plane
        Where the distance is measured.
    apart_m
        The distance.

    Returns
    -------
    Rows in their order; landmasses by their first row.
    """
    parts, owner = shapely.get_parts(outlines, return_index=True)
    boxes = shapely.bounds(plane.metres(parts)) + apart_m / 2 * np.array([-1, -1, 1, 1])
    drawn = np.isfinite(boxes).all(axis=1)
    grown, owner = shapely.box(*boxes[drawn].T), owner[drawn]
    first, second = shapely.STRtree(grown).query(grown)
    links = coo_array(
        (np.ones(len(first), dtype=bool), (owner[first], owner[second])), shape=(len(outlines), len(outlines))
    )
    _, label = connected_components(links, directed=False)
    rows = np.unique(owner)
    rows = rows[np.argsort(label[rows], kind="stable")]
    masses = np.split(rows, np.flatnonzero(np.diff(label[rows])) + 1) if len(rows) else []
    return sorted(masses, key=lambda mass: int(mass[0]))


def pieces(masses: list[Rows], vertices: Rows, *, least: int = PIECE_VERTICES) -> list[Rows]:
    """Put small landmasses together, neighbours in the list first, until they are worth a piece of work.

    Parameters
    ----------
    masses
        See `landmasses`.
    vertices
        Vertices of each row.
    least
        A piece has at least so many, but for the last.

    Returns
    -------
    Rows in their order; pieces of most vertices first.
    """
    found: list[Rows] = []
    small: list[Rows] = []
    for mass in masses:
        if vertices[mass].sum() >= least:
            found.append(mass)
            continue
        small.append(mass)
        if sum(vertices[one].sum() for one in small) >= least:
            found.append(np.sort(np.concatenate(small)))
            small = []
    if small:
        found.append(np.sort(np.concatenate(small)))
    return sorted(found, key=lambda piece: (-int(vertices[piece].sum()), int(piece[0])))
