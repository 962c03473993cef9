"""``planner data``: published files, and the layer built from them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

from geodata import build as building
from geodata import refresh
from geodata.catalogue import Catalogue, load
from geodata.errors import DataError
from geodata.fetch import FetchProgress, fetch
from geodata.places import points_of
from geodata.processes import GB, Room
from geodata.provenance import Origin
from geodata.published import read_published
from geodata.readers import vector
from geodata.schema import ELIGIBLE, PROVINCE_CODE, SECTORS, Sector
from geodata.sectors import accuracy
from geodata.sectors.counted import Difference
from geodata.sectors.own_weights import OwnFigures, read_observed, read_weights
from geodata.texts import Language, render
from planner.cli.data_overlay import overlay_layer
from planner.cli.session import DataDir, Json, Lang, Out, Region, Session, print_json, region_codes
from planner.errors import PlanError
from planner.texts import t

SUMBAGSEL = list(refresh.SUMBAGSEL)
Regions = Annotated[
    str | None, typer.Option("--region", metavar="15,16.02|all", callback=region_codes, help="cli.data.region")
]

app = typer.Typer(no_args_is_help=True, help="cli.data.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="data")


app.command(name="overlay", help="cli.overlay.help")(overlay_layer)


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
    region: Regions = None,
    mirror: Annotated[Path | None, typer.Option("--mirror", metavar="DIR", help="cli.option.mirror")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Download or copy the published files of some regions, and verify them."""
    session = context.ensure_object(Session)
    session.paths.prepare()
    regions = list(region) if region else SUMBAGSEL
    files = load().files(regions=None if regions == [building.ALL] else regions)
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
    region: Regions = None,
    mirror: Annotated[Path | None, typer.Option("--mirror", metavar="DIR", help="cli.option.mirror")] = None,
    bridge: Annotated[Path | None, typer.Option("--bridge", metavar="FILE", help="cli.option.bridge")] = None,
    outlines: Annotated[Path | None, typer.Option("--outlines", metavar="FILE", help="cli.option.outlines")] = None,
    weights: Annotated[list[Path] | None, typer.Option("--weights", metavar="FILE", help="cli.option.weights")] = None,
    sector: Annotated[list[str] | None, typer.Option("--sector", metavar="SECTOR", help="cli.option.weighed")] = None,
    observed: Annotated[
        list[str] | None, typer.Option("--observed", metavar="SECTOR=FILE", help="cli.option.observed")
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, max=256, help="cli.data.jobs")] = None,
    memory: Annotated[float | None, typer.Option("--memory", metavar="GB", min=0.5, help="cli.data.memory")] = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Build the village layer from the fetched files; of the country with ``--region all --outlines FILE``."""
    session = context.ensure_object(Session)
    weighed, counted = _own_weights(weights or [], sector or []), _observed(observed or [])
    catalogue = load()
    downloads = mirror or session.paths.downloads
    regions = _regions(region, catalogue, downloads)
    own_only = catalogue.without_files(regions) if outlines else []
    listed = [code for code in regions if code not in own_only]
    inputs = building.inputs_of(catalogue, downloads, regions=listed, bridge=bridge)
    target = out or session.paths.villages
    if target.suffix != ".parquet":
        raise PlanError("cli.data.ending", file=target.name)
    own = _own_outlines(outlines, regions) if outlines else None
    room = Room.of_machine(jobs=jobs, memory=None if memory is None else int(memory * GB))
    with _spinner(session.language) as told:
        built = building.build(
            inputs,
            catalogue,
            read_published(),
            regions=regions,
            outlines=own,
            weights=weighed,
            observed=counted,
            room=room,
            step=told.step,
            on_provinces=told.provinces,
        )
    building.save(built, target)
    totals = built.cleaning.totals
    lacking = built.layer.frame[ELIGIBLE].isna()
    without = int(lacking.sum())
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
        "without_workers": without,
        "fingerprint": built.layer.fingerprint,
        "file": str(target),
    }
    if as_json:
        print_json({**summary, "observed": [vars(difference) for difference in built.observed]})
    else:
        session.say("cli.data.built", **{**summary, "area_km2": session.shown(summary["area_km2"])})
    for difference in built.observed:
        _tell_observed(session, difference)
    if without:
        provinces = ", ".join(sorted(set(built.layer.frame.loc[lacking, PROVINCE_CODE])))
        session.say("cli.data.without_workers", count=without, provinces=provinces)
    if out is None and not set(SUMBAGSEL) <= set(regions):
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
    with _spinner(session.language) as told:
        built = building.build(inputs, catalogue, read_published(), regions=SUMBAGSEL, step=told.step)
    measured = accuracy.measure(built.villages, read_published()).round(4)
    if as_json:
        print_json({"figures": measured.reset_index().to_dict("records")})
        return
    rows = [[str(row[0]), *(f"{value:.2f}" for value in row[1:])] for row in measured.itertuples()]
    session.print_table([str(measured.index.name), *measured.columns], rows)


def _regions(region: Sequence[str] | None, catalogue: Catalogue, downloads: Path) -> list[str]:
    if region is not None and list(region) == [building.ALL]:
        return building.every_province(catalogue, downloads)
    return list(region) if region else SUMBAGSEL


def _own_outlines(path: Path, regions: list[str]) -> building.OwnOutlines:
    reading = vector.read_outlines(path, regions=building.provinces_of(regions))
    day = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date().isoformat()
    return building.OwnOutlines(reading, Origin(path.name, "own outlines", day, f"file:{path.name}"))


def _own_weights(files: list[Path], sectors: list[str]) -> dict[Sector, OwnFigures]:
    """Read one file for each sector that is named; the first belongs to the first."""
    if len(files) != len(sectors) or len({*sectors}) != len(sectors):
        raise PlanError("cli.data.weights_pairs")
    return {_sector(sector): read_weights(file) for sector, file in zip(sectors, files, strict=True)}


def _observed(pairs: list[str]) -> dict[Sector, OwnFigures]:
    """Read files of counted workers, each written as its sector, ``=`` and the file."""
    parted = [pair.partition("=") for pair in pairs]
    if len({sector for sector, _, _ in parted}) != len(pairs) or not all(file for _, _, file in parted):
        raise PlanError("cli.data.observed_form")
    return {_sector(sector): read_observed(Path(file)) for sector, _, file in parted}


def _sector(name: str) -> Sector:
    for known in SECTORS:
        if known == name:
            return known
    raise PlanError("cli.data.weights_sector", found=name[:40], known=", ".join(SECTORS))


def _tell_observed(session: Session, told: Difference) -> None:
    values = {name: session.shown(getattr(told, name)) for name in ("villages", "people", "counted")}
    if told.published is None:
        session.say("cli.data.observed_alone", sector=told.sector, province=told.province, **values)
        return
    change = session.shown(told.people - told.published)
    published = session.shown(told.published)
    session.say(
        "cli.data.observed", sector=told.sector, province=told.province, published=published, change=change, **values
    )


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


@dataclass(frozen=True)
class _Told:
    """What is shown while a layer is built."""

    step: building.Step
    provinces: building.OnProvinces


@contextmanager
def _spinner(language: Language) -> Iterator[_Told]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        known: set[str] = set()

        def step(key: str) -> None:
            bar.update(task, description=render(DataError.folder, key, language, {}))

        def provinces(done: Collection[str], of: int) -> None:
            fresh = sorted(set(done) - known)
            known.update(fresh)
            if fresh and of > len(SUMBAGSEL):
                console.print(t("cli.data.cleaned", language, provinces=", ".join(fresh), done=len(known), of=of))

        yield _Told(step, provinces)
