"""Outlines on their way into a file."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.schema import CRS_STORED
from planner.export.columns import Column, values


def or_nothing(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the outlines, with nothing in place of empty ones.

    Parameters
    ----------
    geometry
        Outlines; some may be empty or missing.

    Returns
    -------
    geopandas.GeoSeries
        Same index, order and CRS.
    """
    return geometry.where(~geometry.is_empty, None)


def layer(frame: gpd.GeoDataFrame, columns: tuple[Column, ...]) -> gpd.GeoDataFrame:
    """Return what a file for maps holds: the values under their names and the outlines, rows numbered anew."""
    table = values(frame, columns).reset_index(drop=True)
    geometry = or_nothing(frame.geometry).reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry=pd.Series(geometry), crs=CRS_STORED)


def geojson_texts(geometry: gpd.GeoSeries, *, decimals: int = 6) -> list[str]:
    """Return the outlines as GeoJSON texts, ``null`` where there is none.

    Parameters
    ----------
    geometry
        Outlines, EPSG:4326.
    decimals
        Decimals of a degree; six are 11 cm.

    References
    ----------
    RFC 7946, sections 3.1.6 (outer rings run counterclockwise) and 11.2 (precision).
    """
    shapes = or_nothing(geometry).to_numpy()
    rounded = shapely.transform(shapes, lambda points: np.round(points, decimals))
    texts = shapely.to_geojson(shapely.orient_polygons(rounded))
    return ["null" if text is None else text for text in texts]
