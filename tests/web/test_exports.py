"""Every file that a page gives away is written down under who took it."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from geodata.paths import Paths
from planner.errors import PlanError
from planner.export_folder import ExportFolder
from planner.provenance import Stamp
from planner.rights import CONSOLE, LAPTOP, Principal
from planner.store import schema
from planner.store.engine import VARIABLE, connect, writing
from planner.store.exports import ExportRecords
from planner.store.migrate import upgrade
from planner.web import exports
from planner.web import records as web_records
from planner.web.visitor import SignedOutError

STAMP = Stamp("list", ".csv", "id", date(2026, 11, 23), "ab")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path


@pytest.fixture
def records(home):
    engine = connect(None, Paths.of(home).records)
    upgrade(engine)
    yield engine
    web_records._engine.cache_clear()
    engine.dispose()


def test_a_laptop_without_records_keeps_its_own_register(home):
    assert exports.kept(STAMP, b"a list") == b"a list"
    (entry,) = ExportFolder(Paths.of(home).exports, "console").last()
    assert (entry.by, entry.stamp) == (LAPTOP.login, STAMP)


def test_with_records_it_stands_under_the_account(records):
    with writing(records) as connection:
        row = {"login": "siti", "name": "Siti", "role": "agent", "created_at": datetime.now(UTC)}
        (user,) = connection.execute(sa.insert(schema.users).values(row)).inserted_primary_key
    assert exports.kept(STAMP, b"a list", by=Principal(user, "siti", "Siti", "agent", 1)) == b"a list"
    (entry,) = ExportRecords(records, CONSOLE).last()
    assert (entry.by, entry.stamp, entry.kept) == ("siti", STAMP, True)


def test_nothing_leaves_where_nobody_is_signed_in(records):
    with pytest.raises(SignedOutError):
        exports.kept(STAMP, b"a list")
    with pytest.raises(PlanError, match="session has ended"):
        exports.kept(STAMP, b"a list", by=Principal(99, "gone", "", "manager"))
    assert ExportRecords(records, CONSOLE).last() == []
