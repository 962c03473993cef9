"""Milliseconds of a transaction of the office and of an agent, on both engines.

Run from the project's root: ``python -m tests.bench.bench_acting``. Two agents with 100 villages each, 24 months of
participants in three segments; PostgreSQL only where the tests can start one.
"""

import itertools
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from uuid import uuid4

import sqlalchemy as sa

from planner.rights import Principal
from planner.store import schema
from planner.store.acting import own_villages, reading_as, write_visit, writing_as
from planner.store.audit import record
from planner.store.engine import Engine, opened, reading, writing
from planner.store.migrate import upgrade
from tests.bench.figures import Figure, give, leave_out
from tests.store import cluster

VILLAGES, MONTHS, TIMES = 100, 24, 100
DAY = date(2026, 11, 1)
DUSUNS = itertools.count()
VISIT = {"visited_on": DAY, "met": 3, "interested": 1, "registered": 1}
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def code(agent: int, number: int) -> str:
    return f"16.0{agent}.01.{2000 + number}"


def filled(engine: Engine) -> Principal:
    upgrade(engine)
    sent = {"kind": "participants", "file_name": "x", "sha256": "a" * 64, "status": "committed", "committed_at": NOW}
    counts = {"rows_in": 0, "accepted": 0, "held": 0, "refused": 0}
    zeros = {"upload_id": 1, "active": 0, "inactive": 0}
    months = [date(2024 + m // 12, m % 12 + 1, 1) for m in range(MONTHS)]
    with writing(engine) as connection:
        connection.execute(sa.insert(schema.uploads).values(**sent, **counts))
        for agent in (1, 2):
            user = {"login": f"agen.{agent}", "name": "x", "role": "agent", "created_at": NOW}
            connection.execute(sa.insert(schema.users).values(**user))
            connection.execute(sa.insert(schema.agents).values(code=f"A-{agent}", user_id=agent))
            codes = [code(agent, number) for number in range(VILLAGES)]
            links = [{"agent_id": agent, "village_code": village, "from_on": DAY} for village in codes]
            connection.execute(sa.insert(schema.assignments), links)
            rows = [
                {**zeros, "village_code": village, "month": month, "segment": segment}
                for village in codes
                for month in months
                for segment in schema.SEGMENTS
            ]
            connection.execute(sa.insert(schema.participants), rows)
    return Principal(1, "agen.1", "x", "agent", 1)


def read_office(engine: Engine) -> None:
    with reading(engine) as connection:
        connection.execute(sa.select(sa.func.count()).select_from(schema.assignments)).scalar_one()


def read_agent(engine: Engine, who: Principal) -> None:
    with reading_as(engine, who) as connection:
        connection.execute(sa.select(sa.func.count()).select_from(schema.assignments)).scalar_one()


def page(engine: Engine, who: Principal) -> None:
    with reading_as(engine, who) as connection:
        assert len(own_villages(connection)) == VILLAGES


def write_office(engine: Engine) -> None:
    with writing(engine) as connection:
        row = {"agent_id": 2, "village_code": code(2, 1), "written_at": NOW, **VISIT}
        connection.execute(sa.insert(schema.visits).values(row))
        record(connection, "x", "visit.written", entity="visits", key=1)


def write_agent(engine: Engine, who: Principal) -> None:
    with writing_as(engine, who) as connection:
        write_visit(connection, code(1, 1), dusun=f"Dusun {next(DUSUNS)}", **VISIT)


def taken(work: Callable[[], None]) -> list[float]:
    work()
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1_000)
    return found


def measure(engine: Engine) -> None:
    who = filled(engine)
    steps = {
        "the office reads a count": partial(read_office, engine),
        "an agent reads a count": partial(read_agent, engine, who),
        "an agent reads the own villages": partial(page, engine, who),
        "the office writes a visit": partial(write_office, engine),
        "an agent writes a visit": partial(write_agent, engine, who),
    }
    for what, step in steps.items():
        milliseconds = taken(step)
        also = {"ms at worst": max(milliseconds)}
        give(Figure(f"{engine.dialect.name}: {what}", wall_s=median(milliseconds) / 1e3, also=also))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with opened(None, Path(folder) / "records.sqlite") as engine:
            measure(engine)
        if cluster.MAKE is None:
            leave_out("transactions on PostgreSQL", "install the package postgresql and run as root")
            return
        with cluster.serving(Path(folder)) as server:
            name = f"planner_{uuid4().hex}"
            cluster.execute(server, f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
            cluster.execute(server, f"CREATE DATABASE {name} OWNER {name}")
            url = sa.make_url(server).set(username=name, password=name, database=name)
            with opened(url.render_as_string(hide_password=False), Path(folder)) as engine:
                measure(engine)
            cluster.execute(server, f"DROP DATABASE {name}")
            cluster.execute(server, f"DROP ROLE {name}")


if __name__ == "__main__":
    main()
