"""Branch offices: which, where, and which regencies they are known to serve.

No official list is published: ``offices.csv`` holds what press and office pages tell, each row with source and date.
Seat towns have their point from GeoNames (CC BY 4.0); where no seat is stated, the middle of the regency is assumed.
"""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import register
from geodata.distance import nearest_km
from geodata.readers.towns import TOWN_ID
from geodata.register import read_register
from geodata.schema import LATITUDE, LONGITUDE, POINT_BASIS, REGENCY_CODE

BUILT_IN: Final = Path(__file__).with_name("offices.csv")

OFFICE_NAME: Final = "office_name"
OFFICE_TYPE: Final = "office_type"
SEAT_TOWN: Final = "seat_town"
SEAT_REGENCY_CODE: Final = "seat_regency_code"
SERVED_REGENCY_CODES: Final = "served_regency_codes"
NOTE: Final = "note"
SOURCE_URL: Final = "source_url"
SOURCE_DATE: Final = "source_date"
CONFIDENCE: Final = "confidence"
OFFICE_KM: Final = "office_km"
OFFICE_BASIS: Final = "office_basis"  # published | assumed

_FORMS: Final = {
    OFFICE_NAME: register.FILLED,
    OFFICE_TYPE: r"regional|branch|sub_branch|unknown",
    SEAT_TOWN: register.ANYTHING,
    SEAT_REGENCY_CODE: r"\d\d\.\d\d",
    SERVED_REGENCY_CODES: r"(\d\d\.\d\d( \d\d\.\d\d)*)?",
    LONGITUDE: r"(9[4-9]|1[0-3]\d|14[01])(\.\d+)?",
    LATITUDE: r"-?(\d|10)(\.\d+)?",
    POINT_BASIS: r"town|assumed",
    TOWN_ID: r"\d*",
    NOTE: register.ANYTHING,
    SOURCE_URL: register.ADDRESSES,
    SOURCE_DATE: register.DATES,
    CONFIDENCE: register.CONFIDENCES,
}
COLUMNS: Final = tuple(_FORMS)


def read_offices(path: Path = BUILT_IN) -> pd.DataFrame:
    """Read a register of branch offices.

    Parameters
    ----------
    path
        CSV with the columns ``COLUMNS``; the built-in register by default.

    Returns
    -------
    pandas.DataFrame
        One row per office, in the order of the file: ``office_name``, ``office_type`` (``regional``, ``branch``,
        ``sub_branch``, ``unknown``), ``seat_town`` (missing where not stated), ``seat_regency_code``,
        ``served_regency_codes`` (those with evidence only, separated by spaces), ``longitude`` and ``latitude``
        (degrees), ``point_basis`` (``town``; ``assumed``: the middle of a district or regency), ``town_id``
        (GeoNames), ``note``, and sources.

    Raises
    ------
    DataError
        If the file cannot be used or values do not have their form; names all rows and columns.
    """
    offices = read_register(path, _FORMS, refusal="offices.invalid")
    return offices.astype({LONGITUDE: np.float64, LATITUDE: np.float64})


def office_km(villages: pd.DataFrame, offices: pd.DataFrame) -> "pd.Series[float]":
    """Return how far each village is from the nearest office, in a straight line.

    Parameters
    ----------
    villages, offices
        Columns ``longitude`` and ``latitude``, degrees.

    Returns
    -------
    Index of ``villages``: km; missing for a village without point, infinite without offices.
    """
    points = [frame[[LONGITUDE, LATITUDE]].to_numpy(np.float64, na_value=np.nan) for frame in (villages, offices)]
    return pd.Series(nearest_km(points[0], points[1]), index=villages.index, name=OFFICE_KM)


def serving_office(villages: pd.DataFrame, offices: pd.DataFrame) -> pd.DataFrame:
    """Return which office serves each village; whole regencies belong to one.

    An office known to serve the regency is taken, of several the nearest; where none is known, the nearest one of the
    province: that is an assumption, since no list of the areas of the offices is published. The regional office serves
    nobody itself.

    Parameters
    ----------
    villages
        Columns ``regency_code``, ``longitude``, ``latitude`` (degrees).
    offices
        As of `read_offices`.

    Returns
    -------
    Index of ``villages``: ``office_name`` (missing without offices) and ``office_basis`` (``published``, ``assumed``).
    """
    serving = offices[offices[OFFICE_TYPE] != "regional"].reset_index(drop=True)
    served = [frozenset(str(codes).split()) for codes in serving[SERVED_REGENCY_CODES].fillna("")]
    provinces = serving[SEAT_REGENCY_CODE].str[:3].tolist()
    where = serving[[LONGITUDE, LATITUDE]].to_numpy(np.float64)
    names = serving[OFFICE_NAME].tolist()
    middle = villages.groupby(REGENCY_CODE)[[LONGITUDE, LATITUDE]].mean()

    def of(regency: str, point: npt.NDArray[np.float64]) -> tuple[str | None, str]:
        known = [at for at, codes in enumerate(served) if regency in codes]
        seated = [at for at, province in enumerate(provinces) if province == regency[:3]]
        among = known or seated or list(range(len(names)))
        if not among:
            return None, "assumed"
        away = nearest_km(where[among], point[None]) if np.isfinite(point).all() else np.zeros(len(among))
        return str(names[among[int(np.argmin(away))]]), "published" if known else "assumed"

    points = middle.to_numpy(np.float64, na_value=np.nan)
    found = {str(code): of(str(code), point) for code, point in zip(middle.index, points, strict=True)}
    regencies = villages[REGENCY_CODE]
    return pd.DataFrame(
        {
            OFFICE_NAME: regencies.map({code: name for code, (name, _) in found.items()}),
            OFFICE_BASIS: regencies.map({code: how for code, (_, how) in found.items()}),
        },
        index=villages.index,
    )
