"""The villages of a plan as a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.export.describe import describe
from planner.export.write import write
from planner.selection.plan import SelectionPlan
from planner.texts import t


def write_selection(
    path: Path,
    plan: SelectionPlan,
    layer: VillageLayer,
    *,
    table: pd.DataFrame,
    told: Sequence[str],
    language: Language,
) -> None:
    """Write the villages of a plan; the ending names the format.

    Parameters
    ----------
    path
        The file.
    plan, layer
        The plan, and the layer it was made from.
    table
        Rows to write, of `planner.selection.summary.listed`.
    told
        Sentences that stand before the notes of the list.
    language
        Language of headings and words.

    Raises
    ------
    PlanError
        If the ending is unknown or the file cannot be written.
    """
    found = plan.candidates
    said: dict[str, object] = {"region": list(found.ranking.regions) or None, "sector": found.ranking.sector}
    said |= found.params.model_dump(mode="json", exclude_defaults=True)
    said |= {"score": found.scoring.model_dump(mode="json", exclude_defaults=True) or None}
    said |= {"status": plan.selection.status, "gap_proved_pct": round(100 * plan.selection.gap, 4)}
    geometry = layer.frame.geometry.reindex(table.index)
    frame = gpd.GeoDataFrame(table, geometry=geometry, crs=schema.CRS_STORED)
    about = describe(layer, said, language=language)
    notes = (*told, *about.notes)
    write(path, frame, replace(about, title=t("selection.title", language), notes=notes))
