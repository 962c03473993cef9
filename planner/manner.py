"""How a face of the program writes what several of them show: command line and pages share the words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from geodata.texts import Language, number
from planner.rupiah import written


class Rupiah(NamedTuple):
    """A cell that holds rupiah: people read it with its sign, a spreadsheet adds it up."""

    amount: int

    def text(self, language: Language) -> str:
        """Return it in full, as Rp1.234.567."""
        return written(self.amount, language)


Shown = str | int | float | Rupiah | None
"""A cell before it is written: text as it stands, a number, rupiah, or nothing."""


@dataclass(frozen=True)
class Manner:
    """How texts, ranges and days are written.

    Parameters
    ----------
    language
        Language of the words.
    between
        Writes a range from its two written ends.
    day
        Writes a date from its ISO form, as exact as it is known.
    """

    language: Language
    between: Callable[[str, str], str]
    day: Callable[[str], str]

    def people(self, count: float | None) -> str:
        """Write whole people; nothing where nobody knows."""
        return "" if count is None or pd.isna(count) else number(int(count), self.language)

    def span(self, low: float | None, high: float | None) -> str:
        """Write a range of whole people; nothing where both ends are the same."""
        least, most = self.people(low), self.people(high)
        return "" if least == most else self.between(least, most)


def plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row of a frame as plain values by name, none where one is missing."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever a cell holds
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def terse(language: Language) -> Manner:
    """Return the manner of the command line: ranges with a hyphen, days in ISO form."""
    return Manner(language, between=lambda low, high: f"{low} - {high}", day=str)
