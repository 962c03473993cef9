"""The register of exports in the records: kept with its trail, found again, no more than there is room for."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from planner.errors import PlanError
from planner.export_shelf import LARGEST_KEPT, Exported
from planner.provenance import Stamp
from planner.rights import CONSOLE, Principal
from planner.store import exports as store_exports
from planner.store import schema
from planner.store.backup import backup, differing, restore
from planner.store.engine import reading, writing
from planner.store.exports import ExportRecords
from tests.store.sample import HARD, NOW, user

ASKED = {"regions": ("16.02",), "village": None, "name": HARD}


def stamp(**changes):
    parts = {"kind": "list", "format": ".xlsx", "language": "id", "made_on": date(2026, 11, 23), "fingerprint": "ab"}
    return Stamp(**{**parts, "plan": HARD, "plan_sha256": "c" * 64, "asked": ASKED, **changes})


@pytest.fixture
def boss(engine):
    with writing(engine) as connection:
        made = connection.execute(sa.insert(schema.users).values(user())).inserted_primary_key
    return Principal(made[0], "manajer", "Manajer", "manager")


def test_what_was_exported_is_found_by_its_bytes_and_its_number(engine, boss):
    console, office = ExportRecords(engine, CONSOLE), ExportRecords(engine, boss)
    console.keep(stamp(), Exported.of(b"first"))
    office.keep(stamp(plan="Musi"), Exported.of(b"second"))
    office.keep(stamp(), Exported.of(b"first"))
    newest, older = office.found(Exported.of(b"first").sha256)
    assert [(one.by, one.size, one.kept) for one in (newest, older)] == [("manajer", 5, True), ("console", 5, True)]
    assert newest.stamp.id == older.stamp.id == stamp().id
    assert newest.stamp.asked == stamp().record()["asked"]
    assert abs((datetime.now(UTC) - newest.made_at).total_seconds()) < 60
    assert [one.stamp.plan for one in office.last()] == [HARD, "Musi", HARD]
    assert [one.stamp.plan for one in office.last(1)] == [HARD]
    assert [one.stamp.plan for one in office.by_number(stamp(plan="Musi").id)] == ["Musi"]
    assert office.content_of(newest.sha256) == b"first"
    assert office.found("0" * 64) == []
    assert office.content_of("0" * 64) is None
    assert office.where


def test_the_trail_tells_who_exported_what(engine, boss):
    ExportRecords(engine, boss).keep(stamp(asked={"regions": ["16.02"]}), Exported.of(b"first"))
    with reading(engine) as connection:
        (row,) = connection.execute(sa.select(schema.audit))
    assert (row.who, row.what, row.entity, row.entity_key, row.before) == (
        "manajer",
        "export.made",
        "exports",
        "1",
        None,
    )
    told = {"document": "list", "format": ".xlsx", "plan": HARD, "regions": ["16.02"]}
    assert row.after == {**told, "sha256": Exported.of(b"first").sha256}


def test_the_same_content_is_kept_once_and_a_large_one_not_at_all(engine):
    shelf = ExportRecords(engine, CONSOLE)
    for content in (b"first", b"first", b"x" * (LARGEST_KEPT + 1)):
        shelf.keep(stamp(), Exported.of(content))
    assert [one.kept for one in shelf.last()] == [False, True, True]
    with reading(engine) as connection:
        lengths = connection.execute(sa.select(sa.func.length(schema.exports.c.content)).order_by(schema.exports.c.id))
        assert lengths.scalars().all() == [5, None, None]


def test_the_oldest_contents_go_where_all_are_too_many(engine, monkeypatch):
    monkeypatch.setattr(store_exports, "KEPT_IN_ALL", 10)
    shelf = ExportRecords(engine, CONSOLE)
    for content in (b"aaaa", b"bbbb", b"cccc"):
        shelf.keep(stamp(), Exported.of(content))
    assert [one.kept for one in shelf.last()] == [True, True, False]
    assert shelf.content_of(Exported.of(b"aaaa").sha256) is None


def test_who_was_disabled_meanwhile_takes_nothing_away(engine, boss):
    with writing(engine) as connection:
        connection.execute(sa.update(schema.users).values(disabled_at=NOW))
    with pytest.raises(PlanError, match="session has ended") as caught:
        ExportRecords(engine, boss).keep(stamp(), Exported.of(b"first"))
    assert "masuk lagi" in caught.value.text("id")
    assert ExportRecords(engine, CONSOLE).last() == []


def test_files_come_back_from_a_backup_of_either_engine(make_engine, dialect, tmp_path):
    first, other = make_engine(dialect), make_engine({"sqlite": "postgresql", "postgresql": "sqlite"}[dialect])
    contents = [bytes([n]) * n for n in range(10)]
    for content in contents:
        ExportRecords(first, CONSOLE).keep(stamp(), Exported.of(content))
    backup(first, tmp_path / "records.zip")
    restore(tmp_path / "records.zip", other)
    assert differing(tmp_path / "records.zip", other) == []
    assert ExportRecords(other, CONSOLE).last() == ExportRecords(first, CONSOLE).last()
    assert [ExportRecords(other, CONSOLE).content_of(Exported.of(one).sha256) for one in contents] == contents
