"""Connections: what a user is told when one fails; reading and writing."""

import re
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from planner.store import engine as module
from planner.store import schema
from planner.store.engine import VARIABLE, connect, opened, reading, writing
from planner.store.errors import StoreError, StoreMachineError
from planner.store.migrate import ready
from planner.store.trouble import place_of, told
from tests.store.sample import NOW

SECRET = "s3cr3t-p%40ss"


def office(name="x"):
    return sa.insert(schema.offices).values(name=name, kind="branch")


def count(engine):
    with reading(engine) as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(schema.offices)).scalar_one()


def whole_chain(error):
    while error is not None:
        yield str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://planner:{SECRET}@host/records",
        f"postgresql+asyncpg://planner:{SECRET}@host/records",
        f"postgresql://planner:{SECRET}@host:port/records",
        f"postgresql://planner:{SECRET}@host",
        f"planner {SECRET}",
        "sqlite:///records.sqlite",
    ],
)
def test_an_address_that_is_no_postgresql_is_refused_without_repeating_it(url, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(StoreError, match=r"does not hold the address of a PostgreSQL database") as caught:
        connect(None, tmp_path / "records.sqlite")
    assert "bukan alamat basis data PostgreSQL" in caught.value.text("id")
    assert not [line for line in whole_chain(caught.value) if "s3cr3t" in line]


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_that_does_not_answer_is_told_without_the_password(scheme, tmp_path):
    silent = r"127\.0\.0\.1:9/records cannot be reached: .*refused"
    url = f"{scheme}://planner:{SECRET}@127.0.0.1:9/records"
    with opened(url, tmp_path) as engine, pytest.raises(StoreMachineError, match=silent) as caught:
        count(engine)
    assert "tidak dapat dihubungi" in caught.value.text("id")
    assert caught.value.exit_code == 3
    assert not [line for line in whole_chain(caught.value) if "s3cr3t" in line]


def test_a_database_or_user_that_the_server_lacks_is_told(server, tmp_path):
    for changes in ({"database": "not_there"}, {"username": "nobody_there"}):
        url = sa.make_url(server).set(drivername="postgresql", **changes).render_as_string(hide_password=False)
        with opened(url, tmp_path) as engine, pytest.raises(StoreMachineError, match=r"cannot be reached: .*_there"):
            count(engine)


def test_a_missing_driver_is_told(tmp_path, monkeypatch):
    def missing(*_args, **_options):
        raise ModuleNotFoundError("psycopg")

    monkeypatch.setattr(module.sa, "create_engine", missing)
    with pytest.raises(StoreMachineError, match=r"pip install 'desa-sadar-planner\[postgres\]'") as caught:
        connect("postgresql://host/records", tmp_path)
    assert "belum terpasang" in caught.value.text("id")


def test_looking_into_an_empty_folder_makes_no_database(tmp_path):
    with (
        opened(None, tmp_path / "records.sqlite") as engine,
        pytest.raises(StoreError, match="no database at") as caught,
    ):
        count(engine)
    assert "Belum ada basis data" in caught.value.text("id")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_database_is_told(tmp_path):
    file = tmp_path / "records.sqlite"
    file.write_bytes(b"a letter to the office" * 100)
    with opened(None, file) as engine, pytest.raises(StoreMachineError, match="damaged, or no database") as caught:
        ready(engine)
    assert "rusak atau bukan basis data" in caught.value.text("id")
    assert file.read_bytes() == b"a letter to the office" * 100


def test_a_folder_in_place_of_the_file_is_told(tmp_path):
    with opened(None, tmp_path) as engine, pytest.raises(StoreMachineError, match="cannot be opened") as caught:
        count(engine)
    assert "tidak dapat dibuka" in caught.value.text("id")


def test_reading_cannot_write_and_writing_afterwards_can(engine):
    with pytest.raises(StoreMachineError, match="can only be read") as caught, reading(engine) as connection:
        connection.execute(office())
    assert "hanya dapat dibaca" in caught.value.text("id")
    with writing(engine) as connection:
        connection.execute(office())
    assert count(engine) == 1


def test_reading_sees_one_moment_while_others_write(engine):
    with reading(engine) as connection:
        query = sa.select(sa.func.count()).select_from(schema.offices)
        assert connection.execute(query).scalar_one() == 0
        with writing(engine) as other:
            other.execute(office())
        assert connection.execute(query).scalar_one() == 0
    assert count(engine) == 1


def test_a_block_that_fails_keeps_nothing_and_its_own_error_goes_through(engine):
    def change():
        with writing(engine) as connection:
            connection.execute(office())
            raise KeyError("own")

    with pytest.raises(KeyError, match="own"):
        change()
    assert count(engine) == 0


def test_a_writer_that_waits_too_long_is_told(engine, dialect, monkeypatch, make_engine):
    monkeypatch.setattr(module, "_BUSY_S", 0.05)
    with writing(engine) as connection:
        connection.execute(office())
        lock = "SELECT 1" if dialect == "sqlite" else "LOCK TABLE offices"
        connection.exec_driver_sql(lock)
        url = None if dialect == "sqlite" else engine.url.render_as_string(hide_password=False)
        other = connect(url, Path(str(engine.url.database)))
        with pytest.raises(StoreMachineError, match="in use by another process") as caught, writing(other) as late:
            late.execute(office("late"))
        other.dispose()
    assert "sedang dipakai proses lain" in caught.value.text("id")
    assert count(engine) == 1


def test_a_writer_that_waits_long_enough_writes(make_engine):
    """The first attempts to begin may fail; the next one succeeds."""
    engine = make_engine("sqlite")
    attempts = []
    begin = sa.Connection.begin

    class Busy(sqlite3.OperationalError):
        sqlite_errorcode = sqlite3.SQLITE_BUSY

    def slow(connection):
        attempts.append(connection)
        if len(attempts) < 3:
            raise exc.OperationalError("BEGIN IMMEDIATE", None, Busy("database is locked"))
        return begin(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa.Connection, "begin", slow)
        with writing(engine) as connection:
            connection.execute(office())
    assert len(attempts) == 3
    assert count(engine) == 1


def test_sqlite_is_kept_as_promised(make_engine):
    with writing(make_engine("sqlite")) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "trusted_schema")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "trusted_schema": 0,
    }


