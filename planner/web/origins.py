"""The sources of a figure in words: producer, title, place, date and licence, as a link."""

from geodata.provenance import Origin
from geodata.texts import Language
from planner.source_words import Sources as Sources  # noqa: PLC0414 (the pages take them from here)
from planner.source_words import by_title as by_title  # noqa: PLC0414
from planner.source_words import dated, named, of_source
from planner.texts import t
from planner.web.tables import Link


def told(origin: Origin, sources: Sources, place: str, language: Language) -> Link:
    """Tell of one source of a figure.

    Parameters
    ----------
    origin
        The source as the layer records it.
    sources
        Of `by_title`.
    place
        Name of the area it is of; empty for all.
    language
        Language of the words.
    """
    source = sources.get((origin.producer, origin.title))
    producer, title = named(origin, sources, language)
    licence = of_source(source, "licence", language) if source else origin.licence
    rest = [
        place,
        dated(origin.date, language),
        t("web.about.licence", language, licence=licence) if licence else _page(origin, language),
    ]
    return Link(f"{producer}: {title}", origin.url, f"({'; '.join(filter(None, rest))})")


def _page(origin: Origin, language: Language) -> str:
    """Say that a figure was read from a page; what an office sent has none."""
    return t("web.about.page", language) if origin.url else ""
