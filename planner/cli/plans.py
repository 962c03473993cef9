"""Saved plans: by name in the data folder, or as a file."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from geodata.paths import make_folder
from geodata.schema import Sector
from planner import rupiah
from planner.cli.session import DataDir, Json, Lang, Session, print_json, read_whole
from planner.cli.villages import layer_of
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.params import ScoringParams
from planner.plan import kind_of, params_of, sector_of
from planner.selection.candidates import ACTIVE, BENEFIT, LAUNCH_COST, REGISTRATIONS
from planner.selection.compare import Comparison, compare, name_of
from planner.selection.params import OBJECTIVES, SelectionParams
from planner.selection.plan import KIND, SelectionPlan, record, recorded
from planner.selection.reasons import Reason
from planner.selection.wording import reason
from planner.surroundings import surroundings_of
from planner.texts import t

RECORD: Final = ".json"

_NAME: Final = re.compile(r"\w[\w .-]{0,59}")
_STATUSES: Final = ("optimal", "within_gap", "stopped")
_WHOLE: Final = (REGISTRATIONS, ACTIVE, LAUNCH_COST)
_OPTIONS: Final = {
    "budget_idr": "--budget",
    "gap_pct": "--gap",
    "seconds": "--time",
    "regions": "--region",
    "regencies": "--limit",
    "branches": "--limit",
    "sectors": "--limit",
}
_SHAPE: Final[Mapping[str, type]] = {
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


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(name="plans", help="cli.plans.help")(listed)
    app.command(name="compare", help="cli.compare.help")(compare_plans)


def listed(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """List the saved plans."""
    session = context.ensure_object(Session)
    rows = [_summary(path) for path in sorted(session.paths.plans.glob(f"*{RECORD}"))]
    if as_json:
        print_json({"plans": rows})
        return
    if not rows:
        session.say("cli.plans.none", folder=session.paths.plans)
        return
    columns = ("name", "villages", "objective", "unit", "status")
    headings = [t(f"cli.plans.{name}", session.language) for name in columns]
    session.print_table(headings, [_listed(session, row) for row in rows])


def compare_plans(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="PLAN_A", help="cli.argument.plan")],
    second: Annotated[str, typer.Argument(metavar="PLAN_B", help="cli.argument.plan")],
    *,
    priced: Annotated[bool, typer.Option("--priced", help="cli.compare.priced")] = False,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Tell which villages only one of two plans holds, and why."""
    session = context.ensure_object(Session)
    plans = [opened(session, name) for name in (first, second)]
    found = compare(*plans, priced=priced)
    told = [_told(session, plans[1], found.left, plans[0]), _told(session, plans[0], found.right, plans[1])]
    if as_json:
        print_json(_plain(found, told))
        return
    _print(session, found, told, (first, second))


def opened(session: Session, name: str) -> SelectionPlan:
    """Return a plan by its name or file, with the villages chosen then.

    Raises
    ------
    PlanError
        If there is no such plan, or it cannot be used with the present layer.
    """
    path = file_of(session, name)
    content = read_whole(path)
    parts_of(content, name=path.name)
    layer = layer_of(session)
    return recorded(content, layer, surroundings_of(layer, session.layer_file), name=path.name)


def asked_of(session: Session, name: str) -> Asked:
    """Return what a saved plan was asked for.

    Raises
    ------
    PlanError
        If there is no such plan, it is no plan, or its parameters are not valid.
    """
    path = file_of(session, name)
    content = read_whole(path)
    parts = parts_of(content, name=path.name)
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


def option_of(name: str) -> str:
    """Return how a parameter of a selection is written on the command line."""
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


