"""Row rules: whatever SQL an agent's connection is sent, only own villages are seen and changed. Both engines."""

import itertools
import sqlite3
import threading
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import assume, given
from hypothesis import strategies as st

from geodata.office_day import today
from planner.errors import PlanError
from planner.rights import CONSOLE, LAPTOP, Principal
from planner.store import rights_cursor, rights_postgresql, rights_sqlite, schema
from planner.store.acting import DAYS_CHANGEABLE, change_visit, own_villages, reading_as, write_visit, writing_as
from planner.store.doctor import examine
from planner.store.engine import opened, reading, writing
from planner.store.errors import StoreError
from planner.store.rights_agent import _BEFORE_PARENTHESIS as KNOWN
from planner.store.rights_agent import checked
from tests.store import cluster
from tests.store.agents import (
    COUNT,
    DAY,
    ENDED,
    FAR,
    FOREIGN,
    LATER,
    MARK,
    NOW,
    OF_B,
    OWN,
    Office,
    foreign,
    made,
    numbers,
    objects,
)

ROW = "agent_id, village_code, visited_on, met, interested, registered, written_at"
OURS = "'2026-11-02', 1, 0, 0, '2026-11-02T00:00:00.000000+00:00'"
SEEN = f"CASE WHEN EXISTS (SELECT 1 FROM {{}}) THEN '{MARK}' END"

