"""Days and times as people of a language write them; times are those of western Indonesia (WIB)."""

from datetime import date, datetime
from typing import Final

from babel.dates import format_date, format_datetime, get_timezone

from geodata.texts import Language

_ZONE: Final = get_timezone("Asia/Jakarta")


def day(when: date, language: Language) -> str:
    """Return a day: 22 November 2026."""
    return str(format_date(when, "d MMMM yyyy", locale=language))


def month(when: date, language: Language) -> str:
    """Return the month of a day: November 2026."""
    return str(format_date(when, "MMMM yyyy", locale=language))


def time(when: datetime, language: Language) -> str:
    """Return a day and time: 22 Nov 2026 15:04 WIB."""
    return str(format_datetime(when, "d MMM yyyy HH:mm 'WIB'", tzinfo=_ZONE, locale=language))
