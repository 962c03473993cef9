"""From published text to values: names, numbers and points."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

# The box of Indonesia's land and territorial sea, in degrees. The ranges do not meet: swapped values show.
LATITUDES: Final = (-11.5, 6.5)
LONGITUDES: Final = (94.0, 142.0)

BAD_NUMBER: Final = "readers.bad_number"
NO_NAME: Final = "readers.no_name"
POINT_MISSING: Final = "readers.point_missing"
POINT_SWAPPED: Final = "readers.point_swapped"
POINT_OUTSIDE: Final = "readers.point_outside"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_MISSING_SIGNS: Final = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "-")


def names(texts: pd.Series) -> pd.Series:
    """Return names without space around them, and any run of space inside as one; missing where nothing is left."""
    plain = texts.astype("str").str.replace(r"[\s\u00a0\u200b\ufeff]+", " ", regex=True).str.strip()
    return plain.mask(plain == "")


def blank(texts: pd.Series) -> pd.Series:
    """Return whether a field holds no value: empty, or one of the usual signs for a missing one."""
    return texts.isna() | texts.astype("str").str.strip().isin(_MISSING_SIGNS)


def numbers(texts: pd.Series) -> pd.Series:
    """Return numbers as floats; missing where a field is blank or not a finite number."""
    values = pd.to_numeric(texts.astype("str").str.strip(), errors="coerce").astype(np.float64)
    return values.where(np.isfinite(values))


def counts(texts: pd.Series) -> pd.Series:
    """Return whole numbers as nullable integers; missing where a field is blank, no number, negative or no whole."""
    values = numbers(texts)
    return values.where((values >= 0) & (values == values.round())).astype("Int64")


def unreadable(texts: pd.Series, values: pd.Series) -> pd.Series:
    """Return whether a field held something of which no value was made."""
    return ~blank(texts) & values.isna()


def in_indonesia(latitude: Floats, longitude: Floats) -> Bools:
    """Return whether points in degrees lie in the box of Indonesia."""
    inside = (latitude >= LATITUDES[0]) & (latitude <= LATITUDES[1])
    return np.asarray(inside & (longitude >= LONGITUDES[0]) & (longitude <= LONGITUDES[1]), dtype=np.bool_)


def point_problems(latitude: pd.Series, longitude: pd.Series) -> pd.Series:
    """Say what is wrong with each point.

    Parameters
    ----------
    latitude, longitude
        Degrees, missing where not known; same index.

    Returns
    -------
        Key of a text for each bad point, missing where it is good.
    """
    lat, lon = latitude.to_numpy(np.float64), longitude.to_numpy(np.float64)
    checks = [np.isnan(lat) | np.isnan(lon), in_indonesia(lat, lon), in_indonesia(lon, lat)]
    found = np.select(checks, [POINT_MISSING, "", POINT_SWAPPED], default=POINT_OUTSIDE)
    return pd.Series(found, index=latitude.index, dtype="str").mask(found == "")
