"""An agent's rows are told by their own columns, also where two numbers happen to differ."""

import sqlalchemy as sa

from planner.store import schema
from planner.store.acting import reading_as
from planner.store.engine import reading, writing
from tests.store.agents import OWN, made


def test_an_agent_sees_the_own_office_and_not_the_one_that_has_the_agents_number(engine: sa.Engine) -> None:
    agent = made(engine).a
    with writing(engine) as connection:
        row = {"name": "Prabumulih", "kind": "branch"}
        office = connection.execute(sa.insert(schema.offices).values(row)).inserted_primary_key[0]
        assert office != agent.agent_id
        mine = schema.agents.c.id == agent.agent_id
        connection.execute(sa.update(schema.agents).where(mine).values(office_id=office))
    with reading_as(engine, agent) as connection:
        assert connection.execute(sa.select(schema.offices.c.name)).scalars().all() == ["Prabumulih"]


def test_an_agent_does_not_see_who_else_has_one_of_the_own_villages(engine: sa.Engine) -> None:
    office = made(engine)
    shared = sa.select(schema.assignments.c.agent_id).where(schema.assignments.c.village_code == OWN[1])
    with reading(engine) as connection:
        assert set(connection.execute(shared).scalars()) == {office.a.agent_id, office.b.agent_id}
    with reading_as(engine, office.a) as connection:
        assert connection.execute(shared).scalars().all() == [office.a.agent_id]
