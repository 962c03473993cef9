"""Lines that keep their values and source apart from the words, so that every face of the program says the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from babel.dates import format_date

from geodata.texts import Language
from planner.rupiah import spoken, written
from planner.source_words import dated
from planner.texts import t

_MILLION: Final = 1_000_000


class Rupiah(int):
    """An amount of money; whole millions are said in words, others written in full."""

    def text(self, language: Language) -> str:
        """Return the amount as it is said: Rp42 juta, Rp16.800."""
        return spoken(self, language) if self % _MILLION == 0 and self else written(self, language)


@dataclass(frozen=True)
class Month:
    """The month of a day, to be said as November 2026."""

    day: date


@dataclass(frozen=True)
class Key:
    """A value that is itself a text of the catalogue."""

    key: str


@dataclass(frozen=True)
class Source:
    """Where a statement comes from.

    Attributes
    ----------
    url
        Address, several parted by `` | ``; or the name of a document.
    day
        Date of the source as it is known: ``2018-12-11``, ``2018-05``, ``2026``, ``n.d.``; several as the addresses.
    confidence
        A to D, several as the addresses.
    """

    url: str
    day: str
    confidence: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return the addresses that a browser can open."""
        return tuple(url for url in self.url.split(" | ") if url.startswith(("https://", "http://")))

    def text(self, language: Language) -> str:
        """Return the source in short: publishers, dates, confidence."""
        names = ", ".join(dict.fromkeys(_publisher(url) for url in self.url.split(" | ")))
        undated = t("field.undated", language)
        days = ", ".join(
            dict.fromkeys(undated if day == "n.d." else dated(day, language) for day in self.day.split(" | "))
        )
        marks = "/".join(dict.fromkeys(self.confidence.split(" | ")))
        return t("field.source", language, names=names, days=days, confidence=marks)


@dataclass(frozen=True)
class Line:
    """One sentence.

    Attributes
    ----------
    key
        Text of the catalogue.
    values
        What fills it: numbers, `Rupiah`, days, `Month`, `Key`, or text as it is.
    source
        Where it comes from; none where it is ours, or calculated.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    source: Source | None = None

    def text(self, language: Language) -> str:
        """Return the sentence."""
        return t(self.key, language, **{name: said(value, language) for name, value in self.values.items()})


def said(value: object, language: Language) -> object:
    """Return a value as the language says it; other types than those of a `Line` stay as they are."""
    if isinstance(value, Rupiah):
        return value.text(language)
    if isinstance(value, Month):
        return str(format_date(value.day, "MMMM yyyy", locale=language))
    if isinstance(value, date):
        return str(format_date(value, "d MMMM yyyy", locale=language))
    return t(value.key, language) if isinstance(value, Key) else value


def _publisher(url: str) -> str:
    return url.split("://", 1)[1].split("/", 1)[0].removeprefix("www.") if "://" in url else url
