"""``planner select``: which villages under a budget and rules."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd
import typer

from geodata import schema
from geodata.texts import LANGUAGES, Language
from planner import rupiah
from planner.cli.exports_kept import kept
from planner.cli.plans import check_file, free_name, save
from planner.cli.rules import OptionError, with_rules
from planner.cli.session import DataDir, Json, Lang, Out, Session, print_json
from planner.cli.stopping import interruptible
from planner.cli.villages import dotted, layer_of, plain, records, with_launched
from planner.coverage import GAP
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.export.selection import write_selection
from planner.export.write import WRITERS
from planner.plan_record import Asked
from planner.plan_shelf import RECORD
from planner.ranking import RANK
from planner.selection import summary, wording
from planner.selection.answer import Selection, Step
from planner.selection.candidates import ACTIVE, AGENT_DAYS, LAUNCH_COST, REGISTRATIONS, Candidates
from planner.selection.conflict import conflict
from planner.selection.core import RobustPlan
from planner.selection.plan import SelectionPlan, answer, record
from planner.selection.prices import gains_without, kinds_to_price
from planner.selection.reasons import why_not
from planner.selection.shielded import shielded_plan
from planner.selection.worlds import robust_choice
from planner.surroundings import surroundings_of
from planner.texts import t

_SECONDS_TO_EXPLAIN: Final = 30.0


class UnsolvedError(PlanError):
    """No choice of villages was found: why, and the ways out."""

    def __init__(self, selection: Selection, told: Mapping[Language, Sequence[str]]) -> None:
        super().__init__("selection.infeasible")
        self.selection = selection
        self.told = told

    def text(self, language: Language = "id") -> str:
        """Return the explanation in a language."""
        return "\n".join(self.told[language])


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="select", help="cli.select.help")(with_rules(select))


def select(
    context: typer.Context,
    *,
    asked: Asked,
    price: Annotated[str | None, typer.Option("--price", metavar="CODE,CODE", help="cli.select.price")] = None,
    given_up: Annotated[bool, typer.Option("--given-up", help="cli.select.given_up")] = False,
    worlds: Annotated[int | None, typer.Option("--worlds", min=10, max=10_000, help="cli.select.worlds")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="cli.option.seed")] = None,
    name: Annotated[str | None, typer.Option("--save", metavar="NAME", help="cli.select.save")] = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Choose the villages that bring most under the rules, and prove it."""
    session = context.ensure_object(Session)
    if seed is not None and worlds is None:
        raise PlanError("cli.select.needs_other", option="--seed", other="--worlds")
    check_ways_out(session, name, out, (*WRITERS, RECORD))
    codes = _asked_about(session, price)
    found = prepared(session, asked)
    try:
        selection = solved(session, found)
    except UnsolvedError as error:
        if as_json:
            print_json(_plain_unsolved(error, found, session.language))
        raise
    plan = SelectionPlan(found, selection)
    if name is not None:  # first of all: what follows may take long and be broken off
        save(session, plan, name)
    reasons = [why_not(found, selection, code, priced=True) for code in codes]
    told = [wording.reason(found, why, summary.called(found, why.code), session.language) for why in reasons]
    told += _given_up(session, plan) if given_up else []
    robust = None if worlds is None else _robust(session, plan, worlds, seed)
    table = summary.listed(plan, robust)
    if out is not None:
        _write(session, plan, out, robust=robust, seed=seed, name=name or "")
    if as_json:
        print_json({**_plain(session, plan), "villages": records(table), "told": told, **_plain_robust(robust)})
        return
    if out is None and selection.chosen is not None and selection.chosen.any():
        _print(session, table[table["chosen"] == "chosen"])
    for line in [*summary.told(plan, session.language), summary.totals(plan, session.language), *told]:
        typer.echo(line)
    if robust is not None:
        typer.echo(" ".join(summary.robust(robust, session.language)))
        session.say("cli.select.robust_all")
    session.say("export.note.estimates")


def check_ways_out(session: Session, name: str | None, out: Path | None, endings: Sequence[str]) -> None:
    """Refuse a name or a file that cannot be written before the long work begins."""
    if name is not None:
        try:
            free_name(session, name)
        except PlanError as error:
            raise OptionError("--save", error) from error
    if out is not None:
        check_file(out, endings)


def prepared(session: Session, asked: Asked) -> Candidates:
    """Return what is chosen from."""
    layer = layer_of(session)
    return asked.candidates(layer, with_launched(session, surroundings_of(layer, session.layer_file)))


def solved(session: Session, found: Candidates) -> Selection:
    """Solve a selection, telling the bound meanwhile; Ctrl-C ends it with the best so far.

    Raises
    ------
    UnsolvedError
        If no choice follows the rules, or the work ended before any was found.
    """
    with interruptible(session, "cli.select.stopping") as stopped:
        shown: list[float] = []

        def on_step(step: Step) -> bool:
            if (
                np.isfinite(step.gap)
                and (not shown or step.gap < 0.8 * shown[-1])
                and step.gap > found.params.gap_pct / 100
            ):
                shown.append(step.gap)
                typer.echo(wording.step(step.gap, session.language), err=True)
            return not stopped

        selection = answer(found, on_step)
    if selection.chosen is None:
        clash = None if selection.status == "stopped" else conflict(found.problem, seconds=_SECONDS_TO_EXPLAIN)
        told = {language: summary.unsolved(found, selection, clash, language) for language in LANGUAGES}
        if clash is None and selection.status == "stopped":
            told = {language: [*lines, t("cli.select.more_time", language)] for language, lines in told.items()}
        raise UnsolvedError(selection, told)
    return selection


