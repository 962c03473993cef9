"""Control totals of a province: working people, informal workers and their sectors, from published figures.

No institution publishes informal workers by sector for a province. The totals here follow from what is published:

* working people and informal workers (as people or as a share): Sakernas; informal workers are the eligible workers;
* agriculture: Sakernas share of working people, of whom ``FARM_INFORMAL`` are informal (assumed: not published);
* fishery: people counted by the agricultural census ST2023, taken as they are;
* the other farm branches share the rest in proportion to the ST2023 counts, where a person can stand in several;
* trade and manufacturing: Sakernas share times the informal share outside agriculture that follows from the above;
* other: what remains (construction, transport, mining, services not published apart, forestry, farm services).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from geodata.published import NATIONAL, Published
from geodata.schema import ACTIVE_BPU, ELIGIBLE, INACTIVE_BPU, SECTORS, WORKERS, Basis, high, low, sector_column

FARM_INFORMAL = 0.88
FARM_INFORMAL_RANGE = (0.80, 0.95)


@dataclass(frozen=True)
class Shares:
    """What one reading of the published figures of a province says."""

    working: float
    informal: float
    agriculture: float
    trade: float
    industry: float
    farm_informal: float


@dataclass(frozen=True)
class FarmBranches:
    """People whom ST2023 counts by branch of agriculture; one person may stand in several."""

    plantation: float
    food_crop: float
    livestock: float
    rest: float
    capture: float
    aquaculture: float
    fishery: float


def province_totals(published: Published, province: str) -> "pd.Series[int]":
    """Return the control totals of a province.

    Returns
    -------
    Index: working people, eligible workers, one entry per sector (they sum to the eligible workers), active and
    inactive BPU participants, each with its low and high end; in people.

    Raises
    ------
    DataError
        If the province has no published working people, informal share or census counts.
    """
    branches = farm_branches(published, province)
    central = _split(_central(published, province), branches)
    readings = [_split(s, branches) for s in _readings(published, province)]
    totals = {**central, **_participants(published, province)}
    counted = {"plantation": branches.plantation, "food_crop": branches.food_crop, "livestock": branches.livestock}
    for name, value in central.items():
        totals[low(name)] = min(value, *(r[name] for r in readings))
        totals[high(name)] = max(value, *(r[name] for r in readings))
    for sector, count in counted.items():
        column = high(f"workers_{sector}")
        totals[column] = max(totals[column], int(count))
    return pd.Series(totals, dtype=np.int64)


def provinces_with_totals(published: Published) -> list[str]:
    """Return the codes of the provinces for which control totals can be made."""
    return sorted(published.series("informal_pct", level=2).index)


def sector_basis() -> dict[str, Basis]:
    """Return how each figure of a village is obtained.

    Working people, informal workers and fishery are published totals that are split. The totals of the other sectors
    rest on an assumption (``FARM_INFORMAL``), and so do participants.
    """
    split = (WORKERS, ELIGIBLE, sector_column("fishery"))
    assumed = [sector_column(s) for s in SECTORS if s != "fishery"]
    return {**dict.fromkeys(split, "disaggregated"), **dict.fromkeys((*assumed, ACTIVE_BPU, INACTIVE_BPU), "assumed")}


def farm_branches(published: Published, province: str) -> FarmBranches:
    """Return the ST2023 counts of a province; food crops include horticulture."""

    def count(name: str) -> float:
        return published.value(province, name)

    return FarmBranches(
        plantation=count("plantation_farmers"),
        food_crop=count("food_crop_farmers") + count("horticulture_farmers"),
        livestock=count("livestock_farmers"),
        rest=count("forestry_farmers") + count("farm_service_people"),
        capture=count("capture_fishers"),
        aquaculture=count("aquaculture_people"),
        fishery=count("fishery_people"),
    )


def _central(published: Published, province: str) -> Shares:
    industry = published.series("industry_pct", level=2)
    working = published.value(province, "working_people")
    share = published.value(province, "informal_pct") / 100
    return Shares(
        working=working,
        informal=published.value(province, "informal_people", share * working) / working,
        agriculture=published.value(province, "agriculture_pct") / 100,
        trade=published.value(province, "trade_pct") / 100,
        industry=published.value(province, "industry_pct", float(industry.mean())) / 100,
        farm_informal=FARM_INFORMAL,
    )


def _readings(published: Published, province: str) -> list[Shares]:
    """Every combination of the published alternatives and of the ends of what is assumed."""
    central = _central(published, province)
    industry = published.series("industry_pct", level=2)
    own_industry = province in industry.index
    choices = product(
        {central.working, published.value(province, "working_people_other", central.working)},
        {central.informal, published.value(province, "informal_pct_other", central.informal * 100) / 100},
        {central.industry} if own_industry else {industry.min() / 100, industry.max() / 100},
        FARM_INFORMAL_RANGE,
    )
    return [Shares(w, i, central.agriculture, central.trade, float(m), f) for w, i, m, f in choices]


def _split(shares: Shares, branches: FarmBranches) -> dict[str, int]:
    working = round(shares.working)
    eligible = round(working * shares.informal)
    farm_informal = min(working * shares.agriculture * shares.farm_informal, eligible * 0.95)
    outside = (eligible - farm_informal) / (working * (1 - shares.agriculture))
    fishery = min(round(branches.fishery), round(farm_informal))
    farming = farm_informal - fishery
    counted = branches.plantation + branches.food_crop + branches.livestock + branches.rest
    sectors = {
        "plantation": round(farming * branches.plantation / counted),
        "food_crop": round(farming * branches.food_crop / counted),
        "livestock": round(farming * branches.livestock / counted),
        "fishery": fishery,
        "home_industry": round(working * shares.industry * outside),
        "trade_services": round(working * shares.trade * outside),
    }
    sectors["other"] = eligible - sum(sectors.values())
    return {WORKERS: working, ELIGIBLE: eligible} | {f"workers_{s}": n for s, n in sectors.items()}


def _participants(published: Published, province: str) -> dict[str, int]:
    """BPU participants: the province's participants of all segments times a BPU share published for another date."""
    shares = published.frame.loc[published.frame["variable"] == "bpu_share_pct", "value"] / 100
    national = published.value(NATIONAL, "bpu_share_pct")
    own = published.value(province, "bpu_share_pct", national) / 100
    figures = {}
    for name, variable in ((ACTIVE_BPU, "participants_active"), (INACTIVE_BPU, "participants_inactive")):
        everyone = published.value(province, variable)
        figures[name] = round(everyone * own)
        figures[low(name)] = min(figures[name], round(everyone * float(shares.min())))
        figures[high(name)] = max(figures[name], round(everyone * float(shares.max())))
    return figures
