"""How degrees become places on a drawing."""

from typing import NamedTuple

import numpy as np

from planner.params import Floats
from planner.pictures.picture import Bounds

UNITS_PER_PX = 10
"""A drawing counts tenths of a pixel, so that whole numbers are exact enough."""

_M_PER_DEGREE = 111_195.0  # on a sphere of 6,371 km
_SMALLEST_DEGREES = 0.005


class Frame(NamedTuple):
    """A drawing of a part of the earth, true to scale in its middle (equirectangular projection).

    Attributes
    ----------
    west, north
        Degrees at the upper left corner of the drawing.
    per_degree
        Units per degree to the east and to the south.
    width, height
        Size in units.
    """

    west: float
    north: float
    per_degree: tuple[float, float]
    width: float
    height: float

    @property
    def units_per_km(self) -> float:
        """Length of a kilometre."""
        return self.per_degree[1] * 1000 / _M_PER_DEGREE

    @property
    def bounds(self) -> Bounds:
        """What is seen: west, south, east, north in degrees."""
        east = self.west + self.width / self.per_degree[0]
        return (self.west, self.north - self.height / self.per_degree[1], east, self.north)

    def at(self, points: Floats) -> Floats:
        """Return degrees, shape (n, 2), as units."""
        return np.asarray((points - (self.west, self.north)) * (self.per_degree[0], -self.per_degree[1]))


def framed(bounds: Bounds, *, width: float, height: float, margin: float = 0, below: float = 0) -> Frame:
    """Return the frame that shows all of some bounds, as large as it can.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    width, height
        Size of the drawing, pixels.
    margin
        What stays free on all sides, pixels.
    below
        What stays free at the foot besides, pixels.
    """
    west, south, east, north = bounds
    narrow = float(np.cos(np.radians((south + north) / 2)))
    wide, tall = max((east - west) * narrow, _SMALLEST_DEGREES), max(north - south, _SMALLEST_DEGREES)
    room = (width - 2 * margin, height - 2 * margin - below)
    scale = min(room[0] / wide, room[1] / tall) * UNITS_PER_PX
    per_degree = (narrow * scale, scale)
    left = (width * UNITS_PER_PX / per_degree[0] - (east - west)) / 2
    free = (height - below) * UNITS_PER_PX / scale - (north - south)
    return Frame(west - left, north + free / 2, per_degree, width * UNITS_PER_PX, height * UNITS_PER_PX)
