"""Rows for every table, with what is hard to carry from one engine to another."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from planner.store import schema
from planner.store.audit import record
from planner.store.engine import writing

NOW = datetime(2026, 11, 22, 8, 30, 0, 123456, tzinfo=UTC)
HARD = "Désa \U0001f30b \"'\\ \n\t{{7*7}} ${x} 中"
VILLAGE = "16.02.03.2001"
OTHER = "18.05.12.2007"
OWN = {"origin": "own", "precision": "day"}
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def user(login: str = "manajer", **changes: object) -> dict[str, object]:
    return {"login": login, "name": "Manajer", "role": "manager", "created_at": NOW, **changes}


def upload(sha: str = "a" * 64, **changes: object) -> dict[str, object]:
    counts = {"rows_in": 3, "accepted": 1, "held": 1, "refused": 1}
    row = {"kind": "participants", "file_name": HARD, "sha256": sha, "status": "committed", "committed_at": NOW}
    return {**row, **counts, **changes}


def export(**changes: object) -> dict[str, object]:
    row = {"number": "DSP-0123456789ABCDEF", "sha256": "e" * 64, "bytes": 256, "content": bytes(range(256))}
    row |= {"kind": "list", "format": ".xlsx", "language": "id", "plan": HARD, "plan_sha256": "", "program": "1"}
    row |= {"fingerprint": "a", "params_sha256": "", "smallest": 5, "asked": {"regions": [HARD]}}
    return {**row, "made_on": date(2026, 11, 22), "made_at": NOW, **changes}


def fill(engine: sa.Engine) -> None:
    """Put rows into every table."""
    with writing(engine) as connection:

        def add(table: sa.Table, **row: object) -> int:
            return connection.execute(sa.insert(table).values(row)).inserted_primary_key[0]

        office = add(schema.offices, name=HARD, kind="branch", seat_regency_code="16.02")
        boss = add(schema.users, **user(office_id=office, password_hash="$argon2id$x"))
        field = add(schema.users, **user("Agen.Satu", role="agent", disabled_at=NOW, oidc_subject="s"))
        add(schema.sessions, token_hash="t" * 64, user_id=boss, created_at=NOW, expires_at=NOW + timedelta(hours=8))
        expires = {"created_at": NOW, "expires_at": NOW + timedelta(hours=48)}
        add(schema.one_time_links, token_hash="l" * 64, user_id=field, purpose="set_up", **expires)
        add(schema.sign_in_attempts, key_hash="k" * 64, failures=2, last_at=NOW, free_at=NOW)
        agent = add(schema.agents, code="A-1", user_id=field, office_id=office, left_on=date(2026, 12, 1),
                    home_village_code=OTHER)  # fmt: skip
        for fingerprint in ("b", "A", "a", "é", "_", "B"):  # their order depends on the language of a server
            add(schema.layers, fingerprint=fingerprint, villages=9401, added_at=NOW)
        sent = add(schema.uploads, sender_id=boss, **upload())
        add(schema.uploads, **upload(status="undone", undone_at=NOW + timedelta(microseconds=1)))
        add(schema.held_rows, upload_id=sent, row=7, content={"desa": HARD, "n": 1e22, "x": None}, reason="unknown")
        for village in (OTHER, VILLAGE):
            row = {"village_code": village, "month": date(2026, 10, 1), "segment": "BPU"}
            add(schema.participants, upload_id=sent, **row, active=10, inactive=2_000_000_000)
        row = {"upload_id": sent, "village_code": VILLAGE, "counted_on": date(2026, 10, 31)}
        add(schema.worker_counts, **row, sector="fishery", people=12)
        add(schema.official_counts, **row, registered=8, total=8)
        row = {"upload_id": sent, "village_code": VILLAGE, "dated_on": date(2026, 10, 31)}
        add(schema.criterion_values, **row, criterion=HARD, value="1e-07", unit="km", source=HARD)
        add(schema.own_outlines, upload_id=sent, village_code=VILLAGE, wkb="AQ==", fingerprint="f")
        chosen = {"headings": {"active": HARD}, "constants": {}}
        add(schema.column_choices, sender="Manajer", kind="visits", headings="h", columns=chosen, used_at=NOW)
        row = {"village_code": VILLAGE, "fund": "apbd", "people": 20}
        add(schema.funded_groups, **row, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
        add(schema.aliases, name=HARD, parent_code="16.02.03", village_code=VILLAGE, decided_by=boss, decided_at=NOW)
        row = {"village_name": "Megang Sakti 2", "regency_code": "16.05", "source": HARD}
        known = add(schema.declared, village_code=VILLAGE, earliest_on=date(2018, 1, 1), **row, **OWN)
        add(schema.declared_aliases, declared_id=known, name="Megang Sakti II")
        record_ = {"weights": [0.1, 1.0, 1e-7, 1e22], "name": HARD, "nothing": None, "large": 2**60}
        row = {"owner_id": boss, "created_at": NOW, "record": f'{{"name": "{HARD}"}}', "summary": record_}
        plan = add(schema.plans, name=HARD, kind="selection", layer="a", **row)
        add(schema.plan_villages, plan_id=plan, village_code=VILLAGE, place=1)
        row = {"village_code": VILLAGE, "status": "open", "step": "mou", "created_at": NOW, "changed_at": NOW}
        launch = add(schema.launches, plan_id=plan, owner_id=boss, due_on=date(2027, 1, 1), **row)
        row = {"launch_id": launch, "reached_on": date(2026, 11, 20), "reached_at": NOW, "by_id": boss}
        add(schema.launch_steps, **row, step="usulan", evidence=HARD)
        add(schema.launch_steps, **row, step="sosialisasi", dusun=HARD, met=30)
        change = add(schema.assignment_changes, made_at=NOW, by_id=boss, from_on=date(2026, 1, 1), note=HARD)
        row = {"agent_id": agent, "village_code": VILLAGE, "by_id": boss}
        add(schema.assignments, **row, from_on=date(2026, 1, 1), change_id=change)
        add(schema.visit_dates, **row, on_day=date(2026, 12, 3))
        row = {"village_code": VILLAGE, "visited_on": date(2026, 11, 1), "met": 9, "interested": 5, "registered": 2}
        visit = add(schema.visits, agent_id=agent, **row, obstacle=HARD, written_at=NOW, entry_key=KEY)
        add(schema.visit_repeats, upload_id=sent, visit_id=visit)
        connection.execute(sa.insert(schema.exports).values(export(by_id=boss)))
        record(connection, "manajer", "upload.committed", entity="uploads", key=sent, after={"rows": 3, "x": [1.5]})
        record(connection, HARD, "user.disabled", entity="users", key=field, before={"disabled_at": None})
