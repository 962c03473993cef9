"""What a launch in one village would bring and cost, and which office serves it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.distance import nearest_km
from geodata.offices import OFFICE_BASIS, OFFICE_NAME, office_km, serving_office
from geodata.schema import LATITUDE, LONGITUDE, REGENCY_CODE, VILLAGE_CODE, high, low
from planner.criteria import COST_FACTOR
from planner.errors import PlanError
from planner.launches import launch_costs
from planner.scoring import Scores
from planner.selection.candidates import ACTIVE, REGISTRATIONS, expected


class Ranged(NamedTuple):
    """A figure with its range."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class VillageLaunch:
    """A launch in one village; all of it assumed from the funnel and the rates of the parameters.

    Attributes
    ----------
    registrations, active
        Expected registrations, and active participants after twelve months; people.
    cost_idr
        Visits and launch, rupiah.
    nearest_km
        Straight distance to the nearest office, from which the way is paid; none for a village without point.
    office, office_basis, office_km
        The office that serves the village, whether that is ``published`` or ``assumed``, and how far it is; none
        where there is no office or no point.
    """

    registrations: Ranged
    active: Ranged
    cost_idr: Ranged
    nearest_km: float | None
    office: str | None
    office_basis: str
    office_km: float | None


def launch_in(scores: Scores, code: str, offices: pd.DataFrame) -> VillageLaunch:
    """Tell what a launch in a village would bring and cost.

    Parameters
    ----------
    scores
        Scores of all villages; of a sector, where only its workers count.
    code
        The village.
    offices
        Branch offices.

    Raises
    ------
    PlanError
        If there is no such village.
    """
    villages = scores.criteria.villages
    here = villages[villages[VILLAGE_CODE] == code]
    if here.empty:
        raise PlanError("explain.unknown", code=code, villages=len(villages))
    brought = expected(here, scores.params.funnel).iloc[0]
    # the middle of the regency and the cost of a village without point hang on the others
    served = serving_office(villages[villages[REGENCY_CODE] == here[REGENCY_CODE].iloc[0]], offices).loc[here.index[0]]
    cost = float(launch_costs(villages, offices, scores.params.costs)[villages.index.get_loc(here.index[0])])
    office = None if pd.isna(served[OFFICE_NAME]) else str(served[OFFICE_NAME])
    return VillageLaunch(
        registrations=_ranged(brought, REGISTRATIONS),
        active=_ranged(brought, ACTIVE),
        cost_idr=Ranged(cost, cost / COST_FACTOR, cost * COST_FACTOR),
        nearest_km=_finite(float(office_km(here, offices).iloc[0])),
        office=office,
        office_basis=str(served[OFFICE_BASIS]),
        office_km=_km_to(here, offices[offices[OFFICE_NAME] == office]),
    )


def _ranged(row: "pd.Series[float]", figure: str) -> Ranged:
    return Ranged(*(float(row[name]) for name in (figure, low(figure), high(figure))))


def _km_to(village: pd.DataFrame, office: pd.DataFrame) -> float | None:
    points = [frame[[LONGITUDE, LATITUDE]].to_numpy(np.float64, na_value=np.nan) for frame in (village, office)]
    return _finite(float(nearest_km(points[0], points[1])[0]))


def _finite(km: float) -> float | None:
    return km if np.isfinite(km) else None
