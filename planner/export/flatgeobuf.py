"""FlatGeobuf for maps: the values under their names, sources and parameters in the metadata of its header.

The file has no spatial index: an index would put the villages into another order, and GDAL writes none where a village
has no outline.
"""

import errno
import os
from pathlib import Path
from typing import Final

import geopandas as gpd

from planner.export.about import About
from planner.export.cells import clean, without_tags
from planner.export.column_notes import as_json
from planner.export.columns import for_programs
from planner.export.gdal import gdal
from planner.export.progress import Progress
from planner.export.shapes import layer

LAYER: Final = "villages"


def write_fgb(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as FlatGeobuf; the item ``about`` of its metadata holds sources, parameters and columns.

    Parameters
    ----------
    path
        The file to write.
    frame
        One row per village, sorted, EPSG:4326.
    about
        What the file says about itself.
    progress
        Told at the end.
    """
    columns = for_programs(frame)
    with gdal() as library:
        library.write_dataframe(
            layer(frame, columns),
            path,
            layer=LAYER,
            driver="FlatGeobuf",
            geometry_type="MultiPolygon",
            promote_to_multi=True,
            layer_metadata={"about": as_json(about, columns)},
            layer_options={"SPATIAL_INDEX": "NO", "TITLE": without_tags(clean(about.title))},
        )
    _check_complete(path, len(frame))
    progress(len(frame), len(frame))


def _check_complete(path: Path, rows: int) -> None:
    """Read the last row: GDAL says nothing when a disk is full while it writes this format."""
    if not rows:
        return
    try:
        with gdal() as library:
            last = library.read_dataframe(path, layer=LAYER, skip_features=rows - 1, read_geometry=False)
    except OSError as error:
        raise OSError(errno.EIO, os.strerror(errno.EIO)) from error
    if len(last) != 1:
        raise OSError(errno.EIO, os.strerror(errno.EIO))
