"""Where the figures of a layer come from: source, date and method of each column."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final, get_args

from geodata.catalogue import Catalogue, Source
from geodata.published import NATIONAL, Published
from geodata.schema import (
    ACTIVE_BPU,
    AREA_KM2,
    BPS_CODE,
    BUMDES_WORKERS,
    COAST_KM,
    ELIGIBLE,
    FAMILIES,
    IDM,
    IDM_ECOLOGICAL,
    IDM_ECONOMIC,
    IDM_SOCIAL,
    IDM_STATUS,
    INACTIVE_BPU,
    LATITUDE,
    LONGITUDE,
    MILL_KM,
    OUTLINE,
    POLLING_STATIONS,
    POPULATION,
    PORT_KM,
    VILLAGE_CODE,
    WORKERS,
    Basis,
    Sector,
    sector_column,
)

_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True)
class Origin:
    """One source of a figure.

    Attributes
    ----------
    producer, title
        Who made it, and what it is called.
    date
        What the figure describes, as precise as the source.
    url
        Where it was read.
    licence
        Its terms; empty for figures read from a public page.
    area
        Code of the province or regency it is of; empty for all.
    """

    producer: str
    title: str
    date: str
    url: str
    licence: str = ""
    area: str = ""

    def concerns(self, village_code: str) -> bool:
        """Whether the source says anything of a village."""
        return village_code.startswith(self.area)


@dataclass(frozen=True)
class FigureRecord:
    """How one column of the layer came about.

    Attributes
    ----------
    basis
        ``observed``, ``disaggregated`` or ``assumed``; single villages may differ, see the column ``<figure>_basis``.
    method
        Key of a text that tells the method.
    origins
        Its sources.
    counted
        How it came about in the villages whose column ``<figure>_basis`` says ``observed``, where that differs.
    """

    basis: Basis
    method: str
    origins: tuple[Origin, ...]
    counted: "FigureRecord | None" = None


@dataclass(frozen=True)
class _Recipe:
    basis: Basis
    method: str
    sources: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


_SPLIT = ("dukcapil-population", "kpu-polling-stations")
_FARM = ("agriculture_pct", "plantation_farmers", "food_crop_farmers", "horticulture_farmers", "livestock_farmers")
_RECIPES: Mapping[str, _Recipe] = {
    VILLAGE_CODE: _Recipe("observed", "layer.method.codes", ("kemendagri-codes",)),
    BPS_CODE: _Recipe("observed", "layer.method.bridge", ("bps-bridge",)),
    OUTLINE: _Recipe("observed", "layer.method.outline", ("big-outlines",)),
    LONGITUDE: _Recipe("observed", "layer.method.point", ("big-outlines",)),
    LATITUDE: _Recipe("observed", "layer.method.point", ("big-outlines",)),
    AREA_KM2: _Recipe("observed", "layer.method.area", ("big-outlines",)),
    COAST_KM: _Recipe("observed", "layer.method.coast", ("big-outlines", "natural-earth")),
    POLLING_STATIONS: _Recipe("observed", "layer.method.stations", ("kpu-polling-stations",)),
    FAMILIES: _Recipe("observed", "layer.method.families", ("icraf-villages",)),
    MILL_KM: _Recipe("observed", "layer.method.distance", ("wri-mills",)),
    PORT_KM: _Recipe("observed", "layer.method.distance", ("gfw-ports",)),
    BUMDES_WORKERS: _Recipe("observed", "layer.method.bumdes", ("kemendesa-bumdes",)),
    **{
        column: _Recipe("observed", "layer.method.idm", ("kemendesa-idm",))
        for column in (IDM, IDM_SOCIAL, IDM_ECONOMIC, IDM_ECOLOGICAL, IDM_STATUS)
    },
    POPULATION: _Recipe("disaggregated", "layer.method.population", _SPLIT),
    WORKERS: _Recipe("disaggregated", "layer.method.workers", _SPLIT, ("working_people",)),
    ELIGIBLE: _Recipe(
        "disaggregated", "layer.method.eligible", _SPLIT, ("working_people", "informal_pct", "informal_people")
    ),
    sector_column("plantation"): _Recipe(
        "assumed",
        "layer.method.farming",
        ("icraf-villages",),
        (*_FARM, "rubber_area_ha", "coffee_area_ha", "pepper_area_ha", "pepper_farmers", "palm_area_ha"),
    ),
    sector_column("food_crop"): _Recipe(
        "assumed", "layer.method.farming", ("icraf-villages",), (*_FARM, "urea_t", "subsidised_fertiliser_t")
    ),
    sector_column("livestock"): _Recipe("assumed", "layer.method.farming", ("icraf-villages",), _FARM),
    sector_column("fishery"): _Recipe(
        "disaggregated",
        "layer.method.fishery",
        ("gfw-ports", "icraf-villages"),
        ("fishery_people", "capture_fishers", "aquaculture_people", "fisher_cards", "marine_fishing_households"),
    ),
    sector_column("home_industry"): _Recipe(
        "assumed", "layer.method.home_industry", ("icraf-villages",), ("industry_pct", "micro_industries")
    ),
    sector_column("trade_services"): _Recipe("assumed", "layer.method.trade", _SPLIT, ("trade_pct",)),
    sector_column("other"): _Recipe("assumed", "layer.method.other", _SPLIT, ("informal_pct",)),
    ACTIVE_BPU: _Recipe("assumed", "layer.method.covered", (), ("participants_active", "bpu_share_pct")),
    INACTIVE_BPU: _Recipe("assumed", "layer.method.covered", (), ("participants_inactive", "bpu_share_pct")),
}


# Figures of some provinces that stand in for the others.
_LENT = ("industry_pct", "bpu_share_pct")


def figure_records(
    columns: Iterable[str], catalogue: Catalogue, published: Published, *, provinces: Collection[str]
) -> dict[str, FigureRecord]:
    """Return the record of each column of a layer that has one.

    Parameters
    ----------
    columns
        The columns of the layer.
    catalogue, published
        Where sources and figures are recorded.
    provinces
        Codes of the provinces of the layer: only figures of these are named.
    """
    return {name: _record(_RECIPES[name], catalogue, published, provinces) for name in columns if name in _RECIPES}


def is_date(text: str) -> bool:
    """Whether a text is a year, a year and month, or a day, as ISO 8601 writes them."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def from_own_outlines(records: Mapping[str, FigureRecord], origin: Origin) -> dict[str, FigureRecord]:
    """Name the file of a user beside the publisher, for all that is measured on outlines."""
    measured = (OUTLINE, LONGITUDE, LATITUDE, AREA_KM2, COAST_KM)
    changed = {name: replace(records[name], origins=(origin, *records[name].origins)) for name in measured}
    return {**records, **changed}


