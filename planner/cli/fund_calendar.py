"""``planner fund calendar``: when paid months end, who falls out, and how many stay active."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from geodata import office_day
from planner import expiry
from planner import fund_wording as wording
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.cli.villages import ParamsOption, layer_of, params_of, records
from planner.expiry_file import read_groups
from planner.fund_outlook import Calendar, calendar_on, place_names, unknown_places
from planner.manner import terse
from planner.params import Renewal

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
    day = on.date() if on else office_day.today()
    groups = read_groups(file)
    found = calendar_on(groups, day, renewal)
    named = place_names(layer_of(session).frame)
    unknown = unknown_places(groups, named)
    if as_json:
        print_json({**_as_plain(found, renewal), "workers": dict(found.people), "unknown_places": unknown})
        return
    language, manner = session.language, terse(session.language)
    typer.echo(wording.calendar_summary(found, manner))
    if len(found.urgent):
        rows = wording.urgent_rows(found.urgent, named, manner)
        session.print_table(wording.urgent_headings(language), rows)
        typer.echo()
    session.print_table(wording.month_headings(language), wording.month_rows(found.months, manner))
    session.say("expiry.note.months")
    session.say("expiry.note.renewal", **wording.renewal_values(renewal, language))
    if unknown:
        session.say("expiry.note.unknown_places", codes=", ".join(unknown))


def _as_plain(found: Calendar, renewal: Renewal) -> dict[str, Any]:
    urgent, months = found.urgent, found.months
    days = {name: urgent[name].dt.strftime(_DAY) for name in (expiry.START, expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL)}
    return {
        "on": found.day.isoformat(),
        "renewal": renewal.model_dump(mode="json"),
        "ending": records(urgent.assign(**days)),
        "months": records(months.set_axis(months.index.astype("str"), axis=0).reset_index()),
    }
