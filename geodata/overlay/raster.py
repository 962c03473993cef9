"""Rasters over villages: each window a piece, each cell shared by the part of it that lies in a village."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geodata.errors import DataError, MachineError
from geodata.measures import CRS_EQUAL_AREA
from geodata.overlay.ground import Floats, Ground
from geodata.overlay.kernel import Measure, Sums

Window = tuple[int, int, int, int]
"""First column, first row, width, height, in cells."""

_SQUARE_METRES: Final = 10_000.0  # in a hectare
_NODES: Final = 9  # along each side of a window, where areas of cells are worked out; between them they are a line


@dataclass(frozen=True)
class RasterSource:
    """A band of a raster, copied into row groups of one window each.

    Attributes
    ----------
    path
        Where the copy lies; the same for all workers.
    crs
        Its CRS.
    corner
        West and north edge.
    step
        Width of a cell and height, the latter negative.
    kind
        Kind of its numbers as numpy writes it.
    scale
        Factor and summand that make amounts of the numbers.
    windows
        Those that hold data.
    """

    path: str
    crs: str
    corner: tuple[float, float]
    step: tuple[float, float]
    kind: str
    scale: tuple[float, float]
    windows: tuple[Window, ...]

    def read(self, piece: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return the numbers of a window, shape (height, width), and where they are known.

        Raises
        ------
        DataError
            If the copy cannot be read any more.
        """
        _, _, width, height = self.windows[piece]
        try:
            with pq.ParquetFile(self.path) as file:
                row = file.read_row_group(piece, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise DataError("overlay.unreadable", file=Path(self.path).name, reason=str(error)[:200]) from error
        cells, holes = (column[0].as_py() for column in row.columns)
        numbers = np.frombuffer(cells, np.dtype(self.kind)).reshape(height, width)
        known = np.isfinite(numbers)
        if holes is not None:
            said = np.unpackbits(np.frombuffer(holes, np.uint8), count=height * width)
            known &= said.reshape(height, width).astype(bool)
        return numbers, known

    def bounds(self, piece: int) -> tuple[float, float, float, float]:
        """Return west, south, east and north of a window in the CRS."""
        column, row, width, height = self.windows[piece]
        (west, north), (right, down) = self.corner, self.step
        return (
            west + right * column,
            north + down * (row + height),
            west + right * (column + width),
            north + down * row,
        )

    def hectares(self, piece: int) -> Floats:
        """Return the area of each cell of a window, EPSG:6933, shape (height, width); good to a millionth."""
        column, row, width, height = self.windows[piece]
        across, along = (np.linspace(0, side - 1, min(side, _NODES)) for side in (width, height))
        x = self.corner[0] + self.step[0] * (column + across[None, :, None] + np.array([0, 1, 1, 0]))
        y = self.corner[1] + self.step[1] * (row + along[:, None, None] + np.array([0, 0, 1, 1]))
        change = Transformer.from_crs(self.crs, CRS_EQUAL_AREA, always_xy=True)
        corners = np.broadcast_arrays(x, y)
        east, north = change.transform(corners[0], corners[1])
        nodes = np.abs((east * np.roll(north, -1, -1) - np.roll(east, -1, -1) * north).sum(-1)) / 2 / _SQUARE_METRES
        lines = np.array([np.interp(np.arange(width), across, line) for line in nodes])
        weights = np.array([np.interp(np.arange(height), along, unit) for unit in np.eye(len(along))])
        return np.asarray(np.einsum("kh,kw->hw", weights, lines))


@dataclass(frozen=True)
class RasterWork:
    """The overlay of one raster.

    Attributes
    ----------
    source
        The raster.
    ground
        The villages.
    measure
        ``area``: hectares of cells, EPSG:6933. ``count``: cells. ``sum``: their values. A cell on a border is shared
        by the part of it that lies in each village.
    values
        Which values of cells count; all that are known where none is named.
    """

    source: RasterSource
    ground: Ground
    measure: Measure
    values: tuple[float, ...] = ()

    @property
    def pieces(self) -> int:
        """How many pieces there are; they are numbered from 0."""
        return len(self.source.windows)

    @property
    def whole(self) -> bool:
        """Amounts are parts of cells."""
        return False

    def run(self, piece: int) -> Sums:
        """Return what a window comes to; its features are cells.

        Raises
        ------
        DataError
            If the copy cannot be read any more.
        MachineError
            If the library for rasters is not installed.
        """
        numbers, counted = self.source.read(piece)
        if self.values:
            counted &= np.isin(numbers, self.values)
        cells = int(counted.sum())
        shapes, tree = self.ground.drawn(self.source.crs)
        bounds = self.source.bounds(piece)
        met = np.sort(tree.query(shapely.box(*bounds)))
        if not cells or not len(met):
            return Sums(np.array([], dtype=np.int64), np.array([]), cells, cells)
        try:
            from geodata.overlay.exact import covered_sums  # noqa: PLC0415 (an optional library)
        except ImportError as error:
            raise MachineError("overlay.no_raster") from error
        amounts, covered = covered_sums([self._amounts(piece, numbers, counted), counted], bounds, shapes[met])
        there = covered > 0
        outside = max(round(cells - float(covered.sum())), 0)
        return Sums(self.ground.here[met[there]], amounts[there], cells, outside)

    def _amounts(self, piece: int, numbers: NDArray[Any], counted: NDArray[np.bool_]) -> Floats:
        if self.measure == "area":
            return np.where(counted, self.source.hectares(piece), 0.0)
        if self.measure == "sum":
            factor, summand = self.source.scale
            return np.where(counted, numbers.astype(np.float64) * factor + summand, 0.0)
        return counted.astype(np.float64)
