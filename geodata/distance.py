"""Distances on the sphere."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def nearest_km(points: Floats, targets: Floats) -> Floats:
    """Return the great-circle distance from each point to the nearest target.

    Parameters
    ----------
    points, targets
        Shapes (n, 2) and (m, 2): longitude and latitude, degrees.

    Returns
    -------
    Shape (n,): km; infinite without targets, missing for a missing point.
    """
    result = np.full(len(points), np.inf)
    known = np.isfinite(points).all(axis=1)
    if len(targets):
        chord, _ = cKDTree(_on_unit_sphere(targets)).query(_on_unit_sphere(points[known]))
        result[known] = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0.0, 1.0))
    result[~known] = np.nan
    return result


def _on_unit_sphere(points: Floats) -> Floats:
    longitude, latitude = np.radians(points).T
    return np.column_stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )
