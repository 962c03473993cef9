"""A process that writes to a database; the durability tests start it, count what it acknowledged, and kill it.

Run as ``python -m tests.store.writer WORK FILE URL NAME COUNT``; each finished write is told in a line on the output.
"""

import os
import random
import resource
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from planner.store import schema
from planner.store.audit import record
from planner.store.engine import opened, writing
from planner.store.errors import StoreError

ROWS = 40
"""Villages of an upload."""


def upload(engine: sa.Engine, name: str) -> None:
    """Write an upload: its row, its villages, its record; all or nothing."""
    now = datetime.now(UTC)
    counts = {"rows_in": ROWS, "accepted": ROWS, "held": 0, "refused": 0}
    with writing(engine) as connection:
        sent = {"kind": "participants", "file_name": name, "sha256": f"{name:0>64}"[:64], "committed_at": now, **counts}
        same = sa.select(schema.uploads.c.id).where(schema.uploads.c.sha256 == sent["sha256"])
        assert connection.execute(same).first() is None  # who reads first must not lose the turn to write
        key = connection.execute(sa.insert(schema.uploads).values(**sent, status="committed")).inserted_primary_key[0]
        rows = [
            {"upload_id": key, "village_code": f"16.02.03.{2000 + i}", "month": date(2026, 10, 1), "segment": "BPU"}
            for i in range(ROWS)
        ]
        connection.execute(sa.insert(schema.participants), [{**row, "active": 1, "inactive": 2} for row in rows])
        record(connection, name, "upload.committed", entity="uploads", key=key)


def visit(engine: sa.Engine, name: str) -> None:
    """Write one small row and its record."""
    with writing(engine) as connection:
        connection.execute(sa.insert(schema.offices).values(name=name, kind="branch"))
        record(connection, name, "office.made", entity="offices", key=name)


def told(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # one call: it is out, whatever happens next


def many(engine: sa.Engine, name: str, count: int) -> None:
    """Write uploads and small rows by turns, as chance has it."""
    chance = random.Random(name)
    for i in range(count):
        work = chance.choice((upload, visit))
        work(engine, f"{name}-{i}")
        told(f"{work.__name__} {name}-{i}")


def at_once(file: Path, url: str | None, name: str, count: int) -> None:
    """Write from several threads, each with connections of its own."""

    def work(number: int) -> None:
        with opened(url, file) as engine:
            many(engine, f"{name}-{number}", count)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def until_full(engine: sa.Engine, name: str, room: int) -> None:
    """Write uploads until no file may grow any more, and tell what the user is told."""
    size = Path(str(engine.url.database)).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, resource.RLIM_INFINITY))
    try:
        for i in range(10_000):
            upload(engine, f"{name}-{i}")
            told(f"upload {name}-{i}")
    except StoreError as error:
        told(f"told {error.key} {error.exit_code} {error}")


def main() -> None:
    work, file, url, name, count = sys.argv[1:]
    if work == "at_once":
        at_once(Path(file), url or None, name, int(count))
        return
    with opened(url or None, Path(file)) as engine:
        {"many": many, "until_full": until_full}[work](engine, name, int(count))


if __name__ == "__main__":
    main()
