"""Villages in the order of their launches: how many it takes until enough people have registered."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.offices import office_km
from geodata.schema import VILLAGE_CODE, high, low
from planner.coverage import GAP, gap
from planner.errors import PlanError
from planner.funnels import funnels
from planner.params import CostRates, Floats, Funnel, ScoringParams


@dataclass(frozen=True)
class LaunchOrder:
    """Villages where somebody would register, most of later active participants first; arrays of length n.

    Attributes
    ----------
    registrations
        Expected registrations, people.
    worth
        The registrations that would bring as many active participants at the ratio of all: the same number, unless own
        results of sectors and regencies tell another ratio.
    group, funnels
        Which of the funnels is that of each village; one for all without own results.
    gap, below, above
        Uncovered workers, and how far the ends of their range lie below and above, people.
    cost_idr
        Cost of visits and launch, rupiah.
    """

    registrations: Floats
    worth: Floats
    group: npt.NDArray[np.intp]
    funnels: tuple[Funnel, ...]
    gap: Floats
    below: Floats
    above: Floats
    cost_idr: Floats

    def needed(self, people: float) -> int:
        """Return after how many launches registrations are worth that many; all of them if they never are enough."""
        return _first(self.worth, people)

    def mix(self, launches: int, share: float) -> tuple[float, float]:
        """Return what the funnels of the first launches make of the funnel of all.

        Parameters
        ----------
        launches
            How many, 1 or more.
        share
            Of those reached, how many register by the funnel of all.

        Returns
        -------
        Registrations by what they are worth, and people reached for a registration by those of the funnel of all.
        """
        people, group = self.registrations[:launches], self.group[:launches]
        shares = np.array([funnel.registered_share for funnel in self.funnels])[group]
        each = np.divide(share, shares, out=np.ones(len(people)), where=shares > 0)
        return float(people.sum() / self.worth[:launches].sum()), float((people * each).sum() / people.sum())

    def cost(self, launches: int) -> float:
        """Return what the first launches cost, rupiah."""
        return float(self.cost_idr[:launches].sum())

    def in_a_world(
        self, people: float, *, share: float | Floats, error: float, most: int, worth: float | Floats = 1.0
    ) -> tuple[int, float]:
        """Return how many launches it takes, and what the registrations of all of them are worth, in one world.

        Parameters
        ----------
        people
            Registrations needed.
        share
            Of the uncovered workers, how many register; one for all, or by village.
        error
            How far the uncovered workers of all villages lie towards the low (-1) or high (1) end of their range.
        most
            Registrations that one launch can bring.
        worth
            What a registration is worth, see the attribute; one for all, or by village.
        """
        workers = self.gap + error * (self.above if error > 0 else self.below)
        registrations = np.minimum(workers * share, most) * worth
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
        Funnel and cost rates; with own results in the funnel, the columns that `planner.funnels` needs.

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
    parts = funnels(villages, funnel)
    registrations, worth, group = np.zeros(len(value)), np.zeros(len(value)), np.zeros(len(value), dtype=np.intp)
    for k, (places, one) in enumerate(parts):
        group[places] = k
        registrations[places] = one.registrations(value[places])
        worth[places] = registrations[places] * (funnel.registrations_per_active / one.registrations_per_active)
    order = np.lexsort((villages[VILLAGE_CODE].to_numpy(str), -worth))
    order = order[worth[order] > 0]
    if not len(order):
        raise PlanError("targets.no_villages")
    cost = launch_costs(villages, offices, params.costs)[order]
    below, above = value - np.fmin(least, value), np.fmax(most, value) - value
    return LaunchOrder(
        registrations[order],
        worth[order],
        group[order],
        tuple(one for _, one in parts),
        value[order],
        below[order],
        above[order],
        cost,
    )


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
