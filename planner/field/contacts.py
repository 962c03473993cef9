"""Whom to meet in a village, by role, and why: never a name of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geodata.schema import BUMDES_WORKERS, ELIGIBLE, MILL_KM, PORT_KM, VILLAGE_TYPE, Sector, sector_column
from planner.field import sources
from planner.field.line import Source

MOST: Final = 8
NEAR_KM: Final = 10.0  # assumed: a mill or port that people of the village go to

# Shares of the informal workers that about one village in ten of Southern Sumatra reaches; of crops, one in two.
_NOTABLE: Final[Mapping[Sector, float]] = {
    "plantation": 0.25,
    "food_crop": 0.20,
    "livestock": 0.15,
    "fishery": 0.05,
    "home_industry": 0.07,
    "trade_services": 0.18,
}
_MOST_SECTORS: Final = 3

_BY_SECTOR: Final[Mapping[Sector, tuple[str, ...]]] = {
    "plantation": ("farmer_group", "cooperative", "extension", "mill", "collector"),
    "food_crop": ("farmer_group", "extension"),
    "livestock": ("livestock_group", "extension"),
    "fishery": ("fisher_group", "port", "fishery_extension", "fish_buyer"),
    "home_industry": ("small_business",),
    "trade_services": ("market", "drivers"),
}
_SOURCES: Final[Mapping[str, Source]] = {
    "kades": sources.TWO_BPJS,
    "lurah": sources.TWO_BPJS,
    "kadus": sources.PER_DUSUN,
    "bumdes": sources.BUMDES,
    "farmer_group": sources.FARMERS,
    "cooperative": sources.COOPERATIVES,
    "extension": sources.EXTENSION,
    "fisher_group": sources.FISHERS,
    "small_business": sources.MARKETS,
    "market": sources.MARKETS,
}


@dataclass(frozen=True)
class Contact:
    """A role in a village.

    Attributes
    ----------
    role, reason
        Texts of the catalogue: who it is, and why.
    source
        Evidence that this way in works; none where it is our judgement.
    """

    role: str
    reason: str
    source: Source | None = None


def contacts(village: Mapping[str, Any]) -> tuple[Contact, ...]:
    """Return whom to meet, in the order in which to go, at most eight.

    Parameters
    ----------
    village
        A row of the layer: ``village_type``, ``eligible_workers``, workers by sector, ``mill_km``, ``port_km``,
        ``bumdes_workers``; figures may be missing.
    """
    is_urban = village.get(VILLAGE_TYPE) == "kelurahan"
    names = ["lurah", "rt_rw"] if is_urban else ["kades", "kadus"]
    for sector in leading_sectors(village):
        names += [name for name in _BY_SECTOR[sector] if _is_there(name, village)]
    if not is_urban:
        names.insert(2 if _figure(village, BUMDES_WORKERS) > 0 else min(len(names), MOST - 1), "bumdes")
    kept = list(dict.fromkeys(names))[:MOST]
    return tuple(Contact(f"field.role.{name}", f"field.reason.{name}", _SOURCES.get(name)) for name in kept)


def leading_sectors(village: Mapping[str, Any]) -> tuple[Sector, ...]:
    """Return the sectors to speak of in a village, at most three, the most striking first.

    A sector is one to speak of if it has a share of the informal workers that few villages reach: one worker in twenty
    makes a village of fishers, while half of the villages have one in four on plantations. Where no sector is, the
    largest is given; none where nothing is known. ``other`` is never given: it says nothing of the work.

    Parameters
    ----------
    village
        As for `contacts`.
    """
    people = {sector: _figure(village, sector_column(sector)) for sector in _NOTABLE}
    everyone = max(_figure(village, ELIGIBLE), sum(people.values()))
    if not any(people.values()):
        return ()
    strength = {sector: people[sector] / everyone / least for sector, least in _NOTABLE.items()}
    order = sorted(strength, key=lambda sector: -strength[sector])
    striking = [sector for sector in order if strength[sector] >= 1]
    return tuple(striking[:_MOST_SECTORS]) or (max(people, key=lambda sector: people[sector]),)


def _is_there(name: str, village: Mapping[str, Any]) -> bool:
    """Return whether a role can be expected: mills and ports only where one is near."""
    column = {"mill": MILL_KM, "port": PORT_KM}.get(name)
    return column is None or _figure(village, column, missing=NEAR_KM + 1) <= NEAR_KM


def _figure(village: Mapping[str, Any], column: str, *, missing: float = 0.0) -> float:
    value = village.get(column)
    return missing if value is None or pd.isna(value) else float(value)
