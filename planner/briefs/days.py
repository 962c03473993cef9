"""Days as people write them, as exactly as they are known."""

from datetime import date

from geodata.texts import Language
from planner.source_words import dated
from planner.texts import t


def day_text(known: str | date, language: Language) -> str:
    """Write a day or a part of one: 2023, Agustus 2023, 6 November 2023.

    Parameters
    ----------
    known
        Year, month or day in ISO form; other texts stay as they are, none and ``n.d.`` are told as such.
    language
        Language of the months.
    """
    text = known.isoformat() if isinstance(known, date) else known
    if not text or text == "n.d.":
        return t("briefs.undated", language)
    return dated(text, language)


def span_text(first: str, last: str, language: Language) -> str:
    """Write the time between two days; the day where both are the same."""
    ends = [day_text(day, language) for day in (first, last)]
    return ends[0] if ends[0] == ends[1] else t("briefs.span", language, first=ends[0], last=ends[1])
