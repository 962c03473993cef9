"""Official codes, names, population and area: cahyadsn/wilayah, three SQL files.

``wilayah.sql`` holds the codes and names of Kepmendagri 300.2.2-2138/2025, ``wilayah_penduduk.sql`` the residents of
each province and regency (Dukcapil, December 2024), ``wilayah_luas.sql`` their area (BIG, December 2024).
"""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata import codes
from geodata.readers import Reading, fields
from geodata.readers.sieve import first_reason, flag, repeats, sift
from geodata.readers.sql import read_inserts
from geodata.schema import (
    AREA_KM2,
    DISTRICT_CODE,
    DISTRICT_NAME,
    POPULATION,
    PROVINCE_CODE,
    PROVINCE_NAME,
    REGENCY_CODE,
    REGENCY_NAME,
    VILLAGE_CODE,
    VILLAGE_NAME,
    VILLAGE_TYPE,
)

CODE: Final = "code"
NAME: Final = "name"
LEVEL: Final = "level"
MEN: Final = "men"
WOMEN: Final = "women"

COUNTRY: Final = "0"  # how the population file writes the code of the whole country

NO_PARENT: Final = "readers.no_parent"
SUM_DIFFERS: Final = "readers.sum_differs"

_PARENTS: Final[tuple[tuple[codes.Level, str, str], ...]] = (
    ("district", DISTRICT_CODE, DISTRICT_NAME),
    ("regency", REGENCY_CODE, REGENCY_NAME),
    ("province", PROVINCE_CODE, PROVINCE_NAME),
)


def read_places(path: Path) -> Reading:
    """Read the codes and names of all provinces, regencies, districts and villages.

    Parameters
    ----------
    path
        ``wilayah.sql``.

    Returns
    -------
        Columns ``code`` (Kemendagri), ``name``, ``level``. Rows with a bad code, without a name, or whose parent is not
        in the file are rejected.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    raw = read_inserts(path, ("kode", "nama"))
    tidy = _named(raw.frame, codes.normalised(raw.frame["kode"]))
    reasons = first_reason(codes.problems(raw.frame["kode"]), flag(tidy[NAME].isna(), fields.NO_NAME))
    for level, above in zip(codes.LEVELS[1:], codes.LEVELS, strict=False):
        known = tidy.loc[reasons.isna() & (tidy[LEVEL] == above), CODE]
        orphan = (tidy[LEVEL] == level) & ~codes.parents(tidy[CODE], above).isin(known)
        reasons = first_reason(reasons, flag(orphan, NO_PARENT))
    return sift(raw, tidy, repeats(tidy[CODE], reasons))


def villages_of(places: pd.DataFrame) -> pd.DataFrame:
    """Return the villages among places, each with the codes and names of all its parents.

    Parameters
    ----------
    places
        Columns ``code``, ``name``, ``level``, as `read_places` gives them.

    Returns
    -------
        Columns ``village_code``, ``village_name``, ``village_type`` and code and name of district, regency and
        province; one row per village, plain index, order of ``places``.
    """
    village = places[places[LEVEL] == "village"].reset_index(drop=True)
    names = places.set_index(CODE)[NAME]
    columns = {
        VILLAGE_CODE: village[CODE],
        VILLAGE_NAME: village[NAME],
        VILLAGE_TYPE: codes.village_types(village[CODE]),
    }
    for level, code, name in _PARENTS:
        columns[code] = codes.parents(village[CODE], level)
        columns[name] = columns[code].map(names)
    return pd.DataFrame(columns)


def read_population(path: Path) -> Reading:
    """Read the residents of the country, its provinces and regencies.

    Parameters
    ----------
    path
        ``wilayah_penduduk.sql``.

    Returns
    -------
        Columns ``code`` (``0`` for the country), ``name``, ``level`` (``country``, ``province``, ``regency``), ``men``,
        ``women``, ``population`` (people). Rows whose men and women do not add up to the total are rejected.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    raw = read_inserts(path, ("kode", "nama", "pria", "wanita", "total"))
    country = raw.frame["kode"].str.strip() == COUNTRY
    code = codes.normalised(raw.frame["kode"]).mask(country, COUNTRY)
    people = {MEN: "pria", WOMEN: "wanita", POPULATION: "total"}
    tidy = _named(raw.frame, code).assign(**{new: fields.counts(raw.frame[old]) for new, old in people.items()})
    tidy[LEVEL] = tidy[LEVEL].mask(country, "country")
    reasons = first_reason(
        codes.problems(raw.frame["kode"]).mask(country),
        flag(tidy[list(people)].isna().any(axis=1), fields.BAD_NUMBER),
        flag((tidy[MEN] + tidy[WOMEN] != tidy[POPULATION]).fillna(value=False), SUM_DIFFERS),
    )
    return sift(raw, tidy, repeats(code, reasons), whole=list(people))


def unbalanced(population: pd.DataFrame) -> pd.DataFrame:
    """Return the places whose published residents differ from the sum of their parts.

    Parameters
    ----------
    population
        As `read_population` gives it.

    Returns
    -------
        Columns ``code``, ``population`` (as published), ``parts`` (their sum), for each country or province that has
        parts and does not add up; empty where all is well.
    """
    above = codes.parents(population[CODE], "province").where(population[LEVEL] == "regency")
    above = above.mask(population[LEVEL] == "province", COUNTRY)
    parts = population.groupby(above)[POPULATION].sum().rename("parts")
    joined = population.merge(parts, left_on=CODE, right_index=True)[[CODE, POPULATION, "parts"]]
    return joined[joined[POPULATION] != joined["parts"]].reset_index(drop=True)


def read_area(path: Path) -> Reading:
    """Read the area of provinces and regencies.

    Parameters
    ----------
    path
        ``wilayah_luas.sql``. Some of its codes went through a spreadsheet as decimal numbers: 11.10 became 11.1, and
        province 31 became 31.0. Both are read as meant.

    Returns
    -------
        Columns ``code``, ``name``, ``level``, ``area_km2``.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    raw = read_inserts(path, ("kode", "nama", "luas"))
    written = raw.frame["kode"].astype("str").str.strip()
    meant = written.str.replace(r"^(\d\d)\.0$", r"\1", regex=True).str.replace(
        r"^(\d\d\.[1-9])$", r"\g<1>0", regex=True
    )
    area = fields.numbers(raw.frame["luas"])
    tidy = _named(raw.frame, codes.normalised(meant)).assign(**{AREA_KM2: area})
    reasons = first_reason(codes.problems(meant), flag(~(area > 0), fields.BAD_NUMBER))
    return sift(raw, tidy, repeats(tidy[CODE], reasons))


def _named(frame: pd.DataFrame, code: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({CODE: code, NAME: fields.names(frame["nama"]), LEVEL: codes.levels(code)})
