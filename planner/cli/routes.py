"""``planner routes``: the visit days of an agent in a month."""

import csv
import datetime as dt
import json
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from geodata.layer import VillageLayer, load_neighbours
from geodata.office_day import today
from geodata.schema import DISTRICT_NAME, LATITUDE, LONGITUDE, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import number
from planner.cli.exports_kept import kept
from planner.cli.routes_given import of_file, of_records, with_records
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.cli.villages import layer_of, plain
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.export.cells import clean, without_formula
from planner.export.delimited import SEPARATORS
from planner.export.stamping import stamp_of_content
from planner.params_file import read_as
from planner.provenance import Stamp
from planner.routes.calendar import working_days
from planner.routes.durations import Crossing, crossings, land_of, nearest_to_all, read_minutes, travel_minutes
from planner.routes.params import RouteParams
from planner.routes.plan import ARRIVE, DATE, LEAVE, ORDER, REASON, TRAVEL_MIN, RoutePlan
from planner.routes.room import plan_with_room
from planner.shielding import few_counted, shielded
from planner.small_cells import SMALLEST
from planner.territories.load import VISITS, workload
from planner.territories.params import WorkloadParams
from planner.territories.tables import parse_links, read_agents, read_assignment
from planner.texts import t

_ENDINGS = (".csv", ".geojson")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="routes", help="cli.routes.help")(routes)


