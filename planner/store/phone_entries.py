"""Visits that a phone noted under a key of its own: kept once, from whatever page or file they come."""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from planner.store.columns import POSTGRESQL
from planner.store.errors import StoreError
from planner.store.schema import visits
from planner.uploads.entries import Entry, entry_of
from planner.uploads.kinds import ENTRY_KEY_FORM

SAID = ("dusun", "met", "interested", "registered", "obstacle")
"""What makes two visits of a key the same, with day and village."""


def key_of(text: str) -> str:
    """Return the key of an entry in small letters.

    Raises
    ------
    StoreError
        If it is no UUID.
    """
    if not re.fullmatch(ENTRY_KEY_FORM, text.strip()):
        raise StoreError("store.visit.entry_key", key=text.strip()[:40])
    return text.strip().lower()


def said(values: Mapping[Any, Any]) -> Entry:
    """Return what a visit says, of its columns in the database."""
    return entry_of(values["visited_on"], values["village_code"], **{name: values[name] for name in SAID})


def number(connection: sa.Connection, values: Mapping[Any, Any]) -> int | None:
    """Return the number under which an entry of an agent is kept; nothing where it is not, or has no key.

    Raises
    ------
    StoreError
        If the key is that of another entry.
    """
    if values["entry_key"] is None:
        return None
    same = (visits.c.agent_id == values["agent_id"], visits.c.entry_key == values["entry_key"])
    found = connection.execute(sa.select(visits).where(*same)).mappings().one_or_none()
    if found is None:
        return None
    if said(found) != said(values):
        raise StoreError("store.visit.other_entry")
    return int(found["id"])


def written(connection: sa.Connection, values: Mapping[Any, Any]) -> int:
    """Keep a visit and return its number; an entry that comes twice at once is kept once.

    Raises
    ------
    StoreError
        If the key is that of another entry.
    """
    if connection.dialect.name != POSTGRESQL or values["entry_key"] is None:  # SQLite has one writer at a time
        made = connection.execute(sa.insert(visits).values(values).returning(visits.c.id))
        return int(made.scalar_one())
    once = (
        postgresql.insert(visits)
        .values(values)
        .on_conflict_do_nothing(index_elements=["agent_id", "entry_key"], index_where=visits.c.entry_key.is_not(None))
    )
    added = connection.execute(once.returning(visits.c.id)).scalar()
    kept = number(connection, values) if added is None else int(added)
    if kept is None:  # of a village that is not the agent's any more
        raise StoreError("store.visit.other_entry")
    return kept
