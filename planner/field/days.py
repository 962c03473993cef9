"""The visit days of an agent's own area: the plan of a month, the stops of a day, and links that lead there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import DISTRICT_NAME, LATITUDE, LONGITUDE, REGENCY_CODE, VILLAGE_CODE, VILLAGE_NAME
from planner.errors import PlanError
from planner.field.own_area import LAND, Home, OwnArea
from planner.params import Floats
from planner.routes.calendar import whole_visits, working_days
from planner.routes.durations import crossings, nearest_to_all, travel_minutes
from planner.routes.params import RouteParams
from planner.routes.plan import ARRIVE, DATE, LEAVE, ORDER, REASON, TRAVEL_MIN, RoutePlan, plan_routes
from planner.territories.load import VISITS, workload
from planner.territories.params import WorkloadParams

ELSEWHERE: Final = "home"
NOT_WORKING_DAY: Final = "not_working_day"
_FILLED: Final = 0.8  # of the days: several visits to a village each keep to a span of days, which leaves gaps


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
    days = working_days(asked, per_week=rules.working_days_per_week, off=off)
    kept, lost = _dates(area, set(own[VILLAGE_CODE]), asked, set(days))
    room = visits_with_room(own[VISITS].to_numpy(np.float64), minutes, rules, days=len(days))
    places = places.assign(**{VISITS: [0.0, *room]})
    planned = partial(plan_routes, home_is_known=home is not None, off=off, dates=kept)
    plan = planned(places, minutes, asked, rules)
    never = _never(plan)
    if never:  # their visits each keep to a span of days that is full; a single one may fall on any day
        places = places.assign(**{VISITS: places[VISITS].mask(places[VILLAGE_CODE].isin(never), 1.0)})
        plan = planned(places, minutes, asked, rules)
    return replace(plan, missed=_missed(plan, own, lost))


def _never(plan: RoutePlan) -> set[str]:
    """Return the villages that are not visited at all although a visit would fit into a day, had it several wanted."""
    waiting = plan.missed.loc[plan.missed[REASON] == "no_room", VILLAGE_CODE].value_counts()
    return set(waiting.index[waiting > 1]) - set(plan.stops[VILLAGE_CODE])


def visits_with_room(visits: Floats, minutes: Floats, params: RouteParams, *, days: int) -> Floats:
    """Return so many visits a month as there is room for, none below one: else the nearest villages take all days.

    Parameters
    ----------
    visits
        Shape (n,): visits that are wanted.
    minutes
        Shape (1 + n, 1 + n): minutes between where the days begin, which comes first, and the villages.
    params
        Length of a day and of a visit.
    days
        Number of working days.

    Returns
    -------
    Shape (n,): all visits above one cut by the same share. How many visits a day holds is estimated, for each village
    from the way there and the mean way to the next one; it may be more or less.
    """
    service, limit = params.hours_per_visit * 60, params.hours_per_day * 60
    own = minutes[0, 1:]
    is_near = 2 * own + service <= limit
    if not is_near.any():
        return visits
    between = minutes[1:, 1:][np.ix_(is_near, is_near)] + np.diag(np.full(int(is_near.sum()), np.inf))
    step = float(np.mean(np.where(np.isfinite(between.min(axis=1)), between.min(axis=1), 0.0)))
    a_day = np.maximum(1.0, (limit - 2 * own[is_near] + step) / max(service + step, 1.0))
    more = np.maximum(visits - 1, 0.0)
    once, rest = float((1 / a_day).sum()), float((more[is_near] / a_day).sum())
    share = min(1.0, max(0.0, (days * _FILLED - once) / rest)) if rest else 1.0
    return np.asarray(np.where(visits > 1, 1 + more * share, visits))


def _missed(plan: RoutePlan, own: pd.DataFrame, lost: Sequence[str]) -> pd.DataFrame:
    """Return the visits without day: those of the plan, those there was no room for from the start, and lost dates."""
    names = dict(zip(own[VILLAGE_CODE], own[VILLAGE_NAME], strict=True))
    wanted = dict(zip(own[VILLAGE_CODE], whole_visits(own[VISITS].to_numpy(np.float64)), strict=True))
    told = pd.concat([plan.stops[VILLAGE_CODE], plan.missed[VILLAGE_CODE]]).value_counts()
    cut = [code for code, count in wanted.items() for _ in range(count - int(told.get(code, 0)))]
    reasons = [*((code, "no_room") for code in cut), *((code, NOT_WORKING_DAY) for code in lost)]
    rows = [{VILLAGE_CODE: code, VILLAGE_NAME: names[code], REASON: reason} for code, reason in reasons]
    return pd.concat([plan.missed, pd.DataFrame(rows)], ignore_index=True) if rows else plan.missed


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
