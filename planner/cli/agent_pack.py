"""``planner agent-pack``: what agents take along into the field."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from geodata.layer import VillageLayer, load_neighbours
from geodata.paths import make_folder
from geodata.schema import VILLAGE_CODE
from planner.cli.session import DataDir, Lang, Session
from planner.cli.villages import layer_of
from planner.errors import PlanError
from planner.field.days import plan_if_any
from planner.field.own_area import OwnArea, lands_of
from planner.pack.unrecorded import area_without_records
from planner.pack.write import FORMATS, formats_of, write_pack
from planner.rights import CONSOLE
from planner.routes.calendar import working_days
from planner.store import assigning
from planner.store.engine import in_use, opened, reading
from planner.store.errors import StoreError, StoreMachineError
from planner.store.migrate import ready
from planner.store.own_area import area_of, rows_for
from planner.store.rights_agent import today
from planner.territories.tables import read_assignment

_FOLDER = "agent-packs"
AreaOf = Callable[[str], OwnArea]


class NoVillagesError(PlanError):
    """An agent who has no villages."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="agent-pack", help="cli.agent_pack.help")(agent_pack)


def agent_pack(
    context: typer.Context,
    *,
    agent: Annotated[str | None, typer.Option("--agent", metavar="AGENT", help="cli.agent_pack.agent")] = None,
    every: Annotated[bool, typer.Option("--all", help="cli.agent_pack.all")] = False,
    current: Annotated[Path | None, typer.Option("--current", metavar="FILE", help="cli.agent_pack.current")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="2026-12", help="cli.agent_pack.month")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="cli.agent_pack.out")] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar=",".join(FORMATS), help="cli.agent_pack.format")
    ] = "html,pdf,gpx,kml",
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write the packs of one agent or of all."""
    session = context.ensure_object(Session)
    if (agent is None) == (not every):
        raise PlanError("pack.agent_or_all")
    endings = formats_of(formats)
    if month is not None:
        working_days(month, per_week=7)
    layer = layer_of(session)
    with _areas(session, layer, current) as (known, area_of):
        chosen = known if agent is None else [_known(agent, known)]
        folder = _folder(session, out)
        made = 0
        for place, code in enumerate(chosen, start=1):
            try:
                area = _with_villages(area_of(code))
            except StoreMachineError:
                raise
            except (StoreError, NoVillagesError) as error:  # one agent without account or villages stops no other
                if not every:
                    raise
                session.say("pack.skipped", agent=code, reason=error.text(session.language))
                continue
            plan = plan_if_any(area, month=month)
            write_pack(folder, area, plan, formats=endings, language=session.language)
            made += 1
            if every:
                session.say("pack.progress", agent=code, done=place, total=len(chosen))
    session.say("pack.written", count=made, formats=", ".join(endings), folder=folder)


@contextmanager
def _areas(session: Session, layer: VillageLayer, current: Path | None) -> Iterator[tuple[list[str], AreaOf]]:
    """Give the codes of the agents and what makes the area of one: from a file, else from the records."""
    day = today()
    lands = lands_of(layer.frame, load_neighbours(layer, session.layer_file))
    if current is not None:
        assignment = read_assignment(current)
        missing = sorted(set(assignment) - set(layer.frame[VILLAGE_CODE]))
        if missing:
            raise PlanError("territories.unknown_villages", codes=", ".join(missing[:8]))

        def of_file(agent: str) -> OwnArea:
            codes = [code for code, who in assignment.items() if who == agent]
            return area_without_records(layer.frame, day, agent=agent, codes=codes, lands=lands)

        yield sorted(set(assignment.values())), of_file
        return
    if not in_use(session.paths.records):
        raise PlanError("pack.no_records")
    with opened(None, session.paths.records) as engine:
        ready(engine)
        with reading(engine) as connection:
            codes = sorted({str(code) for code in assigning.current(connection, day)["agent_code"]})

        def of_records(agent: str) -> OwnArea:
            rows = rows_for(engine, CONSOLE, agent)
            return area_of(rows, layer.frame, day, lands=lands)

        yield codes, of_records


def _with_villages(area: OwnArea) -> OwnArea:
    if area.villages.empty:
        raise NoVillagesError("pack.no_villages", agent=area.agent)
    return area


def _known(agent: str, known: list[str]) -> str:
    found = [code for code in known if code.casefold() == agent.strip().casefold()]
    if not found:
        raise PlanError("routes.unknown_agent", agent=agent[:40], known=", ".join(known[:12]))
    return found[0]


def _folder(session: Session, out: Path | None) -> Path:
    if out is not None and out.exists() and not out.is_dir():
        raise PlanError("pack.no_folder", folder=out)
    folder = session.paths.exports / _FOLDER if out is None else out
    make_folder(folder)
    return folder