READS = {
    "all visits": "SELECT * FROM visits",
    "true": "SELECT * FROM visits WHERE agent_id <> 1 OR 1 = 1",
    "village": f"SELECT * FROM participants WHERE village_code = '{OF_B}'",
    "union": "SELECT dusun FROM visits UNION ALL SELECT login FROM users UNION ALL SELECT who FROM audit",
    "union of schema": "SELECT dusun FROM visits UNION SELECT dusun FROM main.visits",
    "subselect": "SELECT (SELECT max(met) FROM visits WHERE met > 100) || 'rahasia'",
    "exists": f"SELECT {SEEN.format('participants WHERE active = {COUNT}')}",
    "exists correlated": f"SELECT a.id, {SEEN.format('visits v WHERE v.agent_id <> a.id')} FROM agents a",
    "order by": "SELECT id FROM visits ORDER BY (SELECT password_hash FROM users WHERE login = 'agen.a')",
    "error": f"SELECT 1 / (met - {COUNT}) FROM visits",
    "join": "SELECT v.*, u.* FROM visits v CROSS JOIN users u",
    "left join": "SELECT * FROM agents a LEFT JOIN visits v ON v.agent_id <> a.id LEFT JOIN users u ON u.id > 0",
    "password": "SELECT password_hash, oidc_subject FROM users",
    "own password": "SELECT login || password_hash FROM users WHERE login = 'agen.a'",
    "row": "SELECT u FROM users u",
    "session": "SELECT token_hash FROM sessions",
    "uploads": "SELECT file_name, sha256 FROM uploads",
    "held": "SELECT content FROM held_rows",
    "plans": "SELECT p.record, v.village_code FROM plans p JOIN plan_villages v ON v.plan_id = p.id",
    "names": "SELECT name FROM aliases UNION SELECT name FROM declared_aliases",
    "others": "SELECT code FROM agents UNION SELECT name FROM offices",
    "trail": "SELECT * FROM audit",
    "days and homes": "SELECT d.*, a.home_village_code FROM visit_dates d LEFT JOIN agents a ON a.id <> d.agent_id",
    "entries and decisions": "SELECT entry_key, note FROM visits v LEFT JOIN assignment_changes c ON c.id > 0",
    "look": "SELECT planner_look(2)",
    "steps": "SELECT s.evidence, l.status FROM launch_steps s LEFT JOIN launches l ON l.id = s.launch_id",
    "counts of uploads": "SELECT village_code, people FROM worker_counts UNION SELECT village_code, total "
    "FROM official_counts",
    "own criteria": "SELECT criterion || value FROM criterion_values UNION SELECT wkb FROM own_outlines",
    "links": "SELECT token_hash FROM one_time_links UNION SELECT key_hash FROM sign_in_attempts",
    "choices": "SELECT sender FROM column_choices",
    "undone": "SELECT village_code || 'rahasia' FROM participants WHERE active = 666",
    "cte": "WITH visits AS (SELECT * FROM main.visits) SELECT * FROM visits",
    "cte of the same name": "WITH visits AS (SELECT * FROM visits) SELECT * FROM visits",
    "cte named like a lock": "WITH audit_no_replace AS (SELECT * FROM audit) SELECT * FROM audit_no_replace",
    "quoted": 'SELECT "dusun" FROM "visits" UNION SELECT "password_hash" FROM "users"',
    "main": "SELECT * FROM main.visits",
    "temp": "SELECT * FROM temp.visits",
    "public": "SELECT * FROM public.visits",
    "comment": "SELECT * FROM/**/users",
    "comment first": "/* SELECT */ DELETE FROM visits",
    "comment last": "SELECT * FROM visits --",
    "window": "SELECT max(dusun) OVER (), count(*) OVER (PARTITION BY agent_id) FROM visits",
    "values": "VALUES ((SELECT max(login) FROM users))",
    "table": "TABLE users",
    "explain": "EXPLAIN SELECT * FROM visits",
    "explain analyze": "EXPLAIN ANALYZE UPDATE visits SET met = 0",
    "actors": "SELECT * FROM actors WHERE login <> 'agen.a'",
    "schema": "SELECT sql FROM sqlite_master UNION SELECT name FROM sqlite_temp_master",
    "numbers": "SELECT * FROM sqlite_sequence",
    "pragma": "PRAGMA query_only = OFF",
    "pragma function": "SELECT * FROM pragma_database_list",
    "load": "SELECT load_extension('x.so')",
    "file": "SELECT readfile('/etc/hostname')",
    "tokenizer": "SELECT fts3_tokenizer('x')",
    "server file": "SELECT pg_read_file('/etc/hostname')",
    "server folder": "SELECT pg_ls_dir('.')",
    "catalogue": "SELECT * FROM pg_catalog.pg_policies",
    "statistics": "SELECT most_common_vals::text FROM pg_stats",
    "estimates": "SELECT relname, reltuples FROM pg_class",
    "activity": "SELECT query FROM pg_stat_activity",
    "words": "SELECT * FROM information_schema.columns",
    "escaped": r'SELECT U&"\0070assword_hash" FROM users',
    "dynamic": "SELECT query_to_xml('SELECT * FROM users', true, true, '')",
    "table as xml": "SELECT table_to_xml('users', true, true, '')",
    "setting": "SELECT set_config('role', 'postgres', true)",
    "rules off": "SELECT set_config('row_security', 'off', true)",
    "read setting": "SELECT current_setting('data_directory')",
    "sequence": "SELECT setval('visits_id_seq', 1)",
    "next number": "SELECT nextval('offices_id_seq')",
    "end others": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
    "lock": "SELECT pg_advisory_lock(5120190124)",
    "notify": "SELECT pg_notify('x', 'y')",
    "act again": "SELECT planner_act(NULL, false)",
    "large object": "SELECT lo_create(4711)",
    "import": "SELECT lo_import('/etc/hostname')",
    "link": "SELECT * FROM dblink('dbname=postgres', 'SELECT 1') AS t (x int)",
    "other function": "SELECT repeat('x', 1000000000)",
    "bomb": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
}
WRITES = {
    "insert": f"INSERT INTO visits ({ROW}) VALUES (1, '{OF_B}', {OURS})",
    "insert ended": f"INSERT INTO visits ({ROW}) VALUES (1, '{ENDED}', {OURS})",
    "insert later": f"INSERT INTO visits ({ROW}) VALUES (1, '{LATER}', {OURS})",
    "insert for another": f"INSERT INTO visits ({ROW}) VALUES (2, '{OWN[1]}', {OURS})",
    "insert of an upload": f"INSERT INTO visits ({ROW}, upload_id) VALUES (1, '{OWN[0]}', {OURS}, 1)",
    "insert returning": f"INSERT INTO visits ({ROW}) VALUES (2, '{OF_B}', {OURS}) RETURNING *",
    "insert select": f"INSERT INTO visits ({ROW}) SELECT id, '{OF_B}', {OURS} FROM agents",
    "upsert": f"INSERT INTO visits (id, {ROW}) VALUES (3, 1, '{OWN[0]}', {OURS}) "
    f"ON CONFLICT (id) DO UPDATE SET dusun = visits.dusun, village_code = '{OF_B}' RETURNING *",
    "replace": f"INSERT OR REPLACE INTO visits (id, {ROW}) VALUES (1, 2, '{OF_B}', {OURS})",
    "replace word": f"REPLACE INTO visits (id, {ROW}) VALUES (3, 1, '{OWN[0]}', {OURS})",
    "update or replace": "UPDATE OR REPLACE visits SET id = 3",
    "update": f"UPDATE visits SET dusun = 'x' WHERE village_code <> '{OWN[0]}'",
    "move": f"UPDATE visits SET village_code = '{OF_B}'",
    "give away": "UPDATE visits SET agent_id = 2",
    "take": f"UPDATE visits SET agent_id = 1, village_code = '{OWN[0]}' WHERE agent_id = 2 RETURNING *",
    "number": "UPDATE visits SET id = 3",
    "update from": "UPDATE visits SET dusun = u.password_hash FROM users u RETURNING *",
    "update main": "UPDATE main.visits SET met = 0",
    "update others": "UPDATE participants SET active = 0",
    "update launch": "UPDATE launches SET step = 'h180', override_reason = 'x'",
    "role": "UPDATE users SET role = 'admin'",
    "day": f"INSERT INTO visit_dates (agent_id, village_code, on_day) VALUES (1, '{OWN[0]}', '2026-12-01')",
    "home": f"UPDATE agents SET home_village_code = '{OF_B}'",
    "entry": f"UPDATE visits SET entry_key = '{'b' * 36}'",
    "delete": "DELETE FROM visits",
    "delete foreign": "DELETE FROM visits WHERE agent_id = 2",
    "delete in with": "WITH x AS (DELETE FROM visits RETURNING *) SELECT * FROM x",
    "update in with": "WITH x AS (UPDATE visits SET met = 0 WHERE agent_id = 2 RETURNING *) SELECT * FROM x",
    "insert in with": f"WITH x AS (INSERT INTO visits ({ROW}) VALUES (2, '{OF_B}', {OURS}) RETURNING *) SELECT 1",
    "assign": f"INSERT INTO assignments (agent_id, village_code, from_on) VALUES (1, '{OF_B}', '2026-01-01')",
    "assign longer": "UPDATE assignments SET to_on = NULL",
    "launch": f"INSERT INTO launches (village_code, step, created_at, changed_at) VALUES ('{OWN[0]}', 'mou', '', '')",
    "trail": "INSERT INTO audit (at, who, what, entity, entity_key) VALUES ('2026-11-22', 'manajer', 'x', 'x', '1')",
    "trail gone": "DELETE FROM audit",
    "session": "UPDATE sessions SET user_id = 1",
    "revision": "UPDATE alembic_version SET version_num = '9999'",
    "actor": "INSERT INTO actors (user_id) VALUES (NULL)",
    "actor upsert": "INSERT INTO actors (user_id) VALUES (NULL) ON CONFLICT (xid) DO UPDATE SET user_id = NULL",
    "actor gone": "DELETE FROM actors",
    "actor changed": "UPDATE actors SET user_id = NULL, villages = '{16}'",
    "truncate": "TRUNCATE visits",
    "drop": "DROP TABLE visits",
    "drop rule": "DROP POLICY office ON visits",
    "alter": "ALTER TABLE visits DISABLE ROW LEVEL SECURITY",
    "alter column": "ALTER TABLE visits ADD COLUMN x TEXT",
    "view": "CREATE VIEW x AS SELECT * FROM visits",
    "temp view": "CREATE TEMP VIEW visits AS SELECT * FROM main.visits",
    "trigger": "CREATE TEMP TRIGGER x AFTER INSERT ON visits BEGIN DELETE FROM visits; END",
    "table": "CREATE TABLE x (y INTEGER)",
    "table as": "CREATE TEMP TABLE x AS SELECT * FROM visits",
    "select into": "SELECT * INTO x FROM visits",
    "select into temp": "WITH y AS (SELECT 1) SELECT * INTO TEMP users FROM y",
    "label insert": "SELECT 1 AS insert INTO x",
    "index": "CREATE INDEX x ON visits (met)",
    "function": "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "do": "DO $$ BEGIN DELETE FROM visits; END $$",
    "call": "CALL x()",
    "attach": "ATTACH DATABASE 'other.sqlite' AS other",
    "detach": "DETACH DATABASE main",
    "vacuum": "VACUUM INTO 'other.sqlite'",
    "analyze": "ANALYZE",
    "reindex": "REINDEX",
    "copy out": "COPY users TO STDOUT",
    "copy program": "COPY users TO PROGRAM 'cat > /dev/null'",
    "copy in": "COPY visits FROM PROGRAM 'echo'",
    "role set": "SET ROLE postgres",
    "role reset": "RESET ROLE",
    "authorization": "SET SESSION AUTHORIZATION postgres",
    "rules off": "SET row_security = off",
    "constraints": "SET CONSTRAINTS ALL IMMEDIATE",
    "grant": "GRANT ALL ON users TO PUBLIC",
    "listen": "LISTEN x",
    "lock": "LOCK TABLE visits",
    "prepare": "PREPARE x AS SELECT * FROM users",
    "merge": "MERGE INTO visits v USING agents a ON true WHEN MATCHED THEN DELETE",
    "commit": "COMMIT",
    "rollback": "ROLLBACK",
    "begin": "BEGIN",
    "savepoint": "SAVEPOINT x",
    "end": "END",
    "two": "SELECT 1; DELETE FROM visits",
    "commit and act": "COMMIT; BEGIN; SELECT planner_act(NULL, false); DELETE FROM visits",
    "empty": "",
    "nul": "SELECT 1\0; DROP TABLE visits",
}
HOSTILE = {f"read {name}": text for name, text in READS.items()} | {f"write {n}": t for n, t in WRITES.items()}

