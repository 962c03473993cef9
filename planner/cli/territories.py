"""``planner territories`` and ``planner rebalance``: who goes where, and what changes when agents come and go."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import geopandas as gpd
import pandas as pd
import typer

from geodata.contiguity import DISTANCE_KM, VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.layer import VillageLayer, load_neighbours
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner.cli.plans import record_of
from planner.cli.session import DataDir, Json, Lang, Out, Region, Session, print_json, printable
from planner.cli.staff import homes_of, staff_of
from planner.cli.territory_agents import agents_after, agents_given, of_office, until_now
from planner.cli.villages import layer_of, records
from planner.errors import PlanError
from planner.export.territories import village_table, write_territories
from planner.export.write import WRITERS
from planner.params_file import read_as
from planner.plan_record import chosen_of
from planner.ranking import in_regions
from planner.store.rights_agent import today
from planner.territories import region as regions
from planner.territories.agents import AGENT, made
from planner.territories.divide import Territories, divide
from planner.territories.graph import Link
from planner.territories.load import HOURS, VISITS
from planner.territories.params import TerritoryParams
from planner.territories.rebalance import Rebalanced, rebalance
from planner.territories.report import DEVIATION, DISTRICTS, HOME_KM, PIECES, VILLAGES, Quality, changed, quality
from planner.territories.tables import parse_links, parse_pairs, read_assignment
from planner.territories.wording import changes_told, compared, told
from planner.texts import t

_SHOWN = (VILLAGES, VISITS, HOURS, DEVIATION, PIECES, "compactness", HOME_KM, DISTRICTS)

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
    seen = quality(found)
    lines = [*asked.told, *told(found, seen, session.language)]
    changes = None if now is None else _changes(found, now)
    if now is not None and changes is not None:
        before = _before(found, now)
        lines += [] if before is None else [compared(quality(before), seen, changes, session.language)]
    if out is not None:
        _write(session, found, layer, out, lines=lines, current=now, offices=staff.offices() if staff else None)
    if as_json:
        print_json({**_plain(found, seen, layer), "told": lines, "changes": _plain_changes(changes)})
        return
    _print(session, seen, lines, quiet=out is not None)


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
    seen = quality(made_.territories)
    limit = made_.territories.ground.params.rebalance_limit_pct
    words = told(made_.territories, seen, session.language, limit_pct=limit)
    lines = [*asked.told, *changes_told(made_, session.language), *words]
    if out is not None:
        _write(session, made_.territories, layer, out, lines=lines, current=now, offices=offices)
    if as_json:
        print_json({**_plain(made_.territories, seen, layer), **_plain_rebalance(made_), "told": lines})
        return
    if out is None:
        _print_changes(session, made_)
    _print(session, seen, lines, quiet=out is not None)


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
    lines: list[str],
    current: Mapping[str, str] | None,
    offices: Mapping[str, str] | None,
) -> None:
    write_territories(out, found, layer, told=lines, language=session.language, current=current, offices=offices)
    session.say("cli.rank.written", count=len(found.agent), file=out)


def _print(session: Session, seen: Quality, lines: list[str], *, quiet: bool) -> None:
    if not quiet:
        names = [name for name in _SHOWN if name != HOME_KM or seen.areas[HOME_KM].notna().any()]
        headings = [t(f"territories.heading.{name}", session.language) for name in (AGENT, *names)]
        rows = [[agent, *(_rounded(row[name]) for name in names)] for agent, row in seen.areas.iterrows()]
        session.print_table(headings, rows)
    for line in lines:
        typer.echo(line)
    session.say("territories.note.assumed")


def _print_changes(session: Session, made_: Rebalanced) -> None:
    villages = made_.territories.ground.villages.set_index(VILLAGE_CODE)
    names = (VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME, "from_agent", AGENT)
    headings = [t(f"territories.heading.{name}", session.language) for name in names]
    rows = [
        [
            row[VILLAGE_CODE],
            *(villages.loc[row[VILLAGE_CODE], name] for name in (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME)),
            row["from_agent"] if isinstance(row["from_agent"], str) else "-",
            row[AGENT],
        ]
        for row in made_.changes.to_dict("records")
    ]
    session.print_table(headings, rows)


def _rounded(value: Any) -> object:  # noqa: ANN401 (a cell of any type)
    return None if pd.isna(value) else round(float(value), 2)


def _plain(found: Territories, seen: Quality, layer: VillageLayer) -> dict[str, Any]:
    links = found.islands.joined[[VILLAGE_CODE_A, VILLAGE_CODE_B, DISTANCE_KM]]
    return {
        "fingerprint": layer.fingerprint,
        "params": found.ground.params.model_dump(mode="json"),
        "max_deviation_pct": round(seen.largest_deviation_pct, 4),
        "disconnected": seen.disconnected,
        "district_splits": seen.district_splits,
        "agents": records(seen.areas.reset_index().round(4)),
        "sea_links": records(links),
        "villages": records(village_table(found)[[VILLAGE_CODE, AGENT, VISITS, HOURS]]),
    }


def _plain_changes(changes: pd.DataFrame | None) -> list[dict[str, Any]] | None:
    return None if changes is None else records(changes.round(2))


def _plain_rebalance(made_: Rebalanced) -> dict[str, Any]:
    return {
        "left": list(made_.left),
        "arrived": list(made_.arrived),
        "neighbours": list(made_.neighbours),
        "neighbour_villages": made_.neighbour_villages,
        "neighbour_changes": made_.neighbour_changes,
        "overflow_share": round(made_.overflow_share, 4),
        "changes": _plain_changes(made_.changes),
    }
