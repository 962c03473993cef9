"""Agents and their villages as the offices report them: a new file changes them from a day on, nothing is deleted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from geodata.office_day import today
from geodata.schema import VILLAGE_CODE
from planner.rights import Principal
from planner.store.audit import record
from planner.store.columns import POSTGRESQL
from planner.store.errors import StoreError
from planner.store.schema import agents, assignments, audit, offices, uploads, visits
from planner.uploads.checks import Checked
from planner.uploads.kinds import AGENT, DATE, OFFICE

_CHANGED: Final = "agent.changed"
_ADDED: Final = "agent.added"
_VILLAGES: Final = "agent.villages"
DAY: Final = timedelta(days=1)
_ONE_CHANGES: Final = 5_120_190_126  # any number of our own: who changes villages of agents in PostgreSQL holds it


@dataclass(frozen=True)
class _Line:
    """What a row says of an agent."""

    agent: str
    office: str
    village: str
    from_on: date


def known_agents(connection: sa.Connection) -> dict[str, int]:
    """Return the number of each agent by code in small letters."""
    rows = connection.execute(sa.select(agents.c.code, agents.c.id))
    return {str(code).casefold(): int(number) for code, number in rows}


def keep(connection: sa.Connection, upload: int, checked: Checked, *, by: Principal) -> None:
    """Give agents the villages of a file from a day on.

    The day is that of the row, else today. Villages that a file no longer names end the day before for the agents that
    it names; an agent with rows that wait or were refused keeps the earlier villages, for these rows may be theirs.
    Agents that the file does not name stay as they are.
    """
    alone(connection)
    lines = list(_lines(checked.accepted.to_dict("records")))
    unsure = {str(code).strip().casefold() for code in _agents_of_others(checked)}
    known = _agents(connection, upload, lines, by=by)
    by_agent: dict[int, list[_Line]] = {}
    for line in lines:
        by_agent.setdefault(known[line.agent.casefold()], []).append(line)
    for agent, own in by_agent.items():
        ends = own[0].agent.casefold() not in unsure
        _give(connection, upload, agent, own, leaving=_open(connection, agent) if ends else {}, by=by)


def keep_row(connection: sa.Connection, upload: int, row: Mapping[str, Any], *, by: Principal) -> None:
    """Give an agent the village of a row that waited.

    Raises
    ------
    StoreError
        If a later file of agents counts: it says what holds now.
    """
    alone(connection)
    _refuse_earlier(connection, upload, "store.held.later_agents")
    (line,) = _lines([row])
    agent = _agents(connection, upload, [line], by=by)[line.agent.casefold()]
    _give(connection, upload, agent, [line], leaving={}, by=by)


def undo(connection: sa.Connection, upload: int, *, by: Principal) -> None:
    """Bring agents back to what held before an upload, but for villages that were given by hand since.

    Who has such a village keeps it, and it is opened again for nobody; nor is any for an agent who has left.

    Raises
    ------
    StoreError
        If a later upload of agents counts: it built on this one.
    """
    alone(connection)
    _refuse_earlier(connection, upload, "store.upload.later_agents")
    now, own = datetime.now(UTC), assignments.c
    stays = (own.undone_at.is_(None), own.change_id.is_(None))
    made = connection.execute(sa.select(own.id, own.from_on).where(own.upload_id == upload, *stays))
    for number, from_on in made.all():
        _change(connection, number, to_on=from_on - DAY, undone_at=now)
    works = own.agent_id.in_(sa.select(agents.c.id).where(agents.c.left_on.is_(None)))
    query = sa.select(own.id, own.agent_id, own.village_code).where(own.ended_by == upload, works)
    ended = connection.execute(query).all()
    for number, agent, village in ended:
        if village not in _open(connection, agent):
            _change(connection, number, to_on=None, undone_at=None, ended_by=None)
    _restore_agents(connection, upload, by=by)


def alone(connection: sa.Connection) -> None:
    """Wait until nobody else changes villages of agents; what they changed is seen from here on."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_CHANGES)))


def _agents_of_others(checked: Checked) -> Iterator[object]:
    """Give the agents of the rows that were not accepted."""
    yield from checked.held[AGENT].dropna()
    heading = checked.columns.headings.get(AGENT)
    if heading in checked.refused:
        yield from checked.refused[heading].dropna()


def _lines(rows: Iterable[Mapping[Any, Any]]) -> Iterator[_Line]:
    for row in rows:
        day = row.get(DATE)
        from_on = today() if pd.isna(day) else day.date() if isinstance(day, datetime) else day
        yield _Line(str(row[AGENT]), " ".join(str(row[OFFICE]).split()), str(row[VILLAGE_CODE]), from_on)


