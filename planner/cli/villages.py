"""``planner rank`` and ``planner show``: which villages, and everything known of one."""

from typing import Annotated, Any

import geopandas as gpd
import pandas as pd
import typer

from geodata import schema
from geodata.errors import DataError
from geodata.layer import VillageLayer, load
from geodata.schema import SECTORS, Sector
from geodata.texts import Language, render
from planner.cli.session import DataDir, Json, Lang, Out, Region, Session, print_json
from planner.coverage import COVERAGE, GAP, gap
from planner.errors import PlanError
from planner.export.describe import describe
from planner.export.write import write
from planner.ranking import RANK, in_regions, ranked
from planner.texts import t

LISTED = 20

SectorOption = Annotated[str | None, typer.Option("--sector", metavar="SECTOR", help="cli.option.sector")]
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
    top: Top = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """List villages by uncovered eligible workers, most first."""
    session = context.ensure_object(Session)
    chosen = _sector(sector)
    layer = _layer(session)
    regions = list(region) if region else None
    order = ranked(layer.frame[in_regions(layer.frame, regions)], chosen)
    order = order.head(top) if top else order
    if out is not None:
        parameters = {"region": regions, "sector": chosen, "top": top}
        write(out, gpd.GeoDataFrame(order), describe(layer, parameters, language=session.language))
        session.say("cli.rank.written", count=len(order), file=out)
    if as_json:
        print_json({"fingerprint": layer.fingerprint, "villages": _records(order)})
    elif out is None:
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
    layer = _layer(session)
    found = layer.frame[layer.frame[schema.VILLAGE_CODE].isin({code, _dotted(code)})]
    if found.empty:
        raise PlanError("cli.show.unknown", code=code)
    village = found.iloc[0]
    figures = village_figures(layer, found, session.language)
    if as_json:
        place = {name: _plain(village[name]) for name in schema.PLACE_COLUMNS}
        print_json({"village": place, "figures": figures, "fingerprint": layer.fingerprint})
        return
    typer.echo(_place_text(session, village))
    headings = [t(f"cli.show.{name}", session.language) for name in ("figure", "value", "range", "basis", "source")]
    session.print_table(headings, [_figure_row(session, figure) for figure in figures])
    for method in dict.fromkeys(str(figure["method"]) for figure in figures if figure["method"]):
        typer.echo(f"- {method}")


def village_figures(layer: VillageLayer, found: pd.DataFrame, language: Language) -> list[dict[str, Any]]:
    """Return every figure of one village with range, basis, method and sources.

    Parameters
    ----------
    layer
        The layer.
    found
        The row of the village.
    language
        Language of names and methods.
    """
    figures = gap(found)
    row = {**found.iloc[0].to_dict(), **figures.iloc[0].to_dict()}
    parts = {GAP: schema.ACTIVE_BPU, COVERAGE: schema.ACTIVE_BPU}
    code = str(row[schema.VILLAGE_CODE])
    names = (GAP, COVERAGE, *schema.ESTIMATES, *schema.OBSERVED)
    result = []
    for name in names:
        record = layer.figures.get(parts.get(name, name))
        result.append(
            {
                "figure": name,
                "name": t(f"export.heading.{name}", language),
                "value": _plain(row[name]),
                "low": _plain(row.get(schema.low(name))),
                "high": _plain(row.get(schema.high(name))),
                "basis": _plain(row.get(schema.basis(name))) or (record.basis if record else None),
                "method": render(DataError.folder, record.method, language, {}) if record else "",
                "sources": [vars(o) for o in record.origins if o.concerns(code)] if record else [],
            }
        )
    return result


def _layer(session: Session) -> VillageLayer:
    built = session.paths.villages
    return load(built if built.is_file() else None)


def _sector(name: str | None) -> Sector | None:
    if name is None:
        return None
    for known in SECTORS:
        if name == known:
            return known
    raise PlanError("cli.unknown_sector", sector=name, known=", ".join(SECTORS))


def _dotted(code: str) -> str:
    return f"{code[:2]}.{code[2:4]}.{code[4:6]}.{code[6:]}" if len(code) == 10 and code.isdigit() else code


def _records(order: pd.DataFrame) -> list[dict[str, Any]]:
    table = pd.DataFrame(order.drop(columns="geometry"))
    return [{str(k): _plain(v) for k, v in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever a cell holds)
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _print_order(session: Session, layer: VillageLayer, order: pd.DataFrame) -> None:
    names = (RANK, schema.VILLAGE_CODE, schema.VILLAGE_NAME, schema.DISTRICT_NAME, schema.REGENCY_NAME, GAP)
    headings = [t(f"export.heading.{name}", session.language) for name in names]
    headings += [t("cli.show.range", session.language), t("export.heading.coverage_pct", session.language)]
    rows = [
        [*(_plain(row[name]) for name in names), _range(session, row, GAP), _plain(row[COVERAGE])]
        for row in order.to_dict("records")
    ]
    session.print_table(headings, rows)
    session.say("export.note.estimates")
    if layer.is_approximate:
        session.say("export.note.approximate")


def _range(session: Session, row: dict[Any, Any], figure: str) -> str:
    least, most = _plain(row.get(schema.low(figure))), _plain(row.get(schema.high(figure)))
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
