"""The visit days of an agent's own area: the plan of a month, the stops of a day, and links that lead there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import DISTRICT_NAME, LATITUDE, LONGITUDE, REGENCY_CODE, VILLAGE_CODE, VILLAGE_NAME
from planner.errors import PlanError
from planner.field.own_area import LAND, Home, OwnArea
from planner.routes.calendar import working_days
from planner.routes.durations import crossings, nearest_to_all, travel_minutes
from planner.routes.params import RouteParams
from planner.routes.plan import ARRIVE, DATE, LEAVE, ORDER, REASON, TRAVEL_MIN, RoutePlan
from planner.routes.room import plan_with_room
from planner.territories.load import VISITS, workload
from planner.territories.params import WorkloadParams

ELSEWHERE: Final = "home"
NOT_WORKING_DAY: Final = "not_working_day"


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


def month_plan(
    area: OwnArea,
    params: RouteParams | None = None,
    *,
    month: str | None = None,
    off: Collection[date] = (),
    speeds: Mapping[str, float] | None = None,
) -> RoutePlan:
    """Plan the visit days of a month: the same area and parameters give the same plan.

    Visits that were made do not change it: whoever shows it ticks them off. The days begin at home or, where that is
    unknown, in the village the others are reached quickest from. Where there is no room for all visits that are wanted,
    each village gets fewer, so that none is left out for a nearer one; the rest is told among the missed ones
    (``no_room``), as are dates that are no working day (``not_working_day``). Villages without a known point are left
    out, and told by no row.

    Parameters
    ----------
    area
        The agent's area.
    params
        Length of a day, speeds and so on; the assumed ones if not given.
    month
        Such as ``2026-12``; the month of the area's day if not given.
    off
        Days off.
    speeds
        Speed in km/h by regency code, where it is another one.

    Raises
    ------
    PlanError
        If there is no village with a known point, or the month cannot be read.
    """
    rules = params or RouteParams()
    asked = month or f"{area.made_on:%Y-%m}"
    own = _visited(area)
    if own.empty:
        raise PlanError("routes.no_villages")
    home = area.home_place
    places = own if home is None else pd.concat([_home_row(area, home), own], ignore_index=True)
    land = places[LAND].to_numpy(np.intp)
    boats = crossings(places, land, rules, named={})
    minutes = travel_minutes(places, rules, land=land, crossings=boats, speeds=speeds)
    if home is None:
        order = [nearest_to_all(minutes), *range(len(own))]
        places, minutes = own.iloc[order], minutes[np.ix_(order, order)]
    days = set(working_days(asked, per_week=rules.working_days_per_week, off=off))
    kept, lost = _dates(area, set(own[VILLAGE_CODE]), asked, days)
    plan = plan_with_room(places, minutes, asked, rules, home_is_known=home is not None, off=off, dates=kept)
    return replace(plan, missed=pd.concat([plan.missed, _not_kept(own, lost)], ignore_index=True)) if lost else plan


def plan_if_any(area: OwnArea, *, month: str | None = None) -> RoutePlan | None:
    """Return the visit days as `month_plan` does; nothing where no village has a known point."""
    return None if area.villages[[LONGITUDE, LATITUDE]].dropna().empty else month_plan(area, month=month)


def _not_kept(own: pd.DataFrame, lost: Sequence[str]) -> pd.DataFrame:
    names = dict(zip(own[VILLAGE_CODE], own[VILLAGE_NAME], strict=True))
    rows = [{VILLAGE_CODE: code, VILLAGE_NAME: names[code], REASON: NOT_WORKING_DAY} for code in lost]
    return pd.DataFrame(rows)


def _visited(area: OwnArea) -> pd.DataFrame:
    villages = pd.DataFrame(area.villages.drop(columns="geometry"))
    own = villages[villages[[LONGITUDE, LATITUDE]].notna().all(axis=1)].reset_index(drop=True)
    return own.assign(**{VISITS: workload(own, WorkloadParams())[VISITS]})


def _home_row(area: OwnArea, home: Home) -> pd.DataFrame:
    """Return where days begin as a row; a code that is not the agent's own stays out of the plan."""
    code = area.home if area.home in set(area.villages[VILLAGE_CODE]) else ELSEWHERE
    at = {LONGITUDE: home.longitude, LATITUDE: home.latitude, REGENCY_CODE: home.regency_code, LAND: home.land}
    return pd.DataFrame([{VILLAGE_CODE: code, VILLAGE_NAME: home.name, DISTRICT_NAME: "", VISITS: 0.0, **at}])


def _dates(area: OwnArea, codes: set[str], month: str, working: set[date]) -> tuple[dict[str, list[date]], list[str]]:
    """Return the dates of a month that can be kept, by village, and the village of each that cannot."""
    asked = [(code, day) for code, days in sorted(area.dates.items()) for day in days if f"{day:%Y-%m}" == month]
    kept: dict[str, list[date]] = {}
    for code, day in asked:
        if code in codes and day in working:
            kept.setdefault(code, []).append(day)
    return kept, [code for code, day in asked if code in codes and day not in working]


def stops_of(plan: RoutePlan, day: date) -> tuple[Stop, ...]:
    """Return the stops of a day in their order; none on a day without visits."""
    rows = plan.stops[plan.stops[DATE] == day].sort_values(ORDER)
    return tuple(
        Stop(
            int(row[ORDER]),
            str(row[VILLAGE_CODE]),
            str(row[VILLAGE_NAME]),
            str(row[ARRIVE]),
            str(row[LEAVE]),
            int(row[TRAVEL_MIN]),
            float(row[LONGITUDE]),
            float(row[LATITUDE]),
        )
        for row in rows.to_dict("records")
    )


def navigation_links(latitude: float, longitude: float) -> Navigation:
    """Return links to a point, degrees; nothing is asked of any server before somebody taps one."""
    point = f"{latitude:.6f},{longitude:.6f}"
    return Navigation(f"geo:{point}?q={point}", f"https://www.google.com/maps/dir/?api=1&destination={point}")