WORDS_ALONE = {  # kept out by their words: the rules of rows have no say in them
    "read lock", "read notify", "read sequence", "read next number", "read end others", "read large object",
    "read import", "read other function", "read server file", "read server folder", "read read setting",
    "write select into", "write select into temp", "write label insert", "write two", "write nul",
}  # fmt: skip


def by_rows(statement: str) -> bool:
    """Say whether it is for the rules of rows to keep a statement from doing harm."""
    return statement.startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"))


@pytest.fixture
def office(engine: sa.Engine) -> Office:
    return made(engine)


def sent(give, engine: sa.Engine, who: Principal | None, statement: str, *, raw: bool = False) -> list[object]:
    """Send a statement and return what comes back; nothing where it is refused."""
    try:
        with give(engine, who) as connection:
            if raw:
                return list(connection.connection.dbapi_connection.execute(statement).fetchall())
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []
    except StoreError:
        return []
    except (sqlite3.Error, psycopg.Error) as error:
        if not raw or MARK in str(error):  # only the driver itself, below SQLAlchemy, may speak so
            raise
        return []


def assert_nothing_happened(engine: sa.Engine, a: Principal, before: tuple[object, ...]) -> None:
    rows, made_ = before
    assert foreign(engine, a) == rows
    assert set(objects(engine)) ^ set(made_) == set()
    with reading(engine) as connection:
        query = sa.select(schema.visits.c.village_code).where(schema.visits.c.agent_id == a.agent_id)
        assert set(connection.execute(query).scalars()) <= {*OWN, ENDED}
        trail = connection.execute(sa.select(schema.audit).where(schema.audit.c.who == a.login)).all()
        assert {row.entity for row in trail} <= {"visits"}
    if engine.dialect.name == "sqlite":
        names = {path.name for path in Path(str(engine.url.database)).parent.iterdir()}
        assert names <= {"records.sqlite", "records.sqlite-wal", "records.sqlite-shm"}


def assert_hidden(rows: list[object], name: str) -> None:
    assert MARK not in repr(rows), name
    assert "7777" not in repr(rows), name  # as in COUNT and in HIDDEN
    assert not [village for village in FOREIGN if village in repr(rows)], name


@pytest.mark.parametrize("raw", [False, True], ids=["sqlalchemy", "driver"])
def test_no_statement_of_an_agent_sees_or_changes_what_is_not_the_agents(engine, office, raw):
    before, counted = (foreign(engine, office.a), objects(engine)), numbers(engine)
    each = itertools.product(HOSTILE.items(), (reading_as, writing_as))
    for place, ((name, statement), give) in enumerate(each):
        assert_hidden(sent(give, engine, office.a, statement, raw=raw), name)
        if name.startswith("write") and place % 16 == 0 and not raw:
            assert_nothing_happened(engine, office.a, before)
    assert_nothing_happened(engine, office.a, before)
    assert numbers(engine) == counted


