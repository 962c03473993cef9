"""Whose visit days are planned: the villages of an agent from a file, or with home and dates from the records."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from geodata.schema import VILLAGE_CODE
from planner.cli.session import Session
from planner.errors import PlanError
from planner.rights import CONSOLE
from planner.store.engine import in_use, opened
from planner.store.migrate import ready
from planner.store.own_area import rows_for


@dataclass(frozen=True)
class Given:
    """The villages of an agent, of a file or of the records; of these also home and dates that were set."""

    agent: str
    villages: frozenset[str]
    home: str | None = None
    dates: tuple[tuple[str, dt.date], ...] = ()


def of_file(assignment: Mapping[str, str], agent: str) -> Given:
    """Return the villages of an agent in an assignment. Raises PlanError if there are none."""
    agents = sorted(set(assignment.values()))
    if agent not in agents:
        raise PlanError("routes.unknown_agent", agent=agent[:40], known=", ".join(agents[:12]))
    return Given(agent, frozenset(code for code, who in assignment.items() if who == agent))


def of_records(session: Session, agent: str) -> Given:
    """Return what an agent sees of the records today, and write down that it was given out.

    Raises
    ------
    PlanError
        If there are no records, or the agent has no village.
    StoreError
        If there is no such agent, or the agent has left.
    """
    if not in_use(session.paths.records):
        raise PlanError("routes.no_records")
    with opened(None, session.paths.records) as engine:
        rows = rows_for(ready(engine), CONSOLE, agent)
    if rows.villages.empty:
        raise PlanError("routes.none_in_records", agent=rows.agent)
    dates = tuple(zip(rows.dates["village_code"], rows.dates["on_day"], strict=True))
    return Given(rows.agent, frozenset(rows.villages["village_code"]), rows.home, dates)


def with_records(
    asked: dict[str, list[dt.date]],
    kept: Iterable[tuple[str, dt.date]],
    own: pd.DataFrame,
    free: Collection[dt.date],
) -> dict[str, list[dt.date]]:
    """Return the dates that were asked for, and those of the records that fall on a working day of the month."""
    dates = {code: list(days) for code, days in asked.items()}
    for code, day in kept:
        if day in free and code in set(own[VILLAGE_CODE]) and day not in dates.get(code, []):
            dates.setdefault(code, []).append(day)
    return dates
