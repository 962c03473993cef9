"""The villages of a division as a file: each with its agent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import schema
from geodata.layer import VillageLayer
from geodata.offices import OFFICE_NAME, read_offices, serving_office
from geodata.texts import Language
from planner.export.describe import describe
from planner.export.stamping import stamped
from planner.export.write import write
from planner.provenance import Stamp, params_sha256
from planner.shielding import few_notes
from planner.small_cells import SMALLEST
from planner.territories.agents import AGENT
from planner.territories.divide import Territories
from planner.territories.load import HOURS, VISITS
from planner.territories.shielded import shielded_territories
from planner.texts import t
from planner.uploads.kinds import OFFICE

KIND: Final = "territories"

_PLACE = (
    schema.VILLAGE_CODE,
    schema.VILLAGE_NAME,
    schema.VILLAGE_TYPE,
    schema.DISTRICT_CODE,
    schema.DISTRICT_NAME,
    schema.REGENCY_CODE,
    schema.REGENCY_NAME,
    schema.PROVINCE_CODE,
    schema.PROVINCE_NAME,
    schema.LONGITUDE,
    schema.LATITUDE,
)


def village_table(
    found: Territories, current: Mapping[str, str] | None = None, offices: Mapping[str, str] | None = None
) -> gpd.GeoDataFrame:
    """Return the villages of a division with their agents and work, by agent and village code.

    Parameters
    ----------
    found
        The division.
    current
        Agent of each village code until now; told as ``from_agent``.
    offices
        Office of each agent; of one who is not named that which serves most of the villages. With it, the file is one
        of agents as offices upload it.
    """
    villages = found.ground.villages
    agent = found.assignment.to_numpy(str)
    serving = _serving(villages, agent) | {code: name for code, name in (offices or {}).items() if name}
    table = villages[[*_PLACE, "geometry"]].assign(
        **{AGENT: agent, OFFICE: [serving.get(code, "") for code in agent]},
        **{name: found.ground.work[name].round(2) for name in (VISITS, HOURS)},
    )
    if current is not None:
        table["from_agent"] = table[schema.VILLAGE_CODE].map(dict(current))
    ordered = table.sort_values([AGENT, schema.VILLAGE_CODE], ignore_index=True)
    return gpd.GeoDataFrame(ordered, crs=schema.CRS_STORED)


def _serving(villages: pd.DataFrame, agent: npt.NDArray[np.str_]) -> dict[str, str]:
    """Return the office that serves most villages of each agent; of two alike the first by name."""
    served = pd.DataFrame({AGENT: agent, OFFICE: serving_office(villages, read_offices())[OFFICE_NAME].to_numpy()})
    counts = served.value_counts().rename("count").reset_index()
    first = counts.sort_values(["count", OFFICE], ascending=[False, True]).drop_duplicates(AGENT)
    return dict(zip(first[AGENT], first[OFFICE], strict=True))


def write_territories(
    path: Path,
    found: Territories,
    layer: VillageLayer,
    *,
    told: Callable[[Territories], list[str]],
    language: Language,
    current: Mapping[str, str] | None = None,
    offices: Mapping[str, str] | None = None,
) -> Stamp:
    """Write `village_table` of a division as `planner.territories.shielded` tells it; the ending names the format.

    ``told`` is asked for sentences on it that stand before the notes. Raises like `planner.export.write.write`.

    Returns
    -------
    Stamp
        By which the file is found again.
    """
    found = shielded_territories(found, layer)
    said: dict[str, object] = found.ground.params.model_dump(mode="json")
    said |= {"agents": len(found.agents), "locks": dict(found.locks) or None}
    said |= {"forbid": [":".join(pair) for pair in found.ground.forbid] or None}
    about = describe(layer, said, language=language)
    notes = (*told(found), t("territories.note.assumed", language), *about.notes, *few_notes(layer, SMALLEST, language))
    table = village_table(found, current, offices)
    who = params_sha256({"agents": table[[schema.VILLAGE_CODE, AGENT, OFFICE]].to_numpy(str).tolist()})
    ending = path.suffix.lower()
    about = stamped(about, KIND, ending, smallest=SMALLEST, asked={"agents": len(found.agents), "content": who})
    assert about.stamp is not None
    write(path, table, replace(about, title=t("territories.title", language), notes=notes))
    return about.stamp
