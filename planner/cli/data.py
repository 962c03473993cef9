"""``planner data``: published files, and the layer built from them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

from geodata import build as building
from geodata import refresh
from geodata.catalogue import load
from geodata.errors import DataError
from geodata.fetch import FetchProgress, fetch
from geodata.places import points_of
from geodata.provenance import Origin
from geodata.published import read_published
from geodata.readers import vector
from geodata.sectors import accuracy
from geodata.texts import Language, render
from planner.cli.session import DataDir, Json, Lang, Out, Region, Session, print_json
from planner.errors import PlanError
from planner.texts import t

SUMBAGSEL = list(refresh.SUMBAGSEL)

app = typer.Typer(no_args_is_help=True, help="cli.data.help")


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command(help="cli.data.sources.help")
def sources(context: typer.Context, *, as_json: Json = False, lang: Lang = None) -> None:
    """List the published sources with licence and citation."""
    session = context.ensure_object(Session)
    language = session.language
    records = [
        {
            "key": s.key,
            "title": s.title.text(language),
            "producer": s.producer,
            "carrier": s.carrier,
            "published": s.published,
            "accessed": s.accessed.isoformat(),
            "licence": s.licence,
            "citation": s.citation,
            "homepage": s.homepage,
            "access": s.access,
            "files": len(s.files),
            "bytes": sum(f.bytes for f in s.files),
            "note": s.note.text(language),
        }
        for s in load().sources
    ]
    if as_json:
        print_json({"sources": records})
        return
    for record in records:
        typer.echo(_source_text(session, record))


@app.command(name="fetch", help="cli.data.fetch.help")
def fetch_files(
    context: typer.Context,
    *,
    region: Region = None,
    mirror: Annotated[Path | None, typer.Option("--mirror", metavar="DIR", help="cli.option.mirror")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Download or copy the published files of some regions, and verify them."""
    session = context.ensure_object(Session)
    session.paths.prepare()
    regions = list(region) if region else SUMBAGSEL
    files = load().files(regions=regions)
    with _download_bar() as advance:
        report = fetch(files, downloads=session.paths.downloads, mirror=mirror, progress=advance)
    session.say(
        "cli.data.fetched",
        fetched=len(report.fetched),
        kept=len(report.kept),
        failed=len(report.failed) + len(report.untried),
        folder=session.paths.downloads,
    )
    report.require_complete()
    if as_json:
        print_json({"fetched": [f.name for f in report.fetched], "kept": [f.name for f in report.kept]})


@app.command(name="build", help="cli.data.build.help")
def build_layer(
    context: typer.Context,
    *,
    region: Region = None,
    mirror: Annotated[Path | None, typer.Option("--mirror", metavar="DIR", help="cli.option.mirror")] = None,
    bridge: Annotated[Path | None, typer.Option("--bridge", metavar="FILE", help="cli.option.bridge")] = None,
    outlines: Annotated[Path | None, typer.Option("--outlines", metavar="FILE", help="cli.option.outlines")] = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Build the village layer from the fetched files."""
    session = context.ensure_object(Session)
    regions = list(region) if region else SUMBAGSEL
    catalogue = load()
    inputs = building.inputs_of(catalogue, mirror or session.paths.downloads, regions=regions, bridge=bridge)
    target = out or session.paths.villages
    if target.suffix != ".parquet":
        raise PlanError("cli.data.ending", file=target.name)
    own = _own_outlines(outlines, regions) if outlines else None
    with _spinner(session.language) as step:
        built = building.build(inputs, catalogue, read_published(), regions=regions, outlines=own, step=step)
    building.save(built, target)
    totals = built.cleaning.totals
    summary = {
        "villages": len(built.layer.frame),
        "outlines": int((built.layer.frame["outline"] != "merged").sum()),
        "coverage_valid": totals.coverage_valid_after,
        "area_km2": round(float(built.layer.frame["area_km2"].sum()), 1),
        "overlaps_removed": totals.overlaps_removed,
        "gaps_filled": totals.gaps_filled,
        "mills": len(points_of(built.places, "mill")),
        "ports": len(points_of(built.places, "port")),
        "rejected_rows": len(built.rejected),
        "fingerprint": built.layer.fingerprint,
        "file": str(target),
    }
    if as_json:
        print_json(summary)
    else:
        session.say("cli.data.built", **{**summary, "area_km2": session.shown(summary["area_km2"])})
    if out is None and regions != SUMBAGSEL:
        session.say("cli.data.partial", regions=", ".join(regions))


@app.command(help="cli.data.check.help")
def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.file")],
    *,
    region: Region = None,
    code: Annotated[str | None, typer.Option("--code", metavar="COLUMN", help="cli.option.code_column")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="COLUMN", help="cli.option.name_column")] = None,
    layer: Annotated[str | None, typer.Option("--layer", help="cli.option.layer")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Check a file of village outlines before it is used."""
    session = context.ensure_object(Session)
    columns = {k: v for k, v in {"village_code": code, "village_name": name}.items() if v}
    report = vector.check(file, columns=columns or None, layer=layer, regions=list(region) if region else None)
    if as_json:
        print_json(report.as_dict())
    else:
        typer.echo("\n".join(report.lines(session.language)))


@app.command(help="cli.data.accuracy.help")
def errors(
    context: typer.Context,
    *,
    mirror: Annotated[Path | None, typer.Option("--mirror", metavar="DIR", help="cli.option.mirror")] = None,
    bridge: Annotated[Path | None, typer.Option("--bridge", metavar="FILE", help="cli.option.bridge")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Measure the errors of the split figures again."""
    session = context.ensure_object(Session)
    catalogue = load()
    inputs = building.inputs_of(catalogue, mirror or session.paths.downloads, regions=SUMBAGSEL, bridge=bridge)
    with _spinner(session.language) as step:
        built = building.build(inputs, catalogue, read_published(), regions=SUMBAGSEL, step=step)
    measured = accuracy.measure(built.villages, read_published()).round(4)
    if as_json:
        print_json({"figures": measured.reset_index().to_dict("records")})
        return
    rows = [[str(row[0]), *(f"{value:.2f}" for value in row[1:])] for row in measured.itertuples()]
    session.print_table([str(measured.index.name), *measured.columns], rows)


def _own_outlines(path: Path, regions: list[str]) -> building.OwnOutlines:
    reading = vector.read_outlines(path, regions=building.provinces_of(regions))
    day = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date().isoformat()
    return building.OwnOutlines(reading, Origin(path.name, "own outlines", day, f"file:{path.name}"))


def _source_text(session: Session, record: Mapping[str, Any]) -> str:
    lines = [f"{record['key']}  {record['title']}"]
    fields = ("producer", "carrier", "published", "licence", "citation", "homepage", "note")
    told = {field: record[field] for field in fields if record[field]}
    if record["files"]:
        told["files"] = f"{record['files']} ({session.shown(record['bytes'] / 1e6)} MB)"
    lines += [f"    {t(f'cli.source.{field}', session.language)}: {value}" for field, value in told.items()]
    return "\n".join(lines)


@contextmanager
def _download_bar() -> Iterator[Callable[[FetchProgress], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def advance(progress: FetchProgress) -> None:
            bar.update(task, completed=progress.done_bytes, total=progress.total_bytes, description=progress.file.path)

        yield advance


@contextmanager
def _spinner(language: Language) -> Iterator[building.Step]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(key: str) -> None:
            bar.update(task, description=render(DataError.folder, key, language, {}))

        yield step
