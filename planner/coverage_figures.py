"""Published figures of coverage, each with its date, segment, base and source, and whether it fits its own base.

``coverage_figures.csv`` holds what press and offices print. Figures that contradict each other stand side by side, and
none borrows the base of another.
"""

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geodata import register
from geodata.offices import CONFIDENCE, NOTE, SOURCE_DATE, SOURCE_URL
from planner.register import read_register, refuse_odd, without_basis
from planner.ucj import (
    BASE,
    BASE_BASIS,
    COVERED,
    COVERED_BASIS,
    COVERED_DATE,
    MISMATCH,
    REGION_CODE,
    REGION_NAME,
    SEGMENT,
    TOLERANCE,
)

BUILT_IN: Final = Path(__file__).with_name("coverage_figures.csv")

COUNTED: Final = "counted"
AS_OF: Final = "as_of"
QUOTED: Final = "quoted_pct"
PERCENT: Final = "coverage_pct"
WORKED_OUT: Final = "worked_out"
DAY: Final = "day"
SERIES: Final = "series"
CHANGE: Final = "change_points"
SINCE: Final = "change_since"
OWN: Final = "own_file"

SEGMENTS: Final = ("pu", "bpu", "jakon")
"""Wage earners, others, construction: parts of the participants."""

_PEOPLE: Final = r"(0|[1-9]\d{0,8})?"
_HOW: Final = r"(observed|derived)?"
_FORMS: Final = {
    REGION_CODE: r"\d\d(\.\d\d)?",
    REGION_NAME: register.FILLED,
    SEGMENT: r"unstated|pu\+bpu\+jakon|pu\+bpu|pu|bpu|jakon",
    COUNTED: r"active|registered|unstated",
    AS_OF: r"\d{4}(-\d\d){0,2}",
    COVERED: _PEOPLE,
    COVERED_BASIS: _HOW,
    BASE: _PEOPLE,
    BASE_BASIS: _HOW,
    QUOTED: r"((100|\d{1,2})(\.\d+)?)?",
    SOURCE_URL: register.ADDRESSES,
    SOURCE_DATE: register.DATES,
    CONFIDENCE: register.CONFIDENCES,
    NOTE: register.ANYTHING,
}
COLUMNS: Final = tuple(_FORMS)
_BASES: Final = {BASE: BASE_BASIS, COVERED: COVERED_BASIS}
_MIDDLE: Final = {4: "-07-01", 7: "-15", 10: ""}  # by length in ISO form: where a date that is not exact is drawn


def read_coverage_figures(path: Path = BUILT_IN) -> pd.DataFrame:
    """Read a register of published figures of coverage.

    Parameters
    ----------
    path
        CSV with the columns ``COLUMNS``; the built-in register by default.

    Returns
    -------
    pandas.DataFrame
        One row per figure as printed, in the order of the file: code of the province or regency, ``segment`` and
        ``counted`` (active or registered participants) as the source says, ``as_of``, ``covered`` people of
        ``base_workers``, and ``quoted_pct``, the text of the percentage; missing where not published.

    Raises
    ------
    PlanError
        If values do not have their form, a figure stands without its basis or the reverse, or a row holds no figure.
    DataError
        If the file cannot be used.
    """
    found = read_register(path, _FORMS, refusal="ucj_board.figures.invalid")
    odd = without_basis(found, _BASES)
    odd[QUOTED] = found[QUOTED].isna() & found[COVERED].isna()
    odd[AS_OF] = found[AS_OF].map(lambda text: _day(text) is None)
    refuse_odd(found, odd, path, refusal="ucj_board.figures.invalid")
    return found.assign(**{name: pd.to_numeric(found[name]).astype("Int64") for name in (BASE, COVERED)})


