"""``planner territories`` and ``planner rebalance``: who goes where, and what changes when agents come and go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

import geopandas as gpd
import pandas as pd
import typer

from geodata.layer import VillageLayer, load_neighbours
from geodata.office_day import today
from geodata.schema import VILLAGE_CODE
from planner.cli.exports_kept import kept
from planner.cli.plans import record_of
from planner.cli.session import DataDir, Json, Lang, Out, Region, Session, print_json, printable
from planner.cli.staff import homes_of, staff_of
from planner.cli.territories_told import plain_areas, plain_changes, plain_rebalance, print_areas, print_changes
from planner.cli.territory_agents import agents_after, agents_given, of_office, until_now
from planner.cli.villages import layer_of
from planner.errors import PlanError
from planner.export.territories import write_territories
from planner.export.write import WRITERS
from planner.params_file import read_as
from planner.plan_record import chosen_of
from planner.ranking import in_regions
from planner.territories import region as regions
from planner.territories.agents import AGENT, made
from planner.territories.divide import Territories, divide
from planner.territories.graph import Link
from planner.territories.params import TerritoryParams
from planner.territories.rebalance import rebalance
from planner.territories.report import changed, quality
from planner.territories.tables import parse_links, parse_pairs, read_assignment
from planner.territories.wording import changes_told, compared, told
from planner.texts import t

Branch = Annotated[str | None, typer.Option("--branch", metavar="NAME", help="cli.territories.branch")]
Lock = Annotated[str | None, typer.Option("--lock", metavar="CODE=AGENT,...|FILE", help="cli.territories.lock")]
Allow = Annotated[str | None, typer.Option("--allow", metavar="CODE:CODE,...", help="cli.territories.allow")]
Forbid = Annotated[str | None, typer.Option("--forbid", metavar="CODE:CODE,...", help="cli.territories.forbid")]
Plan = Annotated[str | None, typer.Option("--plan", metavar="NAME|FILE", help="cli.territories.plan")]
ParamsFile = Annotated[Path | None, typer.Option("--params", metavar="FILE", help="cli.territories.params")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, max=2**31 - 1, help="cli.option.seed")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(name="territories", help="cli.territories.help")(territories)
    app.command(name="rebalance", help="cli.rebalance.help")(rebalanced)


def territories(
    context: typer.Context,
    *,
    agents: Annotated[str | None, typer.Option("--agents", metavar="N|FILE.csv", help="cli.territories.agents")] = None,
    region: Region = None,
    branch: Branch = None,
    plan: Plan = None,
    current: Annotated[Path | None, typer.Option("--current", metavar="FILE", help="cli.territories.current")] = None,
    lock: Lock = None,
    allow: Allow = None,
    forbid: Forbid = None,
    params: ParamsFile = None,
    seed: Seed = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Divide the villages of a branch among its agents."""
    session = context.ensure_object(Session)
    _check_ending(out)
    layer = layer_of(session)
    links = _Links(parse_links(allow or "", option="--allow"), parse_links(forbid or "", option="--forbid"))
    asked = _asked(session, _villages(layer, list(region or []), branch), plan, links)
    staff = None if agents is not None else staff_of(session, today(), missing="territories.no_staff")
    table = agents_given(agents or "", layer) if staff is None else of_office(staff, asked.villages, branch, layer)
    now = until_now(staff, asked.villages) if current is None else read_assignment(current)
    found = divide(
        asked.villages,
        asked.pairs,
        table,
        _params(params, seed),
        allow=asked.links.allow,
        forbid=asked.links.forbid,
        locks=_locks(lock),
    )

    def lines(shown: Territories) -> list[str]:
        seen, before = quality(shown), None if now is None else _before(shown, now)
        words = [*asked.told, *told(shown, seen, session.language)]
        if now is not None and before is not None:
            words.append(compared(quality(before), seen, _changes(shown, now), session.language))
        return words

    if out is not None:
        _write(session, found, layer, out, told=lines, current=now, offices=staff.offices() if staff else None)
    seen = quality(found)
    if as_json:
        changes = None if now is None else _changes(found, now)
        print_json({**plain_areas(found, seen, layer), "told": lines(found), "changes": plain_changes(changes)})
        return
    print_areas(session, seen, lines(found), quiet=out is not None)