def routes(
    context: typer.Context,
    *,
    agent: Annotated[str, typer.Option("--agent", metavar="AGENT", help="cli.routes.agent")],
    month: Annotated[str, typer.Option("--month", metavar="2026-12", help="cli.routes.month")],
    territories: Annotated[
        Path | None, typer.Option("--territories", metavar="FILE", help="cli.routes.territories")
    ] = None,
    home: Annotated[str | None, typer.Option("--home", metavar="CODE", help="cli.routes.home")] = None,
    agents: Annotated[Path | None, typer.Option("--agents", metavar="FILE.csv", help="cli.routes.agents")] = None,
    visit: Annotated[str | None, typer.Option("--visit", metavar="CODE=DATE,...", help="cli.routes.visit")] = None,
    off: Annotated[str | None, typer.Option("--off", metavar="DATE,...", help="cli.routes.off")] = None,
    speed: Annotated[str | None, typer.Option("--speed", metavar="16.02=30,...", help="cli.routes.speed")] = None,
    crossing: Annotated[
        str | None, typer.Option("--crossing", metavar="CODE:CODE=MINUTES,...", help="cli.routes.crossing")
    ] = None,
    matrix: Annotated[Path | None, typer.Option("--matrix", metavar="FILE.csv", help="cli.routes.matrix")] = None,
    params: Annotated[Path | None, typer.Option("--params", metavar="FILE", help="cli.routes.params")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv|.geojson", help="cli.routes.out")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Plan the visit days of an agent."""
    session = context.ensure_object(Session)
    if out is not None and out.suffix.lower() not in _ENDINGS:
        raise PlanError("export.unknown_ending", file=out.name, endings=", ".join(_ENDINGS))
    rules = RouteParams() if params is None else read_as(RouteParams, params)
    layer = layer_of(session)
    frame = pd.DataFrame(layer.frame.drop(columns="geometry"))
    free = working_days(month, per_week=rules.working_days_per_week, off=_days(off, "--off"))
    given = of_records(session, agent) if territories is None else of_file(read_assignment(territories), agent)
    own = _own(frame, given.villages, records=territories is None)
    house = _home(home, agents, given.agent, frame) or (given.home if given.home in set(frame[VILLAGE_CODE]) else None)
    dates = with_records(_dates(visit), given.dates, own, free)
    places = own if house is None else pd.concat([frame[frame[VILLAGE_CODE] == house], own], ignore_index=True)
    boats: list[Crossing] = []
    if matrix is None:
        land = land_of(frame, load_neighbours(layer, session.layer_file), places)
        named = {link: _number(value, "--crossing") for link, value in _pairs(crossing, "--crossing").items()}
        boats = crossings(places, land, rules, named=_links(named))
        speeds = {code: _number(value, "--speed") for code, value in _pairs(speed, "--speed").items()}
        minutes = travel_minutes(places, rules, land=land, crossings=boats, speeds=speeds)
    else:
        codes = list(dict.fromkeys(places[VILLAGE_CODE]))
        at = pd.Index(codes).get_indexer(pd.Index(places[VILLAGE_CODE]))
        minutes = read_minutes(matrix, codes)[np.ix_(at, at)]
    if house is None:
        order = [nearest_to_all(minutes), *range(len(own))]
        places, minutes = own.iloc[order], minutes[np.ix_(order, order)]
    planned = partial(
        plan_with_room,
        minutes=minutes,
        month=month,
        params=rules,
        home_is_known=house is not None,
        off=_days(off, "--off"),
        dates=dates,
    )
    found = planned(places)
    if out is not None:
        told = _as_told(places, layer)
        shown = found if told is places else planned(told)
        _write(session, shown, out, agent=given.agent, month=month, fingerprint=layer.fingerprint)
        if shown is not found:
            session.say("export.note.shielded", smallest=SMALLEST)
        session.say("cli.routes.written", count=len(shown.stops), file=out)
    if as_json:
        print_json(_plain(found, given.agent, month))
        return
    _print(session, found, len(boats), quiet=out is not None)


def _own(frame: pd.DataFrame, codes: Collection[str], *, records: bool) -> pd.DataFrame:
    """Return the villages of an agent with their visits; a file names none that the layer lacks."""
    missing = sorted(set(codes) - set(frame[VILLAGE_CODE]))
    if missing and not records:
        raise PlanError("territories.unknown_villages", codes=", ".join(missing[:8]))
    own = frame[frame[VILLAGE_CODE].isin(codes)].sort_values(VILLAGE_CODE, ignore_index=True)
    return own.assign(**{VISITS: workload(own, WorkloadParams())[VISITS]})


def _as_told(places: pd.DataFrame, layer: VillageLayer) -> pd.DataFrame:
    """Return the villages with visits as files for outside may know them; themselves where none was counted few."""
    if not few_counted(places).any():
        return places
    own = _own(pd.DataFrame(shielded(layer).frame), places.loc[places[VISITS].notna(), VILLAGE_CODE], records=True)
    visits = places[VILLAGE_CODE].map(own.set_index(VILLAGE_CODE)[VISITS]).where(places[VISITS].notna())
    return places.assign(**{VISITS: visits})


def _home(home: str | None, agents: Path | None, agent: str, frame: pd.DataFrame) -> str | None:
    if home is None and agents is not None:
        table = read_agents(agents, frame)
        found = table.loc[table["agent_code"] == agent, "home_village_code"].dropna()
        home = str(found.iloc[0]) if len(found) else None
    if home is not None and home not in set(frame[VILLAGE_CODE]):
        raise PlanError("territories.unknown_homes", codes=home[:40])
    return home


def _pairs(text: str | None, option: str) -> dict[str, str]:
    """Read ``KEY=VALUE,...``."""
    pairs: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in (text or "").split(","))):
        key, sign, value = (word.strip() for word in part.partition("="))
        if not sign or not key or not value:
            raise PlanError("routes.pair_unreadable", option=option, text=part[:60])
        pairs[key] = value
    return pairs


def _links(named: dict[str, float]) -> dict[tuple[str, str], float]:
    return {parse_links(link, option="--crossing")[0]: minutes for link, minutes in named.items()}


