"""Backups: equal after every way between the engines; broken, foreign and newer files are refused."""

import json
import os
import stat
import threading
import zipfile

import pytest
import sqlalchemy as sa

from planner.errors import PlanError
from planner.store import schema
from planner.store.audit import record
from planner.store.backup import KIND, backup, differing, restore
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from planner.store.migrate import head
from planner.store.rows import KEPT, checksums
from tests.store.sample import fill, user


def sums(engine):
    with reading(engine) as connection:
        return checksums(connection, head())


def rows(engine, table):
    with reading(engine) as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_restores_to_equal_rows_on_either_engine(engine, target, make_engine, tmp_path):
    fill(engine)
    made = backup(engine, tmp_path / "office.zip")
    other = make_engine(target)
    assert restore(tmp_path / "office.zip", other) == made
    assert sums(other) == sums(engine) == made.tables
    assert differing(tmp_path / "office.zip", other) == []
    again = backup(other, tmp_path / "again.zip")
    assert again.tables == made.tables
    assert made.rows == sum(rows(engine, table) for table in KEPT)


def test_new_rows_are_numbered_after_the_restored_ones(engine, make_engine, dialect, tmp_path):
    fill(engine)
    backup(engine, tmp_path / "office.zip")
    other = make_engine(dialect)
    restore(tmp_path / "office.zip", other)
    for each in (engine, other):
        with writing(each) as connection:
            assert connection.execute(sa.insert(schema.users).values(user("new"))).inserted_primary_key[0] == 3
            first = connection.execute(sa.select(sa.func.count()).select_from(schema.visits)).scalar_one()
            assert first == 1


def test_nobody_is_signed_in_by_a_restored_backup(engine, make_engine, dialect, tmp_path):
    fill(engine)
    backup(engine, tmp_path / "office.zip")
    other = make_engine(dialect)
    restore(tmp_path / "office.zip", other)
    assert rows(engine, schema.sessions) == 1
    assert rows(other, schema.sessions) == 0


def test_the_checksum_sees_a_changed_row(engine, make_engine, dialect, tmp_path):
    fill(engine)
    backup(engine, tmp_path / "office.zip")
    other = make_engine(dialect)
    restore(tmp_path / "office.zip", other)
    with writing(other) as connection:
        connection.execute(sa.update(schema.participants).values(active=11))
    assert differing(tmp_path / "office.zip", other) == ["participants"]


def test_a_backup_during_writes_holds_one_moment(engine, make_engine, dialect, tmp_path):
    """Every transaction adds an office and its record: a backup that saw half of one would have unequal counts."""
    fill(engine)
    stop, errors = threading.Event(), []

    def work(name):
        number = 0
        while not stop.is_set():
            number += 1
            try:
                with writing(engine) as connection:
                    connection.execute(sa.insert(schema.offices).values(name=f"{name}/{number}", kind="branch"))
                    record(connection, name, "office.made", entity="offices", key=number)
            except Exception as error:  # noqa: BLE001 (whatever a writer meets)
                errors.append(error)
                return

    writers = [threading.Thread(target=work, args=(f"writer {i}",)) for i in range(3)]
    for writer in writers:
        writer.start()
    made = [backup(engine, tmp_path / f"{i}.zip") for i in range(4)]
    stop.set()
    for writer in writers:
        writer.join()
    assert errors == []
    counts = [(b.tables["offices"]["rows"], b.tables["audit"]["rows"]) for b in made]
    assert all(offices + 1 == audited for offices, audited in counts)  # one office and two records stood there before
    assert counts[-1] > counts[0]
    other = make_engine(dialect)
    restore(tmp_path / "3.zip", other)
    assert sums(other) == made[3].tables


@pytest.mark.skipif(os.name == "nt", reason="rights of files are of POSIX")
def test_only_the_owner_can_read_a_backup(make_engine, tmp_path):
    backup(make_engine("sqlite"), tmp_path / "office.zip")
    assert stat.S_IMODE((tmp_path / "office.zip").stat().st_mode) == 0o600


def test_a_backup_that_fails_keeps_the_old_file(make_engine, tmp_path, monkeypatch):
    engine = make_engine("sqlite")
    file = tmp_path / "office.zip"
    backup(engine, file)
    before = file.read_bytes()
    fill(engine)

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("planner.store.backup._packed", full)
    with pytest.raises(PlanError, match="disk") as caught:
        backup(engine, file)
    assert caught.value.exit_code == 3
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["office.zip"]


def test_a_database_with_rows_takes_no_backup(engine, make_engine, dialect, tmp_path):
    backup(make_engine(dialect), tmp_path / "office.zip")
    fill(engine)
    before = sums(engine)
    with pytest.raises(StoreError, match=r"already holds data \(table layers|already holds data \(table") as caught:
        restore(tmp_path / "office.zip", engine)
    assert "sudah berisi data" in caught.value.text("id")
    assert sums(engine) == before


# --- files that are refused