def printable(text: str) -> str:
    """Return a text with the characters escaped that a terminal would act on."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def file_of(session: Session, name: str) -> Path:
    """Return the file of a plan: one of that path, else the saved plan of that name.

    Raises
    ------
    PlanError
        If there is neither.
    """
    if name.endswith(RECORD) and Path(name).is_file():
        return Path(name)
    saved = session.paths.plans / f"{name}{RECORD}"
    if not _NAME.fullmatch(name) or not saved.is_file():
        known = ", ".join(sorted(path.stem for path in session.paths.plans.glob(f"*{RECORD}"))) or "-"
        raise PlanError("cli.plans.unknown", name=printable(name[:80]), known=printable(known))
    return saved


def free_name(session: Session, name: str) -> Path:
    """Return the file a plan of a name would have; PlanError if the name cannot be used or is taken."""
    if not _NAME.fullmatch(name) or name.endswith((".", " ", RECORD)):
        raise PlanError("cli.plans.bad_name", name=printable(name[:60]))
    path = session.paths.plans / f"{name}{RECORD}"
    taken = (other.stem for other in session.paths.plans.glob(f"*{RECORD}"))
    if path.exists() or name.casefold() in map(str.casefold, taken):
        raise PlanError("cli.plans.taken", name=name)
    return path


def save(session: Session, plan: SelectionPlan, name: str) -> None:
    """Save a plan under a name that is free. Raises like `free_name`."""
    path = free_name(session, name)
    make_folder(path.parent)
    with replacing(path) as draft:
        draft.write_bytes(record(plan, layer_of(session), name=name))
    session.say("cli.plans.saved", name=name, file=path)


def _summary(path: Path) -> dict[str, Any]:
    """Return what a saved plan holds; nothing but its name where that cannot be read."""
    try:
        parts = parts_of(path.read_bytes(), name=path.name)
        result, unit = parts["result"], parts["selection"]["objective"]
        brought, status = float(result["objective"]), result["status"]
        good = math.isfinite(brought) and unit in OBJECTIVES and status in _STATUSES
        told = [len(parts["chosen"]), brought, unit, status] if good else None
    except (OSError, ValueError, KeyError, TypeError):
        told = None
    names = ("villages", "objective", "unit", "status")
    return {"name": path.stem, **dict(zip(names, told or [None, None, None, "unreadable"], strict=True))}


def _listed(session: Session, row: dict[str, Any]) -> list[object]:
    unit = t(f"selection.unit.{row['unit']}", session.language) if row["unit"] else ""
    status = t(f"cli.plans.status.{row['status']}", session.language)
    return [printable(row["name"]), row["villages"], row["objective"], unit, status]


def _told(session: Session, other: SelectionPlan, reasons: tuple[Reason, ...], plan: SelectionPlan) -> list[str]:
    """Tell why the villages of one plan are not in the other."""
    return [reason(other.candidates, why, name_of(plan, why.code), session.language) for why in reasons]


def _plain(found: Comparison, told: list[list[str]]) -> dict[str, object]:
    sides = {
        side: [
            {"village_code": why.code, "kind": why.kind, "text": text} for why, text in zip(reasons, texts, strict=True)
        ]
        for side, reasons, texts in (("only_a", found.left, told[0]), ("only_b", found.right, told[1]))
    }
    differing = {name: [_plain_value(value) for value in values] for name, values in found.parameters.items()}
    return {**sides, "both": found.both, "totals": found.totals.to_dict("records"), "parameters": differing}


def _plain_value(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain_value(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain_value(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _print(session: Session, found: Comparison, told: list[list[str]], names: tuple[str, str]) -> None:
    rows = [name for name in found.totals.columns if name != BENEFIT or "objective" not in found.parameters]
    figures = [[t(f"cli.compare.{name}", session.language), *_totals_of(found, str(name))] for name in rows]
    session.print_table(["", *(printable(name) for name in names)], figures)
    typer.echo(t("cli.compare.both", session.language, count=found.both))
    for name, values in found.parameters.items():
        one, other = (_value(session, name, value) for value in values)
        typer.echo(t("cli.compare.parameter", session.language, name=_setting(name), one=one, other=other))
    for lines, name in zip(told, names, strict=True):
        if lines:
            typer.echo(t("cli.compare.only", session.language, plan=printable(name), count=len(lines)))
        for line in lines:
            typer.echo(f"- {line}")


def _totals_of(found: Comparison, name: str) -> list[object]:
    return [round(float(value)) if name in _WHOLE else float(value) for value in found.totals[name]]


def _setting(name: str) -> str:
    """Return how a person writes a setting: the option of a rule, the key of a parameter in its file."""
    return option_of(name) if name in {*SelectionParams.model_fields, "regions", "sector"} else name


def _value(session: Session, name: str, value: object) -> str:
    """Return the value of a setting in words."""
    if value is None or value in ((), {}):
        return t("cli.compare.none", session.language)
    if isinstance(value, bool):
        return t(f"cli.compare.{'yes' if value else 'no'}", session.language)
    if name == "budget_idr":
        return rupiah.spoken(float(str(value)), session.language)
    if name in ("regencies", "branches", "sectors") and isinstance(value, Mapping):
        ends = ((key, *pair) for key, pair in value.items())
        return ", ".join(f"{key}={least}..{'' if most is None else most}" for key, least, most in ends)
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return session.shown(value)
