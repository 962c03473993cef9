"""One piece of a layer in, its sums by village out: pure, so that any engine may run it anywhere.

The sums of pieces add up to those of the layer; nothing has to be sent between workers. Pieces are added in their
order, so that the engine changes not even the last digit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import shapely

from geodata.overlay.ground import Floats, Geometries, Ground, Positions, equal_area, mended

Measure = Literal["count", "sum", "area"]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)

_SQUARE_METRES = 10_000.0  # in a hectare
_POINT = 0  # shapely's number of the kind
_AREAL = (3, 6)


@dataclass(frozen=True)
class Piece:
    """Features of a layer, one after another.

    Attributes
    ----------
    shapes
        Their geometries, EPSG:4326.
    values
        What is summed, one number per feature; nothing for other measures. Missing ones count as zero.
    """

    shapes: Geometries
    values: Floats | None = None


@dataclass(frozen=True)
class Sums:
    """What a piece comes to.

    Attributes
    ----------
    villages
        Places of the villages in `Ground.codes` that are met, ascending.
    amounts
        Features, sum or hectares in each.
    features
        Features of the piece.
    outside
        Of these, the features that meet no village.
    """

    villages: Positions
    amounts: Floats
    features: int
    outside: int


def sums(piece: Piece, ground: Ground, measure: Measure) -> Sums:
    """Return what a piece comes to by village.

    Parameters
    ----------
    piece
        The features; missing and empty ones meet no village.
    ground
        The villages.
    measure
        ``count``: features, each once, in the village that holds its point (of lines and areas a point inside).
        ``area``: hectares of areas that lie in the village, EPSG:6933. ``sum``: the values of points as for ``count``;
        those of areas shared by the area that lies in each village, and what lies in none is left out.

    Returns
    -------
    Sums
        Where outlines overlap, and on a border, a point counts for the first of them alone; an area for all.
    """
    shapes = piece.shapes
    areal = np.isin(shapely.get_type_id(shapes), _AREAL)
    if measure == "count" or not areal.any():
        weights = np.ones(len(shapes)) if measure != "sum" else _filled(piece)
        if measure == "area":
            weights = np.zeros(len(shapes))
        return _by_point(shapes, weights, ground)
    if measure == "area":
        return _by_area(shapes[areal], None, ground, features=len(shapes))
    if areal.all():
        return _by_area(shapes, _filled(piece), ground, features=len(shapes))
    values = _filled(piece)
    parts = (
        _by_area(shapes[areal], values[areal], ground, features=int(areal.sum())),
        _by_point(shapes[~areal], values[~areal], ground),
    )
    return added(parts, len(ground))


def added(parts: Iterable[Sums], villages: int) -> Sums:
    """Return the sums of several pieces together, added in their order.

    Parameters
    ----------
    parts
        The pieces, looked at one after another.
    villages
        Villages of the ground.
    """
    total, met = np.zeros(villages), np.zeros(villages, dtype=bool)
    features = outside = 0
    for part in parts:
        total[part.villages] += part.amounts
        met[part.villages] = True
        features += part.features
        outside += part.outside
    places = np.flatnonzero(met)
    return Sums(places, total[places], features, outside)


def _filled(piece: Piece) -> Floats:
    values = np.zeros(len(piece.shapes)) if piece.values is None else piece.values
    return np.where(np.isfinite(values), values, 0.0)


def _by_point(shapes: Geometries, weights: Floats, ground: Ground) -> Sums:
    """Give each feature to the village that holds its point."""
    points = shapes
    if (shapely.get_type_id(points) != _POINT).any():
        points = shapely.point_on_surface(mended(points))
    there = ~(shapely.is_missing(points) | shapely.is_empty(points))
    points = points[there]
    x, y = shapely.get_x(points), shapely.get_y(points)
    feature, village = ground.tree.query(points)
    order = np.argsort(village, kind="stable")  # one prepared outline after the other stays in the cache
    feature, village = feature[order], village[order]
    inside = shapely.intersects_xy(ground.shapes[village], x[feature], y[feature])
    feature, village = feature[inside], village[inside]
    owner = np.full(len(points), len(ground.shapes))
    np.minimum.at(owner, feature, village)  # of outlines that overlap the first
    held = owner < len(ground.shapes)
    return _collected(owner[held], weights[there][held], ground, features=len(shapes), met=int(held.sum()))


def _by_area(shapes: Geometries, values: Floats | None, ground: Ground, *, features: int) -> Sums:
    """Share each area among the villages by what lies in each; without values the hectares themselves."""
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    feature, village = ground.tree.query(shapes[there])  # the projection keeps boxes boxes
    near, feature = np.unique(feature, return_inverse=True)
    plane = mended(equal_area(shapes[there][near]))
    whole = shapely.area(plane)
    order = np.argsort(village, kind="stable")
    feature, village = feature[order], village[order]
    meets = shapely.intersects(ground.plane[village], plane[feature])  # boxes that meet alone cost most to intersect
    feature, village = feature[meets], village[meets]
    cut = ~shapely.contains_properly(ground.plane[village], plane[feature])
    shared = whole[feature]
    shared[cut] = shapely.area(shapely.intersection(ground.plane[village[cut]], plane[feature[cut]]))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = shared / _SQUARE_METRES if values is None else values[there][near][feature] * shared / whole[feature]
    some = shared > 0  # what only touches has no area
    met = len(np.unique(feature[some]))
    return _collected(village[some], part[some], ground, features=features, met=met)


def _collected(village: Positions, weights: Floats, ground: Ground, *, features: int, met: int) -> Sums:
    found = np.unique(village)
    totals = np.bincount(village, weights=weights, minlength=len(ground.shapes)).astype(np.float64)
    return Sums(ground.here[found], totals[found], features, features - met)