@pytest.fixture
def archive(make_engine, tmp_path):
    """A backup as members by name, to be changed."""
    engine = make_engine("sqlite")
    fill(engine)
    backup(engine, tmp_path / "office.zip")
    with zipfile.ZipFile(tmp_path / "office.zip") as file:
        return {name: file.read(name) for name in file.namelist()}


def pack(path, members):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def change_manifest(members, **changes):
    content = json.loads(members["manifest.json"])
    return {**members, "manifest.json": json.dumps({**content, **changes})}


LAYERS = "tables/layers.jsonl"
BROKEN = {
    "row changed": lambda m: {**m, LAYERS: m[LAYERS].replace(b"9401", b"9402")},
    "row lost": lambda m: {**m, LAYERS: b"".join(m[LAYERS].splitlines(keepends=True)[1:])},
    "row moved": lambda m: {**m, LAYERS: b"".join(reversed(m[LAYERS].splitlines(keepends=True)))},
    "half a row": lambda m: {**m, LAYERS: m[LAYERS][:-20]},
    "no row": lambda m: {**m, LAYERS: b"[1]\n"},
    "other columns": lambda m: {**m, LAYERS: b'{"fingerprint":"x"}\n'},
    "other kind of value": lambda m: {**m, LAYERS: m[LAYERS].replace(b"9401", b'"9401"')},
    "time without zone": lambda m: {**m, LAYERS: m[LAYERS].replace(b"+00:00", b"")},
    "no json": lambda m: {**m, LAYERS: b"{\n"},
    "deep json": lambda m: {**m, LAYERS: b"[" * 100_000 + b"\n"},
    "table lost": lambda m: {name: content for name, content in m.items() if name != LAYERS},
    "manifest cut": lambda m: {**m, "manifest.json": m["manifest.json"][:40]},
    "manifest of other tables": lambda m: change_manifest(m, tables={"x": {}}),
    "manifest without revision": lambda m: {**m, "manifest.json": json.dumps({"kind": KIND})},
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_backup_is_refused_and_nothing_kept(archive, make_engine, tmp_path, case):
    path = pack(tmp_path / "broken.zip", BROKEN[case](archive))
    engine = make_engine("sqlite")
    with pytest.raises(StoreError, match=r"broken\.zip is damaged or was changed") as caught:
        restore(path, engine)
    assert "rusak atau diubah" in caught.value.text("id")
    assert all(rows(engine, table) == 0 for table in KEPT)


def test_a_file_cut_or_changed_anywhere_is_refused(archive, make_engine, tmp_path):
    engine = make_engine("sqlite")
    whole = (tmp_path / "office.zip").read_bytes()
    for place in range(40, len(whole) - 60, len(whole) // 12):
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
            (tmp_path / "cut.zip").write_bytes(content)
            try:
                restore(tmp_path / "cut.zip", engine)
            except StoreError:
                assert all(rows(engine, table) == 0 for table in KEPT)
                continue
            assert differing(tmp_path / "office.zip", engine) == []  # the change hit nothing that is read
            engine = make_engine("sqlite")


def test_foreign_files_are_refused(make_engine, tmp_path, archive):
    engine = make_engine("sqlite")
    (tmp_path / "letter.zip").write_text("a letter")
    foreign = [
        pack(tmp_path / "other.zip", {"a.txt": "a"}),
        pack(tmp_path / "m.zip", {"manifest.json": '{"kind": "x"}'}),
    ]
    for path in foreign:
        with pytest.raises(StoreError, match="is no backup of this program") as caught:
            restore(path, engine)
        assert "bukan cadangan dari program ini" in caught.value.text("id")
    with pytest.raises(StoreError, match=r"letter\.zip is damaged"):
        restore(tmp_path / "letter.zip", engine)
    with pytest.raises(StoreError, match=r"There is no backup file .*none\.zip") as caught:
        restore(tmp_path / "none.zip", engine)
    assert "Tidak ada berkas cadangan" in caught.value.text("id")
    with pytest.raises(StoreError, match=r"cannot be read: Is a directory") as caught:
        restore(tmp_path, engine)
    assert "tidak dapat dibaca" in caught.value.text("id")
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("changes", [{"revision": "9999"}, {"format": 2}])
def test_a_backup_of_another_version_is_refused(archive, make_engine, tmp_path, changes):
    path = pack(tmp_path / "newer.zip", change_manifest(archive, **changes, program="7.0"))
    with pytest.raises(StoreError, match=r"another version of the program \(7\.0\)") as caught:
        restore(path, make_engine("sqlite"))
    assert "versi program yang lain" in caught.value.text("id")


def test_a_row_that_breaks_a_rule_is_refused(archive, make_engine, tmp_path):
    members = {**archive, LAYERS: archive[LAYERS].replace(b"9401", b"-1")}
    engine = make_engine("sqlite")
    with pytest.raises(StoreError, match="ck_layers_villages"):
        restore(pack(tmp_path / "x.zip", members), engine)
    assert rows(engine, schema.layers) == 0
