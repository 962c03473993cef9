"""A PostgreSQL of the tests alone: made when first needed, shared by the workers of a run, dropped by the last."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

MAKE = shutil.which("pg_createcluster")
MISSING = (
    "no PostgreSQL for the tests: install postgresql (Debian) and run them as root, "
    "or name a server by PLANNER_TEST_POSTGRES=postgresql://superuser@host/postgres"
)
SETTINGS = ("fsync=off", "listen_addresses=", "max_connections=100")


@contextmanager
def serving(shared: Path) -> Iterator[str]:
    """Give the address of a server, without database; ``shared`` is a folder that all workers of a run see."""
    given = os.environ.get("PLANNER_TEST_POSTGRES")
    if given:
        yield given
        return
    if MAKE is None or os.name != "posix" or os.geteuid() != 0:
        pytest.skip(MISSING)
    state = shared / "postgresql.json"
    with held(shared):
        running = json.loads(state.read_text()) if state.exists() else {**started(), "users": 0}
        state.write_text(json.dumps({**running, "users": running["users"] + 1}))
    try:
        yield running["url"]
    finally:
        with held(shared):
            users = json.loads(state.read_text())["users"] - 1
            state.write_text(json.dumps({**running, "users": users}))
            if not users:
                stop(running)
                state.unlink()


def started() -> dict:
    version = max(path.name for path in Path("/usr/lib/postgresql").iterdir())
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    folder = Path(tempfile.mkdtemp(prefix="planner-pg-", dir=memory if roomy else None))
    shutil.chown(folder, "postgres")
    name, port = folder.name.replace("-", "_"), free_port()
    options = [part for setting in SETTINGS for part in ("--pgoption", setting)]
    places = ["--datadir", folder / "data", "--socketdir", folder, "--port", str(port), *options]
    command = [MAKE, version, name, *places, "--start-conf", "manual", "--start", "--", "--auth=trust", "--no-sync"]
    subprocess.run(command, check=True, capture_output=True)
    url = f"postgresql://postgres@/postgres?host={folder}&port={port}"
    return {"url": url, "version": version, "name": name, "folder": str(folder)}


def stop(running: dict) -> None:
    subprocess.run(["pg_dropcluster", "--stop", running["version"], running["name"]], check=True, capture_output=True)
    shutil.rmtree(running["folder"], ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def held(shared: Path) -> Iterator[None]:
    with (shared / "postgresql.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
