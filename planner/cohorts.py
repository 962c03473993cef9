"""Who registered around a launch and who of them is still active: from the counts of participants by month.

A count tells how many are registered and how many are active, not who. Where hardly anybody was active before the
launch and hardly anybody registered after it, those who are active later are those who registered around it.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from geodata.schema import REGENCY_CODE, VILLAGE_CODE
from planner.monthly import Count, Monthly, first_of, month_number
from planner.results import COLUMNS, FIRST, LAST, SECTOR, SUCCESSES, TRIALS, VISITS, Kind

MONTHS: Final[Mapping[Kind, int]] = {"active_3": 3, "active_6": 6, "active_12": 12}
"""Rates of who stays active, with the months after the launch."""
MOST_OTHERS: Final = 0.25
"""Others, active before or registered later, may be that part of those who registered; assumed."""


def still_active(launches: pd.DataFrame, participants: pd.DataFrame, places: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Return how many registered around each launch, and how many of them were active some months later.

    Registered are those whom the count of the month of the launch has more than the one before it, active those who are
    active later and were not before. Both are net: who falls out meanwhile counts against them.

    Parameters
    ----------
    launches
        ``village_code`` and ``launched_on`` (date), one row per village.
    participants
        As `planner.monthly.Monthly.of` takes them.
    places
        ``village_code``, ``sector`` and ``regency_code`` of every village.
    kind
        ``active_3``, ``active_6`` or ``active_12``.

    Returns
    -------
    As `planner.results.rates` takes it, one row per village that can be told: counted before, at the launch and then,
    where people registered, and where the others are at most a quarter of these.
    """
    counts = Monthly.of(participants)
    rows = []
    for code, day in zip(launches[VILLAGE_CODE], launches["launched_on"], strict=True):
        launch, before = month_number(day), counts.before(str(code), month_number(day))
        then = launch + MONTHS[kind]
        ends = None if before is None else (counts.at(code, month) for month in (before, launch, then))
        people = _people(*ends) if ends is not None else None
        if before is not None and people is not None:
            first, last = (first_of(month).isoformat()[:7] for month in (before, then))
            rows.append((str(code), *people, 0, first, last))
    told = pd.DataFrame(rows, columns=[VILLAGE_CODE, TRIALS, SUCCESSES, VISITS, FIRST, LAST])
    return told.merge(places[[VILLAGE_CODE, SECTOR, REGENCY_CODE]], on=VILLAGE_CODE)[list(COLUMNS)]


def with_all_places(observed: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return observations with a row of nobody for every sector and regency, so that each has a rate."""
    nobody = places[[SECTOR, REGENCY_CODE]].drop_duplicates()
    nobody[VILLAGE_CODE] = "-" + nobody[SECTOR] + nobody[REGENCY_CODE]
    nobody[[TRIALS, SUCCESSES, VISITS]] = 0
    nobody[[FIRST, LAST]] = ""
    return pd.concat([observed, nobody[list(COLUMNS)]], ignore_index=True)


def _people(before: Count | None, launch: Count | None, then: Count | None) -> tuple[int, int] | None:
    if before is None or launch is None or then is None:
        return None
    known = [count.registered for count in (before, launch, then)]
    earlier, at_launch, later = (-1 if people is None else people for people in known)
    registered, others = at_launch - earlier, before.active + max(later - at_launch, 0)
    if None in known or registered <= 0 or others > MOST_OTHERS * registered:
        return None
    return registered, min(max(then.active - before.active, 0), registered)
