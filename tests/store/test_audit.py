"""The audit trail grows only, and only with what it tells of."""

import pytest
import sqlalchemy as sa

from planner.store import schema
from planner.store.audit import record
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from tests.store.sample import fill

FORBIDDEN = {
    "update": "UPDATE audit SET who = 'nobody'",
    "delete": "DELETE FROM audit",
    "one": "DELETE FROM audit WHERE id = 1",
}
SQLITE = {
    "replace": "INSERT OR REPLACE INTO audit (id, at, who, what, entity, entity_key) VALUES (1, '', 'x', '', '', '')",
    "upsert": "INSERT INTO audit (id, at, who, what, entity, entity_key) VALUES (1, '', 'x', '', '', '') "
    "ON CONFLICT (id) DO UPDATE SET who = 'x'",
}
POSTGRESQL = {"truncate": "TRUNCATE audit", "cascade": "TRUNCATE users, audit CASCADE"}


def trail(engine):
    with reading(engine) as connection:
        return connection.execute(sa.select(schema.audit).order_by(schema.audit.c.id)).all()


def test_a_record_tells_who_what_when_before_and_after(engine):
    with writing(engine) as connection:
        record(
            connection, "ani", "launch.moved", entity="launches", key=3, before={"step": "mou"}, after={"step": "h30"}
        )
    (row,) = trail(engine)
    assert (row.who, row.what, row.entity, row.entity_key) == ("ani", "launch.moved", "launches", "3")
    assert (row.before, row.after) == ({"step": "mou"}, {"step": "h30"})
    assert row.at.utcoffset().total_seconds() == 0


def test_nothing_changes_or_removes_what_was_recorded(engine, dialect):
    fill(engine)
    before = trail(engine)
    for name, statement in {**FORBIDDEN, **(SQLITE if dialect == "sqlite" else POSTGRESQL)}.items():
        with pytest.raises(StoreError, match="audit_only_grows"), writing(engine) as connection:
            connection.exec_driver_sql(statement)
        assert trail(engine) == before, name


def test_a_change_that_fails_leaves_no_record(engine):
    def change():
        with writing(engine) as connection:
            record(connection, "ani", "office.made", entity="offices", key=1, after={"name": "x"})
            connection.execute(sa.insert(schema.offices).values(name="x", kind="castle"))

    with pytest.raises(StoreError, match="ck_offices_kind"):
        change()
    assert trail(engine) == []
