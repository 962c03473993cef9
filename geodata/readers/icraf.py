"""Village characteristics of Sumatera Selatan: icraf-indonesia/village_typologies_sumsel, ``main_df_sumsel.csv``.

A table of 2024 that joins sources of several years (the publisher's ``metadata_bahasa_indonesia.csv`` names them):
families, micro industries and main income are of PODES 2021, residents and livelihoods of the Kemendes data of 2024,
shares of land of the KLHK land cover of 2020, distances (median over the village) of ICRAF 2016 and 2019 and BIG. The
codes are those of BPS of 2019.

The number of residents is the weak column: it is zero or below the number of families for a fifth of the villages,
most kelurahan among them, and adds up to 5.7 million people. The number of families is complete: 2.45 million, or 3.7
of the province's residents each. `doubts` marks the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from geodata import codes
from geodata.readers import Reading, fields
from geodata.readers.files import read_csv
from geodata.readers.sieve import first_reason, flag, repeats, sift
from geodata.schema import BPS_CODE, DISTRICT_NAME, FAMILIES, POPULATION, REGENCY_NAME, VILLAGE_NAME

MAIN_INCOME: Final = "main_income"
MAIN_COMMODITY: Final = "main_commodity"
MICRO_INDUSTRIES: Final = "micro_industries"
LIVELIHOODS: Final = "natural_resource_livelihoods"

NO_RESIDENTS: Final = "readers.no_residents"
FEWER_THAN_FAMILIES: Final = "readers.fewer_than_families"
LARGE_FAMILIES: Final = "readers.large_families"
LARGEST_FAMILY: Final = 10.0  # residents per family above which one of both figures is wrong

_TEXTS = {REGENCY_NAME: "nmkab", DISTRICT_NAME: "nmkec", VILLAGE_NAME: "nmdesa"}


@dataclass(frozen=True)
class _Column:
    """Which column of the file a figure comes from, and the largest value it can have."""

    published: str
    largest: float = float("inf")


_COUNTS: Final[Mapping[str, _Column]] = {
    FAMILIES: _Column("jumlah_kk"),
    POPULATION: _Column("jumlah_populasi"),
    MICRO_INDUSTRIES: _Column("jumlah_imk"),
    LIVELIHOODS: _Column("pencaharian_berbasis_sda"),
    MAIN_INCOME: _Column("jenis_penghasilan_utama"),
    MAIN_COMMODITY: _Column("jenis_komoditi_unggulan"),
}
_MEASURES: Final[Mapping[str, _Column]] = {
    "area_ha": _Column("luas_desa"),
    "plantation_pct": _Column("persentase_kebun", 100),
    "smallholder_pct": _Column("persentase_area_budidaya", 100),
    "water_pct": _Column("persentase_badan_air", 100),
    "dist_oil_palm_m": _Column("jarak_sawit"),
    "dist_rubber_m": _Column("jarak_karet"),
    "dist_river_m": _Column("jarak_sungai"),
    "dist_road_m": _Column("jarak_jalan"),
    "dist_mill_m": _Column("jarak_pabrik_pemrosesan"),
}
_PUBLISHED = {name: column.published for name, column in {**_COUNTS, **_MEASURES}.items()}


def read_icraf(path: Path) -> Reading:
    """Read the characteristics of villages.

    Returns
    -------
        Names: ``regency_name``, ``district_name``, ``village_name`` and ``bps_code`` (2019).
        Counts: ``families``, ``population`` (people), ``micro_industries`` (units),
        ``natural_resource_livelihoods`` (people who live off natural resources), ``main_income`` (PODES code, 1 for
        agriculture), ``main_commodity`` (PODES code, missing where the main income is not agriculture).
        Measures: ``area_ha``; ``plantation_pct``, ``smallholder_pct``, ``water_pct`` (share of the area, per cent);
        ``dist_oil_palm_m``, ``dist_rubber_m``, ``dist_river_m``, ``dist_road_m``, ``dist_mill_m`` (metres).
        A negative figure (the file's kind of sign for none, such as -9999) or a share above 100 is missing.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    raw = read_csv(path, ("iddesa", *_TEXTS.values(), *_PUBLISHED.values()))
    figures = pd.DataFrame({name: fields.numbers(raw.frame[old]) for name, old in _PUBLISHED.items()})
    unreadable = [fields.unreadable(raw.frame[old], figures[name]) for name, old in _PUBLISHED.items()]
    tidy = pd.DataFrame(
        {
            BPS_CODE: codes.normalised(raw.frame["iddesa"], system=codes.BPS),
            **{new: fields.names(raw.frame[old]) for new, old in _TEXTS.items()},
            **{name: _within(figures[name], column).round().astype("Int64") for name, column in _COUNTS.items()},
            **{name: _within(figures[name], column) for name, column in _MEASURES.items()},
        }
    )
    tidy[MAIN_COMMODITY] = tidy[MAIN_COMMODITY].mask(tidy[MAIN_COMMODITY] == 0)
    reasons = first_reason(
        codes.village_problems(raw.frame["iddesa"], system=codes.BPS),
        flag(pd.concat(unreadable, axis=1).any(axis=1), fields.BAD_NUMBER),
    )
    return sift(raw, tidy, repeats(tidy[BPS_CODE], reasons))


def doubts(villages: pd.DataFrame) -> pd.Series:
    """Say why the number of residents of a village should not be relied on.

    Parameters
    ----------
    villages
        As `read_icraf` gives them.

    Returns
    -------
        Key of a text, missing where the number is plausible; same index. ``value_counts`` tells how many there are.
    """
    people, families = villages[POPULATION].astype("Float64"), villages[FAMILIES].astype("Float64")
    return first_reason(
        flag(people.isna() | (people == 0).fillna(value=False), NO_RESIDENTS),
        flag((people < families).fillna(value=False), FEWER_THAN_FAMILIES),
        flag((people > families * LARGEST_FAMILY).fillna(value=False), LARGE_FAMILIES),
    )


def _within(figures: pd.Series, column: _Column) -> pd.Series:
    return figures.where((figures >= 0) & (figures <= column.largest))
