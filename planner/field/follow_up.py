"""Where to follow up: participants that lapsed, paid months that end, reports that are old. Counts only, by village."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from planner.expiry import LAPSE_MONTHS, WINDOWS
from planner.field.line import Key, Line, Month
from planner.funded_groups import joined
from planner.funds import FUNDS

COLUMNS: Final = ("village_code", "kind", "people", "due_on", "month", "days", "fund", "total", "last_year")
KINDS: Final = ("arrears", "paid_months_end", "lapsed", "falling", "report_old")
REPORT_MONTHS: Final = 2
"""How many months after its own a report may be the last one."""
_COMPARED_MONTHS: Final = 3  # a report is compared with the one before if that is not older


def follow_ups(participants: pd.DataFrame, funded: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return what to follow up, soonest first.

    A lapse is due at the end of the month after its report, when the next one is made: an assumption. Who stopped
    because a budget pays once in half a year shows in the same month of each year, so ``last_year`` tells what the
    change was then.

    Parameters
    ----------
    participants
        BPU, one row per village and month: ``village_code``, ``month`` (first day), ``active``, ``inactive`` (missing
        where it is unknown).
    funded
        Groups whose contributions somebody pays: ``village_code``, ``fund``, ``people``, ``starts_on``, ``ends_on``.
        A later group of the same village and fund takes people on, as `planner.funded_groups.joined` says.
    day
        The day.

    Returns
    -------
    One row per matter: ``village_code``; ``kind``; ``people`` (missing for a report that is old); ``due_on``;
    ``month`` (first day) of the report, or of the last paid month; ``days`` until it is due, negative when over;
    ``fund``; ``total`` (all who are inactive, or still active); ``last_year`` (people, the change of the same months a
    year before, missing where unknown). The kinds:

    ``arrears``: paid months are over, the people count as active until ``due_on``.
    ``paid_months_end``: paid months end within 90 days, on ``due_on``.
    ``lapsed``: there are more inactive participants than in the report before.
    ``falling``: active participants fell by more than became inactive.
    ``report_old``: the last report is older than `REPORT_MONTHS`; it is not compared.
    """
    rows = [*_of_reports(participants, day), *_of_funds(funded, day)]
    order = {kind: place for place, kind in enumerate(KINDS)}
    rows.sort(key=lambda row: (row["due_on"], order[row["kind"]], -(row["people"] or 0), row["village_code"]))
    found = pd.DataFrame([{"days": (row["due_on"] - day).days, **row} for row in rows], columns=list(COLUMNS))
    return found.astype(dict.fromkeys(("people", "days", "total", "last_year"), "Int64"))


def reason(row: Mapping[str, Any]) -> Line:
    """Return why to follow up, in words.

    Parameters
    ----------
    row
        One of `follow_ups`.
    """
    kind = str(row["kind"])
    known = {name: int(row[name]) for name in ("people", "days", "total", "last_year") if not pd.isna(row[name])}
    fund = Key(f"funding.name.{row['fund']}") if row["fund"] in FUNDS else row["fund"]
    values = {**known, "due": row["due_on"], "month": Month(row["month"]), "fund": fund}
    if kind == "arrears":
        values["months"] = LAPSE_MONTHS
    if kind in ("lapsed", "falling"):
        kind += "_yearly" if known.get("last_year", 0) > 0 else ""
    return Line(f"field.follow_up.{kind}", values)


def window(days: int) -> int | None:
    """Return within how many days (30, 60, 90) something is due, or none if it is over or later."""
    return next((end for end in WINDOWS if 0 <= days <= end), None)


def _of_reports(participants: pd.DataFrame, day: date) -> Iterator[dict[str, Any]]:
    for code, rows in participants.groupby("village_code", sort=True):
        months = {
            _number(month): (int(active), None if pd.isna(inactive) else int(inactive))
            for month, active, inactive in zip(rows["month"], rows["active"], rows["inactive"], strict=True)
        }
        last = max(months)
        if last < _number(day) - REPORT_MONTHS:
            due = _first(last + REPORT_MONTHS + 1) - timedelta(days=1)
            yield {"village_code": code, "kind": "report_old", "people": None, "due_on": due, "month": _first(last)}
            continue
        for kind, people, total, before in _changes(months, last):
            due = _first(last + 2) - timedelta(days=1)
            row = {"village_code": code, "kind": kind, "people": people, "due_on": due, "month": _first(last)}
            yield {**row, "total": total, "last_year": before}


def _changes(
    months: Mapping[int, tuple[int, int | None]], last: int
) -> Iterator[tuple[str, int, int | None, int | None]]:
    """Give what changed for the worse since the report before: kind, people, all of them, the same a year before."""
    earlier = max((month for month in months if last - _COMPARED_MONTHS <= month < last), default=None)
    if earlier is None:
        return
    grown, fallen = _change(months, earlier, last)
    grown_then, fallen_then = (None, None)
    if earlier - 12 in months and last - 12 in months:
        grown_then, fallen_then = _change(months, earlier - 12, last - 12)
    if grown is not None and grown > 0:
        yield "lapsed", grown, months[last][1], grown_then
    left = fallen - max(grown or 0, 0)
    if left > 0:
        yield "falling", left, months[last][0], fallen_then


def _change(months: Mapping[int, tuple[int, int | None]], earlier: int, last: int) -> tuple[int | None, int]:
    """Return how many more are inactive, if that is known, and how many less are active."""
    (active, inactive), (now, inactive_now) = months[earlier], months[last]
    return None if inactive is None or inactive_now is None else inactive_now - inactive, active - now


def _of_funds(funded: pd.DataFrame, day: date) -> Iterator[dict[str, Any]]:
    groups = funded.assign(**{name: pd.to_datetime(funded[name]).dt.date for name in ("starts_on", "ends_on")})
    for (code, fund), parts in joined(groups):
        for end in sorted({part.last for part in parts}):
            people = sum(part.people for part in parts if part.last == end and part.first <= day)
            ended = end < day
            active_until = _first(_number(end) + LAPSE_MONTHS + 1) - timedelta(days=1)
            due = active_until if ended else end
            if not people or due < day or (not ended and window((due - day).days) is None):
                continue
            row = {"village_code": code, "people": people, "due_on": due, "month": end.replace(day=1), "fund": fund}
            yield {**row, "kind": "arrears" if ended else "paid_months_end"}


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
