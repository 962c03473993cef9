"""How much work each village is: visits a month and the hours they take."""

from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import AREA_KM2, DISTRICT_CODE
from planner.coverage import GAP, gap
from planner.params import Floats
from planner.territories.params import WorkloadParams

VISITS: Final = "visits_per_month"
TRAVEL_HOURS: Final = "travel_hours"
HOURS: Final = "hours_per_month"

_WAY_PER_STOP: Final = 0.7124  # constant of Beardwood, Halton and Hammersley, as measured by Applegate and others


def workload(villages: pd.DataFrame, params: WorkloadParams) -> pd.DataFrame:
    """Return the work in each village.

    Parameters
    ----------
    villages
        Villages of the layer: eligible and active workers, ``area_km2``, ``district_code``.
    params
        Visits and their time.

    Returns
    -------
    Index of ``villages``: ``visits_per_month``, ``travel_hours`` and ``hours_per_month`` (visits and the ways between
    them). A village whose gap is missing gets the median of the others; one without area the mean of its district.
    """
    people = _filled(gap(villages)[GAP])
    visits = np.clip(people / params.workers_per_visit, params.visits_least, params.visits_most)
    km = _WAY_PER_STOP * np.sqrt(_land(villages)) * params.detour
    travel = visits * km / params.speed_kmh
    hours = visits * params.hours_per_visit + travel
    return pd.DataFrame({VISITS: visits, TRAVEL_HOURS: travel, HOURS: hours}, index=villages.index)


def _filled(people: pd.Series) -> Floats:
    values = people.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    known = values[np.isfinite(values)]
    return np.asarray(np.where(np.isfinite(values), values, np.median(known) if len(known) else 0.0))


def _land(villages: pd.DataFrame) -> Floats:
    """Return the land of each village, km2; where it has no outline of its own, the mean of its district."""
    area = villages[AREA_KM2].astype("Float64").astype("float64")
    district = area.groupby(villages[DISTRICT_CODE]).transform("mean")
    return np.asarray(area.fillna(district).fillna(area.mean()).fillna(0.0).to_numpy(np.float64))
