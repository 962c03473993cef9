"""Visits that a phone noted under a key of its own: kept once, from whatever page or file they come."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from planner.store.columns import POSTGRESQL
from planner.store.errors import StoreError
from planner.store.schema import agents, uploads, visit_repeats, visits
from planner.uploads.entries import Entry, EntryKey, entry_of
from planner.uploads.kinds import ENTRY_KEY_FORM

_SAID: Final = ("dusun", "met", "interested", "registered", "obstacle")
_HAS_KEY: Final = visits.c.entry_key.is_not(None)


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


def known(connection: sa.Connection) -> dict[EntryKey, Entry]:
    """Return what the kept entries say, by code of the agent and key in small letters."""
    query = sa.select(agents.c.code, visits).join_from(visits, agents, visits.c.agent_id == agents.c.id)
    rows = connection.execute(query.where(_HAS_KEY)).mappings()
    return {(str(row["code"]).casefold(), str(row["entry_key"])): _said(row) for row in rows}


def number(connection: sa.Connection, values: Mapping[str, Any]) -> int | None:
    """Return the number under which an entry of an agent is kept; nothing where it is not, or has no key.

    Parameters
    ----------
    connection
        Of the agent, or of the office.
    values
        The visit, by column of its table.

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
    if _said(found) != _said(values):
        raise StoreError("store.visit.other_entry")
    return int(found["id"])


def write(connection: sa.Connection, values: Mapping[str, Any]) -> int:
    """Keep a visit and return its number; an entry that comes twice at once is kept once.

    Takes and raises as `number`.
    """
    if connection.dialect.name != POSTGRESQL or values["entry_key"] is None:  # SQLite has one writer at a time
        made = connection.execute(sa.insert(visits).values(values).returning(visits.c.id))
        return int(made.scalar_one())
    added = connection.execute(_once().values(values).returning(visits.c.id)).scalar()
    kept = number(connection, values) if added is None else int(added)
    if kept is None:  # of a village that is not the agent's any more
        raise StoreError("store.visit.other_entry")
    return kept


def keep(connection: sa.Connection, upload: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the visits of an upload; of entries that are kept already only that this upload has them too.

    Parameters
    ----------
    connection
        Of the office.
    upload
        Number of the upload.
    rows
        The visits, by column of their table.

    Raises
    ------
    StoreError
        If a key is that of another entry.
    """
    plain = [row for row in rows if row.get("entry_key") is None]
    if plain:
        connection.execute(sa.insert(visits), plain)
    noted = {(int(row["agent_id"]), str(row["entry_key"])): row for row in rows if row.get("entry_key") is not None}
    if not noted:
        return
    before = _kept(connection, noted)
    new = [dict(row) for key, row in noted.items() if key not in before]
    if new:
        connection.execute(_once() if connection.dialect.name == POSTGRESQL else sa.insert(visits), new)
    after = _kept(connection, noted)
    for row in rows:
        key = (int(row["agent_id"]), str(row.get("entry_key")))
        if key in noted and _said(after[key]) != _said(row):
            raise StoreError("store.upload.other_entry", key=key[1])
    again = [int(row["id"]) for row in after.values() if row["upload_id"] != upload]
    told = set(connection.execute(_repeats(upload)).scalars())
    repeats = [{"upload_id": upload, "visit_id": visit} for visit in sorted(set(again) - told)]
    if repeats:
        connection.execute(sa.insert(visit_repeats), repeats)


def undo(connection: sa.Connection, upload: int) -> None:
    """Let the entries of an upload that is undone be those of another upload that has them; the rest may come again."""
    query = (
        sa.select(visits.c.id, sa.func.min(visit_repeats.c.upload_id))
        .join_from(visits, visit_repeats, visit_repeats.c.visit_id == visits.c.id)
        .join(uploads, visit_repeats.c.upload_id == uploads.c.id)
        .where(visits.c.upload_id == upload, uploads.c.status == "committed")
        .group_by(visits.c.id)
    )
    for visit, other in connection.execute(query).all():
        connection.execute(sa.update(visits).where(visits.c.id == visit).values(upload_id=other))
        same = (visit_repeats.c.upload_id == other, visit_repeats.c.visit_id == visit)
        connection.execute(sa.delete(visit_repeats).where(*same))
    connection.execute(sa.update(visits).where(visits.c.upload_id == upload).values(entry_key=None))


def _once() -> postgresql.Insert:
    """Return what adds an entry, or nothing where it has just come from elsewhere."""
    return postgresql.insert(visits).on_conflict_do_nothing(
        index_elements=["agent_id", "entry_key"], index_where=_HAS_KEY
    )


def _kept(connection: sa.Connection, noted: Mapping[tuple[int, str], Any]) -> dict[tuple[int, str], sa.RowMapping]:
    """Return the kept entries of some keys, each by number of the agent and key."""
    whose = sorted({agent for agent, _ in noted})
    rows = connection.execute(sa.select(visits).where(_HAS_KEY, visits.c.agent_id.in_(whose))).mappings()
    found = {(int(row["agent_id"]), str(row["entry_key"])): row for row in rows}
    return {key: row for key, row in found.items() if key in noted}


def _repeats(upload: int) -> sa.Select[tuple[Any]]:
    return sa.select(visit_repeats.c.visit_id).where(visit_repeats.c.upload_id == upload)


def _said(values: Mapping[Any, Any]) -> Entry:
    """Return what a visit says, of its columns in the database."""
    return entry_of(values["visited_on"], values["village_code"], **{name: values[name] for name in _SAID})
