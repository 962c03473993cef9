"""An office with two agents at work; whatever agent A may not see or change is marked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from planner.rights import Principal
from planner.store import schema
from planner.store.audit import record
from planner.store.engine import reading, writing

MARK = "rahasia"
"""Stands in every text of a row that agent A may not see."""
COUNT = 7_777_777
"""Stands in every count of such a row."""
OWN = ("16.02.03.2001", "16.02.03.2002")
ENDED, LATER, OF_B = "16.02.03.2003", "16.02.03.2004", "18.05.12.2007"
FOREIGN = (ENDED, LATER, OF_B)
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
FAR = date(2999, 1, 1)
HIDDEN = date(7777, 7, 7)
"""Stands in every day of such a row."""
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
HOME = "16.71.01.1001"
DAY = date(2026, 11, 1)


class Office(NamedTuple):
    """Who there is."""

    a: Principal
    b: Principal
    disabled: Principal
    left: Principal
    planner: Principal
    manager: Principal
    admin: Principal


def made(engine: sa.Engine) -> Office:
    """Fill a database and return who there is."""
    with writing(engine) as connection:

        def add(table: sa.Table, **row: object) -> int:
            return connection.execute(sa.insert(table).values(row)).inserted_primary_key[0]

        def person(login: str, role: str, **more: object) -> Principal:
            row = {"login": login, "name": login, "role": role, "created_at": NOW, "password_hash": f"$argon2id${MARK}"}
            return Principal(add(schema.users, **row, **more), login, login, role)

        def agent(login: str, code: str, home: int, *, left_on: date | None = None, **more: object) -> Principal:
            who = person(login, "agent", **more)
            row = {"office_id": home, "left_on": left_on, "home_village_code": HOME if code == "A-1" else OF_B}
            number = add(schema.agents, code=code, user_id=who.user_id, **row)
            return Principal(who.user_id, login, login, "agent", number)

        own, other = (add(schema.offices, name=name, kind="branch") for name in ("Palembang", f"{MARK} Metro"))
        manager = person("manajer", "manager")
        add(schema.assignment_changes, made_at=NOW, by_id=manager.user_id, from_on=DAY, note=MARK)
        a = agent("agen.a", "A-1", own)
        b = agent(f"agen.b.{MARK}", f"B-{MARK}", other)
        disabled = agent(f"agen.c.{MARK}", f"C-{MARK}", other, disabled_at=NOW)
        left = agent(f"agen.d.{MARK}", f"D-{MARK}", other, left_on=date(2026, 1, 1))
        people = Office(a, b, disabled, left, person("perencana", "planner"), manager, person("admin", "admin"))
        for who, token in ((a, "x" * 64), (b, f"{MARK:x<64}")):
            times = {"created_at": NOW, "expires_at": NOW + timedelta(hours=8)}
            add(schema.sessions, token_hash=token, user_id=who.user_id, **times)
        add(schema.one_time_links, token_hash=MARK, user_id=a.user_id, purpose="set_password", **times)
        add(schema.sign_in_attempts, key_hash=MARK, failures=1, last_at=NOW, free_at=NOW)
        add(schema.column_choices, sender=MARK, kind="visits", headings=MARK, columns={"x": MARK}, used_at=NOW)
        add(schema.layers, fingerprint=MARK, villages=9401, added_at=NOW)
        counts = {"rows_in": 1, "accepted": 1, "held": 0, "refused": 0, "kind": "participants", "committed_at": NOW}
        sent = add(schema.uploads, file_name=MARK, sha256="a" * 64, status="committed", **counts)
        undone = add(schema.uploads, file_name=MARK, sha256="b" * 64, status="undone", undone_at=NOW, **counts)
        add(schema.held_rows, upload_id=sent, row=1, content={"x": MARK}, reason=MARK)
        owner = {"owner_id": manager.user_id, "created_at": NOW}
        plan = add(schema.plans, name=MARK, kind="selection", layer=MARK, record='{"x": "' + MARK + '"}', **owner)
        for place, village in enumerate((*OWN, *FOREIGN), 1):
            _village(add, village, sent, plan, place)
        add(schema.participants, upload_id=undone, village_code=OWN[0], month=date(2026, 11, 1), segment="BPU",
            active=666, inactive=0)  # fmt: skip
        for who, village, times in (
            (a, OWN[0], {"from_on": DAY}),
            (a, OWN[1], {"from_on": DAY}),
            (a, ENDED, {"from_on": DAY, "to_on": DAY}),
            (a, LATER, {"from_on": FAR}),
            (b, OF_B, {"from_on": DAY}),
            (b, OWN[1], {"from_on": DAY}),
            (disabled, OF_B, {"from_on": DAY}),
            (left, OF_B, {"from_on": DAY}),
        ):
            add(schema.assignments, agent_id=who.agent_id, village_code=village, by_id=manager.user_id, **times)
        for who, village, key in (
            (a, OWN[0], KEY),
            (a, ENDED, f"{MARK:x<36}"),
            (b, OF_B, f"{MARK:x<36}"),
            (b, OWN[1], None),
        ):
            mine = (who, village) == (a, OWN[0])
            row = {"visited_on": DAY, "met": 9 if mine else COUNT, "interested": 5, "registered": 2, "written_at": NOW}
            words = {"dusun": None if mine else MARK, "entry_key": key}
            add(schema.visits, agent_id=who.agent_id, village_code=village, **words, **row)
            add(schema.visit_dates, agent_id=who.agent_id, village_code=village, on_day=FAR if mine else HIDDEN)
        add(schema.visit_repeats, upload_id=sent, visit_id=1)
        row = dict.fromkeys(("kind", "format", "language", "fingerprint", "plan", "plan_sha256"), MARK)
        row |= {"params_sha256": MARK, "program": MARK, "made_on": HIDDEN, "asked": [MARK], "content": MARK.encode()}
        row |= {"smallest": COUNT, "bytes": COUNT, "made_at": NOW, "by_id": manager.user_id}
        add(schema.exports, number="DSP-0123456789ABCDEF", sha256=f"{MARK:x<64}", **row)
        record(connection, MARK, MARK, entity=MARK, key=1, after={"x": MARK})
    return people


def _village(add: Callable[..., int], village: str, sent: int, plan: int, place: int) -> None:
    """Put a village into every table that speaks of villages; texts of foreign ones are marked."""
    text = "ours" if village in OWN else MARK
    active = place if village in OWN else COUNT
    add(schema.participants, upload_id=sent, village_code=village, month=date(2026, 10, 1), segment="BPU",
        active=active, inactive=1)  # fmt: skip
    add(schema.funded_groups, village_code=village, fund=text, people=20, starts_on=DAY, ends_on=FAR)
    add(schema.aliases, name=f"{MARK} {village}", parent_code="16", village_code=village, decided_at=NOW)
    named = {"village_name": text, "regency_code": "16.02", "source": text, "origin": "own", "precision": "day"}
    known = add(schema.declared, village_code=village, **named)
    add(schema.declared_aliases, declared_id=known, name=MARK)
    add(schema.plan_villages, plan_id=plan, village_code=village, place=place)
    times = {"created_at": NOW, "changed_at": NOW}
    launch = add(schema.launches, village_code=village, status="open", step="mou", **times)
    add(schema.launch_steps, launch_id=launch, step="usulan", reached_on=DAY, reached_at=NOW, evidence=text)
    counted = {"upload_id": sent, "village_code": village}
    add(schema.worker_counts, **counted, sector="fishery", people=active, counted_on=DAY)
    add(schema.official_counts, **counted, registered=active, total=COUNT, counted_on=DAY)
    add(schema.criterion_values, **counted, criterion=MARK, value=MARK, unit="km", source=MARK, dated_on=DAY)
    add(schema.own_outlines, **counted, wkb=MARK, fingerprint=MARK)


def foreign(engine: sa.Engine, a: Principal) -> dict[str, object]:
    """Return what stands in all rows that agent A may not change, by table; of PostgreSQL as one text each."""
    queries = _others(a.agent_id, a.login)
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            return {name: sorted(map(tuple, connection.execute(query)), key=repr) for name, query in queries.items()}
        return dict(map(tuple, connection.exec_driver_sql(_at_once(a.agent_id, a.login))))


@cache
def _others(agent_id: int | None, login: str) -> dict[str, sa.Select]:
    others = {"visits": schema.visits.c.agent_id != agent_id, "audit": schema.audit.c.who != login}
    tables = schema.metadata.tables.items()
    return {name: sa.select(table).where(others.get(name, sa.true())) for name, table in tables}


@cache
def _at_once(agent_id: int | None, login: str) -> str:
    dialect, literal = postgresql.dialect(), {"literal_binds": True}
    rows = {
        name: query.compile(dialect=dialect, compile_kwargs=literal) for name, query in _others(agent_id, login).items()
    }
    whole = "coalesce(string_agg(r::text, ',' ORDER BY r::text), '')"
    return " UNION ALL ".join(f"SELECT '{name}', {whole} FROM ({query}) r" for name, query in rows.items())


def objects(engine: sa.Engine) -> list[str]:
    """Return all that was made in a database: tables, views, triggers, functions, rules, large objects, roles."""
    queries = {
        "sqlite": ("SELECT type || name || coalesce(sql, '') FROM sqlite_master",),
        "postgresql": (
            "SELECT concat_ws(' ', relname, relkind, relrowsecurity, relforcerowsecurity) FROM pg_class",
            "SELECT concat_ws(' ', proname, prosrc) FROM pg_proc WHERE pronamespace <> 'pg_catalog'::regnamespace",
            "SELECT concat_ws(' ', tgname, tgenabled) FROM pg_trigger",
            "SELECT concat_ws(' ', polname, polrelid, pg_get_expr(polqual, polrelid)) FROM pg_policy",
            "SELECT oid::text FROM pg_largeobject_metadata",
            "SELECT concat_ws(' ', nspname, nspacl) FROM pg_namespace WHERE left(nspname, 4) <> 'pg_t'",
        ),
    }
    with reading(engine) as connection:
        return sorted(connection.exec_driver_sql(" UNION ALL ".join(queries[engine.dialect.name])).scalars())


def numbers(engine: sa.Engine) -> list[str]:
    """Return how far the numbers of tables have come that an agent does not write to; SQLite keeps them with rows."""
    if engine.dialect.name == "sqlite":
        return []
    query = "SELECT concat_ws(' ', sequencename, last_value) FROM pg_sequences WHERE sequencename !~ '^(visits|audit)'"
    with reading(engine) as connection:
        return sorted(connection.exec_driver_sql(query).scalars())
