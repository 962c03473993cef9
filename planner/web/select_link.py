"""A saved plan as choices of the page of the selection, where its form can hold all that was asked for."""

from typing import Any

from planner.params import ScoringParams
from planner.plan_record import Asked
from planner.rupiah import written
from planner.scoring import BLOCKS
from planner.selection.limits import by_field, of_rules
from planner.selection.params import OBJECTIVES, SelectionParams
from planner.web import select_limits, state, weights_choice
from planner.web.select_rules import LAUNCHES, OTHERS
from planner.web.weights_choice import Weights


def choices_of(asked: Asked) -> dict[str, str] | None:
    """Return what stands in the address of a plan; nothing where the form has no field for something it asks for.

    Parameters
    ----------
    asked
        What the plan was asked for.
    """
    weights = _weights(asked.scoring)
    choices = _rules(asked.rules)
    if weights is None or choices is None or len(asked.regions) > 1:
        return None
    region = asked.regions[0] if asked.regions else ""
    places = {state.PROVINCE: region[:2], state.REGENCY: region if "." in region else ""}
    own = "" if weights == weights_choice.DEFAULT else weights_choice.written(weights)
    return {**choices, **places, state.SECTOR: asked.sector or "", state.WEIGHTS: own, state.SOLVE: "1"}


def _rules(rules: SelectionParams) -> dict[str, str] | None:
    limits = of_rules(rules)
    held: dict[str, Any] = {field.name: getattr(rules, field.name) for field in (LAUNCHES, *OTHERS)}
    held |= {"objective": rules.objective, "budget_idr": rules.budget_idr, "must": rules.must, "never": rules.never}
    if SelectionParams(**(held | by_field(limits))) != rules:
        return None
    numbers = {
        field.key: "" if held[field.name] in (None, field.default) else field.write(held[field.name])
        for field in (LAUNCHES, *OTHERS)
    }
    return {
        **numbers,
        state.OBJECTIVE: "" if rules.objective == OBJECTIVES[0] else rules.objective,
        state.BUDGET: "" if rules.budget_idr is None else written(rules.budget_idr, "id"),
        state.LIMITS: select_limits.text_of(limits),
        state.MUST: ",".join(rules.must),
        state.NEVER: ",".join(rules.never),
    }


def _weights(scoring: ScoringParams) -> Weights | None:
    """Return the weights of parameters that differ from the defaults in nothing else; goalposts were frozen."""
    shares = [*(getattr(scoring.block_weights, block) for block in BLOCKS), *(c.weight for c in scoring.criteria)]
    weights = tuple(round(100 * share) for share in shares)
    if len(weights) != len(weights_choice.PARTS) or weights_choice.read(weights_choice.written(weights)) is None:
        return None
    wanted = weights_choice.scoring_of(weights)
    posts = (
        criterion.model_copy(update={"goalposts": found.goalposts}) if criterion.goalposts is None else criterion
        for criterion, found in zip(wanted.criteria, scoring.criteria, strict=True)
    )
    return weights if wanted.model_copy(update={"criteria": tuple(posts)}) == scoring else None
