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


def near_pairs(points: Floats, km: float) -> tuple[NDArray[np.intp], Floats]:
    """Return all pairs of points that are no farther apart than a distance.

    Parameters
    ----------
    points
        Shape (n, 2): longitude and latitude, degrees; a missing point is in no pair.
    km
        The distance.

    Returns
    -------
    Positions, shape (p, 2), the smaller first, sorted; and great-circle distances, shape (p,), km.
    """
    known = np.flatnonzero(np.isfinite(points).all(axis=1))
    on_sphere = _on_unit_sphere(points[known])
    reach = 2 * np.sin(min(km / EARTH_RADIUS_KM, np.pi) / 2)
    pairs = cKDTree(on_sphere).query_pairs(reach * (1 + 1e-12), output_type="ndarray").astype(np.intp)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    chord = np.linalg.norm(on_sphere[pairs[:, 0]] - on_sphere[pairs[:, 1]], axis=1)
    return known[pairs], 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0.0, 1.0))


def _on_unit_sphere(points: Floats) -> Floats:
    longitude, latitude = np.radians(points).T
    return np.column_stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )
