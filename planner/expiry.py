"""When paid months end, and who falls out of the active participants: calendar, lists and forecast.

A contribution pays for whole calendar months, the month of ``start`` first: three months from 1 October last until
31 December. A participant is active until ``lapse_months`` unpaid months are over (31 March), as BPJS Ketenagakerjaan
is quoted. All figures are counts of groups, nobody's data.
"""

from datetime import date
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.schema import basis, high, low
from planner.params import Renewal

GROUP: Final = "group"
PAID_WORKERS: Final = "workers"
START: Final = "start"
MONTHS: Final = "months"
FUND: Final = "fund"

PAID_UNTIL: Final = "paid_until"
ACTIVE_UNTIL: Final = "active_until"
DAYS_LEFT: Final = "days_left"
UNPAID_MONTHS: Final = "unpaid_months"
STANDING: Final = "standing"

MONTH: Final = "month"
STARTING: Final = "starting"
ENDING: Final = "ending"
FALLING_OUT: Final = "falling_out"
WAITING: Final = "waiting"
ACTIVE: Final = "active"
FALLEN: Final = "fallen"
RENEWED: Final = "active_with_renewal"

LAPSE_MONTHS: Final = Renewal().lapse_months
WINDOWS: Final = (30, 60, 90)

Standing = Literal["waiting", "paid", "ends_90", "ends_60", "ends_30", "unpaid", "out"]
URGENT: Final[tuple[Standing, ...]] = ("unpaid", "ends_30", "ends_60", "ends_90")

_Months = npt.NDArray[np.int64]


def paid_until(start: date, months: int) -> date:
    """Return the last day that contributions for some months pay for, the month of ``start`` counted first."""
    last = pd.Period(start, freq="M") + (months - 1)
    return last.end_time.date()


def ends(groups: pd.DataFrame, *, lapse_months: int = LAPSE_MONTHS) -> pd.DataFrame:
    """Return when the paid months of each group end, and when it falls out of the active participants.

    Parameters
    ----------
    groups
        ``start`` (days) and ``months`` (1 or more).
    lapse_months
        How many months may stay unpaid.

    Returns
    -------
    Same index: ``paid_until`` and ``active_until``, the last day of each (midnight).
    """
    first = groups[START].to_numpy("datetime64[M]")
    unpaid = first + groups[MONTHS].to_numpy(np.int64)  # the first month without contribution
    return pd.DataFrame(
        {PAID_UNTIL: _day_before(unpaid), ACTIVE_UNTIL: _day_before(unpaid + lapse_months)}, index=groups.index
    )


def standing(groups: pd.DataFrame, on: date, *, lapse_months: int = LAPSE_MONTHS) -> pd.DataFrame:
    """Return where each group stands on a day.

    Parameters
    ----------
    groups
        As for :func:`ends`.
    on
        The day.
    lapse_months
        How many months may stay unpaid.

    Returns
    -------
    Same index: the columns of :func:`ends`; ``days_left`` until the paid months end, negative afterwards;
    ``unpaid_months``, begun ones counted, at most ``lapse_months``; ``standing``: ``waiting`` (not begun), ``paid``,
    ``ends_90``, ``ends_60``, ``ends_30`` (paid months end within so many days), ``unpaid`` (still active), ``out``.
    """
    when = ends(groups, lapse_months=lapse_months)
    today = pd.Timestamp(on)
    left = (when[PAID_UNTIL] - today).dt.days
    month = np.datetime64(on, "M")
    behind = (month - when[PAID_UNTIL].to_numpy("datetime64[M]")).astype(np.int64)
    checks = {
        "waiting": groups[START] > today,
        "out": when[ACTIVE_UNTIL] < today,
        "unpaid": left < 0,
        **{f"ends_{days}": left <= days for days in WINDOWS},
    }
    found = np.select([check.to_numpy(bool) for check in checks.values()], list(checks), default="paid")
    told = {
        DAYS_LEFT: left.to_numpy(np.int64),
        UNPAID_MONTHS: np.clip(behind, 0, lapse_months),
        STANDING: pd.Series(found, index=groups.index, dtype="str"),
    }
    return when.join(pd.DataFrame(told, index=groups.index))


