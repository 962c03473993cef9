"""Building the village layer: published files in, one validated layer out."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import layer as village_layer
from geodata import office_day
from geodata.catalogue import Catalogue
from geodata.contiguity import neighbours
from geodata.coverage import Rows
from geodata.distance import nearest_km
from geodata.errors import DataError
from geodata.layer import VillageLayer, make_layer
from geodata.measures import area_km2, coast_km, inside_points, land_beyond
from geodata.outline_pieces import clean_by_landmass
from geodata.outline_report import CleaningReport
from geodata.outlines import CleanedOutlines
from geodata.paths import replace_file
from geodata.places import mills_and_ports, near_villages, points_of, save_places
from geodata.processes import Room
from geodata.provenance import Origin, figure_records, from_own_counts, from_own_outlines, from_own_weights
from geodata.published import Published
from geodata.readers import Reading
from geodata.readers.boundaries import read_boundaries
from geodata.readers.bridge import read_bridge
from geodata.readers.bumdes import read_bumdes
from geodata.readers.icraf import LIVELIHOODS, MAIN_COMMODITY, MAIN_INCOME, MICRO_INDUSTRIES, read_icraf
from geodata.readers.idm import read_idm
from geodata.readers.mills import read_mills
from geodata.readers.official import CODE, LEVEL, read_places, read_population, villages_of
from geodata.readers.polling import read_polling_stations
from geodata.readers.ports import read_ports
from geodata.schema import (
    AREA_KM2,
    BPS_CODE,
    BUMDES_WORKERS,
    COAST_KM,
    CRS_STORED,
    DISTRICT_CODE,
    ESTIMATES,
    FAMILIES,
    IDM,
    IDM_ECOLOGICAL,
    IDM_ECONOMIC,
    IDM_SOCIAL,
    IDM_STATUS,
    LATITUDE,
    LONGITUDE,
    MERGED_INTO,
    MILL_KM,
    OUTLINE,
    POINT_BASIS,
    POLLING_STATIONS,
    POPULATION,
    PORT_KM,
    PROVINCE_CODE,
    REGENCY_CODE,
    VILLAGE_CODE,
    Sector,
    basis,
)
from geodata.sectors.counted import Difference, with_observed
from geodata.sectors.own_weights import OwnFigures
from geodata.sectors.population import split_population
from geodata.sectors.ranges import add_ranges
from geodata.sectors.totals import sector_basis
from geodata.sectors.workers import split_workers

Step = Callable[[str], None]
OnProvinces = Callable[[Collection[str], int], None]
"""Told the codes of the provinces whose outlines are all clean, and how many there are."""

ALL: Final = "all"
"""Instead of codes: every province of the country."""
LAND: Final = Path(__file__).parent / "embedded" / "land.parquet"
VILLAGE_FILE: Final = (FAMILIES, LIVELIHOODS, MAIN_COMMODITY, MAIN_INCOME, MICRO_INDUSTRIES, "water_pct")
_LAND_MARGIN_M = 3_000.0
_NO_IDM = pd.DataFrame(columns=[IDM, IDM_SOCIAL, IDM_ECONOMIC, IDM_ECOLOGICAL], dtype=np.float64).assign(
    **{IDM_STATUS: pd.Series(dtype="str")}
)


@dataclass(frozen=True)
class Inputs:
    """The published files of a build; ``bridge`` and ``village_file`` may be missing."""

    places: Path
    population: Path
    stations: Path
    boundaries: tuple[Path, ...]
    idm: tuple[Path, ...]
    mills: Path
    ports: Path
    bumdes: Path
    village_file: Path | None
    bridge: Path | None


@dataclass(frozen=True)
class OwnOutlines:
    """Outlines that a user brings, as ``readers.vector`` reads them, and where they come from."""

    reading: Reading
    origin: Origin


@dataclass(frozen=True)
class Built:
    """A built layer and what happened on the way.

    Attributes
    ----------
    layer
        The layer.
    villages
        What the estimates were made from, one row per village in the order of the layer: also the columns of the
        village file of Sumatera Selatan, which are not part of the layer.
    pairs
        Neighbouring villages, see ``contiguity.neighbours``.
    cleaning
        What was repaired on the outlines.
    places
        Mills and ports near the layer, see ``places.mills_and_ports``.
    rejected
        Rows of the sources that were left out: ``file``, ``row``, ``reason``.
    observed
        What counted workers change in each province.
    """

    layer: VillageLayer
    villages: pd.DataFrame
    pairs: pd.DataFrame
    places: pd.DataFrame
    cleaning: CleaningReport
    rejected: pd.DataFrame
    observed: tuple[Difference, ...] = ()


def provinces_of(regions: Collection[str]) -> list[str]:
    """Return the provinces that regions lie in: totals are published for provinces, so whole ones are built."""
    return sorted({code[:2] for code in regions})


def every_province(catalogue: Catalogue, downloads: Path) -> list[str]:
    """Return the codes of all provinces of the country, from the official list in the download folder.

    Raises
    ------
    DataError
        If the list is missing or cannot be used.
    """
    file = downloads / catalogue.files("kemendagri-codes")[0].relative_path
    if not file.is_file():
        raise DataError("build.files_missing", count=1, file=file.name, regions=ALL)
    places = read_places(file).frame
    return sorted(places.loc[places[LEVEL] == "province", CODE])


def inputs_of(catalogue: Catalogue, downloads: Path, *, regions: Collection[str], bridge: Path | None = None) -> Inputs:
    """Find the published files of some regions in the download folder.

    Parameters
    ----------
    catalogue
        The published sources.
    downloads
        Folder of downloaded files, or a mirror.
    regions
        Codes of provinces or regencies.
    bridge
        File that pairs BPS and Kemendagri codes; without it the pairs of the embedded layer are used.

    Raises
    ------
    DataError
        If files are missing; names the first and how to get them.
    """
    found: dict[str, tuple[Path, ...]] = {}
    absent = []
    catalogue.files(regions=regions)  # refuses a region it does not know
    for source in catalogue.sources:
        files = catalogue.files(source.key, regions=provinces_of(regions))
        found[source.key] = tuple(downloads / file.relative_path for file in files)
        absent += [path for path in found[source.key] if not path.is_file()]
    if absent:
        raise DataError(
            "build.files_missing", count=len(absent), file=absent[0].name, regions=",".join(provinces_of(regions))
        )
    return Inputs(
        places=found["kemendagri-codes"][0],
        population=found["dukcapil-population"][0],
        stations=found["kpu-polling-stations"][0],
        boundaries=found["big-outlines"],
        idm=found["kemendesa-idm"],
        mills=found["wri-mills"][0],
        ports=found["gfw-ports"][0],
        bumdes=found["kemendesa-bumdes"][0],
        village_file=next(iter(found["icraf-villages"]), None),
        bridge=bridge,
    )


def save(built: Built, path: Path) -> None:
    """Write a built layer, and beside it who borders on whom, mills and ports, and the rejected rows of the sources.

    ``<name>-neighbours.parquet``, ``<name>-places.parquet`` and ``<name>-rejected.csv`` (file, row, reason).

    Raises
    ------
    DataError
        If the files cannot be written; older ones are kept.
    """
    village_layer.save(built.layer, path)
    village_layer.save_neighbours(built.pairs, built.layer, path)
    save_places(built.places, built.layer, path)
    part = path.with_name(f".{path.stem}-rejected.part")
    built.rejected.to_csv(part, index=False, lineterminator="\n")
    replace_file(part, path.with_name(f"{path.stem}-rejected.csv"))


def build(
    inputs: Inputs,
    catalogue: Catalogue,
    published: Published,
    *,
    regions: Collection[str],
    outlines: OwnOutlines | None = None,
    weights: Mapping[Sector, OwnFigures] = MappingProxyType({}),
    observed: Mapping[Sector, OwnFigures] = MappingProxyType({}),
    room: Room | None = None,
    step: Step = lambda _: None,
    on_provinces: OnProvinces = lambda _, __: None,
) -> Built:
    """Build the village layer of some regions.

    Parameters
    ----------
    inputs
        The published files.
    catalogue, published
        Where sources and figures are recorded.
    regions
        Codes of provinces or regencies. Whole provinces are built, because workers are published for them; what is
        not asked for is cut off at the end.
    outlines
        Outlines of a user; villages that are not among them keep the published ones. Provinces that nobody publishes
        outlines of can only be built with them.
    weights
        Weights of a user for the split of sectors within regencies.
    observed
        Workers whom a user counted; provinces no longer sum to their published totals then, see ``Built.observed``.
    room
        Processes and memory; one process by default. The layer is the same whatever is given.
    step
        Told the key of each step before it begins.
    on_provinces
        Told how cleaning goes on.

    Raises
    ------
    DataError
        If a file cannot be used, a region has no village, or a province has no outline at all.
    """
    rejected: list[pd.DataFrame] = []
    step("build.step.read")
    villages = _official_villages(inputs, provinces_of(regions), rejected)
    for brought in (*weights.values(), *observed.values()):
        if not villages[VILLAGE_CODE].isin(brought.amounts.dropna().index).any():
            raise DataError("sectors.weights_elsewhere", file=brought.file)
    unknown = set(regions) - {*villages[PROVINCE_CODE], *villages[REGENCY_CODE]}
    if unknown:
        raise DataError("build.no_villages", regions=", ".join(sorted(unknown)))
    accepted = _outlines(inputs, outlines, rejected)
    bare = sorted(set(villages[PROVINCE_CODE]) - set(accepted[VILLAGE_CODE].str[:2]))
    if bare:
        raise DataError("build.no_outlines", provinces=", ".join(bare))
    step("build.step.clean")
    cleaned = _cleaned(gpd.GeoDataFrame(accepted, crs=CRS_STORED), room, on_provinces)
    step("build.step.measure")
    drawn = _with_outlines(villages, cleaned.frame)
    if outlines is not None:
        own = drawn[VILLAGE_CODE].isin(outlines.reading.frame[VILLAGE_CODE]) & (drawn[OUTLINE] == "official")
        drawn[OUTLINE] = drawn[OUTLINE].mask(own, "own")
    step("build.step.figures")
    places = mills_and_ports(
        _accepted(read_mills(inputs.mills), rejected), _accepted(read_ports(inputs.ports), rejected)
    )
    known = _with_figures(drawn, inputs, places, rejected)
    estimated, differences = with_observed(_with_estimates(known, inputs, published, weights, rejected), observed)
    full = gpd.GeoDataFrame(estimated, geometry="geometry", crs=CRS_STORED)
    provinces = provinces_of(regions)
    full = full[full[PROVINCE_CODE].isin(regions) | full[REGENCY_CODE].isin(regions)].reset_index(drop=True)
    pairs = neighbours(full)
    records = figure_records(village_layer.COLUMNS, catalogue, published, provinces=provinces)
    if outlines is not None:
        records = from_own_outlines(records, outlines.origin)
    records = from_own_weights(records, {sector: brought.origin for sector, brought in weights.items()})
    records = from_own_counts(
        records,
        {sector: brought.origin for sector, brought in observed.items()},
        {sector: [told.province for told in differences if told.sector == sector] for sector in observed},
    )
    about = {
        "built": office_day.today().isoformat(),
        "region": sorted(regions),
        "cleaning": {k: _plain(v) for k, v in vars(cleaned.report.totals).items()},
        **({"observed": [vars(told) for told in differences]} if differences else {}),
    }
    made = make_layer(full, records, about)
    return Built(
        layer=made,
        villages=pd.DataFrame(full.drop(columns="geometry")),
        pairs=pairs,
        places=near_villages(places, full),
        cleaning=cleaned.report,
        rejected=pd.concat(rejected),
        observed=differences,
    )


def district_means(villages: pd.DataFrame) -> pd.DataFrame:
    """Return the mean point of each village's district; of its regency where the district has no point at all."""
    means = [
        villages[[LONGITUDE, LATITUDE]].groupby(villages[level]).transform("mean")
        for level in (DISTRICT_CODE, REGENCY_CODE)
    ]
    return means[0].fillna(means[1])


def _official_villages(inputs: Inputs, regions: Collection[str], rejected: list[pd.DataFrame]) -> pd.DataFrame:
    places = _accepted(read_places(inputs.places), rejected)
    villages = villages_of(places)
    inside = villages[PROVINCE_CODE].isin(regions) | villages[REGENCY_CODE].isin(regions)
    return villages[inside].sort_values(VILLAGE_CODE, ignore_index=True)


def _outlines(inputs: Inputs, own: OwnOutlines | None, rejected: list[pd.DataFrame]) -> pd.DataFrame:
    if own is None:
        return _accepted(read_boundaries(inputs.boundaries), rejected)
    brought = _accepted(own.reading, rejected)
    if not inputs.boundaries:
        return brought
    published = _accepted(read_boundaries(inputs.boundaries), rejected)
    rest = published[~published[VILLAGE_CODE].isin(brought[VILLAGE_CODE])]
    return pd.concat([brought, rest], ignore_index=True)


def _cleaned(accepted: gpd.GeoDataFrame, room: Room | None, on_provinces: OnProvinces) -> CleanedOutlines:
    province = accepted[VILLAGE_CODE].str[:2].to_numpy(str)
    left = np.ones(len(accepted), dtype=bool)
    every = set(province)

    def tell(rows: Rows) -> None:
        left[rows] = False
        on_provinces(sorted(every - set(province[left])), len(every))

    return clean_by_landmass(accepted, room=room, on_rows=tell)


def _with_outlines(villages: pd.DataFrame, cleaned: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    outlines = cleaned.set_index(VILLAGE_CODE)
    points = inside_points(cleaned).set_index(cleaned[VILLAGE_CODE])
    frame = villages.join(points, on=VILLAGE_CODE)
    geometry = outlines.geometry.reindex(frame[VILLAGE_CODE]).to_numpy()
    drawn = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    geometry[~drawn] = shapely.Polygon()
    frame[OUTLINE] = np.where(drawn, "official", "merged")
    frame[MERGED_INTO] = frame[DISTRICT_CODE].where(~drawn)
    means = district_means(frame)
    frame[POINT_BASIS] = frame[POINT_BASIS].where(frame[LONGITUDE].notna(), "district_mean")
    frame = frame.fillna({LONGITUDE: means[LONGITUDE], LATITUDE: means[LATITUDE]})
    result = gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS_STORED)
    land = land_beyond(result[drawn], gpd.read_parquet(LAND).geometry, margin_m=_LAND_MARGIN_M)
    result[AREA_KM2] = area_km2(result)
    measured = coast_km(result, land, land_within_m=2 * _LAND_MARGIN_M)
    result[COAST_KM] = measured if _is_whole(result) else _known_coast(result).fillna(measured)
    return result


