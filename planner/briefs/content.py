"""What stands in the brief of a regency: figures alone; the words are those of `planner.briefs.wording`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.layer import VillageLayer
from geodata.offices import OFFICE_BASIS, OFFICE_NAME, serving_office
from geodata.schema import ACTIVE_BPU, LATITUDE, LONGITUDE, REGENCY_CODE, VILLAGE_CODE
from geodata.schema import basis as basis_of
from planner.briefs.origins import Origins, origins
from planner.briefs.paid import Paid, Reported, paid, reported
from planner.briefs.proposed import Order, Proposed, proposed
from planner.briefs.quoted import Quoted, quoted
from planner.briefs.standing import Standing, regencies, standing
from planner.funding import cost_idr
from planner.launch_pipeline import Officials, gate_of
from planner.shielding import few_counted, shielded
from planner.small_cells import SMALLEST

MONTHS: Final = 12
PER: Final = 1000
"""Workers of the example of a budget."""


@dataclass(frozen=True)
class Budget:
    """What contributions cost over `MONTHS` months of state money.

    Attributes
    ----------
    start
        First day of the first month.
    month_idr, worker_idr
        One worker for a month, and for all months.
    workers
        For how many it is worked out; 0 where nobody is expected.
    """

    start: date
    month_idr: int
    worker_idr: int
    workers: int

    @property
    def cost_idr(self) -> int:
        """All workers for all months."""
        return self.workers * self.worker_idr


@dataclass(frozen=True)
class Gates:
    """In how many villages the officials were counted, in how many all of them are registered, and when last."""

    counted: int
    complete: int
    last: date


@dataclass(frozen=True)
class Office:
    """The branch office that serves the regency; the basis is ``published`` or ``assumed``."""

    name: str
    basis: str


@dataclass(frozen=True)
class RegencyBrief:
    """What stands in the brief of one regency; ``shielded``: whether counts of a few were replaced in it."""

    made_on: date
    standing: Standing
    origins: Origins
    approximate: bool
    quoted: tuple[Quoted, ...]
    paid: Paid | None
    reported: tuple[Reported, ...]
    proposed: Proposed
    gates: Gates | None
    office: Office | None
    budget: Budget
    shielded: bool


@dataclass(frozen=True)
class Known:
    """What briefs are made from beside layer and plan.

    Attributes
    ----------
    targets
        Of `planner.ucj_board.all_targets`, or of `planner.ucj.read_ucj_targets`.
    budgets
        Of `planner.published.read_budgets`.
    offices
        Of `geodata.offices.read_offices`.
    groups
        Of `planner.expiry_file.read_groups`, or of the records in that form; none where the office keeps no list.
    officials
        Latest counts of village officials by village code.
    """

    targets: pd.DataFrame
    budgets: pd.DataFrame
    offices: pd.DataFrame
    groups: pd.DataFrame | None = None
    officials: Mapping[str, Officials] = field(default_factory=dict)


@dataclass(frozen=True)
class Basis:
    """Layer, proposals and registers that the briefs of all regencies share.

    Attributes
    ----------
    layer
        The village layer.
    order
        What is proposed.
    otherwise
        What is proposed where a plan chose no village; the same without a plan.
    known
        Registers and records.
    on
        The day of the brief.
    smallest
        Counts of people below this are hidden; 0 hides none.
    """

    layer: VillageLayer
    order: Order
    otherwise: Order
    known: Known
    on: date
    smallest: int = SMALLEST

    @cached_property
    def shielded(self) -> gpd.GeoDataFrame:
        """Villages of the layer without counts of a few, see `planner.shielding.shielded`."""
        return shielded(self.layer, self.smallest).frame

    @cached_property
    def is_shielded(self) -> bool:
        """Whether counts of a few were replaced; ranks of all regencies may then be others than on the pages."""
        return bool(few_counted(self.layer.frame, self.smallest).any())

    @cached_property
    def regencies(self) -> pd.DataFrame:
        """Sums of all regencies, see `planner.briefs.standing.regencies`."""
        counted = self.layer.frame[basis_of(ACTIVE_BPU)] == "observed"
        return regencies(pd.DataFrame(self.shielded.drop(columns="geometry")), counted)

    @cached_property
    def offices(self) -> pd.DataFrame:
        """Office and basis by regency code."""
        columns = [REGENCY_CODE, LONGITUDE, LATITUDE]
        villages = pd.DataFrame(self.layer.frame[columns]).reset_index(drop=True)
        found = serving_office(villages, self.known.offices).assign(**{REGENCY_CODE: villages[REGENCY_CODE]})
        return found.drop_duplicates(REGENCY_CODE).set_index(REGENCY_CODE)


def regency_brief(basis: Basis, code: str) -> RegencyBrief:
    """Return what stands in the brief of a regency.

    Parameters
    ----------
    basis
        What all briefs share.
    code
        The regency, as ``16.02``.

    Raises
    ------
    PlanError
        If there is no such regency in the layer, or no tariff for a month.
    """
    found = standing(basis.regencies, code)
    villages = proposed(basis.order, code, otherwise=basis.otherwise)
    groups, known = basis.known.groups, basis.known
    return RegencyBrief(
        made_on=basis.on,
        standing=found,
        origins=origins(basis.layer, code),
        approximate=basis.layer.is_approximate,
        quoted=quoted(known.targets, code),
        paid=None if groups is None else paid(groups, code, on=basis.on, smallest=basis.smallest),
        reported=reported(known.budgets, found.name),
        proposed=villages,
        gates=_gates(basis, code),
        office=_office(basis, code),
        budget=_budget(basis.on, round(villages.registrations.value or 0)),
        shielded=basis.is_shielded,
    )


def _budget(on: date, workers: int) -> Budget:
    """Return the budget of the next year, for which regencies still can plan."""
    start = date(on.year + 1, 1, 1)
    return Budget(start, cost_idr(1, 1, start=start), cost_idr(1, MONTHS, start=start), workers)


def _gates(basis: Basis, code: str) -> Gates | None:
    frame = basis.layer.frame
    inside = frame.loc[frame[REGENCY_CODE] == code, VILLAGE_CODE]
    counted = [basis.known.officials[village] for village in inside if village in basis.known.officials]
    known = [one for one in counted if gate_of(one) != "unknown"]
    if not known:
        return None
    complete = sum(gate_of(one) == "met" for one in known)
    return Gates(len(known), complete, max(one.counted_on for one in known))


def _office(basis: Basis, code: str) -> Office | None:
    row = basis.offices.loc[code]
    return None if pd.isna(row[OFFICE_NAME]) else Office(str(row[OFFICE_NAME]), str(row[OFFICE_BASIS]))
