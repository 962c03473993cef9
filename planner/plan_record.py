"""What stands in the record of a plan: what was asked for, what came out, and the layer it was made from."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from geodata.layer import BUILT_FROM, VillageLayer
from geodata.schema import VILLAGE_CODE, Sector
from planner.criteria import Surroundings
from planner.errors import PlanError
from planner.params import ScoringParams
from planner.plan import kind_of, moment_of, params_of, rank, sector_of
from planner.selection.candidates import Candidates, candidates
from planner.selection.params import OBJECTIVES, SelectionParams
from planner.selection.plan import ANSWERED, KIND, SelectionPlan, recorded

LayerAt = Callable[[datetime], VillageLayer]
"""Gives the layer in use with the uploads that counted at a moment."""

_LARGEST: Final = 50_000_000  # bytes; a ranking of the whole country has 20 million
_CODE: Final = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}", re.ASCII)
_SHAPE: Final[dict[str, type]] = {
    "name": str,
    "made_with": dict,
    "layer": dict,
    "registers": dict,
    "regions": list,
    "parameters": dict,
    "selection": dict,
    "result": dict,
    "chosen": list,
    "villages": list,
}
"""What the parts of a record are, where it has them."""


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for.

    Attributes
    ----------
    rules
        What is maximised, and under which rules.
    regions
        Codes of provinces and regencies; none for all.
    sector
        Sector whose workers count; none for all.
    scoring
        Parameters of score, costs and funnel.
    """

    rules: SelectionParams
    regions: tuple[str, ...]
    sector: Sector | None
    scoring: ScoringParams

    def candidates(self, layer: VillageLayer, surroundings: Surroundings) -> Candidates:
        """Return what is chosen from.

        Raises
        ------
        PlanError
            If a region is unknown, or a rule names what is not there.
        """
        found = rank(layer, surroundings, self.scoring, regions=list(self.regions) or None, sector=self.sector)
        return candidates(found, surroundings, self.rules)


def read_file(path: Path) -> bytes:
    """Return the content of a file that should be a record.

    Raises
    ------
    PlanError
        If it cannot be read, or is larger than any record.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise PlanError("saved.file_unreadable", file=path, reason=error.strerror or str(error)) from error
    if len(content) > _LARGEST:
        raise PlanError("plan.no_record", file=path.name)
    return content


def parts_of(content: bytes, *, name: str) -> dict[str, Any]:
    """Return the parts of a record, each of the kind it should be.

    Parameters
    ----------
    content
        The record.
    name
        Name of its file, for messages.

    Raises
    ------
    PlanError
        If it is no record, is larger than any, or a part is of another kind.
    """
    if len(content) > _LARGEST:
        raise PlanError("plan.no_record", file=name)
    try:
        kind_of(content, name=name)
    except RecursionError as error:  # brackets within brackets within brackets
        raise PlanError("plan.no_record", file=name) from error
    found: dict[str, Any] = json.loads(content)
    good = all(isinstance(found[part], kind) for part, kind in _SHAPE.items() if part in found)
    if not good or not all(isinstance(code, str) for code in found.get("regions", ())):
        raise PlanError("plan.no_record", file=name)
    if not all(isinstance(row, dict) for part in ("chosen", "villages") for row in found.get(part, ())):
        raise PlanError("plan.no_record", file=name)
    return found


def asked_of(content: bytes, *, name: str) -> Asked:
    """Return what a plan was asked for.

    Raises
    ------
    PlanError
        If it is no plan, or its parameters are not valid.
    """
    parts = parts_of(content, name=name)
    if parts.get("kind") != KIND or not {"selection", "parameters", "regions", "sector"} <= set(parts):
        raise PlanError("plan.no_record", file=name)
    try:
        rules = SelectionParams.model_validate_json(json.dumps(parts["selection"]))
    except ValidationError as error:
        raise PlanError("plan.bad_parameters", file=name, count=error.error_count()) from error
    return Asked(rules, tuple(parts["regions"]), sector_of(parts, name), params_of(parts, name))


def opened(content: bytes, layer: VillageLayer, surroundings: Surroundings, *, name: str) -> SelectionPlan:
    """Return a plan with the villages chosen then.

    Raises
    ------
    PlanError
        If it is no plan, or cannot be used with the layer.
    """
    parts_of(content, name=name)
    return recorded(content, layer, surroundings, name=name)


def layer_then(content: bytes, built: VillageLayer, at: LayerAt, *, name: str) -> VillageLayer:
    """Return the layer a record was made from, if that was made of a built layer.

    Uploads change the figures of a layer, and with them its fingerprint; what an upload held is never thrown away.

    Parameters
    ----------
    content
        The record.
    built
        The layer in use as it was built.
    at
        Gives it with the uploads of a moment.
    name
        Name of the file of the record, for messages.

    Returns
    -------
    VillageLayer
        ``built`` where the record is of another one: using the record with it tells what is wrong.

    Raises
    ------
    PlanError
        If it is no record.
    """
    then = parts_of(content, name=name).get("layer", {})
    of_built = then.get(BUILT_FROM, then.get("fingerprint")) == built.fingerprint
    moment = moment_of(then, name) if of_built else None
    return built if moment is None else at(moment)


def named(parts: Mapping[str, Any], *, name: str) -> bytes:
    """Return the parts of a record as a record with another name.

    Raises
    ------
    PlanError
        If they hold what no file can.
    """
    try:
        return (json.dumps({**parts, "name": name}, ensure_ascii=False, indent=1) + "\n").encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise PlanError("plan.no_record", file=name) from error


def codes_of(parts: Mapping[str, Any], *, name: str) -> list[str]:
    """Return the codes of the villages of a record in their order: the chosen ones of a plan, all of a ranking.

    Raises
    ------
    PlanError
        If one is no code of a village, or stands twice.
    """
    rows = parts.get("chosen" if parts.get("kind") == KIND else "villages", ())
    codes = [row.get(VILLAGE_CODE) for row in rows]
    if not all(isinstance(code, str) and _CODE.fullmatch(code) for code in codes) or len({*codes}) < len(codes):
        raise PlanError("plan.no_record", file=name)
    return codes


def chosen_of(content: bytes, *, name: str) -> list[str]:
    """Return the codes of the villages a plan has chosen, in its order, without opening it.

    Raises
    ------
    PlanError
        If it is no plan that chose villages.
    """
    parts = parts_of(content, name=name)
    if parts.get("kind") != KIND:
        raise PlanError("plan.no_record", file=name)
    return codes_of(parts, name=name)


def figures_of(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in a list of plans of one: ``villages``, ``brought``, ``unit``, ``status``; else nothing."""
    try:
        result, unit = parts["result"], parts["selection"]["objective"]
        brought, status, villages = float(result["objective"]), result["status"], len(parts["chosen"])
    except (ValueError, KeyError, TypeError, OverflowError):
        return {}
    if not math.isfinite(brought) or unit not in OBJECTIVES or status not in ANSWERED:
        return {}
    return {"villages": villages, "brought": brought, "unit": unit, "status": status}
