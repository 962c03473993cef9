"""Areas of agents for the commands that write files for them: from a file of an assignment, or from the records."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from geodata.layer import VillageLayer, load_neighbours
from geodata.office_day import today
from geodata.schema import VILLAGE_CODE
from planner.cli.session import Session
from planner.errors import PlanError
from planner.field.incentive import office_rules
from planner.field.own_area import OwnArea, lands_of
from planner.pack.unrecorded import area_without_records
from planner.rights import CONSOLE
from planner.store import assigning
from planner.store.engine import in_use, opened, reading
from planner.store.errors import StoreError, StoreMachineError
from planner.store.migrate import ready
from planner.store.own_area import area_of, rows_for
from planner.territories.tables import read_assignment

Agent = Annotated[str | None, typer.Option("--agent", metavar="AGENT", help="cli.agent_pack.agent")]
Every = Annotated[bool, typer.Option("--all", help="cli.agent_pack.all")]
Current = Annotated[Path | None, typer.Option("--current", metavar="FILE", help="cli.agent_pack.current")]
Month = Annotated[str | None, typer.Option("--month", metavar="2026-12", help="cli.agent_pack.month")]

_AreaOf = Callable[[str], OwnArea]


class NoVillagesError(PlanError):
    """An agent who has no villages."""


def areas(
    session: Session, layer: VillageLayer, *, agent: str | None, current: Path | None
) -> Iterator[tuple[int, int, OwnArea]]:
    """Yield the area of one agent or of all who have villages, with its place and how many agents there are.

    Of all, an agent without account or villages is told of and left out.

    Parameters
    ----------
    session
        Language and data folder.
    layer
        The villages.
    agent
        Code of the agent; all without it.
    current
        File of the assignment in place of the records.

    Raises
    ------
    PlanError
        If there is no such agent, or one asked for has no villages.
    """
    with _sources(session, layer, current) as (known, area_of):
        chosen = known if agent is None else [_known(agent, known)]
        for place, code in enumerate(chosen, start=1):
            try:
                area = _with_villages(area_of(code))
            except StoreMachineError:
                raise
            except (StoreError, NoVillagesError) as error:  # one agent without account or villages stops no other
                if agent is not None:
                    raise
                session.say("pack.skipped", agent=code, reason=error.text(session.language))
                continue
            yield place, len(chosen), area


@contextmanager
def _sources(session: Session, layer: VillageLayer, current: Path | None) -> Iterator[tuple[list[str], _AreaOf]]:
    """Give the codes of the agents and what makes the area of one: from a file, else from the records."""
    day = today()
    rules = office_rules(session.paths.incentives, day)
    lands = lands_of(layer.frame, load_neighbours(layer, session.layer_file))
    if current is not None:
        assignment = read_assignment(current)
        missing = sorted(set(assignment) - set(layer.frame[VILLAGE_CODE]))
        if missing:
            raise PlanError("territories.unknown_villages", codes=", ".join(missing[:8]))

        def of_file(agent: str) -> OwnArea:
            codes = [code for code, who in assignment.items() if who == agent]
            return area_without_records(layer.frame, day, agent=agent, codes=codes, incentives=rules, lands=lands)

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
            return area_of(rows, layer.frame, day, incentives=rules, lands=lands)

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