def _is_whole(frame: pd.DataFrame) -> bool:
    """Whether all provinces of the embedded default are there, so that no inner border looks like a coast."""
    return not village_layer.EMBEDDED.is_file() or set(_embedded()[PROVINCE_CODE]) <= set(frame[PROVINCE_CODE])


def _known_coast(frame: pd.DataFrame) -> "pd.Series[float]":
    """Length of coast as measured with all provinces together: alone, a province ends in coarse land."""
    coast = _embedded().set_index(VILLAGE_CODE)[COAST_KM]
    return frame[VILLAGE_CODE].map(coast).where(frame[OUTLINE] != "merged")


@cache
def _embedded() -> pd.DataFrame:
    return pd.DataFrame(village_layer.load(village_layer.EMBEDDED).frame.drop(columns="geometry"))


def _with_figures(
    frame: gpd.GeoDataFrame, inputs: Inputs, places: pd.DataFrame, rejected: list[pd.DataFrame]
) -> gpd.GeoDataFrame:
    stations = _by_village(read_polling_stations(inputs.stations), rejected)
    idm = _by_village(read_idm(inputs.idm), rejected) if inputs.idm else _NO_IDM
    bumdes = _accepted(read_bumdes(inputs.bumdes), rejected).groupby(VILLAGE_CODE)[BUMDES_WORKERS].sum(min_count=1)
    points = frame[[LONGITUDE, LATITUDE]].to_numpy(np.float64)
    result = frame.assign(**{BPS_CODE: _bps_codes(frame, inputs.bridge, rejected)})
    result[POLLING_STATIONS] = frame[VILLAGE_CODE].map(stations[POLLING_STATIONS]).astype("Int64")
    for column in (IDM, IDM_SOCIAL, IDM_ECONOMIC, IDM_ECOLOGICAL, IDM_STATUS):
        result[column] = frame[VILLAGE_CODE].map(idm[column]).astype(idm[column].dtype)
    result[BUMDES_WORKERS] = frame[VILLAGE_CODE].map(bumdes).astype("Int64")
    result[MILL_KM] = nearest_km(points, points_of(places, "mill")).round(2)
    result[PORT_KM] = nearest_km(points, points_of(places, "port")).round(2)
    return _with_village_file(result, inputs.village_file, rejected)