def _asked_about(session: Session, price: str | None) -> list[str]:
    """Return the villages asked about; PlanError if there is no such village."""
    if price is None:
        return []
    codes = list(dict.fromkeys(dotted(code.strip()) for code in price.split(",") if code.strip()))
    known = set(layer_of(session).frame[schema.VILLAGE_CODE])
    unknown = [code for code in codes if code not in known]
    if unknown or not codes:
        raise PlanError("cli.select.price_unknown", codes=", ".join(unknown) or "-")
    return codes


def _given_up(session: Session, plan: SelectionPlan) -> list[str]:
    """Tell what each kind of rules gives up."""
    found, rules = plan.candidates, plan.candidates.problem.rules
    gap, seconds = found.params.gap, found.params.time_limit
    lost = gains_without(found.problem, plan.selection, kinds_to_price(rules), gap=gap, seconds=seconds)
    if not lost:
        return [t("cli.select.nothing_given_up", session.language)]
    return [wording.given_up(kind, gain, found.params.objective, session.language) for kind, gain in lost]


def _robust(session: Session, plan: SelectionPlan, worlds: int, seed: int | None) -> RobustPlan:
    def on_world(done: int, of: int) -> bool:
        if done % 20 == 0 or done == of:
            session.say("cli.select.world", done=done, of=of)
        return not stopped

    with interruptible(session, "cli.select.stopping") as stopped:
        return robust_choice(plan.candidates, plan.selection, worlds=worlds, seed=seed, on_world=on_world)


def _write(
    session: Session, plan: SelectionPlan, out: Path, *, robust: RobustPlan | None, seed: int | None, name: str
) -> None:
    layer, count = layer_of(session), len(summary.listed(plan, robust))
    if out.suffix.lower() == RECORD:
        with replacing(out) as draft:
            draft.write_bytes(record(plan, layer, name=out.stem))
    else:
        shown = shielded_plan(plan, layer, with_launched(session, surroundings_of(layer, session.layer_file)))
        if robust is not None and shown is not plan:  # how often a village is in the plan would tell the count
            robust = _robust(session, shown, robust.worlds, seed)
        table = summary.listed(shown, robust)
        stamp = write_selection(
            out,
            plan,
            layer,
            table=table,
            told=summary.told(shown, session.language),
            language=session.language,
            name=name,
        )
        kept(session, stamp, out)
        count = len(table)
    session.say("cli.rank.written", count=count, file=out)


def _plain(session: Session, plan: SelectionPlan) -> dict[str, Any]:
    found, selection = plan.candidates, plan.selection
    return {
        "fingerprint": layer_of(session).fingerprint,
        "regions": list(found.ranking.regions),
        "sector": found.ranking.sector,
        "chosen": plan.chosen[schema.VILLAGE_CODE].tolist(),
        "objective": selection.objective,
        "bound": selection.bound,
        "gap": selection.gap,
        "status": selection.status,
        "greedy_objective": selection.greedy_objective,
        "seconds": round(selection.seconds, 3),
        "rules": found.params.model_dump(mode="json"),
    }


def _plain_unsolved(error: UnsolvedError, found: Candidates, language: Language) -> dict[str, Any]:
    selection = error.selection
    return {
        "chosen": [],
        "objective": None,
        "bound": selection.bound if np.isfinite(selection.bound) else None,
        "gap": None,
        "status": selection.status,
        "greedy_objective": None,
        "seconds": round(selection.seconds, 3),
        "rules": found.params.model_dump(mode="json"),
        "explanation": list(error.told[language]),
    }


def _plain_robust(robust: RobustPlan | None) -> dict[str, Any]:
    if robust is None:
        return {}
    known = robust.regret[np.isfinite(robust.regret)]
    return {
        "worlds": robust.worlds,
        "regret_pct": [round(100 * float(q), 3) for q in np.quantile(known, [0.05, 0.5, 0.95])] if len(known) else None,
        "broken_pct": round(100 * float(np.isnan(robust.regret).mean()), 1),
    }


def _print(session: Session, table: pd.DataFrame) -> None:
    names = [RANK, schema.VILLAGE_CODE, schema.VILLAGE_NAME, schema.DISTRICT_NAME, schema.REGENCY_NAME, GAP]
    names += [REGISTRATIONS, ACTIVE, LAUNCH_COST, AGENT_DAYS]
    names += [name for name in (summary.IN_PLAN, summary.GROUP) if name in table.columns]
    headings = [t(f"export.heading.{name}", session.language) for name in names]
    rows = [[_cell(session, name, row[name]) for name in names] for row in table.to_dict("records")]
    session.print_table(headings, rows)


def _cell(session: Session, name: str, value: object) -> object:
    if name == summary.GROUP:
        return t(f"export.group.{value}", session.language)
    if name == LAUNCH_COST:
        return rupiah.spoken(float(value), session.language)  # type: ignore[arg-type]
    if name in (REGISTRATIONS, ACTIVE):
        return round(float(value))  # type: ignore[arg-type]
    return plain(value)
