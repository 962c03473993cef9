"""Saved plans: by name in the data folder, or as a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from planner import plan_folder
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.cli.villages import layer_of, with_launched
from planner.plan_folder import RECORD, Asked, Summary
from planner.selection import compare_wording
from planner.selection.compare import Comparison, compare, name_of
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan
from planner.selection.reasons import Reason
from planner.selection.wording import reason
from planner.surroundings import surroundings_of
from planner.texts import t

_OPTIONS: Final = {
    "budget_idr": "--budget",
    "gap_pct": "--gap",
    "seconds": "--time",
    "regions": "--region",
    "regencies": "--limit",
    "branches": "--limit",
    "sectors": "--limit",
}


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(name="plans", help="cli.plans.help")(listed)
    app.command(name="compare", help="cli.compare.help")(compare_plans)


def listed(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """List the saved plans."""
    session = context.ensure_object(Session)
    rows = plan_folder.summaries(session.paths.plans)
    if as_json:
        print_json({"plans": [_plain_summary(row) for row in rows]})
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
    layer = layer_of(session)
    return plan_folder.opened(
        file_of(session, name), layer, with_launched(session, surroundings_of(layer, session.layer_file))
    )


def asked_of(session: Session, name: str) -> Asked:
    """Return what a saved plan was asked for. Raises like `plan_folder.asked_of`."""
    return plan_folder.asked_of(file_of(session, name))


def option_of(name: str) -> str:
    """Return how a parameter of a selection is written on the command line."""
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


def file_of(session: Session, name: str) -> Path:
    """Return the file of a plan: one of that path, else the saved plan of that name.

    Raises
    ------
    PlanError
        If there is neither.
    """
    if name.endswith(RECORD) and Path(name).is_file():
        return Path(name)
    return plan_folder.file_of(session.paths.plans, name)


def free_name(session: Session, name: str) -> Path:
    """Return the file a plan of a name would have; PlanError if the name cannot be used or is taken."""
    return plan_folder.free_name(session.paths.plans, name)


def save(session: Session, plan: SelectionPlan, name: str) -> None:
    """Save a plan under a name that is free. Raises like `free_name`."""
    path = plan_folder.save(session.paths.plans, plan, layer_of(session), name=name)
    session.say("cli.plans.saved", name=name, file=path)


def _plain_summary(row: Summary) -> dict[str, object]:
    return {
        "name": row.name,
        "villages": row.villages,
        "objective": row.brought,
        "unit": row.unit,
        "status": row.status,
    }


def _listed(session: Session, row: Summary) -> list[object]:
    unit = t(f"selection.unit.{row.unit}", session.language) if row.unit else ""
    status = t(f"cli.plans.status.{row.status}", session.language)
    return [printable(row.name), row.villages, row.brought, unit, status]


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
    figures = [[words, *both] for words, both in compare_wording.totals(found, session.language)]
    session.print_table(["", *(printable(name) for name in names)], figures)
    typer.echo(t("cli.compare.both", session.language, count=found.both))
    for name, values in found.parameters.items():
        one, other = (compare_wording.value(name, value, session.language) for value in values)
        typer.echo(t("cli.compare.parameter", session.language, name=_setting(name), one=one, other=other))
    for lines, name in zip(told, names, strict=True):
        if lines:
            typer.echo(t("cli.compare.only", session.language, plan=printable(name), count=len(lines)))
        for line in lines:
            typer.echo(f"- {line}")


def _setting(name: str) -> str:
    """Return how a person writes a setting: the option of a rule, the key of a parameter in its file."""
    return option_of(name) if name in {*SelectionParams.model_fields, "regions", "sector"} else name
