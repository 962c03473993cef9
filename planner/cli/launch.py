"""``planner launch``: villages from the proposal to half a year after the launch."""

from datetime import date
from typing import Annotated, Any

import pandas as pd
import typer

from geodata import office_day
from geodata.declared import declared_codes, match_declared, read_declared
from geodata.layer import VillageLayer
from geodata.schema import VILLAGE_CODE
from planner.cli.launch_declared import app as declared_app
from planner.cli.launch_print import name_of, plain_row, print_launches, tell
from planner.cli.plans import record_of
from planner.cli.session import DataDir, Json, Lang, Session, print_json, printable
from planner.cli.villages import dotted, layer_of
from planner.errors import PlanError
from planner.launch_pipeline import Move, day_of, overview, step_named
from planner.plan_record import chosen_of
from planner.rights import CONSOLE
from planner.store import declared, launch_views, launches
from planner.store.engine import opened, reading
from planner.store.migrate import ready
from planner.store.officials import officials_frame

app = typer.Typer(no_args_is_help=True, help="cli.launch.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="launch")


app.add_typer(declared_app, name="declared")

Number = Annotated[int, typer.Argument(metavar="ID", min=1, help="cli.argument.launch")]
On = Annotated[str | None, typer.Option("--on", metavar="2026-12-01", help="cli.option.launch_on")]
Evidence = Annotated[str, typer.Option("--evidence", help="cli.option.evidence")]


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command(help="cli.launch.propose.help")
def propose(
    context: typer.Context,
    codes: Annotated[list[str] | None, typer.Argument(metavar="VILLAGE_CODE", help="cli.argument.villages")] = None,
    *,
    plan: Annotated[str | None, typer.Option("--plan", metavar="NAME", help="cli.option.launch_plan")] = None,
    on: On = None,
    evidence: Evidence = "",
    again: Annotated[str, typer.Option("--again", help="cli.option.again")] = "",
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Propose villages by their codes, or all villages of a saved plan."""
    session = context.ensure_object(Session)
    layer = layer_of(session)
    wanted = [dotted(code) for code in codes or []]
    if plan is not None:
        file, content = record_of(session, plan)
        wanted += chosen_of(content, name=file)
    if not wanted:
        raise PlanError("cli.launch.nothing")
    _all_known(layer, wanted)
    register = match_declared(read_declared(), layer.frame)
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    with opened(None, session.paths.records) as engine:
        declared.fill_once(ready(engine), register, villages, who=CONSOLE.login)
        done = launches.propose(
            engine,
            wanted,
            on=_day(on),
            by=CONSOLE,
            plan=plan or "",
            evidence=evidence or plan or "",
            known_declared=declared_codes(register),
            again=again,
        )
    if as_json:
        print_json({"proposed": dict(done.launches), "running": done.running, "declared": done.declared})
        return
    session.say("cli.launch.proposed", count=len(done.launches))
    for code, number in done.launches.items():
        typer.echo(f"{number}  {code}  {printable(name_of(layer, code))}")
    for key, left in (("running", done.running), ("declared", done.declared)):
        if left:
            session.say(f"cli.launch.left.{key}", count=len(left), codes=", ".join(left))


@app.command(name="list", help="cli.launch.list.help")
def list_launches(
    context: typer.Context,
    *,
    overdue: Annotated[bool, typer.Option("--overdue", help="cli.option.overdue")] = False,
    step: Annotated[str | None, typer.Option("--step", help="cli.option.step")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """List the launches, the most urgent first."""
    session = context.ensure_object(Session)
    wanted = None if step is None else step_named(step)
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        rows = launch_views.listed(connection)
        found = overview(rows, officials_frame(connection, rows["village_code"]), today=office_day.today())
    if overdue:
        found = found[found["overdue_days"] > 0]
    if wanted is not None:
        found = found[found["step"] == wanted]
    if as_json:
        print_json({"launches": [plain_row(row) for row in found.to_dict("records")]})
        return
    if found.empty:
        session.say("cli.launch.none")
        return
    print_launches(session, found)


@app.command(help="cli.launch.advance.help")
def advance(
    context: typer.Context,
    launch: Number,
    step: Annotated[str, typer.Argument(metavar="STEP", help="cli.argument.step")],
    *,
    evidence: Evidence = "",
    override: Annotated[str, typer.Option("--override", help="cli.option.override")] = "",
    reason: Annotated[str, typer.Option("--reason", help="cli.option.launch_reason")] = "",
    on: On = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write down that a launch has reached a step, or goes back to one."""
    session = context.ensure_object(Session)
    move = Move(step_named(step), _day(on), evidence=evidence, reason=reason, override=override)
    with opened(None, session.paths.records) as engine:
        launches.advance(ready(engine), launch, move, by=CONSOLE, seen=_seen(engine, launch))
        tell(session, engine, launch, as_json=as_json)


@app.command(help="cli.launch.dusun.help")
def dusun(
    context: typer.Context,
    launch: Number,
    name: Annotated[str, typer.Argument(metavar="DUSUN", help="cli.argument.dusun")],
    *,
    met: Annotated[int, typer.Option("--met", min=0, help="cli.option.met")],
    evidence: Evidence = "",
    on: On = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write down a meeting in a dusun."""
    session = context.ensure_object(Session)
    day = _day(on)
    with opened(None, session.paths.records) as engine:
        seen = _seen(ready(engine), launch)
        launches.add_dusun(engine, launch, name, met, on=day, by=CONSOLE, seen=seen, evidence=evidence)
        tell(session, engine, launch, as_json=as_json)


@app.command(name="set", help="cli.launch.set.help")
def set_launch(
    context: typer.Context,
    launch: Number,
    *,
    owner: Annotated[str | None, typer.Option("--owner", metavar="LOGIN", help="cli.option.owner")] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="2026-12-01", help="cli.option.due")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Set owner and due date."""
    session = context.ensure_object(Session)
    if owner is None and due is None:
        raise PlanError("cli.launch.nothing_set")
    day = None if due is None else _day(due)
    with opened(None, session.paths.records) as engine:
        if owner is not None:
            number = _account(ready(engine), owner)
            launches.set_owner(engine, launch, number, by=CONSOLE, seen=_seen(engine, launch))
        if day is not None:
            launches.set_due(ready(engine), launch, day, by=CONSOLE, seen=_seen(engine, launch))
        tell(session, engine, launch, as_json=as_json)


@app.command(help="cli.launch.cancel.help")
def cancel(
    context: typer.Context,
    launch: Number,
    *,
    reason: Annotated[str, typer.Option("--reason", help="cli.option.launch_reason")],
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Give a launch up."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine:
        launches.cancel(ready(engine), launch, reason, by=CONSOLE, seen=_seen(engine, launch))
        tell(session, engine, launch, as_json=as_json)


@app.command(help="cli.launch.show.help")
def show(
    context: typer.Context, launch: Number, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None
) -> None:
    """Tell where a launch stands, and its history."""
    session = context.ensure_object(Session)
    with opened(None, session.paths.records) as engine:
        tell(session, ready(engine), launch, as_json=as_json)


def _all_known(layer: VillageLayer, codes: list[str]) -> None:
    unknown = sorted(set(codes) - set(layer.frame[VILLAGE_CODE]))
    if unknown:
        raise PlanError("cli.launch.unknown_village", codes=printable(", ".join(unknown[:10])))


def _day(text: str | None) -> date:
    if text is None:
        return office_day.today()
    return day_of(printable(text))


def _seen(engine: Any, launch: int) -> Any:  # noqa: ANN401 (a database, a time)
    with reading(engine) as connection:
        return launch_views.found(connection, launch)["changed_at"]


def _account(engine: Any, login: str) -> int:  # noqa: ANN401 (a database)
    with reading(engine) as connection:
        known = launch_views.possible_owners(connection)
    found = known.loc[known["login"] == login.strip().casefold(), "id"]
    if found.empty:
        raise PlanError("launches.unknown_owner")
    return int(found.iloc[0])
