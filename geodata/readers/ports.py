"""Fishing and other ports of Indonesia: GlobalFishingWatch/pipe-anchorages, ``port_lists/indonesia.csv``.

Names and points only. Landings on rivers and lakes are not in the list.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata.readers import Reading, fields
from geodata.readers.files import read_csv
from geodata.readers.mills import OTHER_COUNTRY
from geodata.readers.points import sift_points
from geodata.readers.sieve import first_reason, flag
from geodata.schema import LATITUDE, LONGITUDE

PORT_NAME: Final = "port_name"


def read_ports(path: Path) -> Reading:
    """Read the ports of Indonesia.

    Returns
    -------
        A GeoDataFrame of points in EPSG:4326: ``port_name``, ``latitude``, ``longitude``. A name may stand several
        times; the same name at the same point is rejected, and so is a point outside Indonesia.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    raw = read_csv(path, ("iso3", "label", "latitude", "longitude"))
    tidy = pd.DataFrame(
        {
            PORT_NAME: fields.names(raw.frame["label"]),
            LATITUDE: fields.numbers(raw.frame["latitude"]),
            LONGITUDE: fields.numbers(raw.frame["longitude"]),
        }
    )
    reasons = first_reason(
        flag(raw.frame["iso3"].str.strip() != "IDN", OTHER_COUNTRY), flag(tidy[PORT_NAME].isna(), fields.NO_NAME)
    )
    return sift_points(raw, tidy, reasons, key=(PORT_NAME, LATITUDE, LONGITUDE))
