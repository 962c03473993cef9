"""What an agent's pages and pack are made of: the own area only, with or without an account."""

import threading
from dataclasses import fields
from datetime import date, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata.office_day import today
from planner.errors import PlanError
from planner.store import own_area, schema
from planner.store.acting import looking_as, reading_as, write_visit, writing_as
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from tests.store.agents import DAY, FAR, HOME, KEY, NOW, OWN, Office, made
from tests.store.test_acting import assert_hidden

NEW = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
OTHER = "16fd2706-8baf-433b-82eb-8c7fada847da"
VISIT = {"met": 9, "interested": 4, "registered": 2}


@pytest.fixture
def office(engine: sa.Engine) -> Office:
    return made(engine)


def said(rows: own_area.AreaRows) -> str:
    """All that is in them, as text."""
    frames = [getattr(rows, field.name) for field in fields(rows)]
    return "\n".join(one.to_csv() if isinstance(one, pd.DataFrame) else str(one) for one in frames)


def test_the_rows_are_those_of_the_own_area(engine, office):
    old, first = date(today().year - 2, 1, 1), today().replace(day=1)
    with writing(engine) as connection:
        row = {"agent_id": 1, "village_code": OWN[0], "written_at": NOW, **VISIT}
        connection.execute(sa.insert(schema.visits).values(visited_on=old, **row))
        for day in (first - timedelta(days=1), first):  # one of this month that has passed still stands in its plan
            dated = {"agent_id": 1, "village_code": OWN[1], "on_day": day}
            connection.execute(sa.insert(schema.visit_dates).values(dated))
        counts = {"upload_id": 1, "village_code": OWN[0], "active": 5, "inactive": 1}
        for month, segment in ((old, "BPU"), (date(2026, 11, 1), "PU"), (date(2026, 11, 1), "BPU")):
            connection.execute(sa.insert(schema.participants).values(month=month, segment=segment, **counts))
    found = own_area.rows_as(engine, office.a)
    assert (found.agent, found.office, found.home) == ("A-1", "Palembang", HOME)
    assert found.villages["village_code"].tolist() == list(OWN)
    assert found.visits[["village_code", "visited_on", "entry_key"]].to_numpy().tolist() == [[OWN[0], DAY, KEY]]
    assert found.participants.to_numpy().tolist() == [
        [OWN[0], date(2026, 10, 1), 1, 1],
        [OWN[0], date(2026, 11, 1), 5, 1],
        [OWN[1], date(2026, 10, 1), 2, 1],
    ]
    assert found.funded[["village_code", "fund", "people"]].to_numpy().tolist() == [[c, "ours", 20] for c in OWN]
    assert found.dates.to_numpy().tolist() == [[OWN[1], first], [OWN[0], FAR]]
    assert_hidden([said(found)], "own area")


def test_the_office_gets_the_same_rows_and_that_is_written_down(engine, office):
    assert said(own_area.rows_for(engine, office.manager, " a-1 ")) == said(own_area.rows_as(engine, office.a))
    with reading(engine) as connection:
        looked = connection.execute(sa.select(schema.audit).where(schema.audit.c.what == "agent.seen_as")).one()
    assert (looked.who, looked.entity_key, looked.after) == ("manajer", "1", {"code": "A-1", "villages": 2})


def test_what_was_brought_counts_in_villages_that_are_anothers_now_and_names_none(engine, office):
    day, before = today(), own_area.rows_as(engine, office.a).results["registered"].sum()
    with writing(engine) as connection:
        taken = {"agent_id": 1, "village_code": "16.02.03.2099", "visited_on": day, "written_at": NOW, **VISIT}
        connection.execute(sa.insert(schema.visits).values(taken))
        row = {"agent_id": 1, "village_code": "16.02.03.2099", "from_on": date(2020, 1, 1), "to_on": date(2020, 2, 1)}
        connection.execute(sa.insert(schema.assignments).values(row))
    found = own_area.rows_as(engine, office.a)
    assert "16.02.03.2099" not in said(found)
    assert dict(found.results.to_numpy().tolist())[day] >= 2
    assert found.results["registered"].sum() == before + 2 > found.visits["registered"].sum()
    assert found.since == date(2020, 1, 1)
    with looking_as(engine, office.manager, "A-1") as connection:
        assert own_area.area_rows(connection).since > found.since


