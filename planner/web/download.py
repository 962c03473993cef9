"""The list as a file."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.export.describe import describe
from planner.export.progress import Progress, silent
from planner.export.write import write

FORMATS: Final = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def list_file(
    layer: VillageLayer,
    figures: pd.DataFrame,
    ending: str,
    *,
    parameters: dict[str, object],
    language: Language,
    progress: Progress = silent,
) -> bytes:
    """Return the list of villages as a file, most uncovered workers first.

    Parameters
    ----------
    layer
        The village layer.
    figures
        Rows of ``planner.web.data.st_figures`` to write.
    ending
        ``.csv`` or ``.xlsx``.
    parameters
        What the list was made with; stands in the file.
    language
        Language of headings and words.
    progress
        Told the rows done and the rows in all.
    """
    rows = figures.sort_values("rank")
    frame = gpd.GeoDataFrame(rows, geometry=layer.frame.geometry.loc[rows.index], crs=layer.frame.crs)
    about = describe(layer, parameters, language=language)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"list{ending}"
        write(path, frame, about, progress=progress)
        return path.read_bytes()
