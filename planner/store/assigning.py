"""Villages of agents as managers give them by hand: from a day on, with what held before kept as history.

What was decided by hand stays when an upload of agents is undone; see `planner.store.kept_agents.undo`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pandas as pd
import sqlalchemy as sa

from geodata.office_day import today
from planner.launch_pipeline import written
from planner.rights import Principal, require
from planner.store import schema
from planner.store.assignment_views import current, history, owners
from planner.store.audit import record
from planner.store.errors import StoreError
from planner.store.kept_agents import DAY, alone, told_villages
from planner.store.staff import (
    Agent,
    add_agent,
    agent_of,
    agents,
    known,
    set_home,
    set_visit_dates,
    village,
    visit_dates,
)

__all__ = [
    "Assigned",
    "Left",
    "add_agent",
    "agents",
    "assign",
    "current",
    "history",
    "leave",
    "owners",
    "set_home",
    "set_visit_dates",
    "visit_dates",
]

_FARTHEST: Final = timedelta(days=366)
_NAMED: Final = 10
_OWN: Final = schema.assignments.c


@dataclass(frozen=True)
class Assigned:
    """What changed.

    Attributes
    ----------
    changed
        Villages whose agents are others from the day on, by code.
    opened, ended
        How many assignments began and ended.
    replaced
        Villages for which a later change had been planned that does not come now.
    """

    changed: tuple[str, ...] = ()
    opened: int = 0
    ended: int = 0
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """What an agent leaves behind: the villages that end, and those that no agent has from that day on."""

    ended: tuple[str, ...]
    without_agent: tuple[str, ...]


@dataclass(frozen=True)
class _Change:
    """A decision: its number, first day, and who made it."""

    number: int
    from_on: date
    by: Principal


@dataclass(frozen=True)
class _Held:
    """An assignment that holds on a day or later."""

    village_code: str
    number: int
    agent_id: int
    from_on: date
    to_on: date | None


def assign(
    connection: sa.Connection,
    given: Mapping[str, str | None],
    *,
    from_on: date,
    by: Principal,
    note: str = "",
    seen: pd.DataFrame | None = None,
    rests_on: Collection[str] = (),
) -> Assigned:
    """Give each of some villages to one agent alone, or to nobody, from a day on.

    Villages that are not named stay as they are, and of those named only what changes is written. A change that was
    planned for a later day gives way to this one.

    Parameters
    ----------
    connection
        From `planner.store.engine.writing`.
    given
        Code of the agent by village code; nothing where no agent has the village from then on.
    from_on
        First day, at most a year away. It may have passed, but not lie before a change that holds already.
    by
        Who decides.
    note
        Why, in a few words.
    seen
        What `current` gave when the decision was begun: where it has changed since, nothing is written.
    rests_on
        Villages whose change matters too, though they are not given to anybody.

    Raises
    ------
    PlanError
        If the role may not do it, or the note is too long or holds an identity or mobile number.
    StoreError
        If a village code is none, an agent is not known or has left by then, the day is too far away or lies before
        the present assignment of a village, or others changed a village since it was seen.
    """
    require(by, "assignment.change")
    why = written(note, "reason")
    alone(connection)
    wanted = _wanted(connection, given, from_on)
    if seen is not None:
        _refuse_unseen(connection, {*wanted, *rests_on}, seen)
    rows: dict[str, list[_Held]] = {}
    for row in _held(connection, from_on):
        rows.setdefault(row.village_code, []).append(row)
    changes = {code: agent for code, agent in wanted.items() if _differs(rows.get(code, []), agent, from_on)}
    if not changes:
        return Assigned()
    _refuse_before(changes, rows, from_on)
    before = _villages(connection, [*_ids(changes.values()), *_holders(rows, changes)])
    change = _written(connection, from_on, why, by)
    _settle(connection, changes)
    ended = [row for code, agent in changes.items() for row in rows.get(code, []) if not _stays(row, agent, from_on)]
    planned = {row.village_code for row in ended if row.from_on > max(from_on, today())}
    _end(connection, ended, from_on)
    opened = _open(connection, changes, change)
    _tell(connection, before, change)
    told = {"from_on": from_on, "villages": len(changes), "note": why or None}
    record(connection, by.login, "assignment.changed", entity="assignment_changes", key=change.number, after=told)
    return Assigned(tuple(sorted(changes)), opened, len(ended), tuple(sorted(planned)))


def leave(connection: sa.Connection, agent_code: str, on: date, *, by: Principal, note: str = "") -> Left:
    """Let an agent leave: from a day on all villages end. The account stays with whoever disables it.

    Parameters
    ----------
    connection
        From `planner.store.engine.writing`.
    agent_code
        The agent, in small or capital letters.
    on
        First day on which the agent no longer works.
    by, note
        As for `assign`.

    Raises
    ------
    PlanError
        As `assign`.
    StoreError
        If there is no such agent, or the agent has left before, or the day is too far away or lies before the agent
        got a village that is the agent's now.
    """
    require(by, "assignment.change")
    why = written(note, "reason")
    alone(connection)
    agent = agent_of(connection, agent_code)
    if agent.left_on is not None:
        raise StoreError("store.assign.left", agent=agent.code, day=agent.left_on.isoformat())
    _refuse_far(on)
    rows = [row for row in _held(connection, on) if row.agent_id == agent.number]
    villages = sorted({row.village_code for row in rows})
    _refuse_before(villages, {row.village_code: [row] for row in sorted(rows, key=lambda row: row.from_on)}, on)
    before = _villages(connection, [agent.number])
    change = _written(connection, on, why, by)
    _end(connection, rows, on)
    same = schema.agents.c.id == agent.number
    connection.execute(sa.update(schema.agents).where(same).values(left_on=on))
    _tell(connection, before, change)
    told = {"left_on": on, "villages": len(villages), "note": why or None}
    record(
        *(connection, by.login, "agent.left"),
        entity="agents",
        key=agent.number,
        before={"left_on": None},
        after=told,
    )
    kept = set(current(connection, on)["village_code"])
    return Left(tuple(villages), tuple(code for code in villages if code not in kept))


# --- what is asked


def _wanted(connection: sa.Connection, given: Mapping[str, str | None], from_on: date) -> dict[str, Agent | None]:
    """Return the agents by village, or refuse what cannot be."""
    _refuse_far(from_on)
    there = known(connection)
    codes = {agent.strip() for agent in given.values() if agent is not None}
    unknown = sorted(code for code in codes if code.casefold() not in there)
    if unknown:
        raise StoreError("store.assign.unknown_agents", codes=_listed(unknown))
    for code in sorted(codes):
        left_on = there[code.casefold()].left_on
        if left_on is not None:
            raise StoreError("store.assign.left", agent=code, day=left_on.isoformat())
    return {village(code): None if agent is None else there[agent.strip().casefold()] for code, agent in given.items()}


def _refuse_far(day: date) -> None:
    first, last = today() - _FARTHEST, today() + _FARTHEST
    if not first <= day <= last:
        limits = {"first": first.isoformat(), "last": last.isoformat()}
        raise StoreError("store.assign.day", day=day.isoformat(), **limits)


def _refuse_unseen(connection: sa.Connection, villages: Collection[str], seen: pd.DataFrame) -> None:
    now = current(connection)
    both = (set(zip(frame["village_code"], frame["agent_code"], strict=True)) for frame in (seen, now))
    before, after = ({pair for pair in pairs if pair[0] in villages} for pairs in both)
    changed = sorted({code for code, _ in before ^ after})
    if changed:
        raise StoreError("store.assign.changed", villages=_listed(changed))


def _refuse_before(changes: Collection[str], rows: Mapping[str, list[_Held]], from_on: date) -> None:
    """Refuse a day before the one from which another assignment of the village holds already."""
    for code in sorted(changes):
        begun = max((row.from_on for row in rows.get(code, []) if from_on < row.from_on <= today()), default=None)
        if begun is not None:
            raise StoreError("store.assign.before", village=code, day=from_on.isoformat(), begun=begun.isoformat())


def _held(connection: sa.Connection, from_on: date) -> list[_Held]:
    """Return the assignments that hold on a day or later."""
    still = sa.or_(_OWN.to_on.is_(None), _OWN.to_on >= from_on)
    columns = (_OWN.village_code, _OWN.id, _OWN.agent_id, _OWN.from_on, _OWN.to_on)
    query = sa.select(*columns).where(_OWN.undone_at.is_(None), still).order_by(_OWN.id)
    return [_Held(*row) for row in connection.execute(query)]


def _differs(rows: list[_Held], agent: Agent | None, from_on: date) -> bool:
    """Say whether a village is not yet the agent's alone from a day on."""
    if agent is None:
        return bool(rows)
    return not rows or not all(_stays(row, agent, from_on) and row.to_on is None for row in rows)


