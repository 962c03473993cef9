"""The price of a "no": what a village forced in or left out costs, and what each rule gives up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from planner.selection.answer import OnStep, Selection
from planner.selection.problem import Problem, Rules
from planner.selection.solve import GAP, solve

BOUND_KINDS: Final = ("budget", "launches", "agent_days")
"""Rules that hold the size of a plan; without them every village would be chosen."""


@dataclass(frozen=True)
class Price:
    """What a change of the choice costs, in the unit of the objective.

    Attributes
    ----------
    low, high
        The loss lies between: both answers are known to a gap. Not below zero; ``inf`` where nothing was found.
    selection
        The best choice after the change; it has none where the rules then cannot be followed, or time was over.
    """

    low: float
    high: float
    selection: Selection

    @property
    def possible(self) -> bool:
        """Whether there may be a choice after the change: not proved that there is none."""
        return self.selection.status != "infeasible"


def price_of_village(
    problem: Problem,
    best: Selection,
    village: int,
    *,
    gap: float = GAP,
    seconds: float = np.inf,
    on_step: OnStep | None = None,
) -> Price:
    """Return what is lost by leaving out a chosen village, or by forcing in another one.

    The replacement cost of conservation planning (Cabeza and Moilanen 2006, "Replacement cost: A practical measure of
    site value for cost-effective reserve planning").

    Parameters
    ----------
    problem, best
        The problem and its answer.
    village
        Position of the village.
    gap, seconds, on_step
        As for `solve`.
    """
    assert best.chosen is not None
    inside = bool(best.chosen[village])
    changed = solve(
        problem.locked(village, to=not inside), gap=gap, seconds=seconds, start=_swapped(best, village), on_step=on_step
    )
    return _price(best, changed)


def gain_without(
    problem: Problem,
    best: Selection,
    dropped: npt.NDArray[np.bool_],
    *,
    gap: float = GAP,
    seconds: float = np.inf,
    on_step: OnStep | None = None,
) -> Price:
    """Return what some rules give up: the gain if they did not hold (``low`` to ``high``).

    Parameters
    ----------
    problem, best
        The problem and its answer.
    dropped
        Shape (k,): the rules that do not hold.
    gap, seconds, on_step
        As for `solve`.
    """
    kept = ~dropped
    free = solve(
        problem.with_rules(problem.rules.only(kept)), gap=gap, seconds=seconds, start=best.chosen, on_step=on_step
    )
    return Price(max(0.0, free.objective - best.bound), max(0.0, free.bound - best.objective), free)


def gains_without(
    problem: Problem,
    best: Selection,
    kinds: Sequence[str],
    *,
    gap: float = GAP,
    seconds: float = np.inf,
    on_kind: Callable[[str], bool] | None = None,
) -> list[tuple[str, Price]]:
    """Return what each kind of rules gives up.

    Parameters
    ----------
    problem, best
        The problem and its answer.
    kinds
        Of `kinds_to_price`.
    gap, seconds
        As for `solve`, for each of them.
    on_kind
        Told each kind before it is priced; ends with what there is by returning False.
    """
    found = []
    for kind in kinds:
        if on_kind is not None and not on_kind(kind):
            break
        found.append((kind, gain_without(problem, best, problem.rules.kind == kind, gap=gap, seconds=seconds)))
    return found


def kinds_to_price(rules: Rules) -> list[str]:
    """Return the kinds of rules whose price can be told, in order of appearance: all but those of `BOUND_KINDS`."""
    return [kind for kind in dict.fromkeys(rules.kind.tolist()) if kind not in BOUND_KINDS]


def _swapped(best: Selection, village: int) -> np.ndarray:
    assert best.chosen is not None
    changed = best.chosen.copy()
    changed[village] = not changed[village]
    return changed


def _price(best: Selection, changed: Selection) -> Price:
    if changed.status == "infeasible":
        return Price(np.inf, np.inf, changed)
    return Price(max(0.0, best.objective - changed.bound), max(0.0, best.bound - changed.objective), changed)
