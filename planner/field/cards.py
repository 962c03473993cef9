"""The card of one village for the agent: all that is to be known before the visit, as plain words.

Pages, the offline pack and print render the same card. Names and notes are those of the data: whoever renders them
escapes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import pandas as pd
from babel.dates import format_date

from geodata.schema import (
    DISTRICT_NAME,
    ELIGIBLE,
    REGENCY_NAME,
    SECTORS,
    VILLAGE_CODE,
    VILLAGE_NAME,
    VILLAGE_TYPE,
    Sector,
    basis,
    high,
    low,
    sector_column,
)
from geodata.texts import Language, number, percentage
from planner.coverage import COVERAGE, GAP
from planner.field.contacts import contacts, leading_sectors
from planner.field.follow_up import reason
from planner.field.line import Line, Month, said
from planner.field.own_area import ACTIVE, INACTIVE, MONTH, OwnArea
from planner.field.talking_card import talking_card
from planner.routes.plan import DATE, RoutePlan
from planner.texts import t

_FIGURES: Final = (ELIGIBLE, GAP, COVERAGE)
_COUNTED: Final = ("met", "interested", "registered")
_NOTHING: Final = "–"
_Row = dict[str, Any]


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
        How it was obtained, its source, or what else was written down; may be empty.
    links
        Addresses of the source.
    """

    label: str
    value: str
    note: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class VillageCard:
    """A village, in words of one language; nothing is escaped.

    Attributes
    ----------
    code, title, region
        Village code, name with its kind, and district and regency (empty where unknown).
    figures
        Eligible workers, gap, coverage, participants as last reported.
    sectors
        Workers by sector, most first; those without any are left out.
    sector
        The sector whose talking card ``say`` is.
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
    note
        What is wrong with the village as a whole; may be empty.
    """

    code: str
    title: str
    region: str
    figures: tuple[Entry, ...]
    sectors: tuple[Entry, ...]
    sector: Sector
    visits: tuple[Entry, ...]
    next_days: tuple[str, ...]
    follow_ups: tuple[Entry, ...]
    contacts: tuple[Entry, ...]
    say: tuple[tuple[str, tuple[Entry, ...]], ...]
    note: str = ""


def village_cards(
    area: OwnArea, day: date, language: Language, *, plan: RoutePlan | None = None
) -> tuple[VillageCard, ...]:
    """Return the cards of all own villages, in their order.

    Parameters
    ----------
    area
        The agent's area.
    day
        The day: of the tariffs, and from which visits are to come.
    language
        Language of the words.
    plan
        The visit days, for the days of the next visits.

    Raises
    ------
    PlanError
        If the table of tariffs does not reach to the day.
    """
    rows = _records(pd.DataFrame(area.villages.drop(columns="geometry")))
    visits, matters = (_by_village(_records(frame)) for frame in (area.visits, area.follow_ups))
    planned: dict[str, set[date]] = {}
    for stop in () if plan is None else _records(plan.stops[[VILLAGE_CODE, DATE]]):
        planned.setdefault(stop[VILLAGE_CODE], set()).add(stop[DATE])
    cards = []
    for row in rows:
        code = str(row[VILLAGE_CODE])
        days = _next_days(planned.get(code, set()), set(area.dates.get(code, ())), day, language)
        cards.append(_card(row, day, language, visits=visits.get(code, ()), matters=matters.get(code, ()), days=days))
    return tuple(cards)


def _card(
    row: _Row,
    day: date,
    language: Language,
    *,
    visits: Iterable[_Row],
    matters: Iterable[_Row],
    days: tuple[str, ...],
) -> VillageCard:
    leading = leading_sectors(row)
    sector: Sector = leading[0] if leading else "other"
    kind, name = row[VILLAGE_TYPE], str(row[VILLAGE_NAME])
    is_known = _is_known(kind)
    place = {"district": row[DISTRICT_NAME], "regency": row[REGENCY_NAME]}
    return VillageCard(
        code=str(row[VILLAGE_CODE]),
        title=t(f"field.type.{kind}", language, name=name) if is_known else name,
        region=t("field.card.region", language, **place) if is_known else "",
        figures=_figures(row, language),
        sectors=_sectors(row, language),
        sector=sector,
        visits=_visits(visits, language),
        next_days=days,
        follow_ups=_follow_ups(matters, language),
        contacts=_contacts(row, language),
        say=talking_entries(sector, day, language),
        note="" if is_known else t("field.card.not_in_layer", language),
    )


