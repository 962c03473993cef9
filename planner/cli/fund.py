"""``planner fund``: which fund pays for whom, for how long, and what is left."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from geodata import schema
from geodata.offices import CONFIDENCE, SOURCE_URL
from geodata.texts import number
from planner import expiry, funding, params_file, published
from planner.cli.fund_calendar import calendar
from planner.cli.score import ParamsOption
from planner.cli.session import DataDir, Json, Lang, Region, Session, print_json
from planner.cli.villages import layer_of, params_of, plain, records
from planner.coverage import GAP
from planner.errors import PlanError
from planner.funds import FUNDS, MOST_MONTHS, Funds, VillageFund, with_entry, with_months
from planner.params import ScoringParams
from planner.ranking import in_regions
from planner.rupiah import spoken, written
from planner.tariffs import PROGRAMMES, Programme
from planner.texts import t

fund_app = typer.Typer(invoke_without_command=True, help="cli.fund.help")

_MONEY = (funding.PER_WORKER, funding.AVAILABLE, funding.COST, funding.LEFT)
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
    first = start.date() if start else _next_month(date.today())
    layer = layer_of(session)
    regions = list(region) if region else None
    villages = pd.DataFrame(layer.frame[in_regions(layer.frame, regions)].drop(columns="geometry"))
    ends = [funding.need_of(villages, figure) for figure in (GAP, schema.low(GAP), schema.high(GAP))]
    matched, *others = (funding.match(need, chosen, start=first) for need in ends)
    outcome = {
        "place": _place(session, villages, regions),
        "need": [int(need.to_numpy().sum()) for need in ends],
        "plantation": int(ends[0]["plantation"].sum()),
        "unpaid": [int(found.unpaid.to_numpy().sum()) for found in (matched, *others)],
    }
    table = _with_ends(matched.funds, first, params_of(params))
    if as_json:
        about = {"fingerprint": layer.fingerprint, "regions": regions, "programme": chosen.programme}
        print_json({**about, "start": first.isoformat(), **_as_plain(outcome, matched, table)})
        return
    typer.echo(_need_text(session, outcome))
    _print_funds(session, table)
    _tell(session, outcome, table, chosen, first)
    _note(session, chosen, params_of(params), villages=len(villages))


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
    names = (
        *(published.PLACE, published.YEAR, funding.FUND, published.EACH, funding.MONTHS, published.PUBLISHED),
        *(published.REPRODUCED, published.DIFFERENCE, published.DIFFERENCE_PCT, published.PAYABLE, CONFIDENCE),
    )
    rows = [[_budget_cell(session, row, name) for name in names] for row in table.to_dict("records")]
    session.print_table([t(f"funding.heading.{name}", session.language) for name in names], rows)
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


def _with_ends(table: pd.DataFrame, first: date, params: ScoringParams) -> pd.DataFrame:
    """Add until when each fund pays, and until when its workers are active."""
    start = pd.Series(pd.Timestamp(first), index=table.index)
    begun = pd.DataFrame({expiry.START: start, expiry.MONTHS: table[funding.MONTHS]})
    when = expiry.ends(begun, lapse_months=params.renewal.lapse_months)
    return table.join(when.apply(lambda column: column.dt.strftime(_DAY)))


def _as_plain(outcome: dict[str, Any], matched: funding.Match, table: pd.DataFrame) -> dict[str, Any]:
    (need, need_low, need_high), (unpaid, unpaid_low, unpaid_high) = outcome["need"], outcome["unpaid"]
    by_sector = matched.by_sector.to_dict("index")
    return {
        "need": {
            "workers": need,
            "workers_low": need_low,
            "workers_high": need_high,
            "basis": "assumed",
            "plantation": outcome["plantation"],
        },
        "funds": [{**row, "by_sector": by_sector[row[funding.FUND]]} for row in records(table.reset_index())],
        "paid": need - unpaid,
        "unpaid": unpaid,
        "unpaid_low": unpaid_low,
        "unpaid_high": unpaid_high,
        "unpaid_by_sector": {sector: int(count) for sector, count in matched.unpaid.sum().items()},
    }


def _need_text(session: Session, outcome: dict[str, Any]) -> str:
    workers, least, most = outcome["need"]
    said = {"place": outcome["place"], "plantation": outcome["plantation"]}
    return t("funding.need", session.language, workers=workers, low=least, high=most, **said)


def _print_funds(session: Session, table: pd.DataFrame) -> None:
    names = (
        *(funding.FUND, funding.PAYER, funding.MONTHS, funding.PER_WORKER, funding.AVAILABLE, funding.CAPACITY),
        *(funding.PAID, funding.COST, funding.LEFT, expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL),
    )
    rows = [[_fund_cell(session, row, name) for name in names] for row in table.reset_index().to_dict("records")]
    session.print_table([t(f"funding.heading.{name}", session.language) for name in names], rows)


def _fund_cell(session: Session, row: dict[Any, Any], name: str) -> object:
    value = plain(row[name])
    if name == funding.FUND:
        return t(f"funding.name.{value}", session.language)
    if name == funding.PAYER:
        return t(f"funding.payer.{value}", session.language)
    return written(value, session.language) if name in _MONEY and value is not None else value


def _budget_cell(session: Session, row: dict[Any, Any], name: str) -> object:
    value = plain(row[name])
    if name == funding.FUND:
        return t(f"funding.name.{value}", session.language)
    if name == funding.MONTHS:
        return t(f"funding.months_basis.{row[published.MONTHS_BASIS]}", session.language, months=value)
    if value is not None and name == published.DIFFERENCE_PCT:
        return number(value, session.language, 1)
    return written(value, session.language) if name.endswith("_idr") and value is not None else value


def _tell(session: Session, outcome: dict[str, Any], table: pd.DataFrame, funds: Funds, first: date) -> None:
    """Say what comes of it, and what paying alone would cost the others."""
    unpaid, least, most = outcome["unpaid"]
    said = {"paid": outcome["need"][0] - unpaid, "unpaid": unpaid, "low": least, "high": most}
    cost = spoken(int(table[funding.COST].sum()), session.language)
    typer.echo(t("funding.result", session.language, cost=cost, **said))
    if unpaid:
        months = funds.self_pay.months
        alone = funding.cost_idr(1, months, start=first, programme=funds.programme, payer="self")
        amount = written(alone, session.language)
        start = first.isoformat()
        typer.echo(t("funding.alone", session.language, amount=amount, months=months, start=start))


def _note(session: Session, funds: Funds, params: ScoringParams, *, villages: int) -> None:
    session.say("funding.note.order")
    session.say("funding.note.after", lapse_months=params.renewal.lapse_months)
    if funds.dbh_sawit.available_idr:
        session.say("funding.note.plantation")
    if any(isinstance(fund, VillageFund) and fund.available_idr for _, fund in funds.each()):
        session.say("funding.note.villages", villages=villages)
    session.say("export.note.estimates")
