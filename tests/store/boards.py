"""Launches on their way and launched, groups with paid months, agents with and without results: records for boards."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import sqlalchemy as sa

from planner.launch_pipeline import STEPS
from planner.params import ScoringParams
from planner.store import schema
from planner.store.engine import writing
from tests.store.happened import add
from tests.store.sample import NOW, upload

LAUNCHED = (400, 200, 100, 40)
"""Days since the launch of the first four villages; the fourth is of no plan."""
WAITING = (("usulan", 12), ("usulan", -5), ("perangkat_terdaftar", 45), ("sosialisasi", 3), ("mou", -60))
"""Steps of the next five villages, and how many days they are late."""


def fill(engine: sa.Engine, codes: Sequence[str], today: date, *, agents: Sequence[int], plan: str = "Rencana") -> None:
    """Put what the boards tell into the records.

    Parameters
    ----------
    engine
        The database.
    codes
        Nine villages or more.
    today
        The day.
    agents
        Numbers of two agents: the first registers people, the second has been without result for 80 days.
    plan
        Name of the plan of the launched villages.
    """
    with writing(engine) as connection:
        sent = add(connection, schema.uploads, **upload(sha="d" * 64))
        _launched(connection, codes, today, sent, agent=agents[0], plan=plan)
        for code, (step, late) in zip(codes[4:], WAITING, strict=False):
            on, due = today - timedelta(days=late + 30), today - timedelta(days=late)
            launch = _launch(connection, code, step, due_on=due)
            add(connection, schema.launch_steps, launch_id=launch, step=step, reached_on=on, reached_at=NOW)
        for code, fund, people, first, last in (
            (codes[0], "apbd", 40, 10, -6),
            (codes[0], "dbh_sawit", 120, 5, -1),
            (codes[1], "apbd", 60, 4, 0),
            (codes[2], "apbd", 75, 3, 2),
            (codes[2], "apbd", 75, -2, 8),
            (codes[4], "add_apbdes", 30, 1, 6),
        ):
            days = _month(today, -first), _month(today, last + 1) - timedelta(days=1)
            row = {"village_code": code, "fund": fund, "people": people}
            add(connection, schema.funded_groups, **row, starts_on=days[0], ends_on=days[1])
        for number, first in zip(agents, (20, 80), strict=True):
            on = today - timedelta(days=first)
            add(connection, schema.assignments, agent_id=number, village_code=codes[number % 9], from_on=on)
        last = min(3, today.day - 1)  # in this month
        for days, met, told, registered in ((95, 20, 9, 0), (70, 30, 12, 6), (35, 40, 18, 9), (last, 25, None, 8)):
            on = today - timedelta(days=days)
            row = {"village_code": codes[5], "visited_on": on, "met": met, "interested": told, "written_at": NOW}
            add(connection, schema.visits, agent_id=agents[0], **row, registered=registered)


def _launched(
    connection: sa.Connection, codes: Sequence[str], today: date, sent: int, *, agent: int, plan: str
) -> None:
    add(connection, schema.layers, fingerprint="e" * 16, villages=1, added_at=NOW)
    chosen = [{"village_code": code, "expected_registrations": 90.0, "expected_active": 15.0} for code in codes[:3]]
    record = {"name": plan, "parameters": ScoringParams().model_dump(mode="json"), "chosen": chosen}
    row = {"name": plan, "kind": "selection", "layer": "e" * 16, "record": json.dumps(record)}
    at = datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=500)
    kept = add(connection, schema.plans, **row, created_at=at)
    for place, (code, days) in enumerate(zip(codes, LAUNCHED, strict=False)):
        on = today - timedelta(days=days)
        launch = _launch(
            connection, code, "peresmian", plan=kept if place < 3 else None, due_on=on + timedelta(days=30)
        )
        for step, before in zip(STEPS[:5], (90, 60, 40, 20, 0), strict=True):
            row = {"step": step, "reached_on": on - timedelta(days=before), "reached_at": NOW}
            add(connection, schema.launch_steps, launch_id=launch, **row)
        row = {"village_code": code, "visited_on": on - timedelta(days=2), "written_at": NOW}
        add(connection, schema.visits, agent_id=agent, **row, met=160, interested=70, registered=40 + 25 * place)
    for code in codes:
        ours = code in codes[:4]
        for back in range(15, 0, -1):
            month = _month(today, -back)
            active = (12 if ours else 10) + (30 if ours and back < 12 else 0)
            row = {"village_code": code, "month": month, "segment": "BPU", "active": active, "inactive": 5}
            add(connection, schema.participants, upload_id=sent, **row)


def _launch(connection: sa.Connection, code: str, step: str, *, due_on: date, plan: int | None = None) -> int:
    row = {"village_code": code, "plan_id": plan, "step": step, "status": "open", "due_on": due_on}
    return add(connection, schema.launches, **row, created_at=NOW, changed_at=NOW)


def _month(today: date, months: int) -> date:
    """Return the first day of a month so many months from now."""
    return (pd.Timestamp(today.replace(day=1)) + pd.DateOffset(months=months)).date()
