"""``planner fund``: which fund pays for whom, for how long, and what is left."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from geodata import office_day, schema
from geodata.offices import SOURCE_URL
from planner import expiry, funding, params_file, published
from planner import fund_wording as wording
from planner.cli.fund_calendar import calendar
from planner.cli.session import DataDir, Json, Lang, Region, Session, print_json
from planner.cli.villages import ParamsOption, layer_of, params_of, records
from planner.errors import PlanError
from planner.fund_outlook import Outlook, outlook
from planner.funds import FUNDS, MOST_MONTHS, Funds, with_entry, with_months
from planner.manner import Rupiah, Shown, terse
from planner.ranking import in_regions
from planner.tariffs import PROGRAMMES, Programme
from planner.texts import t

fund_app = typer.Typer(invoke_without_command=True, help="cli.fund.help")

_DAY = "%Y-%m-%d"


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    fund_app.command(name="calendar", help="cli.fund.calendar.help")(calendar)
    app.add_typer(fund_app, name="fund")


@fund_app.callback()
def fund(
    context: typer.Context,
    *,
    region: Region = None,
    fund: Annotated[list[str] | None, typer.Option("--fund", metavar="NAME=AMOUNT", help="cli.option.fund")] = None,
    funds: Annotated[Path | None, typer.Option("--funds", metavar="FILE", help="cli.option.funds")] = None,
    months: Annotated[
        int | None, typer.Option("--months", min=1, max=MOST_MONTHS, help="cli.option.fund_months")
    ] = None,
    programme: Annotated[str | None, typer.Option("--programme", help="cli.option.programme")] = None,
    start: Annotated[
        datetime | None, typer.Option("--start", formats=[_DAY], metavar="2026-12-01", help="cli.option.start")
    ] = None,
    params: ParamsOption = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Match funds with the uncovered workers of regions."""
    if context.invoked_subcommand is not None:
        return
    session = context.ensure_object(Session)
    chosen = _funds_of(funds, fund or [], months=months, programme=programme)
    first = start.date() if start else _next_month(office_day.today())
    layer = layer_of(session)
    regions = list(region) if region else None
    villages = pd.DataFrame(layer.frame[in_regions(layer.frame, regions)].drop(columns="geometry"))
    renewal = params_of(params).renewal
    found = outlook(villages, chosen, start=first, lapse_months=renewal.lapse_months)
    if as_json:
        about = {"fingerprint": layer.fingerprint, "regions": regions, "programme": chosen.programme}
        print_json({**about, "start": first.isoformat(), **_as_plain(found)})
        return
    language, manner = session.language, terse(session.language)
    typer.echo(wording.need_text(found, _place(session, villages, regions), language))
    _print(session, wording.fund_headings(language), wording.fund_rows(found.table, manner))
    for sentence in wording.result_texts(found, chosen, first, manner):
        typer.echo(sentence)
    for note in wording.fund_notes(chosen, language, villages=len(villages), lapse_months=renewal.lapse_months):
        typer.echo(note, err=True)


@fund_app.command(help="cli.fund.init.help")
def init(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.funds_new")],
    *,
    lang: Lang = None,
) -> None:
    """Write the funds to a new file, every field explained."""
    session = context.ensure_object(Session)
    params_file.write_default(file, model=Funds, language=session.language)
    session.say("funding.written", file=file)


@fund_app.command(name="published", help="cli.fund.published.help")
def published_budgets(context: typer.Context, *, as_json: Json = False, lang: Lang = None) -> None:
    """Work published budgets out again."""
    session = context.ensure_object(Session)
    budgets = published.read_budgets()
    table = budgets.join(published.reproduced(budgets))
    if as_json:
        days = table[expiry.START].dt.strftime(_DAY)
        print_json({"budgets": records(table.assign(**{expiry.START: days}))})
        return
    rows = [wording.budget_row(row, session.language) for row in table.to_dict("records")]
    _print(session, wording.budget_headings(session.language), rows)
    for place, year, source in zip(*(table[n] for n in (published.PLACE, published.YEAR, SOURCE_URL)), strict=True):
        typer.echo(f"- {place} {year}: {source}")
    session.say("funding.note.published")


def _funds_of(path: Path | None, entries: Sequence[str], *, months: int | None, programme: str | None) -> Funds:
    """Return the funds of a file, if any, with what the command line adds."""
    funds = Funds() if path is None else params_file.read_as(Funds, path)
    seen: set[str] = set()
    for entry in entries:
        name, equals, text = (part.strip() for part in entry.partition("="))
        if not equals:
            raise PlanError("funding.entry", entry=entry[:40])
        if name in seen:
            raise PlanError("funding.twice", fund=name)
        seen.add(name)
        funds = with_entry(funds, name, text)
    if path is None and not entries:
        raise PlanError("funding.none", known=", ".join(FUNDS))
    funds = funds if months is None else with_months(funds, months)
    return funds if programme is None else funds.model_copy(update={"programme": _programme(programme)})


def _programme(name: str) -> Programme:
    for known in PROGRAMMES:
        if name == known:
            return known
    raise PlanError("funding.programme", programme=name, known=", ".join(PROGRAMMES))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _place(session: Session, villages: pd.DataFrame, regions: list[str] | None) -> str:
    if not regions:
        return t("funding.everywhere", session.language)
    named = {
        code: name
        for level in ((schema.PROVINCE_CODE, schema.PROVINCE_NAME), (schema.REGENCY_CODE, schema.REGENCY_NAME))
        for code, name in zip(*(villages[column] for column in level), strict=True)
    }
    return ", ".join(str(named[code]) for code in regions)


def _as_plain(found: Outlook) -> dict[str, Any]:
    (need, need_low, need_high), (unpaid, unpaid_low, unpaid_high) = found.need, found.unpaid
    by_sector = found.match.by_sector.to_dict("index")
    return {
        "need": {
            "workers": need,
            "workers_low": need_low,
            "workers_high": need_high,
            "basis": "assumed",
            "plantation": found.plantation,
        },
        "funds": [{**row, "by_sector": by_sector[row[funding.FUND]]} for row in records(found.table.reset_index())],
        "paid": found.paid,
        "unpaid": unpaid,
        "unpaid_low": unpaid_low,
        "unpaid_high": unpaid_high,
        "unpaid_by_sector": {sector: int(count) for sector, count in found.match.unpaid.sum().items()},
    }


def _print(session: Session, headings: Sequence[str], rows: Sequence[Sequence[Shown]]) -> None:
    session.print_table(
        headings, [[cell.text(session.language) if isinstance(cell, Rupiah) else cell for cell in row] for row in rows]
    )
