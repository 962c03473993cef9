"""The contribution of an informal worker (BPU), by date, payer and sector.

``tariffs.csv`` holds what press and regulations tell, each row with source, date and confidence. In 2026 participants
who pay themselves (and those whom private money pays for) have a discount on JKK and JKM, state money has not.
"""

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from geodata import register
from geodata.offices import CONFIDENCE, NOTE, SOURCE_DATE, SOURCE_URL
from planner.errors import PlanError
from planner.register import read_register

BUILT_IN: Final = Path(__file__).with_name("tariffs.csv")

Programme = Literal["jkk_jkm", "jkk_jkm_jht"]
Payer = Literal["self", "state"]
PayerSector = Literal["transport", "other"]
PROGRAMMES: Final[tuple[Programme, ...]] = ("jkk_jkm", "jkk_jkm_jht")
PAYERS: Final[tuple[Payer, ...]] = ("self", "state")
PAYER_SECTORS: Final[tuple[PayerSector, ...]] = ("transport", "other")

PROGRAMME: Final = "programme"
PAYER: Final = "payer"
SECTOR: Final = "sector"
VALID_FROM: Final = "valid_from"
VALID_TO: Final = "valid_to"
AMOUNT: Final = "amount_idr"
_ANY: Final = "any"

_FORMS: Final = {
    PROGRAMME: "|".join(PROGRAMMES),
    PAYER: "|".join(PAYERS),
    SECTOR: "|".join((*PAYER_SECTORS, _ANY)),
    VALID_FROM: register.DAY,
    VALID_TO: register.DAY,
    AMOUNT: r"[1-9]\d{0,6}",
    SOURCE_URL: register.ADDRESSES,
    SOURCE_DATE: register.DATES,
    CONFIDENCE: register.CONFIDENCES,
    NOTE: register.ANYTHING,
}
COLUMNS: Final = tuple(_FORMS)


def read_tariffs(path: Path = BUILT_IN) -> pd.DataFrame:
    """Read a table of tariffs.

    Parameters
    ----------
    path
        CSV with the columns ``COLUMNS``; the built-in table by default.

    Returns
    -------
    pandas.DataFrame
        One row per period, in the order of the file: ``programme`` (``jkk_jkm``; ``jkk_jkm_jht``), ``payer`` (``self``:
        the participant or private money; ``state``: APBN or APBD), ``sector`` (``transport``, ``other``, ``any``),
        ``valid_from`` and ``valid_to`` (days, both included), ``amount_idr`` (rupiah per worker and month), sources,
        ``confidence`` (A to D), ``note``.

    Raises
    ------
    PlanError
        If values do not have their form (names all rows and columns), or two rows set the tariff of one day.
    DataError
        If the file cannot be used.
    """
    found = read_register(path, _FORMS, refusal="tariffs.invalid")
    days = {name: pd.to_datetime(found[name], format="%Y-%m-%d", errors="coerce") for name in (VALID_FROM, VALID_TO)}
    wrong = {name: column.isna() for name, column in days.items()}
    wrong[VALID_TO] |= days[VALID_TO] < days[VALID_FROM]
    problems = [f"{name} ({_rows(where)})" for name, where in wrong.items() if where.any()]
    if problems:
        raise PlanError("tariffs.invalid", file=path.name, problems="; ".join(problems))
    tariffs = found.assign(**days).astype({AMOUNT: np.int64})
    _require_one_a_day(tariffs, path.name)
    return tariffs


def monthly_idr(on: date, *, programme: Programme, payer: Payer, sector: PayerSector = "other") -> int:
    """Return the tariff of a day.

    Parameters
    ----------
    on
        The day.
    programme, payer, sector
        What is paid, who pays, and where the worker works.

    Returns
    -------
    Rupiah per worker and month.

    Raises
    ------
    PlanError
        If the built-in table has no tariff for that day; says which days it has.
    """
    known = _periods(programme, payer, sector)
    amount = next((period.amount_idr for period in known if period.first <= on <= period.last), None)
    if amount is None:
        ends = {"first": min(p.first for p in known).isoformat(), "last": max(p.last for p in known).isoformat()}
        said = {"programme": programme, "payer": payer, "sector": sector}
        raise PlanError("tariffs.no_row", day=on.isoformat(), **said, **ends)
    return amount


def contribution_idr(
    start: date, months: int, *, programme: Programme, payer: Payer, sector: PayerSector = "other"
) -> int:
    """Return what one worker's contributions cost over some months.

    Parameters
    ----------
    start
        A day of the first month; every month has the tariff of its first day.
    months
        How many calendar months.
    programme, payer, sector
        As for :func:`monthly_idr`.

    Returns
    -------
    Rupiah per worker.

    Raises
    ------
    PlanError
        If the number of months is negative, or the built-in table lacks a month.
    """
    if months < 0:
        raise PlanError("tariffs.months", months=months)
    counted = (start.year * 12 + start.month - 1 + i for i in range(months))
    firsts = (date(number // 12, number % 12 + 1, 1) for number in counted)
    return sum(monthly_idr(day, programme=programme, payer=payer, sector=sector) for day in firsts)


class _Period(NamedTuple):
    first: date
    last: date
    amount_idr: int


@cache
def _periods(programme: Programme, payer: Payer, sector: PayerSector) -> tuple[_Period, ...]:
    tariffs = read_tariffs()
    fits = (tariffs[PROGRAMME] == programme) & (tariffs[PAYER] == payer) & tariffs[SECTOR].isin({sector, _ANY})
    rows = zip(*(tariffs.loc[fits, name] for name in (VALID_FROM, VALID_TO, AMOUNT)), strict=True)
    return tuple(_Period(first.date(), last.date(), int(amount)) for first, last, amount in rows)


def _rows(where: "pd.Series[bool]") -> str:
    return ", ".join(str(row + 1) for row in where.index[where])


def _require_one_a_day(tariffs: pd.DataFrame, name: str) -> None:
    for _, alike in tariffs.groupby([PROGRAMME, PAYER]):
        for sector in PAYER_SECTORS:
            periods = alike[alike[SECTOR].isin({sector, _ANY})].sort_values(VALID_FROM, kind="stable")
            rows = list(zip(periods.index + 1, periods[VALID_FROM], periods[VALID_TO], strict=True))
            for (row, _, end), (other, start, _) in pairwise(rows):
                if start <= end:
                    raise PlanError("tariffs.overlap", file=name, first=min(row, other), second=max(row, other))
