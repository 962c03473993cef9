"""Why a village is not in a plan: the rules it would break, what stands in its place, what forcing it in costs."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.schema import VILLAGE_CODE
from planner.selection.answer import OnStep, Selection
from planner.selection.candidates import BENEFIT, Candidates
from planner.selection.prices import Price, gain_without, price_of_village
from planner.selection.problem import Chosen


@dataclass(frozen=True)
class Broken:
    """A rule that one more village would break.

    Attributes
    ----------
    row
        Position of the rule.
    instead
        Positions of the chosen villages that use it up, for rules about few villages; else empty.
    """

    row: int
    instead: tuple[int, ...]


@dataclass(frozen=True)
class Reason:
    """Why a village is not in a plan.

    Attributes
    ----------
    code
        The village.
    kind
        ``not_in_regions``, ``declared``, ``never`` (a rule leaves it out), ``broken`` (adding it would break rules),
        ``price`` (adding it would break none, but it brings nothing), ``room`` (adding it would break none and bring
        more: the search ended before that), ``must`` (a rule asks for it) or ``chosen`` (it is in the plan on its
        merits).
    broken
        The rules it would break.
    benefit
        What it would bring, in the unit of the objective.
    price
        Where asked for: what forcing it in costs; of a chosen village what leaving it out costs; of one that a rule
        asks for or leaves out, what that rule costs.
    """

    code: str
    kind: str
    broken: tuple[Broken, ...] = ()
    benefit: float = 0.0
    price: Price | None = None


_NAMED: Final = 5
"""Up to so many chosen villages are named beside a rule that they use up."""
_NOTHING: Final = 1e-9


def why_not(
    found: Candidates, selection: Selection, code: str, *, priced: bool = False, on_step: OnStep | None = None
) -> Reason:
    """Return why a village is not in a plan.

    Parameters
    ----------
    found, selection
        What was chosen from, and the choice.
    code
        Village code.
    priced
        Also tell the price; solves once more, to the gap and within the time of the parameters.
    on_step
        As for `solve`.
    """
    assert selection.chosen is not None
    where = np.flatnonzero(found.codes == code)
    if not len(where):
        inside = bool((found.around[VILLAGE_CODE] == code).any())
        return Reason(code, "declared" if inside else "not_in_regions")
    village = int(where[0])
    benefit = float(found.table[BENEFIT].iloc[village])
    rules, gap, seconds = found.problem.rules, found.params.gap, found.params.time_limit
    locks = np.isin(rules.kind, ("must", "never")) & (rules.subject == code)
    if locks.any():
        lifted = (
            gain_without(found.problem, selection, locks, gap=gap, seconds=seconds, on_step=on_step) if priced else None
        )
        return Reason(code, str(rules.kind[locks][0]), (), benefit, lifted)
    price = (
        price_of_village(found.problem, selection, village, gap=gap, seconds=seconds, on_step=on_step)
        if priced
        else None
    )
    if selection.chosen[village]:
        return Reason(code, "chosen", (), benefit, price)
    broken = tuple(_broken(found, selection, village))
    kind = "broken" if broken else "room" if _brings(found, selection, village) else "price"
    return Reason(code, kind, broken, benefit, price)


def _with(selection: Selection, village: int) -> Chosen:
    assert selection.chosen is not None
    more = selection.chosen.copy()
    more[village] = True
    return more


def _brings(found: Candidates, selection: Selection, village: int) -> bool:
    assert selection.chosen is not None
    before = found.problem.value(selection.chosen)
    return found.problem.value(_with(selection, village)) > before + _NOTHING * max(1.0, before)


def _broken(found: Candidates, selection: Selection, village: int) -> list[Broken]:
    assert selection.chosen is not None
    rules = found.problem.rules
    more = _with(selection, village)
    rows = np.flatnonzero(rules.broken(more) & ~rules.broken(selection.chosen))
    return [Broken(int(row), _users(found, selection, int(row), village)) for row in rows]


def _users(found: Candidates, selection: Selection, row: int, village: int) -> tuple[int, ...]:
    assert selection.chosen is not None
    amounts = found.problem.rules.amounts
    members = amounts.indices[amounts.indptr[row] : amounts.indptr[row + 1]]
    users = sorted(int(i) for i in members if selection.chosen[i] and i != village)
    return tuple(users) if len(users) <= _NAMED else ()
