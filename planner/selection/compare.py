"""Two plans side by side: which villages only one of them holds, and why."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from planner.selection.candidates import ACTIVE, AGENT_DAYS, BENEFIT, LAUNCH_COST, REGISTRATIONS
from planner.selection.plan import SelectionPlan
from planner.selection.reasons import Reason, why_not

TOTALS = (BENEFIT, REGISTRATIONS, ACTIVE, LAUNCH_COST, AGENT_DAYS)


@dataclass(frozen=True)
class Comparison:
    """What differs between two plans.

    Attributes
    ----------
    left, right
        Villages only in the first, and why they are not in the second; only in the second, and why not in the first.
    both
        Number of villages in both.
    totals
        One row per plan: number of ``villages`` and sums over them.
    parameters
        Names of the rules and parameters that differ, with the value in each plan.
    """

    left: tuple[Reason, ...]
    right: tuple[Reason, ...]
    both: int
    totals: pd.DataFrame
    parameters: dict[str, tuple[object, object]]


def compare(first: SelectionPlan, second: SelectionPlan, *, priced: bool = False) -> Comparison:
    """Compare two plans.

    Parameters
    ----------
    first, second
        The plans.
    priced
        Also tell what forcing each village into the other plan costs; solves once for each.
    """
    return Comparison(
        left=_missing(first, second, priced=priced),
        right=_missing(second, first, priced=priced),
        both=len(first.codes & second.codes),
        totals=pd.DataFrame([_totals(first), _totals(second)]),
        parameters=_differing(_settings(first), _settings(second)),
    )


def name_of(plan: SelectionPlan, code: str) -> str:
    """Return the name of a village of the regions of a plan; its code where it is elsewhere."""
    found = plan.candidates.around
    names = found.loc[found[VILLAGE_CODE] == code, VILLAGE_NAME]
    return str(names.iloc[0]) if len(names) else code


def _missing(plan: SelectionPlan, other: SelectionPlan, *, priced: bool) -> tuple[Reason, ...]:
    codes = [code for code in plan.chosen[VILLAGE_CODE] if code not in other.codes]
    return tuple(why_not(other.candidates, other.selection, code, priced=priced) for code in codes)


def _totals(plan: SelectionPlan) -> dict[str, float]:
    chosen = plan.chosen
    return {"villages": float(len(chosen)), **{name: float(np.sum(chosen[name])) for name in TOTALS}}


def _settings(plan: SelectionPlan) -> dict[str, object]:
    found = plan.candidates
    settings = {**found.params.as_dict(), "regions": found.ranking.regions, "sector": found.ranking.sector}
    for name, value in found.scoring.as_dict().items():
        if name == "criteria":
            settings |= {f"criteria.{c.key}.{field}": inner for c in value for field, inner in c.as_dict().items()}
            continue
        nested = value.as_dict() if hasattr(value, "as_dict") else {"": value}
        settings |= {f"{name}.{part}".rstrip("."): inner for part, inner in nested.items()}
    return settings


def _differing(first: dict[str, object], second: dict[str, object]) -> dict[str, tuple[object, object]]:
    pairs = {name: (first.get(name), second.get(name)) for name in {**first, **second}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
