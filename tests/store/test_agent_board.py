"""Who works for the office on a day, what they hold, and what their visits tell."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from geodata import office_day
from planner.rights import CONSOLE
from planner.store import assigning, schema
from planner.store.agent_board import staff_on
from planner.store.engine import reading, writing

TODAY = office_day.today()
ONE, OTHER, THIRD = "16.02.03.2001", "16.02.03.2002", "16.02.03.2003"


def visited(connection: sa.Connection, code: str, day: date, registered: int) -> None:
    agent = sa.select(schema.agents.c.id).where(schema.agents.c.code == code).scalar_subquery()
    row = {"agent_id": agent, "village_code": ONE, "visited_on": day, "met": 9, "registered": registered}
    connection.execute(sa.insert(schema.visits).values(**row, written_at=datetime.now(UTC)))


def test_staff_of_a_day(engine: sa.Engine) -> None:
    earlier = TODAY - timedelta(days=20)
    with writing(engine) as connection:
        for code in ("B-1", "A-1", "A-2"):
            assigning.add_agent(connection, code, office="Palembang", by=CONSOLE)
        assigning.assign(connection, {ONE: "A-1", OTHER: "A-1", THIRD: "A-2"}, from_on=earlier, by=CONSOLE)
        visited(connection, "A-1", earlier, 3)
        visited(connection, "A-2", TODAY, 2)
        assigning.leave(connection, "A-2", TODAY, by=CONSOLE)
    with reading(engine) as connection:
        now, then = staff_on(connection, TODAY), staff_on(connection, TODAY - timedelta(days=1))
    assert now.agents["agent_code"].tolist() == ["A-1", "B-1"]
    assert now.agents["home_village_code"].tolist() == ["", ""]
    assert now.owners() == {ONE: "A-1", OTHER: "A-1"}
    assert now.shared == 0
    assert now.visits[["agent_code", "registered"]].to_numpy().tolist() == [["A-1", 3]]
    assert then.owners() == {ONE: "A-1", OTHER: "A-1", THIRD: "A-2"}


def test_a_village_of_two_agents_counts_for_the_one_who_has_it_longest(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        numbers = [assigning.add_agent(connection, code, office="P", by=CONSOLE) for code in ("A-1", "A-2")]
        for number, back in zip(numbers, (5, 50), strict=True):
            row = {"agent_id": number, "village_code": ONE, "from_on": TODAY - timedelta(days=back)}
            connection.execute(sa.insert(schema.assignments).values(row))
    with reading(engine) as connection:
        staff = staff_on(connection, TODAY)
    assert staff.owners() == {ONE: "A-2"}
    assert staff.shared == 1
