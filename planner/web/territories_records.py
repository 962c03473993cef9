"""Agents and assignments of the records as the page of areas needs them."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import pandas as pd

from planner.store import assigning
from planner.store.acting import reading_as, writing_as
from planner.uploads.columns import plain
from planner.web import records, visitor

_AGENT: Final = "agent_code"


def exist() -> bool:
    """Say whether there are records."""
    return records.exist()


def agents() -> dict[str, str]:
    """Return the home of each agent who works, by code; empty where it is not known."""
    found = staff()
    working = found[found["left_on"].isna()]
    homes = (home if isinstance(home, str) else "" for home in working["home_village_code"])
    return dict(zip(working[_AGENT].astype(str), homes, strict=True))


def staff() -> pd.DataFrame:
    """Return all agents as `planner.store.assigning.agents`."""
    with reading_as(visitor.records(), visitor.require("page.territories")) as connection:
        return assigning.agents(connection)


def seen() -> pd.DataFrame:
    """Return who has which village today, as `planner.store.assigning.current`."""
    with reading_as(visitor.records(), visitor.require("page.territories")) as connection:
        return assigning.current(connection)


def now() -> dict[str, str]:
    """Return the agent of each village today, see `planner.store.assigning.owners`."""
    return assigning.owners(seen())


def at_home(known: Mapping[str, str], mine: Mapping[str, str], inside: set[str], office: str) -> list[str]:
    """Return the agents of a scope: who has villages or a home there, or belongs to the office.

    Parameters
    ----------
    known
        Of `agents`.
    mine
        Agent of each village of the scope today.
    inside
        Codes of the villages of the scope.
    office
        Name of the branch office; of a region, its code.
    """
    table = staff()
    theirs = {str(code) for code, name in zip(table[_AGENT], table["office"], strict=True) if _same(name, office)}
    holders = set(mine.values())
    return [code for code, home in known.items() if code in holders or home in inside or code in theirs]


def save(
    given: Mapping[str, str],
    *,
    from_on: date,
    note: str,
    seen_before: pd.DataFrame,
    rests_on: Collection[str] = (),
) -> assigning.Assigned:
    """Give villages to agents from a day on, as `planner.store.assigning.assign`.

    Raises
    ------
    PlanError
        If the role may not do it, or the note cannot be kept.
    StoreError
        If it is impossible, or others changed a village since it was seen.
    """
    who = visitor.require("assignment.change")
    with writing_as(visitor.records(), who) as connection:
        return assigning.assign(
            connection, dict(given), from_on=from_on, by=who, note=note, seen=seen_before, rests_on=rests_on
        )


def history(*, village: str | None = None, agent: str | None = None) -> pd.DataFrame:
    """Return who had which village when, as `planner.store.assigning.history`."""
    with reading_as(visitor.records(), visitor.require("page.territories")) as connection:
        return assigning.history(connection, village=village, agent=agent)


def _same(name: object, office: str) -> bool:
    return isinstance(name, str) and bool(plain(name)) and plain(name) == plain(office)
