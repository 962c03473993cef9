"""Sources of places with a point: turn latitude and longitude into points and reject those not in Indonesia."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from geodata.readers import Reading, fields
from geodata.readers.sieve import first_reason, repeats, sift
from geodata.schema import CRS_STORED, LATITUDE, LONGITUDE


def sift_points(
    raw: Reading, tidy: pd.DataFrame, reasons: pd.Series, *, key: Sequence[str], whole: Sequence[str] = ()
) -> Reading:
    """Accept the rows without a reason against them whose point lies in Indonesia.

    Parameters
    ----------
    raw
        What stood in the file.
    tidy
        What was made of it, with ``latitude`` and ``longitude`` in degrees; same index.
    reasons
        Key of a text for each row to reject already, missing elsewhere; same index.
    key
        Columns that tell one place from another: of rows that agree in all of them the first usable one is kept.
    whole
        Columns of whole numbers that no accepted row lacks.

    Returns
    -------
        A GeoDataFrame of points in EPSG:4326.
    """
    geometry = gpd.points_from_xy(tidy[LONGITUDE], tidy[LATITUDE])
    located = gpd.GeoDataFrame(tidy, geometry=geometry, crs=CRS_STORED)
    misplaced = fields.point_problems(tidy[LATITUDE], tidy[LONGITUDE])
    found = repeats(tidy[list(key)], first_reason(reasons, misplaced))
    return sift(raw, located, found, whole=whole)
