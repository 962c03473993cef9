"""Village outlines: cahyadsn/wilayah_boundaries, one SQL file per regency, derived from BIG RBI 1:10,000 (Sept 2023).

Each tuple is ``(kode, nama, lat, lng, path)``; `geodata.readers.rings` says how a path is written. Outlines are taken
as published: crossing lines and overlaps are repaired later.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import codes
from geodata.errors import DataError
from geodata.readers import Reading, fields, rings
from geodata.readers.sieve import first_reason, flag, repeats, sift, stack
from geodata.readers.sql import read_inserts
from geodata.schema import CRS_STORED, LATITUDE, LONGITUDE, VILLAGE_CODE, VILLAGE_NAME

OTHER_AREA: Final = "readers.other_area"

_COLUMNS = ("kode", "nama", "lat", "lng", "path")
_AREA_OF_FILE = r"_kel_(\d\d(?:\.\d\d)?)\.sql$"


def read_boundaries(paths: Iterable[Path]) -> Reading:
    """Read the outlines of villages.

    Parameters
    ----------
    paths
        The files, one or more; the regency or province at the end of a file's name is checked against its codes.

    Returns
    -------
        A GeoDataFrame: ``village_code``, ``village_name``, the published point ``latitude``, ``longitude`` (degrees;
        missing where it is not in Indonesia), polygons or multipolygons in EPSG:4326; order of files and rows. Rows
        without a usable code or outline are rejected; of rows with one code the first usable one is kept.

    Raises
    ------
    DataError
        If there is no file, or one of them cannot be used.
    """
    readings = [read_inserts(path, _COLUMNS) for path in paths]
    if not readings:
        raise DataError("readers.no_files", expected="wilayah_boundaries_kel_*.sql")
    raw = stack(readings)
    outlines = [rings.parse(path) for path in raw.frame["path"].to_numpy(object)]
    code = codes.normalised(raw.frame["kode"])
    reasons = first_reason(
        codes.village_problems(raw.frame["kode"]),
        flag(_of_other_area(code), OTHER_AREA),
        pd.Series(_outline_problems(outlines), index=code.index, dtype="str"),
    )
    reasons = repeats(code, reasons)
    tidy = _attributes(raw.frame, code).assign(geometry=_geometry(outlines, reasons.isna().to_numpy()))
    return sift(raw, gpd.GeoDataFrame(tidy, crs=CRS_STORED), reasons)


def _attributes(frame: pd.DataFrame, code: pd.Series) -> pd.DataFrame:
    latitude, longitude = fields.numbers(frame["lat"]), fields.numbers(frame["lng"])
    placed = fields.point_problems(latitude, longitude).isna()
    return pd.DataFrame(
        {
            VILLAGE_CODE: code,
            VILLAGE_NAME: fields.names(frame["nama"]),
            LATITUDE: latitude.where(placed),
            LONGITUDE: longitude.where(placed),
        }
    )


def _of_other_area(code: pd.Series) -> pd.Series:
    area = {file: re.search(_AREA_OF_FILE, file) for file in code.index.unique("file")}
    prefixes = [found[1] if (found := area[file]) else "" for file in code.index.get_level_values("file")]
    return pd.Series([not c.startswith(a) for c, a in zip(code.fillna(""), prefixes, strict=True)], index=code.index)


def _outline_problems(outlines: list[rings.Outline | str]) -> rings.Objects:
    found = np.array([outline if isinstance(outline, str) else None for outline in outlines], dtype=object)
    parsed = [outline for outline in outlines if isinstance(outline, rings.Outline)]
    found[found == None] = rings.faults(parsed)  # noqa: E711 (each element is compared)
    return found


def _geometry(outlines: list[rings.Outline | str], good: rings.Bools) -> rings.Objects:
    kept = [outline for outline, its in zip(outlines, good, strict=True) if its and isinstance(outline, rings.Outline)]
    geometry = np.full(len(outlines), None, dtype=object)
    geometry[good] = rings.polygons(kept)
    return geometry
