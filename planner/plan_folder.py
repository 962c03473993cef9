"""Saved plans: a folder of records, each by its name."""

import json
import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from pydantic import ValidationError

from geodata.layer import VillageLayer
from geodata.paths import make_folder
from geodata.schema import Sector
from planner.criteria import Surroundings
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.params import ScoringParams
from planner.plan import kind_of, params_of, rank, sector_of
from planner.selection.candidates import Candidates, candidates
from planner.selection.params import OBJECTIVES, SelectionParams
from planner.selection.plan import ANSWERED, KIND, SelectionPlan, record, recorded

RECORD: Final = ".json"

_NAME: Final = re.compile(r"\w[\w .-]{0,59}")
_LARGEST: Final = 50_000_000  # bytes; a ranking of the whole country has 20 million
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


@dataclass(frozen=True)
class Summary:
    """What stands in a list of saved plans; only the name where the record cannot be read.

    Attributes
    ----------
    name
        Of the plan.
    villages, brought, unit, status
        Number of chosen villages, what they bring, in which unit, and how it was proved.
    saved
        When it was written, seconds since 1970.
    """

    name: str
    saved: float
    villages: int | None = None
    brought: float | None = None
    unit: str | None = None
    status: str = "unreadable"


class Change(Protocol):
    """Makes a saved plan another one; see `duplicate` and `rename`."""

    def __call__(self, folder: Path, name: str, *, as_name: str) -> Path:
        """Return the file of the new name."""


def summaries(folder: Path) -> list[Summary]:
    """Return what the plans of a folder hold, by name."""
    return [_summary(path) for path in sorted(folder.glob(f"*{RECORD}"))]


def file_of(folder: Path, name: str) -> Path:
    """Return the file of a saved plan.

    Raises
    ------
    PlanError
        If there is no plan of that name.
    """
    path = folder / f"{name}{RECORD}"
    if not _NAME.fullmatch(name) or not path.is_file():
        known = ", ".join(sorted(path.stem for path in folder.glob(f"*{RECORD}"))) or "-"
        raise PlanError("saved.unknown", name=name[:80], known=known)
    return path


def free_name(folder: Path, name: str) -> Path:
    """Return the file a plan of a name would have.

    Raises
    ------
    PlanError
        If the name cannot be used, or is taken; capitals make no difference.
    """
    if not _NAME.fullmatch(name) or name.endswith((".", " ", RECORD)):
        raise PlanError("saved.bad_name", name=name[:60])
    path = folder / f"{name}{RECORD}"
    taken = (other.stem for other in folder.glob(f"*{RECORD}"))
    if path.exists() or name.casefold() in map(str.casefold, taken):
        raise PlanError("saved.taken", name=name)
    return path


def save(folder: Path, plan: SelectionPlan, layer: VillageLayer, *, name: str) -> Path:
    """Save a plan under a name that is free; return its file. Raises like `free_name`."""
    path = free_name(folder, name)
    _write(path, record(plan, layer, name=name))
    return path


def duplicate(folder: Path, name: str, *, as_name: str) -> Path:
    """Save a plan once more under another name; return its file. Raises like `file_of` and `free_name`."""
    path = file_of(folder, name)
    other = free_name(folder, as_name)
    parts = parts_of(read(path), name=path.name)
    _write(other, (json.dumps({**parts, "name": as_name}, ensure_ascii=False, indent=1) + "\n").encode())
    return other


def rename(folder: Path, name: str, *, as_name: str) -> Path:
    """Give a plan another name; return its file. Raises like `duplicate`."""
    path = duplicate(folder, name, as_name=as_name)
    remove(folder, name)
    return path


def remove(folder: Path, name: str) -> None:
    """Remove a saved plan. Raises like `file_of`."""
    file_of(folder, name).unlink(missing_ok=True)


def read(path: Path) -> bytes:
    """Return the content of a record.

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


def opened(path: Path, layer: VillageLayer, surroundings: Surroundings) -> SelectionPlan:
    """Return a plan with the villages chosen then.

    Raises
    ------
    PlanError
        If it is no plan, or cannot be used with the layer.
    """
    content = read(path)
    parts_of(content, name=path.name)
    return recorded(content, layer, surroundings, name=path.name)


def asked_of(path: Path) -> Asked:
    """Return what a plan was asked for.

    Raises
    ------
    PlanError
        If it is no plan, or its parameters are not valid.
    """
    parts = parts_of(read(path), name=path.name)
    if parts.get("kind") != KIND or not {"selection", "parameters", "regions", "sector"} <= set(parts):
        raise PlanError("plan.no_record", file=path.name)
    try:
        rules = SelectionParams.model_validate_json(json.dumps(parts["selection"]))
    except ValidationError as error:
        raise PlanError("plan.bad_parameters", file=path.name, count=error.error_count()) from error
    return Asked(rules, tuple(parts["regions"]), sector_of(parts, path.name), params_of(parts, path.name))


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
        If it is no record, or a part is of another kind.
    """
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


def _summary(path: Path) -> Summary:
    """Return what a saved plan holds; nothing but its name where that cannot be read."""
    found = Summary(path.stem, path.stat().st_mtime)
    try:
        parts = parts_of(read(path), name=path.name)
        result, unit = parts["result"], parts["selection"]["objective"]
        brought, status, villages = float(result["objective"]), result["status"], len(parts["chosen"])
    except (PlanError, ValueError, KeyError, TypeError):
        return found
    if not math.isfinite(brought) or unit not in OBJECTIVES or status not in ANSWERED:
        return found
    return replace(found, villages=villages, brought=brought, unit=unit, status=status)


def _write(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    with replacing(path) as draft:
        draft.write_bytes(content)