def _stays(row: _Held, agent: Agent | None, from_on: date) -> bool:
    """Say whether an assignment is the one that is asked for; it may have an end that is planned."""
    return agent is not None and row.agent_id == agent.number and row.from_on <= from_on


# --- what is written


def _written(connection: sa.Connection, from_on: date, note: str, by: Principal) -> _Change:
    row = {"made_at": datetime.now(UTC), "by_id": by.user_id, "from_on": from_on, "note": note or None}
    made = connection.execute(sa.insert(schema.assignment_changes).values(row)).inserted_primary_key
    assert made is not None
    return _Change(int(made[0]), from_on, by)


def _settle(connection: sa.Connection, villages: Collection[str]) -> None:
    """Let an upload that is undone open none of the villages again: they were decided by hand since."""
    query = sa.select(_OWN.id, _OWN.village_code).where(_OWN.ended_by.is_not(None))
    numbers = [{"number": number} for number, code in connection.execute(query) if code in villages]
    if numbers:
        same = _OWN.id == sa.bindparam("number")
        connection.execute(sa.update(schema.assignments).where(same).values(ended_by=None), numbers)


def _end(connection: sa.Connection, rows: Iterable[_Held], from_on: date) -> None:
    """End assignments on the day before; those that would have begun later never hold."""
    now = datetime.now(UTC)
    ends = [
        {"number": row.number, "last": from_on - DAY, "at": None}
        if row.from_on < from_on
        else {"number": row.number, "last": row.from_on - DAY, "at": now}
        for row in rows
    ]
    if ends:
        change = sa.update(schema.assignments).where(_OWN.id == sa.bindparam("number"))
        connection.execute(change.values(to_on=sa.bindparam("last"), undone_at=sa.bindparam("at")), ends)


