"""Saved plans: by name in the records of the office or in the data folder, or as a file."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from planner import plan_record
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.cli.villages import layer_of, layer_then, with_launched
from planner.cli.written_file import check_file as check_file  # noqa: PLC0414 (the other commands take it from here)
from planner.errors import PlanError, PlanMachineError
from planner.export.atomic import replacing
from planner.plan_folder import PlanFolder
from planner.plan_record import Asked
from planner.plan_shelf import RECORD, Shelf, Summary, file_name
from planner.rights import CONSOLE
from planner.selection import compare_wording
from planner.selection.compare import Comparison, compare, name_of
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, record
from planner.selection.reasons import Reason
from planner.selection.wording import reason
from planner.store.engine import in_use
from planner.store.engine import opened as opened_records
from planner.store.migrate import ready
from planner.store.plans import PlanRecords
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

app = typer.Typer(invoke_without_command=True, help="cli.plans.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="plans")
    parent.command(name="compare", help="cli.compare.help")(compare_plans)


@contextmanager
def shelf(session: Session) -> Iterator[Shelf]:
    """Give the saved plans: those of the records where there are any, else those of the data folder."""
    records = session.paths.records
    if not in_use(records):
        yield PlanFolder(session.paths.plans)
        return
    with opened_records(None, records) as engine:
        yield PlanRecords(ready(engine), CONSOLE)


@app.callback()
def listed(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """List the saved plans."""
    if context.invoked_subcommand is not None:
        return
    session = context.ensure_object(Session)
    with shelf(session) as kept:
        rows, where = kept.summaries(), kept.where
    if as_json:
        print_json({"plans": [_plain_summary(row) for row in rows]})
        return
    if not rows:
        session.say("cli.plans.none", where=where)
        return
    owned = any(row.owner for row in rows)
    columns = ("name", "villages", "objective", "unit", "status", *(["owner"] if owned else []))
    headings = [t(f"cli.plans.{name}", session.language) for name in columns]
    session.print_table(headings, [_listed(session, row)[: len(columns)] for row in rows])


@app.command(name="import", help="cli.plans.import.help")
def take_over(
    context: typer.Context,
    source: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER|FILE]", help="cli.argument.plans", show_default=False)
    ] = None,
    *,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Take over saved plans: a file, all of a folder, by default those of the data folder."""
    session = context.ensure_object(Session)
    given = source or session.paths.plans
    if not given.exists():
        raise PlanError("cli.plans.import.nothing", source=given)
    files = sorted(given.glob(f"*{RECORD}")) if given.is_dir() else [given]
    done: Counter[str] = Counter()
    with shelf(session) as kept:
        names = {row.name for row in kept.summaries()}
        for file in files:
            try:
                done[_take_over(kept, file, names)] += 1
            except PlanMachineError:
                raise  # the others would fare no better
            except PlanError as error:
                done["refused"] += 1
                typer.echo(printable(f"- {file.name}: {error.text(session.language)}"), err=True)
    session.say("cli.plans.import.done", **{what: done[what] for what in ("taken", "same", "refused")})
    if done["refused"]:
        raise typer.Exit(1)


@app.command(name="export", help="cli.plans.export.help")
def export(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="cli.argument.plan_name")],
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="cli.argument.plan_file")],
    *,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write a saved plan to a file."""
    session = context.ensure_object(Session)
    check_file(file, (RECORD,))
    with shelf(session) as kept:
        content = kept.read(name)
    with replacing(file) as draft:
        draft.write_bytes(content)
    session.say("cli.plans.export.done", name=name, file=file)


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
    """Return a plan by its name or file, with the villages chosen then, over the layer as it was then.

    Raises
    ------
    PlanError
        If there is no such plan, or it cannot be used with the present layer.
    """
    file, content = record_of(session, name)
    layer = layer_then(session, content, file)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    return plan_record.opened(content, layer, around, name=file)


def asked_of(session: Session, name: str) -> Asked:
    """Return what a saved plan was asked for. Raises like `planner.plan_record.asked_of`."""
    file, content = record_of(session, name)
    return plan_record.asked_of(content, name=file)


def option_of(name: str) -> str:
    """Return how a parameter of a selection is written on the command line."""
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


def record_of(session: Session, name: str) -> tuple[str, bytes]:
    """Return the name of the file of a plan, and its record: of the file of that path, else of that saved plan.

    Raises
    ------
    PlanError
        If there is neither.
    """
    if name.endswith(RECORD) and Path(name).is_file():
        return Path(name).name, plan_record.read_file(Path(name))
    with shelf(session) as kept:
        return file_name(name), kept.read(name)


def free_name(session: Session, name: str) -> None:
    """Refuse a name for a plan that cannot be used or is taken."""
    with shelf(session) as kept:
        kept.free_name(name)


def save(session: Session, plan: SelectionPlan, name: str) -> None:
    """Save a plan under a name that is free. Raises like `free_name`."""
    with shelf(session) as kept:
        where = kept.save(name, record(plan, layer_of(session), name=name))
    session.say("cli.plans.saved", name=name, where=where)


def _take_over(kept: Shelf, file: Path, names: Collection[str]) -> str:
    """Keep the record of a file under the name of the file, unless the same is kept already; say what was done."""
    name, content = file.stem, plan_record.read_file(file)
    parts = plan_record.parts_of(content, name=file.name)
    if parts.get("name") != name:
        content = plan_record.named(parts, name=name)
    if name in names and kept.read(name) == content:
        return "same"
    kept.save(name, content)
    return "taken"


def _plain_summary(row: Summary) -> dict[str, object]:
    return {
        "name": row.name,
        "villages": row.villages,
        "objective": row.brought,
        "unit": row.unit,
        "status": row.status,
        "owner": row.owner or None,
    }


def _listed(session: Session, row: Summary) -> list[object]:
    unit = t(f"selection.unit.{row.unit}", session.language) if row.unit else ""
    status = t(f"cli.plans.status.{row.status}", session.language)
    return [printable(row.name), row.villages, row.brought, unit, status, printable(row.owner)]


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
