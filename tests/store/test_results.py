"""What happened, read from the records."""

from datetime import date

import sqlalchemy as sa

from planner.delivered import Promised
from planner.store import results, schema
from planner.store.engine import writing
from tests.store import happened

CODE = "16.02.03.2001"


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
