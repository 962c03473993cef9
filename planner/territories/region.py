"""Which villages are divided: those of a branch office, of a region, or of an assignment until now."""

from collections.abc import Mapping

import geopandas as gpd

from geodata.offices import OFFICE_NAME, read_offices, serving_office
from geodata.schema import DISTRICT_CODE, VILLAGE_CODE
from planner.errors import PlanError
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
