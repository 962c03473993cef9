"""Dates, places and the catalogue's words in the language of the page."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from babel.dates import format_date

from geodata import schema, texts
from geodata.catalogue import Source
from geodata.texts import Language
from planner.texts import FOLDER, t

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_FORMS: Final = {4: ("yyyy", "-01-01"), 7: ("MMMM yyyy", "-01"), 10: ("d MMMM yyyy", "")}  # by length in ISO form


def dated(text: str | None, language: Language) -> str:
    """Write a date as exactly as it is known: 2023, Agustus 2023, 6 November 2023.

    Parameters
    ----------
    text
        Year, month or day in ISO form; other texts stay as they are, none and ``n.d.`` are told as such.
    language
        Language of the months.
    """
    if not text or text == "n.d.":
        return t("web.about.undated", language)
    try:
        pattern, rest = _FORMS[len(text)]
        return str(format_date(date.fromisoformat(text + rest), pattern, locale=language))
    except (ValueError, KeyError):
        return text


def of_source(source: Source, field: Literal["producer", "version", "licence"], language: Language) -> str:
    """Return what the catalogue says of a source; it is kept in English, the texts hold what reads otherwise."""
    key = f"web.source.{source.key}.{field}"
    told = texts.load(FOLDER).get(key)
    return told[language] if told else str(getattr(source, field))


def placed(village: "Mapping[str, Any] | pd.Series[Any]", language: Language) -> str:
    """Say whether it is a desa or a kelurahan, where it lies, and its code."""
    return t(
        "web.card.place",
        language,
        type=t(f"web.type.{village[schema.VILLAGE_TYPE]}", language),
        district=village[schema.DISTRICT_NAME],
        regency=village[schema.REGENCY_NAME],
        province=village[schema.PROVINCE_NAME],
        code=village[schema.VILLAGE_CODE],
    )