@lru_cache(maxsize=64)
def talking_entries(sector: Sector, day: date, language: Language) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Return a talking card in words: title of each part, and its sentences with their sources.

    Parameters
    ----------
    sector, day
        As for `planner.field.talking_card.talking_card`.
    language
        Language of the words.
    """
    return tuple(
        (t(section.title, language), tuple(entry(line, language) for line in section.lines))
        for section in talking_card(sector, day)
    )


def entry(line: Line, language: Language) -> Entry:
    """Return a line in words, with its source as note."""
    source = line.source
    if source is None:
        return Entry("", line.text(language))
    return Entry("", line.text(language), source.text(language), source.addresses)


def _figures(row: Mapping[str, Any], language: Language) -> tuple[Entry, ...]:
    shown = (_figure(row, name, t(f"field.card.{name}", language), language) for name in _FIGURES)
    return (*shown, _report(row, language))


def _figure(row: Mapping[str, Any], name: str, label: str, language: Language) -> Entry:
    if not _is_known(row[name]):
        return Entry(label, _NOTHING, t("field.card.unknown", language))
    ends = [row[column] for column in (name, low(name), high(name))]
    told = [_number(value, name, language) for value in ends]
    has_range = all(map(_is_known, ends)) and told[1] != told[2]
    text = t("field.card.range", language, value=told[0], low=told[1], high=told[2]) if has_range else told[0]
    how = row[basis(name)]
    return Entry(label, text, t(f"export.basis.{how}", language) if _is_known(how) else "")


def _number(value: Any, name: str, language: Language) -> str:  # noqa: ANN401 (a figure, or none)
    if not _is_known(value):
        return _NOTHING
    return percentage(float(value), language, 1) if name == COVERAGE else number(round(float(value)), language)


def _report(row: Mapping[str, Any], language: Language) -> Entry:
    if not _is_known(row[MONTH]) or not _is_known(row[ACTIVE]):
        label = t("field.card.participants_never", language)
        return Entry(label, _NOTHING, t("field.card.never_reported", language))
    label = t("field.card.participants", language, month=said(Month(row[MONTH]), language))
    key = "field.card.active_inactive" if _is_known(row[INACTIVE]) else "field.card.active"
    counts = {name: int(row[name]) for name in (ACTIVE, INACTIVE) if _is_known(row[name])}
    return Entry(label, t(key, language, **counts), t("field.card.reported", language))


def _sectors(row: Mapping[str, Any], language: Language) -> tuple[Entry, ...]:
    people = {one: float(row[sector_column(one)]) for one in SECTORS if _is_known(row[sector_column(one)])}
    order = sorted((one for one in people if round(people[one]) > 0), key=lambda one: -people[one])
    return tuple(_figure(row, sector_column(one), t(f"export.sector.{one}", language), language) for one in order)


def _visits(rows: Iterable[_Row], language: Language) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            str(said(pd.Timestamp(row["visited_on"]).date(), language)),
            t(
                "field.card.visit_in" if _is_filled(row["dusun"]) else "field.card.visit",
                language,
                **{name: int(row[name]) if _is_known(row[name]) else _NOTHING for name in _COUNTED},
                dusun=row["dusun"],
            ),
            str(row["obstacle"]) if _is_filled(row["obstacle"]) else "",
        )
        for row in rows
    )


def _next_days(planned: set[date], given: set[date], day: date, language: Language) -> tuple[str, ...]:
    said_days = {
        one: str(format_date(one, "EEEE, d MMMM yyyy", locale=language)) for one in planned | given if one >= day
    }
    return tuple(
        t("field.card.day_set", language, day=said_days[one]) if one in given else said_days[one]
        for one in sorted(said_days)
    )


def _follow_ups(rows: Iterable[_Row], language: Language) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            t(f"field.follow_up.kind.{row['kind']}", language),
            reason(row).text(language),
            t(
                "field.card.overdue" if row["days"] < 0 else "field.card.due",
                language,
                due=said(row["due_on"], language),
            ),
        )
        for row in rows
    )


def _records(frame: pd.DataFrame) -> list[_Row]:
    """Return the rows of a frame: to look for each among all of them takes ten times as long."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _by_village(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(str(row[VILLAGE_CODE]), []).append(row)
    return found


def _contacts(row: Mapping[str, Any], language: Language) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            t(one.role, language),
            t(one.reason, language),
            t("field.card.judgement", language) if one.source is None else one.source.text(language),
            () if one.source is None else one.source.addresses,
        )
        for one in contacts(row)
    )


def _is_known(value: Any) -> bool:  # noqa: ANN401 (whatever a cell holds)
    return value is not None and not pd.isna(value)


def _is_filled(value: Any) -> bool:  # noqa: ANN401
    return _is_known(value) and bool(str(value).strip())
