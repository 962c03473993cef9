"""The month of one agent: from his villages to days with stops, as tables."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import DISTRICT_NAME, LATITUDE, LONGITUDE, VILLAGE_CODE, VILLAGE_NAME
from planner.errors import PlanError
from planner.params import Floats
from planner.routes.calendar import wanted_visits, whole_visits, working_days
from planner.routes.days import Month, month_of_visits
from planner.routes.params import RouteParams
from planner.territories.load import VISITS

DATE: Final = "date"
ORDER: Final = "stop"
ARRIVE: Final = "arrive"
LEAVE: Final = "leave"
TRAVEL_MIN: Final = "travel_min"
REASON: Final = "reason"


@dataclass(frozen=True)
class RoutePlan:
    """The visit days of one agent in a month.

    Attributes
    ----------
    home
        Village code of where each day begins and ends.
    home_is_known
        Whether that is the agent's home; else it is the village the others are reached quickest from.
    stops
        One row per visit: ``date``, ``stop`` (1 ..), ``village_code``, ``village_name``, ``district_name``,
        ``longitude``, ``latitude``, ``arrive`` and ``leave`` (time of day), ``travel_min`` (from the stop before).
    days
        One row per day with visits: ``date``, ``visits``, ``travel_min``, ``hours`` (from leaving home to being back).
    missed
        Visits without day: ``village_code``, ``village_name``, ``reason`` (``too_far``: longer than a day by itself;
        ``no_room``; ``no_day``: no working day far enough from a date that is set).
    working_days
        Number of working days.
    """

    home: str
    home_is_known: bool
    stops: pd.DataFrame
    days: pd.DataFrame
    missed: pd.DataFrame
    working_days: int


def plan_routes(
    villages: pd.DataFrame,
    minutes: Floats,
    month: str,
    params: RouteParams,
    *,
    home_is_known: bool,
    off: Collection[dt.date] = (),
    dates: Mapping[str, Sequence[dt.date]] | None = None,
) -> RoutePlan:
    """Plan the visit days of one agent.

    Parameters
    ----------
    villages
        Home first, then the villages to visit: ``village_code``, ``village_name``, ``district_name``, ``longitude``,
        ``latitude``, ``visits_per_month``. The home may stand among the others again.
    minutes
        Shape (1 + n, 1 + n): minutes between them, in the same order.
    month
        Such as ``2026-12``.
    params
        Parameters; the same ones give the same days.
    home_is_known
        Told on in the answer.
    off
        Days off.
    dates
        Dates that are set, by village code.

    Raises
    ------
    PlanError
        If there is nothing to visit, the month cannot be read, or a date that is set cannot be kept.
    """
    table = villages.iloc[1:].reset_index(drop=True)
    if table.empty:
        raise PlanError("routes.no_villages")
    codes = table[VILLAGE_CODE].tolist()
    unknown = sorted(set(dates or {}) - set(codes))
    if unknown:
        raise PlanError("routes.date_elsewhere", codes=", ".join(unknown[:8]))
    days = working_days(month, per_week=params.working_days_per_week, off=off)
    counts = whole_visits(table[VISITS].to_numpy(np.float64))
    set_days = {codes.index(code): list(given) for code, given in (dates or {}).items()}
    visits, _ = wanted_visits(counts, days, gap_days=params.gap_days, dates=set_days)
    service = np.full(len(table), params.hours_per_visit * 60)
    found = month_of_visits(visits, minutes, service, days, params)
    lost = [(code, max(n, len(set_days.get(i, ())))) for i, (code, n) in enumerate(zip(codes, counts, strict=True))]
    without = [code for i, (code, n) in enumerate(lost) for _ in range(n - sum(v.village == i for v in visits))]
    return RoutePlan(
        str(villages[VILLAGE_CODE].iloc[0]),
        home_is_known,
        _stops(found, table, days, params),
        _days(found, days),
        _missed(found, table, without),
        len(days),
    )


def _stops(found: Month, table: pd.DataFrame, days: Sequence[dt.date], params: RouteParams) -> pd.DataFrame:
    names = [VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, LONGITUDE, LATITUDE]
    rows = [
        {
            DATE: days[day.position],
            ORDER: i,
            **{name: table[name].iloc[stop.visit.village] for name in names},
            ARRIVE: _clock(stop.arrive_min, params.start_hour),
            LEAVE: _clock(stop.leave_min, params.start_hour),
            TRAVEL_MIN: round(stop.travel_min),
        }
        for day in found.days
        for i, stop in enumerate(day.stops, start=1)
    ]
    return pd.DataFrame(rows, columns=[DATE, ORDER, *names, ARRIVE, LEAVE, TRAVEL_MIN])


def _days(found: Month, days: Sequence[dt.date]) -> pd.DataFrame:
    rows = [
        {
            DATE: days[day.position],
            "visits": len(day.stops),
            TRAVEL_MIN: round(day.travel_min),
            "hours": round(day.minutes / 60, 4),
        }
        for day in found.days
    ]
    return pd.DataFrame(rows, columns=[DATE, "visits", TRAVEL_MIN, "hours"])


def _missed(found: Month, table: pd.DataFrame, without: Sequence[str]) -> pd.DataFrame:
    names = dict(zip(table[VILLAGE_CODE], table[VILLAGE_NAME], strict=True))
    lost = [(str(table[VILLAGE_CODE].iloc[visit.village]), str(reason)) for visit, reason in found.missed]
    lost += [(code, "no_day") for code in without]
    rows = [{VILLAGE_CODE: code, VILLAGE_NAME: names[code], REASON: reason} for code, reason in sorted(lost)]
    return pd.DataFrame(rows, columns=[VILLAGE_CODE, VILLAGE_NAME, REASON])


def _clock(minutes: float, start_hour: float) -> str:
    total = round(start_hour * 60 + minutes)
    return f"{total // 60:02d}:{total % 60:02d}"
