"""Upgrades: new, repeated, at once, by an older or a newer program."""

import os
import stat
import threading

import pytest
import sqlalchemy as sa

from planner.store import migrate, schema
from planner.store.engine import connect, opened, reading, writing
from planner.store.errors import StoreError, StoreMachineError
from planner.store.migrate import Upgrade, head, ready, standing, upgrade
from tests.store import cluster


@pytest.fixture
def new(dialect, tmp_path, request):
    """A database without tables; with SQLite not even a file."""
    url = None if dialect == "sqlite" else request.getfixturevalue("empty_postgresql")
    with opened(url, tmp_path / "a folder 100% ü" / "records.sqlite") as engine:
        yield engine


def tables(engine):
    with engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_an_upgrade_makes_the_tables_and_a_second_one_changes_nothing(new):
    assert upgrade(new) == Upgrade(None, head())
    beside = {"alembic_version"} if new.dialect.name == "sqlite" else {"alembic_version", "actors"}
    assert tables(new) == {*schema.metadata.tables, *beside}
    assert upgrade(new) == Upgrade(head(), head())
    assert ready(new) is new


def test_many_upgrades_at_once_make_the_tables_once(new):
    results, errors = [], []

    def work():
        try:
            results.append(upgrade(new).before)
        except Exception as error:  # noqa: BLE001 (whatever one of them meets)
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(results, key=str) == [*[head()] * 3, None]


def test_an_upgrade_that_fails_leaves_nothing(new, monkeypatch):
    def broken(config, revision):
        config.attributes["connection"].exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise StoreError("store.rule", rule="broken")

    monkeypatch.setattr(migrate.command, "upgrade", broken)
    with pytest.raises(StoreError, match="broken"):
        upgrade(new)
    assert tables(new) == set()


@pytest.mark.skipif(os.name == "nt", reason="rights of files are of POSIX")
def test_only_the_owner_can_read_the_files(tmp_path):
    before = os.umask(0)
    try:
        with opened(None, tmp_path / "records.sqlite") as engine:
            upgrade(engine)
            files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert files == dict.fromkeys(("records.sqlite", "records.sqlite-wal", "records.sqlite-shm"), 0o600)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    file = tmp_path / "file" / "records.sqlite"
    with opened(None, file) as engine, pytest.raises(StoreMachineError, match="cannot be opened") as caught:
        upgrade(engine)
    assert "tidak dapat dibuka" in caught.value.text("id")


def set_revision(engine, revision):
    with writing(engine) as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def test_a_database_of_a_newer_program_is_refused_and_left_alone(engine):
    set_revision(engine, "9999")
    for work in (ready, upgrade):
        with pytest.raises(
            StoreError, match=r"newer version of the program \(revision 9999; .* up to 0004\)"
        ) as caught:
            work(engine)
        assert "lebih baru" in caught.value.text("id")
    with reading(engine) as connection:
        assert migrate.revision_of(connection) == "9999"


def test_a_database_without_our_tables_must_be_upgraded_first(new, dialect):
    if dialect == "sqlite":
        migrate._make_file(migrate.Path(str(new.url.database)))
    with pytest.raises(StoreError, match="planner db upgrade") as caught:
        ready(new)
    assert "belum sesuai dengan versi program" in caught.value.text("id")
    with pytest.raises(StoreError, match="planner db upgrade"), reading(new) as connection:
        connection.execute(sa.select(schema.users))


def test_standing():
    assert [standing(revision) for revision in (None, head(), "9999")] == ["old", "current", "newer"]


def test_postgis_beside_our_tables_does_no_harm(server, empty_postgresql, tmp_path):
    engine = connect(empty_postgresql, tmp_path)
    with engine.connect() as connection:
        known = connection.exec_driver_sql("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'").scalar()
        if not known:
            engine.dispose()
            pytest.skip("no PostGIS for the tests: install postgresql-15-postgis-3 (Debian)")
    superuser = sa.make_url(server).set(database=sa.make_url(empty_postgresql).database)
    cluster.execute(superuser.render_as_string(hide_password=False), "CREATE EXTENSION postgis")
    upgrade(engine)
    assert {*schema.metadata.tables, "spatial_ref_sys"} <= tables(engine)
    ready(engine)
    engine.dispose()
