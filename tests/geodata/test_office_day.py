"""Days are those of the offices, seven hours ahead of UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

from geodata.office_day import day_at, day_of


def test_the_day_of_the_offices_begins_at_17_utc() -> None:
    before, after = datetime(2026, 11, 23, 16, 59, tzinfo=UTC), datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert (day_at(before), day_at(after)) == (date(2026, 11, 23), date(2026, 11, 24))
    assert day_of(after.timestamp()) == day_at(after.astimezone(timezone(timedelta(hours=-5)))) == date(2026, 11, 24)
