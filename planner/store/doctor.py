"""A look at the records: what is well, what will go wrong, what is wrong. Changes nothing."""

import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import sqlalchemy as sa

from planner.store.columns import POSTGRESQL, SQLITE
from planner.store.engine import reading
from planner.store.errors import StoreError
from planner.store.migrate import head, revision_of, standing
from planner.store.mounts import network_kind, synced_by
from planner.store.rights_postgresql import stands_above, unruled
from planner.store.schema import agents, plans
from planner.store.trouble import place_of
from planner.texts import t

Level = Literal["ok", "warning", "fault"]

_MIN_FREE_MB: Final = 200
_MIN_POSTGRESQL: Final = 15
_WAL_MAGIC: Final = (bytes.fromhex("377f0682"), bytes.fromhex("377f0683"))
_SHOWN: Final = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    level
        ``ok``, ``warning`` (works, but not for long or not safely) or ``fault`` (must be mended).
    key, values
        Text of what was found and what to do.
    """

    level: Level
    key: str
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: Literal["id", "en"]) -> str:
        """Return the finding in a language."""
        return t(self.key, language, **self.values)


def examine(engine: sa.Engine, *, layer: str | None) -> list[Finding]:
    """Look at a database.

    Parameters
    ----------
    engine
        The database.
    layer
        Fingerprint of the village layer in use; nothing if it cannot be read.
    """
    if engine.dialect.name == SQLITE:
        file = Path(str(engine.url.database))
        if not file.exists():
            return [Finding("fault", "store.none_yet", {"file": file})]
        around = [*_folder(file), *_files(file), *_log(file)]
        if any(finding.level == "fault" for finding in around):
            return around  # opening it could make it worse
    else:
        around = []
    try:
        with reading(engine) as connection:
            return [*around, *_inside(connection, layer)]
    except StoreError as error:
        return [*around, Finding("fault", error.key, error.values)]


def _inside(connection: sa.Connection, layer: str | None) -> Iterator[Finding]:
    yield from _server(connection) if connection.dialect.name == POSTGRESQL else _content(connection)
    revision = revision_of(connection)
    where = standing(revision)
    if where == "newer":
        database = place_of(connection.engine)
        yield Finding("fault", "store.newer", {"database": database, "found": revision, "known": head()})
    elif where == "old":
        yield Finding("fault", "store.not_migrated", {"database": place_of(connection.engine)})
    else:
        yield Finding("ok", "store.doctor.revision", {"revision": head()})
        yield from _row_rules(connection)
        yield from _agents(connection)
        yield from _layers(connection, layer)


# --- around the file


def _folder(file: Path) -> Iterator[Finding]:
    kind, service = network_kind(file.parent), synced_by(file.parent)
    if kind:
        yield Finding("warning", "store.doctor.network", {"folder": file.parent, "kind": kind})
    elif service:
        yield Finding("warning", "store.doctor.synced", {"folder": file.parent, "service": service})
    else:
        yield Finding("ok", "store.doctor.local", {"folder": file.parent})
    free_mb = shutil.disk_usage(file.parent).free // 1_000_000
    needed = max(_MIN_FREE_MB, 2 * file.stat().st_size // 1_000_000)
    if free_mb < needed:
        yield Finding("warning", "store.doctor.little_space", {"free": free_mb, "needed": needed})
    else:
        yield Finding("ok", "store.doctor.space", {"free": free_mb})


def _files(file: Path) -> Iterator[Finding]:
    if sys.platform == "win32":  # rights of a file there are those of the user's folder
        return
    there = [path for path in (file, *_beside(file)) if path.exists()]
    open_to_others = [path.name for path in there if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    owners = {path.stat().st_uid for path in there}
    if open_to_others:
        yield Finding("warning", "store.doctor.open_to_others", {"files": ", ".join(open_to_others)})
    else:
        yield Finding("ok", "store.doctor.private")
    if len(owners) > 1:
        yield Finding("fault", "store.doctor.owners", {"files": ", ".join(path.name for path in there)})


def _log(file: Path) -> Iterator[Finding]:
    """Look at the log of changes before the database is opened, which would apply or drop it."""
    log = _beside(file)[0]
    if not log.exists() or log.stat().st_size == 0:
        return
    with file.open("rb") as database, log.open("rb") as changes:
        page = int.from_bytes(database.read(18)[16:], "big")
        begins = changes.read(12)
    page = 65_536 if page == 1 else page
    if begins[:4] not in _WAL_MAGIC or (page and int.from_bytes(begins[8:], "big") != page):
        yield Finding("fault", "store.doctor.foreign_log", {"log": log.name, "file": file.name})


def _beside(file: Path) -> tuple[Path, Path]:
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


# --- inside


def _content(connection: sa.Connection) -> Iterator[Finding]:
    said = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_SHOWN})")]
    broken = [row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    if said != ["ok"]:
        yield Finding("fault", "store.doctor.damaged", {"what": "; ".join(said)})
    if broken:
        tables = ", ".join(sorted({str(name) for name in broken}))
        yield Finding("fault", "store.doctor.dangling", {"count": len(broken), "tables": tables})
    if said == ["ok"] and not broken:
        yield Finding("ok", "store.doctor.whole")


def _server(connection: sa.Connection) -> Iterator[Finding]:
    found = int((connection.dialect.server_version_info or (0,))[0])
    if found < _MIN_POSTGRESQL:
        yield Finding("warning", "store.doctor.old_server", {"found": found, "wanted": _MIN_POSTGRESQL})
    else:
        yield Finding("ok", "store.doctor.server", {"found": found})
    if connection.exec_driver_sql("SHOW fsync").scalar() != "on":
        yield Finding("warning", "store.doctor.no_fsync")


def _row_rules(connection: sa.Connection) -> Iterator[Finding]:
    if connection.dialect.name != POSTGRESQL:  # SQLite has none: an agent works on copies of the own rows
        return
    tables, above = unruled(connection), stands_above(connection)
    if tables:
        yield Finding("fault", "store.doctor.no_row_rules", {"tables": ", ".join(tables)})
    if above:
        yield Finding("warning", "store.doctor.above_rules")
    if not tables and not above:
        yield Finding("ok", "store.doctor.row_rules")


def _agents(connection: sa.Connection) -> Iterator[Finding]:
    codes: dict[str, list[str]] = {}
    for code in connection.execute(sa.select(agents.c.code).where(agents.c.left_on.is_(None))).scalars():
        codes.setdefault(str(code).casefold(), []).append(str(code))
    same = sorted(code for group in codes.values() if len(group) > 1 for code in group)
    if same:
        yield Finding("warning", "store.doctor.same_agents", {"codes": ", ".join(same)})


def _layers(connection: sa.Connection, layer: str | None) -> Iterator[Finding]:
    if layer is None:
        yield Finding("fault", "store.doctor.no_layer")
        return
    query = sa.select(plans.c.name).where(plans.c.layer != layer).order_by(plans.c.name)
    names = list(connection.execute(query).scalars())
    if names:
        shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
        yield Finding("warning", "store.doctor.other_layer", {"count": len(names), "plans": shown, "layer": layer})
    else:
        yield Finding("ok", "store.doctor.layer", {"layer": layer})
