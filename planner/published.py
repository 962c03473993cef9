"""Budgets that were published, worked out again with workers x tariff x months.

``published_budgets.csv`` holds a handful of figures from press and offices, each with address, date and confidence.
They check the formula and go into no plan.
"""

from pathlib import Path
from typing import Any, Final

import pandas as pd

from geodata import register
from geodata.offices import CONFIDENCE, NOTE, SOURCE_DATE, SOURCE_URL
from planner.expiry import MONTHS, START
from planner.funding import FUND, cost_idr, payable_workers
from planner.funds import FUNDS, usable_idr
from planner.register import read_register

BUILT_IN: Final = Path(__file__).with_name("published_budgets.csv")

PLACE: Final = "place"
YEAR: Final = "year"
WORKERS: Final = "workers"
VILLAGES: Final = "villages"
MONTHS_BASIS: Final = "months_basis"
AMOUNT: Final = "amount_idr"
CAP_SHARE: Final = "cap_share"

PUBLISHED: Final = "published_idr"
EACH: Final = "workers_each"
REPRODUCED: Final = "reproduced_idr"
DIFFERENCE: Final = "difference_idr"
DIFFERENCE_PCT: Final = "difference_pct"
PAYABLE: Final = "payable_workers"

_COUNT: Final = r"[1-9]\d*"
_FORMS: Final = {
    PLACE: register.FILLED,
    YEAR: r"\d{4}(-\d{4})?",
    FUND: "|".join(FUNDS),
    WORKERS: rf"({_COUNT})?",
    VILLAGES: rf"({_COUNT})?",
    START: register.DAY,
    MONTHS: r"[1-9]|[1-5]\d|60",
    MONTHS_BASIS: r"published|derived|assumed",
    AMOUNT: _COUNT,
    CAP_SHARE: r"1|0\.\d+",
    SOURCE_URL: register.ADDRESSES,
    SOURCE_DATE: register.DATES,
    CONFIDENCE: register.CONFIDENCES,
    NOTE: register.ANYTHING,
}
COLUMNS: Final = tuple(_FORMS)


def read_budgets(path: Path = BUILT_IN) -> pd.DataFrame:
    """Read a register of published budgets.

    Parameters
    ----------
    path
        CSV with the columns ``COLUMNS``; the built-in register by default.

    Returns
    -------
    pandas.DataFrame
        One row per budget, in the order of the file: ``place``, ``year``, ``fund``, ``workers`` (missing where only the
        money is known), ``villages`` (where the money is per village), ``start``, ``months`` with ``months_basis``
        (``published``, ``derived`` from the amount, ``assumed``), ``amount_idr`` (per village where villages are given)
        of which ``cap_share`` goes to contributions, and sources.

    Raises
    ------
    PlanError
        If values do not have their form; names all rows and columns.
    DataError
        If the file cannot be used.
    """
    found = read_register(path, _FORMS, refusal="funding.published.invalid")
    counts = found[[WORKERS, VILLAGES, MONTHS, AMOUNT]].astype("float64").astype("Int64")
    start = pd.to_datetime(found[START], format="%Y-%m-%d")
    read = pd.DataFrame({START: start, CAP_SHARE: found[CAP_SHARE].astype("float64")}).join(counts)
    return found.drop(columns=read.columns).join(read)[list(COLUMNS)]


def reproduced(budgets: pd.DataFrame) -> pd.DataFrame:
    """Work published budgets out again.

    Parameters
    ----------
    budgets
        As from :func:`read_budgets`.

    Returns
    -------
    Same index: ``published_idr`` (what may go to contributions); ``workers_each`` (of one village where the money is
    per village, rounded); ``reproduced_idr`` (workers x tariff x months, as state money) and its ``difference_idr`` and
    ``difference_pct`` from the published, missing without workers; ``payable_workers``, whom the published money pays.
    """
    rows = [_reproduced(budget) for _, budget in budgets.iterrows()]
    names = (PUBLISHED, EACH, REPRODUCED, DIFFERENCE, PAYABLE)
    found = pd.DataFrame(rows, columns=list(names), index=budgets.index).astype("Int64")
    return found.assign(**{DIFFERENCE_PCT: (found[DIFFERENCE] / found[PUBLISHED] * 100).round(1)})


def _reproduced(budget: "pd.Series[Any]") -> tuple[int | None, ...]:
    months, start = int(budget[MONTHS]), budget[START].date()
    published = usable_idr(int(budget[AMOUNT]), budget[CAP_SHARE])
    payable = payable_workers(published, months, start=start)
    if pd.isna(budget[WORKERS]):
        return published, None, None, None, payable
    each = int(budget[WORKERS] if pd.isna(budget[VILLAGES]) else round(budget[WORKERS] / budget[VILLAGES]))
    cost = cost_idr(each, months, start=start)
    return published, each, cost, cost - published, payable
