"""Coverage as the office counted it: active BPU participants of informal workers, month by month, on one base."""

from typing import Final

import pandas as pd

from geodata.schema import ELIGIBLE, PROVINCE_CODE, REGENCY_CODE, VILLAGE_CODE
from planner.coverage_figures import PERCENT
from planner.small_cells import SMALLEST, betrayed, few
from planner.ucj import REGION_CODE

MONTH: Final = "month"
ACTIVE: Final = "active"
VILLAGES: Final = "villages"
ALL_VILLAGES: Final = "all_villages"
HIDDEN: Final = "hidden"
COLUMNS: Final = (REGION_CODE, MONTH, ACTIVE, ELIGIBLE, PERCENT, VILLAGES, ALL_VILLAGES, HIDDEN)


def counted_by_month(participants: pd.DataFrame, villages: pd.DataFrame, *, smallest: int = SMALLEST) -> pd.DataFrame:
    """Return the coverage of each province and regency by month, always of the same villages.

    The villages are those that were counted in the last month of the region; months in which one of them was not
    counted are left out, so that all months stand on the same base.

    Parameters
    ----------
    participants
        BPU, one row per village and month: ``village_code``, ``month`` (first day), ``active``.
    villages
        Village layer: codes and eligible workers.
    smallest
        Counts from 1 to one less do not leave the office.

    Returns
    -------
    pandas.DataFrame
        Columns ``COLUMNS``, one row per region and month, in this order: people who are active and who are eligible in
        these villages (the latter an estimate of the layer), active per 100 eligible, how many villages these are,
        how many the region has, and whether the count does not leave the office: it is of a few people, or beside a
        list of villages it would tell one of a few; then the count of the province in the month does not leave either.
        Villages that the layer lacks, or whose eligible workers are unknown, stay out.
    """
    known = villages[villages[ELIGIBLE].notna()]
    told = participants.merge(known[[VILLAGE_CODE, REGENCY_CODE, PROVINCE_CODE, ELIGIBLE]], on=VILLAGE_CODE)
    parts = [
        _region(str(code), rows, smallest)
        for level in (PROVINCE_CODE, REGENCY_CODE)
        for code, rows in told.groupby(level)
    ]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    sizes = pd.concat([villages[level].value_counts() for level in (PROVINCE_CODE, REGENCY_CODE)])
    found = pd.concat(parts, ignore_index=True)
    whole: dict[str, pd.Series] = {ALL_VILLAGES: found[REGION_CODE].map(sizes).astype(int), HIDDEN: _hidden(found)}
    return found.assign(**whole)[list(COLUMNS)]


def _hidden(found: pd.DataFrame) -> "pd.Series[bool]":
    """Hide with the count of a regency that of its province in the month, from which it could follow."""
    cells = set(zip(found[REGION_CODE][found[HIDDEN]].str[:2], found[MONTH][found[HIDDEN]], strict=True))
    keys = zip(found[REGION_CODE], found[MONTH], strict=True)
    return found[HIDDEN] | pd.Series([key in cells for key in keys], index=found.index, dtype=bool)


def _region(code: str, rows: pd.DataFrame, smallest: int) -> pd.DataFrame:
    last = rows[rows[MONTH] == rows[MONTH].max()]
    same = rows[rows[VILLAGE_CODE].isin(last[VILLAGE_CODE])]
    told = betrayed(same[ACTIVE], same[MONTH], smallest=smallest)
    months = same.groupby(MONTH)
    sums = months.agg(**{ACTIVE: (ACTIVE, "sum"), ELIGIBLE: (ELIGIBLE, "sum"), VILLAGES: (VILLAGE_CODE, "size")})
    sums = sums.assign(**{HIDDEN: told | few(sums[ACTIVE], smallest=smallest)})
    whole = sums[sums[VILLAGES] == len(last)].reset_index()
    base = whole[ELIGIBLE].astype("Float64")
    percent = 100 * whole[ACTIVE].astype("Float64") / base.where(base > 0)
    return whole.assign(**{REGION_CODE: code}).assign(**{PERCENT: percent})
