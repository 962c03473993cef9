"""Row rules: whatever SQL an agent's connection is sent, only own villages are seen and changed. Both engines."""

import itertools
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from planner.rights import CONSOLE, LAPTOP, Principal
from planner.store import rights_agent, rights_cursor, rights_postgresql, rights_sqlite, schema
from planner.store.acting import own_villages, reading_as, write_visit, writing_as
from planner.store.engine import connect, opened, reading, writing
from planner.store.errors import StoreError
from planner.store.rights_agent import checked, today
from tests.store import cluster
from tests.store.agents import DAY, ENDED, FAR, FOREIGN, LATER, MARK, NOW, OF_B, OWN, Office, foreign, made, objects

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
    "exists": f"SELECT {SEEN.format('participants WHERE active = 777')}",
    "exists correlated": f"SELECT a.id, {SEEN.format('visits v WHERE v.agent_id <> a.id')} FROM agents a",
    "order by": "SELECT id FROM visits ORDER BY (SELECT password_hash FROM users WHERE login = 'agen.a')",
    "error": "SELECT 1 / (met - 777) FROM visits",
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
    "steps": "SELECT s.evidence, l.evidence FROM launch_steps s LEFT JOIN launches l ON l.id = s.launch_id",
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
BY_ROWS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


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
    except StoreError as error:
        assert error.text("id") != error.text("en")
        return []
    except (sqlite3.Error, psycopg.Error) as error:  # the driver itself, below SQLAlchemy
        assert raw, error
        assert MARK not in str(error)
        return []


def assert_nothing_happened(engine: sa.Engine, a: Principal, before: tuple[object, ...]) -> None:
    assert (foreign(engine, a), objects(engine)) == before
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
    assert "777" not in repr(rows), name
    assert not [village for village in FOREIGN if village in repr(rows)], name


@pytest.mark.parametrize("raw", [False, True], ids=["sqlalchemy", "driver"])
def test_no_statement_of_an_agent_sees_or_changes_what_is_not_the_agents(engine, office, raw):
    before = (foreign(engine, office.a), objects(engine))
    for (name, statement), give in itertools.product(HOSTILE.items(), (reading_as, writing_as)):
        assert_hidden(sent(give, engine, office.a, statement, raw=raw), name)
        if name.startswith("write") and give is writing_as:
            assert_nothing_happened(engine, office.a, before)
    assert_nothing_happened(engine, office.a, before)


def test_who_does_not_work_or_is_nobody_sees_and_changes_nothing_at_all(engine, office):
    gone = Principal(999, "gone", "", "agent", 1)
    pretending = replace(office.planner, role="agent", agent_id=office.a.agent_id)
    nobody = Principal(None, "nobody", "", "agent", office.a.agent_id)
    people = (None, nobody, office.disabled, office.left, gone, pretending)
    before = (foreign(engine, office.a), objects(engine))
    for (name, statement), give in itertools.product(HOSTILE.items(), (reading_as, writing_as)):
        for who in people:
            assert sent(give, engine, who, statement) == [], (name, who)
    assert_nothing_happened(engine, office.a, before)


def test_the_same_reads_show_everything_to_the_office(engine, office):
    """What is hidden from the agent is there to be seen: the tests above can fail."""
    shown = 0
    for who in (office.planner, office.manager, office.admin, CONSOLE, LAPTOP):
        with reading_as(engine, who) as connection:
            for table in schema.metadata.sorted_tables:
                rows = repr(connection.execute(sa.select(table)).all())
                assert MARK in rows or OF_B in rows, table.name
            villages = set(connection.execute(sa.select(schema.assignments.c.village_code)).scalars())
            assert villages == {*OWN, *FOREIGN}
    for name in ("all visits", "union", "exists", "password", "session", "trail", "plans", "undone", "row", "steps"):
        shown += MARK in repr(sent(reading_as, engine, office.manager, READS[name]))
    assert shown >= 9
