"""What a plan comes to: its villages as a table, totals, and what is said of them."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import schema
from geodata.texts import Language, number
from planner import rupiah
from planner.ranking import RANK
from planner.selection import wording
from planner.selection.answer import Selection
from planner.selection.candidates import ACTIVE, AGENT_DAYS, BENEFIT, LAUNCH_COST, REGISTRATIONS, Candidates
from planner.selection.conflict import Conflict
from planner.selection.core import RobustPlan
from planner.selection.curve import Curve
from planner.selection.params import Objective
from planner.selection.plan import SelectionPlan
from planner.selection.problem import Chosen
from planner.texts import t

IN_PLAN: Final = "in_plan_pct"
GROUP: Final = "group"
CHOSEN: Final = "chosen"
_PEOPLE: Final = (REGISTRATIONS, ACTIVE)
SUMS: Final = (
    *(name for figure in _PEOPLE for name in (figure, schema.low(figure), schema.high(figure))),
    LAUNCH_COST,
    AGENT_DAYS,
)


def listed(plan: SelectionPlan, robust: RobustPlan | None = None) -> pd.DataFrame:
    """Return the chosen villages, with worlds also those that swing, best first.

    Parameters
    ----------
    plan
        The plan.
    robust
        How it fares over many worlds.

    Returns
    -------
    Rows of the candidates, same index: ``rank`` (order in this list), ``chosen`` (``chosen``, ``not_chosen``); with
    worlds ``in_plan_pct`` (percent of the worlds) and ``group``.
    """
    chosen, here = _places(plan, robust)
    table = plan.candidates.table.iloc[here].assign(**{CHOSEN: chosen[here]})
    if robust is not None:
        table = table.assign(**{IN_PLAN: (100 * robust.in_plan[here]).round(1), GROUP: robust.group[here]})
        order = [CHOSEN, IN_PLAN, BENEFIT, schema.VILLAGE_CODE]
        table = table.sort_values(order, ascending=[False, False, False, True])
    else:
        order = [BENEFIT, schema.VILLAGE_CODE]
        table = table.sort_values(order, ascending=[False, True])
    ranked = table.assign(**{CHOSEN: np.where(table[CHOSEN], "chosen", "not_chosen")})
    ranked[RANK] = pd.Series(range(1, len(table) + 1), index=table.index, dtype="Int64")
    return ranked


def length(plan: SelectionPlan, robust: RobustPlan | None = None) -> int:
    """Return how many villages `listed` has."""
    return len(_places(plan, robust)[1])


def _places(plan: SelectionPlan, robust: RobustPlan | None) -> tuple[Chosen, npt.NDArray[np.intp]]:
    """Return the choice, and where the villages of its list are among the candidates."""
    chosen = plan.selection.chosen
    assert chosen is not None
    return chosen, np.flatnonzero(chosen if robust is None else chosen | (robust.group != "out"))


def sums(plan: SelectionPlan) -> dict[str, float]:
    """Return what the chosen villages bring and take together: the columns of `SUMS`."""
    chosen = plan.chosen
    return {name: float(chosen[name].sum()) for name in SUMS}


def totals(plan: SelectionPlan, language: Language) -> str:
    """Tell the totals of a plan in one sentence."""
    found = sums(plan)
    return t(
        "selection.totals",
        language,
        villages=len(plan.chosen),
        registrations=round(found[REGISTRATIONS]),
        active=round(found[ACTIVE]),
        low=round(found[schema.low(ACTIVE)]),
        high=round(found[schema.high(ACTIVE)]),
        cost=rupiah.spoken(found[LAUNCH_COST], language),
        days=round(found[AGENT_DAYS]),
    )


def told(plan: SelectionPlan, language: Language) -> list[str]:
    """Tell how good a plan is, and of an empty one what a launch takes."""
    found, selection = plan.candidates, plan.selection
    sentences = wording.quality(found, selection, language)
    if len(plan.chosen) or found.table.empty:
        return sentences
    cost = rupiah.spoken(float(found.table[LAUNCH_COST].min()), language)
    days = round(float(found.table[AGENT_DAYS].min()))
    return [t("selection.empty", language, cost=cost, days=days), *sentences]


def unsolved(found: Candidates, selection: Selection, clash: Conflict | None, language: Language) -> list[str]:
    """Tell why there is no choice.

    Parameters
    ----------
    found, selection
        What was to be chosen from, and the answer without a choice.
    clash
        Of `conflict.conflict`; nothing where the search was stopped or it was not found.
    language
        Language of the sentences.
    """
    if selection.status == "stopped":
        return [t("selection.no_time", language, seconds=number(selection.seconds, language, 1))]
    if clash is None:
        return [t("selection.infeasible_unexplained", language)]
    return wording.infeasible(found, clash, language)


def robust(found: RobustPlan, language: Language) -> list[str]:
    """Tell how a plan fares over many worlds."""
    counts = {name: int((found.group == name).sum()) for name in ("core", "swing")}
    sentences = [t("selection.robust", language, worlds=found.worlds, **counts)]
    kept = found.regret[np.isfinite(found.regret)]
    if len(kept):
        middle = wording.percent(float(np.median(kept)), language)
        sentences.append(t("selection.regret", language, percent=middle))
    if len(kept) < found.worlds:
        broken = wording.percent(1 - len(kept) / found.worlds, language)
        sentences.append(t("selection.broken", language, percent=broken))
    return sentences


def called(found: Candidates, code: str) -> str:
    """Return the name and the code of a village; the code alone where it is outside the regions."""
    names = found.around.loc[found.around[schema.VILLAGE_CODE] == code, schema.VILLAGE_NAME]
    return f"{names.iloc[0]} ({code})" if len(names) else code


def steps(drawn: Curve) -> pd.DataFrame:
    """Return the points of a curve.

    Returns
    -------
    Columns ``limit``, ``status``, ``villages``, ``brought``, ``bound`` and ``more`` (than at the point before); the
    last four are missing where there is no choice.
    """
    rows = []
    before = 0.0
    for point in drawn.points:
        selection = point.selection
        row: dict[str, object] = {"limit": point.limit, "status": selection.status}
        if selection.chosen is not None:
            brought = selection.objective
            row |= {"villages": int(selection.chosen.sum()), "brought": brought}
            row |= {"bound": selection.bound, "more": brought - before}
            before = brought
        rows.append(row)
    return pd.DataFrame(rows, columns=["limit", "status", "villages", "brought", "bound", "more"])


def sized(kind: str, limit: float, language: Language) -> str:
    """Write the limit of a point of a curve."""
    return rupiah.spoken(limit, language) if kind == "budget" else number(limit, language)


def reaching(drawn: Curve, target: float, objective: Objective, language: Language) -> str:
    """Tell which point of a curve reaches a target first."""
    unit = t(f"selection.unit.{objective}", language)
    point = drawn.reaching(target)
    wanted = wording.brings(target, objective, language)
    if point is None:
        most = max((p.selection.objective for p in drawn.points), default=0.0)
        most_told = wording.brings(most, objective, language) if np.isfinite(most) else "-"
        return t("selection.not_reached", language, target=wanted, unit=unit, most=most_told)
    limit = t(f"selection.size.{drawn.kind}", language, size=sized(drawn.kind, point.limit, language))
    return t("selection.reached", language, target=wanted, unit=unit, limit=limit)
