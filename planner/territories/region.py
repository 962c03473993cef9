"""Which villages are divided: those of a branch office, of a region, or of an assignment until now."""

from collections.abc import Collection, Mapping

import geopandas as gpd
import pandas as pd

from geodata.offices import OFFICE_NAME, read_offices, serving_office
from geodata.schema import DISTRICT_CODE, VILLAGE_CODE
from planner.errors import PlanError
from planner.territories.agents import AGENT, HOME
from planner.uploads.columns import plain


def of_branch(villages: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return the villages that a branch office serves.

    Parameters
    ----------
    villages
        All villages of the layer.
    name
        Name of the office, or a part of it that no other has.

    Raises
    ------
    PlanError
        If no office or several have that name.
    """
    serving = serving_office(villages, read_offices())[OFFICE_NAME]
    names = sorted(set(serving.dropna()))
    wanted = plain(name)
    found = [known for known in names if plain(known) == wanted] or [k for k in names if wanted and wanted in plain(k)]
    if len(found) != 1:
        key = "territories.branch_unknown" if not found else "territories.branch_several"
        raise PlanError(key, name=name[:60], known=", ".join(found or names))
    return villages[(serving == found[0]).to_numpy(bool)]


def office_of(villages: pd.DataFrame) -> str:
    """Return the whole name of the office that serves the villages of `of_branch`."""
    return str(serving_office(villages, read_offices())[OFFICE_NAME].iloc[0])


def agents_of(
    agents: pd.DataFrame, owners: Mapping[str, str], villages: Collection[str], office: str | None
) -> list[str]:
    """Return the agents of some villages: who has one or lives in one of them, or belongs to the office.

    Parameters
    ----------
    agents
        ``agent_code``, ``office`` and ``home_village_code``, the last two missing or empty where not known.
    owners
        Agent of each village code today.
    villages
        Codes of the villages.
    office
        Name of the office that serves them; nothing where they are no branch.
    """
    inside, wanted = set(villages), plain(office or "")
    holders = {agent for code, agent in owners.items() if code in inside}
    rows = zip(agents[AGENT], agents["office"], agents[HOME], strict=True)
    return [
        str(code)
        for code, name, home in rows
        if code in holders or home in inside or (wanted and isinstance(name, str) and plain(name) == wanted)
    ]


def of_assignment(villages: gpd.GeoDataFrame, current: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the villages of an assignment, and those of their districts that nobody has: they may be new.

    Raises
    ------
    PlanError
        If the layer has none of them.
    """
    own = villages[VILLAGE_CODE].isin(list(current))
    if not own.any():
        raise PlanError("territories.assignment_elsewhere")
    return villages[own | villages[DISTRICT_CODE].isin(villages.loc[own, DISTRICT_CODE])]
