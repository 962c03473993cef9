"""From the file of a user to row groups that workers can read: at once, or by way of a copy."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import DataError, MachineError
from geodata.overlay.source import MOST_ROWS, Source, crs_of, opened
from geodata.paths import replace_file
from geodata.readers import apart
from geodata.readers.vector.child.exchange import ANSWER_FILE, GEOMETRY, VALUE
from geodata.readers.vector.child.stream import StreamRequest
from geodata.readers.vector.content import check_content
from geodata.readers.vector.sandbox import environment
from geodata.readers.vector.wording import listed, one_line

FORMATS: Final[Mapping[str, str]] = {
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".gpkg": "geopackage",
    ".fgb": "flatgeobuf",
}

_START: Final = Path(__file__).with_name("stream_start.py")
COPY, _ABOUT = "layer.parquet", "layer.json"
_MEMORY: Final = 4_000_000_000
_SECONDS: Final = 600
_SECONDS_PER_MB: Final = 2


def staged(path: Path, folder: Path, *, layer: str | None, column: str | None, on_copy: Callable[[], None]) -> Source:
    """Return a layer as row groups; what is none yet is copied into a folder first.

    Parameters
    ----------
    path
        GeoParquet, GeoPackage or FlatGeobuf.
    folder
        Where a copy goes. A copy that an earlier run made of the same file is used again.
    layer
        Which layer of a GeoPackage; nothing for its only one.
    column
        Column that will be summed; nothing where none is.
    on_copy
        Told before the layer is copied.

    Raises
    ------
    DataError
        If the file is of another format, broken, without CRS, or lacks the layer or the column.
    MachineError
        If it cannot be read or copied.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise DataError("overlay.format", file=path.name, formats=", ".join(FORMATS))
    path, folder = checked(path, folder, kind)
    if kind == "geoparquet":
        source = opened(path, column)
        if max(source.rows, default=0) <= MOST_ROWS:
            return source
    known = what_is_copied(path, layer=layer, column=column)
    if (said := earlier(folder, known)) is not None:
        return Source(**{**said, "path": str(folder / COPY), "rows": tuple(said["rows"])})
    on_copy()
    try:
        if kind == "geoparquet":
            made = _regrouped(source, folder / COPY, column)
        else:
            made = _streamed(path, folder, kind, layer=layer, column=column)
    except OSError as error:
        raise MachineError("paths.unusable", folder=str(folder), reason=error.strerror or str(error)) from error
    describe(folder, known, asdict(made))
    return made


def checked(path: Path, folder: Path, kind: str) -> tuple[Path, Path]:
    """Return the full paths of a file and of the folder of its copy, as workers stand in folders of their own.

    Raises
    ------
    DataError
        If there is no such file, or what it holds is of another kind.
    MachineError
        If it cannot be read.
    """
    if not path.is_file():
        raise DataError("vector.missing_file", file=path.name)
    try:
        check_content(PurePosixPath(path.name), path.resolve(), kind)
    except OSError as error:
        raise MachineError("vector.no_permission", file=path.name) from error
    return path.resolve(), folder.resolve()


def remove(folder: Path) -> None:
    """Remove the copy, once it is of no more use."""
    for name in (COPY, _ABOUT, ANSWER_FILE):
        (folder / name).unlink(missing_ok=True)


def what_is_copied(path: Path, *, layer: str | None, column: str | None) -> dict[str, Any]:
    """Return what tells the copy of one file from that of another."""
    about = path.stat()
    return {
        "file": path.name,
        "bytes": about.st_size,
        "changed": about.st_mtime_ns,
        "layer": layer,
        "column": column,
    }


def earlier(folder: Path, known: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return how an earlier run described its copy, if it made the same one; that is written only when it is whole."""
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    said: dict[str, Any] | None = about.pop("source", None)
    return said if about == known and (folder / COPY).is_file() else None


def describe(folder: Path, known: Mapping[str, Any], source: Mapping[str, Any]) -> None:
    """Write that the copy is whole, and what it is.

    Raises
    ------
    MachineError
        If it cannot be written.
    """
    try:
        _write(folder / _ABOUT, {**known, "source": source})
    except OSError as error:
        raise MachineError("paths.unusable", folder=str(folder), reason=error.strerror or str(error)) from error


def _regrouped(source: Source, copy: Path, column: str | None) -> Source:
    """Copy two columns of a GeoParquet file into smaller row groups."""
    rows = []
    names = [source.shapes, *([column] if column else [])]
    with pq.ParquetFile(source.path) as file:
        schema = pa.schema([file.schema_arrow.field(name) for name in names])
        with pq.ParquetWriter(copy, schema, compression="zstd", compression_level=1) as writer:
            for batch in file.iter_batches(MOST_ROWS // 2, columns=names, use_threads=False):
                writer.write_batch(batch.select(names).cast(schema), row_group_size=MOST_ROWS)
                rows.append(len(batch))
    return replace(source, path=str(copy), rows=tuple(rows))


def _streamed(path: Path, folder: Path, kind: str, *, layer: str | None, column: str | None) -> Source:
    knows = environment(kind, folder)
    answer = copied(path, folder, kind, layer=layer, column=column, rows=MOST_ROWS // 2, knows=knows)
    rows = tuple(int(count) for count in answer["rows"])
    return Source(str(folder / COPY), GEOMETRY, VALUE, crs_of(answer["crs"], path.name), rows)


def copied(
    path: Path,
    folder: Path,
    kind: str,
    *,
    layer: str | None,
    column: str | None,
    rows: int,
    knows: Mapping[str, str],
) -> Mapping[str, Any]:
    """Let a child process without rights copy a layer.

    Parameters
    ----------
    path
        The file.
    folder
        Where the copy goes, as `COPY`.
    kind
        Its format.
    layer, column
        What of it.
    rows
        Features, or cells of a raster, in each piece.
    knows
        Environment of the child.

    Returns
    -------
    What the child tells of the copy.

    Raises
    ------
    DataError
        If the file is refused.
    """
    size = path.stat().st_size
    seconds = _SECONDS + _SECONDS_PER_MB * size // 1_000_000
    request = StreamRequest(
        format=kind,
        file=str(path),
        layer=layer,
        column=column,
        rows=rows,
        out=str(folder / COPY),
        memory_bytes=_MEMORY,
        written_bytes=4 * size + 100_000_000,
        seconds=seconds,
    )
    (folder / ANSWER_FILE).unlink(missing_ok=True)
    try:
        apart.run(_START, asdict(request), folder, knows=knows, seconds=seconds)
    except TimeoutError as error:
        raise DataError("vector.timeout", file=path.name, seconds=seconds) from error
    try:
        answer: Mapping[str, Any] = json.loads((folder / ANSWER_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError("vector.stopped", file=path.name) from error
    if "refused" in answer:
        raise _refusal(answer, path.name, column)
    return answer


def _refusal(answer: Mapping[str, Any], file: str, column: str | None) -> DataError:
    said = answer.get("values")
    values = {
        key: value if type(value) is int else listed(value) if isinstance(value, list) else one_line(str(value))
        for key, value in (said if isinstance(said, dict) else {}).items()
    }
    values |= {"file": file, "megabytes": _MEMORY // 1_000_000, "column": column or "-"}
    key = str(answer["refused"])
    return (MachineError if key == "vector.drivers" else DataError)(key, **values)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    replace_file(draft, path)
