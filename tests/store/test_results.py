"""What happened, read from the records."""

from datetime import date, datetime

import sqlalchemy as sa

from planner.delivered import Promised
from planner.launch_pipeline import Move, Step
from planner.rights import CONSOLE
from planner.store import launch_views, launches, results, schema
from planner.store.engine import reading, writing
from planner.store.held import settle
from planner.store.plans import PlanRecords
from tests.planner.small_plans import made
from tests.store import happened, test_held

CODE = "16.02.03.2001"
WHY = "Bupati meminta tanggal ini lewat surat"


def propose(engine: sa.Engine, **changes: str) -> int:
    return launches.propose(engine, [CODE], on=date(2025, 1, 5), by=CONSOLE, **changes).launches[CODE]


def seen(engine: sa.Engine, launch: int) -> datetime:
    with reading(engine) as connection:
        return launch_views.found(connection, launch)["changed_at"]


def go(engine: sa.Engine, launch: int, to: Step, on: date) -> None:
    move = Move(to, on, evidence="560/12/2025", reason=WHY, override=WHY)
    launches.advance(engine, launch, move, by=CONSOLE, seen=seen(engine, launch))


def launched(engine: sa.Engine) -> list[list[object]]:
    return results.read(engine).records.launches.to_numpy().tolist()


def test_what_was_undone_and_other_segments_are_not_read(engine: sa.Engine) -> None:
    happened.fill(engine, CODE)
    found = results.read(engine)
    assert found.records.visits["registered"].tolist() == [30]
    assert found.records.participants["active"].tolist() == [10, 110, 30]
    assert found.records.participants["month"].tolist() == [date(2025, 7, 1), date(2025, 8, 1), date(2026, 8, 1)]


def test_the_day_of_a_launch_is_that_of_the_villages(engine: sa.Engine) -> None:
    happened.fill(engine, CODE)
    found = results.read(engine)
    assert found.records.launches.to_numpy().tolist() == [[CODE, happened.LAUNCHED]]
    promise = found.promises[CODE]
    assert (promise.plan, promise.decided_on) == ("Rencana", date(2025, 6, 4))
    assert promise.registrations == Promised(240.0, promise.registrations.low, promise.registrations.high)


def test_a_launch_that_went_back_has_no_day_until_the_village_is_launched_again(engine: sa.Engine) -> None:
    launch = propose(engine)
    go(engine, launch, "peresmian", date(2025, 2, 1))
    assert launched(engine) == [[CODE, date(2025, 2, 1)]]
    go(engine, launch, "mou", date(2025, 2, 1))
    assert launched(engine) == []
    go(engine, launch, "peresmian", date(2025, 3, 1))
    assert launched(engine) == [[CODE, date(2025, 3, 1)]]


def test_a_launch_that_was_given_up_after_its_day_counts_and_one_before_it_does_not(engine: sa.Engine) -> None:
    for step, day, left in (("mou", 1, []), ("peresmian", 2, [[CODE, date(2025, 2, 2)]])):
        launch = propose(engine)
        go(engine, launch, step, date(2025, 2, day))
        launches.cancel(engine, launch, WHY, by=CONSOLE, seen=seen(engine, launch))
        assert launched(engine) == left


def test_the_first_launch_of_a_village_counts_with_the_plan_it_comes_from(engine: sa.Engine) -> None:
    happened.fill(engine, CODE)
    with writing(engine) as connection:
        connection.execute(sa.update(schema.launches).values(status="finished"))
    again = propose(engine, again=WHY)
    go(engine, again, "peresmian", date(2025, 9, 1))
    assert launched(engine) == [[CODE, happened.LAUNCHED]]
    assert results.read(engine).promises[CODE].plan == "Rencana"
    go(engine, again, "mou", date(2025, 8, 1))
    go(engine, again, "peresmian", date(2025, 8, 2))
    assert launched(engine) == [[CODE, date(2025, 8, 2)]]
    assert results.read(engine).promises == {}


def test_of_two_uploads_of_a_month_the_last_counts(engine: sa.Engine) -> None:
    happened.fill(engine, CODE)
    with writing(engine) as connection:
        later = happened.add(connection, schema.uploads, **happened.upload(sha="c" * 64))
        row = {"village_code": CODE, "month": date(2026, 8, 1), "segment": "BPU", "active": 44, "inactive": 1}
        happened.add(connection, schema.participants, upload_id=later, **row)
    assert results.read(engine).records.participants["active"].tolist() == [10, 110, 44]


def test_empty_records_hold_nothing(engine: sa.Engine) -> None:
    found = results.read(engine)
    assert found.records.visits.empty
    assert found.records.participants.empty
    assert found.records.launches.empty
    assert found.promises == {}


def test_the_version_changes_with_what_is_read(engine: sa.Engine) -> None:
    versions = [results.version(engine)]
    happened.fill(engine, CODE)
    versions.append(results.version(engine))
    assert results.version(engine) == versions[-1]
    with writing(engine) as connection:
        connection.execute(sa.update(schema.uploads).values(status="undone", undone_at=happened.NOW))
    versions.append(results.version(engine))
    with writing(engine) as connection:
        connection.execute(sa.delete(schema.visits))
    versions.append(results.version(engine))
    assert len(set(versions)) == len(versions)


def test_the_version_changes_with_a_row_that_was_held_and_with_the_name_of_a_plan(engine: sa.Engine) -> None:
    plan_records = PlanRecords(engine, CONSOLE)
    plan_records.save("Satu", made("Satu"))
    upload = test_held.kept(engine, {})
    versions = [results.version(engine)]
    settle(engine, upload, 2, test_held.A, by=CONSOLE, known=test_held.KNOWN)
    versions.append(results.version(engine))
    plan_records.rename("Satu", as_name="Dua")
    versions.append(results.version(engine))
    assert len(results.read(engine).records.participants) == 1
    assert len(set(versions)) == len(versions)