def _bps_codes(frame: pd.DataFrame, bridge: Path | None, rejected: list[pd.DataFrame]) -> "pd.Series[str]":
    if bridge is not None:
        pairs = _accepted(read_bridge(bridge), rejected)
    elif village_layer.EMBEDDED.is_file():
        pairs = _embedded()
    else:
        return pd.Series(pd.NA, index=frame.index, dtype="str")
    return frame[VILLAGE_CODE].map(pairs.set_index(VILLAGE_CODE)[BPS_CODE]).astype("str")


def _with_village_file(frame: gpd.GeoDataFrame, path: Path | None, rejected: list[pd.DataFrame]) -> gpd.GeoDataFrame:
    """Add the village file of Sumatera Selatan; its codes are those of BPS, so the bridge leads to the village."""
    if path is None:
        return frame.assign(**dict.fromkeys(VILLAGE_FILE, np.nan))
    rows = _accepted(read_icraf(path), rejected).set_index(BPS_CODE)[list(VILLAGE_FILE)]
    known = frame[BPS_CODE].where(frame[BPS_CODE].isin(rows.index))
    return frame.join(rows.reindex(known.to_numpy()).set_index(frame.index))


def _with_estimates(
    frame: pd.DataFrame,
    inputs: Inputs,
    published: Published,
    weights: Mapping[Sector, OwnFigures],
    rejected: list[pd.DataFrame],
) -> pd.DataFrame:
    people = _accepted(read_population(inputs.population), rejected)
    regencies = people[people[LEVEL] == "regency"].set_index(CODE)[POPULATION]
    result = frame.assign(**{POPULATION: split_population(frame, regencies)})
    own = {sector: brought.amounts for sector, brought in weights.items()}
    result = result.join(split_workers(result, published, own=own))
    result = result.join(add_ranges(result, published, ESTIMATES))
    listed = frame[POLLING_STATIONS].notna()
    result[basis(POPULATION)] = np.where(listed, "disaggregated", "assumed")
    for figure, how in sector_basis().items():
        result[basis(figure)] = pd.Series(how, index=frame.index).where(result[figure].notna())
    return result


def _accepted(reading: Reading, rejected: list[pd.DataFrame]) -> pd.DataFrame:
    rejected.append(reading.rejected)
    return reading.frame


def _by_village(reading: Reading, rejected: list[pd.DataFrame]) -> pd.DataFrame:
    return _accepted(reading, rejected).set_index(VILLAGE_CODE)


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
