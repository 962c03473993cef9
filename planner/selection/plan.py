"""A selection as a plan that can be saved, named, replayed and compared."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from pydantic import ValidationError

from geodata.layer import VillageLayer, verify
from geodata.schema import VILLAGE_CODE
from planner.criteria import Surroundings
from planner.errors import PlanError
from planner.plan import added_then, header_of, layer_part, made_with, params_of, rank, sector_of, told_added
from planner.selection.answer import OnStep, Selection, Status
from planner.selection.candidates import (
    ACTIVE,
    AGENT_DAYS,
    BENEFIT,
    LAUNCH_COST,
    REGISTRATIONS,
    Candidates,
    candidates,
)
from planner.selection.params import SelectionParams
from planner.selection.solve import solve
from planner.surroundings import as_then, register_hashes

KIND: Final = "selection"
FORMAT: Final = 1
_DECIMALS: Final = 9
_WITH: Final = ("highspy",)
ANSWERED: Final[tuple[Status, ...]] = ("optimal", "within_gap", "stopped")


@dataclass(frozen=True)
class SelectionPlan:
    """Chosen villages and all they were chosen from.

    Attributes
    ----------
    candidates
        Villages, rules, ranking.
    selection
        The answer; it has a choice.
    """

    candidates: Candidates
    selection: Selection

    @cached_property
    def chosen(self) -> pd.DataFrame:
        """The chosen villages, most benefit first."""
        assert self.selection.chosen is not None
        return self.candidates.rows(self.selection.chosen)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of the chosen villages."""
        return frozenset(self.chosen[VILLAGE_CODE])


def answer(found: Candidates, on_step: OnStep | None = None) -> Selection:
    """Solve a selection as its parameters say: to the gap, within the time."""
    return solve(found.problem, gap=found.params.gap, seconds=found.params.time_limit, on_step=on_step)


def record(plan: SelectionPlan, layer: VillageLayer, *, name: str = "") -> bytes:
    """Return a plan as a record; the same plan gives the same bytes.

    Raises
    ------
    DataError
        If the layer was changed after it was built.
    """
    verify(layer)
    return _written(plan, layer, made_with(*_WITH), name)


def remake(content: bytes, layer: VillageLayer, surroundings: Surroundings, *, name: str) -> SelectionPlan:
    """Choose again with the parameters of a record.

    Parameters
    ----------
    content
        The record.
    layer, surroundings
        What it was made from.
    name
        Name of its file, for messages.

    Raises
    ------
    PlanError
        If it is no such record, was made from another layer or other registers, or no choice follows its rules now.
    """
    header = header_of(content, name, kind=KIND, form=FORMAT, layer=layer)
    found = _candidates(header, layer, surroundings, name)
    selection = answer(found)
    if selection.chosen is None:
        raise PlanError("selection.replay_infeasible", file=name)
    return SelectionPlan(found, selection)


def replay(content: bytes, layer: VillageLayer, surroundings: Surroundings, *, name: str) -> bytes:
    """Make the plan of a record again: the same bytes, unless something changed. Raises like `remake`."""
    header = header_of(content, name, kind=KIND, form=FORMAT, layer=layer)
    plan = remake(content, layer, surroundings, name=name)
    return _written(plan, layer, header["made_with"], str(header.get("name", "")))


def recorded(content: bytes, layer: VillageLayer, surroundings: Surroundings, *, name: str) -> SelectionPlan:
    """Return the plan of a record with the villages chosen then, without solving. Raises like `remake`.

    Raises
    ------
    PlanError
        If a chosen village is no candidate any more, or the choice breaks the rules.
    """
    header = header_of(content, name, kind=KIND, form=FORMAT, layer=layer)
    found = _candidates(header, layer, surroundings, name)
    then, above, status, stepped = _result(header, name)
    lost = sorted(then - set(found.codes))
    if lost:
        raise PlanError("selection.replay_lost", file=name, codes=", ".join(lost))
    chosen = pd.Series(found.codes).isin(then).to_numpy(bool)
    if found.problem.rules.broken(chosen).any():
        raise PlanError("selection.replay_broken", file=name)
    value = found.problem.value(chosen)
    return SelectionPlan(found, Selection(chosen, value, max(above, value), status, 0.0, stepped))


def _result(header: Mapping[str, Any], name: str) -> tuple[set[str], float, Status, float | None]:
    """Return villages, bound, status and what choosing step by step brought, of a record; PlanError if any is odd."""
    try:
        codes = {row[VILLAGE_CODE] for row in header["chosen"]}
        result = header["result"]
        above, stepped = float(result["bound"]), result["greedy_objective"]
        status = next(known for known in ANSWERED if known == result["status"])
        stepped = None if stepped is None else float(stepped)
    except (KeyError, TypeError, ValueError, OverflowError, StopIteration) as error:
        raise PlanError("plan.no_record", file=name) from error
    odd = not all(isinstance(code, str) for code in codes)
    if odd or not all(np.isfinite(figure) for figure in (above, stepped) if figure is not None):
        raise PlanError("plan.no_record", file=name)
    return codes, above, status, stepped


def _candidates(header: Mapping[str, Any], layer: VillageLayer, surroundings: Surroundings, name: str) -> Candidates:
    try:
        rules = SelectionParams.model_validate_json(json.dumps(header["selection"]))
    except (KeyError, ValidationError) as error:
        count = error.error_count() if isinstance(error, ValidationError) else 1
        raise PlanError("plan.bad_parameters", file=name, count=count) from error
    regions = list(header["regions"]) or None
    around = as_then(surroundings, added_then(header, name))  # launched since: it was a candidate all the same
    ranking = rank(layer, around, params_of(header, name), regions=regions, sector=sector_of(header, name))
    return candidates(ranking, around, rules)


def _written(plan: SelectionPlan, layer: VillageLayer, libraries: Mapping[str, str], name: str) -> bytes:
    found, selection = plan.candidates, plan.selection
    content = {
        "kind": KIND,
        "format": FORMAT,
        "name": name,
        "made_with": dict(libraries),
        "layer": layer_part(layer),
        "registers": dict(register_hashes()),
        **told_added(found.ranking.scores),
        "regions": list(found.ranking.regions),
        "sector": found.ranking.sector,
        "parameters": found.scoring.model_dump(mode="json"),
        "selection": found.params.model_dump(mode="json"),
        "result": {
            "status": selection.status,
            **{key: _rounded(getattr(selection, key)) for key in ("objective", "bound", "gap", "greedy_objective")},
        },
        "chosen": [_row(row) for row in plan.chosen.to_dict("records")],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    figures = (BENEFIT, REGISTRATIONS, ACTIVE, LAUNCH_COST, AGENT_DAYS)
    return {VILLAGE_CODE: row[VILLAGE_CODE], **{name: _rounded(row[name]) for name in figures}}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), _DECIMALS)
