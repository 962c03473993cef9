"""The files that make up a Shapefile."""

import struct
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from geodata.errors import DataError
from geodata.readers.vector.copies import private_copy
from geodata.readers.vector.limits import Limits

REQUIRED_PARTS, OTHER_PARTS = (".shp", ".shx", ".dbf"), (".prj", ".cpg")


def check_parts(path: Path, parts: Collection[str]) -> None:
    """Refuse a Shapefile without one of the files that it cannot be read or placed without."""
    missing = [ending for ending in REQUIRED_PARTS if ending not in parts]
    if missing:
        raise DataError("vector.part_missing", file=path.name, parts=", ".join(missing))
    if ".prj" not in parts:
        raise DataError("vector.no_prj", file=path.name)


def copy_parts(path: Path, copy: Path, limits: Limits) -> None:
    """Copy the files that belong to a bare .shp, whatever the case of their endings."""
    parts = {p.suffix.lower(): p for p in path.parent.iterdir() if p.stem == path.stem}
    check_parts(path, parts)
    for ending in (*REQUIRED_PARTS[1:], *OTHER_PARTS):
        if ending in parts and (ending != ".cpg" or parts[ending].stat().st_size):
            private_copy(parts[ending], copy.with_suffix(ending), limits)


def check_lengths(shown: PurePosixPath, copy: Path) -> None:
    """Refuse a .shp or .dbf shorter than its header says: GDAL would give the lost rows without outline or name."""
    for ending, fields in ((".shp", ">24xi"), (".dbf", "<4xIHH")):
        part = copy.with_suffix(ending)
        try:
            with part.open("rb") as file:
                first, *others = struct.unpack(fields, file.read(struct.calcsize(fields)))
        except struct.error as error:
            raise DataError("vector.damaged", file=str(shown.with_suffix(ending))) from error
        declared = others[0] + first * others[1] if others else 2 * first
        if part.stat().st_size < declared:
            raise DataError("vector.damaged", file=str(shown.with_suffix(ending)))
