"""Name, place and point of villages, for formats that show a village as a mark."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import schema
from planner.export.columns import cells

_ABOVE = (schema.DISTRICT_NAME, schema.REGENCY_NAME, schema.PROVINCE_NAME)


def names(table: pd.DataFrame) -> list[str]:
    """Return the names of villages, of `planner.export.columns.values`; the code where there is no name."""
    empty = pd.Series("", index=table.index)
    named = zip(cells(table.get(schema.VILLAGE_NAME, empty)), cells(table.get(schema.VILLAGE_CODE, empty)), strict=True)
    return [name or code or "" for name, code in named]


def whereabouts(table: pd.DataFrame) -> list[str]:
    """Return district, regency, province and code of villages, as far as the table has them."""
    above = zip(*(cells(table[name]) for name in _ABOVE if name in table), strict=True)
    codes = cells(table[schema.VILLAGE_CODE]) if schema.VILLAGE_CODE in table else [None] * len(table)
    parts = above if any(name in table for name in _ABOVE) else ((),) * len(table)
    return [
        " · ".join(part for part in (", ".join(filter(None, names_above)), code) if part)
        for names_above, code in zip(parts, codes, strict=True)
    ]


def points(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Return the points of villages: that of their columns, else one within their outline.

    Parameters
    ----------
    frame
        One row per village, EPSG:4326.

    Returns
    -------
    ndarray
        Latitude and longitude in degrees, shape (rows, 2); NaN where nobody knows.
    """
    inside = frame.geometry.representative_point()
    drawn = np.column_stack([inside.y, inside.x])
    given = (schema.LATITUDE, schema.LONGITUDE)
    if not set(given) <= set(frame.columns):
        return drawn
    known = frame[list(given)].apply(pd.to_numeric).to_numpy(dtype="float64", na_value=np.nan)
    complete = np.isfinite(known).all(axis=1, keepdims=True)
    return np.where(complete, known, drawn)
