"""Looking as an agent: who can be looked as, and the trail of whoever does."""

import sqlalchemy as sa

from planner.errors import PlanError
from planner.rights import Principal, require
from planner.store.engine import reading, writing
from planner.store.people import PEOPLE, Person, person_of, tell
from planner.store.schema import agents, users


def agents_of(connection: sa.Connection) -> list[Person]:
    """Return the agents who have an account that can be used, by code."""
    working = (users.c.role == "agent", users.c.disabled_at.is_(None), agents.c.code.is_not(None))
    return [person_of(row) for row in connection.execute(PEOPLE.where(*working).order_by(agents.c.code))]


def seen_as(engine: sa.Engine, who: Principal, login: str, *, again: bool = False) -> Principal:
    """Return an agent as whom somebody looks, and write it down.

    Parameters
    ----------
    engine
        The database.
    who
        Who looks.
    login
        The agent's.
    again
        Whether it was written down before: every click of a look would fill the trail.

    Raises
    ------
    PlanError
        If the role may not do it, or there is no such agent, or the account is disabled.
    StoreError
        If the database cannot be written.
    """
    require(who, "view.as_agent")
    with (reading if again else writing)(engine) as connection:
        person = next((one for one in agents_of(connection) if one.login == login), None)
        if person is None:
            raise PlanError("accounts.unknown", login=login)
        agent = connection.execute(sa.select(agents.c.id).where(agents.c.user_id == person.user_id)).scalar_one()
        if not again:
            tell(connection, who, "user.seen_as", person)
    return Principal(person.user_id, person.login, person.name, person.role, int(agent))
