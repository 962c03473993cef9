"""The frontier of a selection with its parts: by regency and by sector, once computed a plain table."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geodata.schema import REGENCY_CODE, SECTORS
from planner.selection.answer import OnStep
from planner.selection.candidates import BENEFIT, Candidates, sector_share
from planner.selection.frontier import OnPoint, Point, frontier, reaching

_FIRST_SHARE: Final = 0.05
_COLUMNS: Final = ("limit", "group", "name", "benefit", "villages")


@dataclass(frozen=True)
class Curve:
    """What each size of the plan brings.

    Attributes
    ----------
    kind
        ``budget``, ``launches`` or ``agent_days``.
    points
        One per limit, ascending.
    table
        Columns ``limit``, ``group`` (``all``, ``regency``, ``sector``), ``name``, ``benefit`` (of the chosen villages
        themselves, without what reaches their neighbours), ``villages``. Of a sector: the benefit shared by its part
        of the informal workers of each village; a ranking of one sector has only that.
    whole
        Whether no limit is missing: the work may be stopped.
    """

    kind: str
    points: list[Point]
    table: pd.DataFrame
    whole: bool = True

    def reaching(self, target: float) -> Point | None:
        """Return the first point that reaches a target."""
        return reaching(self.points, target)

    def plain(self, target: float | None) -> dict[str, Any]:
        """Return the curve as plain values, with where it reaches a target."""
        at = None if target is None else self.reaching(target)
        return {
            "against": self.kind,
            "points": [_plain(point) for point in self.points],
            "whole": self.whole,
            "parts": self.table.to_dict("records"),
            "target": target,
            "reached_at": None if at is None else at.limit,
        }


def curve(
    found: Candidates, kind: str, *, points: int, on_point: OnPoint | None = None, on_step: OnStep | None = None
) -> Curve:
    """Solve a selection at several limits, from a twentieth of its own limit up to it.

    Each point is solved to the gap and within the time of its parameters.

    Parameters
    ----------
    found
        What is chosen from; its rules hold a limit of that kind.
    kind
        ``budget``, ``launches`` or ``agent_days``.
    points
        How many limits, evenly spread.
    on_point
        Told how many of how many are done; stops by returning False, with the points so far.
    on_step
        Told of every step of a point; stops by returning False, with the points before it.

    Raises
    ------
    PlanError
        If there is no such limit.
    """
    rules = found.problem.rules
    own = rules.most[rules.kind == kind]
    top = float(own[0]) if len(own) == 1 else 0.0
    limits = np.unique(np.rint(np.linspace(_FIRST_SHARE * top, top, points)))
    solved = frontier(
        found.problem,
        kind,
        [float(x) for x in limits],
        gap=found.params.gap,
        seconds=found.params.time_limit,
        on_point=on_point,
        on_step=on_step,
    )
    parts = [_parts(found, point) for point in solved] or [pd.DataFrame(columns=list(_COLUMNS))]
    return Curve(kind, solved, pd.concat(parts, ignore_index=True), whole=len(solved) == len(limits))


def _parts(found: Candidates, point: Point) -> pd.DataFrame:
    chosen = found.table[point.selection.chosen] if point.selection.chosen is not None else found.table.iloc[:0]
    benefit = chosen[BENEFIT].astype("float64")
    rows = [("all", "", float(benefit.sum()), len(chosen))]
    for code, members in chosen.groupby(REGENCY_CODE):
        rows.append(("regency", str(code), float(members[BENEFIT].sum()), len(members)))
    only = found.ranking.sector
    for sector in SECTORS if only is None else (only,):
        share = sector_share(chosen, sector) if only is None else np.ones(len(chosen))
        rows.append(("sector", sector, float((benefit.to_numpy() * share).sum()), int((share > 0).sum())))
    table = pd.DataFrame(rows, columns=["group", "name", "benefit", "villages"])
    return table.assign(limit=point.limit)[list(_COLUMNS)]


def _plain(point: Point) -> dict[str, Any]:
    selection = point.selection
    if selection.chosen is None:
        return {"limit": point.limit, "status": selection.status, "objective": None, "bound": None, "launches": 0}
    return {
        "limit": point.limit,
        "status": selection.status,
        "objective": selection.objective,
        "bound": selection.bound,
        "launches": int(selection.chosen.sum()),
    }
