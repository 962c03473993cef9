"""What the records know of an agent's own area, for the pages and the offline pack: read as the agent, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from geodata.office_day import today
from planner.field.incentive import Incentive
from planner.field.own_area import OwnArea, own_area
from planner.rights import Principal
from planner.store import schema
from planner.store.acting import SEGMENT, looking_as, own_villages, reading_as
from planner.store.audit import record
from planner.store.engine import reading, writing
from planner.store.funded import own_funded
from planner.store.rights_agent import AGENT

MONTHS: Final = 13

_VISITS: Final = ("village_code", "visited_on", "dusun", "met", "interested", "registered", "obstacle", "entry_key")
_NUMBER: Final = "number"
_PARTICIPANTS: Final = ("village_code", "month", "active", "inactive")
_DATES: Final = ("village_code", "on_day")
_RESULTS: Final = ("visited_on", "registered")


@dataclass(frozen=True)
class AreaRows:
    """The rows of an agent's own area.

    Attributes
    ----------
    agent
        Code of the agent.
    office
        Name of the branch office; nothing where none is known.
    home
        Code of the village the agent lives in, inside or outside the area; nothing where none is known.
    villages
        One row per village, by code: ``village_code``, ``from_on``, ``month``, ``active``, ``inactive``,
        ``last_visit_on``; see `planner.store.acting.own_villages`.
    visits
        Own visits of the last `MONTHS` months, the newest first: ``village_code``, ``visited_on``, ``dusun``, ``met``,
        ``interested``, ``registered``, ``obstacle``, ``entry_key``, ``number`` (missing where an upload of the office
        brought the visit: the agent cannot change it).
    participants
        BPU participants of the last `MONTHS` months by village and month: ``village_code``, ``month``, ``active``,
        ``inactive``; of several uploads of a month the last.
    funded
        Groups whose contributions somebody pays: ``village_code``, ``fund``, ``people``, ``starts_on``, ``ends_on``;
        by village and end. Of several uploads of a village, fund and first day the last.
    dates
        Days on which a village must be visited, from the first of this month on, so that its plan stays the same when
        one has passed: ``village_code``, ``on_day``; by day.
    results
        How many were registered on each day of the last `MONTHS` months, also in villages that are another's now, which
        it does not name: ``visited_on``, ``registered``.
    since
        First day on which the agent ever had a village; nothing without any.
    """

    agent: str
    office: str | None
    home: str | None
    villages: pd.DataFrame
    visits: pd.DataFrame
    participants: pd.DataFrame
    funded: pd.DataFrame
    dates: pd.DataFrame
    results: pd.DataFrame
    since: date | None


def area_of(
    rows: AreaRows,
    layer: gpd.GeoDataFrame,
    day: date,
    *,
    incentives: tuple[Incentive, ...] | None = None,
    lands: "pd.Series[int] | None" = None,
) -> OwnArea:
    """Return the area that the rows of an agent make; see `planner.field.own_area.own_area`."""
    return own_area(
        layer,
        day,
        agent=rows.agent,
        owned=rows.villages,
        visits=rows.visits,
        participants=rows.participants,
        funded=rows.funded,
        results=rows.results,
        since=rows.since,
        home=rows.home,
        dates=rows.dates,
        incentives=incentives,
        lands=lands,
    )


def area_rows(connection: sa.Connection) -> AreaRows:
    """Return the rows of the area of the agent whose connection it is.

    What villages of others hold is not seen: `rows_as` and `rows_for` add the sums of it.

    Parameters
    ----------
    connection
        From `planner.store.acting.reading_as` or `writing_as` of an agent, or from `looking_as`.

    Raises
    ------
    StoreError
        If it is no connection of an agent, or the database cannot be read.
    """
    own = own_villages(connection)
    now = today()
    first = _first_month(now)
    me, office, visits = schema.agents.c, schema.offices.c, schema.visits.c
    query = sa.select(me.code, office.name, me.home_village_code)
    found = connection.execute(query.outerjoin_from(schema.agents, schema.offices, me.office_id == office.id)).one()
    number = sa.case((visits.upload_id.is_(None), visits.id)).label(_NUMBER)
    newest = sa.select(*(visits[name] for name in _VISITS), number).where(visits.visited_on >= first)
    made = _frame(connection, newest.order_by(visits.visited_on.desc(), visits.id.desc()), (*_VISITS, _NUMBER))
    days = schema.visit_dates.c
    dates = sa.select(*(days[name] for name in _DATES)).where(days.on_day >= now.replace(day=1))
    return AreaRows(
        *found,
        villages=own,
        visits=made.astype({_NUMBER: "Int64"}),
        participants=_participants(connection, first),
        funded=_sorted(own_funded(connection), ["village_code", "ends_on", "fund"]),
        dates=_sorted(_frame(connection, dates, _DATES), ["on_day", "village_code"]),
        results=made[list(_RESULTS)],
        since=min(own["from_on"], default=None),
    )


def rows_as(engine: sa.Engine, agent: Principal) -> AreaRows:
    """Return the rows of the own area of an agent who is signed in, or is looked at by `agent_views.seen_as`.

    Raises
    ------
    StoreError
        If the account does not work, or the database cannot be read.
    """
    with reading_as(engine, agent) as connection:
        number, found = connection.info[AGENT], area_rows(connection)
    with reading(engine) as connection:
        return replace(found, **_results(connection, number))


def rows_for(engine: sa.Engine, who: Principal, agent_code: str) -> AreaRows:
    """Return for the office the rows that an agent sees, and write down that they were given out.

    They are read through the row rules of the agent, with or without an account: what is made of them never holds more
    than the agent may see.

    Parameters
    ----------
    engine
        The database.
    who
        Who asks.
    agent_code
        The agent, in small or capital letters.

    Raises
    ------
    PlanError
        If the role may not do it.
    StoreError
        If there is no such agent, the agent has left or the account is disabled, or the database cannot be written.
    """
    with looking_as(engine, who, agent_code) as connection:
        number, found = connection.info[AGENT], area_rows(connection)
    with writing(engine) as connection:
        told = {"code": found.agent, "villages": len(found.villages)}
        record(connection, who.login, "agent.seen_as", entity="agents", key=number, after=told)
        return replace(found, **_results(connection, number))


def _results(connection: sa.Connection, agent: int) -> dict[str, Any]:
    """Return what an agent brought by day and since when, also in villages that are another's now.

    The connection is the office's: an agent does not lose a month's work with the villages. Only sums by day come of
    it, no village.
    """
    visits, uploads, own = schema.visits.c, schema.uploads.c, schema.assignments.c
    undone = sa.select(uploads.id).where(uploads.status == "undone")
    standing = sa.or_(visits.upload_id.is_(None), visits.upload_id.not_in(undone))
    query = sa.select(visits.visited_on, sa.func.sum(visits.registered))
    mine = query.where(visits.agent_id == agent, visits.visited_on >= _first_month(today()), standing)
    since = sa.select(sa.func.min(own.from_on)).where(own.agent_id == agent, own.undone_at.is_(None))
    days = [(day, int(people)) for day, people in connection.execute(mine.group_by(visits.visited_on))]
    found = _sorted(pd.DataFrame(days, columns=list(_RESULTS)), ["visited_on"])
    return {"results": found, "since": connection.execute(since).scalar()}


def _participants(connection: sa.Connection, first: date) -> pd.DataFrame:
    counts = schema.participants.c
    newest = counts.upload_id.desc()
    place = sa.func.row_number().over(partition_by=(counts.village_code, counts.month), order_by=newest).label("place")
    columns = [counts[name] for name in _PARTICIPANTS]
    rows = sa.select(*columns, place).where(counts.segment == SEGMENT, counts.month >= first).subquery()
    query = sa.select(*(rows.c[name] for name in _PARTICIPANTS)).where(rows.c.place == 1)
    found = _sorted(_frame(connection, query, _PARTICIPANTS), ["village_code", "month"])
    return found.astype({"active": "Int64", "inactive": "Int64"})


def _first_month(day: date) -> date:
    """Return the first of the last `MONTHS` months, that of the day among them."""
    months = day.year * 12 + day.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _frame(connection: sa.Connection, query: sa.Select[Any], columns: Iterable[str]) -> pd.DataFrame:
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(columns))


def _sorted(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return frame.sort_values(by, ignore_index=True, kind="stable")
