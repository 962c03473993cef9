"""``planner rank`` and ``planner show``: which villages, and everything known of one."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import geopandas as gpd
import pandas as pd
import typer

from geodata import schema
from geodata.errors import DataError
from geodata.layer import VillageLayer, load
from geodata.schema import SECTORS, Sector
from geodata.texts import Language, render
from planner import params_file, plan, plan_record
from planner.cli.exports_kept import write_ranking
from planner.cli.session import DataDir, Json, Lang, Out, Region, Session, print_json, printable
from planner.coverage import COVERAGE, GAP
from planner.criteria import Surroundings
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.export.describe import describe
from planner.params import ScoringParams
from planner.plan_shelf import RECORD
from planner.ranking import RANK, in_regions, ranked
from planner.scoring import BLOCKS, SCORE
from planner.shielding import shielded
from planner.store.counted import own_criteria
from planner.store.declared import with_own
from planner.store.engine import in_use, opened, reading
from planner.store.migrate import ready
from planner.store.participants import with_records
from planner.surroundings import surroundings_of
from planner.texts import t
from planner.village_figures import VillageFigure, village_figures
from planner.village_figures import dotted as dotted  # noqa: PLC0414 (the other commands take it from here)
from planner.village_figures import plain as plain  # noqa: PLC0414

LISTED = 20

SectorOption = Annotated[str | None, typer.Option("--sector", metavar="SECTOR", help="cli.option.sector")]
ParamsOption = Annotated[Path | None, typer.Option("--params", metavar="FILE", help="cli.option.params")]
Top = Annotated[int | None, typer.Option("--top", min=1, help="cli.option.top")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(help="cli.rank.help")(rank)
    app.command(help="cli.show.help")(show)


def rank(
    context: typer.Context,
    *,
    region: Region = None,
    sector: SectorOption = None,
    params: Annotated[Path | None, typer.Option("--params", metavar="FILE", help="cli.option.params_rank")] = None,
    top: Top = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """List villages: by uncovered eligible workers, or by the score of a file of parameters."""
    session = context.ensure_object(Session)
    chosen = sector_of(sector)
    layer = layer_of(session)
    regions = list(region) if region else None
    if out is not None and out.suffix.lower() == RECORD:
        _write_record(session, layer, params_of(params), out, regions=regions, sector=chosen)
        return
    scoring = None if params is None else params_file.read(params)
    if out is not None:
        shown = _order(session, shielded(layer), scoring, regions, chosen)
        said: dict[str, object] = {"region": regions, "sector": chosen, "top": top}
        said |= {"score": None if scoring is None else scoring.model_dump(mode="json")}
        by: Literal["gap", "score"] = "gap" if scoring is None else "score"
        about = describe(layer, said, language=session.language, order=by)
        write_ranking(session, out, shown.head(top) if top else shown, layer, about)
        if not as_json:
            return
    order = _order(session, layer, scoring, regions, chosen)
    order = order.head(top) if top else order
    if as_json:
        print_json({"fingerprint": layer.fingerprint, "sector": chosen, "villages": records(order)})
    else:
        _print_order(session, layer, order.head(top or LISTED))


def show(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="VILLAGE_CODE", help="cli.argument.village")],
    *,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Tell everything known of one village: figure, range, basis, source and date."""
    session = context.ensure_object(Session)
    layer = layer_of(session)
    found = layer.frame[layer.frame[schema.VILLAGE_CODE].isin({code, dotted(code)})]
    if found.empty:
        raise PlanError("cli.show.unknown", code=code)
    village = found.iloc[0]
    figures = [_told(figure, session.language) for figure in village_figures(layer, found)]
    own = _own_criteria(session, str(village[schema.VILLAGE_CODE]))
    if as_json:
        place = {name: plain(village[name]) for name in schema.PLACE_COLUMNS}
        content = {"village": place, "figures": figures, "own_criteria": own, "fingerprint": layer.fingerprint}
        print_json(content)
        return
    typer.echo(_place_text(session, village))
    headings = [t(f"cli.show.{name}", session.language) for name in ("figure", "value", "range", "basis", "source")]
    session.print_table(headings, [_figure_row(session, figure) for figure in figures])
    for method in dict.fromkeys(str(figure["method"]) for figure in figures if figure["method"]):
        typer.echo(f"- {method}")
    _print_own_criteria(session, own)


def params_of(path: Path | None) -> ScoringParams:
    """Return the parameters of a file, else the defaults."""
    return ScoringParams() if path is None else params_file.read(path)


def _order(
    session: Session,
    layer: VillageLayer,
    params: ScoringParams | None,
    regions: list[str] | None,
    sector: Sector | None,
) -> gpd.GeoDataFrame:
    """Return the villages by their score, without parameters by uncovered workers."""
    if params is None:
        return gpd.GeoDataFrame(ranked(layer.frame[in_regions(layer.frame, regions)], sector))
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    table = plan.rank(layer, around, params, regions=regions, sector=sector).table
    return gpd.GeoDataFrame(table, geometry=layer.frame.geometry.reindex(table.index), crs=layer.frame.crs)


def _write_record(
    session: Session,
    layer: VillageLayer,
    params: ScoringParams,
    out: Path,
    *,
    regions: list[str] | None,
    sector: Sector | None,
) -> None:
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    ranking = plan.rank(layer, around, params, regions=regions, sector=sector)
    with replacing(out) as draft:
        draft.write_bytes(plan.record(ranking, layer))
    session.say("cli.rank.written", count=len(ranking.table), file=out)