def from_own_weights(records: Mapping[str, FigureRecord], own: Mapping[Sector, Origin]) -> dict[str, FigureRecord]:
    """Name the layers of a user before the published totals, for sectors that were split by them."""
    changed = {
        sector_column(sector): replace(
            records[sector_column(sector)],
            method="layer.method.own_weights",
            origins=(origin, *records[sector_column(sector)].origins),
        )
        for sector, origin in own.items()
    }
    return {**records, **changed}


def from_own_counts(
    records: Mapping[str, FigureRecord], own: Mapping[Sector, Origin], provinces: Mapping[Sector, Collection[str]]
) -> dict[str, FigureRecord]:
    """Name the sources of workers whom a user counted, in the provinces where that was done.

    Parameters
    ----------
    records
        The records.
    own
        Where the counts of each sector come from.
    provinces
        Codes of the provinces with counted villages, by sector.
    """
    counts = {s: tuple(replace(origin, area=code) for code in sorted(provinces[s])) for s, origin in own.items()}
    changed = {
        sector_column(sector): replace(
            records[sector_column(sector)], counted=FigureRecord("observed", "layer.method.own_counts", origins)
        )
        for sector, origins in counts.items()
    }
    if counts:  # eligible workers are the sum of the sectors
        every = tuple(dict.fromkeys(origin for origins in counts.values() for origin in origins))
        summed = FigureRecord("observed", "layer.method.own_counts", every)
        named = (*records[ELIGIBLE].origins, *every)
        changed[ELIGIBLE] = replace(records[ELIGIBLE], origins=named, counted=summed)
    return {**records, **changed}


def as_json(records: Mapping[str, FigureRecord]) -> dict[str, Any]:
    """Return records as plain values that JSON can hold."""
    return {name: asdict(record) for name, record in records.items()}


def from_json(content: Mapping[str, Any]) -> dict[str, FigureRecord]:
    """Return records from what `as_json` made.

    Raises
    ------
    KeyError, TypeError
        If something is missing or unknown.
    """
    return {name: _read(entry) for name, entry in content.items()}


def _read(entry: Mapping[str, Any]) -> FigureRecord:
    counted = entry.get("counted")
    origins = tuple(Origin(**origin) for origin in entry["origins"])
    return FigureRecord(entry["basis"], entry["method"], origins, _read(counted) if counted else None)


def _record(recipe: _Recipe, catalogue: Catalogue, published: Published, provinces: Collection[str]) -> FigureRecord:
    figures = _from_published(published, recipe.variables, provinces)
    return FigureRecord(
        recipe.basis, recipe.method, (*figures, *(origin_of(catalogue.source(key)) for key in recipe.sources))
    )


def origin_of(source: Source) -> Origin:
    """Return a source of the catalogue as the origin of a figure."""
    areas = {file.region or "" for file in source.files}
    area = areas.pop() if len(areas) == 1 else ""
    return Origin(source.producer, source.title.en, source.published or "", source.homepage, source.licence, area)


def _from_published(published: Published, variables: tuple[str, ...], provinces: Collection[str]) -> list[Origin]:
    """One origin per variable, date and address; of a regency's figures the province is named."""
    frame = published.frame
    here = frame["code"].str[:2].isin({*provinces, NATIONAL}) | frame["variable"].isin(_LENT)
    rows = frame[here & frame["variable"].isin(variables)]
    seen: dict[Origin, None] = {}
    for row in rows.to_dict("records"):
        area = "" if row["variable"] in _LENT else str(row["code"])[:2].replace(NATIONAL, "")
        seen[Origin(str(row["producer"]), str(row["variable"]), str(row["date"]), str(row["url"]), area=area)] = None
    return list(seen)


assert {sector_column(s) for s in get_args(Sector)} <= set(_RECIPES)
