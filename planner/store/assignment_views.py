"""Who has which village, and who had it when."""

from datetime import date
from typing import Final

import pandas as pd
import sqlalchemy as sa

from geodata.office_day import today
from planner.store import schema
from planner.store.staff import agent_of

CURRENT: Final = ("village_code", "agent_code", "from_on")
HISTORY: Final = ("village_code", "agent_code", "from_on", "to_on", "by", "note", "upload")

_OWN: Final = schema.assignments.c
_JOINED: Final = schema.assignments.join(schema.agents, _OWN.agent_id == schema.agents.c.id)


def current(connection: sa.Connection, day: date | None = None) -> pd.DataFrame:
    """Return who has which village on a day, by default today.

    Returns
    -------
    DataFrame
        Columns `CURRENT`, by village and agent: a village that two agents have stands twice.
    """
    on = day or today()
    works = sa.or_(schema.agents.c.left_on.is_(None), schema.agents.c.left_on > on)
    holds = (_OWN.from_on <= on, sa.or_(_OWN.to_on.is_(None), _OWN.to_on >= on), works)
    query = sa.select(_OWN.village_code, schema.agents.c.code, sa.func.min(_OWN.from_on)).select_from(_JOINED)
    rows = connection.execute(query.where(*holds).group_by(_OWN.village_code, schema.agents.c.code))
    return pd.DataFrame(sorted(tuple(row) for row in rows), columns=list(CURRENT))


def owners(held: pd.DataFrame) -> dict[str, str]:
    """Return the agent of each village of `current`; of several the one who has it longest, then the first by code."""
    ordered = held.sort_values(["from_on", "agent_code"], kind="stable").drop_duplicates("village_code")
    return dict(zip(ordered["village_code"].astype(str), ordered["agent_code"].astype(str), strict=True))


def history(connection: sa.Connection, *, village: str | None = None, agent: str | None = None) -> pd.DataFrame:
    """Return who had which village when, of one village or agent or of all; by village and first day.

    Returns
    -------
    DataFrame
        Columns `HISTORY`: ``to_on`` is the last day (nothing where none is set), ``by`` the login of who gave the
        village, ``note`` what was written down to it, ``upload`` the number of the upload that brought it. What never
        held, as from an upload that was undone, is left out.
    """
    changes, people = schema.assignment_changes, schema.users
    decided = sa.func.coalesce(changes.c.by_id, _OWN.by_id)
    joined = _JOINED.outerjoin(changes, _OWN.change_id == changes.c.id).outerjoin(people, people.c.id == decided)
    columns = (_OWN.village_code, schema.agents.c.code, _OWN.from_on, _OWN.to_on, people.c.login, changes.c.note)
    query = sa.select(*columns, _OWN.upload_id).select_from(joined).where(_OWN.undone_at.is_(None))
    if village is not None:
        query = query.where(_OWN.village_code == village)
    if agent is not None:
        query = query.where(_OWN.agent_id == agent_of(connection, agent).number)
    rows = connection.execute(query.order_by(_OWN.from_on, _OWN.id)).all()
    found = pd.DataFrame(sorted((tuple(row) for row in rows), key=lambda row: str(row[0])), columns=list(HISTORY))
    return found.astype({"upload": "Int64"})
