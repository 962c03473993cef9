"""The sources of a figure in words: producer, title, place, date and licence, as a link."""

from collections.abc import Mapping

from geodata import texts
from geodata.catalogue import Catalogue, Source
from geodata.provenance import Origin
from geodata.texts import Language
from planner.texts import FOLDER, t
from planner.web.tables import Link
from planner.web.wording import dated, of_source

Sources = Mapping[tuple[str, str], Source]
"""Sources of the catalogue by producer and English title, as origins name them."""


def by_title(catalogue: Catalogue) -> Sources:
    """Return the sources of a catalogue as `told` looks them up."""
    return {(source.producer, source.title.en): source for source in catalogue.sources}


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
    producer = of_source(source, "producer", language) if source else origin.producer
    title = source.title.text(language) if source else _variable(origin.title, language)
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


def _variable(name: str, language: Language) -> str:
    """Return a published figure in words; what is no figure of ours stays as it stands."""
    known = f"web.variable.{name}" in texts.load(FOLDER)
    return t(f"web.variable.{name}", language) if known else name
