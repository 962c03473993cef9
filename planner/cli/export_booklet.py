"""``planner export booklet``: the own villages of an agent on paper, the same file as in the pack."""

from pathlib import Path
from typing import Annotated, Final

import typer

from planner.cli.agent_areas import Agent, Current, Every, Month, areas
from planner.cli.exports_kept import kept
from planner.cli.plans import check_file
from planner.cli.session import DataDir, Lang, Session
from planner.cli.villages import layer_of
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.field.days import plan_if_any
from planner.pack.content import pack_of
from planner.pack.paper import booklet as set_booklet
from planner.pack.write import file_name
from planner.routes.calendar import working_days

_PDF: Final = ".pdf"


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command(name="booklet", help="cli.export_booklet.help")(booklet)


def booklet(
    context: typer.Context,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.pdf|FOLDER", help="cli.export_booklet.out")],
    agent: Agent = None,
    every: Every = False,
    current: Current = None,
    month: Month = None,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write the booklet of one agent or of all."""
    session = context.ensure_object(Session)
    if (agent is None) == (not every):
        raise PlanError("pack.agent_or_all")
    if month is not None:
        working_days(month, per_week=7)
    is_file = out.suffix.lower() == _PDF and not out.is_dir()
    if is_file and every:
        raise PlanError("cli.export_booklet.one_file", file=out)
    if is_file:
        check_file(out, (_PDF,))
    elif not out.is_dir():
        raise PlanError("pack.no_folder", folder=out)
    layer, made = layer_of(session), 0
    for place, total, area in areas(session, layer, agent=agent, current=current):
        pack = pack_of(area, plan_if_any(area, month=month), session.language, fingerprint=layer.fingerprint)
        stamp, content = set_booklet(pack)
        path = out if is_file else out / file_name(area.agent, "pdf")
        with replacing(path) as draft:
            draft.write_bytes(content)
        kept(session, stamp, path)
        made += 1
        if every:
            session.say("pack.progress", agent=area.agent, done=place, total=total)
    session.say("cli.export_booklet.written", count=made, out=out)
