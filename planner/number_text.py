"""Numbers that people type: bounds of classes and filters, in the number format of the language."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from geodata.texts import Language, number
from planner.errors import PlanError

if TYPE_CHECKING:
    import pandas as pd

MOST_BOUNDS: Final = 4  # five colours
_MARKS: Final[dict[Language, tuple[str, str]]] = {"id": (".", ","), "en": (",", ".")}
_LONGEST: Final = 15
_DECIMALS: Final = 6


@dataclass(frozen=True)
class Span:
    """Figures that a filter lets through.

    Attributes
    ----------
    low, high
        Ends; none where it is open.
    open_low, open_high
        Whether the end itself stays out.
    """

    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False

    def holds(self, figures: "pd.Series[float]") -> "pd.Series[bool]":
        """Return which figures it lets through; a missing one never."""
        inside = figures.notna()
        if self.low is not None:
            inside &= (figures > self.low) if self.open_low else (figures >= self.low)
        if self.high is not None:
            inside &= (figures < self.high) if self.open_high else (figures <= self.high)
        return inside


def figure_of(text: str, language: Language) -> float:
    """Return the number that a text of a language writes; groups of thousands may be marked or not.

    Raises
    ------
    PlanError
        If it is no number.
    """
    group, point = (re.escape(mark) for mark in _MARKS[language])
    shape = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{point}\d{{1,{_DECIMALS}}})?"
    bare = text.strip().removesuffix("%").strip()
    if len(bare) > _LONGEST or not re.fullmatch(shape, bare, re.ASCII):
        raise PlanError("web.number.not_one", text=text.strip()[:_LONGEST], example=number(1234.5, language, 1))
    thousands, decimal = _MARKS[language]
    return float(bare.replace(thousands, "").replace(decimal, "."))


def span_of(text: str, language: Language) -> Span:
    """Return the filter that a text asks for: ``> 500``, ``>= 500``, ``< 20``, ``<= 20``, ``10-50``.

    Raises
    ------
    PlanError
        If it asks for none of these, or its first end is above its second.
    """
    bare = text.strip().replace("≥", ">=").replace("≤", "<=").replace("–", "-")
    sign = re.match(r"[<>]=?", bare)
    if sign:
        end, mark = figure_of(bare[sign.end() :], language), sign.group()
        strict = len(mark) == 1
        return Span(low=end, open_low=strict) if mark[0] == ">" else Span(high=end, open_high=strict)
    ends = bare.split("-")
    if len(ends) != 2 or not all(end.strip() for end in ends):
        raise PlanError("web.filter.not_one", text=text.strip()[: 2 * _LONGEST])
    low, high = (figure_of(end, language) for end in ends)
    if low > high:
        raise PlanError("web.filter.falling", low=figure_written(low, language), high=figure_written(high, language))
    return Span(low, high)


def bounds_of(text: str, language: Language) -> tuple[float, ...]:
    """Return the bounds of classes that a text asks for: ``10; 50; 100``.

    Raises
    ------
    PlanError
        If a part is no number, the bounds do not rise, or there are more than ``MOST_BOUNDS``.
    """
    bounds = tuple(figure_of(part, language) for part in text.strip().strip(";").split(";"))
    if len(bounds) > MOST_BOUNDS:
        raise PlanError("web.bounds.too_many", count=len(bounds), most=MOST_BOUNDS)
    if any(low >= high for low, high in pairwise(bounds)):
        raise PlanError("web.bounds.falling")
    return bounds


def span_written(span: Span, language: Language) -> str:
    """Return a filter as a person of the language would type it."""
    if span.low is not None and span.high is not None:
        return f"{figure_written(span.low, language)}-{figure_written(span.high, language)}"
    if span.low is not None:
        return f"{'>' if span.open_low else '>='} {figure_written(span.low, language)}"
    return f"{'<' if span.open_high else '<='} {figure_written(span.high or 0.0, language)}"


def bounds_written(bounds: tuple[float, ...], language: Language) -> str:
    """Return bounds as a person of the language would type them."""
    return "; ".join(figure_written(bound, language) for bound in bounds)


def figure_written(value: float, language: Language) -> str:
    """Return a number as a person of the language would type it, without zeros at its end."""
    text = number(value, language, _DECIMALS)
    return text.rstrip("0").rstrip(_MARKS[language][1])
