"""``planner capacity``: load of agents, districts without one, and fair monthly targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.schema import REGENCY_CODE
from geodata.texts import Language
from planner.capacity_wording import assumptions, told
from planner.cli.exports_kept import kept
from planner.cli.results import with_own_results
from planner.cli.session import DataDir, Json, Lang, Region, Session, print_json
from planner.cli.staff import staff_of
from planner.cli.territories import Branch
from planner.cli.villages import layer_of, records
from planner.errors import PlanError
from planner.export.capacity import sheets
from planner.export.plain_sheet import PlainSheet
from planner.export.sheets import check_ending, write_sheets
from planner.export.stamping import stamp_of_content
from planner.fair_targets import FairTargetParams
from planner.field.incentive import incentive_on, office_rules
from planner.manner import terse
from planner.office_board import Board, board, standing
from planner.params import Funnel, ScoringParams
from planner.params_file import read_as
from planner.shielding import few_notes, shielded
from planner.small_cells import SMALLEST
from planner.store.engine import in_use
from planner.territories import region as regions
from planner.territories.agents import AGENT
from planner.territories.tables import read_assignment
from planner.texts import t


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="capacity", help="cli.capacity.help")(show)


def show(
    context: typer.Context,
    *,
    current: Annotated[Path | None, typer.Option("--current", metavar="FILE", help="cli.capacity.current")] = None,
    region: Region = None,
    branch: Branch = None,
    total: Annotated[int | None, typer.Option("--total", metavar="PEOPLE", help="cli.capacity.total")] = None,
    hours: Annotated[float | None, typer.Option("--hours", min=1, max=744, help="cli.capacity.hours")] = None,
    params: Annotated[Path | None, typer.Option("--params", metavar="FILE", help="cli.capacity.params")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx|.csv", help="cli.capacity.out")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Tell what agents can do, and share a target fairly."""
    session, day = context.ensure_object(Session), today()
    if out is not None:
        check_ending(out)
    layer = layer_of(session)
    given = _of_records(session, day) if current is None else _Given(read_assignment(current), (), {}, None)
    place = partial(
        standing,
        owners=given.owners,
        codes={*given.owners.values(), *given.agents},
        regions=_regions(layer, region, branch),
        homes=given.homes,
        visits=given.visits,
        params=_rules(params, hours),
    )
    per_agent = incentive_on(day, office_rules(session.paths.incentives, day)).bonus_participants
    asked = partial(board, total=total, per_agent=per_agent)
    funnel = _funnel(session, layer)
    found = asked(place(_villages(layer)), funnel=funnel)
    if found.capacity.agents.empty:
        raise PlanError("capacity.none_here")
    if out is not None:
        safe, told_outside = shielded(layer), found
        if safe is not layer:  # the sector of a village, by which own results count, may follow from a few workers
            safe_funnel = funnel if funnel.own is None else _funnel(session, safe)
            told_outside = asked(place(_villages(safe)), funnel=safe_funnel)
        _write(session, told_outside, layer, out)
    _tell(session, found, layer, out, as_json=as_json)


@dataclass(frozen=True)
class _Given:
    """Who has what: of a file, or of the records."""

    owners: Mapping[str, str]
    agents: tuple[str, ...]
    homes: Mapping[str, str]
    visits: pd.DataFrame | None


def _of_records(session: Session, day: date) -> _Given:
    staff = staff_of(session, day, missing="capacity.no_assignment")
    if staff.holds.empty:
        raise PlanError("capacity.no_assignment")
    return _Given(staff.owners(), tuple(staff.agents[AGENT]), staff.homes(), staff.visits)


def _villages(layer: VillageLayer) -> pd.DataFrame:
    return pd.DataFrame(layer.frame.drop(columns="geometry"))


def _regions(layer: VillageLayer, region: Sequence[str] | None, branch: str | None) -> list[str] | None:
    """Return the regions that are looked at; of a branch its regencies."""
    if branch is not None and region:
        raise PlanError("territories.branch_or_region")
    if branch is None:
        return list(region) if region else None
    return sorted(set(regions.of_branch(layer.frame, branch)[REGENCY_CODE]))


def _rules(path: Path | None, hours: float | None) -> FairTargetParams:
    rules = FairTargetParams() if path is None else read_as(FairTargetParams, path)
    return rules if hours is None else rules.model_copy(update={"hours_per_month": hours})


def _funnel(session: Session, layer: VillageLayer) -> Funnel:
    """Return the funnel of own results where there are records, else the published one."""
    if not in_use(session.paths.records):
        return Funnel()
    return with_own_results(session, layer, ScoringParams()).funnel


def _told(found: Board, language: Language) -> tuple[list[str], list[PlainSheet]]:
    lines = told(found.capacity, found.fair, language)
    lines += [] if found.fair is None else assumptions(found.fair, language, met=found.met)
    return lines, sheets(found.capacity, found.fair, terse(language))


def _write(session: Session, found: Board, layer: VillageLayer, out: Path) -> None:
    language = session.language
    lines, tables = _told(found, language)
    notes = [*lines, *few_notes(layer, SMALLEST, language)]
    stamp = stamp_of_content(
        "capacity",
        out.suffix.lower(),
        [[table.title, *table.rows] for table in tables],
        fingerprint=layer.fingerprint,
        language=language,
        on=today(),
        asked={},
        smallest=SMALLEST,
    )
    write_sheets(out, tables, notes, title=t("capacity.title.notes", language), language=language, stamp=stamp)
    kept(session, stamp, out)


def _tell(session: Session, found: Board, layer: VillageLayer, out: Path | None, *, as_json: bool) -> None:
    lines, tables = _told(found, session.language)
    if as_json:
        print_json({**_plain(found, layer), "told": lines})
        return
    for sheet in [table for table in tables if table.rows] if out is None else ():
        typer.echo(sheet.title)
        session.print_table(sheet.headings, sheet.rows)
    for line in lines:
        typer.echo(line, err=True)
    if out is not None:
        session.say("capacity.written", file=out)


def _plain(found: Board, layer: VillageLayer) -> dict[str, Any]:
    seen, fair = found.capacity, found.fair
    said: dict[str, Any] = {
        "fingerprint": layer.fingerprint,
        "agents": records(seen.agents.reset_index().round(4)),
        "districts": records(seen.districts.round(4)),
        "regencies": records(seen.regencies.round(4)),
        "districts_without_agent": records(seen.without_agent.round(4)),
    }
    if fair is None:
        return {**said, "total": None, "targets": []}
    return {
        **said,
        "total": fair.total,
        "met_basis": found.met,
        "own_results": fair.own_results,
        "params": fair.params.model_dump(mode="json"),
        "targets": records(fair.agents.reset_index().round(4)),
    }
