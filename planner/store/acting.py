"""Connections of whoever acts: the office sees all rows, an agent only those of the own villages.

Who an agent is, and whether the account still works, is read from the database when a connection is given, not taken
from what was known of the person before. On both engines an agent's connection keeps to the own rows whatever SQL is
sent through it: see `rights_sqlite` and `rights_postgresql`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pandas as pd
import sqlalchemy as sa

from geodata.office_day import today
from planner.launch_pipeline import written
from planner.rights import Principal, require
from planner.store import phone_entries, rights_postgresql, rights_sqlite
from planner.store.columns import SQLITE
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from planner.store.kept_agents import known_agents
from planner.store.rights_agent import AGENT
from planner.store.schema import assignments, participants, users, visits
from planner.uploads.kinds import LONGEST_AGENT_CODE, MOST_PEOPLE
from planner.uploads.written_dates import FIRST_DAY

SEGMENT: Final = "BPU"
DAYS_CHANGEABLE: Final = 31
"""How long after its day an agent may correct a visit."""
_COLUMNS: Final = ("village_code", "from_on", "month", "active", "inactive", "last_visit_on")


@contextmanager
def reading_as(engine: sa.Engine, principal: Principal | None) -> Iterator[sa.Connection]:
    """Give a connection that sees, at one moment, what somebody may see, and cannot write.

    Parameters
    ----------
    engine
        The database.
    principal
        Who acts.

    Raises
    ------
    StoreError
        If nobody acts, the account does not work or has another role now, a statement goes beyond what an agent may
        do, or the database cannot be read.
    """
    known = _somebody(principal)
    if known.role != "agent":
        with reading(engine) as connection:
            _must_work(connection, known)
            yield connection
        return
    own = rights_sqlite.reading if engine.dialect.name == SQLITE else rights_postgresql.reading
    with own(engine, known.user_id) as connection:
        yield connection


@contextmanager
def writing_as(engine: sa.Engine, principal: Principal | None) -> Iterator[sa.Connection]:
    """Give a connection that may change what somebody may change; all is kept when the block ends well, or nothing.

    An agent adds and changes own visits of the own villages; the audit trail tells of each in the agent's name. An
    agent's statements should not be caught inside the block: an error there keeps nothing.

    Parameters
    ----------
    engine
        The database.
    principal
        Who acts.

    Raises
    ------
    StoreError
        As `reading_as`; also if a rule of the database is broken, which may show only at the end of the block.
    """
    known = _somebody(principal)
    if known.role != "agent":
        with writing(engine) as connection:
            _must_work(connection, known)
            yield connection
        return
    own = rights_sqlite.writing if engine.dialect.name == SQLITE else rights_postgresql.writing
    with own(engine, known.user_id) as connection:
        yield connection


@contextmanager
def looking_as(engine: sa.Engine, who: Principal, agent_code: str) -> Iterator[sa.Connection]:
    """Give the office a connection that sees what an agent sees, and cannot write; the agent needs no account.

    Parameters
    ----------
    engine
        The database.
    who
        Who looks.
    agent_code
        The agent, in small or capital letters.

    Raises
    ------
    PlanError
        If the role may not do it.
    StoreError
        If there is no such agent, the agent has left or the account is disabled, or the database cannot be read.
    """
    require(who, "view.as_agent")
    with reading_as(engine, who) as connection:
        agent_id = known_agents(connection).get(agent_code.strip().casefold())
    if agent_id is None:
        raise StoreError("store.assign.unknown_agents", codes=agent_code.strip()[:LONGEST_AGENT_CODE])
    own = rights_sqlite.looking if engine.dialect.name == SQLITE else rights_postgresql.looking
    with _told_of(agent_code), own(engine, agent_id) as connection:
        yield connection


@contextmanager
def _told_of(agent_code: str) -> Iterator[None]:
    """Tell the office of an agent what an agent is told of the own account."""
    try:
        yield
    except StoreError as error:
        if error.key != "store.acting.not_active":
            raise
        raise StoreError("store.acting.not_at_work", agent=agent_code.strip()) from error


def own_villages(connection: sa.Connection) -> pd.DataFrame:
    """Return the villages of the agent whose connection it is.

    Returns
    -------
    DataFrame
        One row per village, by code: ``village_code``, ``from_on`` (since when), ``month``, ``active`` and ``inactive``
        (BPU participants of the last month that was reported; nothing where none was), ``last_visit_on`` (the agent's
        own last visit, or nothing).

    Raises
    ------
    StoreError
        If it is no connection of an agent.
    """
    _agent_of(connection)
    newest = (participants.c.month.desc(), participants.c.upload_id.desc())
    place = sa.func.row_number().over(partition_by=participants.c.village_code, order_by=newest).label("place")
    counts = sa.select(participants, place).where(participants.c.segment == SEGMENT).subquery()
    last = sa.func.max(visits.c.visited_on).label("last_visit_on")
    visited = sa.select(visits.c.village_code, last).group_by(visits.c.village_code).subquery()
    since = sa.func.min(assignments.c.from_on).label("from_on")
    held = sa.select(assignments.c.village_code, since).group_by(assignments.c.village_code).subquery()
    query = (
        sa.select(
            held.c.village_code,
            held.c.from_on,
            counts.c.month,
            counts.c.active,
            counts.c.inactive,
            visited.c.last_visit_on,
        )
        .outerjoin_from(
            held,
            counts,
            sa.and_(counts.c.village_code == held.c.village_code, counts.c.place == 1),
        )
        .outerjoin(visited, visited.c.village_code == held.c.village_code)
    )
    rows = sorted((tuple(row) for row in connection.execute(query)), key=lambda row: str(row[0]))
    found = pd.DataFrame(rows, columns=list(_COLUMNS))
    return found.astype({"active": "Int64", "inactive": "Int64"})


def write_visit(
    connection: sa.Connection,
    village_code: str,
    *,
    visited_on: date,
    met: int,
    interested: int,
    registered: int,
    dusun: str | None = None,
    obstacle: str | None = None,
    entry_key: str | None = None,
) -> int:
    """Write down a visit of the agent whose connection it is, with its record in the audit trail.

    Parameters
    ----------
    connection
        From `writing_as`, of an agent.
    village_code
        One of the agent's own villages.
    visited_on
        The day, not after today.
    met, interested, registered
        Numbers of people, each at most `MOST_PEOPLE`; never names.
    dusun, obstacle
        Where in the village, and what stood in the way, in the agent's words.
    entry_key
        A UUID that the phone gave the entry. An entry that is kept already changes nothing, also when it is sent twice
        at once.

    Returns
    -------
    int
        Number of the visit; for an entry that is kept already, the number it got then.

    Raises
    ------
    StoreError
        If it is no connection of an agent, the village is not one of the agent's, the day has not come yet or is
        before 2000, the counts are impossible, the agent has written a visit of that day, village and dusun before, or
        the key is no UUID or that of another entry.
    LaunchError
        If a text is too long, or holds an identity or mobile number.
    """
    agent = _agent_of(connection)
    key = None if entry_key is None else phone_entries.key_of(entry_key)
    place, trouble = written(dusun or "", "dusun"), written(obstacle or "", "obstacle")
    counts = {"met": met, "interested": interested, "registered": registered}
    row = {"village_code": village_code, "visited_on": visited_on, "dusun": place or None, "obstacle": trouble or None}
    values = {"agent_id": agent, "written_at": datetime.now(UTC), **row, **counts, "entry_key": key}
    twice = _is_there(connection, village_code, visited_on, place)
    kept = phone_entries.number(connection, values)  # asked after the others: the same entry may come just now
    if kept is not None:
        return kept
    _refuse(connection, village_code, visited_on, max(counts.values()))
    if twice:
        raise StoreError("store.visit.twice", village=village_code, day=visited_on.isoformat())
    return phone_entries.write(connection, values)


def change_visit(
    connection: sa.Connection,
    number: int,
    *,
    visited_on: date,
    met: int,
    interested: int,
    registered: int,
    dusun: str | None = None,
    obstacle: str | None = None,
) -> int:
    """Correct a visit of the agent whose connection it is, with its record in the audit trail.

    Its village stays. What the visit says already changes nothing: the same correction may be sent again.

    Parameters
    ----------
    connection
        From `writing_as`, of an agent.
    number
        Number of the visit.
    visited_on
        The day, as before or another one of the last `DAYS_CHANGEABLE` days.
    met, interested, registered, dusun, obstacle
        As for `write_visit`.

    Returns
    -------
    int
        Number of the visit.

    Raises
    ------
    StoreError
        If it is no connection of an agent, no such visit is the agent's, it came with an upload of the office, its old
        or new day is longer ago than `DAYS_CHANGEABLE`, or as `write_visit`.
    LaunchError
        As `write_visit`.
    """
    _agent_of(connection)
    place, trouble = written(dusun or "", "dusun"), written(obstacle or "", "obstacle")
    before = connection.execute(sa.select(visits).where(visits.c.id == number)).mappings().one_or_none()
    if before is None:
        raise StoreError("store.visit.not_there", number=number)
    if before["upload_id"] is not None:
        raise StoreError("store.visit.uploaded", number=number)
    counts = {"met": met, "interested": interested, "registered": registered}
    values = {"visited_on": visited_on, "dusun": place or None, "obstacle": trouble or None, **counts}
    if values == {name: before[name] for name in values}:
        return number
    _refuse(connection, before["village_code"], visited_on, max(counts.values()))
    oldest = min(visited_on, before["visited_on"])
    if oldest < today() - timedelta(days=DAYS_CHANGEABLE):
        raise StoreError("store.visit.old", day=oldest.isoformat(), days=DAYS_CHANGEABLE)
    if _is_there(connection, before["village_code"], visited_on, place, besides=number):
        raise StoreError("store.visit.twice", village=before["village_code"], day=visited_on.isoformat())
    changed = connection.execute(sa.update(visits).where(visits.c.id == number).values(values))
    if changed.rowcount != 1:  # the office took it over in between
        raise StoreError("store.visit.not_there", number=number)
    return number


def _refuse(connection: sa.Connection, village_code: str, visited_on: date, most: int) -> None:
    """Refuse a visit to a village of others, of a day to come or before 2000, or of more people than there can be."""
    mine = sa.select(assignments.c.village_code).where(assignments.c.village_code == village_code)
    if connection.execute(mine).first() is None:
        raise StoreError("store.visit.not_yours", village=village_code)
    if visited_on > today():
        raise StoreError("store.visit.future", day=visited_on.isoformat())
    if visited_on < FIRST_DAY.date():
        raise StoreError("store.visit.early", day=visited_on.isoformat())
    if most > MOST_PEOPLE:
        raise StoreError("store.visit.too_many", most=MOST_PEOPLE)


def _is_there(connection: sa.Connection, village_code: str, visited_on: date, dusun: str, *, besides: int = 0) -> bool:
    """Say whether there is another visit of the day, village and dusun; the connection sees the agent's own only."""
    same = (visits.c.village_code == village_code, visits.c.visited_on == visited_on, visits.c.id != besides)
    there = sa.select(visits.c.dusun).where(*same)
    return dusun.casefold() in {(kept or "").casefold() for kept in connection.execute(there).scalars()}


def _somebody(principal: Principal | None) -> Principal:
    if principal is None or (principal.role == "agent" and principal.user_id is None):
        raise StoreError("store.acting.nobody")
    return principal


def _must_work(connection: sa.Connection, principal: Principal) -> None:
    """Refuse an account that is gone, disabled, or of another role than it was."""
    if principal.user_id is None:
        return
    query = sa.select(users.c.role, users.c.disabled_at).where(users.c.id == principal.user_id)
    found = connection.execute(query).one_or_none()
    if found is None or found.disabled_at is not None or found.role != principal.role:
        raise StoreError("store.acting.not_active")


def _agent_of(connection: sa.Connection) -> int:
    agent = connection.info.get(AGENT)
    if agent is None:
        raise StoreError("store.acting.no_agent")
    return int(agent)
