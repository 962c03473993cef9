"""``planner db``: what it prints, its exit codes, on both engines."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from planner.cli import db, main
from planner.store import schema
from planner.store.backup import backup
from planner.store.engine import VARIABLE, opened, writing
from planner.store.migrate import head
from tests.store.sample import fill


@pytest.fixture
def place(dialect, tmp_path, monkeypatch, request):
    """The database of the commands, without tables yet; nothing, or the address of a server."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(db, "_fingerprint", lambda _session: "a")
    if dialect == "sqlite":
        return None
    monkeypatch.setenv(VARIABLE, request.getfixturevalue("empty_postgresql"))
    return request.getfixturevalue("empty_postgresql")


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_from_nothing_to_a_verified_backup(place, dialect, capsys, tmp_path, make_engine):
    file = tmp_path / "office.zip"
    code, _, err = run(capsys, "db", "backup", file)
    assert code == 1, err
    assert "planner db upgrade" in err
    code, out, _ = run(capsys, "db", "upgrade", "--json")
    assert code == 0
    assert {key: json.loads(out)[key] for key in ("before", "after")} == {"before": None, "after": head()}
    code, _, err = run(capsys, "db", "upgrade")
    assert "sudah sesuai" in err
    source = make_engine(dialect)
    fill(source)
    made = backup(source, file)
    code, out, err = run(capsys, "db", "restore", file, "--verify", "--json")
    assert code == 0, err
    assert json.loads(out)["verified"] is True
    assert json.loads(out)["tables"] == made.tables
    code, _, err = run(capsys, "db", "backup", tmp_path / "again.zip", "--lang", "en")
    assert code == 0
    assert f"{made.rows} rows backed up" in err
    code, _, err = run(capsys, "db", "restore", file)
    assert code == 1
    assert "sudah berisi data" in err
    assert "Traceback" not in err


def test_restore_tells_what_it_did(place, capsys, tmp_path, make_engine, dialect):
    source = make_engine(dialect)
    fill(source)
    made = backup(source, tmp_path / "office.zip")
    run(capsys, "db", "upgrade")
    code, out, err = run(capsys, "db", "restore", tmp_path / "office.zip", "--verify", "--lang", "en")
    assert (code, out) == (0, "")
    assert f"{made.rows} rows of the backup" in err
    assert f"{len(made.tables)} tables are exactly those" in err


def test_restore_says_where_the_database_differs(capsys, tmp_path, make_engine, monkeypatch):
    """A database whose rows come back changed cannot be made; what is told of one can."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    backup(make_engine("sqlite"), tmp_path / "office.zip")
    run(capsys, "db", "upgrade")
    monkeypatch.setattr(db.backups, "differing", lambda _file, _engine: ["plans", "audit"])
    code, _, err = run(capsys, "db", "restore", tmp_path / "office.zip", "--verify", "--lang", "en")
    assert code == 1
    assert "differs from backup office.zip in the tables: plans, audit" in err


def test_the_doctor_ends_with_1_at_a_fault_only(place, capsys, tmp_path):
    run(capsys, "db", "upgrade")
    code, out, err = run(capsys, "db", "doctor")
    assert code == 0, out
    assert out.count("Baik: ") >= 3
    assert "0 kesalahan" in err
    with opened(place, tmp_path / "data" / "records.sqlite") as engine, writing(engine) as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
    code, out, _ = run(capsys, "db", "doctor", "--json", "--lang", "en")
    assert code == 1
    levels = {finding["key"]: finding["level"] for finding in json.loads(out)["findings"]}
    assert levels["store.not_migrated"] == "fault"


def test_an_upgrade_from_an_older_revision_says_so(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(db, "bring_up", lambda _engine: db.health and type("Done", (), {"before": "1", "after": "2"})())
    code, _, err = run(capsys, "db", "upgrade", "--lang", "en")
    assert code == 0
    assert "brought from revision 1 to 2" in err


def test_an_unreadable_layer_is_told_by_the_doctor(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    run(capsys, "db", "upgrade")
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "villages.parquet").write_bytes(b"no layer")
    code, out, _ = run(capsys, "db", "doctor", "--lang", "en")
    assert code == 1
    assert "Fault: The village layer cannot be read." in out


def test_a_wrong_address_is_told_without_its_password(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    for url in ("mysql://me:s3cr3t@host/x", "postgresql://me:s3cr3t@127.0.0.1:9/x"):
        monkeypatch.setenv(VARIABLE, url)
        for command in (("upgrade",), ("doctor",), ("backup", tmp_path / "x.zip"), ("restore", tmp_path / "x.zip")):
            code, out, err = run(capsys, "db", *command)
            assert code in {1, 3}
            assert "s3cr3t" not in out + err
            assert "Traceback" not in out + err
    assert list(Path(tmp_path).iterdir()) == []


def test_the_schema_is_what_the_commands_made(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    run(capsys, "db", "upgrade")
    with opened(None, tmp_path / "records.sqlite") as engine, engine.connect() as connection:
        assert set(schema.metadata.tables) < set(sa.inspect(connection).get_table_names())
