"""Nothing acknowledged is lost, nothing half-written is kept: kill -9, twenty writers, a full disk."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from planner.store import schema
from planner.store.engine import reading, writing
from planner.store.errors import StoreMachineError
from tests.store.writer import ROWS, upload, visit

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


def start(work, engine, name, count, *, stdout=subprocess.PIPE):
    """Start a writer of its own process."""
    sqlite = engine.dialect.name == "sqlite"
    url = "" if sqlite else engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.store.writer", work, str(engine.url.database), url, name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, text=True)


def kept(engine):
    """Names that are in the database, by kind; every one must be whole."""
    with reading(engine) as connection:
        offices = set(connection.execute(sa.select(schema.offices.c.name)).scalars())
        sent = connection.execute(sa.select(schema.uploads.c.id, schema.uploads.c.file_name))
        uploads = {row.id: row.file_name for row in sent}
        rows = Counter(connection.execute(sa.select(schema.participants.c.upload_id)).scalars())
        records = list(connection.execute(sa.select(schema.audit.c.who)).scalars())
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert rows == dict.fromkeys(uploads, ROWS), "a half upload"
    assert sorted(records) == sorted([*offices, *uploads.values()]), "a change without its record, or the other way"
    return {"visit": offices, "upload": set(uploads.values())}


def lost(engine, acknowledged):
    found = kept(engine)
    return [line for line in acknowledged if line.split()[1] not in found[line.split()[0]]]


def killed_after(engine, name, told, writes):
    """Kill a writer at some moment after it acknowledged so many writes; return all that it acknowledged."""
    with told.open("w") as output:
        child = start("many", engine, name, 100, stdout=output)
    while told.read_bytes().count(b"\n") < writes and child.poll() is None:
        time.sleep(0.001)
    time.sleep(random.Random(name).random() * 0.02)
    child.send_signal(signal.SIGKILL)
    _, errors = child.communicate(timeout=30)
    assert child.returncode == -signal.SIGKILL, errors
    return [line.strip() for line in told.read_text().splitlines(keepends=True) if line.endswith("\n")]


def test_kill_9_at_random_moments_loses_no_acknowledged_write(engine, tmp_path):
    chance = random.Random(20261122)
    acknowledged, killed = [], 0
    while len(acknowledged) < 100:
        killed += 1
        acknowledged += killed_after(engine, f"child{killed}", tmp_path / "told", chance.randint(5, 35))
        assert lost(engine, acknowledged) == []
    assert killed > 2
    assert {line.split()[0] for line in acknowledged} == {"upload", "visit"}


def test_twenty_writers_at_once_lose_nothing(engine):
    children = [start("at_once", engine, f"child{i}", 10) for i in range(4)]
    told = [child.communicate(timeout=60) for child in children]
    assert [(child.returncode, errors) for child, (_, errors) in zip(children, told, strict=True)] == [(0, "")] * 4
    acknowledged = [line for lines, _ in told for line in lines.splitlines()]
    assert len(acknowledged) == 4 * 5 * 10
    assert lost(engine, acknowledged) == []


@pytest.mark.parametrize("room", [0, 4_096, 300_000, 1_500_000])
def test_a_full_disk_is_told_and_nothing_half_written_stays(make_engine, room):
    engine = make_engine("sqlite")
    visit(engine, "before")
    child = start("until_full", engine, "child", room)
    lines, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    *acknowledged, said = lines.splitlines()
    assert said.startswith("told store.disk_full 3 The disk of database"), said
    assert lost(engine, ["visit before", *acknowledged]) == []
    upload(engine, "afterwards")  # where there is room again, work goes on
    assert lost(engine, ["visit before", *acknowledged, "upload afterwards"]) == []


def test_a_database_that_may_not_grow_is_told(make_engine):
    engine = make_engine("sqlite")
    with pytest.raises(StoreMachineError, match=r"disk of database .* is full") as caught:
        grow(engine)
    assert "penuh" in caught.value.text("id")
    assert kept(engine) == {"visit": set(), "upload": set()}


def grow(engine):
    with writing(engine) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for i in range(2_000):
            connection.execute(sa.insert(schema.offices).values(name=f"{i} {'x' * 200}", kind="branch"))
