"""Outlines and lines as the paths of an SVG: whole units, steps relative to the point before."""

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.pictures.frame import Frame

Geometries = NDArray[np.object_]


def area_path(shapes: Iterable[shapely.Geometry], frame: Frame, *, smallest: float) -> str:
    """Return polygons as one path; what else there is among them is left out.

    Parameters
    ----------
    shapes
        Polygons and multipolygons in degrees that do not overlap.
    frame
        The drawing.
    smallest
        Islets and holes of fewer square units are left out, never the largest part of a shape.
    """
    return _path(
        _rings(np.asarray(shapes, dtype=object), smallest / (frame.per_degree[0] * frame.per_degree[1])), frame
    )


def line_path(lines: Iterable[shapely.Geometry], frame: Frame) -> str:
    """Return lines in degrees as one path."""
    return _path(shapely.get_parts(np.asarray(lines, dtype=object)), frame)


def _rings(shapes: Geometries, smallest: float) -> Geometries:
    """Return outer rings and holes of polygons that are large enough; of each shape the largest part in any case."""
    parts, shape = shapely.get_parts(shapes[shapely.get_dimensions(shapes) == 2], return_index=True)
    if not len(parts):
        return np.asarray([], dtype=object)
    areas = shapely.area(parts)
    largest = np.zeros(shape[-1] + 1)
    np.maximum.at(largest, shape, areas)
    kept = parts[(areas >= np.minimum(smallest, largest[shape])) & ~shapely.is_empty(parts)]
    rings, part = shapely.get_rings(kept, return_index=True)
    outer = np.diff(part, prepend=-1) != 0
    return np.asarray(rings[outer | (shapely.area(shapely.polygons(rings)) >= smallest)])


def _path(lines: Geometries, frame: Frame) -> str:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if not len(xy):
        return ""
    closed = shapely.get_type_id(lines) == shapely.GeometryType.LINEARRING
    places = np.rint(frame.at(xy)).astype(int)
    steps = np.diff(places, axis=0, prepend=places[:1])
    first = np.flatnonzero(np.diff(line, prepend=-1))
    moved = np.asarray(steps.any(axis=1))
    moved[first] = False
    ends = np.append(first[1:], len(line))
    pieces = []
    for start, end in zip(first, ends, strict=True):
        told = steps[start:end][moved[start:end]]
        close = closed[line[start]]
        if close:
            told = told[:-1]  # back to the start
        if len(told):
            numbers = " ".join(map(str, told.ravel().tolist())).replace(" -", "-")
            pieces.append(f"M{places[start, 0]} {places[start, 1]}l{numbers}{'z' if close else ''}")
    return "".join(pieces)
