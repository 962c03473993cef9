"""A flat local map in metres, on which the tolerances and reaches of a layer are applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

_SEMI_MAJOR_M = 6_378_137.0  # WGS 84
_ECCENTRICITY_SQUARED = 0.006_694_379_990_141_317


def metres_per_degree(latitude: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the length of one degree of longitude and of one degree of latitude.

    Radii of curvature of the WGS 84 ellipsoid (Snyder 1987, Map Projections: A Working Manual, eq. 4-18 to 4-21).

    Parameters
    ----------
    latitude
        Degrees, any shape.

    Returns
    -------
    tuple
        Metres per degree of longitude and per degree of latitude, each of the shape of ``latitude``.
    """
    phi = np.radians(np.asarray(latitude, dtype=np.float64))
    shrink = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    east = _SEMI_MAJOR_M / np.sqrt(shrink) * np.cos(phi)
    north = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / shrink**1.5
    return np.radians(east), np.radians(north)


@dataclass(frozen=True)
class Plane:
    """Degrees stretched to metres about one latitude (equirectangular projection with that standard parallel).

    One plane serves a regency and the whole country alike, no zone has to be chosen. It only stretches the axes, so a
    straight side stays straight and two outlines that share a border in metres share it in degrees. The price:
    distances east-west are off by cos(latitude) / cos(standard parallel), 0.5 % at the rim of the five provinces of
    Southern Sumatra, 1.7 % at the rim of Indonesia. That is fine for tolerances and reaches; areas and lengths that
    are reported are measured elsewhere.

    Attributes
    ----------
    metres_per_longitude, metres_per_latitude
        Length of a degree at the standard parallel.
    """

    metres_per_longitude: float
    metres_per_latitude: float

    @classmethod
    def around(cls, geometries: Sequence[Any] | Geometries) -> Self:
        """Return the plane about the middle latitude of geometries in EPSG:4326; empty ones do not count."""
        latitudes = shapely.bounds(geometries)[..., [1, 3]]
        latitudes = latitudes[np.isfinite(latitudes)]
        middle = (latitudes.min() + latitudes.max()) / 2 if latitudes.size else 0.0
        east_m, north_m = metres_per_degree(middle)
        return cls(float(east_m), float(north_m))

    @property
    def metres_per_degree_least(self) -> float:
        """The shorter of the two degrees: what is so many degrees wide has at least so many metres."""
        return min(self.metres_per_longitude, self.metres_per_latitude)

    def metres(self, geometries: Geometries) -> Geometries:
        """Return geometries in EPSG:4326 in metres of the plane."""
        scale = np.array([self.metres_per_longitude, self.metres_per_latitude])
        return np.asarray(shapely.transform(geometries, lambda xy: xy * scale), dtype=object)

    def degrees(self, geometries: Geometries) -> Geometries:
        """Return geometries in metres of the plane in EPSG:4326."""
        scale = np.array([self.metres_per_longitude, self.metres_per_latitude])
        return np.asarray(shapely.transform(geometries, lambda xy: xy / scale), dtype=object)