def _number(text: str, option: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise PlanError("routes.pair_unreadable", option=option, text=text[:60]) from error
    if not 0 < value <= 1_440:
        raise PlanError("routes.pair_unreadable", option=option, text=text[:60])
    return value


def _day(text: str, option: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise PlanError("routes.pair_unreadable", option=option, text=text[:60]) from error


def _days(text: str | None, option: str) -> list[dt.date]:
    return [_day(part.strip(), option) for part in (text or "").split(",") if part.strip()]


def _dates(text: str | None) -> dict[str, list[dt.date]]:
    """Read ``CODE=DATE,CODE=DATE``; a village may stand several times."""
    dates: dict[str, list[dt.date]] = {}
    for part in filter(None, (part.strip() for part in (text or "").split(","))):
        for code, day in _pairs(part, "--visit").items():
            dates.setdefault(code, []).append(_day(day, "--visit"))
    return dates


def _write(session: Session, found: RoutePlan, out: Path, *, agent: str, month: str, fingerprint: str) -> None:
    stamp = stamp_of_content(
        "routes",
        out.suffix.lower(),
        _plain(found, agent, month),
        fingerprint=fingerprint,
        language=session.language,
        on=today(),
        asked={"agent": agent, "month": month},
        smallest=SMALLEST,
    )
    with replacing(out) as draft:
        if out.suffix.lower() == ".csv":
            _write_csv(session, found, draft, stamp)
        else:
            told = {**_features(found, agent), "export": stamp.record()}
            draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    kept(session, stamp, out)


def _write_csv(session: Session, found: RoutePlan, draft: Path, stamp: Stamp) -> None:
    names = (DATE, ORDER, VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, ARRIVE, LEAVE, TRAVEL_MIN, LATITUDE, LONGITUDE)
    with draft.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=SEPARATORS[session.language])
        headings = [t(f"routes.heading.{name}", session.language) for name in names]
        writer.writerow([*headings, t("export.heading.stamp", session.language)])
        for row in found.stops[list(names)].to_dict("records"):
            writer.writerow([*(_cell(session, row[name]) for name in names), stamp.id])


def _cell(session: Session, value: Any) -> str:  # noqa: ANN401 (a cell of any type)
    if isinstance(value, float):
        return number(value, session.language, 6)
    return without_formula(clean(str(value)))


def _features(found: RoutePlan, agent: str) -> dict[str, Any]:
    """Return stops as points, for maps and phones."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(float(row[n]), 6) for n in (LONGITUDE, LATITUDE)]},
            "properties": {
                "agent_code": agent,
                **{str(name): _json(value) for name, value in row.items() if name not in (LONGITUDE, LATITUDE)},
            },
        }
        for row in found.stops.to_dict("records")
    ]
    return {"type": "FeatureCollection", "name": "visits", "features": features}


def _json(value: Any) -> Any:  # noqa: ANN401
    return value.isoformat() if isinstance(value, dt.date) else plain(value)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _json(value) for name, value in row.items()} for row in table.to_dict("records")]


def _plain(found: RoutePlan, agent: str, month: str) -> dict[str, Any]:
    return {
        "agent": agent,
        "month": month,
        "home": found.home,
        "home_is_known": found.home_is_known,
        "working_days": found.working_days,
        "days": _rows(found.days),
        "stops": _rows(found.stops),
        "missed": _rows(found.missed),
    }


def _print(session: Session, found: RoutePlan, boats: int, *, quiet: bool) -> None:
    language = session.language
    if not quiet:
        names = (DATE, ORDER, VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, ARRIVE, LEAVE, TRAVEL_MIN)
        headings = [t(f"routes.heading.{name}", language) for name in names]
        session.print_table(headings, [[row[name] for name in names] for row in _rows(found.stops)])
    longest = float(found.days["hours"].max()) if len(found.days) else 0.0
    typer.echo(
        t(
            "routes.told",
            language,
            visits=len(found.stops),
            days=len(found.days),
            working=found.working_days,
            hours=number(float(found.days["hours"].sum()), language, 1),
            travel=number(float(found.days[TRAVEL_MIN].sum()) / 60, language, 1),
            longest=number(longest, language, 1),
        )
    )
    for reason, rows in found.missed.groupby(REASON):
        listed = ", ".join(dict.fromkeys(rows[VILLAGE_NAME].head(8)))
        typer.echo(t(f"routes.missed.{reason}", language, count=len(rows), names=listed))
    key = "routes.home" if found.home_is_known else "routes.home_assumed"
    session.say(key, code=found.home)
    if boats:
        session.say("routes.boats", count=boats)
    session.say("routes.note.assumed")
