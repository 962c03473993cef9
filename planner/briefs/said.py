"""How a brief writes numbers, ranges and sources."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from geodata.texts import Language, number
from planner.briefs.days import day_text, span_text
from planner.briefs.origins import Producer
from planner.briefs.standing import Range
from planner.export.cells import clean
from planner.texts import t

LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class Voice:
    """The words of one language."""

    language: Language

    def say(self, key: str, **values: object) -> str:
        """Return a text of the briefs."""
        return t(f"briefs.{key}", self.language, **values)

    def people(self, count: float | None) -> str:
        """Write whole people, or that nobody knows."""
        return self.say("unknown") if count is None else number(round(count), self.language)

    def percent(self, share: float | None) -> str:
        """Write percent with one decimal, without the sign."""
        return self.say("unknown") if share is None else number(share, self.language, 1)

    def span(self, ends: Range) -> str:
        """Write the range of whole people; the one number where both ends are the same."""
        least, most = self.people(ends.low), self.people(ends.high)
        return least if least == most else self.say("range", low=least, high=most)

    def day(self, known: object) -> str:
        """Write a day as exactly as it is known."""
        return day_text(known, self.language)  # type: ignore[arg-type]  # days and texts

    def producers(self, found: Iterable[Producer]) -> str:
        """Write who made figures, and of which time they are; that nobody knows where there are none."""
        told = "; ".join(
            self.say("sources.producer", name=clean(one.name), days=span_text(one.first, one.last, self.language))
            for one in found
        )
        return told or self.say("unknown")

    def source(self, url: str, day: str) -> str:
        """Write who published something and when; of several sources all."""
        pairs = zip(url.split(" | "), day.split(" | "), strict=False)
        told = dict.fromkeys(self.say("source", publisher=_publisher(one), day=self.day(on)) for one, on in pairs)
        return "; ".join(told)

    def joined(self, items: Sequence[str]) -> str:
        """Write a list: one, another and a third."""
        if len(items) < 2:
            return "".join(items)
        return self.say("and", first=", ".join(items[:-1]), last=items[-1])


def is_exact(ends: Range) -> bool:
    """Say whether a figure has no range to tell."""
    return ends.low is None or ends.high is None or ends.low == ends.high


def short(name: str) -> str:
    """Return a name of data as a page can hold it: no control characters, not longer than `LONGEST_NAME`."""
    words = clean(name)
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"


def _publisher(url: str) -> str:
    return url.split("://", 1)[1].split("/", 1)[0].removeprefix("www.") if "://" in url else url