def _open(connection: sa.Connection, wanted: Mapping[str, Agent | None], change: _Change) -> int:
    """Open villages for agents, and say how many; what ends on the day before, or later, goes on instead."""
    there = {(row.village_code, row.agent_id): row for row in _held(connection, change.from_on - DAY)}
    asked = [(code, agent.number) for code, agent in sorted(wanted.items()) if agent is not None]
    again = [{"number": there[key].number} for key in asked if key in there and there[key].to_on is not None]
    if again:
        goes_on = {"to_on": None, "change_id": change.number}
        same = _OWN.id == sa.bindparam("number")
        connection.execute(sa.update(schema.assignments).where(same).values(goes_on), again)
    row = {"from_on": change.from_on, "by_id": change.by.user_id, "change_id": change.number}
    new = [{"village_code": code, "agent_id": agent, **row} for code, agent in asked if (code, agent) not in there]
    if new:
        connection.execute(sa.insert(schema.assignments), new)
    return len(again) + len(new)


def _villages(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, list[str]]:
    """Return the villages that agents hold without an end."""
    found: dict[int, list[str]] = {number: [] for number in numbers}
    query = sa.select(_OWN.agent_id, _OWN.village_code).where(_OWN.to_on.is_(None)).order_by(_OWN.village_code)
    for agent, code in connection.execute(query):
        if agent in found:
            found[agent].append(code)
    return found


def _tell(connection: sa.Connection, before: Mapping[int, list[str]], change: _Change) -> None:
    after = _villages(connection, before)
    for agent in sorted(before):
        if before[agent] != after[agent]:
            told_villages(connection, agent, before[agent], after[agent], by=change.by, change=change.number)


def _ids(found: Iterable[Agent | None]) -> list[int]:
    return [agent.number for agent in found if agent is not None]


def _holders(rows: Mapping[str, list[_Held]], changes: Collection[str]) -> list[int]:
    return [row.agent_id for code in changes for row in rows.get(code, [])]


def _listed(codes: list[str]) -> str:
    return ", ".join(codes[:_NAMED]) + (", …" if len(codes) > _NAMED else "")
