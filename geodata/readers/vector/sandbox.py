"""Reading the private copy in a child process without rights, and checking what it leaves."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from geodata.errors import DataError, MachineError
from geodata.readers import apart
from geodata.readers.vector.child.exchange import ANSWER_FILE, DRIVERS, GEOMETRY, ROWS_FILE, Request
from geodata.readers.vector.copies import Staged
from geodata.readers.vector.limits import Limits
from geodata.readers.vector.wording import listed, one_line

CHILD: Final = Path(__file__).parent / "child" / "__main__.py"
_FOLLOWERS = (
    "VRT",
    "GTI",
    "WMS",
    "WMTS",
    "WCS",
    "STACTA",
    "STACIT",
    "PLMOSAIC",
    "EEDAI",
    "DAAS",
    "GNMFile",
    "GNMDatabase",
)
# Of WKB at most, with height and measure; vertices are counted exactly later.
_BYTES_PER_VERTEX, _BYTES_PER_ROW = 32, 4096


@dataclass(frozen=True)
class Source:
    """One layer as the child read it; ``geometry`` holds WKB, or missing."""

    layer: str
    layers: tuple[str, ...]
    crs: str | None
    attributes: pd.DataFrame
    geometry: np.ndarray


@cache
def _drivers() -> frozenset[str]:
    """Return the drivers of the installed GDAL, asked without opening anything."""
    import pyogrio  # noqa: PLC0415 - half a second that most formats do not need

    return frozenset(pyogrio.list_drivers())


def environment(kind: str, folder: Path) -> dict[str, str]:
    """Return all that the child may know: one driver, no network, no configuration or plug-ins of this machine."""
    given = {
        "CPL_TMPDIR": str(folder),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "GDAL_CONFIG_FILE": os.devnull,
        "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_CONNECTTIMEOUT": "1",
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a thread from before the confinement would escape it
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PROJ_NETWORK": "OFF",
        "TMPDIR": str(folder),
    }
    driver = DRIVERS.get(kind)
    if driver is not None:
        given["GDAL_SKIP"] = ",".join(sorted((_drivers() | {*_FOLLOWERS}) - {driver}))
    return given


def _request(staged: Staged, limits: Limits) -> Request:
    return Request(
        format=staged.format,
        file=str(staged.file),
        layer=staged.layer,
        rows=limits.rows,
        columns=limits.columns,
        text_length=limits.text_length,
        geometry_bytes=limits.vertices * _BYTES_PER_VERTEX + limits.rows * _BYTES_PER_ROW,
        memory_bytes=limits.memory_bytes,
        result_bytes=limits.unpacked_bytes,
        seconds=limits.seconds,
    )


def read_apart(staged: Staged, name: str, limits: Limits) -> Source:
    """Read the private copy in a child process.

    Raises
    ------
    DataError
        If the child refuses the file, breaks on it, or takes too long.
    """
    folder = staged.file.parent
    request, knows = asdict(_request(staged, limits)), environment(staged.format, folder)
    try:
        apart.run(CHILD, request, folder, knows=knows, seconds=limits.seconds)
    except TimeoutError as error:
        raise DataError("vector.timeout", file=name, seconds=limits.seconds) from error
    return _taken(folder, name, limits)


def _taken(folder: Path, name: str, limits: Limits) -> Source:
    """Check and take what the child left."""
    try:
        text = _start(folder / ANSWER_FILE, 1_000_000)
        answer = json.loads(text)
    except (OSError, ValueError) as error:
        raise DataError("vector.stopped", file=name) from error
    if "refused" in answer:
        raise _refusal(answer, name, limits)
    with pa.OSFile(str(folder / ROWS_FILE)) as file, pa.ipc.open_stream(file) as reader:
        table = reader.read_all()
    table.validate(full=True)
    kinds = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(), pa.string(): pd.StringDtype()}
    attributes = table.to_pandas(types_mapper=kinds.get)
    geometry = attributes.pop(GEOMETRY).to_numpy(dtype=object)
    attributes = attributes.set_axis([str(n) for n in answer["names"]], axis="columns")
    layers = tuple(str(n) for n in answer["layers"])
    return Source(str(answer["layer"]), layers, answer["crs"], attributes, geometry)


def _start(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit)


def _refusal(answer: Mapping[str, object], name: str, limits: Limits) -> DataError:
    """Turn the child's refusal into an error; its words are shortened, its key must be one of ours."""
    said = answer.get("values")
    given: Mapping[str, object] = said if isinstance(said, dict) else {}
    values = {
        key: value if type(value) is int else listed(value) if isinstance(value, list) else one_line(value)
        for key, value in given.items()
    }
    values |= {"file": name, "vertices": limits.vertices, "megabytes": limits.memory_bytes // 10**6}
    key = str(answer["refused"])
    return (MachineError if key == "vector.drivers" else DataError)(key, **values)
