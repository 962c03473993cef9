"""``planner fund calendar``: when paid months end, who falls out, and how many stay active."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from geodata import schema
from geodata.texts import number
from planner import expiry
from planner.cli.score import ParamsOption
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.cli.villages import layer_of, params_of, plain, records
from planner.expiry_file import read_groups
from planner.params import Renewal
from planner.texts import t

PLACE = "place"
_DAY = "%Y-%m-%d"


def calendar(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.calendar")],
    *,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=[_DAY], metavar="2026-11-22", help="cli.option.on")
    ] = None,
    params: ParamsOption = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Tell when paid months end, who falls out, and how many stay active."""
    session = context.ensure_object(Session)
    renewal = params_of(params).renewal
    day = on.date() if on else date.today()
    groups = read_groups(file)
    urgent = expiry.select_urgent(groups, day, lapse_months=renewal.lapse_months)
    standing = expiry.standing(groups, day, lapse_months=renewal.lapse_months)[expiry.STANDING]
    sums = groups[expiry.PAID_WORKERS].groupby(standing).sum()
    people = {str(name): int(count) for name, count in sums.items()}
    table = expiry.forecast(groups, day, renewal)
    named = _names(session)
    codes = [code for name in (schema.VILLAGE_CODE, schema.REGENCY_CODE) for code in groups[name].dropna().unique()]
    unknown = [code for code in codes if code not in named]
    if as_json:
        told = _as_plain(day, urgent, table, renewal)
        print_json({**told, "workers": people, "unknown_places": unknown})
        return
    typer.echo(_summary(session, day, people))
    if len(urgent):
        _print_urgent(session, urgent, named)
    _print_forecast(session, table)
    session.say("expiry.note.months")
    shares = (renewal.renewed_share, renewal.renewed_share_low, renewal.renewed_share_high)
    share, least, most = (number(part * 100, session.language) for part in shares)
    session.say("expiry.note.renewal", share=share, low=least, high=most, lapse_months=renewal.lapse_months)
    if unknown:
        session.say("expiry.note.unknown_places", codes=", ".join(unknown))


def _names(session: Session) -> dict[str, str]:
    """Return the names of all villages and regencies of the layer in use."""
    frame = layer_of(session).frame
    levels = ((schema.REGENCY_CODE, schema.REGENCY_NAME), (schema.VILLAGE_CODE, schema.VILLAGE_NAME))
    return {str(code): str(name) for level in levels for code, name in zip(*(frame[c] for c in level), strict=True)}


def _as_plain(day: date, urgent: pd.DataFrame, table: pd.DataFrame, renewal: Renewal) -> dict[str, Any]:
    days = {name: urgent[name].dt.strftime(_DAY) for name in (expiry.START, expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL)}
    months = table.set_axis(table.index.astype("str"), axis=0).reset_index()
    return {
        "on": day.isoformat(),
        "renewal": renewal.model_dump(mode="json"),
        "ending": records(urgent.assign(**days)),
        "months": records(months),
    }


def _summary(session: Session, day: date, people: dict[str, int]) -> str:
    within = [sum(people.get(f"ends_{d}", 0) for d in expiry.WINDOWS if d <= days) for days in expiry.WINDOWS]
    ends = dict(zip(("ends_30", "ends_60", "ends_90"), within, strict=True))
    others = {name: people.get(name, 0) for name in ("unpaid", "out")}
    return t("expiry.urgent", session.language, on=day.isoformat(), **ends, **others)


def _print_urgent(session: Session, urgent: pd.DataFrame, named: dict[str, str]) -> None:
    names = (
        *(expiry.GROUP, PLACE, expiry.FUND, expiry.PAID_WORKERS, expiry.STANDING),
        *(expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL),
    )
    rows = []
    for row in urgent.to_dict("records"):
        standing = t(f"expiry.standing.{row[expiry.STANDING]}", session.language, months=row[expiry.UNPAID_MONTHS])
        codes = [plain(row[name]) for name in (schema.VILLAGE_CODE, schema.REGENCY_CODE)]
        place = ", ".join(named.get(code, code) for code in codes if code)
        days = [row[name].strftime(_DAY) for name in (expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL)]
        rows.append([row[expiry.GROUP], place, row[expiry.FUND], row[expiry.PAID_WORKERS], standing, *days])
    session.print_table([t(f"expiry.heading.{name}", session.language) for name in names], rows)
    typer.echo()


def _print_forecast(session: Session, table: pd.DataFrame) -> None:
    names = (expiry.MONTH, expiry.STARTING, expiry.ENDING, expiry.FALLING_OUT, expiry.ACTIVE, expiry.RENEWED)
    rows = []
    for month, row in zip(table.index, table.to_dict("records"), strict=True):
        least, most = (session.shown(row[end(expiry.RENEWED)]) for end in (schema.low, schema.high))
        rows.append([str(month), *(row[name] for name in names[1:]), f"{least} - {most}"])
    headings = [t(f"expiry.heading.{name}", session.language) for name in (*names, "range")]
    session.print_table(headings, rows)
