"""The month of an agent: how many are registered, how many are missing for the bonus, and what it pays.

Participants are counted by village, not by the agent who registered them. So what the contributions pay is told as a
range: at least the percentage of those the agent registered this month, at most that of all active participants of the
own villages.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from planner.field.incentive import Incentive
from planner.field.line import Line, Rupiah

WORKING_DAYS: Final = 5


@dataclass(frozen=True)
class MonthCounter:
    """One month of one agent; rupiah are whole, before the share of the body the agent belongs to.

    Attributes
    ----------
    month
        First day of the month.
    registered
        New participants, as written down in the agent's own visits of the month up to the day.
    wanted
        New participants for the bonus.
    missing
        How many of them are missing.
    days_left, working_days_left
        Days of the month that are left, the day itself counted; Monday to Friday, holidays not known.
    participants
        Active participants of the own villages as last reported, of all who register there; none if not reported.
    bonus_idr
        The bonus if it is reached, else 0.
    bonus_offered_idr
        The bonus that may be reached.
    contribution_idr, contribution_least_idr
        Percentage of the contributions of a month: at most that of ``participants`` (or of ``registered`` where they
        are more, or none were reported); at least that of ``registered``.
    income_idr, income_least_idr
        Bonus and contributions together, at most and at least.
    income_with_bonus_idr
        ``income_idr`` if the bonus is reached.
    own_share_idr, own_share_least_idr
        The income that is left when the body keeps its share.
    per_participant_idr, per_participant_year_idr
        What one participant pays the agent in a month, and over the twelve months from this one who stays active.
    to_bonus_each_idr
        What each of those who are missing is worth if all come: the month and the part of the bonus; 0 if none is
        missing.
    lapsed_idr
        What is lost in twelve months if the participants of ``contribution_idr`` all stop now.
    assumed
        What the figures rest on, in words.
    """

    month: date
    registered: int
    wanted: int
    missing: int
    days_left: int
    working_days_left: int
    participants: int | None
    bonus_idr: int
    bonus_offered_idr: int
    contribution_idr: int
    contribution_least_idr: int
    income_idr: int
    income_least_idr: int
    income_with_bonus_idr: int
    own_share_idr: int
    own_share_least_idr: int
    per_participant_idr: int
    per_participant_year_idr: int
    to_bonus_each_idr: int
    lapsed_idr: int
    assumed: tuple[Line, ...]


def count_month(
    visits: pd.DataFrame,
    participants_active: int | None,
    day: date,
    *,
    incentive: Incentive,
    tariff_idr: int,
    year_idr: int | None = None,
) -> MonthCounter:
    """Count the month of a day.

    Parameters
    ----------
    visits
        The agent's own: ``visited_on`` and ``registered``; later ones than the day do not count.
    participants_active
        Active BPU participants of the own villages as last reported; none if nothing was.
    day
        The day.
    incentive
        The rules of the day.
    tariff_idr
        Contribution of one participant for the month.
    year_idr
        Contribution over the twelve months from this one; twelve times ``tariff_idr`` if not given.
    """
    first = day.replace(day=1)
    last = day.replace(day=monthrange(day.year, day.month)[1])
    registered = registered_between(visits, first, day)
    left = [day + timedelta(days=ahead) for ahead in range((last - day).days + 1)]
    missing = max(0, incentive.bonus_participants - registered)
    share = incentive.contribution_pct / 100
    payers = max(registered, participants_active or 0)
    most, least = round(payers * tariff_idr * share), round(registered * tariff_idr * share)
    bonus = incentive.bonus_idr if missing == 0 else 0
    own = incentive.agent_pct / 100
    yearly = (tariff_idr * 12 if year_idr is None else year_idr) * share
    each = tariff_idr * share + incentive.bonus_idr / missing if missing else 0
    return MonthCounter(
        first,
        registered,
        incentive.bonus_participants,
        missing,
        len(left),
        sum(one.isoweekday() <= WORKING_DAYS for one in left),
        participants_active,
        bonus,
        incentive.bonus_idr,
        most,
        least,
        most + bonus,
        least + bonus,
        most + incentive.bonus_idr,
        round((most + bonus) * own),
        round((least + bonus) * own),
        round(tariff_idr * share),
        round(yearly),
        round(each),
        round(payers * yearly),
        _assumed(participants_active, day, incentive, tariff_idr),
    )


def registered_between(visits: pd.DataFrame, first: date, last: date) -> int:
    """Return how many were registered in visits from one day to another, both included."""
    days = pd.to_datetime(visits["visited_on"])
    within = (days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))
    return int(visits.loc[within, "registered"].sum())


def _assumed(active: int | None, day: date, incentive: Incentive, tariff_idr: int) -> tuple[Line, ...]:
    participants = "field.month.assumed.not_reported" if active is None else "field.month.assumed.by_village"
    return (
        incentive.standing(day),
        Line("field.month.assumed.visits"),
        Line(participants),
        Line("field.month.assumed.tariff", {"tariff": Rupiah(tariff_idr)}),
        Line("field.month.assumed.body", {"percent": f"{incentive.agent_pct:g}"}, incentive.source),
    )
