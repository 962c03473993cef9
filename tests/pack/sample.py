"""Two agents on a small grid; all names of the first one's villages try to break out."""

import datetime as dt

import geopandas as gpd
import pandas as pd

from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from planner.field.days import month_plan
from planner.field.own_area import OwnArea, own_area
from planner.pack.content import Pack, pack_of
from tests.web.conftest import HOSTILE, grid_layer

DAY = dt.date(2026, 11, 23)
LAYER = grid_layer(10, 6)
OWN = LAYER[VILLAGE_CODE].tolist()[: len(HOSTILE)]
FOREIGN = LAYER.iloc[len(HOSTILE) :]


def area(agent: str = "A-1", codes: list[str] = OWN, layer: gpd.GeoDataFrame = LAYER) -> OwnArea:
    count = len(codes)
    owned = pd.DataFrame({VILLAGE_CODE: codes, "from_on": dt.date(2026, 8, 1), "month": dt.date(2026, 10, 1)})
    owned = owned.assign(last_visit_on=dt.date(2026, 9, 1))
    owned["active"], owned["inactive"] = (pd.array([n] * count, dtype="Int64") for n in (40, 4))
    visits = pd.DataFrame(
        {
            VILLAGE_CODE: codes[:1],
            "visited_on": [dt.date(2026, 9, 1)],
            "dusun": ["Dusun <i>II</i>"],
            "met": 20,
            "interested": 5,
            "registered": 3,
            "obstacle": ['{{7*7}} #eval("1")'],
        }
    )
    months = [dt.date(2026, 9, 1), dt.date(2026, 10, 1)]
    participants = pd.DataFrame(
        {VILLAGE_CODE: codes[1], "month": months, "active": [60, 40], "inactive": [2, 22]}
    ).astype({"active": "Int64", "inactive": "Int64"})
    funded = pd.DataFrame(
        {VILLAGE_CODE: codes[:1], "fund": ["APBD"], "people": 30, "starts_on": [dt.date(2026, 7, 1)],
         "ends_on": [dt.date(2026, 12, 31)]}
    )  # fmt: skip
    return own_area(
        layer, DAY, agent=agent, owned=owned, visits=visits, participants=participants, funded=funded,
        home=FOREIGN[VILLAGE_CODE].iloc[0],
    )  # fmt: skip


def pack(language: str = "id") -> Pack:
    own = area()
    return pack_of(own, month_plan(own), language)


def foreign_words() -> set[str]:
    """Codes and names of all villages that are not the first agent's; the home of the days is one of them."""
    return {*FOREIGN[VILLAGE_CODE], *FOREIGN[VILLAGE_NAME]}
