"""The agents of the offices: codes, homes, and the days on which a village must be visited; no names of people."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
import sqlalchemy as sa

from geodata.office_day import today
from planner.rights import Principal, require
from planner.store import schema
from planner.store.audit import record
from planner.store.errors import StoreError
from planner.store.kept_agents import alone, office_numbers
from planner.uploads.kinds import AGENT_CODE_FORM, LONGEST_AGENT_CODE

AGENTS: Final = ("agent_code", "office", "home_village_code", "left_on", "login")
DATES: Final = ("agent_code", "village_code", "on_day")

_VILLAGE: Final = re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}")


@dataclass(frozen=True)
class Agent:
    """An agent: number, code, and the first day on which the agent no longer works, where there is one."""

    number: int
    code: str
    left_on: date | None


def agents(connection: sa.Connection) -> pd.DataFrame:
    """Return all agents by code, also those who have left: columns `AGENTS`, with nothing where something is unknown.

    ``left_on`` is the first day on which the agent no longer works, ``login`` that of the account.
    """
    joined = schema.agents.outerjoin(schema.offices, schema.agents.c.office_id == schema.offices.c.id).outerjoin(
        schema.users, schema.agents.c.user_id == schema.users.c.id
    )
    own = schema.agents.c
    columns = (own.code, schema.offices.c.name, own.home_village_code, own.left_on, schema.users.c.login)
    rows = connection.execute(sa.select(*columns).select_from(joined))
    return pd.DataFrame(sorted((tuple(row) for row in rows), key=lambda row: str(row[0])), columns=list(AGENTS))


def add_agent(
    connection: sa.Connection, agent_code: str, *, office: str, by: Principal, home: str | None = None
) -> int:
    """Add an agent without an account and return the number; an office that is not known yet is added.

    An agent who has left works again.

    Raises
    ------
    PlanError
        If the role may not do it.
    StoreError
        If the code has no form of a code or is taken, the office has no name, or the home is no village code.
    """
    require(by, "assignment.change")
    code, place = agent_code.strip(), " ".join(office.split())
    if not re.fullmatch(AGENT_CODE_FORM, code):
        raise StoreError("store.agent.code", most=LONGEST_AGENT_CODE)
    if not place:
        raise StoreError("store.agent.office")
    alone(connection)
    before = known(connection).get(code.casefold())
    if before is not None and before.left_on is None:
        raise StoreError("store.agent.taken", code=before.code)
    lives = None if home is None else village(home)
    row = {"office_id": office_numbers(connection, [place])[place.casefold()], "home_village_code": lives}
    if before is not None:
        same = schema.agents.c.id == before.number
        connection.execute(sa.update(schema.agents).where(same).values(**row, left_on=None))
        left, back = {"left_on": before.left_on}, {**row, "left_on": None}
        record(connection, by.login, "agent.came_back", entity="agents", key=before.number, before=left, after=back)
        return before.number
    made = connection.execute(sa.insert(schema.agents).values(code=code, **row)).inserted_primary_key
    assert made is not None
    record(connection, by.login, "agent.added", entity="agents", key=made[0], after={"code": code, **row})
    return int(made[0])


def set_home(connection: sa.Connection, agent_code: str, home: str | None, *, by: Principal) -> None:
    """Say in which village an agent lives, inside or outside the own ones; nothing for unknown.

    Raises
    ------
    PlanError
        If the role may not do it.
    StoreError
        If there is no such agent, or the home is no village code.
    """
    require(by, "assignment.change")
    agent, lives = agent_of(connection, agent_code), None if home is None else village(home)
    same, column = schema.agents.c.id == agent.number, schema.agents.c.home_village_code
    before = connection.execute(sa.select(column).where(same).with_for_update()).scalar_one()
    if before == lives:
        return
    connection.execute(sa.update(schema.agents).where(same).values(home_village_code=lives))
    told = {"before": {"home_village_code": before}, "after": {"home_village_code": lives}}
    record(connection, by.login, "agent.home_changed", entity="agents", key=agent.number, **told)


def set_visit_dates(
    connection: sa.Connection, agent_code: str, village_code: str, days: Collection[date], *, by: Principal
) -> None:
    """Say on which days from today on an agent must visit a village; other days from today on are no more asked.

    Raises
    ------
    PlanError
        If the role may not do it.
    StoreError
        If there is no such agent, the agent does not have the village on one of the days, or a day has passed.
    """
    require(by, "assignment.change")
    alone(connection)
    agent, code, asked = agent_of(connection, agent_code), village(village_code), sorted(set(days))
    for day in asked:
        if day < today():
            raise StoreError("store.visit_date.past", day=day.isoformat())
        if not _has(connection, agent, code, day):
            raise StoreError("store.visit_date.not_theirs", agent=agent.code, village=code, day=day.isoformat())
    own = schema.visit_dates.c
    same = (own.agent_id == agent.number, own.village_code == code, own.on_day >= today())
    before = sorted(connection.execute(sa.select(own.on_day).where(*same)).scalars())
    if before == asked:
        return
    connection.execute(sa.delete(schema.visit_dates).where(*same))
    row = {"agent_id": agent.number, "village_code": code, "by_id": by.user_id}
    if asked:
        connection.execute(sa.insert(schema.visit_dates), [{**row, "on_day": day} for day in asked])
    record(
        *(connection, by.login, "agent.visit_dates"),
        entity="agents",
        key=agent.number,
        before={"village_code": code, "days": before},
        after={"village_code": code, "days": asked},
    )


def visit_dates(connection: sa.Connection, agent_code: str | None = None) -> pd.DataFrame:
    """Return the days on which villages must be visited, of one agent or of all: columns `DATES`, in their order."""
    own = schema.visit_dates.c
    joined = schema.visit_dates.join(schema.agents, own.agent_id == schema.agents.c.id)
    query = sa.select(schema.agents.c.code, own.village_code, own.on_day).select_from(joined)
    if agent_code is not None:
        query = query.where(own.agent_id == agent_of(connection, agent_code).number)
    return pd.DataFrame(sorted(tuple(row) for row in connection.execute(query)), columns=list(DATES))


def known(connection: sa.Connection) -> dict[str, Agent]:
    """Return the agents by code in small letters."""
    own = schema.agents.c
    rows = connection.execute(sa.select(own.id, own.code, own.left_on).order_by(own.id.desc()))
    return {str(code).casefold(): Agent(int(number), str(code), left_on) for number, code, left_on in rows}


def agent_of(connection: sa.Connection, agent_code: str) -> Agent:
    """Return an agent by code, in small or capital letters.

    Raises
    ------
    StoreError
        If there is none.
    """
    code = agent_code.strip()
    found = known(connection).get(code.casefold())
    if found is None:
        raise StoreError("store.assign.unknown_agents", codes=code[:LONGEST_AGENT_CODE])
    return found


def village(code: str) -> str:
    """Return a village code.

    Raises
    ------
    StoreError
        If it has not the form of one.
    """
    if not _VILLAGE.fullmatch(code):
        raise StoreError("store.assign.village", code=code[:40])
    return code


def _has(connection: sa.Connection, agent: Agent, code: str, day: date) -> bool:
    own = schema.assignments.c
    holds = (own.from_on <= day, sa.or_(own.to_on.is_(None), own.to_on >= day))
    mine = (own.agent_id == agent.number, own.village_code == code)
    return connection.execute(sa.select(own.id).where(*mine, *holds)).first() is not None
