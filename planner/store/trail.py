"""The audit trail as it is read: the last changes, filtered by who and what, and the names behind their numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from planner.store.schema import (
    agents,
    audit,
    declared,
    exports,
    launches,
    metadata,
    offices,
    plans,
    uploads,
    users,
    visits,
)

MOST = 200

MEANT: Final[Mapping[str, str]] = {
    "user_id": "users",
    "owner_id": "users",
    "by_id": "users",
    "settled_by": "users",
    "decided_by": "users",
    "agent_id": "agents",
    "office_id": "offices",
    "plan_id": "plans",
    "launch_id": "launches",
    "upload": "uploads",
    "upload_id": "uploads",
    "ended_by": "uploads",
}
"""Values that are the number of a row, and the table of that row."""

_NAMED: Final[Mapping[str, sa.Column[Any]]] = {
    "users": users.c.login,
    "agents": agents.c.code,
    "offices": offices.c.name,
    "plans": plans.c.name,
    "uploads": uploads.c.file_name,
    "exports": exports.c.number,
    "launches": launches.c.village_code,
    "declared": declared.c.village_code,
    "visits": visits.c.village_code,
}
_WITHIN: Final[Mapping[str, str]] = {"held_rows": "uploads"}
"""Things whose key begins with the number of a row of another table, ``3/2``."""

Names = Mapping[tuple[str, int], str]
"""What a row is called, by table and number."""


@dataclass(frozen=True)
class Deed:
    """A change: when, who (a login), what, of which entity and key, and how it was before and after."""

    at: datetime
    who: str
    what: str
    entity: str
    key: str
    before: Any
    after: Any


def last(connection: sa.Connection, *, who: str = "", what: str = "", most: int = MOST) -> list[Deed]:
    """Return the last changes, the newest first.

    Parameters
    ----------
    connection
        The database.
    who, what
        Login and deed to look for, whole; empty ones for all.
    most
        How many at most.
    """
    wanted = [column == text for column, text in ((audit.c.who, who), (audit.c.what, what)) if text]
    query = sa.select(audit).where(*wanted).order_by(audit.c.id.desc()).limit(most)
    rows = connection.execute(query)
    return [Deed(row.at, row.who, row.what, row.entity, row.entity_key, row.before, row.after) for row in rows]


def names(connection: sa.Connection) -> tuple[list[str], list[str]]:
    """Return who did something, and what was done."""
    found = (
        connection.execute(sa.select(column).distinct().order_by(column)) for column in (audit.c.who, audit.c.what)
    )
    who, what = (list(rows.scalars()) for rows in found)
    return who, what


def names_behind(connection: sa.Connection, deeds: Iterable[Deed]) -> Names:
    """Return what the rows that changes speak of are called now.

    Parameters
    ----------
    connection
        The database.
    deeds
        The changes.

    Returns
    -------
    The login of a user, the code of an agent, the name of an office or a plan, the file of an upload, the number
    of an export, the village code of a launch, a visit or a declared village; nothing for rows that are gone or have
    none.
    """
    numbers: dict[str, set[int]] = {}
    for deed in deeds:
        for table, number in _spoken_of(deed):
            numbers.setdefault(table, set()).add(number)
    found: dict[tuple[str, int], str] = {}
    for table, wanted in numbers.items():
        key = metadata.tables[table].c.id
        rows = connection.execute(sa.select(key, _NAMED[table]).where(key.in_(wanted)))
        found |= {(table, number): name for number, name in rows if name is not None}
    return found


def row_of(deed: Deed) -> tuple[str, int] | None:
    """Return table and number of the row a change is about; nothing where it has no such key."""
    table = _WITHIN.get(deed.entity, deed.entity)
    number = deed.key.split("/", 1)[0]
    return (table, int(number)) if table in _NAMED and number.isascii() and number.isdigit() else None


def _spoken_of(deed: Deed) -> Iterator[tuple[str, int]]:
    about = row_of(deed)
    if about is not None:
        yield about
    for values in (deed.before, deed.after):
        for name, value in values.items() if isinstance(values, dict) else ():
            if name in MEANT and type(value) is int:
                yield MEANT[name], value
