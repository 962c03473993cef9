"""``planner frontier``: what more money, launches or days would bring."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from geodata.office_day import today
from planner.cli.exports_kept import kept
from planner.cli.plans import option_of
from planner.cli.rules import with_rules
from planner.cli.select import check_ways_out, prepared
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.cli.stopping import interruptible
from planner.cli.villages import layer_of, with_launched
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.export.stamping import stamp_of_content
from planner.plan_record import Asked
from planner.selection import summary, wording
from planner.selection.answer import Step
from planner.selection.candidates import Candidates
from planner.selection.curve import Curve, curve
from planner.selection.frontier import KINDS
from planner.selection.params import SelectionParams
from planner.selection.shielded import shielded_candidates
from planner.small_cells import SMALLEST
from planner.surroundings import surroundings_of
from planner.texts import t


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="frontier", help="cli.frontier.help")(with_rules(frontier))


def frontier(
    context: typer.Context,
    *,
    asked: Asked,
    against: Annotated[
        str | None, typer.Option("--against", metavar="budget|launches|agent_days", help="cli.frontier.against")
    ] = None,
    points: Annotated[int, typer.Option("--points", min=2, max=100, help="cli.frontier.points")] = 12,
    target: Annotated[float | None, typer.Option("--target", min=0, metavar="N", help="cli.frontier.target")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv|.json", help="cli.frontier.out")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Tell what each size of the plan brings, up to the limit given."""
    session = context.ensure_object(Session)
    kind = _against(asked.rules, against)
    if target is not None and not np.isfinite(target):
        raise PlanError("cli.frontier.target_unreadable")
    check_ways_out(session, None, out, (".csv", ".json"))

    found = prepared(session, asked)
    drawn = _drawn(session, found, kind, points=points)
    if out is not None:
        layer = layer_of(session)
        shown = shielded_candidates(found, layer, with_launched(session, surroundings_of(layer, session.layer_file)))
        told = drawn if shown is found else _drawn(session, shown, kind, points=points)
        _write_curve(session, told, out)
        session.say("cli.frontier.written", count=len(told.points), file=out)
        if shown is not found:
            session.say("export.note.shielded", smallest=SMALLEST)
    if as_json:
        print_json(drawn.plain(target))
        return
    if out is None:
        _print_curve(session, drawn, asked.rules)
    if target is not None:
        typer.echo(summary.reaching(drawn, target, asked.rules.objective, session.language))
    if not drawn.whole:
        session.say("cli.frontier.stopped", done=len(drawn.points))
    if any(point.selection.chosen is None for point in drawn.points):
        session.say("cli.frontier.why_infeasible")


def _against(rules: SelectionParams, against: str | None) -> str:
    """Return what the frontier is drawn against: as asked, else the first limit there is."""
    limits = dict(zip(KINDS, (rules.budget_idr, rules.launches, rules.agent_days), strict=True))
    if against is None:
        return next(kind for kind, limit in limits.items() if limit is not None)
    kind = against.replace("-", "_")
    if kind not in limits:
        raise PlanError("cli.frontier.unknown_against", found=against[:40], known=", ".join(KINDS))
    if limits[kind] is None:
        raise PlanError("cli.frontier.no_limit", kind=kind, option=option_of(kind))
    return kind


def _drawn(session: Session, found: Candidates, kind: str, *, points: int) -> Curve:
    """Return the curve; Ctrl-C ends it with the points that were done.

    Raises
    ------
    PlanError
        If it was ended before the first point was done.
    """
    with interruptible(session, "cli.frontier.stopping") as stopped:

        def on_point(done: int, of: int) -> bool:
            session.say("cli.frontier.step", done=done, of=of)
            return not (stopped and done < of)

        def on_step(_: Step) -> bool:
            return not stopped

        drawn = curve(found, kind, points=points, on_point=on_point, on_step=on_step)
    if not drawn.points:
        raise PlanError("cli.frontier.nothing")
    return drawn


def _write_curve(session: Session, drawn: Curve, out: Path) -> None:
    plain, ending = drawn.plain(None), out.suffix.lower()
    stamp = stamp_of_content(
        "frontier",
        ending,
        plain,
        fingerprint=layer_of(session).fingerprint,
        language=session.language,
        on=today(),
        asked={"against": drawn.kind},
        smallest=SMALLEST,
    )
    with replacing(out) as draft:
        if ending == ".json":
            told = {"export": stamp.record(), **plain}
            draft.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        else:
            drawn.table.round({"benefit": 3}).assign(export=stamp.id).to_csv(draft, index=False)
    kept(session, stamp, out)


def _print_curve(session: Session, drawn: Curve, rules: SelectionParams) -> None:
    unit = t(f"selection.unit.{rules.objective}", session.language)
    headings = [t(f"cli.frontier.{name}", session.language) for name in (drawn.kind, "villages")]
    headings += [unit, t("cli.frontier.bound", session.language), t("cli.frontier.more", session.language)]
    rows: list[list[object]] = []
    before = 0.0
    for step in summary.steps(drawn).to_dict("records"):
        limit = summary.sized(drawn.kind, step["limit"], session.language)
        if pd.isna(step["brought"]):
            why = "infeasible" if step["status"] == "infeasible" else "no_time"
            rows.append([limit, None, t(f"selection.point.{why}", session.language), None, None])
        else:
            brought = wording.shown(step["brought"], rules.objective)
            bound, more = (wording.shown(value, rules.objective) for value in (step["bound"], brought - before))
            rows.append([limit, int(step["villages"]), brought, bound, more])
            before = brought
    session.print_table(headings, rows)
