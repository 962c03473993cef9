"""The list as a file."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.export.describe import describe
from planner.export.progress import Progress, silent
from planner.export.stamping import RANKING, noting_few, stamped
from planner.export.write import write
from planner.provenance import Stamp
from planner.ranking import RANK
from planner.shielding import masked
from planner.small_cells import SMALLEST

FORMATS: Final = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def list_file(
    layer: VillageLayer,
    figures: pd.DataFrame,
    ending: str,
    *,
    parameters: dict[str, object],
    language: Language,
    progress: Progress = silent,
) -> tuple[Stamp, bytes]:
    """Return the list of villages as a file, by their rank, and its stamp; nothing in it tells a count of few.

    Parameters
    ----------
    layer
        The village layer.
    figures
        Rows to write with their rank, worked out from `planner.shielding.shielded`.
    ending
        ``.csv`` or ``.xlsx``.
    parameters
        What the list was made with; stands in the file.
    language
        Language of headings and words.
    progress
        Told the rows done and the rows in all.
    """
    rows = masked(figures.sort_values(RANK), layer.frame)
    frame = gpd.GeoDataFrame(rows, geometry=layer.frame.geometry.loc[rows.index], crs=layer.frame.crs)
    about = noting_few(describe(layer, parameters, language=language), layer, SMALLEST)
    about = stamped(about, RANKING, ending, smallest=SMALLEST)
    assert about.stamp is not None
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"list{ending}"
        write(path, frame, about, progress=progress)
        return about.stamp, path.read_bytes()


class _EndedError(Exception):
    """Nobody waits for the file any more."""


def long_list_file(
    layer: VillageLayer,
    figures: pd.DataFrame,
    ending: str,
    *,
    parameters: dict[str, object],
    language: Language,
    tell: Callable[[int], bool],
) -> tuple[Stamp, bytes] | None:
    """Return the same as `list_file`; nothing if ``tell``, told the rows done, says not to go on."""

    def progress(done: int, _: int) -> None:
        if not tell(done):
            raise _EndedError

    try:
        return list_file(layer, figures, ending, parameters=parameters, language=language, progress=progress)
    except _EndedError:
        return None
