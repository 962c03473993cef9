"""What commands take from the records where no file is given: who works, where they live, who has which village."""

from collections.abc import Collection
from datetime import date

from planner.cli.session import Session
from planner.errors import PlanError
from planner.store.agent_board import Staff, staff_on
from planner.store.engine import in_use, opened, reading
from planner.store.migrate import ready


def staff_of(session: Session, day: date, *, missing: str) -> Staff:
    """Return who works for the office on a day; says where villages have several agents.

    Parameters
    ----------
    session
        The command line.
    day
        The day.
    missing
        Key of what is told where there are no records or no agents in them.

    Raises
    ------
    PlanError
        If there are none.
    StoreError
        If the records cannot be read.
    """
    if not in_use(session.paths.records):
        raise PlanError(missing)
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        staff = staff_on(connection, day)
    if staff.agents.empty:
        raise PlanError(missing)
    if staff.shared:
        session.say("capacity.shared", villages=staff.shared)
    return staff


def homes_of(staff: Staff, villages: Collection[str]) -> dict[str, str]:
    """Return the home of each agent who lives in one of some villages; any other home counts as not known."""
    return {agent: home for agent, home in staff.homes().items() if home in set(villages)}