def _told(figure: VillageFigure, language: Language) -> dict[str, Any]:
    """Return a figure with its method in words, as plain values."""
    return {
        "figure": figure.name,
        "name": t(f"export.heading.{figure.name}", language),
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "basis": figure.basis,
        "method": " ".join(render(DataError.folder, method, language, {}) for method in figure.methods),
        "sources": [vars(origin) for origin in figure.origins],
    }


def layer_of(session: Session) -> VillageLayer:
    """Return the layer in use, the built one or the embedded default, with the participants of the records."""
    return _counted(session, load(session.layer_file))


def columns_of(session: Session, columns: Collection[str]) -> VillageLayer:
    """Return the layer in use, where there are no records with some of its columns only, see `geodata.layer.load`."""
    if in_use(session.paths.records):  # what is counted there changes the fingerprint, which is that of all columns
        return layer_of(session)
    return load(session.layer_file, columns=columns)


def layer_then(session: Session, content: bytes, file: str) -> VillageLayer:
    """Return the layer in use as it was when a record was made. Raises like `planner.plan_record.layer_then`."""
    built = load(session.layer_file)
    return plan_record.layer_then(content, built, partial(_counted, session, built), name=file)


def _counted(session: Session, built: VillageLayer, as_of: datetime | None = None) -> VillageLayer:
    records = session.paths.records
    if not in_use(records):
        return built
    with opened(None, records) as engine:
        return with_records(built, engine, as_of=as_of)


def with_launched(session: Session, surroundings: Surroundings) -> Surroundings:
    """Return surroundings that know the declared villages of the records too."""
    if not in_use(session.paths.records):
        return surroundings
    with opened(None, session.paths.records) as engine:
        return with_own(surroundings, ready(engine))


def _own_criteria(session: Session, village_code: str) -> list[dict[str, Any]]:
    """Return the own criteria of a village as the offices uploaded them; none without records."""
    if not in_use(session.paths.records):
        return []
    with opened(None, session.paths.records) as engine, reading(engine) as connection:
        return [
            {**row, "dated_on": row["dated_on"].isoformat()} for row in records(own_criteria(connection, village_code))
        ]


def _print_own_criteria(session: Session, own: list[dict[str, Any]]) -> None:
    if not own:
        return
    typer.echo(t("cli.show.own_criteria", session.language))
    names = ("criterion", "value", "unit", "source", "dated_on")
    headings = [t(f"cli.show.own.{name}", session.language) for name in names]
    session.print_table(headings, [[_safe(row[name]) for name in names] for row in own])


def _safe(cell: object) -> object:
    return printable(cell) if isinstance(cell, str) else cell


def sector_of(name: str | None) -> Sector | None:
    """Return the sector of a name; PlanError if there is none."""
    if name is None:
        return None
    for known in SECTORS:
        if name == known:
            return known
    raise PlanError("cli.unknown_sector", sector=name, known=", ".join(SECTORS))


def records(order: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a list as plain values."""
    table = pd.DataFrame(order.drop(columns="geometry", errors="ignore"))
    return [{str(k): plain(v) for k, v in row.items()} for row in table.to_dict("records")]


def _print_order(session: Session, layer: VillageLayer, order: pd.DataFrame) -> None:
    names = [RANK, schema.VILLAGE_CODE, schema.VILLAGE_NAME, schema.DISTRICT_NAME, schema.REGENCY_NAME]
    names += [name for name in (SCORE, *BLOCKS, GAP) if name in order.columns]
    headings = [t(f"export.heading.{name}", session.language) for name in names]
    headings += [t("cli.show.range", session.language), t("export.heading.coverage_pct", session.language)]
    rows = [
        [*(plain(row[name]) for name in names), _range(session, row, GAP), plain(row[COVERAGE])]
        for row in order.to_dict("records")
    ]
    session.print_table(headings, rows)
    session.say("export.note.estimates")
    if layer.is_approximate:
        session.say("export.note.approximate")


def _range(session: Session, row: dict[Any, Any], figure: str) -> str:
    least, most = plain(row.get(schema.low(figure))), plain(row.get(schema.high(figure)))
    return "" if least is None or most is None else f"{session.shown(least)} - {session.shown(most)}"


def _place_text(session: Session, village: "pd.Series[Any]") -> str:
    place = ", ".join(str(village[n]) for n in (schema.DISTRICT_NAME, schema.REGENCY_NAME, schema.PROVINCE_NAME))
    outline = t(f"export.outline.{village[schema.OUTLINE]}", session.language)
    kind = str(village[schema.VILLAGE_TYPE]).capitalize()
    lines = [f"{kind} {village[schema.VILLAGE_NAME]} ({village[schema.VILLAGE_CODE]})", place]
    lines.append(f"{t('export.heading.outline', session.language)}: {outline}")
    return "\n".join(lines)


def _figure_row(session: Session, figure: dict[str, Any]) -> list[object]:
    origin = figure["sources"][0] if figure["sources"] else None
    more = len(figure["sources"]) - 1
    source = f"{origin['producer']} {origin['date']}".strip() + (f" (+{more})" if more > 0 else "") if origin else ""
    least_most = _range(session, {schema.low("x"): figure["low"], schema.high("x"): figure["high"]}, "x")
    how = t(f"export.basis.{figure['basis']}", session.language) if figure["basis"] else ""
    return [figure["name"], session.shown(figure["value"]), least_most, how, source]
