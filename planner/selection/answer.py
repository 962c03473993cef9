"""The answer to a problem, and what is known of it while the solver works."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.selection.problem import Chosen

Status = Literal["optimal", "within_gap", "stopped", "infeasible"]


@dataclass(frozen=True)
class Step:
    """What is known while the solver works: the best so far and what no choice can exceed."""

    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How much better a choice might be, as a share of the best so far."""
        return gap_of(self.objective, self.bound)


OnStep = Callable[[Step], bool]
"""Told of every step; says whether to go on."""


@dataclass(frozen=True)
class Selection:
    """The answer to a problem.

    Attributes
    ----------
    chosen
        Shape (n,); nothing where none was found.
    objective, bound
        What the choice brings, and what no choice exceeds (``-inf`` where none follows the rules).
    gap
        ``(bound - objective) / objective``.
    status
        ``optimal`` (no gap), ``within_gap`` (as near as asked), ``stopped`` (time or the user; the gap says how far),
        ``infeasible`` (proved that no choice follows the rules).
    seconds
        Wall time.
    greedy_objective
        What choosing step by step would have brought; missing where that finds nothing or was not needed.
    """

    chosen: Chosen | None
    objective: float
    bound: float
    status: Status
    seconds: float
    greedy_objective: float | None

    @property
    def gap(self) -> float:
        """How much better a choice might be, as a share of the objective."""
        return gap_of(self.objective, self.bound)


def gap_of(objective: float, above: float) -> float:
    """Return how far a bound lies above an objective, as a share of it."""
    if not np.isfinite(objective):
        return np.inf
    return max(0.0, above - objective) / max(abs(objective), 1e-9) if above > objective + 1e-9 else 0.0
