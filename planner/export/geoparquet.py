"""GeoParquet for programs: the values under their names, sources and parameters in the metadata of the file."""

from io import BytesIO
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyarrow.parquet as pq

from planner.export.about import About
from planner.export.column_notes import as_json
from planner.export.columns import for_programs
from planner.export.progress import Progress
from planner.export.shapes import layer

METADATA_KEY: Final = b"about"


def write_parquet(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as GeoParquet; the key ``about`` of its metadata holds sources, parameters and columns.

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
    buffer = BytesIO()  # geopandas writes the metadata of GeoParquet, but takes none of ours
    columns = for_programs(frame)
    layer(frame, columns).to_parquet(buffer, index=False, compression=None)
    table = pq.read_table(buffer)
    metadata = {**table.schema.metadata, METADATA_KEY: as_json(about, columns).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd")
    progress(len(frame), len(frame))
