"""Villages that a brief proposes: those of a plan in the regency, else those with most uncovered workers."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from geodata.layer import VillageLayer
from geodata.schema import DISTRICT_NAME, REGENCY_CODE, VILLAGE_CODE, VILLAGE_NAME, high, low
from planner.briefs.standing import Range
from planner.coverage import GAP
from planner.criteria import Surroundings
from planner.params import Funnel
from planner.plan import Ranking
from planner.ranking import RANK, ranked
from planner.selection.candidates import LAUNCH_COST, REGISTRATIONS, expected
from planner.selection.plan import SelectionPlan
from planner.selection.shielded import shielded_plan
from planner.shielding import shielded, shielded_ranking
from planner.small_cells import SMALLEST

Kind = Literal["plan", "gap", "score"]
LISTED: Final = 8
"""Villages in the table of a brief."""
NAMED: Final = 20
"""Villages that have a number on the map."""
WITHOUT_PLAN: Final = 5


@dataclass(frozen=True)
class Order:
    """Villages in the order in which they are proposed.

    Attributes
    ----------
    kind
        ``plan``: all of them are chosen; ``gap``, ``score``: the first of each regency are proposed.
    name
        Name of the plan; empty without one.
    other_data
        Whether the figures of the plan are not those of the layer in use.
    table
        Best first: ``village_code``, ``village_name``, ``district_name``, ``regency_code``, uncovered
        workers and expected registrations with their ranges; of a plan also ``launch_cost_idr``.
    """

    kind: Kind
    name: str
    table: pd.DataFrame
    other_data: bool = False


@dataclass(frozen=True)
class Village:
    """A proposed village."""

    code: str
    name: str
    district: str
    gap: Range
    registrations: Range


@dataclass(frozen=True)
class Proposed:
    """What is proposed in one regency.

    Attributes
    ----------
    kind, plan
        As of `Order`; the name of a plan stays where it chose no village here.
    villages
        The first of them, at most `NAMED`.
    count
        How many there are.
    registrations
        Expected registrations of all of them, people.
    cost_idr
        Cost of visits and launches; none without a plan.
    other_data
        As of `Order`.
    """

    kind: Kind
    plan: str
    villages: tuple[Village, ...]
    count: int
    registrations: Range
    cost_idr: float | None
    other_data: bool

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the named villages."""
        return tuple(village.code for village in self.villages)


def of_plan(
    plan: SelectionPlan,
    name: str,
    layer: VillageLayer,
    surroundings: Surroundings,
    *,
    other_data: bool = False,
    smallest: int = SMALLEST,
) -> Order:
    """Return the villages that a plan chose, most benefit first, as `planner.selection.shielded` tells them.

    Parameters
    ----------
    plan
        The plan.
    name
        Its name.
    layer, surroundings
        What it was made from.
    other_data
        Whether the figures of villages have changed since it was made.
    smallest
        Counts of fewer people are replaced.
    """
    chosen = shielded_plan(plan, layer, surroundings, smallest=smallest).chosen
    return Order("plan", name, chosen, other_data=other_data)


def of_gap(layer: VillageLayer, funnel: Funnel, *, declared: frozenset[str], smallest: int = SMALLEST) -> Order:
    """Return villages by uncovered workers, most first, those on record as declared left out.

    Parameters
    ----------
    layer
        The village layer.
    funnel
        From uncovered workers to registrations.
    declared
        Codes of villages that were declared already.
    smallest
        Counts of fewer people are replaced, see `planner.shielding.shielded`.
    """
    villages = shielded(layer, smallest).frame
    return _open("gap", ranked(pd.DataFrame(villages.drop(columns="geometry"))), funnel, declared)


def of_ranking(
    ranking: Ranking,
    layer: VillageLayer,
    surroundings: Surroundings,
    *,
    declared: frozenset[str],
    smallest: int = SMALLEST,
) -> Order:
    """Return villages by score, best first.

    Parameters
    ----------
    ranking, layer, surroundings
        The ranking, and what it was made from.
    declared, smallest
        As for `of_gap`.
    """
    safe = shielded_ranking(ranking, layer, surroundings, smallest=smallest)
    table = safe.table.sort_values([RANK, VILLAGE_CODE])
    return _open("score", table, safe.scores.params.funnel, declared)


def proposed(order: Order, regency: str, *, otherwise: Order) -> Proposed:
    """Return what is proposed in a regency.

    Parameters
    ----------
    order
        The plan, or the order without one.
    regency
        Code of the regency.
    otherwise
        The order that is taken where a plan chose no village here.
    """
    inside = order.table[order.table[REGENCY_CODE] == regency]
    if inside.empty and order.kind == "plan":
        return _proposed(otherwise, otherwise.table[otherwise.table[REGENCY_CODE] == regency], order.name)
    return _proposed(order, inside, order.name)


def _open(kind: Kind, table: pd.DataFrame, funnel: Funnel, declared: frozenset[str]) -> Order:
    free = table[~table[VILLAGE_CODE].isin(declared) & (table[GAP].fillna(0) > 0)]
    return Order(kind, "", free.join(expected(free, funnel)))


def _proposed(order: Order, inside: pd.DataFrame, plan: str) -> Proposed:
    rows = inside if order.kind == "plan" else inside.head(WITHOUT_PLAN)
    return Proposed(
        kind=order.kind,
        plan=plan,
        villages=tuple(_village(row) for row in rows.head(NAMED).to_dict("records")),
        count=len(rows),
        registrations=Range(*(float(rows[name].sum()) for name in _ends(REGISTRATIONS))),
        cost_idr=float(rows[LAUNCH_COST].sum()) if order.kind == "plan" else None,
        other_data=order.other_data,
    )


def _village(row: dict[Any, Any]) -> Village:
    gap, registrations = (Range(*(_known(row[name]) for name in _ends(figure))) for figure in (GAP, REGISTRATIONS))
    return Village(row[VILLAGE_CODE], row[VILLAGE_NAME], row[DISTRICT_NAME], gap, registrations)


def _ends(figure: str) -> tuple[str, str, str]:
    return figure, low(figure), high(figure)


def _known(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload,arg-type]