class ServerError(Exception):
    def __init__(self, sqlstate):
        super().__init__("what the server says")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("53100", "The disk of database .* is full"),
        ("25006", "can only be read"),
        ("42501", "can only be read"),
        ("55P03", "in use by another process"),
        ("40P01", "in use by another process"),
        ("42P01", "not yet at the version"),
        ("57P01", "cannot be reached: what the server says"),
        ("XX001", "damaged"),
        ("42703", "failed to do what was asked: what the server says"),
    ],
)
def test_what_a_server_says_is_told_in_words(state, said):
    engine = sa.create_engine("postgresql+psycopg://planner:x@host:5433/records")
    error = told(exc.OperationalError("SELECT", None, ServerError(state)), engine)
    assert re.search(said, str(error))
    assert "host:5433/records" in str(error)
    assert error.text("id") != str(error)


def test_a_password_in_what_a_server_says_is_covered():
    engine = sa.create_engine(f"postgresql+psycopg://planner:{SECRET}@host/records")
    error = exc.InterfaceError("SELECT", None, ServerError(None))
    error.orig.args = (f"bad connection string 'password={engine.url.password}'",)
    assert "s3cr3t" not in str(told(error, engine))
    assert "password=***" in str(told(error, engine))
    assert place_of(engine) == "host/records"


def test_no_values_stand_in_what_the_driver_says(engine):
    secret = sa.insert(schema.users).values(login="a", name="b", role="c", created_at=NOW, password_hash="h4sh")
    with pytest.raises(StoreError) as caught, writing(engine) as connection:
        connection.execute(secret)
    assert not [line for line in whole_chain(caught.value) if "h4sh" in line and "DETAIL" not in line]
