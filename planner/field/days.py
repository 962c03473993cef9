"""The visit days of an agent's own area: the plan of a month, the stops of a day, and links that lead there."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from geodata.schema import LATITUDE, LONGITUDE, VILLAGE_CODE, VILLAGE_NAME
from planner.field.own_area import LAND, OwnArea
from planner.routes.durations import travel_minutes
from planner.routes.params import RouteParams
from planner.routes.plan import DATE, ORDER, RoutePlan, plan_routes
from planner.territories.load import VISITS, workload
from planner.territories.params import WorkloadParams

HOME: Final = "home"


@dataclass(frozen=True)
class Stop:
    """One visit of a day.

    Attributes
    ----------
    number
        From 1.
    village_code, village_name
        Which village.
    arrive, leave
        Times of day, 08:30.
    travel_min
        Minutes from the stop before, or from where the day begins.
    longitude, latitude
        Point of the village, degrees.
    """

    number: int
    village_code: str
    village_name: str
    arrive: str
    leave: str
    travel_min: int
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Navigation:
    """Links that open the phone's own navigation, followed only when somebody taps them.

    Attributes
    ----------
    geo
        ``geo:`` address (RFC 5870), which a phone opens in its map without any network.
    maps
        Directions in Google Maps.
    """

    geo: str
    maps: str


def month_plan(area: OwnArea, params: RouteParams | None = None, *, month: str | None = None) -> RoutePlan:
    """Plan the visit days of a month: the same area and parameters give the same plan.

    Parameters
    ----------
    area
        The agent's area.
    params
        Length of a day, speeds and so on; the assumed ones if not given.
    month
        Such as ``2026-12``; the month of the area's day if not given.

    Raises
    ------
    PlanError
        If there is no village with a known point, or the month cannot be read.
    """
    rules = params or RouteParams()
    villages = pd.DataFrame(area.villages.drop(columns="geometry"))
    own = villages[villages[[LONGITUDE, LATITUDE]].notna().all(axis=1)].reset_index(drop=True)
    own = own.assign(**{VISITS: workload(own, WorkloadParams())[VISITS]})
    order = [0, *range(len(own))]
    places = own.iloc[order]
    minutes = travel_minutes(places, rules, land=places[LAND].to_numpy())
    return plan_routes(places, minutes, month or f"{area.made_on:%Y-%m}", rules, home_is_known=False)


def stops_of(plan: RoutePlan, day: date) -> tuple[Stop, ...]:
    """Return the stops of a day in their order; none on a day without visits."""
    rows = plan.stops[plan.stops[DATE] == day].sort_values(ORDER)
    return tuple(
        Stop(
            int(row[ORDER]),
            str(row[VILLAGE_CODE]),
            str(row[VILLAGE_NAME]),
            str(row["arrive"]),
            str(row["leave"]),
            int(row["travel_min"]),
            float(row[LONGITUDE]),
            float(row[LATITUDE]),
        )
        for row in rows.to_dict("records")
    )


def navigation_links(latitude: float, longitude: float) -> Navigation:
    """Return links to a point, degrees; nothing is asked of any server before somebody taps one."""
    point = f"{latitude:.6f},{longitude:.6f}"
    return Navigation(f"geo:{point}?q={point}", f"https://www.google.com/maps/dir/?api=1&destination={point}")
