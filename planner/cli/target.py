"""``planner target``: what a target of active participants takes, and the coverage targets that were published."""

from datetime import date
from typing import Annotated, Any, Final

import pandas as pd
import typer

from geodata import offices
from geodata.texts import number
from planner import targets, ucj
from planner.cli.score import ParamsOption
from planner.cli.session import DataDir, Json, Lang, Region, Session, print_json
from planner.cli.villages import layer_of, params_of, plain, records
from planner.errors import PlanError
from planner.ranking import in_regions
from planner.rupiah import spoken
from planner.targets import Figure, Name, TargetPlan
from planner.tariffs import PROGRAMMES, Programme
from planner.texts import t

_LAUNCHED: Final = ("launches", "visits", "launch_cost_idr")  # end at all villages
_SURE: Final = 0.95  # the upper end of an interval


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
    chosen = params_of(params)
    first = date.today() if start is None else _day(start)
    layer = layer_of(session)
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
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
    return {**figure._asdict(), "source": t(figure.source, session.language)}


def _print_plan(session: Session, plan: TargetPlan) -> None:
    language = session.language
    headings = [t(f"targets.heading.{name}", language) for name in ("figure", "value", "interval", "basis", "source")]
    session.print_table(headings, [_row(session, plan, name) for name in plan.figures])
    _print_scenarios(session, plan)
    _print_stages(session, plan)
    active = plan.all_active
    session.say(
        f"targets.note.{'enough' if plan.enough else 'not_enough'}",
        launches=plan.figures["launches"].value,
        villages=plan.villages,
        active=active.value,
        low=active.low,
        high=active.high,
        chance=round(100 * plan.chance),
    )
    session.say("targets.note.compare")


def _row(session: Session, plan: TargetPlan, name: Name) -> list[object]:
    figure = plan.figures[name]
    value, least, most = (
        spoken(end, session.language) if "_idr" in name else number(end, session.language)
        for end in (figure.value, figure.low, figure.high)
    )
    interval = "" if least == most else f"{least} - {most}"
    if name in _LAUNCHED and plan.chance < _SURE:
        key = "targets.interval.or_more" if interval else "targets.interval.not_enough"
        interval = t(key, session.language, interval=interval)
    source = ", ".join(filter(None, (t(figure.source, session.language), figure.source_date)))
    basis = t(f"targets.basis.{figure.basis}", session.language)
    return [t(f"targets.figure.{name}", session.language), value, interval, basis, source]


def _print_scenarios(session: Session, plan: TargetPlan) -> None:
    names = ("registrations", "launches", "launch_cost_idr")
    headings = [t(f"targets.figure.{name}", session.language) for name in names]
    rows = [
        [
            session.shown(scenario.registrations_per_active),
            scenario.registrations,
            scenario.launches,
            spoken(scenario.launch_cost_idr, session.language),
            _yes(session, scenario.enough),
        ]
        for scenario in plan.scenarios
    ]
    ends = [t(f"targets.heading.{name}", session.language) for name in ("ratio", "enough")]
    session.print_table([ends[0], *headings, ends[1]], rows)


def _print_stages(session: Session, plan: TargetPlan) -> None:
    headings = [t(f"targets.heading.{name}", session.language) for name in ("stage", "people", "range")]
    rows: list[list[object]] = []
    for stage in plan.stages.reset_index().to_dict("records"):
        least, most = (session.shown(plain(stage[end])) for end in ("low", "high"))
        told = "" if least == most else f"{least} - {most}"
        rows.append([t(f"targets.stage.{stage['stage']}", session.language), plain(stage["people"]), told])
    session.print_table(headings, rows)


def _yes(session: Session, answer: object) -> str:
    return t("targets.yes" if answer else "targets.no", session.language)


def _tell_published(session: Session, regions: list[str] | None, *, as_json: bool) -> None:
    found = ucj.with_gaps(ucj.of_regions(ucj.read_ucj_targets(), regions))
    if as_json:
        print_json({"targets": records(found)})
        return
    names = ("region", "year", "target", "segment", "base", "covered", "at", "gap", "quoted", "check", "source")
    rows = [_published_row(session, {str(k): plain(v) for k, v in row.items()}) for row in found.to_dict("records")]
    session.print_table([t(f"targets.ucj.{name}", session.language) for name in names], rows)
    session.say("targets.ucj.note")


def _published_row(session: Session, row: dict[str, Any]) -> list[object]:
    return [
        f"{row[ucj.REGION_CODE]} {row[ucj.REGION_NAME]}",
        str(row[ucj.TARGET_YEAR]),
        number(row[ucj.TARGET], session.language, 2),
        t(f"targets.ucj.segment.{row[ucj.SEGMENT]}", session.language),
        _counted(session, row[ucj.BASE], row[ucj.BASE_BASIS]),
        _counted(session, row[ucj.COVERED], row[ucj.COVERED_BASIS]),
        row[ucj.COVERED_DATE],
        row[ucj.UCJ_GAP],
        _quoted(session, row[ucj.QUOTED_GAP], row[ucj.QUOTED_TARGET]),
        _agreement(session, row[ucj.MISMATCH], row[ucj.DIFFERENCE]),
        f"{row['source_date']}, {row['confidence']}",
    ]


def _counted(session: Session, people: int | None, how: str | None) -> str:
    shown = session.shown(people)
    return t("targets.ucj.derived", session.language, people=shown) if how == "derived" else shown


def _quoted(session: Session, gap: int | None, wanted: int | None) -> str:
    if gap is None and wanted is not None:
        return t("targets.ucj.quoted_target", session.language, people=session.shown(wanted))
    return session.shown(gap)


def _agreement(session: Session, mismatch: object, difference: int | None) -> str:
    if mismatch is None:
        return ""
    if not mismatch:
        return _yes(session, answer=True)
    return t("targets.ucj.differs", session.language, people=session.shown(difference))
