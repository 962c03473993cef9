"""Agents and assignments of the records as the page of areas needs them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

import pandas as pd

from planner.store import assigning
from planner.store.acting import reading_as, writing_as
from planner.territories.region import agents_of
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


def offices() -> dict[str, str]:
    """Return the office of each agent, by code, where it is known."""
    known = staff().dropna(subset="office")
    return dict(zip(known[_AGENT].astype(str), known["office"].astype(str), strict=True))


def usual_office(names: Sequence[str]) -> str:
    """Return the first office with agents in the records, which name it shorter maybe; else the first, or nothing."""
    known = {plain(office) for office in offices().values()} - {""} if exist() else set()
    with_agents = (name for name in names if any(office in plain(name) for office in known))
    return next(with_agents, names[0] if names else "")


def seen() -> pd.DataFrame:
    """Return who has which village today, as `planner.store.assigning.current`."""
    with reading_as(visitor.records(), visitor.require("page.territories")) as connection:
        return assigning.current(connection)


def now() -> dict[str, str]:
    """Return the agent of each village today, see `planner.store.assigning.owners`."""
    return assigning.owners(seen())


def at_home(known: Mapping[str, str], mine: Mapping[str, str], inside: set[str], office: str | None) -> list[str]:
    """Return the agents of a scope who work, see `planner.territories.region.agents_of`.

    Parameters
    ----------
    known
        Of `agents`.
    mine
        Agent of each village of the scope today.
    inside
        Codes of the villages of the scope.
    office
        Name of the branch office; nothing for a region.
    """
    return [code for code in agents_of(staff(), mine, inside, office) if code in known]


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
