"""Polling stations of the 2024 election per village: kawalpemilu/kp24, ``tps2.json``.

``tps`` maps the ten digits of a Kemendagri code to ``[count]``, or to ``[count, first, last]`` where special stations
(prisons, hospitals, plantations) were numbered from 901 on. Read so, the stations at home add up to the 820,161 that
KPU announced: 818,339 ordinary and 1,822 special ones. Codes of stations abroad are not villages' and are rejected.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata import codes
from geodata.errors import DataError
from geodata.readers import Reading, fields
from geodata.readers.files import raw_reading, read_json
from geodata.readers.sieve import first_reason, flag, sift
from geodata.schema import POLLING_STATIONS, VILLAGE_CODE

SPECIAL_STATIONS: Final = "special_polling_stations"

_EXPECTED = 'JSON: {"tps": {"1602032001": [4], ...}}'


def read_polling_stations(path: Path) -> Reading:
    """Read the number of polling stations per village, for the whole country.

    Returns
    -------
        Columns ``village_code``, ``polling_stations`` (ordinary ones, which follow where people live),
        ``special_polling_stations``.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    content = read_json(path, expected=_EXPECTED)
    stations = content.get("tps") if isinstance(content, dict) else None
    if not isinstance(stations, dict):
        raise DataError("readers.json_shape", file=path, expected=_EXPECTED)
    rows = {i: (code, *_counts(listed)) for i, (code, listed) in enumerate(stations.items(), start=1)}
    raw = raw_reading(path, ("code", "ordinary", "special"), rows, {})
    tidy = pd.DataFrame(
        {
            VILLAGE_CODE: codes.normalised(raw.frame["code"]),
            POLLING_STATIONS: raw.frame["ordinary"].astype("Int64"),
            SPECIAL_STATIONS: raw.frame["special"].astype("Int64"),
        }
    )
    reasons = first_reason(
        codes.village_problems(raw.frame["code"]), flag(tidy[POLLING_STATIONS].isna(), fields.BAD_NUMBER)
    )
    return sift(raw, tidy, reasons, whole=(POLLING_STATIONS, SPECIAL_STATIONS))


def _counts(listed: object) -> tuple[int, int] | tuple[None, None]:
    match listed:
        case [int(count)] if count >= 0:
            return count, 0
        case [int(count), int(first), int(last)] if count >= 0 and last >= first:
            return count, last - first + 1
    return None, None
