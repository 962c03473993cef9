"""The day it is for the offices, whatever the clock of the machine says of its own place."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

_ZONE: Final = timezone(timedelta(hours=7))  # western Indonesia, as the rules of PostgreSQL count


def today() -> date:
    """Return the day it is in western Indonesia."""
    return day_at(datetime.now(UTC))


def day_at(moment: datetime) -> date:
    """Return the day it was in western Indonesia at a moment that knows its zone."""
    return moment.astimezone(_ZONE).date()


def day_of(moment: float) -> date:
    """Return the day it was in western Indonesia, so many seconds after the first of January 1970."""
    return day_at(datetime.fromtimestamp(moment, UTC))
