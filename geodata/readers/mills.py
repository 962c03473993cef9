"""Palm oil mills: Universal Mill List of WRI, Rainforest Alliance, Proforest and Daemeter, July 2021 (CC BY 4.0).

Served by derrickgzq/bursa_palmai as ``universal_mill_list.csv``, for the whole world; Indonesia's mills are kept.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata.readers import Reading, fields
from geodata.readers.files import read_csv
from geodata.readers.points import sift_points
from geodata.readers.sieve import first_reason, flag
from geodata.schema import LATITUDE, LONGITUDE, PROVINCE_NAME, REGENCY_NAME

MILL_ID: Final = "mill_id"
MILL_NAME: Final = "mill_name"
GROUP_NAME: Final = "group_name"
COMPANY_NAME: Final = "company_name"
CONFIDENCE: Final = "location_confidence"

OTHER_COUNTRY: Final = "readers.other_country"

_TEXTS = {
    MILL_ID: "UML_ID",
    MILL_NAME: "Mill_Name",
    GROUP_NAME: "Group_Name",
    COMPANY_NAME: "Parent_Com",
    PROVINCE_NAME: "Province",
    REGENCY_NAME: "District",
}
_CONFIDENCES = {"1": "verified", "2": "high", "3": "low"}


def read_mills(path: Path) -> Reading:
    """Read the palm oil mills of Indonesia.

    Returns
    -------
        A GeoDataFrame of points in EPSG:4326: ``mill_id``, ``mill_name``, ``group_name`` (missing where unknown),
        ``company_name``, ``province_name`` and ``regency_name`` as the publisher spells them (at times wrongly: place
        a mill by its point), ``location_confidence`` (verified, high, low), ``latitude``, ``longitude``. Mills of other
        countries, without a name, or outside Indonesia are rejected.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    raw = read_csv(path, (*_TEXTS.values(), "ISO", "Confidence", "Latitude", "Longitude"))
    tidy = pd.DataFrame({new: fields.names(raw.frame[old]) for new, old in _TEXTS.items()}).assign(
        **{
            CONFIDENCE: raw.frame["Confidence"].str.strip().str[:1].map(_CONFIDENCES).astype("str"),
            LATITUDE: fields.numbers(raw.frame["Latitude"]),
            LONGITUDE: fields.numbers(raw.frame["Longitude"]),
        }
    )
    tidy[GROUP_NAME] = tidy[GROUP_NAME].mask(tidy[GROUP_NAME].str.upper() == "UNKNOWN")
    reasons = first_reason(
        flag(raw.frame["ISO"].str.strip() != "IDN", OTHER_COUNTRY),
        flag(tidy[MILL_NAME].isna() | tidy[MILL_ID].isna(), fields.NO_NAME),
    )
    return sift_points(raw, tidy, reasons, key=(MILL_ID,))