def test_who_does_not_work_or_is_nobody_sees_and_changes_nothing_at_all(engine, office):
    gone = Principal(999, "gone", "", "agent", 1)
    pretending = replace(office.planner, role="agent", agent_id=office.a.agent_id)
    nobody = Principal(None, "nobody", "", "agent", office.a.agent_id)
    before = (foreign(engine, office.a), objects(engine))
    for name, statement in HOSTILE.items():
        give = reading_as if name.startswith("read") else writing_as
        for who in (None, office.disabled):
            assert sent(give, engine, who, statement) == [], (name, who)
    for who, give in itertools.product((nobody, office.left, gone, pretending), (reading_as, writing_as)):
        with pytest.raises(StoreError, match=r"Nobody is known|Your account is disabled"), give(engine, who):
            pytest.fail("a connection was given")
    assert_nothing_happened(engine, office.a, before)


def test_the_same_reads_show_everything_to_the_office(engine, office):
    """What is hidden from the agent is there to be seen: the tests above can fail."""
    shown = 0
    for who in (office.planner, office.manager, office.admin, CONSOLE, LAPTOP):
        with reading_as(engine, who) as connection:
            for table in schema.metadata.sorted_tables:
                rows = repr(connection.execute(sa.select(table)).all())
                assert MARK in rows or OF_B in rows or table is schema.visit_repeats, table.name
            villages = set(connection.execute(sa.select(schema.assignments.c.village_code)).scalars())
            assert villages == {*OWN, *FOREIGN}
    for name in (
        "all visits",
        "union",
        "exists",
        "password",
        "session",
        "trail",
        "plans",
        "undone",
        "row",
        "steps",
        "links",
    ):
        shown += MARK in repr(sent(reading_as, engine, office.manager, READS[name]))
    assert shown >= 9


# --- each layer alone