def _agents(connection: sa.Connection, upload: int, lines: list[_Line], *, by: Principal) -> dict[str, int]:
    """Return the agents by code in small letters; new ones are added, and their offices brought up to date."""
    rows = connection.execute(sa.select(agents.c.code, agents.c.id, agents.c.office_id, agents.c.left_on)).all()
    known = {str(row.code).casefold(): row for row in rows}
    numbers = {code: int(row.id) for code, row in known.items()}
    places = office_numbers(connection, [line.office for line in lines])
    for code, line in {line.agent.casefold(): line for line in lines}.items():
        office, before = places[line.office.casefold()], known.get(code)
        if before is None:
            made = connection.execute(sa.insert(agents).values(code=line.agent, office_id=office)).inserted_primary_key
            assert made is not None
            numbers[code] = int(made[0])
            after = {"code": line.agent, "office_id": office, "upload": upload}
            record(connection, by.login, _ADDED, entity="agents", key=numbers[code], after=after)
        elif before.office_id != office or before.left_on is not None:
            connection.execute(sa.update(agents).where(agents.c.id == before.id).values(office_id=office, left_on=None))
            record(
                *(connection, by.login, _CHANGED),
                entity="agents",
                key=before.id,
                before={"office_id": before.office_id, "left_on": before.left_on},
                after={"office_id": office, "left_on": None, "upload": upload},
            )
    return numbers


def office_numbers(connection: sa.Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of offices by name in small letters; one that is not known yet is added."""
    found = connection.execute(sa.select(offices.c.name, offices.c.id))
    known = {" ".join(str(name).split()).casefold(): int(number) for name, number in found}
    for name in names:
        if name.casefold() not in known:
            made = connection.execute(sa.insert(offices).values(name=name, kind="unknown")).inserted_primary_key
            assert made is not None
            known[name.casefold()] = int(made[0])
    return known


def _open(connection: sa.Connection, agent: int) -> dict[str, tuple[int, date]]:
    """Return number and first day of what an agent holds without an end, by village."""
    own = assignments.c
    rows = connection.execute(
        sa.select(own.village_code, own.id, own.from_on).where(own.agent_id == agent, own.to_on.is_(None))
    )
    return {str(village): (int(number), from_on) for village, number, from_on in rows}


def _give(
    connection: sa.Connection,
    upload: int,
    agent: int,
    lines: list[_Line],
    *,
    leaving: Mapping[str, tuple[int, date]],
    by: Principal,
) -> None:
    """Open the villages of an agent that a file names, and end those it leaves."""
    held, now = _open(connection, agent), datetime.now(UTC)
    wanted = {line.village: line.from_on for line in lines}
    last = min(wanted.values()) - DAY
    gone = sorted(set(leaving) - set(wanted))
    for village in gone:
        number, from_on = leaving[village]
        _change(connection, number, to_on=last, ended_by=upload, undone_at=now if last < from_on else None)
    come = sorted(set(wanted) - set(held))
    if come:
        row = {"agent_id": agent, "by_id": by.user_id, "upload_id": upload}
        rows = [{**row, "village_code": village, "from_on": wanted[village]} for village in come]
        connection.execute(sa.insert(assignments), rows)
    if come or gone:
        told_villages(connection, agent, sorted(held), sorted({*held, *come} - set(gone)), by=by, upload=upload)


def told_villages(
    connection: sa.Connection, agent: int, before: list[str], after: list[str], *, by: Principal, **why: int
) -> None:
    """Write down which villages an agent had and has; ``why`` names the upload or the change."""
    told = {"villages": after, **why}
    record(connection, by.login, _VILLAGES, entity="agents", key=agent, before={"villages": before}, after=told)


def _change(connection: sa.Connection, assignment: int, **values: object) -> None:
    # "to_on" may lie before the first day: such an assignment never held
    connection.execute(sa.update(assignments).where(assignments.c.id == assignment).values(values))


def _restore_agents(connection: sa.Connection, upload: int, *, by: Principal) -> None:
    """Take back what an upload changed of the agents themselves, unless somebody changed it since.

    Who has an account, visits, or a village that was given by hand works: such an agent does not leave.
    """
    by_hand = sa.select(assignments.c.agent_id).where(
        assignments.c.change_id.is_not(None), assignments.c.to_on.is_(None)
    )
    met = sa.select(visits.c.agent_id)
    working = sa.or_(agents.c.user_id.is_not(None), agents.c.id.in_(met), agents.c.id.in_(by_hand))
    at_work = set(connection.execute(sa.select(agents.c.id).where(working)).scalars())
    query = sa.select(audit.c.entity_key, audit.c.what, audit.c.before, audit.c.after)
    told = query.where(audit.c.entity == "agents", audit.c.what.in_((_ADDED, _CHANGED))).order_by(audit.c.id.desc())
    for key, what, before, after in connection.execute(told).all():
        if after.get("upload") != upload:
            continue
        where = (agents.c.id == int(key), agents.c.office_id == after["office_id"], agents.c.left_on.is_(None))
        stays = int(key) in at_work
        if what == _ADDED and stays:
            continue
        left_on = today() if what == _ADDED else _day(before["left_on"])
        restored = {"office_id": (before or after)["office_id"], "left_on": None if stays else left_on}
        if connection.execute(sa.update(agents).where(*where).values(restored)).rowcount:
            back = {"office_id": after["office_id"], "left_on": None}
            record(connection, by.login, "agent.restored", entity="agents", key=key, before=back, after=restored)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _refuse_earlier(connection: sa.Connection, upload: int, key: str) -> None:
    same = (uploads.c.kind == "agents", uploads.c.status == "committed", uploads.c.id > upload)
    later = connection.execute(sa.select(sa.func.max(uploads.c.id)).where(*same)).scalar()
    if later is not None:
        raise StoreError(key, upload=upload, later=later)