def select_urgent(groups: pd.DataFrame, on: date, *, lapse_months: int = LAPSE_MONTHS) -> pd.DataFrame:
    """Return the groups to talk to: in arrears but still active, or with paid months that end within 90 days.

    Returns
    -------
    Rows of ``groups`` with the columns of :func:`standing`; those that fall out first come first.
    """
    found = groups.join(standing(groups, on, lapse_months=lapse_months))
    urgent = found[found[STANDING].isin(URGENT)]
    return urgent.sort_values([ACTIVE_UNTIL, PAID_WORKERS, GROUP], ascending=[True, False, True])


def calendar(
    groups: pd.DataFrame, months: pd.PeriodIndex | None = None, *, lapse_months: int = LAPSE_MONTHS
) -> pd.DataFrame:
    """Count workers by month, as if nobody renewed.

    Parameters
    ----------
    groups
        As for :func:`ends`, and ``workers`` (people).
    months
        Months wanted; all from the first start to the month after the last group falls out, if not given.
    lapse_months
        How many months may stay unpaid.

    Returns
    -------
    One row per month (index ``month``), people: ``starting``; ``ending`` (paid months end with this month);
    ``falling_out`` (active until the end of this month); and every worker exactly once in ``waiting`` (not begun),
    ``active`` (in this month) or ``fallen`` (before this month).
    """
    when = ends(groups, lapse_months=lapse_months)
    first, paid, last = (_numbered(column) for column in (groups[START], when[PAID_UNTIL], when[ACTIVE_UNTIL]))
    wanted = _span(first, last) if months is None else months
    month = np.asarray(wanted.asi8, dtype=np.int64)[:, None]
    people = groups[PAID_WORKERS].to_numpy(np.int64)
    which = {
        STARTING: first == month,
        ENDING: paid == month,
        FALLING_OUT: last == month,
        WAITING: first > month,
        ACTIVE: (first <= month) & (month <= last),
        FALLEN: last < month,
    }
    return pd.DataFrame({name: found @ people for name, found in which.items()}, index=wanted.rename(MONTH))


def forecast(groups: pd.DataFrame, on: date, renewal: Renewal) -> pd.DataFrame:
    """Return the active participants month by month, without and with renewal.

    Who renews goes on for good: the share applies once, when a group would fall out. The forecast does not know who
    renewed before ``on``; the share applies to those months too.

    Parameters
    ----------
    groups
        As for :func:`calendar`.
    on
        A day of the first month of the forecast.
    renewal
        When participants fall out, and which share renews.

    Returns
    -------
    The columns of :func:`calendar` from the month of ``on`` to the month after the last group falls out, and
    ``active_with_renewal`` with ``_low``, ``_high`` and ``_basis`` (``assumed``), people.
    """
    whole = calendar(groups, lapse_months=renewal.lapse_months)
    first = pd.Period(on, freq="M")
    last = max(first, whole.index[-1]) if len(whole) else first
    table = calendar(groups, pd.period_range(first, last, freq="M"), lapse_months=renewal.lapse_months)
    shares = (renewal.renewed_share, renewal.renewed_share_low, renewal.renewed_share_high)
    value, least, most = (table[FALLEN].to_numpy(np.float64) * share for share in shares)
    kept = {RENEWED: value.round(), low(RENEWED): np.floor(least.round(6)), high(RENEWED): np.ceil(most.round(6))}
    renewed = pd.DataFrame({name: table[ACTIVE] + people.astype(np.int64) for name, people in kept.items()})
    return table.join(renewed).assign(**{basis(RENEWED): "assumed"})


def _day_before(month: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    return (month.astype("datetime64[D]") - np.timedelta64(1, "D")).astype("datetime64[s]")


def _numbered(days: "pd.Series[pd.Timestamp]") -> _Months:
    """Return months as numbers since January 1970, as periods count them."""
    return days.to_numpy("datetime64[M]").astype(np.int64)


def _span(first: _Months, last: _Months) -> pd.PeriodIndex:
    if not len(first):
        return pd.PeriodIndex([], freq="M")
    start, end = (pd.Period(ordinal=int(number), freq="M") for number in (first.min(), last.max() + 1))
    return pd.period_range(start, end, freq="M")
