"""How long an agent has been without result, and when the account would be closed."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pandas as pd

from planner.field.incentive import Incentive

Level = Literal["none", "warn_60", "warn_75", "closed"]
_FIRST_PER_MONTH: Final = 20  # of three months: warnings after 60 and 75 days
_SECOND_PER_MONTH: Final = 25


@dataclass(frozen=True)
class Quiet:
    """How long an agent has been without result.

    Attributes
    ----------
    days
        Days since the last result or, without any, since the agent has villages; 0 if there are neither.
    last_result_on
        Day of the last visit with a registration, or none.
    level
        ``none``; ``warn_60`` and ``warn_75``: two thirds and five sixths of the time are over, after 60 and 75 days if
        it is three months; ``closed``: the time is over.
    closes_on
        First day on which the account may be closed; none without result and villages.
    back_on
        First day on which it may be opened again if it is closed on ``closes_on``.
    since
        The day that the days are counted from; none without result and villages.
    """

    days: int
    last_result_on: date | None
    level: Level
    closes_on: date | None
    back_on: date | None
    since: date | None = None


def quiet(visits: pd.DataFrame, since: date | None, day: date, incentive: Incentive) -> Quiet:
    """Return how long an agent has been without result.

    Only registrations in the agent's own visits are known here; contributions of participants registered before also
    keep an account open, as the rule is quoted, so a warning may be too early but not too late.

    Parameters
    ----------
    visits
        The agent's own: ``visited_on`` and ``registered``.
    since
        Day of the first village given to the agent; none without villages.
    day
        The day.
    incentive
        The rules of the day.
    """
    days = pd.to_datetime(visits["visited_on"])
    results = days[(visits["registered"] > 0) & (days <= pd.Timestamp(day))]
    last = None if results.empty else results.max().date()
    start = last or since
    if start is None or start > day:
        return Quiet(0, last, "none", None, None)
    passed = (day - start).days
    closes = _later(start, incentive.closed_after_months)
    back = _later(closes, incentive.back_after_months)
    return Quiet(passed, last, _level(passed, incentive, is_over=day >= closes), closes, back, start)


def _level(passed: int, incentive: Incentive, *, is_over: bool) -> Level:
    if is_over:
        return "closed"
    if passed >= _SECOND_PER_MONTH * incentive.closed_after_months:
        return "warn_75"
    return "warn_60" if passed >= _FIRST_PER_MONTH * incentive.closed_after_months else "none"


def _later(day: date, months: int) -> date:
    """Return the same day some months later; the last day of that month where it has no such day."""
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()
