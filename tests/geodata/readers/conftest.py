"""The real outlines, read once for all tests of the readers; outlines of a user, read without a new process."""

import json
import subprocess
from pathlib import Path

import pytest

from geodata.readers.boundaries import read_boundaries
from geodata.readers.vector.child import exchange, process


@pytest.fixture(scope="session")
def real_boundaries(mirror):
    paths = sorted(mirror.glob("cahyadsn/wilayah_boundaries/*/db/kel/*/*.sql"))
    return read_boundaries(paths)


@pytest.fixture
def at_once(monkeypatch):
    """Read without a new process, where the format needs no GDAL: the same code, a second faster."""

    def run(command, *, cwd, **_):
        request = exchange.Request(**json.loads(command[-1]))
        answer = process.answer(request, Path(cwd))
        (Path(cwd) / exchange.ANSWER_FILE).write_text(json.dumps(answer))
        return subprocess.CompletedProcess(command, 0, stderr=b"")

    monkeypatch.setattr(subprocess, "run", run)
