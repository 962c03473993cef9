"""What to say in the field, by sector: what it costs on a day, what it pays, who may join; all dated and sourced."""

from dataclasses import dataclass
from datetime import date

from geodata.schema import Sector
from planner.field.line import Line


@dataclass(frozen=True)
class Section:
    """A part of a card.

    Attributes
    ----------
    title
        Text of the catalogue.
    lines
        Its sentences.
    """

    title: str
    lines: tuple[Line, ...]


def talking_card(sector: Sector, day: date) -> tuple[Section, ...]:
    """Return the card of a sector, short enough for one printed page.

    Parameters
    ----------
    sector
        Sector of the people spoken to.
    day
        Day of the tariffs.
    """
    return (Section("talking_card.what", (Line(f"talking_card.say.{sector}", {"day": day}),)),)
