"""The villages of a division as a file: each with its agent."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from geodata import schema
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.export.describe import describe
from planner.export.write import write
from planner.territories.agents import AGENT
from planner.territories.divide import Territories
from planner.territories.load import HOURS, VISITS
from planner.texts import t

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


def village_table(found: Territories, current: Mapping[str, str] | None = None) -> gpd.GeoDataFrame:
    """Return the villages of a division with their agents and work, by agent and village code.

    Parameters
    ----------
    found
        The division.
    current
        Agent of each village code until now; told as ``from_agent``.
    """
    villages = found.ground.villages
    table = villages[[*_PLACE, "geometry"]].assign(
        **{AGENT: found.assignment.to_numpy(str)},
        **{name: found.ground.work[name].round(2) for name in (VISITS, HOURS)},
    )
    if current is not None:
        table["from_agent"] = table[schema.VILLAGE_CODE].map(dict(current))
    ordered = table.sort_values([AGENT, schema.VILLAGE_CODE], ignore_index=True)
    return gpd.GeoDataFrame(ordered, crs=schema.CRS_STORED)


def write_territories(
    path: Path,
    found: Territories,
    layer: VillageLayer,
    *,
    told: list[str],
    language: Language,
    current: Mapping[str, str] | None = None,
) -> None:
    """Write the villages of a division; the ending names the format. Raises like `planner.export.write.write`."""
    said: dict[str, object] = found.ground.params.model_dump(mode="json")
    said |= {"agents": len(found.agents), "locks": dict(found.locks) or None}
    said |= {"forbid": [":".join(pair) for pair in found.ground.forbid] or None}
    about = describe(layer, said, language=language)
    notes = (*told, t("territories.note.assumed", language), *about.notes)
    write(path, village_table(found, current), replace(about, title=t("territories.title", language), notes=notes))
