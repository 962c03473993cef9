"""The range of every split figure: the spread of published readings and the measured or assumed error of the split."""

import numpy as np
import pandas as pd

from geodata.disaggregate import Floats
from geodata.published import Published
from geodata.schema import (
    ACTIVE_BPU,
    ELIGIBLE,
    INACTIVE_BPU,
    POPULATION,
    PROVINCE_CODE,
    WORKERS,
    high,
    low,
    sector_column,
)
from geodata.sectors.accuracy import measured
from geodata.sectors.totals import province_totals, provinces_with_totals

# Found / estimated, 5 and 95 %: what nobody published for villages has an assumed spread.
ASSUMED = {
    ELIGIBLE: (0.65, 1.45),  # the error of population (0.71 to 1.30), and how much of it works informally
    sector_column("fishery"): (0.2, 4.0),
    sector_column("trade_services"): (0.5, 1.8),
    sector_column("other"): (0.5, 1.8),
    ACTIVE_BPU: (0.4, 2.0),
    INACTIVE_BPU: (0.4, 2.0),
}
# Figures whose error was measured on another figure of the same kind.
LIKE = {WORKERS: POPULATION, sector_column("livestock"): "farming"}


def spread(figure: str) -> tuple[float, float]:
    """Return found / estimated at 5 and 95 % for the split of a figure over villages."""
    if figure in ASSUMED:
        return ASSUMED[figure]
    errors = measured()
    name = LIKE.get(figure, figure)
    return min(errors["p05"].to_dict()[name], 1.0), max(errors["p95"].to_dict()[name], 1.0)


def add_ranges(villages: pd.DataFrame, published: Published, figures: tuple[str, ...]) -> pd.DataFrame:
    """Return low and high for split figures.

    The error of the split and the spread of the province's published readings are independent, so their logarithms
    add as squares.

    Parameters
    ----------
    villages
        ``province_code`` and the figures, people (missing where not estimated).
    published
        The published figures.
    figures
        Names of the figures.

    Returns
    -------
    Same index; ``<figure>_low`` and ``<figure>_high`` per figure, whole people, low <= figure <= high. Where the split
    gave nobody, the upper end is that of a village with the mean share of its province: nobody is not certain.
    """
    totals = pd.DataFrame({p: province_totals(published, p) for p in provinces_with_totals(published)})
    columns: dict[str, pd.Series[int]] = {}
    for figure in figures:
        value = villages[figure].astype("Float64")
        below, above = spread(figure)
        reading_low, reading_high = _readings(totals, figure, villages[PROVINCE_CODE])
        down = pd.Series(_combined(below, reading_low, -1.0), index=villages.index)
        up = pd.Series(_combined(above, reading_high, 1.0), index=villages.index)
        columns[low(figure)] = pd.Series(np.floor(value * down)).astype("Int64")
        columns[high(figure)] = pd.Series(np.ceil(value.mask(value == 0, _if_average(villages, figure)) * up)).astype(
            "Int64"
        )
    return pd.DataFrame(columns, index=villages.index)


def _if_average(villages: pd.DataFrame, figure: str) -> "pd.Series[float]":
    """Return what a village would have with the mean share of its province."""
    base = WORKERS if figure == ELIGIBLE else ELIGIBLE
    if figure in (POPULATION, WORKERS) or base not in villages.columns:
        return villages[figure].astype("Float64")
    people = villages[base].astype("Float64")
    province = villages[PROVINCE_CODE]
    share = villages[figure].astype("Float64").groupby(province).transform("sum")
    return people * share / people.groupby(province).transform("sum")


def _combined(spread_of_split: float, readings: "pd.Series[float]", sign: float) -> Floats:
    """Combine two independent factors whose logarithms add as squares; a factor of 0 leaves nothing."""
    if spread_of_split == 0:
        return np.zeros(len(readings))
    logs = np.hypot(np.log(spread_of_split), np.log(readings.to_numpy(dtype=np.float64)))
    return np.asarray(np.exp(sign * logs), dtype=np.float64)


def _readings(
    totals: pd.DataFrame, figure: str, province: "pd.Series[str]"
) -> "tuple[pd.Series[float], pd.Series[float]]":
    """Low and high of the province's control total over its central value; 1 where there is none (population)."""
    if figure not in totals.index:
        one = pd.Series(1.0, index=province.index)
        return one, one
    by_province = totals.T.astype(float)
    down = (by_province[low(figure)] / by_province[figure]).to_dict()
    up = (by_province[high(figure)] / by_province[figure]).to_dict()
    return province.map(down).astype(float).fillna(1.0), province.map(up).astype(float).fillna(1.0)
