"""The villages of a plan as a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.export.describe import describe
from planner.export.stamping import noting_few, stamped
from planner.export.write import write
from planner.provenance import Stamp
from planner.selection.plan import SelectionPlan, record
from planner.shielding import masked
from planner.small_cells import SMALLEST
from planner.texts import t

KIND: Final = "selection"


def write_selection(
    path: Path,
    plan: SelectionPlan,
    layer: VillageLayer,
    *,
    table: pd.DataFrame,
    told: Sequence[str],
    language: Language,
    name: str,
    smallest: int = SMALLEST,
) -> Stamp:
    """Write the villages of a plan; the ending names the format.

    Parameters
    ----------
    path
        The file.
    plan, layer
        The plan, and the layer it was made from.
    table
        Rows to write, of `planner.selection.shielded.shielded_plan`.
    told
        Sentences that stand before the notes of the list.
    language
        Language of headings and words.
    name
        Name of the plan; empty where it was not saved.
    smallest
        Counts of fewer people are hidden.

    Returns
    -------
    Stamp
        By which the file is found again.

    Raises
    ------
    PlanError
        If the ending is unknown or the file cannot be written.
    """
    found = plan.candidates
    said: dict[str, object] = {"region": list(found.ranking.regions) or None, "sector": found.ranking.sector}
    said |= found.params.model_dump(mode="json", exclude_defaults=True)
    said |= {"score": found.scoring.model_dump(mode="json", exclude_defaults=True) or None}
    said |= {"status": plan.selection.status, "gap_proved_pct": round(100 * plan.selection.gap, 1)}
    geometry = layer.frame.geometry.reindex(table.index)
    frame = gpd.GeoDataFrame(masked(table, layer.frame, smallest), geometry=geometry, crs=schema.CRS_STORED)
    about = noting_few(describe(layer, said, language=language, order="plan"), layer, smallest)
    about = replace(about, title=t("selection.title", language), notes=(*told, *about.notes))
    content = record(plan, layer, name=name)
    about = stamped(about, KIND, path.suffix.lower(), smallest=smallest, plan=name, record=content)
    assert about.stamp is not None
    write(path, frame, about)
    return about.stamp
