"""Backups: one zip of JSON lines that either engine can read back, taken at one moment while others write."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Final

import sqlalchemy as sa

from planner.export.atomic import replacing
from planner.store.columns import POSTGRESQL
from planner.store.engine import reading, writing
from planner.store.errors import StoreError, StoreMachineError
from planner.store.migrate import ours, ready, standing
from planner.store.revisions import columns_at
from planner.store.rows import KEPT, Checksum, at_once, checksums, lines, row_of
from planner.store.schema import metadata
from planner.store.trouble import place_of

KIND: Final = "desa-sadar-planner records"
FORMAT: Final = 1

Columns = tuple[sa.Column[Any], ...]

_MANIFEST: Final = "manifest.json"
_LARGEST_LINE: Final = 100_000_000  # bytes; the record of a plan is one value
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    NotImplementedError,
    RecursionError,
)


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Attributes
    ----------
    revision
        Revision of the tables.
    made_at
        When it was taken, ISO 8601.
    tables
        Number of rows and SHA-256 by table.
    """

    revision: str
    made_at: str
    tables: dict[str, dict[str, Any]]

    @property
    def rows(self) -> int:
        """Number of all rows."""
        return sum(int(table["rows"]) for table in self.tables.values())


def backup(engine: sa.Engine, path: Path) -> Backup:
    """Write a backup of a database; others may go on writing.

    Parameters
    ----------
    engine
        The database, at the revision of this program or an earlier one: a backup comes before an upgrade.
    path
        The file; one of that name is replaced when the new one is complete. Only its owner can read it: it holds
        password hashes.

    Raises
    ------
    StoreError
        If the database cannot be read.
    PlanError
        If the file cannot be written.
    """
    with reading(engine) as connection, replacing(path) as draft:
        revision = ours(connection)
        draft.touch(mode=0o600)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            tables = {name: _packed(archive, connection, *there) for name, there in _tables_at(revision).items()}
            made = Backup(revision, datetime.now(UTC).isoformat(timespec="seconds"), tables)
            archive.writestr(_MANIFEST, json.dumps(_manifest(made), indent=1))
    return made


def restore(path: Path, engine: sa.Engine) -> Backup:
    """Put a backup into an empty database, in one transaction.

    Parameters
    ----------
    path
        File of `backup`, from either engine, of this revision or an earlier one; what that one lacked stays empty.
    engine
        A database at the revision of this program, without rows.

    Raises
    ------
    StoreError
        If the file is damaged, foreign or of another version, or the database is not empty or cannot be written.
    """
    with _opened(path) as archive, writing(ready(engine)) as connection:
        made = _read_manifest(archive, path)
        _must_be_empty(connection, engine)
        for name, there in _tables_at(made.revision).items():
            if _unpacked(archive, connection, *there) != made.tables[name]:
                raise StoreError("store.backup.damaged", file=path.name)
        _number_on(connection)
    return made


def differing(path: Path, engine: sa.Engine) -> list[str]:
    """Return the tables of a database whose rows are not exactly those of a backup.

    Raises
    ------
    StoreError
        If the file is damaged or foreign, or the database cannot be read.
    """
    with _opened(path) as archive, reading(ready(engine)) as connection:
        made = _read_manifest(archive, path)
        wanted, found = made.tables, checksums(connection, made.revision)
    return [name for name in wanted if found[name] != wanted[name]]


def _tables_at(revision: str) -> dict[str, tuple[sa.Table, Columns]]:
    """Return the tables of a backup at a revision, each with its columns then, by name."""
    there = ((table, columns_at(table, revision)) for table in KEPT)
    return {table.name: (table, columns) for table, columns in there if columns}


def _packed(archive: zipfile.ZipFile, connection: sa.Connection, table: sa.Table, columns: Columns) -> dict[str, Any]:
    found = Checksum()
    with archive.open(_member(table), "w", force_zip64=True) as file:
        for line in lines(connection, table, columns):
            file.write(line)
            found.add(line)
    return found.result()


def _unpacked(archive: zipfile.ZipFile, connection: sa.Connection, table: sa.Table, columns: Columns) -> dict[str, Any]:
    found = Checksum()
    batch: list[dict[str, Any]] = []
    with archive.open(_member(table)) as file:
        for line in _lines_of(file):
            found.add(line)
            batch.append(row_of(line, columns))
            if len(batch) == at_once(columns):
                connection.execute(sa.insert(table), batch)
                batch = []
    if batch:
        connection.execute(sa.insert(table), batch)
    return found.result()


def _lines_of(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(_LARGEST_LINE):
        if not line.endswith(b"\n"):
            raise ValueError(line[:20])
        yield line


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise StoreError("store.backup.missing", file=str(path)) from error
    except StoreError:
        raise
    except (*_UNREADABLE, zlib.error) as error:
        raise StoreError("store.backup.damaged", file=path.name) from error
    except OSError as error:
        raise StoreMachineError("store.backup.unreadable", file=str(path), reason=error.strerror) from error


def _read_manifest(archive: zipfile.ZipFile, path: Path) -> Backup:
    if _MANIFEST not in archive.namelist():
        raise StoreError("store.backup.foreign", file=path.name)
    content = json.loads(archive.read(_MANIFEST))
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise StoreError("store.backup.foreign", file=path.name)
    revision = str(content["revision"])
    if content["format"] != FORMAT or standing(revision) == "newer":
        raise StoreError("store.backup.other_version", file=path.name, program=str(content["program"]))
    tables = content["tables"]
    if set(tables) != set(_tables_at(revision)):
        raise StoreError("store.backup.damaged", file=path.name)
    return Backup(revision, str(content["made_at"]), tables)


def _manifest(made: Backup) -> dict[str, Any]:
    return {
        "kind": KIND,
        "format": FORMAT,
        "program": version("desa-sadar-planner"),
        "revision": made.revision,
        "made_at": made.made_at,
        "tables": made.tables,
    }


def _must_be_empty(connection: sa.Connection, engine: sa.Engine) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise StoreError("store.backup.not_empty", database=place_of(engine), table=table.name)


def _number_on(connection: sa.Connection) -> None:
    """Let new rows be numbered after the restored ones; SQLite does so by itself."""
    if connection.dialect.name != POSTGRESQL:
        return
    for table in (table for table in KEPT if "id" in table.columns):
        newest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(newest, 1), newest.is_not(None))))


def _member(table: sa.Table) -> str:
    return f"tables/{table.name}.jsonl"
