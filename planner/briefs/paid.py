"""Contributions that somebody pays for workers of a regency: what runs, what ends when, what it comes to."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from geodata.offices import CONFIDENCE, SOURCE_DATE, SOURCE_URL
from geodata.schema import REGENCY_CODE
from planner import expiry, published
from planner.errors import PlanError
from planner.expiry import FUND, MONTHS, PAID_WORKERS, START
from planner.funding import cost_idr
from planner.small_cells import few

LISTED: Final = 4
_MOST_REPORTED: Final = 2


@dataclass(frozen=True)
class PaidGroup:
    """Workers of one fund whose paid months end on the same day.

    Attributes
    ----------
    fund
        As the office wrote it; empty for what is left of several.
    people
        How many.
    paid_until, active_until
        Last paid day, and last day as active participants if nobody pays on; none for what is left of several.
    cost_idr
        Workers x months x tariff; none where no tariff is known.
    """

    fund: str
    people: int
    paid_until: date | None
    active_until: date | None
    cost_idr: int | None


@dataclass(frozen=True)
class Paid:
    """Who pays for workers of a regency.

    Attributes
    ----------
    groups
        Those that are paid or still active, the first to end first; a last one sums up what is not listed.
    running, ending, unpaid
        Workers whose months are paid, those of them whose months end within 90 days, and those whose months have ended
        while they still are active.
    left_out
        How many groups of a few people are in none of these figures.
    """

    groups: tuple[PaidGroup, ...]
    running: int
    ending: int
    unpaid: int
    left_out: int


@dataclass(frozen=True)
class Reported:
    """A budget of the regency as it was published; ``share`` of the amount may go to contributions."""

    fund: str
    year: str
    amount_idr: int
    share: float
    workers: int | None
    months: int
    source_url: str
    source_date: str
    confidence: str


def paid(groups: pd.DataFrame, regency: str, *, on: date, smallest: int) -> Paid | None:
    """Say who pays for workers of a regency.

    Parameters
    ----------
    groups
        As from `planner.expiry_file.read_groups`: ``regency_code``, ``fund``, ``workers``, ``start``, ``months``.
    regency
        Code of the regency.
    on
        The day of the view.
    smallest
        Groups of fewer people are left out, as in the files of the boards: no sum then gives them away.

    Returns
    -------
    Nothing where no group is paid or still active.
    """
    inside = groups[groups[REGENCY_CODE] == regency]
    stands = inside.join(expiry.standing(inside, on))
    kept = stands[~stands[expiry.STANDING].isin(["out", "waiting"])]
    if kept.empty:
        return None
    is_few = few(kept[PAID_WORKERS], smallest=smallest)
    told = kept[~is_few]
    rows = [_group(str(fund), part) for (_, fund), part in told.groupby([expiry.PAID_UNTIL, FUND], sort=True)]
    unpaid = told[expiry.STANDING] == "unpaid"
    soon = told[expiry.STANDING].isin([f"ends_{days}" for days in expiry.WINDOWS])
    running, ending, left = (int(told.loc[which, PAID_WORKERS].sum()) for which in (~unpaid, soon, unpaid))
    return Paid(_listed(rows), running, ending, left, int(is_few.sum()))


def reported(budgets: pd.DataFrame, name: str) -> tuple[Reported, ...]:
    """Return the last published budgets of a regency, the newest and largest first.

    Parameters
    ----------
    budgets
        Of `planner.published.read_budgets`.
    name
        Name of the regency, as the layer has it.
    """
    own = budgets[budgets[published.PLACE].str.casefold() == name.casefold()]
    own = own.sort_values([published.YEAR, published.AMOUNT], ascending=False, kind="stable")
    return tuple(
        Reported(
            fund=row[FUND],
            year=row[published.YEAR],
            amount_idr=int(row[published.AMOUNT]),
            share=float(row[published.CAP_SHARE]),
            workers=None if pd.isna(row[published.WORKERS]) else int(row[published.WORKERS]),
            months=int(row[MONTHS]),
            source_url=row[SOURCE_URL],
            source_date=row[SOURCE_DATE],
            confidence=row[CONFIDENCE],
        )
        for row in own.head(_MOST_REPORTED).to_dict("records")
    )


def _group(fund: str, part: pd.DataFrame) -> PaidGroup:
    people = int(part[PAID_WORKERS].sum())
    ends, active = (part[name].iloc[0].date() for name in (expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL))
    return PaidGroup(fund, people, ends, active, _cost(part))


def _cost(part: pd.DataFrame) -> int | None:
    """Return workers x months x tariff of state money; none where no tariff is known for a month."""
    try:
        return sum(
            cost_idr(int(people), int(months), start=start.date())
            for people, months, start in zip(part[PAID_WORKERS], part[MONTHS], part[START], strict=True)
        )
    except PlanError:
        return None


def _listed(rows: list[PaidGroup]) -> tuple[PaidGroup, ...]:
    """Return the first groups, and the others as one."""
    if len(rows) <= LISTED + 1:
        return tuple(rows)
    first, others = rows[:LISTED], rows[LISTED:]
    costs = [row.cost_idr for row in others]
    cost = None if None in costs else sum(one for one in costs if one is not None)
    return (*first, PaidGroup("", sum(row.people for row in others), None, None, cost))
