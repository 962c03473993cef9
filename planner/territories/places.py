"""Where villages and homes lie: points of a frame, kilometres on a plane and on the sphere."""

import numpy as np
import pandas as pd

from geodata.distance import EARTH_RADIUS_KM
from geodata.plane import metres_per_degree
from geodata.schema import LATITUDE, LONGITUDE
from planner.params import Floats


def points_of(frame: pd.DataFrame) -> Floats:
    """Return longitude and latitude of a frame, shape (n, 2), degrees; missing where there is no point."""
    return np.asarray(frame[[LONGITUDE, LATITUDE]].to_numpy(dtype=np.float64, na_value=np.nan))


def on_plane(points: Floats, *, latitude: float) -> Floats:
    """Return longitude and latitude, shape (n, 2), as km east and north on a plane that is true at a latitude."""
    east, north = metres_per_degree(latitude)
    return np.asarray(points * np.array([float(east), float(north)]) / 1_000)


def sphere_km(points: Floats, others: Floats) -> Floats:
    """Return great-circle distances by the haversine formula.

    Parameters
    ----------
    points, others
        Shapes (n, 2) and (m, 2): longitude and latitude, degrees.

    Returns
    -------
    Shape (n, m): km; missing for missing points.
    """
    (east, north), (other_east, other_north) = (np.radians(p).T for p in (points, others))
    across = np.sin((north[:, None] - other_north) / 2) ** 2
    along = np.sin((east[:, None] - other_east) / 2) ** 2 * np.cos(north)[:, None] * np.cos(other_north)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(across + along, 0.0, 1.0))))
