"""Population of villages: published regency totals split by polling stations."""

import numpy as np
import pandas as pd

from geodata.disaggregate import largest_remainder
from geodata.errors import DataError
from geodata.schema import DISTRICT_CODE, POLLING_STATIONS, REGENCY_CODE, VILLAGE_CODE


def complete_stations(villages: pd.DataFrame) -> "pd.Series[float]":
    """Return polling stations per village, with an assumed number where the village did not exist at the election.

    A village without own stations (founded after the list was made, its voters are still counted in its parent) gets
    the mean of its district, and the district's stations are scaled so that their sum stays as published.

    Parameters
    ----------
    villages
        Columns ``village_code``, ``district_code``, ``polling_stations`` (missing where not listed).

    Returns
    -------
    Same index; stations, not whole where they were shared out.
    """
    stations = villages[POLLING_STATIONS].astype(np.float64)
    district = stations.groupby(villages[DISTRICT_CODE])
    listed = district.transform("sum")
    filled = stations.fillna(district.transform("sum") / district.transform("size"))
    scale = listed / filled.groupby(villages[DISTRICT_CODE]).transform("sum")
    return (filled * scale.where(listed > 0, 1.0)).rename(POLLING_STATIONS)


def split_population(villages: pd.DataFrame, regencies: "pd.Series[int]") -> "pd.Series[int]":
    """Split regency populations over villages in proportion to polling stations.

    Parameters
    ----------
    villages
        Columns ``village_code``, ``district_code``, ``regency_code``, ``polling_stations``.
    regencies
        Population by regency code, people.

    Returns
    -------
    Same index as ``villages``; people; per regency they sum exactly to the published total.

    Raises
    ------
    DataError
        If a regency has no published population.
    """
    codes, groups = np.unique(villages[REGENCY_CODE].to_numpy(str), return_inverse=True)
    totals = regencies.reindex(codes)
    if totals.isna().any():
        lacking = list(totals.index[totals.isna()])
        raise DataError("sectors.population_codes", count=len(lacking), codes=", ".join(lacking[:5]))
    parts = largest_remainder(
        np.asarray(totals, dtype=np.int64),
        np.asarray(complete_stations(villages), dtype=np.float64),
        groups,
        ties=villages[VILLAGE_CODE].to_numpy(str),
    )
    return pd.Series(parts, index=villages.index)
