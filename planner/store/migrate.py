"""Bring a database to the tables of this program, and tell whether it is there."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from planner.store.columns import POSTGRESQL, SQLITE
from planner.store.engine import act_as_office, reading, writing
from planner.store.errors import StoreError, StoreMachineError
from planner.store.trouble import place_of

FOLDER: Final = Path(__file__).with_name("migrations")

_ONLY_ONE: Final = 5_120_190_124  # any number of our own: who upgrades PostgreSQL holds it

Standing = Literal["current", "old", "newer"]


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did.

    Attributes
    ----------
    before
        Revision of the database before; nothing for a new one.
    after
        Its revision now.
    """

    before: str | None
    after: str


def upgrade(engine: sa.Engine) -> Upgrade:
    """Bring a database to the tables of this program, in one transaction; a missing SQLite file is made.

    Raises
    ------
    StoreError
        If the database is of a newer program, or cannot be written.
    """
    if engine.dialect.name == SQLITE:
        _make_file(Path(str(engine.url.database)))
    with writing(engine) as connection:
        if engine.dialect.name == POSTGRESQL:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONLY_ONE)))
            act_as_office(connection, reads=False)  # another may have made the tables meanwhile
        before = revision_of(connection)
        if standing(before) == "newer":
            raise StoreError("store.newer", database=place_of(engine), found=before, known=head())
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return Upgrade(before, head())


def ready(engine: sa.Engine) -> sa.Engine:
    """Return a database whose tables are those of this program.

    Raises
    ------
    StoreError
        If it must be upgraded first, or is of a newer program, or cannot be read.
    """
    with reading(engine) as connection:
        found = ours(connection)
    if found != head():
        raise StoreError("store.not_migrated", database=place_of(engine))
    return engine


def ours(connection: sa.Connection) -> str:
    """Return the revision of a database that has our tables, of this program or an earlier one.

    Raises
    ------
    StoreError
        If it has none of them, or is of a newer program.
    """
    found = revision_of(connection)
    if found is None:
        raise StoreError("store.not_migrated", database=place_of(connection.engine))
    if standing(found) == "newer":
        raise StoreError("store.newer", database=place_of(connection.engine), found=found, known=head())
    return found


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision of a database; nothing where it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def standing(revision: str | None) -> Standing:
    """Return how a revision stands to that of this program."""
    if revision == head():
        return "current"
    return "old" if revision is None or revision in _known() else "newer"


@cache
def head() -> str:
    """Return the revision of this program."""
    newest = _scripts().get_current_head()
    assert newest is not None
    return newest


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _make_file(file: Path) -> None:
    """Make an empty database that only its owner can read, before anything is written into it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreMachineError("store.cannot_open", database=str(file)) from error
