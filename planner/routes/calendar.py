"""Which days each visit may fall on: working days of a month, spaced visits, dates that are set."""

import calendar
import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.errors import PlanError
from planner.params import Floats
from planner.territories.islands import largest_remainder


@dataclass(frozen=True)
class Visit:
    """One visit that is wanted.

    Attributes
    ----------
    village
        Position of the village.
    number
        Which visit to the village it is, from 0.
    days
        Positions of the days it may fall on, ascending.
    is_set
        Whether its date was set by somebody.
    """

    village: int
    number: int
    days: tuple[int, ...]
    is_set: bool = False


def working_days(month: str, *, per_week: int, off: Collection[dt.date] = ()) -> list[dt.date]:
    """Return the working days of a month.

    Parameters
    ----------
    month
        Such as ``2026-12``.
    per_week
        Working days a week, counted from Monday.
    off
        Days off, such as holidays.

    Raises
    ------
    PlanError
        If the month cannot be read, or no day is left.
    """
    try:
        first = dt.datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
    except ValueError as error:
        raise PlanError("routes.month", text=month[:20]) from error
    last = calendar.monthrange(first.year, first.month)[1]
    days = [first.replace(day=day) for day in range(1, last + 1)]
    days = [day for day in days if day.isoweekday() <= per_week and day not in off]
    if not days:
        raise PlanError("routes.no_days", month=month)
    return days


def whole_visits(visits: Floats) -> list[int]:
    """Return whole numbers of visits, at least one each, that add up to the rounded sum where that is enough."""
    count = len(visits)
    total = max(count, round(float(visits.sum())))
    least = np.ones(count, dtype=np.intp)
    most = np.full(count, max(total, 1), dtype=np.intp)
    given: list[int] = largest_remainder(np.maximum(visits, 0.0), total, least=least, most=most).tolist()
    return given


def wanted_visits(
    counts: Sequence[int], days: Sequence[dt.date], *, gap_days: int, dates: Mapping[int, Sequence[dt.date]]
) -> tuple[list[Visit], int]:
    """Return the visits wanted with the days each may fall on.

    Visits to one village get spans of days of their own that lie at least ``gap_days`` apart, so whichever day within
    them is taken, the spacing holds. Where a village has so many visits that half of their mean interval is less, the
    gap is that half.

    Parameters
    ----------
    counts
        Visits to each village.
    days
        Working days, ascending.
    gap_days
        Days between two visits to the same village.
    dates
        Dates that are set, by position of the village.

    Returns
    -------
    The visits, and how many of them found no day.

    Raises
    ------
    PlanError
        If a date that is set is no working day of the month.
    """
    place = {day: i for i, day in enumerate(days)}
    visits: list[Visit] = []
    without = 0
    for village, count in enumerate(counts):
        fixed = sorted(set(dates.get(village, ())))
        outside = [day.isoformat() for day in fixed if day not in place]
        if outside:
            raise PlanError("routes.date_outside", dates=", ".join(outside[:8]))
        visits += [Visit(village, i, (place[day],), is_set=True) for i, day in enumerate(fixed)]
        free = [i for i, day in enumerate(days) if all(abs((day - other).days) >= gap_days for other in fixed)]
        left = max(0, count - len(fixed))
        spans = _spans([days[i] for i in free], left, gap_days) if free else []
        without += left - len(spans)
        visits += [Visit(village, len(fixed) + i, tuple(free[k] for k in span)) for i, span in enumerate(spans)]
    return visits, without


def _spans(days: Sequence[dt.date], count: int, gap_days: int) -> list[list[int]]:
    """Return spans of days, as positions, that lie apart by the gap, or by half of their interval if that is less.

    Shorter gaps for many visits leave spans wide enough that visits to several villages do not crowd on a few days.
    """
    if count == 0:
        return []
    count = min(count, len(days))
    last = len(days) - 1
    for gap in range(min(_gap_in_working_days(days, gap_days), last // (2 * count)), 0, -1):
        width = (last - (count - 1) * gap) / count
        starts = [k * (width + gap) for k in range(count)]
        spans = [list(range(math.ceil(at - 1e-9), math.floor(at + width + 1e-9) + 1)) for at in starts]
        if all(spans):
            return spans
    return [cut.tolist() for cut in np.array_split(np.arange(len(days)), count)]


def _gap_in_working_days(days: Sequence[dt.date], gap_days: int) -> int:
    """Return after how many working days that many days have passed, wherever one begins."""
    for gap in range(1, len(days)):
        if all((days[i + gap] - day).days >= gap_days for i, day in enumerate(days[:-gap])):
            return gap
    return len(days)