def rebalanced(
    context: typer.Context,
    *,
    current: Annotated[Path | None, typer.Option("--current", metavar="FILE", help="cli.rebalance.current")] = None,
    leave: Annotated[str | None, typer.Option("--leave", metavar="AGENT,...", help="cli.rebalance.leave")] = None,
    arrive: Annotated[
        str | None, typer.Option("--arrive", metavar="AGENT[=CODE],...", help="cli.rebalance.arrive")
    ] = None,
    agents: Annotated[Path | None, typer.Option("--agents", metavar="FILE.csv", help="cli.rebalance.agents")] = None,
    region: Region = None,
    branch: Branch = None,
    plan: Plan = None,
    lock: Lock = None,
    allow: Allow = None,
    forbid: Forbid = None,
    params: ParamsFile = None,
    seed: Seed = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Balance again after agents left or arrived or villages were split, with the least change."""
    session = context.ensure_object(Session)
    _check_ending(out)
    layer = layer_of(session)
    links = _Links(parse_links(allow or "", option="--allow"), parse_links(forbid or "", option="--forbid"))
    lives: dict[str, str] = {}
    offices: dict[str, str] | None = None
    if current is None:
        staff = staff_of(session, today(), missing="capacity.no_assignment")
        now, offices, lives = staff.owners(), staff.offices(), homes_of(staff, layer.frame[VILLAGE_CODE])
    else:
        now = read_assignment(current)
    if not now:
        raise PlanError("capacity.no_assignment")
    if region or branch or plan:
        asked = _asked(session, _villages(layer, list(region or []), branch), plan, links)
        now = {code: agent for code, agent in now.items() if code in set(asked.villages[VILLAGE_CODE])}
    else:
        asked = _asked(session, regions.of_assignment(layer.frame, now), None, links)
    made_ = rebalance(
        asked.villages,
        asked.pairs,
        agents_after(now, layer, agents=agents, leave=leave, arrive=arrive, lives=lives),
        now,
        _params(params, seed),
        allow=asked.links.allow,
        forbid=asked.links.forbid,
        locks=_locks(lock),
    )
    limit = made_.territories.ground.params.rebalance_limit_pct

    def lines(shown: Territories) -> list[str]:
        words = told(shown, quality(shown), session.language, limit_pct=limit)
        return [*asked.told, *changes_told(replace(made_, territories=shown), session.language), *words]

    if out is not None:
        _write(session, made_.territories, layer, out, told=lines, current=now, offices=offices)
    seen = quality(made_.territories)
    if as_json:
        shown = lines(made_.territories)
        print_json({**plain_areas(made_.territories, seen, layer), **plain_rebalance(made_), "told": shown})
        return
    if out is None:
        print_changes(session, made_)
    print_areas(session, seen, lines(made_.territories), quiet=out is not None)


class _Links(NamedTuple):
    """Links that are allowed and forbidden."""

    allow: Sequence[Link] = ()
    forbid: Sequence[Link] = ()


class _Asked(NamedTuple):
    """What is divided: villages, their neighbours, links still to be looked at, and what is to be said of it."""

    villages: gpd.GeoDataFrame
    pairs: pd.DataFrame
    links: _Links
    told: list[str]


def _asked(session: Session, villages: gpd.GeoDataFrame, plan: str | None, links: _Links) -> _Asked:
    """Return the villages and their neighbours; of a plan only its villages, linked through those in between."""
    pairs = load_neighbours(layer_of(session), session.layer_file)
    if plan is None:
        return _Asked(villages, pairs, links, [])
    file, content = record_of(session, plan)
    chosen = regions.of_plan(villages, pairs, chosen_of(content, name=file), allow=links.allow, forbid=links.forbid)
    lines = [t("territories.told.plan", session.language, count=len(chosen.villages), name=printable(plan))]
    if chosen.outside:
        lines.append(t("territories.told.plan_outside", session.language, count=len(chosen.outside)))
    return _Asked(chosen.villages, chosen.pairs, _Links(), lines)


def _villages(layer: VillageLayer, region: list[str], branch: str | None) -> gpd.GeoDataFrame:
    if branch is not None and region:
        raise PlanError("territories.branch_or_region")
    if branch is not None:
        return regions.of_branch(layer.frame, branch)
    return gpd.GeoDataFrame(layer.frame[in_regions(layer.frame, region or None)])


def _params(path: Path | None, seed: int | None) -> TerritoryParams:
    params = TerritoryParams() if path is None else read_as(TerritoryParams, path)
    return params if seed is None else params.model_copy(update={"seed": seed})


def _locks(given: str | None) -> dict[str, str]:
    if not given:
        return {}
    return parse_pairs(given, option="--lock") if "=" in given else read_assignment(Path(given))


def _changes(found: Territories, now: Mapping[str, str]) -> pd.DataFrame:
    hours = pd.Series(found.ground.load, index=found.assignment.index)
    return changed(now, found.assignment, hours)


def _before(found: Territories, now: Mapping[str, str]) -> Territories | None:
    """Return the assignment until now as a division of the same villages; nothing where it lacks some."""
    codes = found.ground.graph.codes.tolist()
    if any(code not in now for code in codes):
        return None
    agents = made(sorted({now[code] for code in codes}), None, None)
    place = pd.Index(agents[AGENT]).get_indexer(pd.Index([now[code] for code in codes]))
    return replace(found, agents=agents, agent=place, locks={})


def _check_ending(out: Path | None) -> None:
    """Refuse a file of unknown ending before the long work begins."""
    if out is not None and out.suffix.lower() not in WRITERS:
        raise PlanError("export.unknown_ending", file=out.name, endings=", ".join(WRITERS))


def _write(
    session: Session,
    found: Territories,
    layer: VillageLayer,
    out: Path,
    *,
    told: Callable[[Territories], list[str]],
    current: Mapping[str, str] | None,
    offices: Mapping[str, str] | None,
) -> None:
    stamp = write_territories(out, found, layer, told=told, language=session.language, current=current, offices=offices)
    kept(session, stamp, out)
    session.say("cli.rank.written", count=len(found.agent), file=out)
