"""The schema: the same from migrations and from code, on both engines; what it refuses."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from planner.store import schema
from planner.store.engine import connect, reading, writing
from planner.store.errors import StoreError
from tests.store.sample import HARD, NOW, OTHER, VILLAGE, fill, upload, user


def test_migrations_make_the_tables_of_the_schema(engine):
    with reading(engine) as connection:
        ours = {"include_name": lambda name, kind, _parents: kind != "table" or name != "actors"}
        options = {"compare_type": True, "compare_server_default": True, **ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []


def conditions(engine):
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {
            (table, check["name"], check["sqltext"])
            for table in schema.metadata.tables
            for check in inspector.get_check_constraints(table)
        }


def test_migrations_make_the_conditions_and_partial_indexes_of_the_schema(engine, dialect, tmp_path, request):
    if dialect == "sqlite":
        other = sa.create_engine(f"sqlite:///{tmp_path / 'other.sqlite'}")
    else:
        other = connect(request.getfixturevalue("empty_postgresql"), tmp_path)
    schema.metadata.create_all(other)
    assert conditions(engine) == conditions(other)
    assert len(conditions(engine)) >= 40
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if dialect == "sqlite"
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "AND tablename NOT IN ('alembic_version', 'actors')"
    )
    found = []
    for each in (engine, other):
        with each.connect() as connection:
            found.append({tuple(row) for row in connection.exec_driver_sql(query)})
    other.dispose()
    assert found[0] == found[1]
    assert sum("WHERE" in definition for _, definition in found[0]) == 4


def test_every_table_takes_rows_and_gives_them_back(engine):
    fill(engine)
    with reading(engine) as connection:
        for table in schema.metadata.sorted_tables:
            assert connection.execute(sa.select(table)).all(), table.name
        row = connection.execute(sa.select(schema.uploads).where(schema.uploads.c.status == "undone")).one()
        assert row.undone_at == NOW + timedelta(microseconds=1)
        assert row.undone_at.tzinfo is UTC
        assert row.file_name == HARD
        record, summary = connection.execute(sa.select(schema.plans.c.record, schema.plans.c.summary)).one()
        assert record == f'{{"name": "{HARD}"}}'
        assert summary == {"weights": [0.1, 1.0, 1e-7, 1e22], "name": HARD, "nothing": None, "large": 2**60}
        assert connection.execute(sa.select(schema.participants.c.month)).scalars().first() == date(2026, 10, 1)


def participant(**changes):
    row = {"upload_id": 1, "village_code": VILLAGE, "month": date(2026, 10, 1), "segment": "BPU"}
    return {**row, "active": 1, "inactive": 0, **changes}


def visit(**changes):
    row = {"agent_id": 1, "village_code": VILLAGE, "visited_on": date(2026, 11, 1), "written_at": NOW}
    return {**row, "met": 2, "interested": 1, "registered": 1, **changes}


REFUSED = {
    "role": (schema.users, user("x", role="boss"), "ck_users_role"),
    "login": (schema.users, user(" "), "ck_users_login"),
    "login twice": (schema.users, user("MANAJER"), "users.login|uq_users_login"),
    "negative": (schema.participants, participant(active=-1), "ck_participants_active"),
    "segment": (schema.participants, participant(segment="bpu"), "ck_participants_segment"),
    "not a first day": (schema.participants, participant(month=date(2026, 10, 2)), "ck_participants_month"),
    "village code": (schema.participants, participant(village_code="1602032001"), "ck_participants_village_code"),
    "no upload": (schema.participants, participant(upload_id=99), "FOREIGN KEY|fk_participants_upload_id"),
    "rows add up": (schema.uploads, upload("c" * 64, rows_in=4), "ck_uploads_rows_add_up"),
    "same file": (schema.uploads, upload(), "uploads.kind, uploads.sha256|uq_uploads_once"),
    "undone without time": (schema.uploads, upload("c" * 64, status="undone"), "ck_uploads_undone"),
    "kind": (schema.uploads, upload("c" * 64, kind="photos"), "ck_uploads_kind"),
    "more than met": (schema.visits, visit(registered=3), "ck_visits_met_most"),
    "step": (
        schema.launches,
        {"village_code": OTHER, "status": "open", "step": "party", "created_at": NOW, "changed_at": NOW},
        "ck_launches_step",
    ),
    "two launches": (
        schema.launches,
        {"village_code": VILLAGE, "status": "open", "step": "mou", "created_at": NOW, "changed_at": NOW},
        "launches.village_code|uq_launches_open",
    ),
    "met nobody knows whom": (
        schema.launch_steps,
        {"launch_id": 1, "step": "sosialisasi", "reached_on": date(2026, 1, 1), "reached_at": NOW, "met": 3},
        "ck_launch_steps_dusun",
    ),
    "end before begin": (
        schema.assignments,
        {"agent_id": 1, "village_code": VILLAGE, "from_on": date(2026, 2, 1), "to_on": date(2026, 1, 1)},
        "ck_assignments_to_on",
    ),
    "twice assigned": (
        schema.assignments,
        {"agent_id": 1, "village_code": VILLAGE, "from_on": date(2026, 2, 1)},
        "assignments.agent_id, assignments.village_code|uq_assignments_open",
    ),
    "no reason": (
        schema.launch_steps,
        {
            "launch_id": 1,
            "step": "mou",
            "reached_on": date(2026, 1, 1),
            "reached_at": NOW,
            "override_reason": "",
        },
        "ck_launch_steps_override_reason",
    ),
}


def write(engine, *statements):
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_breaks_a_rule_is_refused_with_its_name_and_nothing_is_kept(engine):
    fill(engine)
    for case, (table, row, rule) in REFUSED.items():
        with pytest.raises(StoreError, match=rule) as caught:
            write(
                engine,
                sa.insert(schema.offices).values(name=f"kept? {case}", kind="branch"),
                sa.insert(table).values(row),
            )
        assert "aturan basis data" in caught.value.text("id"), case
        assert caught.value.exit_code == 1
    with reading(engine) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.offices)).scalar_one() == 1


@pytest.mark.parametrize("text", ["a\0b", "half \ud800"])
def test_a_text_that_one_engine_cannot_hold_is_refused_by_both(engine, text):
    with pytest.raises(StoreError, match="cannot be kept") as caught, writing(engine) as connection:
        connection.execute(sa.insert(schema.offices).values(name=text, kind="branch"))
    assert "tidak dapat disimpan" in caught.value.text("id")


def test_other_kinds_of_values_do_not_get_into_sqlite(make_engine):
    engine = make_engine("sqlite")
    with pytest.raises(StoreError, match="rule"), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO layers VALUES ('x', 'many', '2026')")


def test_a_login_is_found_however_it_is_written(engine):
    fill(engine)
    query = sa.select(schema.users.c.id)
    with reading(engine) as connection:
        found = {
            connection.execute(query.where(schema.users.c.login == login)).scalar()
            for login in ("agen.satu", " AGEN.Satu ")
        }
    assert found == {2}


def test_times_are_kept_in_utc_and_days_are_no_times(engine):
    jakarta = datetime(2026, 11, 22, 0, 30, tzinfo=timezone(timedelta(hours=7)))
    with writing(engine) as connection:
        connection.execute(sa.insert(schema.layers).values(fingerprint="x", villages=1, added_at=jakarta))
        assert connection.execute(sa.select(schema.layers.c.added_at)).scalar_one() == jakarta
        earlier = sa.select(schema.layers.c.fingerprint).where(schema.layers.c.added_at < NOW)
        assert connection.execute(earlier).scalars().all() == ["x"]
    for column, value in (("added_at", datetime(2026, 1, 1)), ("added_at", "now")):  # noqa: DTZ001
        with (
            pytest.raises((StoreError, sa.exc.StatementError, TypeError, AttributeError)),
            engine.connect() as connection,
        ):
            connection.execute(sa.insert(schema.layers).values(fingerprint="y", villages=1, **{column: value}))
    with pytest.raises(StoreError), writing(engine) as connection:
        connection.execute(sa.insert(schema.participants).values(participant(month=NOW)))
