"""Villages of agents as managers give them by hand: from a day on, with what held before kept as history.

What was decided by hand stays when an upload of agents is undone; see `planner.store.kept_agents.undo`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from planner.launch_pipeline import written
from planner.rights import Principal, require
from planner.store import schema
from planner.store.assignment_views import current, history
from planner.store.audit import record
from planner.store.errors import StoreError
from planner.store.kept_agents import DAY, alone, told_villages
from planner.store.rights_agent import today
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
        _refuse_unseen(connection, wanted, seen)
    rows = _holding(connection, wanted, from_on)
    changes = {code: agent for code, agent in wanted.items() if _differs(rows.get(code, []), agent, from_on)}
    if not changes:
        return Assigned()
    _refuse_before(changes, rows, from_on)
    before = _villages(connection, [*_ids(changes.values()), *_holders(rows, changes)])
    change = _written(connection, from_on, why, by)
    opened = ended = 0
    replaced = []
    for code, agent in sorted(changes.items()):
        begun = [row for row in rows.get(code, []) if row.from_on <= max(from_on, today())]
        replaced += [code] if len(begun) < len(rows.get(code, [])) else []
        ended += _end(connection, code, rows.get(code, []), agent, from_on)
        opened += _open(connection, code, agent, change)
    _tell(connection, before, change)
    told = {"from_on": from_on, "villages": len(changes), "note": why or None}
    record(connection, by.login, "assignment.changed", entity="assignment_changes", key=change.number, after=told)
    return Assigned(tuple(sorted(changes)), opened, ended, tuple(replaced))


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
    last = sa.or_(_OWN.to_on.is_(None), _OWN.to_on >= on)
    mine = sa.select(_OWN.village_code).where(_OWN.agent_id == agent.number, _OWN.undone_at.is_(None), last)
    villages = sorted(set(connection.execute(mine).scalars()))
    rows = {
        code: [row for row in found if row.agent_id == agent.number]
        for code, found in _holding(connection, villages, on).items()
    }
    _refuse_before(dict.fromkeys(villages), rows, on)
    before = _villages(connection, [agent.number])
    change = _written(connection, on, why, by)
    for code in villages:
        _end(connection, code, rows[code], None, on)
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


def _refuse_unseen(connection: sa.Connection, wanted: Collection[str], seen: pd.DataFrame) -> None:
    now = current(connection)
    both = (set(zip(frame["village_code"], frame["agent_code"], strict=True)) for frame in (seen, now))
    before, after = ({pair for pair in pairs if pair[0] in wanted} for pairs in both)
    changed = sorted({code for code, _ in before ^ after})
    if changed:
        raise StoreError("store.assign.changed", villages=_listed(changed))


def _refuse_before(changes: Mapping[str, Any], rows: Mapping[str, list[_Held]], from_on: date) -> None:
    """Refuse a day before the one from which another assignment of the village holds already."""
    for code in sorted(changes):
        begun = max((row.from_on for row in rows.get(code, []) if from_on < row.from_on <= today()), default=None)
        if begun is not None:
            raise StoreError("store.assign.before", village=code, day=from_on.isoformat(), begun=begun.isoformat())


def _holding(connection: sa.Connection, villages: Collection[str], from_on: date) -> dict[str, list[_Held]]:
    """Return the assignments of villages that hold on a day or later."""
    still = sa.or_(_OWN.to_on.is_(None), _OWN.to_on >= from_on)
    columns = (_OWN.village_code, _OWN.id, _OWN.agent_id, _OWN.from_on, _OWN.to_on)
    query = sa.select(*columns).where(_OWN.undone_at.is_(None), still).order_by(_OWN.id)
    found: dict[str, list[_Held]] = {}
    for code, *row in connection.execute(query):
        if code in villages:
            found.setdefault(code, []).append(_Held(*row))
    return found


def _differs(rows: list[_Held], agent: Agent | None, from_on: date) -> bool:
    """Say whether a village is not yet the agent's alone from a day on."""
    if agent is None:
        return bool(rows)
    kept = [row for row in rows if row.agent_id == agent.number and row.from_on <= from_on and row.to_on is None]
    return len(kept) != len(rows) or not kept


# --- what is written


def _written(connection: sa.Connection, from_on: date, note: str, by: Principal) -> _Change:
    row = {"made_at": datetime.now(UTC), "by_id": by.user_id, "from_on": from_on, "note": note or None}
    made = connection.execute(sa.insert(schema.assignment_changes).values(row)).inserted_primary_key
    assert made is not None
    return _Change(int(made[0]), from_on, by)


def _end(connection: sa.Connection, code: str, rows: list[_Held], agent: Agent | None, from_on: date) -> int:
    """End what others hold from a day on, and what was planned; an upload that is undone opens none of it again."""
    forget = (_OWN.village_code == code, _OWN.ended_by.is_not(None))
    connection.execute(sa.update(schema.assignments).where(*forget).values(ended_by=None))
    ended = 0
    for row in rows:
        own = agent is not None and row.agent_id == agent.number and row.from_on <= from_on
        if own:
            continue
        never = row.from_on >= from_on
        values = {"to_on": row.from_on - DAY, "undone_at": datetime.now(UTC)} if never else {"to_on": from_on - DAY}
        connection.execute(sa.update(schema.assignments).where(_OWN.id == row.number).values(values))
        ended += 1
    return ended


def _open(connection: sa.Connection, code: str, agent: Agent | None, change: _Change) -> int:
    """Open a village for an agent; one that ends on the day before, or later, goes on instead."""
    if agent is None:
        return 0
    same = (_OWN.village_code == code, _OWN.agent_id == agent.number, _OWN.undone_at.is_(None))
    last = sa.or_(_OWN.to_on.is_(None), _OWN.to_on >= change.from_on - DAY)
    query = sa.select(_OWN.id, _OWN.to_on).where(*same, last).order_by(_OWN.to_on.is_not(None), _OWN.id.desc())
    found = connection.execute(query).first()
    if found is not None and found.to_on is None:
        return 0
    if found is not None:
        goes_on = {"to_on": None, "change_id": change.number}
        connection.execute(sa.update(schema.assignments).where(_OWN.id == found.id).values(goes_on))
        return 1
    row = {"agent_id": agent.number, "village_code": code, "from_on": change.from_on}
    by = {"by_id": change.by.user_id, "change_id": change.number}
    connection.execute(sa.insert(schema.assignments).values(row | by))
    return 1


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
