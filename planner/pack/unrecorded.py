"""An agent's area where there are no records: villages from a file, and nothing that happened there."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd

from planner.field.incentive import Incentive
from planner.field.own_area import ACTIVE, FROM_ON, INACTIVE, LAST_VISIT_ON, MONTH, OwnArea, own_area

_VISITS = ("village_code", "visited_on", "dusun", "met", "interested", "registered", "obstacle")
_PARTICIPANTS = ("village_code", "month", "active", "inactive")
_FUNDED = ("village_code", "fund", "people", "starts_on", "ends_on")


def area_without_records(
    layer: gpd.GeoDataFrame,
    day: date,
    *,
    agent: str,
    codes: Sequence[str],
    incentives: tuple[Incentive, ...] | None = None,
    lands: "pd.Series[int] | None" = None,
) -> OwnArea:
    """Return the area of an agent of whom only the villages are known.

    Parameters
    ----------
    layer, day, incentives, lands
        As for `planner.field.own_area.own_area`; the villages are the agent's from that day on.
    agent
        Code of the agent.
    codes
        Codes of the villages.
    """
    owned = pd.DataFrame({"village_code": pd.Series(list(codes), dtype="str"), FROM_ON: day})
    for name in (ACTIVE, INACTIVE):
        owned[name] = pd.array([None] * len(codes), dtype="Int64")
    for name in (MONTH, LAST_VISIT_ON):
        owned[name] = pd.Series([None] * len(codes), dtype=object)
    return own_area(
        layer,
        day,
        agent=agent,
        owned=owned,
        visits=pd.DataFrame(columns=list(_VISITS)),
        participants=pd.DataFrame(columns=list(_PARTICIPANTS)),
        funded=pd.DataFrame(columns=list(_FUNDED)),
        incentives=incentives,
        lands=lands,
    )
