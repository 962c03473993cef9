"""A database of revision 0001 with rows: backed up, brought up, its backup restored; on both engines."""

from datetime import date

import pytest
import sqlalchemy as sa

from planner.rights import Principal
from planner.store import migrate, schema
from planner.store.acting import own_villages, reading_as, write_visit, writing_as
from planner.store.backup import backup, differing, restore
from planner.store.doctor import examine
from planner.store.engine import act_as_office, connect, reading, writing
from planner.store.errors import StoreError
from planner.store.revisions import columns_at
from tests.store.sample import KEY, NOW, VILLAGE, upload, user

DAY = date(2026, 11, 2)


@pytest.fixture
def old(dialect, tmp_path, request):
    """A database of revision 0001 with an agent, a village and a visit."""
    url = None if dialect == "sqlite" else request.getfixturevalue("empty_postgresql")
    engine = connect(url, tmp_path / "old" / "records.sqlite")
    if dialect == "sqlite":
        migrate._make_file(tmp_path / "old" / "records.sqlite")
    with writing(engine) as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        migrate.command.upgrade(config, "0001")
        act_as_office(connection, reads=False)
        for table, row in (
            (schema.users, user("agen", role="agent")),
            (schema.agents, {"code": "A-1", "user_id": 1}),
            (schema.agents, {"code": "a-1"}),
            (schema.assignments, {"agent_id": 1, "village_code": VILLAGE, "from_on": DAY}),
            (schema.visits, {"agent_id": 1, "village_code": VILLAGE, "visited_on": DAY, "met": 3, "registered": 1}),
        ):
            known = {column.name for column in columns_at(table, "0001")}
            more = {"written_at": NOW} if table is schema.visits else {}
            values = {name: value for name, value in {**row, **more}.items() if name in known}
            names = ", ".join(values)
            statement = sa.text(f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(f':{n}' for n in values)})")
            typed = [sa.bindparam(name, type_=table.c[name].type) for name in values]
            connection.execute(statement.bindparams(*typed), values)
    yield engine
    engine.dispose()


def test_it_is_backed_up_brought_up_and_restored(old, make_engine, dialect, tmp_path):
    agent = Principal(1, "agen", "Agen", "agent", 1)
    with pytest.raises(StoreError, match="planner db upgrade"):
        migrate.ready(old)
    made = backup(old, tmp_path / "before.zip")
    assert (made.revision, "visit_dates" in made.tables, made.tables["visits"]["rows"]) == ("0001", False, 1)
    assert migrate.upgrade(old) == migrate.Upgrade("0001", migrate.head())
    other = make_engine("sqlite" if dialect == "postgresql" else "postgresql")
    restore(tmp_path / "before.zip", other)
    for engine in (migrate.ready(old), other):
        assert differing(tmp_path / "before.zip", engine) == []
        with writing_as(engine, agent) as connection:
            visit = {"visited_on": DAY, "met": 3, "interested": 0, "registered": 1, "dusun": "II", "entry_key": KEY}
            assert len({write_visit(connection, VILLAGE, **visit) for _ in range(2)}) == 1
        with reading_as(engine, agent) as connection:
            assert own_villages(connection)["last_visit_on"].tolist() == [DAY]
        with reading(engine) as connection:
            assert connection.execute(sa.select(schema.agents.c.home_village_code)).scalars().all() == [None, None]
        assert differing(tmp_path / "before.zip", engine) == ["audit", "visits"]
        with writing(engine) as connection:
            connection.execute(sa.insert(schema.uploads).values(upload(kind="funded")))
            if engine.dialect.name == "sqlite":
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        found = {finding.key: finding for finding in examine(engine, layer="x")}
        assert "A-1, a-1" in found["store.doctor.same_agents"].text("en")
        assert "store.doctor.no_row_rules" not in found


def test_what_an_older_revision_had():
    assert columns_at(schema.visit_dates, "0001") == ()
    assert columns_at(schema.exports, "0002") == ()
    assert "entry_key" not in {column.name for column in columns_at(schema.visits, "0001")}
    assert columns_at(schema.visits, migrate.head()) == tuple(schema.visits.columns)
