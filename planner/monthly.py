"""Counts by village and month: a month without a count stays unknown, it is never 0 and never filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import pandas as pd

from geodata.schema import VILLAGE_CODE

BEFORE: Final = 3
"""How many months before a launch a count may be to stand for what was before it."""


class Count(NamedTuple):
    """BPU participants of a village at the end of a month: those who pay, and those who do not if that is known."""

    active: int
    inactive: int | None

    @property
    def registered(self) -> int | None:
        """Return all who are registered, whether they pay or not; nothing where that is unknown."""
        return None if self.inactive is None else self.active + self.inactive


@dataclass(frozen=True)
class Monthly:
    """Counts by village and month.

    Attributes
    ----------
    counts
        By village code and number of the month (`month_number`).
    """

    counts: Mapping[tuple[str, int], Count]

    @classmethod
    def of(cls, participants: pd.DataFrame) -> "Monthly":
        """Take counts from a frame.

        Parameters
        ----------
        participants
            BPU, one row per village and month: ``village_code``, ``month`` (first day), ``active``, ``inactive``
            (missing where it is unknown).
        """
        columns = (participants[name] for name in (VILLAGE_CODE, "month", "active", "inactive"))
        return cls(
            {
                (str(code), month_number(month)): Count(int(active), None if pd.isna(inactive) else int(inactive))
                for code, month, active, inactive in zip(*columns, strict=True)
            }
        )

    @property
    def last(self) -> int | None:
        """Return the last month in which anything was counted."""
        return max((month for _, month in self.counts), default=None)

    def at(self, code: str, month: int) -> Count | None:
        """Return the count of a village in a month; nothing where there is none."""
        return self.counts.get((code, month))

    def before(self, code: str, month: int) -> int | None:
        """Return the last counted month among the three before a month; nothing where none was counted."""
        return next((one for one in range(month - 1, month - 1 - BEFORE, -1) if (code, one) in self.counts), None)


def month_number(day: date) -> int:
    """Return the number of the month of a day; months that follow each other differ by one."""
    return day.year * 12 + day.month - 1


def first_of(month: int) -> date:
    """Return the first day of a month by its number."""
    return date(month // 12, month % 12 + 1, 1)
