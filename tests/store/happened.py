"""A launch with its plan, visits and counts by month, in any database of the tests."""

import json
from datetime import UTC, date, datetime

import sqlalchemy as sa

from planner.params import ScoringParams
from planner.store import schema
from planner.store.engine import writing
from tests.store.sample import NOW, upload

LAUNCHED = date(2025, 8, 20)


def add(connection: sa.Connection, table: sa.Table, **row: object) -> int:
    """Add a row; what the table has no column for is left out."""
    values = {name: value for name, value in row.items() if name in table.c}
    return connection.execute(sa.insert(table).values(values)).inserted_primary_key[0]


def fill(engine: sa.Engine, code: str, peers: tuple[str, ...] = (), *, plan: str = "Rencana") -> None:
    """Put a launched village into the records, and villages without a launch beside it."""
    with writing(engine) as connection:
        agent = add(connection, schema.agents, code="A-1")
        sent, undone = (
            add(connection, schema.uploads, **upload(sha=sha * 64, **changes))
            for sha, changes in (("a", {}), ("b", {"status": "undone", "undone_at": NOW}))
        )
        add(connection, schema.layers, fingerprint="f" * 16, villages=1, added_at=NOW)
        chosen = [{"village_code": code, "expected_registrations": 240.0, "expected_active": 40.0}]
        record = {"name": plan, "parameters": ScoringParams().model_dump(mode="json"), "chosen": chosen}
        row = {"name": plan, "kind": "selection", "layer": "f" * 16, "record": json.dumps(record)}
        kept = add(connection, schema.plans, **row, created_at=datetime(2025, 6, 3, 20, tzinfo=UTC))
        row = {"village_code": code, "plan_id": kept, "step": "peresmian", "status": "open"}
        launch = add(connection, schema.launches, **row, created_at=NOW, changed_at=NOW)
        at = datetime(2025, 8, 19, 18, tzinfo=UTC)  # the morning of the 20th in western Indonesia
        row = {"launch_id": launch, "step": "peresmian"}
        add(connection, schema.launch_steps, **row, reached_on=LAUNCHED, reached_at=at)
        for month, active, inactive in (
            (date(2025, 7, 1), 10, 5),
            (date(2025, 8, 1), 110, 5),
            (date(2026, 8, 1), 30, 85),
        ):
            row = {"month": month, "segment": "BPU"}
            for village in (code, *peers):
                people = {"active": active, "inactive": inactive} if village == code else {"active": 10, "inactive": 5}
                add(connection, schema.participants, upload_id=sent, village_code=village, **row, **people)
            add(connection, schema.participants, upload_id=undone, village_code=code, **row, active=999, inactive=0)
            row["segment"] = "PU"
            add(connection, schema.participants, upload_id=sent, village_code=code, **row, active=777, inactive=0)
        row = {"agent_id": agent, "village_code": code, "visited_on": date(2025, 8, 2), "written_at": NOW}
        add(connection, schema.visits, **row, met=60, interested=40, registered=30)
        add(connection, schema.visits, **row, met=90, interested=90, registered=90, upload_id=undone)
