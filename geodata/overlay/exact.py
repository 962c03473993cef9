"""Sums of grids over outlines, cells shared by the part that is covered: exactextract without files or GDAL."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray

from geodata.overlay.ground import Floats, Geometries


def covered_sums(
    grids: Sequence[NDArray[Any]], bounds: tuple[float, float, float, float], shapes: Geometries
) -> Floats:
    """Return the sum of each grid over each outline.

    Parameters
    ----------
    grids
        Numbers, shape (height, width) each.
    bounds
        West, south, east and north of all of them.
    shapes
        Outlines in the same CRS.

    Returns
    -------
    Shape (grids, shapes).

    Notes
    -----
    Cells are shared exactly, as exactextract does (Baston, ISciences).
    """
    rasters = [NumPyRasterSource(grid.astype(np.float64), *bounds, name=str(place)) for place, grid in enumerate(grids)]
    found = exact_extract(rasters, _Outlines(shapes), ["sum"], output="pandas", max_cells_in_memory=grids[0].size)
    return np.asarray(np.nan_to_num(found.to_numpy(np.float64).T))


class _Outline(Feature):  # type: ignore[misc]
    def __init__(self, shape: shapely.Geometry) -> None:
        super().__init__()
        self.shape = shape

    def geometry(self) -> bytes:
        return bytes(shapely.to_wkb(self.shape))

    def fields(self) -> list[str]:
        return []


class _Outlines(FeatureSource):  # type: ignore[misc]
    def __init__(self, shapes: Geometries) -> None:
        super().__init__()
        self.shapes = shapes

    def count(self) -> int:
        return len(self.shapes)

    def __iter__(self) -> Iterator[_Outline]:
        return (_Outline(shape) for shape in self.shapes)

    def srs_wkt(self) -> None:
        return None
