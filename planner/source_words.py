"""Sources of figures and their dates in words of one language."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from babel.dates import format_date

from geodata import texts
from geodata.catalogue import Catalogue, Source
from geodata.provenance import Origin
from geodata.texts import Language
from planner.texts import FOLDER, t

Sources = Mapping[tuple[str, str], Source]
"""Sources of the catalogue by producer and English title, as origins name them."""

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


def by_title(catalogue: Catalogue) -> Sources:
    """Return the sources of a catalogue by producer and English title, as origins name them."""
    return {(source.producer, source.title.en): source for source in catalogue.sources}


def named(origin: Origin, sources: Sources, language: Language) -> tuple[str, str]:
    """Return producer and title of a source of a figure, in words.

    Parameters
    ----------
    origin
        The source as the layer records it.
    sources
        Of `by_title`.
    language
        Language of the words.
    """
    source = sources.get((origin.producer, origin.title))
    if source:
        return of_source(source, "producer", language), source.title.text(language)
    return origin.producer, _variable(origin.title, language)


def _variable(name: str, language: Language) -> str:
    """Return a published figure in words; what is no figure of ours stays as it stands."""
    known = f"web.variable.{name}" in texts.load(FOLDER)
    return t(f"web.variable.{name}", language) if known else name
