"""Towns in and around the five provinces: GeoNames (CC BY 4.0), ``towns_geonames.csv``."""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata.readers import Reading, fields
from geodata.readers.files import read_csv
from geodata.readers.mills import OTHER_COUNTRY
from geodata.readers.points import sift_points
from geodata.readers.sieve import first_reason, flag
from geodata.schema import LATITUDE, LONGITUDE, POPULATION

TOWN_ID: Final = "town_id"
TOWN_NAME: Final = "town_name"


def read_towns(path: Path) -> Reading:
    """Read towns.

    Returns
    -------
        A GeoDataFrame of points in EPSG:4326: ``town_id`` (GeoNames), ``town_name`` (as GeoNames writes it, some in
        English), ``population`` (people; missing where GeoNames has 0, which stands for unknown), ``latitude``,
        ``longitude``.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    raw = read_csv(path, ("geonameid", "name", "lat", "lng", "countrycode", "population"))
    population = fields.counts(raw.frame["population"])
    tidy = pd.DataFrame(
        {
            TOWN_ID: fields.counts(raw.frame["geonameid"]),
            TOWN_NAME: fields.names(raw.frame["name"]),
            POPULATION: population.mask(population == 0),
            LATITUDE: fields.numbers(raw.frame["lat"]),
            LONGITUDE: fields.numbers(raw.frame["lng"]),
        }
    )
    reasons = first_reason(
        flag(raw.frame["countrycode"].str.strip() != "ID", OTHER_COUNTRY),
        flag(tidy[TOWN_NAME].isna(), fields.NO_NAME),
        flag(tidy[TOWN_ID].isna() | fields.unreadable(raw.frame["population"], population), fields.BAD_NUMBER),
    )
    return sift_points(raw, tidy, reasons, key=(TOWN_ID,), whole=(TOWN_ID,))
