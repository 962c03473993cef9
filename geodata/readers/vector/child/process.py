"""What the child process does: request in, confinement, rows and answer out."""

import json
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa

from .confinement import confine, limit_resources
from .exchange import ANSWER_FILE, DRIVERS, GEOMETRY, ROWS_FILE, RefusedError, Request
from .gdal import read_gdal
from .geojson import read_geojson
from .geopackage import read_geopackage
from .geoparquet import read_geoparquet
from .layer import Found

READERS: Mapping[str, Callable[[Request], Found]] = {
    "geojson": read_geojson,
    "geopackage": read_geopackage,
    "geoparquet": read_geoparquet,
    **dict.fromkeys(DRIVERS, read_gdal),
}


def _write(found: Found, folder: Path) -> dict[str, object]:
    """Write the rows under positions for names, and return what the parent needs to know about them."""
    names = found.attributes.column_names
    positions = [str(i) for i in range(len(names))]
    table = pa.table([*found.attributes.columns, found.geometry], names=[*positions, GEOMETRY])
    with pa.OSFile(str(folder / ROWS_FILE), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=10_000)
    return {"layer": found.layer, "layers": list(found.layers), "crs": found.crs, "names": names}


def answer(request: Request, folder: Path) -> dict[str, object]:
    """Read the file and return the answer: what was found, or why it is refused."""
    try:
        return _write(READERS[request.format](request), folder)
    except RefusedError as refused:
        return {"refused": refused.key, "values": refused.values}
    except MemoryError:
        traceback.print_exc()
        return {"refused": "vector.memory", "values": {}}
    except Exception:  # noqa: BLE001 - whatever a broken file makes of the libraries, the user hears one sentence
        traceback.print_exc()
        return {"refused": "vector.damaged", "values": {}}


def main() -> None:
    """Read the request from the command line, and leave rows and answer beside the staged file."""
    request = Request(**json.loads(sys.argv[1]))
    folder = Path(request.file).parent
    limit_resources(memory_bytes=request.memory_bytes, seconds=request.seconds, written_bytes=request.result_bytes)
    confine(folder)
    (folder / ANSWER_FILE).write_text(json.dumps(answer(request, folder)), encoding="utf-8")
