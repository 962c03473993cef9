"""How likely a village's people are to work in a sector: weights from what is known of every village.

The shape of the curves over population density was fitted to the village file of Sumatera Selatan (PODES and Kemendesa
figures carried by ICRAF); ``geodata.sectors.accuracy`` repeats the fit and measures its error on regencies left out.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.published import Published
from geodata.schema import AREA_KM2, COAST_KM, DISTRICT_CODE, POPULATION, REGENCY_CODE

Floats = NDArray[np.float64]

FARM_CURVE = (0.64, 3.17, 0.39)  # share of people in farming: ceiling, log10 density of half the ceiling, width
COUNT_TRUST = 0.5  # how far the counted livelihoods of a village are believed against the curve; assumed
TREE_CURVE = (0.94, 2.82, 0.65)  # share of farm villages whose main crop is a tree crop
TREE_MAIN, TREE_MINOR = 0.8, 0.2  # farm workers in tree crops where these are (not) the main crop; assumed
REGENCY_TRUST = 0.5  # how far a published regency area bends the split; best of 0 to 1 in Sumatera Selatan
WELL_COVERED = 0.5  # of the regencies of a province
ESTATE_PALM = 0.3  # smallholder part of palm areas mapped with estates included; assumed
INLAND_CAPTURE = 0.30  # share of capture fishers away from the sea where nothing is published; assumed
PORT_BONUS = 2.0  # coastal villages within PORT_KM of a landing port; assumed
PORT_KM = 5.0
MISSING_DENSITY = 100.0  # people per km2 where not even the district has an area
TREE_COMMODITIES = (4, 5, 6, 7, 8)  # PODES codes of main crop: rubber, palm, coffee and other tree crops


def curve(density: Floats, shape: tuple[float, float, float]) -> Floats:
    """Return a falling logistic curve of log10 population density (people per km2)."""
    ceiling, middle, width = shape
    return ceiling / (1 + np.exp((np.log10(np.maximum(density, 0.1)) - middle) / width))


def density(villages: pd.DataFrame) -> Floats:
    """Return people per km2; a village without an area takes the density of its district."""
    people = villages[POPULATION].astype(np.float64)
    area = villages[AREA_KM2].astype(np.float64)
    measured = area.where(area > 0)
    by_district = pd.DataFrame({"people": people, "area": measured}).groupby(villages[DISTRICT_CODE]).transform("sum")
    district = by_district["people"] / by_district["area"].where(by_district["area"] > 0)
    return np.asarray((people / measured).fillna(district).fillna(MISSING_DENSITY), dtype=np.float64)


def farm_share(villages: pd.DataFrame) -> Floats:
    """Return the share of people in farming: by density, half-way to the counted share where there is one."""
    modelled = curve(density(villages), FARM_CURVE)
    people = np.maximum(villages[POPULATION].to_numpy(np.float64), 1.0)
    counted = np.minimum(_column(villages, "natural_resource_livelihoods") / people, 1.0)
    return np.where(counted > 0, COUNT_TRUST * counted + (1 - COUNT_TRUST) * modelled, modelled)


def tree_share(villages: pd.DataFrame) -> Floats:
    """Return the share of farm workers in tree crops: by main crop where it is known, else by density."""
    commodity = _column(villages, "main_commodity")
    known = commodity > 0
    by_crop = np.where(np.isin(commodity, TREE_COMMODITIES), TREE_MAIN, TREE_MINOR)
    modelled = TREE_MINOR + (TREE_MAIN - TREE_MINOR) * curve(density(villages), TREE_CURVE)
    return np.where(known, by_crop, modelled)


def tree_crop_area(published: Published, regencies: Collection[str]) -> "pd.Series[float]":
    """Return published tree-crop area of the regencies of a province, ha.

    A crop counts only where most regencies publish it: that a figure was not found does not mean that nothing grows.
    """
    frame = published.frame
    found = []
    for crop in ("rubber_area_ha", "coffee_area_ha", "pepper_area_ha", "palm_area_ha"):
        rows = frame[(frame["variable"] == crop) & frame["code"].isin(regencies)].set_index("code")
        if len(rows) >= WELL_COVERED * len(regencies):
            found.append(rows["value"] * np.where(rows["producer"] == "Trase", ESTATE_PALM, 1.0))
    return pd.concat(found).groupby(level=0).sum() if found else pd.Series(dtype=np.float64)


def food_crop_inputs(published: Published) -> "pd.Series[float]":
    """Return subsidised fertiliser by regency, tonnes, a proxy of food-crop farming."""
    return pd.concat([published.series(n, level=5) for n in ("urea_t", "subsidised_fertiliser_t")])


def bend_by_regency(weights: Floats, villages: pd.DataFrame, published: "pd.Series[float]") -> Floats:
    """Move weights of one province part of the way towards a published distribution over its regencies.

    Regencies without a published figure keep their weight; ``REGENCY_TRUST`` says how far the others move.
    """
    regency = villages[REGENCY_CODE]
    own = pd.Series(weights, index=regency.to_numpy()).groupby(level=0).sum()
    known = published.reindex(own.index).dropna()
    known = known[own.reindex(known.index) > 0]
    if known.sum() <= 0:
        return weights
    ratio = (known / known.sum()) / (own[known.index] / own[known.index].sum())
    factor = (1 - REGENCY_TRUST) + REGENCY_TRUST * ratio
    return np.asarray(weights * factor.reindex(regency).fillna(1.0).to_numpy(), dtype=np.float64)


def capture_fishery(villages: pd.DataFrame, published: Published, inland: float) -> Floats:
    """Return weights of capture fishers of one province: people by the sea, near ports, and on inland water.

    ``inland`` is the share of the province's capture fishers away from the sea.
    """
    people = villages[POPULATION].to_numpy(np.float64)
    coast = (villages[COAST_KM].fillna(0.0) > 0).to_numpy()
    near_port = _column(villages, "port_km", otherwise=np.inf) <= PORT_KM
    sea = people * coast * np.where(near_port, PORT_BONUS, 1.0)
    counted = pd.concat([published.series(n, level=5) for n in ("fisher_cards", "marine_fishing_households")])
    sea = bend_by_regency(sea, villages, counted)
    water = _column(villages, "water_pct")
    lakes = people * farm_share(villages) * (np.where(water > 0, water, 0.5) if (water > 0).any() else 1.0) * ~coast
    if sea.sum() == 0 or lakes.sum() == 0:
        return np.asarray(sea + lakes, dtype=np.float64)
    return np.asarray(sea * (1 - inland) / sea.sum() + lakes * inland / lakes.sum(), dtype=np.float64)


def inland_share(published: Published, province: str, capture_fishers: float) -> float:
    """Return the share of capture fishers away from the sea, from published marine households where there are any."""
    marine = published.series("marine_fishing_households", level=5)
    marine = marine[marine.index.str.startswith(province)]
    if len(marine):
        return float(np.clip(1 - marine.sum() / capture_fishers, 0.0, 1.0))
    return INLAND_CAPTURE


def home_industry(villages: pd.DataFrame, published: Published) -> Floats:
    """Return weights of home industry: counted micro industries where known, else people."""
    people = villages[POPULATION].to_numpy(np.float64)
    units = _column(villages, "micro_industries")
    if (units > 0).any():
        rate = units.sum() / people[units > 0].sum()
        return np.asarray(np.maximum(units, 0.25 * rate * people), dtype=np.float64)
    return bend_by_regency(people, villages, published.series("micro_industries", level=5))


def _column(villages: pd.DataFrame, name: str, otherwise: float = 0.0) -> Floats:
    if name not in villages.columns:
        return np.full(len(villages), otherwise)
    return np.asarray(villages[name].astype(np.float64).fillna(otherwise), dtype=np.float64)
