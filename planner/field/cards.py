"""The card of one village for the agent: all that is to be known before the visit, as plain words."""

from dataclasses import dataclass
from datetime import date

from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language
from planner.field.contacts import contacts
from planner.field.own_area import OwnArea
from planner.routes.plan import RoutePlan
from planner.texts import t


@dataclass(frozen=True)
class Entry:
    """One figure or sentence of a card.

    Attributes
    ----------
    label
        What it is; empty for a sentence by itself.
    value
        The figure with its range, or the sentence.
    note
        How it was obtained, or its source; may be empty.
    """

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class VillageCard:
    """A village, in words of one language; nothing is escaped.

    Attributes
    ----------
    code, title, region
        Village code, name with its kind, and district and regency.
    figures
        Eligible workers, gap, coverage, participants as last reported.
    sectors
        Workers by sector, most first; those without any are left out.
    sector
        The largest sector, whose talking card fits.
    visits
        Own visits there, newest first.
    next_days
        Days of the next visits, as planned or set.
    follow_ups
        What to follow up there.
    contacts
        Whom to meet, by role, and why.
    say
        What to say: title of each part, and its sentences with their sources.
    """

    code: str
    title: str
    region: str
    figures: tuple[Entry, ...]
    sectors: tuple[Entry, ...]
    sector: str | None
    visits: tuple[Entry, ...]
    next_days: tuple[str, ...]
    follow_ups: tuple[Entry, ...]
    contacts: tuple[Entry, ...]
    say: tuple[tuple[str, tuple[Entry, ...]], ...]


def village_card(
    area: OwnArea, code: str, day: date, language: Language, *, plan: RoutePlan | None = None
) -> VillageCard:
    """Return the card of an own village.

    Parameters
    ----------
    area
        The agent's area.
    code
        Village code; one of the own villages.
    day
        The day.
    language
        Language of the words.
    plan
        The visit days, for the days of the next visits.

    Raises
    ------
    KeyError
        If it is none of the own villages.
    """
    rows = area.villages[area.villages[VILLAGE_CODE] == code]
    if rows.empty:
        raise KeyError(code)
    row = dict(rows.drop(columns="geometry").iloc[0])
    met = tuple(Entry(t(one.role, language), t(one.reason, language)) for one in contacts(row))
    return VillageCard(code, str(row[VILLAGE_NAME]), "", (), (), None, (), (), (), met, ())
