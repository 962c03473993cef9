"""``planner agent-pack``: what agents take along into the field."""

from pathlib import Path
from typing import Annotated

import typer

from geodata.paths import make_folder
from planner.cli.agent_areas import Agent, Current, Every, Month, areas
from planner.cli.exports_kept import kept
from planner.cli.session import DataDir, Lang, Session
from planner.cli.villages import layer_of
from planner.errors import PlanError
from planner.field.days import plan_if_any
from planner.pack.write import FORMATS, formats_of, write_pack
from planner.routes.calendar import working_days

_FOLDER = "agent-packs"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="agent-pack", help="cli.agent_pack.help")(agent_pack)


def agent_pack(
    context: typer.Context,
    *,
    agent: Agent = None,
    every: Every = False,
    current: Current = None,
    month: Month = None,
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
    folder = _folder(session, out)
    made = 0
    for place, total, area in areas(session, layer, agent=agent, current=current):
        plan = plan_if_any(area, month=month)
        written = write_pack(
            folder, area, plan, formats=endings, language=session.language, fingerprint=layer.fingerprint
        )
        for stamp, path in written:
            kept(session, stamp, path)
        made += 1
        if every:
            session.say("pack.progress", agent=area.agent, done=place, total=total)
    session.say("pack.written", count=made, formats=", ".join(endings), folder=folder)


def _folder(session: Session, out: Path | None) -> Path:
    if out is not None and out.exists() and not out.is_dir():
        raise PlanError("pack.no_folder", folder=out)
    folder = session.paths.exports / _FOLDER if out is None else out
    make_folder(folder)
    return folder