def of_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the covered people that targets name, as figures of coverage; those without a date stay out.

    Parameters
    ----------
    targets
        Of ``planner.ucj.read_ucj_targets``.

    Returns
    -------
    pandas.DataFrame
        Columns ``COLUMNS``; one row per region, segment, date, base and count.
    """
    dated = targets[targets[COVERED].notna() & targets[COVERED_DATE].map(_day).notna()]
    same = [REGION_CODE, SEGMENT, COVERED_DATE, COVERED, BASE]
    figures = dated.drop_duplicates(same).rename(columns={COVERED_DATE: AS_OF})
    quoted = pd.Series(pd.NA, index=figures.index, dtype="str")
    return figures.assign(**{COUNTED: "unstated"}).assign(**{QUOTED: quoted})[list(COLUMNS)]


def compared(figures: pd.DataFrame) -> pd.DataFrame:
    """Work coverage out again, say where a source does not fit its own base, and which figures may be compared.

    Figures may be compared where region, segment, kind of participants and base are the same; without a base, where
    the same source prints them. A figure that does not fit its base is compared with none.

    Parameters
    ----------
    figures
        Columns ``COLUMNS``.

    Returns
    -------
    pandas.DataFrame
        Same index and columns, and: ``coverage_pct`` (covered per 100 of the base where both are known, else as
        quoted; missing without either), ``worked_out`` (whether it is the former), ``mismatch`` (the quoted
        percentage is off by more than 2 % of it and more than its last digit allows; missing where there is nothing
        to compare), ``day`` (in the middle of the year or month where no day is known), ``series`` (number; figures
        of one may be compared), and ``change_points`` since ``change_since``, the date before in its series.
    """
    own = 100 * figures[COVERED].astype("Float64") / figures[BASE].astype("Float64").where(figures[BASE] > 0)
    quoted = pd.to_numeric(figures[QUOTED]).astype("Float64")
    allowed = np.maximum(quoted * TOLERANCE, figures[QUOTED].map(_half_digit).astype("Float64"))
    # a hair wider: 2.5 of 100 is no binary fraction
    mismatch = ((quoted - own).abs() > allowed + 1e-9).astype("boolean")
    made: dict[str, pd.Series] = {
        PERCENT: own.fillna(quoted),
        WORKED_OUT: own.notna().astype(bool),
        MISMATCH: mismatch,
        DAY: pd.Series([_day(text) for text in figures[AS_OF]], index=figures.index, dtype="object"),
    }
    found = figures.assign(**made)
    found = found.assign(**{SERIES: _series(found)})
    ordered = found[found[PERCENT].notna()].sort_values([DAY, REGION_CODE], kind="stable")
    before = ordered.groupby(SERIES)[[PERCENT, AS_OF]].shift()
    change = (found[PERCENT] - before[PERCENT].reindex(found.index)).astype("Float64")
    changes: dict[str, pd.Series] = {CHANGE: change, SINCE: before[AS_OF].reindex(found.index)}
    return found.assign(**changes)


def _series(found: pd.DataFrame) -> pd.Series:
    base = found[BASE].astype("str").where(found[BASE].notna(), found[SOURCE_URL])
    alone = found[MISMATCH].fillna(value=False).astype(bool)
    apart = pd.Series([str(place) for place in range(len(found))], index=found.index).where(alone, "")
    keys = pd.DataFrame({"region": found[REGION_CODE], "segment": found[SEGMENT], "counted": found[COUNTED]})
    return keys.assign(base=base, apart=apart).groupby([*keys.columns, "base", "apart"], sort=False).ngroup()


def _day(text: object) -> date | None:
    """Return the day of a date as exact as it is known; nothing for what is none."""
    try:
        return date.fromisoformat(str(text) + _MIDDLE[len(str(text))])
    except (KeyError, ValueError):
        return None


def _half_digit(text: object) -> float | None:
    """Return half a unit of the last digit of a printed number: a rounded one is no other number."""
    if not isinstance(text, str):
        return None
    return float(0.5 / 10 ** len(text.partition(".")[2]))
