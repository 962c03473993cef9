"""Outlines written as JSON rings of ``[latitude, longitude]``, and the polygons made of them.

A polygon is a list of rings, the outer one first; several polygons are a list of such lists. Rings need not be closed.
The text of a path is only taken apart; all checks and all geometry work on flat arrays of every outline at once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geodata.readers.fields import Floats, in_indonesia

NO_OUTLINE: Final = "readers.no_outline"
BAD_OUTLINE: Final = "readers.bad_outline"
NO_LAND: Final = "readers.outline_no_land"
SWAPPED: Final = "readers.outline_swapped"
OUTSIDE: Final = "readers.outline_outside"

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

# The form of a path is what is left without its numbers: brackets, commas, and P for a point.
_NUMBER_SIGNS: Final = b"0123456789+-.eE \t\r\n"
_RING = rb"\[(?:P(?:,P)*+)?+\]"
_POLYGON = rb"\[" + _RING + rb"(?:," + _RING + rb")*+\]"
_ONE = re.compile(_POLYGON)
_SEVERAL = re.compile(rb"\[" + _POLYGON + rb"(?:," + _POLYGON + rb")*+\]")


@dataclass(frozen=True)
class Outline:
    """One outline as written.

    Attributes
    ----------
    points
        Latitude and longitude of each point, degrees; shape (points, 2).
    sizes
        Number of points of each ring, per polygon.
    """

    points: Floats
    sizes: list[list[int]]


def parse(path: object) -> Outline | str:
    """Take the text of a path apart, or return the key of the text that says why it cannot be."""
    if not isinstance(path, str) or not path.strip():
        return NO_OUTLINE
    content = path.encode()
    form = content.translate(None, _NUMBER_SIGNS).replace(b"[,]", b"P")
    if _ONE.fullmatch(form):
        form = b"[" + form + b"]"
    elif not _SEVERAL.fullmatch(form):
        return BAD_OUTLINE
    sizes = [[(len(ring) + 1) // 2 for ring in polygon.split(b"],[")] for polygon in form[3:-3].split(b"]],[[")]
    count = sum(chain.from_iterable(sizes))
    if not count:
        return NO_LAND
    points = _points(content, count)
    return BAD_OUTLINE if points is None else Outline(points, sizes)


def _points(content: bytes, count: int) -> Floats | None:
    parts = content.translate(None, b"[]").split(b",")
    if len(parts) > 2 * count:  # empty rings leave empty parts behind
        parts = [part for part in parts if part.strip()]
    try:
        numbers = np.fromiter(map(float, parts), np.float64)
    except ValueError:
        return None
    return numbers.reshape(-1, 2) if len(numbers) == 2 * count else None


def faults(outlines: Sequence[Outline]) -> Objects:
    """Return what is wrong with each outline, or None: it encloses no land, is swapped, or outside Indonesia."""
    if not outlines:
        return np.empty(0, dtype=object)
    flat = _gather(outlines)
    land = np.zeros(len(outlines), dtype=np.bool_)
    land[flat.row[flat.polygon[flat.enclosing()]]] = True
    starts = np.cumsum([0, *(len(outline.points) for outline in outlines[:-1])])
    low, high = np.minimum.reduceat(flat.points, starts), np.maximum.reduceat(flat.points, starts)
    inside = in_indonesia(low[:, 0], low[:, 1]) & in_indonesia(high[:, 0], high[:, 1])
    swapped = in_indonesia(low[:, 1], low[:, 0]) & in_indonesia(high[:, 1], high[:, 0])
    found = np.select([~land, inside, swapped], [NO_LAND, "", SWAPPED], default=OUTSIDE).astype(object)
    found[found == ""] = None
    return found


def polygons(outlines: Sequence[Outline]) -> Objects:
    """Return a polygon or multipolygon of each outline, longitude first; none may have a fault.

    Rings of fewer than three points are left out, and polygons whose outer ring is one: they enclose no land.
    """
    made = np.empty(len(outlines), dtype=object)
    if not outlines:
        return made
    flat = _gather(outlines)
    keep = flat.enclosing()
    sizes = flat.sizes[keep]
    lines = shapely.linearrings(
        flat.points[np.repeat(keep, flat.sizes), ::-1], indices=np.repeat(np.arange(len(sizes)), sizes)
    )
    polygon, of_ring = np.unique(flat.polygon[keep], return_inverse=True)
    single = shapely.polygons(lines, indices=of_ring)
    row = flat.row[polygon]
    made[row] = single
    several = np.bincount(row, minlength=len(outlines))[row] > 1
    rows, of_polygon = np.unique(row[several], return_inverse=True)
    made[rows] = shapely.multipolygons(single[several], indices=of_polygon)
    return made


@dataclass(frozen=True)
class _Flat:
    """The points of all outlines, the size and polygon of each ring, the outline (row) of each polygon."""

    points: Floats
    sizes: Ints
    polygon: Ints
    row: Ints

    def enclosing(self) -> Bools:
        """Return which rings enclose land: three points or more, in a polygon whose outer ring does so."""
        ends = np.cumsum(self.sizes)
        first, last = np.minimum(ends - self.sizes, len(self.points) - 1), np.maximum(ends - 1, 0)
        closed = (self.sizes > 1) & (self.points[first] == self.points[last]).all(axis=1)
        enough = self.sizes - closed >= 3
        outer = np.flatnonzero(np.diff(self.polygon, prepend=-1))
        return np.asarray(enough & enough[outer][self.polygon], dtype=np.bool_)


def _gather(outlines: Sequence[Outline]) -> _Flat:
    rings = [polygon for outline in outlines for polygon in outline.sizes]
    return _Flat(
        points=np.concatenate([outline.points for outline in outlines]),
        sizes=np.fromiter(chain.from_iterable(rings), np.int64),
        polygon=np.repeat(np.arange(len(rings)), [len(polygon) for polygon in rings]),
        row=np.repeat(np.arange(len(outlines)), [len(outline.sizes) for outline in outlines]),
    )
