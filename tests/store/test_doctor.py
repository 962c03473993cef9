"""The doctor: every finding, in both languages, from a real database wherever one can be made so."""

import os
import shutil
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from planner.store import doctor, schema
from planner.store.doctor import examine
from planner.store.engine import opened, writing
from planner.store.mounts import network_kind, network_mount, synced_by
from tests.store.sample import NOW, fill


class Disk(NamedTuple):
    total: int
    used: int
    free: int


def found(engine, layer="a"):
    """Findings by key; every text renders in both languages."""
    findings = examine(engine, layer=layer)
    for finding in findings:
        assert finding.text("id") != finding.text("en"), finding.key
    return {finding.key: finding for finding in findings}


def levels(findings):
    return {key: finding.level for key, finding in findings.items()}


def test_all_is_well_with_a_new_database(engine, dialect):
    fill(engine)
    for file in files(engine, dialect):
        file.chmod(0o600)
    at_rest = {"store.doctor.revision": "ok", "store.doctor.layer": "ok"}
    if dialect == "sqlite":
        names = ("local", "space", "private", "whole")
        assert levels(found(engine)) == {**{f"store.doctor.{name}": "ok" for name in names}, **at_rest}
    else:  # the server of the tests runs without flushing
        server = {"store.doctor.server": "ok", "store.doctor.no_fsync": "warning", "store.doctor.row_rules": "ok"}
        assert levels(found(engine)) == {**server, **at_rest}


def files(engine, dialect):
    return Path(engine.url.database).parent.glob("records.sqlite*") if dialect == "sqlite" else []


def test_a_missing_database_is_a_fault_and_stays_missing(tmp_path):
    with opened(None, tmp_path / "records.sqlite") as engine:
        assert levels(found(engine)) == {"store.none_yet": "fault"}
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_a_fault(tmp_path):
    with opened("postgresql://planner@127.0.0.1:9/records", tmp_path) as engine:
        assert levels(found(engine)) == {"store.no_connection": "fault"}


def test_plans_of_another_layer_are_told(engine):
    fill(engine)
    with writing(engine) as connection:
        row = {"kind": "selection", "layer": "b", "created_at": NOW, "record": {}}
        connection.execute(sa.insert(schema.plans), [{**row, "name": f"plan {i}"} for i in range(7)])
    finding = found(engine)["store.doctor.other_layer"]
    assert finding.level == "warning"
    assert finding.text("en").startswith("7 plans were made from another village layer")
    assert "plan 0, plan 1, plan 2, plan 3, plan 4, …" in finding.text("id")


def test_a_layer_that_cannot_be_read_is_a_fault(engine):
    assert found(engine, layer=None)["store.doctor.no_layer"].level == "fault"


@pytest.mark.parametrize(("revision", "key"), [("9999", "store.newer"), (None, "store.not_migrated")])
def test_tables_of_another_version_are_a_fault(engine, revision, key):
    with writing(engine) as connection:
        change = f"UPDATE alembic_version SET version_num = '{revision}'" if revision else "DELETE FROM alembic_version"
        connection.exec_driver_sql(change)
    assert found(engine)[key].level == "fault"
    assert "store.doctor.layer" not in found(engine)


# --- the file


@pytest.fixture
def sqlite(make_engine):
    engine = make_engine("sqlite")
    Path(engine.url.database).chmod(0o600)
    return engine


def test_a_file_that_others_can_read_is_told(sqlite):
    Path(sqlite.url.database).chmod(0o644)
    finding = found(sqlite)["store.doctor.open_to_others"]
    assert finding.level == "warning"
    assert "records.sqlite" in finding.text("en")


def test_little_space_is_told(sqlite, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _folder: Disk(10**9, 10**9, 30_000_000))
    finding = found(sqlite)["store.doctor.little_space"]
    assert finding.level == "warning"
    assert "30 MB" in finding.text("en")
    assert "200 MB" in finding.text("id")


def test_a_network_folder_is_told(sqlite, monkeypatch):
    monkeypatch.setattr(doctor, "network_kind", lambda _folder: "nfs4")
    finding = found(sqlite)["store.doctor.network"]
    assert finding.level == "warning"
    assert "(nfs4)" in finding.text("id")


