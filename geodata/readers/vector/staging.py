"""From the file of a user to a checked private copy: every format, by its ending and its bytes."""

import secrets
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from geodata.errors import DataError
from geodata.readers.vector.content import check_content
from geodata.readers.vector.copies import Staged, check_size, private_copy
from geodata.readers.vector.limits import Limits
from geodata.readers.vector.shapefile import check_lengths, copy_parts
from geodata.readers.vector.zipped import unpack

FORMATS: Final[Mapping[str, str]] = {
    ".gpkg": "geopackage",
    ".geojson": "geojson",
    ".json": "geojson",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".fgb": "flatgeobuf",
    ".shp": "shapefile",
    ".kml": "kml",
    ".zip": "zip",
    ".kmz": "zip",
}


def stage(path: Path, folder: Path, layer: str | None, limits: Limits) -> Staged:
    """Copy or unpack the file into a private folder under a random name, after checking its bytes."""
    check_size(path, limits)
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise DataError("vector.format_unknown", file=path.name, formats=", ".join(FORMATS))
    copy = private_copy(path, folder / f"{secrets.token_hex(8)}{path.suffix.lower()}", limits)
    shown = PurePosixPath(path.name)
    check_content(shown, copy, kind)
    if kind == "zip":
        return unpack(path, copy, layer, limits)
    if kind == "shapefile":
        copy_parts(path, copy, limits)
        check_lengths(shown, copy)
    return Staged(kind, copy, layer)
