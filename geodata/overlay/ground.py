"""The villages that layers are laid over, as every worker needs them: few bytes to send, quick to look up."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geodata.measures import CRS_EQUAL_AREA
from geodata.schema import CRS_STORED, VILLAGE_CODE

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

_TO_EQUAL_AREA = Transformer.from_crs(CRS_STORED, CRS_EQUAL_AREA, always_xy=True)


def equal_area(shapes: Geometries) -> Geometries:
    """Return shapes in degrees in the equal-area projection EPSG:6933, in metres."""
    return np.asarray(shapely.transform(shapes, _TO_EQUAL_AREA.transform, interleaved=False))


def mended(shapes: Geometries) -> Geometries:
    """Return shapes of which none crosses itself: those that do have no true area, and cannot be cut.

    What has no area at all stays where it is, as a line or a point.
    """
    wrong = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if not wrong.any():
        return shapes
    found = shapes.copy()
    found[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=True)
    return found


@dataclass(frozen=True)
class Ground:
    """Outlines of villages.

    Attributes
    ----------
    codes
        Codes of the villages.
    outlines
        Their outlines as WKB, EPSG:4326; empty bytes where a village has none.
    """

    codes: tuple[str, ...]
    outlines: tuple[bytes, ...]

    @classmethod
    def of(cls, villages: gpd.GeoDataFrame) -> "Ground":
        """Return the ground of a village layer, EPSG:4326."""
        shapes = villages.geometry.to_numpy()
        known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        wkb = [bytes(shapely.to_wkb(shape)) if there else b"" for shape, there in zip(shapes, known, strict=True)]
        return cls(tuple(villages[VILLAGE_CODE]), tuple(wkb))

    def __len__(self) -> int:
        return len(self.codes)

    def __getstate__(self) -> dict[str, Sequence[Any]]:
        """Leave out what each worker makes itself: prepared shapes and trees cannot travel."""
        return {"codes": self.codes, "outlines": self.outlines}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of codes and outlines."""
        told = sha256()
        for code, outline in zip(self.codes, self.outlines, strict=True):
            told.update(code.encode())
            told.update(len(outline).to_bytes(8, "big"))
            told.update(outline)
        return told.hexdigest()

    @cached_property
    def here(self) -> Positions:
        """Which villages have an outline."""
        return np.flatnonzero([bool(outline) for outline in self.outlines])

    @cached_property
    def shapes(self) -> Geometries:
        """The outlines of `here`, prepared, in degrees."""
        return _prepared(shapely.from_wkb([self.outlines[place] for place in self.here]))

    @cached_property
    def plane(self) -> Geometries:
        """The outlines of `here`, prepared, EPSG:6933."""
        return _prepared(mended(equal_area(self.shapes)))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The boxes of `shapes`."""
        return shapely.STRtree(self.shapes)

    def drawn(self, crs: str) -> tuple[Geometries, shapely.STRtree]:
        """Return the outlines of `here` in a CRS, given as text, and the tree of their boxes; worked out once."""
        if crs not in self._drawn:
            change = Transformer.from_crs(CRS_STORED, crs, always_xy=True).transform
            shapes = np.asarray(shapely.transform(self.shapes, change, interleaved=False))
            self._drawn[crs] = shapes, shapely.STRtree(shapes)
        return self._drawn[crs]

    @cached_property
    def _drawn(self) -> dict[str, tuple[Geometries, shapely.STRtree]]:
        return {}


def _prepared(shapes: Any) -> Geometries:  # noqa: ANN401 (shapely's own arrays)
    found = np.asarray(shapes, dtype=object)
    shapely.prepare(found)
    return found
