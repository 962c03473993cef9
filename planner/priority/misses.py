"""Villages that just missed a list, and why."""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner.export.plain_sheet import PlainSheet
from planner.manner import Rupiah, Shown
from planner.plan import Ranking
from planner.priority.reasons import begun, reasons
from planner.ranking import RANK
from planner.scoring import SCORE
from planner.selection.candidates import ACTIVE, BENEFIT, LAUNCH_COST, Candidates
from planner.selection.plan import SelectionPlan
from planner.selection.reasons import why_not
from planner.selection.wording import reason
from planner.texts import t

WHY: Final = "why"
MISSES: Final = 20
"""So many are told."""
_CLOSE: Final = 0.1  # points; less is told to another decimal
_NAMES: Final = (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE)
_COLUMNS: Final = (*_NAMES, RANK, SCORE, ACTIVE, LAUNCH_COST, WHY)
OF_MISSES: Final = (RANK, "declared")
"""What `of_ranking` needs of the table of a ranking."""


@dataclass(frozen=True)
class Cut:
    """A ranking that ends somewhere.

    Attributes
    ----------
    ranking
        All villages in their order.
    measured
        The same with what a launch brings, as they may be shown; any order.
    listed
        Index of the villages in the list.
    withheld
        Index of all villages: where few participants were counted, and nothing may tell how many.
    """

    ranking: Ranking
    measured: pd.DataFrame
    listed: pd.Index
    withheld: "pd.Series[bool]"


def of_plan(
    plan: SelectionPlan, language: Language, *, listed: frozenset[str] = frozenset(), count: int = MISSES
) -> pd.DataFrame:
    """Return villages that are not in a plan although they would bring most, and why not.

    Parameters
    ----------
    plan
        The plan.
    language
        Language of the sentences.
    listed
        Codes of further villages that the list holds, as those that swing.
    count
        So many.

    Returns
    -------
    Rows of the villages around, most benefit first: names, ``village_code``, ``rank`` and ``score``,
    ``expected_active``, ``launch_cost_idr``, ``why``.
    """
    found = plan.candidates
    others = found.around[~found.around[VILLAGE_CODE].isin(plan.codes | listed)]
    nearest = others.sort_values([BENEFIT, VILLAGE_CODE], ascending=[False, True]).head(count)
    told = [_why_not(found, plan, row, language) for row in nearest.to_dict("records")]
    return nearest.assign(**{WHY: pd.Series(told, index=nearest.index, dtype="str")})[list(_COLUMNS)]


def of_ranking(cut: Cut, language: Language, *, count: int = MISSES) -> pd.DataFrame:
    """Return the villages after the last of a list, and declared ones before it, best first.

    Parameters
    ----------
    cut
        The ranking, and which of its villages are in the list.
    language
        Language of the sentences.
    count
        So many after the last; declared villages before it come on top.

    Returns
    -------
    As `of_plan`.
    """
    table = cut.ranking.table
    inside = table.index.isin(cut.listed)
    others = table[~inside]
    last = table.loc[inside, RANK].max() if inside.any() else 0
    before = others[RANK] <= last
    nearest = pd.concat([others[before], others[~before].head(count)])
    shown = cut.measured[SCORE]
    places = cut.ranking.scores.criteria.villages.loc[nearest.index, list(_NAMES)]
    nearest = nearest.assign(**{**places, SCORE: shown.loc[nearest.index]})
    least = float(shown.loc[table.index[table[RANK] == last]].iloc[0]) if inside.any() else 0.0
    behind = least - nearest[SCORE]
    withheld = cut.withheld.loc[nearest.index]
    lowering = reasons(
        cut.ranking.scores, nearest.index, language, sector=cut.ranking.sector, withheld=withheld
    ).lowering
    told = [
        _why_behind(str(declared), float(points), str(part), language)
        for declared, points, part in zip(nearest["declared"], behind, lowering, strict=True)
    ]
    brought = cut.measured[[ACTIVE, LAUNCH_COST]].reindex(nearest.index)
    why = pd.Series(told, index=nearest.index, dtype="str")
    return nearest.assign(**{**brought, WHY: why})[list(_COLUMNS)]


def sheet(misses: pd.DataFrame, language: Language, *, nobody: str) -> PlainSheet:
    """Return the misses as a table of their own.

    Parameters
    ----------
    misses
        Of `of_plan` or `of_ranking`.
    language
        Language of the headings.
    nobody
        What stands in the table where nothing was missed.
    """
    headings = [t(f"priority.misses.{name}", language) for name in _COLUMNS]
    rows: list[list[Shown]] = [_row(row) for row in misses.to_dict("records")]
    empty: list[Shown] = [nobody, *[None] * (len(_COLUMNS) - 1)]
    return PlainSheet(t("priority.misses.title", language), headings, rows or [empty])


def _row(row: dict[Any, Any]) -> list[Shown]:
    names: list[Shown] = [str(row[name]) for name in (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE)]
    active = None if pd.isna(row[ACTIVE]) else round(float(row[ACTIVE]))
    cost = Rupiah(round(float(row[LAUNCH_COST])))
    return [*names, int(row[RANK]), round(float(row[SCORE]), 1), active, cost, str(row[WHY])]


def _why_not(found: Candidates, plan: SelectionPlan, row: dict[Any, Any], language: Language) -> str:
    why = why_not(found, plan.selection, str(row[VILLAGE_CODE]))
    name = str(row[VILLAGE_NAME])
    return begun(reason(found, why, name, language).removeprefix(f"{name}: "))


def _why_behind(declared: str, points: float, part: str, language: Language) -> str:
    if declared == "declared":
        return t("priority.miss.declared", language)
    told = number(max(points, 0.0), language, 1 if points >= _CLOSE else 2)
    key = "behind" if part else "behind_only"
    return t(f"priority.miss.{key}", language, points=told, part=part)
