"""Saved plans: by name in the data folder, or as a file."""

import json
import re
from pathlib import Path
from typing import Final

import typer
from pydantic import ValidationError

from geodata.paths import make_folder
from planner.cli.session import DataDir, Json, Lang, Session, print_json, read_whole
from planner.cli.villages import layer_of
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.plan import kind_of
from planner.selection.compare import Comparison, compare, name_of
from planner.selection.params import SelectionParams
from planner.selection.plan import KIND, SelectionPlan, record, recorded
from planner.selection.reasons import Reason
from planner.selection.wording import reason
from planner.surroundings import surroundings_of
from planner.texts import t

RECORD: Final = ".json"
_NAME: Final = re.compile(r"\w[\w .-]{0,59}")


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
    headings = [t(f"cli.plans.{name}", session.language) for name in ("name", "villages", "objective", "status")]
    session.print_table(headings, [[row["name"], row["villages"], row["objective"], row["status"]] for row in rows])


def compare_plans(
    context: typer.Context,
    first: str = typer.Argument(metavar="PLAN_A", help="cli.argument.plan"),
    second: str = typer.Argument(metavar="PLAN_B", help="cli.argument.plan"),
    *,
    priced: bool = typer.Option(default=False, help="cli.compare.priced"),
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
    layer = layer_of(session)
    return recorded(read_whole(path), layer, surroundings_of(layer, session.layer_file), name=path.name)


def rules_of(session: Session, name: str) -> SelectionParams:
    """Return the rules of a saved plan; PlanError if there is none or it is no plan."""
    path = file_of(session, name)
    content = read_whole(path)
    if kind_of(content, name=path.name) != KIND:
        raise PlanError("plan.no_record", file=path.name)
    try:
        return SelectionParams.model_validate_json(json.dumps(json.loads(content)["selection"]))
    except (KeyError, ValidationError) as error:
        count = error.error_count() if isinstance(error, ValidationError) else 1
        raise PlanError("plan.bad_parameters", file=path.name, count=count) from error


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
        raise PlanError("cli.plans.unknown", name=name, known=known)
    return saved


def free_name(session: Session, name: str) -> Path:
    """Return the file a plan of a name would have; PlanError if the name cannot be used or is taken."""
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise PlanError("cli.plans.bad_name", name=name[:60])
    path = session.paths.plans / f"{name}{RECORD}"
    if path.exists():
        raise PlanError("cli.plans.taken", name=name)
    return path


def save(session: Session, plan: SelectionPlan, name: str) -> None:
    """Save a plan under a name that is free. Raises like `free_name`."""
    path = free_name(session, name)
    make_folder(path.parent)
    with replacing(path) as draft:
        draft.write_bytes(record(plan, layer_of(session), name=name))
    session.say("cli.plans.saved", name=name, file=path)


def _summary(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_bytes())
        result = content["result"]
        return {
            "name": path.stem,
            "villages": len(content["chosen"]),
            "objective": result["objective"],
            "status": result["status"],
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {"name": path.stem, "villages": None, "objective": None, "status": "?"}


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
    differing = {name: [str(value) for value in values] for name, values in found.parameters.items()}
    return {**sides, "both": found.both, "totals": found.totals.to_dict("records"), "parameters": differing}


def _print(session: Session, found: Comparison, told: list[list[str]], names: tuple[str, str]) -> None:
    headings = ["", *names]
    figures = [
        [t(f"cli.compare.{name}", session.language), *(float(value) for value in found.totals[name])]
        for name in found.totals.columns
    ]
    session.print_table(headings, figures)
    typer.echo(t("cli.compare.both", session.language, count=found.both))
    for name, (one, other) in found.parameters.items():
        typer.echo(t("cli.compare.parameter", session.language, name=name, one=one, other=other))
    for lines, name in zip(told, names, strict=True):
        if lines:
            typer.echo(t("cli.compare.only", session.language, plan=name, count=len(lines)))
        for line in lines:
            typer.echo(f"- {line}")
