"""``planner results``: funnel rates from what happened, and what launches promised and delivered."""

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from geodata.declared import declared_codes
from geodata.layer import VillageLayer
from geodata.schema import REGENCY_CODE, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner import params_file
from planner import results_wording as wording
from planner.cli.session import DataDir, Json, Lang, Region, Session, print_json, printable
from planner.cli.villages import SectorOption, layer_of, records, sector_of
from planner.delivered import Delivery, deliveries
from planner.errors import PlanError
from planner.manner import Shown, terse
from planner.own_results import OwnRatesTables, own_funnel, own_rates
from planner.params import ScoringParams
from planner.results import Kind, Learning
from planner.store import results
from planner.store.engine import in_use, opened
from planner.surroundings import surroundings_of
from planner.texts import t
from planner.village_figures import dotted

app = typer.Typer(no_args_is_help=True, help="cli.results.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="results")


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command(help="cli.results.rates.help")
def rates(
    context: typer.Context,
    *,
    sector: SectorOption = None,
    region: Region = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.json", help="cli.results.out")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Show own rates beside the published ones; write parameters that use them if asked to."""
    session = context.ensure_object(Session)
    only, regions = sector_of(sector), list(region) if region else None
    layer = layer_of(session)
    own = _own(session, layer, ScoringParams())
    if out is not None:
        _write(session, own, out)
    kinds = list(wording.seen_kinds(own))
    if as_json:
        told = {kind: records(wording.told_rates(own, kind, regions=regions, sector=only)) for kind in kinds}
        print_json({"fingerprint": layer.fingerprint, "own": own.any, "rates": told})
        return
    names = dict(zip(layer.frame[REGENCY_CODE], layer.frame[REGENCY_NAME], strict=True))
    for kind in kinds:
        typer.echo(t(f"results.kind.{kind}", session.language))
        rows = _rows(own, kind, names, session, regions=regions, sector=only)
        session.print_table(wording.rate_headings(session.language), rows)
    for note in ("pooled", "sector", "cohort") if own.any else ():
        session.say(f"results.note.{note}")
    if not own.any:
        session.say("results.nothing_own")


@app.command(help="cli.results.launches.help")
def launches(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(metavar="VILLAGE_CODE", help="cli.results.launched")] = None,
    *,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Show what every launch promised and delivered, or one of them in full."""
    session = context.ensure_object(Session)
    layer = layer_of(session)
    found = _deliveries(session, layer)
    if code is not None:
        found = [_of_village(found, code)]
    if as_json:
        print_json({"launches": [wording.plain_delivery(delivery) for delivery in found]})
    elif not found:
        session.say("results.delivered.none")
    elif code is None:
        names = dict(zip(layer.frame[VILLAGE_CODE], layer.frame[VILLAGE_NAME], strict=True))
        rows = [_line(delivery, names, session) for delivery in found]
        session.print_table(wording.launch_headings(session.language), rows)
    else:
        _print_one(session, found[0])
    if found and not as_json:
        session.say("results.delivered.base")
        session.say("results.delivered.beside")


def with_own_results(session: Session, layer: VillageLayer, params: ScoringParams) -> ScoringParams:
    """Return parameters whose funnel has the rates of own results; says so where there are none yet.

    Raises
    ------
    StoreError
        If the records cannot be read.
    """
    own = _own(session, layer, params)
    if not own.any:
        session.say("results.nothing_own")
    return params.model_copy(update={"funnel": own_funnel(own)})


def _found(session: Session) -> results.Found:
    """Return what the records tell; PlanError where there are none."""
    file = session.paths.records
    if not in_use(file):
        raise PlanError("rights.no_records")
    with opened(None, file) as engine:
        return results.read(engine)


def _own(session: Session, layer: VillageLayer, params: ScoringParams) -> OwnRatesTables:
    return own_rates(_found(session).records, pd.DataFrame(layer.frame), params.funnel, Learning())


def _deliveries(session: Session, layer: VillageLayer) -> list[Delivery]:
    found, around = _found(session), surroundings_of(layer, session.layer_file)
    known, villages = found.records, pd.DataFrame(layer.frame)
    declared = sorted(declared_codes(around.declared))
    return list(
        deliveries(known.launches, known.participants, known.visits, villages, found.promises, declared=declared)
    )


def _of_village(found: list[Delivery], code: str) -> Delivery:
    for delivery in found:
        if delivery.code in (code, dotted(code)):
            return delivery
    known = ", ".join(delivery.code for delivery in found) or "-"
    raise PlanError("results.not_launched", code=printable(code), known=known)


def _write(session: Session, own: OwnRatesTables, out: Path) -> None:
    if out.suffix not in params_file.ENDINGS:
        raise PlanError("results.only_json", file=out.name)
    params_file.save(ScoringParams(funnel=own_funnel(own)), out, language=session.language)
    session.say("cli.results.written", file=out)


def _rows(
    own: OwnRatesTables,
    kind: Kind,
    names: dict[str, str],
    session: Session,
    *,
    regions: list[str] | None,
    sector: str | None,
) -> list[list[Shown]]:
    manner = terse(session.language)
    told = wording.told_rates(own, kind, regions=regions, sector=sector)
    return [wording.published_row(own, kind, manner), *wording.rate_rows(told, kind, names, manner)]


def _line(delivery: Delivery, names: dict[str, Any], session: Session) -> list[str]:
    name = printable(f"{delivery.code} {names.get(delivery.code, '')}".strip())
    return wording.launch_row(delivery, name, terse(session.language))


def _print_one(session: Session, delivery: Delivery) -> None:
    manner = terse(session.language)
    typer.echo(t("results.delivered.launched", session.language, day=delivery.launched_on.isoformat()))
    typer.echo(printable(wording.promise_sentence(delivery, manner)))
    session.print_table(wording.seen_headings(session.language), wording.seen_rows(delivery, manner))
