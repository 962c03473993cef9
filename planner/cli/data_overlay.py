"""``planner data overlay``: what of a heavy layer lies in each village."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from geodata.errors import DataError
from geodata.layer import load
from geodata.office_day import today
from geodata.overlay import staged
from geodata.overlay.engines import Engine, one, processes
from geodata.overlay.engines_dask import dask
from geodata.overlay.engines_spark import spark
from geodata.overlay.ground import Ground
from geodata.overlay.kernel import MEASURES, Measure
from geodata.overlay.parts import Parts
from geodata.overlay.raster import RasterWork
from geodata.overlay.run import Overlay, identity, overlay
from geodata.overlay.staged_raster import ENDINGS as RASTERS
from geodata.overlay.staged_raster import staged_raster
from geodata.overlay.work import Task, Work
from geodata.provenance import is_date
from geodata.texts import Language
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.cli.written_file import check_file
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.texts import t

ENDINGS: Final = (".csv", ".parquet")
ENGINES: Final = ("one", "processes", "dask", "spark")
CLUSTERS: Final = ("dask", "spark")

_PARTS: Final = ".partial"
_ABOUT: Final = ".json"


def overlay_layer(
    context: typer.Context,
    layer: Annotated[Path, typer.Argument(metavar="LAYER", help="cli.argument.heavy_layer")],
    *,
    measure: Annotated[str, typer.Option("--measure", metavar="area|count|sum", help="cli.overlay.measure")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.parquet|.csv", help="cli.overlay.out")],
    column: Annotated[str | None, typer.Option("--column", metavar="COLUMN", help="cli.overlay.column")] = None,
    sublayer: Annotated[str | None, typer.Option("--layer", metavar="NAME", help="cli.overlay.layer")] = None,
    values: Annotated[str | None, typer.Option("--values", metavar="1,2", help="cli.overlay.values")] = None,
    villages: Annotated[
        Path | None, typer.Option("--villages", metavar="FILE.parquet", help="cli.overlay.villages")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="|".join(ENGINES), help="cli.overlay.engine")] = "one",
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, max=256, help="cli.overlay.jobs")] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="cli.overlay.scheduler")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help="cli.overlay.source")] = None,
    date: Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="cli.overlay.date")] = None,
    licence: Annotated[str | None, typer.Option("--licence", metavar="TEXT", help="cli.overlay.licence")] = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Sum a layer by village; goes on where an earlier run was broken off."""
    session = context.ensure_object(Session)
    raster = layer.suffix.lower() in RASTERS
    asked, numbers = _measure(measure), _numbers(values, raster=raster)
    _check_column(asked, column, raster=raster)
    _check_date(date)
    worker = _engine(engine, jobs, scheduler)
    check_file(out, ENDINGS)
    ground = Ground.of(load(villages or session.layer_file).frame)
    parts = Parts(out.with_name(f"{out.name}{_PARTS}"))
    record = identity(layer, ground, asked, sublayer=sublayer, column=column, values=numbers)
    parts.begin(record)

    def on_copy() -> None:
        session.say("cli.overlay.copying", file=layer.name)

    try:
        task: Task
        if raster:
            task = RasterWork(
                staged_raster(layer, parts.folder, band=sublayer, on_copy=on_copy), ground, asked, numbers
            )
        else:
            taken = staged.staged(layer, parts.folder, layer=sublayer, column=column, on_copy=on_copy)
            task = Work(taken, ground, asked)
    except DataError:
        if not any(parts.done()):  # a layer that is refused leaves nothing behind
            _emptied(parts)
        raise
    with _bar(session.language) as told:
        found = overlay(task, worker, parts, asked=record, on_piece=told)
    named = {"source": source, "date": date, "licence": licence}
    _write(out, found, {**record, **{name: text for name, text in named.items() if text}})
    _emptied(parts)
    _tell(session, found, out, as_json=as_json)


def _emptied(parts: Parts) -> None:
    staged.remove(parts.folder)
    parts.remove()
    with suppress(OSError):  # what somebody else put there stays
        parts.folder.rmdir()


def _measure(text: str) -> Measure:
    for known in MEASURES:
        if known == text:
            return known
    raise PlanError("cli.overlay.unknown_measure", found=text[:40], known=", ".join(MEASURES))


def _check_column(measure: Measure, column: str | None, *, raster: bool) -> None:
    if raster and column is not None:
        raise PlanError("cli.overlay.column_of_raster")
    if not raster and (column is None) == (measure == "sum"):
        raise PlanError("cli.overlay.column_for_sum")


def _numbers(text: str | None, *, raster: bool) -> tuple[float, ...]:
    if text is None:
        return ()
    try:
        found = tuple(sorted({float(part) for part in text.split(",")}))
    except ValueError as error:
        raise PlanError("cli.overlay.values_of") from error
    if not raster or not all(map(isfinite, found)):
        raise PlanError("cli.overlay.values_of")
    return found


def _check_date(text: str | None) -> None:
    if text is not None and not is_date(text):
        raise PlanError("cli.overlay.date_of", found=text[:40])


def _engine(name: str, jobs: int | None, scheduler: str | None) -> Engine:
    count = jobs or os.cpu_count() or 1
    made: Mapping[str, Callable[[], Engine]] = {
        "one": lambda: one,
        "processes": lambda: processes(count),
        "dask": lambda: dask(scheduler=scheduler, jobs=count),
        "spark": lambda: spark(master=scheduler, jobs=count),
    }
    if name not in made:
        raise PlanError("cli.overlay.unknown_engine", found=name[:40], known=", ".join(ENGINES))
    if scheduler is not None and name not in CLUSTERS:
        raise PlanError("cli.overlay.scheduler_of", engine=name, known=", ".join(CLUSTERS))
    return made[name]()


@contextmanager
def _bar(language: Language) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(t("cli.overlay.pieces", language), total=None)
        yield lambda done, pieces: bar.update(task, completed=done, total=pieces)


def _write(out: Path, found: Overlay, record: dict[str, Any]) -> None:
    about = {**record, "made": today().isoformat(), "features": found.features, "outside": found.outside}
    with replacing(out) as draft:
        if out.suffix.lower() == ".csv":
            found.table.to_csv(draft, index=False)
        else:
            found.table.to_parquet(draft, index=False)
    with replacing(out.with_name(f"{out.name}{_ABOUT}")) as draft:
        draft.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _tell(session: Session, found: Overlay, out: Path, *, as_json: bool) -> None:
    values = found.table["value"]
    if as_json:
        counts = {"features": found.features, "outside": found.outside, "resumed": found.resumed}
        print_json({**counts, "total": float(values.sum()), "villages": int((values > 0).sum()), "file": str(out)})
        return
    if found.resumed:
        session.say("cli.overlay.resumed", count=found.resumed)
    session.say("cli.overlay.done", features=found.features, villages=int((values > 0).sum()), outside=found.outside)
    session.say("cli.overlay.written", file=out, about=f"{out.name}{_ABOUT}")
