"""``planner target``: what a target of active participants takes, and the coverage targets that were published."""

from datetime import date
from typing import Annotated, Any

import pandas as pd
import typer

from geodata import office_day, offices
from planner import target_wording as wording
from planner import targets, ucj, ucj_board
from planner.cli.results import with_own_results
from planner.cli.session import DataDir, Json, Lang, Region, Session, print_json
from planner.cli.villages import ParamsOption, layer_of, params_of, records
from planner.coverage_figures import OWN
from planner.errors import PlanError
from planner.manner import plain_row, terse
from planner.ranking import in_regions
from planner.targets import Figure, TargetPlan
from planner.tariffs import PROGRAMMES, Programme
from planner.texts import t


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(help="cli.target.help")(target)


def target(
    context: typer.Context,
    *,
    net: Annotated[int | None, typer.Option("--net", metavar="PEOPLE", help="cli.target.net")] = None,
    before: Annotated[int | None, typer.Option("--from", metavar="PEOPLE", help="cli.target.from")] = None,
    after: Annotated[int | None, typer.Option("--to", metavar="PEOPLE", help="cli.target.to")] = None,
    programme: Annotated[
        str, typer.Option("--programme", metavar="PROGRAMME", help="cli.target.programme")
    ] = PROGRAMMES[0],
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help="cli.target.start")] = None,
    published: Annotated[bool, typer.Option("--ucj", help="cli.target.ucj")] = False,
    own: Annotated[bool, typer.Option("--own", help="cli.target.own_results")] = False,
    params: ParamsOption = None,
    region: Region = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Plan backwards from active participants, or list the published targets."""
    session = context.ensure_object(Session)
    regions = list(region) if region else None
    if published:
        _tell_published(session, regions, as_json=as_json)
        return
    wanted = _net(net, before, after)
    first = office_day.today() if start is None else _day(start)
    layer = layer_of(session)
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    chosen = with_own_results(session, layer, params_of(params)) if own else params_of(params)
    plan = targets.plan_target(
        wanted,
        villages[in_regions(villages, regions)],
        offices=offices.read_offices(),
        params=chosen,
        start=first,
        programme=_programme(programme),
        layer_date=str(layer.about.get("built") or ""),
    )
    if as_json:
        said = {"fingerprint": layer.fingerprint, "start": first.isoformat(), "programme": programme}
        print_json({**said, "regions": regions, "seed": chosen.seed, "worlds": chosen.worlds, **_plain(plan, session)})
        return
    _print_plan(session, plan)
    session.say("targets.note.worlds", worlds=chosen.worlds, seed=str(chosen.seed))


def _net(net: int | None, before: int | None, after: int | None) -> int:
    if net is not None and before is None and after is None:
        return net
    if net is None and before is not None and after is not None:
        return targets.net_between(before, after)
    raise PlanError("targets.no_target")


def _programme(name: str) -> Programme:
    for known in PROGRAMMES:
        if name == known:
            return known
    raise PlanError("targets.programme", programme=name, known=", ".join(PROGRAMMES))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PlanError("targets.date", text=text) from error


def _plain(plan: TargetPlan, session: Session) -> dict[str, Any]:
    """Return a plan as plain values."""
    return {
        **{name: _plain_figure(figure, session) for name, figure in plan.figures.items()},
        "villages": plan.villages,
        "enough": plan.enough,
        "chance_of_enough_pct": round(100 * plan.chance, 1),
        "all_villages_active": _plain_figure(plan.all_active, session),
        "scenarios": [scenario._asdict() for scenario in plan.scenarios],
        "funnel": records(plan.stages.reset_index()),
    }


def _plain_figure(figure: Figure, session: Session) -> dict[str, Any]:
    told = {name: value for name, value in figure._asdict().items() if name != "counted"}
    return {**told, "source": t(figure.source, session.language, **figure.counted)}


def _print_plan(session: Session, plan: TargetPlan) -> None:
    language, manner = session.language, terse(session.language)
    rows = [wording.figure_row(name, figure, plan, manner) for name, figure in plan.figures.items()]
    session.print_table(wording.figure_headings(language), rows)
    scenarios = [wording.scenario_row(scenario, language) for scenario in plan.scenarios]
    session.print_table(wording.scenario_headings(language), scenarios)
    session.print_table(wording.stage_headings(language), wording.stage_rows(plan.stages, manner))
    typer.echo(wording.verdict(plan, language), err=True)
    session.say("targets.note.compare")


def _tell_published(session: Session, regions: list[str] | None, *, as_json: bool) -> None:
    found = ucj.of_regions(ucj_board.all_targets(session.paths.root), regions)
    if as_json:
        print_json({"targets": records(found)})
        return
    rows = [_published_row(session, plain_row(row)) for row in found.to_dict("records")]
    session.print_table(wording.target_headings(session.language), rows)
    session.say("targets.ucj.note")
    if found[OWN].any():
        session.say("web.ucj.own", file=ucj_board.OWN_FILE, rows=int(found[OWN].sum()))


def _published_row(session: Session, row: dict[str, Any]) -> list[object]:
    region = f"{row[ucj.REGION_CODE]} {wording.target_region(row, session.language)}"
    return [region, *wording.target_cells(row, terse(session.language)), f"{row['source_date']}, {row['confidence']}"]