def test_a_folder_that_a_service_copies_is_told(sqlite, tmp_path):
    file = tmp_path / "OneDrive - Kantor" / "records.sqlite"
    file.parent.mkdir()
    shutil.copy(sqlite.url.database, file)
    with opened(None, file) as engine:
        finding = found(engine)["store.doctor.synced"]
    assert finding.level == "warning"
    assert "OneDrive - Kantor" in finding.text("en")


def test_damage_is_found(sqlite):
    fill(sqlite)
    sqlite.dispose()
    file = Path(sqlite.url.database)
    content = bytearray(file.read_bytes())
    for page in range(8, len(content) // 4_096):
        content[page * 4_096 : page * 4_096 + 64] = os.urandom(64)
    file.write_bytes(content)
    assert {"store.doctor.damaged", "store.damaged"} & set(found(sqlite))


def test_a_row_that_refers_to_nothing_is_found(sqlite):
    fill(sqlite)
    raw = sqlite.raw_connection()
    raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute("PRAGMA query_only = OFF")
    raw.execute("DELETE FROM declared")
    raw.close()
    sqlite.dispose()
    finding = found(sqlite)["store.doctor.dangling"]
    assert finding.level == "fault"
    assert "1 rows refer to rows that are not there (tables: declared_aliases)" in finding.text("en")


@pytest.mark.parametrize("log", ["garbage", "other pages"])
def test_a_log_that_does_not_fit_is_found_and_the_database_is_not_opened(sqlite, log):
    file = Path(sqlite.url.database)
    magic = bytes.fromhex("377f0682")
    begins = b"from another machine" if log == "garbage" else magic + bytes(4) + (512).to_bytes(4, "big")
    beside = file.with_name("records.sqlite-wal")
    beside.write_bytes(begins + bytes(512))
    beside.chmod(0o600)
    before = beside.read_bytes()
    finding = found(sqlite)["store.doctor.foreign_log"]
    assert finding.level == "fault"
    assert beside.read_bytes() == before


def test_the_log_of_a_running_program_fits(sqlite):
    fill(sqlite)
    assert Path(f"{sqlite.url.database}-wal").stat().st_size > 0
    assert "store.doctor.foreign_log" not in found(sqlite)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_files_of_two_owners_are_found(sqlite):
    fill(sqlite)
    os.chown(f"{sqlite.url.database}-wal", 12345, -1)
    assert found(sqlite)["store.doctor.owners"].level == "fault"


def test_an_old_server_is_told(make_engine, monkeypatch):
    monkeypatch.setattr(doctor, "_MIN_POSTGRESQL", 99)
    finding = found(make_engine("postgresql"))["store.doctor.old_server"]
    assert finding.level == "warning"
    assert "99" in finding.text("id")


# --- where a folder lies

MOUNTS = """\
/dev/vda / ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
server:/files /srv/office nfs4 rw 0 0
/dev/vdb /srv/office/local ext4 rw 0 0
me@host: /users/me/remote fuse.sshfs rw 0 0
//server/share /mnt/kantor\\040kita cifs rw 0 0
/dev/vdc /mnt/twice ext4 rw 0 0
server:/b /mnt/twice nfs rw 0 0
C: /mnt/c 9p rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/users/me/data", None),
        ("/srv/office/data", "nfs4"),
        ("/srv/officer", None),
        ("/srv/office/local/data", None),
        ("/users/me/remote/data", "fuse.sshfs"),
        ("/mnt/kantor kita/data", "cifs"),
        ("/mnt/twice", "nfs"),
        ("/mnt/c/Users", "9p"),
    ],
)
def test_network_mounts_are_known(folder, kind):
    assert network_mount(PurePosixPath(folder), MOUNTS) == kind


def test_a_folder_of_this_machine_is_no_network(tmp_path):
    assert network_kind(tmp_path) is None


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("/users/me/OneDrive/data", "OneDrive"),
        ("/users/me/OneDrive - BPJS Ketenagakerjaan/data", "OneDrive - BPJS Ketenagakerjaan"),
        ("/users/me/Dropbox/data", "Dropbox"),
        ("/users/me/Google Drive/My Drive/data", "Google Drive"),
        ("/users/me/Drive Saya/data", "Drive Saya"),
        ("/users/me/dropboxes/data", None),
        ("/users/me/data", None),
    ],
)
def test_folders_that_a_service_copies_are_known(folder, service):
    assert synced_by(PurePosixPath(folder)) == service
