"""A ranked list into a file; the ending of its name picks the format."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd

from geodata.schema import CRS_STORED
from planner.errors import PlanError
from planner.export.about import About
from planner.export.atomic import replacing
from planner.export.delimited import write_csv
from planner.export.excel import write_xlsx
from planner.export.flatgeobuf import write_fgb
from planner.export.geojson import write_geojson
from planner.export.geopackage import write_gpkg
from planner.export.geoparquet import write_parquet
from planner.export.gpx import write_gpx
from planner.export.kml import write_kml
from planner.export.ods import write_ods
from planner.export.paper_list import write_pdf
from planner.export.progress import Progress, silent

Writer = Callable[[Path, gpd.GeoDataFrame, About, Progress], None]

WRITERS: Final[Mapping[str, Writer]] = {
    ".xlsx": write_xlsx,
    ".csv": write_csv,
    ".geojson": write_geojson,
    ".gpkg": write_gpkg,
    ".parquet": write_parquet,
    ".ods": write_ods,
    ".fgb": write_fgb,
    ".kml": write_kml,
    ".gpx": write_gpx,
    ".pdf": write_pdf,
}


WITH_OUTLINES: Final = frozenset({".geojson", ".gpkg", ".parquet", ".fgb", ".kml", ".gpx"})
"""Endings of the formats that need the outlines of the villages; the others are tables."""


def write(path: Path, frame: gpd.GeoDataFrame, about: About, *, progress: Progress = silent) -> None:
    """Write a ranked list of villages into a file that appears whole or not at all.

    Parameters
    ----------
    path
        The file to write; its ending picks the format, one of `WRITERS`.
        An older file of that name is replaced.
    frame
        One row per village, sorted, EPSG:4326; columns as in `planner.export.columns.COLUMNS`, others stay out.
    about
        What the file says about itself.
    progress
        Told the rows done and the rows in all.

    Raises
    ------
    PlanError
        If the ending is not known, the path is a folder, its folder does not exist, the CRS is another one, or the
        format cannot hold so many rows.
    PlanMachineError
        If the disk is full, rights are missing, or the machine fails in another way.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise PlanError("export.unknown_ending", file=path.name, endings=", ".join(WRITERS))
    if frame.crs is None or frame.crs != CRS_STORED:
        raise PlanError("export.wrong_crs", file=path.name, crs=frame.crs.to_string() if frame.crs else "?")
    with replacing(path) as draft:
        writer(draft, frame, about, progress)
