"""What an agent earns and when an account is closed: dated rules, each with its sources.

``planner/incentives.csv`` holds what was said in public in 2017 and 2018; today's rates are not known. An office may
give a file of its own in the same form.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geodata import register
from geodata.offices import CONFIDENCE, NOTE, SOURCE_DATE, SOURCE_URL
from planner.errors import PlanError
from planner.field.line import Line, Rupiah, Source
from planner.register import read_register

BUILT_IN: Final = Path(__file__).parent.parent / "incentives.csv"
OLD_AFTER: Final = timedelta(days=366)

_BIG: Final = r"0|[1-9]\d{0,7}"
_PERCENT: Final = r"100|\d{1,2}(\.\d{1,3})?"
_MONTHS: Final = r"[1-9]|1\d|2[0-4]"
_FORMS: Final = {
    "valid_from": register.DAY,
    "valid_to": rf"({register.DAY})?",
    "bonus_idr": _BIG,
    "bonus_participants": r"[1-9]\d{0,3}",
    "contribution_pct": _PERCENT,
    "agent_pct": _PERCENT,
    "closed_after_months": _MONTHS,
    "back_after_months": _MONTHS,
    SOURCE_URL: register.FILLED,
    SOURCE_DATE: register.DATES,
    CONFIDENCE: register.CONFIDENCES,
    NOTE: register.ANYTHING,
}
COLUMNS: Final = tuple(_FORMS)


@dataclass(frozen=True)
class Incentive:
    """The rules of a period.

    Attributes
    ----------
    valid_from, valid_to
        First and last day; no last day where none is known.
    bonus_idr, bonus_participants
        Rupiah in a month with at least so many new participants.
    contribution_pct
        Percent of the contributions collected.
    agent_pct
        Percent of the incentive that reaches the agent; the body the agent belongs to keeps the rest.
    closed_after_months, back_after_months
        Months without new participant and contribution after which the account is closed, and months until it may be
        opened again.
    source_url, source_date, confidence
        As in `planner.field.line.Source`.
    note
        What else is to be known.
    """

    valid_from: date
    valid_to: date | None
    bonus_idr: int
    bonus_participants: int
    contribution_pct: float
    agent_pct: float
    closed_after_months: int
    back_after_months: int
    source_url: str
    source_date: str
    confidence: str
    note: str = ""

    @property
    def source(self) -> Source:
        """Return where the rules come from."""
        return Source(self.source_url, self.source_date, self.confidence)

    def holds(self, day: date) -> bool:
        """Return whether these are the rules of a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def years(self) -> tuple[str, str] | None:
        """Return the first and the last year of the sources, or nothing if none has a date."""
        found = sorted(day[:4] for day in self.source_date.split(" | ") if day != "n.d.")
        return (found[0], found[-1]) if found else None

    def years_said(self) -> str:
        """Return the years of the sources: 2017–2018; a dash if none has a date."""
        years = self.years()
        return "–" if years is None else years[0] if years[0] == years[1] else f"{years[0]}–{years[1]}"

    def is_old(self, day: date) -> bool:
        """Return whether no source is of the year before a day, so that the rules may have changed."""
        years = self.years()
        return years is None or date(int(years[1]), 12, 31) + OLD_AFTER < day

    def told(self) -> Line:
        """Return the rules in words."""
        values = {
            "since": self.valid_from,
            "bonus": Rupiah(self.bonus_idr),
            "participants": self.bonus_participants,
            "percent": self.contribution_pct,
            "own": self.agent_pct,
            "closed": self.closed_after_months,
            "back": self.back_after_months,
        }
        return Line("field.incentive.told", values, self.source)

    def standing(self, day: date) -> Line:
        """Return how far the rules can be trusted on a day, in words."""
        if self.years() is None:
            return Line("field.incentive.undated", source=self.source)
        key = "field.incentive.old" if self.is_old(day) else "field.incentive.recent"
        return Line(key, {"years": self.years_said()}, self.source)


def read_incentives(path: Path = BUILT_IN) -> tuple[Incentive, ...]:
    """Read rules.

    Parameters
    ----------
    path
        CSV with the columns ``COLUMNS``; the shipped one by default.

    Returns
    -------
    tuple of Incentive
        By their first day.

    Raises
    ------
    PlanError
        If cells do not have their form (names every column and row), or two rows hold on the same day.
    DataError
        If the file cannot be used.
    """
    table = read_register(path, _FORMS, refusal="field.incentive.invalid")
    first = pd.to_datetime(table["valid_from"], format="%Y-%m-%d", errors="coerce")
    last = pd.to_datetime(table["valid_to"], format="%Y-%m-%d", errors="coerce")
    wrong = {
        "valid_from": first.isna(),
        "valid_to": table["valid_to"].notna() & (last.isna() | (last < first)),
    }
    problems = [
        f"{name} ({', '.join(str(row + 1) for row in where.index[where])})"
        for name, where in wrong.items()
        if where.any()
    ]
    if problems:
        raise PlanError("field.incentive.invalid", file=path.name, problems="; ".join(problems))
    rules = [_rule(row) for row in table.to_dict("records")]
    order = sorted(range(len(rules)), key=lambda row: rules[row].valid_from)
    for one, other in pairwise(order):
        end = rules[one].valid_to
        if end is None or end >= rules[other].valid_from:
            rows = sorted((one + 1, other + 1))
            raise PlanError("field.incentive.overlap", file=path.name, first=rows[0], second=rows[1])
    return tuple(rules[row] for row in order)


@cache
def incentives() -> tuple[Incentive, ...]:
    """Return the shipped rules."""
    return read_incentives()


def incentive_on(day: date, rules: tuple[Incentive, ...] | None = None) -> Incentive:
    """Return the rules of a day.

    Parameters
    ----------
    day
        The day.
    rules
        Rules of the office; the shipped ones if not given.

    Raises
    ------
    PlanError
        If no rules hold on that day.
    """
    known = incentives() if rules is None else rules
    found = next((rule for rule in known if rule.holds(day)), None)
    if found is None:
        raise PlanError("field.incentive.no_row", day=day.isoformat(), first=known[0].valid_from.isoformat())
    return found


def office_rules(own: Path, day: date) -> tuple[Incentive, ...]:
    """Return the rules of an office, one of which holds on a day.

    Parameters
    ----------
    own
        The office's own file; where it is missing, the shipped rules hold.
    day
        The day.

    Raises
    ------
    PlanError
        If the file is not valid, or none of its rules holds on that day.
    DataError
        If the file cannot be used.
    """
    rules = read_incentives(own) if own.exists() else incentives()
    incentive_on(day, rules)
    return rules


def _rule(row: Mapping[Hashable, Any]) -> Incentive:
    end = row["valid_to"]
    return Incentive(
        date.fromisoformat(str(row["valid_from"])),
        None if pd.isna(end) else date.fromisoformat(str(end)),
        int(str(row["bonus_idr"])),
        int(str(row["bonus_participants"])),
        float(str(row["contribution_pct"])),
        float(str(row["agent_pct"])),
        int(str(row["closed_after_months"])),
        int(str(row["back_after_months"])),
        str(row[SOURCE_URL]),
        str(row[SOURCE_DATE]),
        str(row[CONFIDENCE]),
        "" if pd.isna(row[NOTE]) else str(row[NOTE]),
    )
