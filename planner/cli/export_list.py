"""``planner export list``: the priority list of a plan, or of the villages by their score."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from geodata import office_day
from geodata.layer import VillageLayer
from geodata.schema import VILLAGE_CODE
from planner import params_file, plan_record, worlds
from planner.cli.exports_kept import kept
from planner.cli.memory import give_back
from planner.cli.plans import check_file, record_of
from planner.cli.session import DataDir, Lang, Progress, Region, Session
from planner.cli.villages import ParamsOption, SectorOption, columns_of, layer_then, params_of, sector_of, with_launched
from planner.criteria import Surroundings
from planner.errors import PlanError
from planner.export.progress import ROWS_AT_ONCE
from planner.export.write import WITH_OUTLINES, WRITERS, write
from planner.funds import MOST_MONTHS, Funds
from planner.plan import Ranking, rank
from planner.priority import columns_for, priority_list, stamped
from planner.priority.funding import Offer, next_month
from planner.priority.steps import Records
from planner.selection.plan import SelectionPlan
from planner.store.engine import in_use, opened, reading
from planner.store.list_records import list_records
from planner.store.migrate import ready
from planner.surroundings import surroundings_of

_MONTHS: Final = 12
_TOLD: Final = 5 * ROWS_AT_ONCE

Made = tuple[Callable[[], SelectionPlan | Ranking], VillageLayer, Surroundings, str, bytes]
"""What the list is made of: what finds plan or ranking, layer and surroundings, name and record of a plan."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="list", help="cli.export.list.help")(export_list)


def export_list(
    context: typer.Context,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="cli.export.list.out")],
    plan: Annotated[str | None, typer.Option("--plan", metavar="NAME|FILE", help="cli.export.list.plan")] = None,
    region: Region = None,
    sector: SectorOption = None,
    params: ParamsOption = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="cli.export.list.top")] = None,
    count: Annotated[int | None, typer.Option("--worlds", min=100, max=100_000, help="cli.option.worlds")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="cli.option.seed")] = None,
    funds: Annotated[Path | None, typer.Option("--funds", metavar="FILE", help="cli.export.list.funds")] = None,
    months: Annotated[
        int | None, typer.Option("--months", min=1, max=MOST_MONTHS, help="cli.export.list.months")
    ] = None,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write the priority list."""
    give_back()
    session = context.ensure_object(Session)
    check_file(out, tuple(WRITERS))
    today = office_day.today()
    offer = _offer(funds, months, today)
    if plan is not None:
        _alone({"--region": region, "--sector": sector, "--params": params, "--top": top})
        made = _of_plan(session, plan)
    else:
        made = _of_ranking(session, params, region, sector, out=out)
    find, layer, around, name, record = made

    def robust(ranking: Ranking) -> worlds.Robust:
        session.say("cli.export.list.worlds", worlds=count or ranking.scores.params.worlds)
        return worlds.robust(ranking.scores, regions=list(ranking.regions) or None, worlds=count, seed=seed)

    listed = priority_list(
        find(),  # kept nowhere else: the list lets go of what it has used
        layer,
        around,
        on=today,
        language=session.language,
        name=name,
        top=top,
        robust=robust,
        records=_records(session, layer),
        offer=offer,
    )
    about = stamped(listed, out.suffix.lower(), plan=name, record=record)
    assert about.stamp is not None
    write(out, listed.frame, about, progress=_progress(session))
    kept(session, about.stamp, out)
    session.say("cli.export.list.written", count=len(listed.frame), file=out, number=about.stamp.id)


def _alone(options: Mapping[str, object]) -> None:
    """Refuse options that a plan has answered already."""
    for option, given in options.items():
        if given is not None:
            raise PlanError("cli.export.list.not_with_plan", option=option)


def _offer(funds: Path | None, months: int | None, today: date) -> Offer:
    start = next_month(today)
    if funds is None:
        return Offer(start, months or _MONTHS)
    if months is not None:
        raise PlanError("cli.export.list.months_of_funds")
    return Offer(start, funds=params_file.read_as(Funds, funds))


def _of_plan(session: Session, name: str) -> Made:
    file, content = record_of(session, name)
    layer = layer_then(session, content, file)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    parts = plan_record.parts_of(content, name=file)
    find = partial(plan_record.opened, content, layer, around, name=file)
    return find, layer, around, str(parts.get("name", "")) or Path(file).stem, content


def _of_ranking(
    session: Session, params: Path | None, region: Sequence[str] | None, sector: str | None, *, out: Path
) -> Made:
    wanted = (*columns_for(sector_of(sector)), *(("geometry",) if out.suffix.lower() in WITH_OUTLINES else ()))
    layer = columns_of(session, wanted)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    regions = list(region) if region else None
    find = partial(rank, layer, around, params_of(params), regions=regions, sector=sector_of(sector))
    return find, layer, around, "", b""


def _records(session: Session, layer: VillageLayer) -> Records | None:
    """Return what the office has written down; nothing without records."""
    if not in_use(session.paths.records):
        return None
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        return list_records(connection, layer.frame[VILLAGE_CODE].tolist())


def _progress(session: Session) -> Progress:
    """Return what tells how far a long file is."""

    def progress(done: int, of: int) -> None:
        if of > _TOLD and (done % _TOLD == 0 or done == of):
            session.say("cli.export.list.step", done=done, of=of)

    return progress
