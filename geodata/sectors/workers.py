"""Workers of villages by sector: the control totals of a province split by the weights of its villages."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.disaggregate import Floats, Integers, fit_margins, largest_remainder, proportional_capped
from geodata.errors import DataError
from geodata.published import Published
from geodata.schema import (
    ACTIVE_BPU,
    AREA_KM2,
    COAST_KM,
    DISTRICT_CODE,
    ELIGIBLE,
    INACTIVE_BPU,
    POPULATION,
    PROVINCE_CODE,
    REGENCY_CODE,
    SECTORS,
    VILLAGE_CODE,
    WORKERS,
    Sector,
    sector_column,
)
from geodata.sectors import weights
from geodata.sectors.own_weights import moved
from geodata.sectors.totals import FARM_INFORMAL, farm_branches, province_totals, provinces_with_totals

Own = Mapping[Sector, "pd.Series[float]"]
NEEDED = (VILLAGE_CODE, DISTRICT_CODE, REGENCY_CODE, PROVINCE_CODE, POPULATION, AREA_KM2, COAST_KM)
COUNTED = (WORKERS, ELIGIBLE, *(sector_column(s) for s in SECTORS), ACTIVE_BPU, INACTIVE_BPU)
_FARM_CAP = 0.95  # of a village's working people
_INFORMAL_CAP = 0.98
_FISHERY_CAP = 0.5


@dataclass(frozen=True)
class _Rows:
    """Informal workers of each village of a province, in three blocks that sum to the province's totals."""

    working: Floats
    fishery: Floats
    farming: Floats
    elsewhere: Floats


def split_workers(villages: pd.DataFrame, published: Published, *, own: Own = MappingProxyType({})) -> pd.DataFrame:
    """Split working people, informal workers by sector and BPU participants over villages.

    Parameters
    ----------
    villages
        One row per village with ``village_code``, its parents' codes, ``population``, ``area_km2``, ``coast_km``; where
        known also ``natural_resource_livelihoods`` (people), ``main_commodity`` (PODES code), ``micro_industries``
        (units), ``water_pct``, ``port_km``.
    published
        The published figures.
    own
        Weights of a user by sector, each by village code: they share what built-in weights give a regency.

    Returns
    -------
    Same index; the columns ``COUNTED`` in people, missing (NA) in provinces without published totals. Per province
    every column sums exactly to its control total, per regency working people to the published figure where there is
    one; in every village the sectors sum to the eligible workers, and these do not exceed the working people.

    Raises
    ------
    DataError
        If columns are missing or the figures of a province contradict each other.
    """
    missing = [c for c in NEEDED if c not in villages.columns]
    if missing:
        raise DataError("sectors.village_columns", missing=", ".join(missing))
    parts = [
        _split_province(villages[of_province].sort_values(VILLAGE_CODE), published, province, own)
        for province in provinces_with_totals(published)
        if (of_province := villages[PROVINCE_CODE] == province).any()
    ]
    split = pd.concat(parts) if parts else pd.DataFrame(columns=list(COUNTED))
    return split.reindex(villages.index).astype("Int64")


def _split_province(villages: pd.DataFrame, published: Published, province: str, own: Own) -> pd.DataFrame:
    totals = province_totals(published, province)
    ties = villages[VILLAGE_CODE].to_numpy(str)
    rows = _informal_rows(villages, published, province, totals, own)
    tables = {**_farm_table(villages, published, rows, totals, own), **_other_table(villages, published, rows, own)}
    counts = {name: _whole(int(totals[name]), share, ties) for name, share in tables.items()}
    eligible = np.sum(list(counts.values()), axis=0)
    columns = {
        WORKERS: eligible + _formal(villages, published, totals, eligible, rows.working),
        ELIGIBLE: eligible,
        **counts,
        ACTIVE_BPU: _whole(int(totals[ACTIVE_BPU]), eligible.astype(float), ties),
        INACTIVE_BPU: _whole(int(totals[INACTIVE_BPU]), eligible.astype(float), ties),
    }
    return pd.DataFrame(columns, index=villages.index, columns=list(COUNTED))


