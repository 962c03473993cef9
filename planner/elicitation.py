"""Weights from people: each answers directly, by pairs (AHP), or by best and worst; the answers are combined.

A file of answers (TOML) names what is weighed and holds one table per person::

    about = "blocks"            # blocks, need, readiness or cost
    [[person]]
    role = "planner"            # a role, never a name
    method = "ahp"              # ahp, best_worst or direct
    pairs = { "need/readiness" = 3, "need/cost" = 5, "readiness/cost" = 2 }
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from planner.errors import PlanError
from planner.params import Block, BlockWeights, ScoringParams
from planner.scoring import BLOCKS
from planner.weights import Combined, Elicited, ahp, best_worst, combine, direct

About = Literal["blocks", "need", "readiness", "cost"]
Ratio = Annotated[float, Field(gt=0, le=9, allow_inf_nan=False)]

GOOD_CONSISTENCY: Final = 0.1
_LARGEST_SPREAD: Final = 10_000.0


class Person(BaseModel):
    """The answers of one person; which fields are needed depends on the method."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\d]*\d{0,3}[^\d]*$")]
    method: Literal["ahp", "best_worst", "direct"]
    pairs: dict[str, Ratio] = {}
    best_to_others: dict[str, Ratio] = {}
    others_to_worst: dict[str, Ratio] = {}
    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}

    @model_validator(mode="after")
    def _answered(self) -> Self:
        needed = {"ahp": [self.pairs], "best_worst": [self.best_to_others, self.others_to_worst]}
        if not all(needed.get(self.method, [self.weights])):
            msg = "answers are missing"
            raise ValueError(msg)
        return self


class Answers(BaseModel):
    """The answers of several persons about the same weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: About
    person: Annotated[tuple[Person, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Elicitation:
    """What the answers come to.

    Attributes
    ----------
    about
        What was weighed.
    items
        The blocks or criteria.
    persons
        Role, weights and consistency of each person.
    combined
        Geometric mean of the persons, their spread, and the concentration that spreads as they do.
    """

    about: About
    items: tuple[str, ...]
    persons: tuple[tuple[str, Elicited], ...]
    combined: Combined

    @property
    def inconsistent(self) -> tuple[str, ...]:
        """Roles whose answers contradict each other so much that they should be asked again."""
        return tuple(role for role, found in self.persons if found.consistency > GOOD_CONSISTENCY)


def read_answers(path: Path) -> Answers:
    """Read a file of answers.

    Raises
    ------
    PlanError
        If it cannot be read, is not TOML, or answers are missing or out of range; names the places.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError("elicitation.unreadable", file=path.name, reason=str(error)) from error
    try:
        return Answers.model_validate(content)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in found["loc"]) or "person" for found in error.errors()})
        raise PlanError("elicitation.wrong", file=path.name, places="; ".join(places)) from error


def elicit(answers: Answers, params: ScoringParams) -> Elicitation:
    """Turn answers into weights.

    Raises
    ------
    PlanError
        If a person does not answer about each block or criterion, or the answers are no comparisons.
    """
    items = _items(answers.about, params)
    persons = tuple((person.role, _weights(person, items)) for person in answers.person)
    return Elicitation(answers.about, items, persons, combine([found.weights for _, found in persons]))


def applied(elicitation: Elicitation, params: ScoringParams) -> ScoringParams:
    """Return parameters with the combined weights; where several persons answered, worlds spread as they do."""
    weights = dict(zip(elicitation.items, elicitation.combined.weights.round(4).tolist(), strict=True))
    changes: dict[str, Any] = {}
    if elicitation.about == "blocks":
        changes["block_weights"] = BlockWeights(**weights)
    else:
        changes["criteria"] = tuple(
            c.model_copy(update={"weight": weights[c.key]}) if c.key in weights else c for c in params.criteria
        )
    if len(elicitation.persons) > 1 and np.isfinite(elicitation.combined.concentration):
        changes["weight_spread"] = float(np.clip(round(elicitation.combined.concentration, 1), 1.0, _LARGEST_SPREAD))
    return params.model_copy(update=changes)


def _items(about: About, params: ScoringParams) -> tuple[str, ...]:
    if about == "blocks":
        return BLOCKS
    block: Block = about
    return tuple(criterion.key for criterion in params.of_block(block))


def _weights(person: Person, items: tuple[str, ...]) -> Elicited:
    if person.method == "ahp":
        return ahp(_matrix(person, items))
    if person.method == "best_worst":
        return best_worst(_all(person, person.best_to_others, items), _all(person, person.others_to_worst, items))
    return Elicited(direct(_all(person, person.weights, items, absent=None)), 0.0)


def _all(person: Person, given: Mapping[str, float], items: tuple[str, ...], absent: float | None = 1.0) -> list[float]:
    """Answers in the order of the items; the best and the worst need not be compared with themselves."""
    missing = [item for item in items if item not in given]
    unknown = [item for item in given if item not in items]
    if unknown or len(missing) > (0 if absent is None else 1):
        raise PlanError("elicitation.items", role=person.role, expected=", ".join(items), found=", ".join(given))
    return [given.get(item, 1.0 if absent is None else absent) for item in items]


def _matrix(person: Person, items: tuple[str, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    matrix = np.eye(len(items))
    seen = set()
    for pair, ratio in person.pairs.items():
        first, _, second = pair.partition("/")
        if first not in items or second not in items or first == second:
            raise PlanError("elicitation.pair", role=person.role, pair=pair, items=", ".join(items))
        row, column = items.index(first), items.index(second)
        matrix[row, column], matrix[column, row] = ratio, 1 / ratio
        seen.add(frozenset((first, second)))
    if len(seen) != len(items) * (len(items) - 1) // 2:
        raise PlanError(
            "elicitation.pairs", role=person.role, count=len(items) * (len(items) - 1) // 2, found=len(seen)
        )
    return matrix
