"""Village index IDM 2024 of Kemendes: kristonova/Visualisasi-Indeks-Desa-Membangun--IDM--2024, one JSON per province.

A province lists its districts (``kec``: code ``k``, number of villages ``n``), each district its villages (``ds``):
last four digits of the code, name, IDM, social (IKS), economic (IKE) and ecological (IKL) resilience, status, and where
the scores came from. IDM is the mean of the three; the status follows from it by the thresholds of Permendesa 2/2016.
Both are checked on every row. Kelurahan have no IDM.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geodata import codes
from geodata.errors import DataError
from geodata.readers import Reading, fields
from geodata.readers.files import raw_reading, read_json
from geodata.readers.sieve import first_reason, flag, repeats, sift, stack
from geodata.schema import VILLAGE_CODE, VILLAGE_NAME

IDM: Final = "idm"
SOCIAL: Final = "iks"
ECONOMIC: Final = "ike"
ECOLOGICAL: Final = "ikl"
STATUS: Final = "idm_status"
SOURCE: Final = "idm_source"

STATUSES: Final = ("mandiri", "maju", "berkembang", "tertinggal", "sangat_tertinggal")
UPPER_BOUNDS: Final = (0.8155, 0.7072, 0.5989, 0.4907)  # a village stands above the bound of its own status
SOURCES: Final = ("regular", "update_2023", "pdn_server", "data_2022")  # as the publisher encodes the ministry's remark

NO_SCORE: Final = "readers.idm_no_score"
CONTRADICTS: Final = "readers.idm_contradicts"

_COLUMNS = ("code", "name", IDM, SOCIAL, ECONOMIC, ECOLOGICAL, "status", "source")
_SCORES = (IDM, SOCIAL, ECONOMIC, ECOLOGICAL)
_ROUNDING = 0.00015  # all four figures are rounded to four decimals
_EXPECTED = 'JSON: {"k": "16", "kec": [{"k": "160201", "n": 12, "ds": [["2001", "...", 0.71, ...]]}]}'


def read_idm(paths: Iterable[Path]) -> Reading:
    """Read the index of villages.

    Parameters
    ----------
    paths
        The files of one or more provinces.

    Returns
    -------
        Columns ``village_code``, ``village_name``, ``idm``, ``iks``, ``ike``, ``ikl`` (0 to 1), ``idm_status`` (one of
        `STATUSES`), ``idm_source`` (one of `SOURCES`, missing where unknown). Rows without score, or whose score and
        status contradict each other, are rejected.

    Raises
    ------
    DataError
        If there is no file, or one cannot be used or lists fewer villages than it says.
    """
    readings = [_read_province(path) for path in paths]
    if not readings:
        raise DataError("readers.no_files", expected="15.json, 16.json, ...")
    raw = stack(readings)
    tidy = pd.DataFrame(
        {
            VILLAGE_CODE: codes.normalised(raw.frame["code"]),
            VILLAGE_NAME: fields.names(raw.frame["name"]),
            **{score: fields.numbers(raw.frame[score]) for score in _SCORES},
            STATUS: raw.frame["status"].map(dict(enumerate(STATUSES, start=1))).astype("str"),
            SOURCE: raw.frame["source"].map(dict(enumerate(SOURCES))).astype("str"),
        }
    )
    reasons = first_reason(
        codes.village_problems(raw.frame["code"]),
        flag(tidy[[*_SCORES, STATUS]].isna().any(axis=1), NO_SCORE),
        flag(~_consistent(tidy), CONTRADICTS),
    )
    return sift(raw, tidy, repeats(tidy[VILLAGE_CODE], reasons))


def _read_province(path: Path) -> Reading:
    content = read_json(path, expected=_EXPECTED)
    try:
        rows = list(_rows(path, content))
    except DataError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise DataError("readers.json_shape", file=path, expected=_EXPECTED) from error
    return raw_reading(path, _COLUMNS, dict(enumerate(rows, start=1)), {})


def _rows(path: Path, content: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401 (whatever the JSON holds)
    for district in content["kec"]:
        _check_count(path, district)
        for part, name, idm, social, economic, ecological, status, source in district["ds"]:
            yield f"{district['k']}{part}", name, idm, social, economic, ecological, status, source


def _check_count(path: Path, district: Mapping[str, Any]) -> None:
    listed = len(district["ds"])
    if listed != district["n"]:
        raise DataError("readers.idm_count", file=path, district=district["k"], listed=listed, said=int(district["n"]))


def _consistent(tidy: pd.DataFrame) -> pd.Series:
    mean = tidy[[SOCIAL, ECONOMIC, ECOLOGICAL]].mean(axis=1)
    place = len(UPPER_BOUNDS) - np.searchsorted(UPPER_BOUNDS[::-1], tidy[IDM].to_numpy(np.float64), side="left")
    return ((mean - tidy[IDM]).abs() <= _ROUNDING) & (tidy[STATUS] == np.array(STATUSES)[place])