def _informal_rows(
    villages: pd.DataFrame, published: Published, province: str, totals: "pd.Series[int]", own: Own
) -> _Rows:
    branches = farm_branches(published, province)
    working = _working(villages, published, int(totals[WORKERS]))
    inland = weights.inland_share(published, province, branches.capture)
    capture = weights.capture_fishery(villages, published, inland)
    people = villages[POPULATION].to_numpy(np.float64)
    ponds = people * weights.farm_share(villages)
    by_capture = branches.capture / (branches.capture + branches.aquaculture)
    fishers = by_capture * capture / capture.sum() + (1 - by_capture) * ponds / ponds.sum()
    fishers = moved(fishers, villages, own.get("fishery"))
    fishery = proportional_capped(float(totals["workers_fishery"]), fishers, _FISHERY_CAP * working)
    farm_total = working.sum() * published.value(province, "agriculture_pct") / 100 * FARM_INFORMAL
    farming = proportional_capped(
        max(min(farm_total, float(totals[ELIGIBLE]) * 0.95) - fishery.sum(), 0.0),
        working * weights.farm_share(villages),
        np.maximum(_FARM_CAP * working - fishery, 0.0),
    )
    room = np.maximum(_INFORMAL_CAP * working - fishery - farming, 0.0)
    not_farming = np.maximum(working - (fishery + farming) / FARM_INFORMAL, 0.0)
    elsewhere = proportional_capped(float(totals[ELIGIBLE]) - fishery.sum() - farming.sum(), not_farming, room)
    return _Rows(working, fishery, farming, elsewhere)


def _farm_table(
    villages: pd.DataFrame, published: Published, rows: _Rows, totals: "pd.Series[int]", own: Own
) -> Mapping[str, Floats]:
    """Plantation, food crops and livestock by village, and fishery as it is; the farm remainder goes to other."""
    trees = weights.tree_share(villages)
    areas = weights.tree_crop_area(published, villages[REGENCY_CODE].unique())
    plantation = weights.bend_by_regency(rows.farming * trees, villages, areas)
    food = weights.bend_by_regency(rows.farming * (1 - trees), villages, weights.food_crop_inputs(published))
    farm: Mapping[Sector, Floats] = {"plantation": plantation, "food_crop": food, "livestock": rows.farming}
    weighed = [moved(weight, villages, own.get(sector)) for sector, weight in farm.items()]
    seed = np.column_stack([*weighed, rows.farming])
    columns = [float(totals[sector_column(s)]) for s in farm]
    columns.append(max(rows.farming.sum() - sum(columns), 0.0))
    margins = np.array(columns) * rows.farming.sum() / sum(columns)
    table = fit_margins(seed, rows.farming, margins)
    return {
        sector_column("plantation"): table[:, 0],
        sector_column("food_crop"): table[:, 1],
        sector_column("livestock"): table[:, 2],
        sector_column("fishery"): rows.fishery,
    }


def _other_table(villages: pd.DataFrame, published: Published, rows: _Rows, own: Own) -> Mapping[str, Floats]:
    people = villages[POPULATION].to_numpy(np.float64)
    industry = weights.home_industry(villages, published)
    typical = industry.sum() / people.sum()
    bent = np.divide(industry, people * typical, out=np.ones_like(people), where=people > 0)
    elsewhere: Mapping[Sector, Floats] = {
        "home_industry": rows.elsewhere * np.clip(bent, 0.2, 5.0),
        "trade_services": rows.elsewhere,
        "other": rows.elsewhere,
    }
    return {sector_column(s): moved(weight, villages, own.get(s)) for s, weight in elsewhere.items()}


def _working(villages: pd.DataFrame, published: Published, total: int) -> Floats:
    """Working people of villages before rounding: by population, within regencies whose total is published."""
    people = villages[POPULATION].to_numpy(np.float64)
    regency = villages[REGENCY_CODE].to_numpy(str)
    counted = published.series("working_people", level=5)
    by_regency = pd.Series(people, index=regency).groupby(level=0).sum()
    known = counted.reindex(by_regency.index)
    rest = (total - known.sum()) / max(by_regency[known.isna()].sum(), 1.0)
    rate = (known / by_regency).fillna(rest)
    return np.asarray(people * rate.loc[regency].to_numpy(), dtype=np.float64)


def _formal(
    villages: pd.DataFrame, published: Published, totals: "pd.Series[int]", eligible: Integers, working: Floats
) -> Integers:
    """Working people who are not informal, so that working people keep every published total."""
    regency = villages[REGENCY_CODE].to_numpy(str)
    counted = published.series("working_people", level=5)
    where = np.where(np.isin(regency, counted.index), regency, "")
    codes, groups = np.unique(where, return_inverse=True)
    informal = np.bincount(groups, eligible, minlength=len(codes)).astype(np.int64)
    known = counted.reindex(codes)
    rest = int(totals[WORKERS]) - int(known.sum())
    wanted = np.asarray(known.fillna(rest), dtype=np.int64)
    return largest_remainder(
        np.maximum(wanted - informal, 0),
        np.maximum(working - eligible, 0.0),
        groups,
        ties=villages[VILLAGE_CODE].to_numpy(str),
    )


def _whole(total: int, share: Floats, ties: NDArray[np.str_]) -> Integers:
    groups = np.zeros(len(share), dtype=np.int64)
    return largest_remainder(np.array([total]), share, groups, ties=ties)
