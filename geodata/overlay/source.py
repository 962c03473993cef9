"""A layer as GeoParquet in row groups, each of which one worker reads at a time."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geodata.errors import DataError, MachineError
from geodata.overlay.ground import Geometries
from geodata.overlay.kernel import Piece
from geodata.schema import CRS_STORED

MOST_ROWS: Final = 131_072
"""A row group with more rows is parted before the work: memory and the loss by a broken-off run hang on it."""

_LONGITUDE_FIRST: Final = "OGC:CRS84"  # what GeoParquet means where it names no CRS


@dataclass(frozen=True)
class Source:
    """A GeoParquet file.

    Attributes
    ----------
    path
        Where it lies; the same for all workers.
    shapes
        Column of the geometries, WKB.
    values
        Column of what is summed; nothing where none is.
    crs
        Their CRS.
    rows
        Features in each row group.
    """

    path: str
    shapes: str
    values: str | None
    crs: str
    rows: tuple[int, ...]

    @property
    def features(self) -> int:
        """Features in all."""
        return sum(self.rows)

    def read(self, group: int) -> Piece:
        """Return the features of a row group in EPSG:4326; broken geometries are missing.

        Raises
        ------
        DataError
            If the file cannot be read any more.
        """
        names = [self.shapes, *([self.values] if self.values else [])]
        try:
            with pq.ParquetFile(self.path) as file:
                table = file.read_row_group(group, columns=names, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise DataError("overlay.unreadable", file=Path(self.path).name, reason=_one_line(error)) from error
        shapes = np.asarray(shapely.from_wkb(table.column(self.shapes).to_numpy(), on_invalid="ignore"), dtype=object)
        values = None
        if self.values:
            values = table.column(self.values).cast(pa.float64()).to_numpy().astype(np.float64)
        return Piece(self._in_degrees(shapes), values)

    def _in_degrees(self, shapes: Geometries) -> Geometries:
        if self.crs == _LONGITUDE_FIRST:
            return shapes
        change = pyproj.Transformer.from_crs(self.crs, CRS_STORED, always_xy=True).transform
        return np.asarray(shapely.transform(shapes, change, interleaved=False))


def opened(path: Path, column: str | None) -> Source:
    """Return a GeoParquet file as a source.

    Parameters
    ----------
    path
        The file.
    column
        The column that will be summed; nothing where none is.

    Raises
    ------
    DataError
        If it is no GeoParquet with WKB, its CRS is not known, or the column is missing or holds no numbers.
    MachineError
        If the machine does not let it be read.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    except FileNotFoundError as error:
        raise DataError("vector.missing_file", file=path.name) from error
    except pa.ArrowException as error:
        raise DataError("overlay.unreadable", file=path.name, reason=_one_line(error)) from error
    except OSError as error:
        raise MachineError("vector.no_permission", file=path.name) from error
    about = _about(schema, path)
    if column is not None:
        check_column(schema, column, path.name)
    return Source(str(path), about[0], column, about[1], tuple(rows))


def check_column(schema: pa.Schema, column: str, file: str) -> None:
    """Refuse a column that is not there or holds no numbers.

    Raises
    ------
    DataError
        If it is so.
    """
    if column not in schema.names:
        raise DataError("overlay.no_column", file=file, column=column, names=", ".join(schema.names[:20]))
    kind = schema.field(column).type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise DataError("overlay.no_numbers", file=file, column=column, kind=str(kind))


def _about(schema: pa.Schema, path: Path) -> tuple[str, str]:
    """Return the column of the geometries and their CRS."""
    try:
        geo = json.loads((schema.metadata or {}).get(b"geo", b"null"))
        name = geo["primary_column"]
        column = geo["columns"][name]
        encoding = column["encoding"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("vector.parquet_no_geo", file=path.name) from error
    if name not in schema.names:
        raise DataError("vector.parquet_no_geo", file=path.name)
    if encoding != "WKB":
        raise DataError("vector.parquet_encoding", file=path.name, encoding=str(encoding)[:40])
    return name, crs_of(column.get("crs", _LONGITUDE_FIRST), path.name)


def crs_of(said: Any, file: str) -> str:  # noqa: ANN401 (text, or an object of JSON)
    """Return a CRS as text; degrees in WGS 84 under one name, whatever they are called.

    Raises
    ------
    DataError
        If none is named, or it is not known.
    """
    if said is None:
        raise DataError("vector.no_crs", file=file)
    try:
        crs = pyproj.CRS.from_user_input(said)
    except (pyproj.exceptions.CRSError, TypeError) as error:
        raise DataError("vector.crs_unknown", file=file, crs=str(said)[:60]) from error
    if crs.equals(pyproj.CRS(CRS_STORED), ignore_axis_order=True):
        return _LONGITUDE_FIRST
    if not (crs.is_geographic or crs.is_projected):
        raise DataError("vector.crs_unknown", file=file, crs=crs.name[:60])
    return str(crs.to_wkt())


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
