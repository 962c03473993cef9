"""How wrong the split figures are: measured against village figures that were not used for them.

Sumatera Selatan has a village file (PODES 2021 and Kemendesa 2024, carried by ICRAF). There the split of the other
provinces, which knows nothing of that file, is compared with it. ``measured.csv`` holds the results; they make the
ranges.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from geodata.disaggregate import Floats
from geodata.published import Published
from geodata.schema import POPULATION, PROVINCE_CODE, REGENCY_CODE, sector_column
from geodata.sectors import weights
from geodata.sectors.workers import split_workers

VILLAGE_FILE_COLUMNS = (
    "natural_resource_livelihoods",
    "main_commodity",
    "main_income",
    "micro_industries",
    "water_pct",
)
PROVINCE = "16"  # the province with a village file
AGRICULTURE = 1  # PODES code of main income
_MEASURED = Path(__file__).with_name("measured.csv")
_FEWEST_PEOPLE = 5000  # a regency with fewer counted livelihoods tells nothing about their spread


def measured() -> pd.DataFrame:
    """Return the measured errors by figure: 5 and 95 % points of found / estimated, and the errors behind them."""
    return pd.read_csv(_MEASURED, index_col="figure")


def measure(villages: pd.DataFrame, published: Published, *, province: str = PROVINCE) -> pd.DataFrame:
    """Compare the general split with the village file of a province.

    Parameters
    ----------
    villages
        What ``split_workers`` needs, with ``families`` and the columns of the village file where it has the village.
    published
        The published figures.
    province
        Code of the province that has a village file.

    Returns
    -------
    Index ``figure``; ``villages`` compared, ``p05``, ``p50``, ``p95`` of found / estimated, ``zero_pct``
    (found nobody), ``median_error_pct`` (of the villages with somebody),
    ``moved_pct`` (people who stand in the wrong village, as a share of all: half the sum of absolute differences).
    """
    there = villages[villages[PROVINCE_CODE] == province]
    blind = there.drop(columns=[c for c in VILLAGE_FILE_COLUMNS if c in there.columns])
    split = split_workers(blind, published).astype(np.float64)
    farmers = _counted_farmers(there)
    tree = there["main_commodity"].where(there["main_commodity"] > 0)
    tree_part = pd.Series(
        np.where(tree.isin(weights.TREE_COMMODITIES), weights.TREE_MAIN, weights.TREE_MINOR), index=there.index
    ).where(tree.notna())
    regency = there[REGENCY_CODE]
    compared = {
        POPULATION: _compare(there["families"], there[POPULATION].astype(float), regency),
        "farming": _compare(farmers, _left_out_farming(there, farmers), regency),
        sector_column("plantation"): _compare(farmers * tree_part, split[sector_column("plantation")], None),
        sector_column("food_crop"): _compare(farmers * (1 - tree_part), split[sector_column("food_crop")], None),
        sector_column("home_industry"): _compare(
            there["micro_industries"], split[sector_column("home_industry")], None
        ),
    }
    return pd.DataFrame(compared).T.rename_axis("figure")


def fit_farm_curve(density: Floats, share: Floats) -> tuple[float, float, float]:
    """Fit the share of people in farming over population density; see ``weights.curve``."""

    def residuals(shape: Floats) -> Floats:
        return weights.curve(density, (shape[0], shape[1], shape[2])) - share

    found = least_squares(residuals, np.array(weights.FARM_CURVE)).x
    return float(found[0]), float(found[1]), float(found[2])


def _counted_farmers(villages: pd.DataFrame) -> "pd.Series[float]":
    """People with natural-resource livelihoods; none where the main income is another, unknown where not counted."""
    counted = villages["natural_resource_livelihoods"].astype(np.float64)
    not_farming = (counted == 0) & villages["main_income"].notna() & (villages["main_income"] != AGRICULTURE)
    return counted.where((counted > 0) | not_farming)


def _left_out_farming(villages: pd.DataFrame, farmers: "pd.Series[float]") -> "pd.Series[float]":
    """Farming people as a curve says that was fitted without the village's own regency."""
    people = villages[POPULATION].astype(np.float64)
    density = pd.Series(weights.density(villages), index=villages.index)
    share = (farmers / people.where(people > 0)).clip(upper=1.0)
    result = pd.Series(np.nan, index=villages.index)
    for regency, total in farmers.groupby(villages[REGENCY_CODE]).sum().items():
        here = villages[REGENCY_CODE] == regency
        others = ~here & share.notna()
        if total >= _FEWEST_PEOPLE:
            shape = fit_farm_curve(np.asarray(density[others]), np.asarray(share[others]))
            result[here] = people[here] * weights.curve(np.asarray(density[here]), shape)
    return result


def _compare(
    found: "pd.Series[float]", estimated: "pd.Series[float]", groups: "pd.Series[str] | None"
) -> dict[str, float]:
    """Compare distributions: both are brought to the same total, per group where one is given."""
    both = pd.DataFrame({"found": found.astype(float), "estimated": estimated.astype(float)}).dropna()
    key = pd.Series(0, index=both.index) if groups is None else groups.loc[both.index]
    sums = both.groupby(key).transform("sum")
    estimate = both["estimated"] * sums["found"] / sums["estimated"]
    both = both.assign(estimated=estimate)[sums["found"] > 0]
    counted = both[both["found"] > 0]
    some = both[both["estimated"] > 0]
    ratio = some["found"] / some["estimated"]
    return {
        "villages": float(len(both)),
        "p05": float(ratio.quantile(0.05)),
        "p50": float(ratio.quantile(0.50)),
        "p95": float(ratio.quantile(0.95)),
        "zero_pct": float((both["found"] == 0).mean() * 100),
        "median_error_pct": float((counted["estimated"] / counted["found"] - 1).abs().median() * 100),
        "moved_pct": float((both["estimated"] - both["found"]).abs().sum() / both["found"].sum() * 50),
    }
