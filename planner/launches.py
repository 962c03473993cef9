"""Villages in the order of their launches: how many it takes until enough people have registered."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.offices import office_km
from geodata.schema import VILLAGE_CODE, high, low
from planner.coverage import GAP, gap
from planner.errors import PlanError
from planner.params import CostRates, Floats, Funnel, ScoringParams


@dataclass(frozen=True)
class LaunchOrder:
    """Villages where somebody would register, most registrations first; arrays of length n.

    Attributes
    ----------
    registrations
        Expected registrations, people.
    gap, below, above
        Uncovered workers, and how far the ends of their range lie below and above, people.
    cost_idr
        Cost of visits and launch, rupiah.
    """

    registrations: Floats
    gap: Floats
    below: Floats
    above: Floats
    cost_idr: Floats

    def needed(self, people: float) -> int:
        """Return after how many launches that many people have registered; all of them if they never are enough."""
        return _first(self.registrations, people)

    def cost(self, launches: int) -> float:
        """Return what the first launches cost, rupiah."""
        return float(self.cost_idr[:launches].sum())

    def in_a_world(self, people: float, *, share: float, error: float, most: int) -> tuple[int, float]:
        """Return how many launches it takes, and how many people all of them register, in one world.

        Parameters
        ----------
        people
            Registrations needed.
        share
            Of the uncovered workers, how many register.
        error
            How far the uncovered workers of all villages lie towards the low (-1) or high (1) end of their range.
        most
            Registrations that one launch can bring.
        """
        workers = self.gap + error * (self.above if error > 0 else self.below)
        registrations = np.minimum(workers * share, most)
        return _first(registrations, people), float(registrations.sum())


def launch_order(villages: pd.DataFrame, offices: pd.DataFrame, params: ScoringParams) -> LaunchOrder:
    """Return the villages in the order of their launches; ties by village code.

    Parameters
    ----------
    villages
        Villages of the layer, with eligible and active workers, their ranges and bases, and points.
    offices
        Branch offices with ``longitude`` and ``latitude``.
    params
        Funnel and cost rates.

    Returns
    -------
    Villages without expected registrations are left out; one without point costs the median of the others.

    Raises
    ------
    PlanError
        If nobody would register anywhere.
    """
    funnel: Funnel = params.funnel
    if funnel.reached_share * funnel.registered_share == 0:
        raise PlanError("targets.nobody_registers")
    figures = gap(villages)
    value, least, most = (_floats(figures[column]) for column in (GAP, low(GAP), high(GAP)))
    registrations = funnel.registrations(value)
    order = np.lexsort((villages[VILLAGE_CODE].to_numpy(str), -registrations))
    order = order[registrations[order] > 0]
    if not len(order):
        raise PlanError("targets.no_villages")
    cost = launch_costs(villages, offices, params.costs)[order]
    below, above = value - np.fmin(least, value), np.fmax(most, value) - value
    return LaunchOrder(registrations[order], value[order], below[order], above[order], cost)


def launch_costs(villages: pd.DataFrame, offices: pd.DataFrame, rates: CostRates) -> Floats:
    """Return what a launch costs in each village: rates on the way from the nearest office.

    Parameters
    ----------
    villages, offices
        Columns ``longitude`` and ``latitude``, degrees.
    rates
        Cost of the event, of a day of the team, and of the way.

    Returns
    -------
    Shape (n,): whole rupiah; the median of the others for a village without point.
    """
    cost = rates.launch_cost_idr(_floats(office_km(villages, offices)))
    known = cost[np.isfinite(cost)]
    return np.asarray(np.rint(np.where(np.isfinite(cost), cost, np.median(known) if len(known) else 0.0)))


def _first(registrations: Floats, people: float) -> int:
    return min(int(np.searchsorted(registrations.cumsum(), people)) + 1, len(registrations))


def _floats(series: pd.Series) -> Floats:
    return np.asarray(series.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan))
