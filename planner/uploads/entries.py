"""What an entry of a phone says: two with one key and the same content are one visit."""

from datetime import date

Entry = tuple[str, str, str, int, int, int, str]
"""Day, village, dusun in small letters, met, interested, registered, obstacle in small letters."""


def entry_of(
    day: date,
    village_code: str,
    *,
    dusun: str | None,
    met: int,
    interested: int | None,
    registered: int,
    obstacle: str | None,
) -> Entry:
    """Return what an entry says; needless space, capital letters and a count left empty make no difference."""
    words = [" ".join((text or "").split()).casefold() for text in (dusun, obstacle)]
    return day.isoformat(), village_code, words[0], int(met), int(interested or 0), int(registered), words[1]
