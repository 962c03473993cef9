"""The audit trail as it is read: the last changes, filtered by who and what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from planner.store.schema import audit

MOST = 200


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