def test_an_agent_without_an_account_has_rows_too_and_no_others(engine, office):
    with writing(engine) as connection:
        connection.execute(sa.update(schema.agents).where(schema.agents.c.id == 1).values(user_id=None))
    found = own_area.rows_for(engine, office.admin, "A-1")
    assert found.villages["village_code"].tolist() == list(OWN)
    assert_hidden([said(found)], "own area")
    with looking_as(engine, office.manager, "A-1") as connection:
        for table in ("visits", "participants", "agents", "users", "audit", "uploads"):
            assert_hidden(list(connection.exec_driver_sql(f"SELECT * FROM {table}")), table)
    for statement in ("UPDATE visits SET met = 1", "SELECT planner_act(NULL, false)"):
        with pytest.raises(StoreError), looking_as(engine, office.manager, "A-1") as connection:
            connection.exec_driver_sql(statement)
    with pytest.raises(StoreError, match="disabled"), reading_as(engine, office.a):
        pytest.fail("a connection was given")


def test_who_may_not_look_and_who_does_not_work_is_refused(engine, office):
    with reading(engine) as connection:
        codes = dict(map(tuple, connection.execute(sa.select(schema.agents.c.id, schema.agents.c.code))))
    for who, code, words in (
        (office.planner, "A-1", "perencana"),
        (office.a, "A-1", "agen.a"),
        (office.manager, "X-9", "not known: X-9"),
        (office.manager, codes[office.disabled.agent_id], "the account is disabled"),
        (office.manager, codes[office.left.agent_id], "no longer works"),
    ):
        with pytest.raises(PlanError, match=words) as caught:
            own_area.rows_for(engine, who, code)
        assert caught.value.text("id") != caught.value.text("en")
    with reading(engine) as connection, pytest.raises(StoreError, match="for agents only"):
        own_area.area_rows(connection)


# --- entries of a phone


def visits_of(engine: sa.Engine, key: str) -> int:
    with reading(engine) as connection:
        query = sa.select(sa.func.count()).select_from(schema.visits).where(schema.visits.c.entry_key == key)
        return connection.execute(query).scalar_one()


def write(engine: sa.Engine, office: Office, key: str = NEW, **changes: object) -> int:
    with writing_as(engine, office.a) as connection:
        visit = {"village_code": OWN[1], "visited_on": DAY, "dusun": "II", **VISIT, **changes}
        return write_visit(connection, **visit, entry_key=key)


def test_an_entry_is_kept_once_however_often_it_is_sent(engine, office):
    first = write(engine, office)
    assert write(engine, office, NEW.upper(), dusun=" ii ") == first
    for change in ({"met": 10}, {"village_code": OWN[0]}, {"visited_on": DAY + timedelta(days=1)}):
        with pytest.raises(StoreError, match="kept already with other content") as caught:
            write(engine, office, **change)
        assert "tulis sebagai catatan baru" in caught.value.text("id")
    with pytest.raises(StoreError, match="already written down"):
        write(engine, office, OTHER)
    with pytest.raises(StoreError, match="form of a UUID") as caught:
        write(engine, office, "Budi Santoso 0812")
    assert "berbentuk UUID" in caught.value.text("id")
    assert visits_of(engine, NEW) == 1


def test_an_entry_that_comes_at_once_from_two_tabs_is_kept_once(engine, office):
    found: list[object] = []

    def work() -> None:
        try:
            found.append(write(engine, office))
        except Exception as error:  # noqa: BLE001 (whatever one of them meets)
            found.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert isinstance(found[0], int)
    assert visits_of(engine, NEW) == 1


def test_the_key_of_an_entry_in_a_village_that_went_away_stands_for_no_other(engine, office):
    write(engine, office)
    with writing(engine) as connection:
        gone = (schema.assignments.c.agent_id == 1, schema.assignments.c.village_code == OWN[1])
        connection.execute(sa.update(schema.assignments).where(*gone).values(to_on=DAY))
    with pytest.raises(StoreError, match="is not yours"):
        write(engine, office)
    with pytest.raises(StoreError, match="kept already with other content"):
        write(engine, office, village_code=OWN[0])
    assert visits_of(engine, NEW) == 1


def test_an_agent_does_not_change_the_key_of_an_entry(engine, office):
    try:
        with writing_as(engine, office.a) as connection:
            connection.exec_driver_sql(f"UPDATE visits SET entry_key = '{NEW}', met = 8")
    except StoreError:
        assert engine.dialect.name == "sqlite"
    assert (visits_of(engine, KEY), visits_of(engine, NEW)) == (1, 0)
