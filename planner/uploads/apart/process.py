"""What the child process does: request in, confinement, cells and answer out."""

import json
import sys
import traceback
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from .delimited import read_delimited
from .exchange import ANSWER_FILE, CELLS_FILE, RefusedError, Request
from .workbook import read_workbook


def _confinement(path: str) -> Any:  # noqa: ANN401 (a module that is known by its path only)
    """Load the module that takes away rights, without the packages it lies in."""
    spec = spec_from_file_location("confinement", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _write(about: dict[str, Any], rows: Iterator[tuple[int, int, Any]], folder: Path) -> dict[str, Any]:
    with (folder / CELLS_FILE).open("x", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, allow_nan=False) + "\n")
    return about


def answer(request: Request, folder: Path) -> dict[str, Any]:
    """Read the file and return the answer: what was found, or why it is refused."""
    try:
        return _write(*(read_workbook if request.format == "workbook" else read_delimited)(request), folder)
    except RefusedError as refused:
        return {"refused": refused.key, "values": refused.values}
    except MemoryError:
        return {"refused": "upload.memory", "values": {}}
    except BaseException:  # noqa: BLE001 - a panic of the library is no Exception; the user hears one sentence
        traceback.print_exc()
        return {"refused": "upload.damaged", "values": {}}


def main() -> None:
    """Read the request from the command line, and leave cells and answer beside the private copy."""
    request = Request(**json.loads(sys.argv[1]))
    folder = Path(request.file).parent
    rights = _confinement(request.confinement)
    rights.limit_resources(
        memory_bytes=request.memory_bytes, seconds=request.seconds, written_bytes=request.unpacked_bytes
    )
    rights.confine(folder)
    (folder / ANSWER_FILE).write_text(json.dumps(answer(request, folder)), encoding="utf-8")