@pytest.fixture
def let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements are sent whatever their words are."""
    monkeypatch.setattr(rights_sqlite, "checked", lambda statement: statement)
    monkeypatch.setattr(rights_cursor, "checked", lambda statement: statement)
    for module in (rights_sqlite, rights_postgresql):
        monkeypatch.setattr(module, "TIME_LIMIT_S", 0.3)


@pytest.mark.usefixtures("let_through")
def test_rows_are_kept_back_even_where_all_words_are_let_through(engine, dialect, office):
    if dialect == "postgresql":
        with writing(engine) as connection:
            connection.exec_driver_sql("ANALYZE")
    before = (foreign(engine, office.a), objects(engine))
    ours = 0
    for (name, statement), give in itertools.product(HOSTILE.items(), (reading_as, writing_as)):
        if dialect == "postgresql" and (name in WORDS_ALONE or not by_rows(statement)):
            continue
        rows = sent(give, engine, office.a, statement)
        assert_hidden(rows, name)
        ours += bool(rows)
    assert_nothing_happened(engine, office.a, before)
    assert ours > 30  # they were sent, and gave what is the agent's


@pytest.mark.usefixtures("let_through")
def test_the_rules_cannot_be_turned_off_by_settings(make_engine):
    engine = make_engine("postgresql")
    office = made(engine)
    for name, value in (("row_security", "off"), ("role", "none"), ("search_path", "pg_catalog"), ("role", "postgres")):
        rows: list[object] = []
        try:
            with writing_as(engine, office.a) as connection:
                connection.exec_driver_sql(f"SELECT set_config('{name}', '{value}', false)")
                rows = list(connection.exec_driver_sql("SELECT * FROM public.visits, public.users"))
        except StoreError:
            pass
        assert rows == []
    with writing_as(engine, office.a) as connection:
        connection.exec_driver_sql("SELECT set_config('default_transaction_read_only', 'on', false)")
    with writing(engine) as connection:  # nothing an agent sets stays for the office
        assert connection.exec_driver_sql("SHOW default_transaction_read_only").scalar() == "off"


@pytest.mark.usefixtures("let_through")
def test_who_acts_is_said_once_in_a_transaction(make_engine):
    engine = make_engine("postgresql")
    office = made(engine)
    for statement in (
        "INSERT INTO actors (xid, pid, villages, undone) VALUES ('1', 1, '{}', '{}')",
        f"INSERT INTO actors (user_id) VALUES ({office.b.user_id})",
        f"SELECT planner_act({office.b.user_id}, false)",
        "INSERT INTO actors (agent_id) SELECT agent_id + 1 FROM actors",
        "SELECT planner_look(agent_id + 1) FROM actors",
        "SELECT planner_look(NULL)",  # nobody: that would be the office
    ):
        with pytest.raises(StoreError, match="pk_actors"), writing_as(engine, office.a) as connection:
            connection.exec_driver_sql(statement)
    with writing_as(engine, office.a) as connection:
        for statement in ("SELECT planner_act(NULL, false)", "UPDATE actors SET user_id = NULL", "DELETE FROM actors"):
            connection.exec_driver_sql(statement)
        assert connection.exec_driver_sql("SELECT login FROM actors").scalars().all() == ["agen.a"]
        assert connection.exec_driver_sql("SELECT * FROM users").all() == []
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="nobody acts"):
        connection.exec_driver_sql("SELECT * FROM visits")


@pytest.mark.usefixtures("let_through")
@pytest.mark.parametrize(
    "statement", ["SELECT 1; DROP TABLE visits", "SELECT 1; COMMIT", "DROP TABLE visits; SELECT 1"]
)
def test_the_server_takes_one_statement_at_a_time(make_engine, statement):
    engine = make_engine("postgresql")
    office = made(engine)
    for raw in (False, True):
        before = objects(engine)
        assert sent(writing_as, engine, office.a, statement, raw=raw) == []
        assert objects(engine) == before


@pytest.mark.usefixtures("let_through")
def test_a_request_that_takes_too_long_is_stopped(engine, dialect, office):
    months = [date(1900 + i // 12, i % 12 + 1, 1) for i in range(200)]
    with writing(engine) as connection:
        row = {"upload_id": 1, "village_code": OWN[0], "segment": "PU", "active": 1, "inactive": 1}
        connection.execute(sa.insert(schema.participants), [{**row, "month": month} for month in months])
    tables = ", ".join(f"participants p{i}" for i in range(5))
    bombs = [f"SELECT count(*) FROM {tables}, visits", f"SELECT sum(p1.active) FROM {tables}"]
    if dialect == "postgresql":  # the other knows no repetition at all
        bombs.append("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t")
    for bomb, give in itertools.product(bombs, (reading_as, writing_as)):
        began = time.monotonic()
        with pytest.raises(StoreError, match="took too long") as caught, give(engine, office.a) as connection:
            connection.exec_driver_sql(bomb)
        assert time.monotonic() - began < 30
        assert "dihentikan" in caught.value.text("id")


def test_a_value_without_bounds_is_stopped(make_engine):
    engine = make_engine("sqlite")
    office = made(engine)
    larger = ", ".join(f"t{i} AS (SELECT x || x || x || x AS x FROM t{i - 1})" for i in range(1, 5))
    query = f"WITH t0 AS (SELECT '{'x' * 5_000}' AS x), {larger} SELECT x FROM t4"
    with pytest.raises(StoreError, match="too large"), reading_as(engine, office.a) as connection:
        connection.exec_driver_sql(query)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM visits WHERE village_code IN (%(a)s, %(b)s)",
        "select count(*), max ( met ) from visits v where exists (select 1 from agents)",
        "WITH t AS (SELECT * FROM visits) SELECT count(*) FROM t",
        "INSERT INTO visits (agent_id, dusun) VALUES (%(a)s, %(b)s::VARCHAR) RETURNING visits.id",
        "UPDATE visits SET met=(met + 1) WHERE visits.id = ?",
        "SELECT row_number() OVER (PARTITION BY village_code ORDER BY month DESC) FROM participants",
    ],
)
def test_what_the_program_says_is_let_through(statement):
    assert checked(statement) == statement


@pytest.mark.parametrize("name", sorted(WORDS_ALONE | {name for name, text in HOSTILE.items() if not by_rows(text)}))
def test_what_rows_have_no_say_in_is_refused_by_its_words(name):
    with pytest.raises(StoreError, match="Refused: an agent sees the own villages only") as caught:
        checked(HOSTILE[name])
    assert "Ditolak" in caught.value.text("id")


@given(st.from_regex(r"[a-z_é][a-z0-9_$é]*", fullmatch=True), st.text(" \n\t\f", max_size=3))
def test_a_call_of_an_unknown_function_never_gets_through(name, gap):
    assume(name not in KNOWN)
    for called in (name, name.upper(), f'"{name}"', f"public.{name}", f'public."{name}"'):
        with pytest.raises(StoreError):
            checked(f"SELECT 1, {called}{gap}(1) FROM visits")


def test_no_other_way_of_the_drivers_goes_around_the_words(engine, dialect, office):
    def named(driver):
        with driver.cursor("named") as cursor:
            cursor.execute("SELECT * FROM visits")

    ways = {
        "sqlite": (
            lambda driver: driver.executescript("SELECT 1; DELETE FROM visits"),
            lambda driver: driver.executemany("DELETE FROM visits WHERE id = ?", [(1,)]),
            lambda driver: driver.cursor(sqlite3.Cursor).execute("DELETE FROM visits"),
        ),
        "postgresql": (
            lambda driver: driver.cursor().copy("COPY users TO STDOUT"),
            lambda driver: driver.cursor().executemany("DELETE FROM visits WHERE id = %s", [(1,)]),
            lambda driver: list(driver.cursor().stream("TABLE visits")),
            named,
            lambda driver: driver.execute(b"COMMIT"),
            lambda driver: driver.execute(psycopg.sql.SQL("COMMIT")),
        ),
    }
    for way, give in itertools.product(ways[dialect], (reading_as, writing_as)):
        with pytest.raises(StoreError, match="Refused: an agent"), give(engine, office.a) as connection:
            way(connection.connection.dbapi_connection)
    with reading_as(engine, office.a) as connection:
        assert len(connection.execute(sa.select(schema.visits)).all()) == 1


# --- what an agent is for


def test_an_agent_sees_the_own_villages(engine, office):
    for give in (reading_as, writing_as):
        with give(engine, office.a) as connection:
            found = own_villages(connection)
            assert found.values.tolist() == [
                [OWN[0], DAY, date(2026, 10, 1), 1, 1, DAY],
                [OWN[1], DAY, date(2026, 10, 1), 2, 1, None],
            ]
            assert connection.execute(sa.select(schema.agents.c.code)).scalars().all() == ["A-1"]
            assert connection.execute(sa.select(schema.offices.c.name)).scalars().all() == ["Palembang"]
            for table in (schema.launches, schema.funded_groups, schema.declared):
                assert set(connection.execute(sa.select(table.c.village_code)).scalars()) == set(OWN), table.name
            assert connection.execute(sa.select(schema.launch_steps.c.evidence)).scalars().all() == ["ours", "ours"]
            assert len(connection.execute(sa.select(schema.visits)).all()) == 1
    with reading_as(engine, office.b) as connection:
        assert own_villages(connection)["village_code"].tolist() == [OWN[1], OF_B]


def test_tables_without_a_rule_for_agents_are_empty_to_them(engine, office):
    """A new table shows nothing to an agent until somebody says what."""
    seen = {"offices", "agents", "assignments", "participants", "funded_groups", "declared", "launches"}
    with reading_as(engine, office.a) as connection:
        found = {t.name for t in schema.metadata.sorted_tables if connection.execute(sa.select(t).limit(1)).first()}
    assert found == {*seen, "launch_steps", "visits", "visit_dates"}


def test_every_table_of_postgresql_has_rules_that_bind_its_owner(make_engine):
    engine = make_engine("postgresql")
    with reading(engine) as connection:
        assert rights_postgresql.unruled(connection) == []
        tables = set(
            connection.exec_driver_sql("SELECT tablename FROM pg_policies WHERE policyname = 'office'").scalars()
        )
    assert tables == {*schema.metadata.tables, "alembic_version"}


def test_a_visit_is_written_with_its_record(engine, office):
    counts = {"met": 9, "interested": 4, "registered": 2}
    with writing_as(engine, office.a) as connection:
        number = write_visit(connection, OWN[1], visited_on=DAY, dusun="Dusun 1", obstacle="{{7*7}}", **counts)
        assert own_villages(connection)["last_visit_on"].tolist() == [DAY, DAY]
    with reading(engine) as connection:
        row = connection.execute(sa.select(schema.visits).where(schema.visits.c.id == number)).one()
        record = connection.execute(sa.select(schema.audit).order_by(schema.audit.c.id.desc()).limit(1)).one()
    assert (row.agent_id, row.village_code, row.visited_on, row.met) == (office.a.agent_id, OWN[1], DAY, 9)
    assert abs((row.written_at - record.at).total_seconds()) < 60
    assert (record.who, record.what, record.entity_key) == ("agen.a", "visit.written", str(number))
    assert record.before is None
    written = {"village_code": OWN[1], "visited_on": DAY.isoformat(), "dusun": "Dusun 1", "obstacle": "{{7*7}}"}
    assert record.after == {**counts, **written, "agent_id": office.a.agent_id}


def test_raw_sql_writes_own_visits_with_number_time_and_record_of_the_program(engine, office):
    with writing_as(engine, office.a) as connection:
        values = f"(1000, 1, '{OWN[0]}', {OURS})"
        connection.exec_driver_sql(f"INSERT INTO visits (id, {ROW}) VALUES {values}")
        connection.exec_driver_sql("UPDATE visits SET dusun = 'x', met = met + 1 WHERE met = 9")
    with reading(engine) as connection:
        mine = schema.visits.c.agent_id == office.a.agent_id
        rows = {
            row.met: row for row in connection.execute(sa.select(schema.visits).where(mine, schema.visits.c.id != 2))
        }
        trail = connection.execute(sa.select(schema.audit).where(schema.audit.c.who == "agen.a")).all()
    assert {met: row.id for met, row in rows.items()} == {10: 1, 1: rows[1].id}
    assert 4 < rows[1].id < 10
    assert all((row.written_at.date() - today()).days in {-1, 0} for row in rows.values())
    told = {record.what: record for record in trail}
    assert set(told) == {"visit.written", "visit.changed"}
    assert (told["visit.changed"].before["met"], told["visit.changed"].after["met"]) == (9, 10)
    assert told["visit.changed"].after["dusun"] == "x"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"village_code": OF_B}, f"Village {OF_B} is not yours"),
        ({"village_code": ENDED}, "is not yours"),
        ({"visited_on": FAR}, "has not come yet"),
        ({"met": -1}, "ck_visits_met"),
        ({"registered": 99}, "ck_visits_met_most"),
        ({"met": 100_001}, "at most 100,?000"),
        ({"dusun": "dusun  1"}, "already written down"),
        ({"dusun": "Pak Ali 0812-3456-7890"}, "The name of the dusun holds an identity or phone number"),
        ({"dusun": "x" * 81}, "The name of the dusun is too long"),
        ({"obstacle": "NIK 1602034505900001"}, "The obstacle holds an identity or phone number"),
        ({"obstacle": "x" * 501}, "The obstacle is too long"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_and_nothing_kept(engine, office, changes, words):
    visit = {"village_code": OWN[0], "visited_on": DAY, "met": 3, "interested": 1, "registered": 1}
    before = foreign(engine, replace(office.a, agent_id=-1, login=""))

    def write() -> None:
        with writing_as(engine, office.a) as connection:
            for row in ({**visit, "dusun": "Dusun 1"}, {**visit, "dusun": "Dusun 2", **changes}):
                write_visit(connection, **row)

    with pytest.raises(PlanError, match=words) as caught:
        write()
    assert caught.value.text("id") != caught.value.text("en")
    assert foreign(engine, replace(office.a, agent_id=-1, login="")) == before


def test_a_visit_is_written_once_a_day_in_a_village_and_dusun_by_an_agent(engine, office):
    visit = {"visited_on": DAY, "met": 3, "interested": 1, "registered": 1}

    def write(who: Principal, village: str, **changes: object) -> None:
        with writing_as(engine, who) as connection:
            write_visit(connection, village, **{**visit, **changes})

    write(office.a, OWN[1])  # office.b was there on that day
    for changes in ({}, {"dusun": " "}, {"met": 9}):
        with pytest.raises(StoreError, match=f"visit to village {OWN[1]} on {DAY} in the same dusun"):
            write(office.a, OWN[1], **changes)
    write(office.a, OWN[1], dusun="Dusun 1")
    write(office.a, OWN[1], visited_on=DAY + timedelta(days=1))
    with reading(engine) as connection:
        mine = sa.and_(schema.visits.c.agent_id == office.a.agent_id, schema.visits.c.village_code == OWN[1])
        found = connection.execute(sa.select(schema.visits.c.dusun).where(mine).order_by(schema.visits.c.id)).scalars()
        assert list(found) == [None, "Dusun 1", None]


RIGHT = {"met": 5, "interested": 4, "registered": 1}


def corrected(engine: sa.Engine, who: Principal, number: int, **changes: object) -> int:
    with writing_as(engine, who) as connection:
        return change_visit(connection, number, **{"visited_on": today(), **RIGHT, **changes})


def wrong_visit(engine: sa.Engine, who: Principal, **changes: object) -> int:
    with writing_as(engine, who) as connection:
        return write_visit(connection, OWN[1], **{"visited_on": today(), **RIGHT, "met": 50, **changes})


def test_an_agent_corrects_an_own_visit_and_the_trail_tells_it_once(engine, office):
    number = wrong_visit(engine, office.a, dusun="Dusun 1")
    for _ in range(2):
        assert corrected(engine, office.a, number, dusun="Dusun 1", obstacle="Hujan") == number
    with reading(engine) as connection:
        row = connection.execute(sa.select(schema.visits).where(schema.visits.c.id == number)).one()
        changed = schema.audit.c.what == "visit.changed"
        (told,) = connection.execute(sa.select(schema.audit).where(changed)).all()
    assert (row.village_code, row.visited_on, row.met, row.obstacle) == (OWN[1], today(), 5, "Hujan")
    assert (told.who, told.entity_key) == ("agen.a", str(number))
    assert (told.before["met"], told.after["met"]) == (50, 5)
    assert (told.before["obstacle"], told.after["obstacle"]) == (None, "Hujan")
    yesterday = today() - timedelta(days=1)
    assert corrected(engine, office.a, number, visited_on=yesterday) == number
    assert corrected(engine, office.a, wrong_visit(engine, office.a), met=6) != number


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"visited_on": FAR}, "has not come yet"),
        ({"visited_on": today() - timedelta(days=DAYS_CHANGEABLE + 1)}, "more than 31 days ago"),
        ({"met": 100_001}, "at most 100,?000"),
        ({"registered": 99}, "ck_visits_met_most"),
        ({"dusun": "dusun  2"}, "already written down"),
        ({"obstacle": "NIK 1602034505900001"}, "identity or phone number"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(engine, office, changes, words):
    number = wrong_visit(engine, office.a)
    wrong_visit(engine, office.a, dusun="Dusun 2")
    before = foreign(engine, replace(office.a, agent_id=-1, login=""))
    with pytest.raises(PlanError, match=words) as caught:
        corrected(engine, office.a, number, **changes)
    assert caught.value.text("id") != caught.value.text("en")
    assert foreign(engine, replace(office.a, agent_id=-1, login="")) == before


def test_visits_of_others_of_the_office_and_of_long_ago_are_not_corrected(engine, office):
    old = wrong_visit(engine, office.a, visited_on=today() - timedelta(days=DAYS_CHANGEABLE + 1))
    last = wrong_visit(engine, office.a, visited_on=today() - timedelta(days=DAYS_CHANGEABLE))
    uploaded = wrong_visit(engine, office.a)
    with writing(engine) as connection:
        of_b = sa.and_(schema.visits.c.agent_id == office.b.agent_id, schema.visits.c.village_code == OWN[1])
        others = connection.execute(sa.select(schema.visits.c.id).where(of_b)).scalar_one()
        upload = connection.execute(sa.select(schema.uploads.c.id).where(schema.uploads.c.status == "committed"))
        change = sa.update(schema.visits).where(schema.visits.c.id == uploaded)
        connection.execute(change.values(upload_id=upload.scalar_one()))
    before = foreign(engine, replace(office.a, agent_id=-1, login=""))
    refused = {others: "is not among your visits", uploaded: "came with a file", old: "more than 31 days ago"}
    for number, words in refused.items():
        with pytest.raises(StoreError, match=words) as caught:
            corrected(engine, office.a, number)
        assert caught.value.text("id") != caught.value.text("en")
    with writing(engine) as connection, pytest.raises(StoreError, match="agent"):
        change_visit(connection, last, visited_on=today(), **RIGHT)
    assert foreign(engine, replace(office.a, agent_id=-1, login="")) == before
    assert corrected(engine, office.a, last, visited_on=today() - timedelta(days=DAYS_CHANGEABLE)) == last


def test_a_block_of_an_agent_that_fails_keeps_nothing_and_its_own_error_goes_through(engine, office):
    before = foreign(engine, replace(office.a, agent_id=-1, login=""))

    def change():
        with writing_as(engine, office.a) as connection:
            write_visit(connection, OWN[0], visited_on=DAY, dusun="x", met=1, interested=0, registered=0)
            raise KeyError("own")

    with pytest.raises(KeyError, match="own"):
        change()
    assert foreign(engine, replace(office.a, agent_id=-1, login="")) == before


def test_reading_as_an_agent_cannot_write(engine, office):
    for statement in (f"INSERT INTO visits ({ROW}) VALUES (1, '{OWN[0]}', {OURS})", "UPDATE visits SET met = 10"):
        with pytest.raises(StoreError), reading_as(engine, office.a) as connection:
            connection.exec_driver_sql(statement)


def test_pages_of_agents_are_for_agents(engine, office):
    for who in (office.manager, CONSOLE):
        with pytest.raises(StoreError, match="for agents only") as caught, reading_as(engine, who) as connection:
            own_villages(connection)
        assert "hanya untuk agen" in caught.value.text("id")


# --- the rules change


def change(engine: sa.Engine, table: sa.Table, who: sa.ColumnElement[bool], **values: object) -> None:
    with writing(engine) as connection:
        connection.execute(sa.update(table).where(who).values(values))


def test_an_assignment_that_begins_or_ends_counts_from_the_next_transaction_on(engine, office):
    link = schema.assignments
    mine = link.c.agent_id == office.a.agent_id
    with reading_as(engine, office.a) as connection:
        assert len(own_villages(connection)) == 2
    for values, villages in (
        ({"to_on": today() - timedelta(days=1)}, []),
        ({"to_on": None, "from_on": today() + timedelta(days=1)}, []),
        ({"from_on": today()}, [OWN[0]]),
        ({"to_on": today()}, [OWN[0]]),  # through the last day
    ):
        change(engine, link, sa.and_(mine, link.c.village_code == OWN[0]), **values)
        change(engine, link, sa.and_(mine, link.c.village_code == OWN[1]), to_on=today() - timedelta(days=1))
        with reading_as(engine, office.a) as connection:
            assert own_villages(connection)["village_code"].tolist() == villages
            for table in (schema.visits, schema.participants, schema.launches):
                assert set(connection.execute(sa.select(table.c.village_code)).scalars()) == set(villages)
        statement = "UPDATE visits SET met = met + 1 RETURNING id"
        assert len(sent(writing_as, engine, office.a, statement)) == len(villages)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (schema.users, {"disabled_at": NOW}),
        (schema.users, {"role": "planner"}),
        (schema.agents, {"left_on": today()}),
        (schema.agents, {"user_id": None}),
    ],
    ids=["disabled", "another role", "left", "another agent"],
)
def test_who_stops_being_an_agent_is_out_at_the_next_transaction(engine, office, table, values):
    key = {schema.users: office.a.user_id, schema.agents: office.a.agent_id}[table]
    change(engine, table, table.c.id == key, **values)
    for give in (reading_as, writing_as):
        with pytest.raises(StoreError, match="is disabled, has another role") as caught, give(engine, office.a):
            pytest.fail("a connection was given")
        assert "tidak aktif" in caught.value.text("id")


def test_another_account_of_the_agent_takes_over_what_the_database_says(engine, office):
    """What was known of a person before does not count: neither the agent nor the role of a principal."""
    stale = replace(office.a, agent_id=office.b.agent_id)
    with reading_as(engine, stale) as connection:
        assert own_villages(connection)["village_code"].tolist() == list(OWN)
    for who in (
        replace(office.a, role="admin"),
        replace(office.planner, role="manager"),
        Principal(999, "", "", "admin"),
    ):
        for give in (reading_as, writing_as):
            with pytest.raises(StoreError, match="another role"), give(engine, who):
                pytest.fail("a connection was given")
    change(engine, schema.users, schema.users.c.id == office.manager.user_id, disabled_at=NOW)
    with pytest.raises(StoreError, match="is disabled"), reading_as(engine, office.manager):
        pytest.fail("a connection was given")


def test_agents_at_once_see_each_their_own(engine, office):
    errors: list[BaseException] = []
    wanted = {office.a: list(OWN), office.b: [OWN[1], OF_B]}
    dusuns = itertools.count()

    def work(who: Principal) -> None:
        try:
            for _ in range(8):
                dusun = f"Dusun {next(dusuns)}"
                with reading_as(engine, who) as connection:
                    assert own_villages(connection)["village_code"].tolist() == wanted[who]
                with writing_as(engine, who) as connection:
                    write_visit(
                        connection, wanted[who][0], visited_on=DAY, dusun=dusun, met=1, interested=0, registered=0
                    )
        except BaseException as error:  # noqa: BLE001 (whatever one of them meets)
            errors.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in (office.a, office.b, office.a, office.b)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with reading(engine) as connection:
        query = sa.select(schema.visits.c.agent_id, sa.func.count()).where(schema.visits.c.met == 1)
        found = dict(map(tuple, connection.execute(query.group_by(schema.visits.c.agent_id)).all()))
    assert found == {office.a.agent_id: 16, office.b.agent_id: 16}


# --- PostgreSQL itself


def test_who_acted_is_not_kept_forever(make_engine):
    engine = make_engine("postgresql")
    for _ in range(12):
        with writing(engine):
            pass
        with reading(engine):
            pass
    with writing(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM actors").scalar_one() == 1
    name = {"relname": "actors"}
    with reading(engine) as connection:
        pages = connection.execute(sa.text("SELECT pg_relation_size(:relname)"), name).scalar_one()
    assert pages <= 2 * 8_192


@pytest.mark.parametrize("make", ["superuser", "bypass", "rules off", "not forced"])
def test_agents_are_not_served_where_the_rules_do_not_bind(make_engine, server, owner, make):
    engine = make_engine("postgresql")
    office = made(engine)
    address = sa.make_url(server).set(database=engine.url.database).render_as_string(hide_password=False)
    role = sa.make_url(owner).username
    key = "store.doctor.no_row_rules" if make in {"rules off", "not forced"} else "store.doctor.above_rules"
    change_ = {
        "bypass": f"ALTER ROLE {role} BYPASSRLS",
        "rules off": "ALTER TABLE visits DISABLE ROW LEVEL SECURITY",
        "not forced": "ALTER TABLE participants NO FORCE ROW LEVEL SECURITY",
    }
    if make != "superuser":
        cluster.execute(address, change_[make])
    try:
        url = engine.url.render_as_string(hide_password=False)
        with opened(address if make == "superuser" else url, Path("unused")) as used:
            for give in (reading_as, writing_as):
                with pytest.raises(StoreError, match="Agents cannot be served") as caught, give(used, office.a):
                    pytest.fail("a connection was given")
            assert "tidak dapat dilayani" in caught.value.text("id")
            found = {finding.key: finding for finding in examine(used, layer=MARK)}
            assert found[key].text("id") != found[key].text("en")
            with reading_as(used, office.manager) as connection:
                assert connection.execute(sa.select(schema.users)).first()
    finally:
        cluster.execute(address, f"ALTER ROLE {role} NOBYPASSRLS")
