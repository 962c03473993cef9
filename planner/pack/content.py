"""What stands in a pack, in words of one language and clean of control characters; each format only sets it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar

import geopandas as gpd
import pandas as pd
from babel.dates import format_date

from geodata.schema import DISTRICT_NAME, LATITUDE, LONGITUDE, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner.export.cells import clean
from planner.field.area_svg import area_svg
from planner.field.cards import Entry, VillageCard, entry, village_cards
from planner.field.days import Stop, stops_of
from planner.field.own_area import OwnArea
from planner.routes.plan import DATE, REASON, TRAVEL_MIN, RoutePlan
from planner.rupiah import written
from planner.small_cells import SMALLEST
from planner.texts import t

OLD_AFTER_DAYS: Final = 31
"""A pack that is older is said to be old."""

_VISITS_SHOWN: Final = 20
_Kept = TypeVar("_Kept")


@dataclass(frozen=True)
class RouteDay:
    """One day of the plan: what it takes, in words, and its stops in order."""

    day: date
    title: str
    told: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Talk:
    """What to say to people of a sector: title, and parts with their sentences."""

    sector: str
    title: str
    parts: tuple[tuple[str, tuple[Entry, ...]], ...]


@dataclass(frozen=True)
class Pack:
    """What stands in a pack.

    Attributes
    ----------
    agent, made_on, language
        Whose it is, of which day, in which language.
    month
        Month of the plan in words.
    villages
        The own villages by code: ``village_code``, ``village_name``, ``longitude``, ``latitude``, outline, EPSG:4326.
    drawn
        Map of them as SVG; empty without villages.
    numbered
        The same map with the number of each in ``cards``, from 1, in place of its name.
    cards
        A card of each, in the same order.
    days
        Days with visits, in order.
    missed
        What found no day.
    talks
        What to say, by sector.
    counter, assumed
        The month so far, and what its figures rest on.
    warning
        How long there has been no result; empty as long as that is no matter.
    follow_ups
        Matters by village, the most urgent village first.
    visits
        Last own visits.
    home
        Village code of the home if it is an own village.
    fingerprint
        Fingerprint of the village layer; empty where it is not known.
    number
        Number of the export; empty where the file gets none.
    """

    agent: str
    made_on: date
    language: Language
    month: str
    villages: gpd.GeoDataFrame
    drawn: str
    numbered: str
    cards: tuple[VillageCard, ...]
    days: tuple[RouteDay, ...]
    missed: tuple[str, ...]
    talks: tuple[Talk, ...]
    counter: tuple[Entry, ...]
    assumed: tuple[Entry, ...]
    warning: str
    follow_ups: tuple[tuple[str, tuple[Entry, ...]], ...]
    visits: tuple[Entry, ...]
    home: str | None
    fingerprint: str = ""
    number: str = ""

    def text(self, key: str, **values: object) -> str:
        """Return a text of packs in the language."""
        return t(f"pack.{key}", self.language, **values)

    @property
    def own(self) -> str:
        """Return that the pack is the agent's alone, as it tells what was counted."""
        return self.text("own", agent=self.agent, smallest=SMALLEST)

    @property
    def title(self) -> str:
        """Return what the pack is called."""
        return self.text("title", agent=self.agent)

    @property
    def made(self) -> str:
        """Return the day in words."""
        return day_text(self.made_on, self.language)

    @property
    def numbered_words(self) -> tuple[str, ...]:
        """Return the number of the export in words, if there is one."""
        return (self.text("number", number=self.number),) if self.number else ()

    def points(self) -> Iterator[tuple[VillageCard, float, float]]:
        """Yield card, latitude and longitude of each village whose point is known."""
        places = zip(self.cards, self.villages[LATITUDE], self.villages[LONGITUDE], strict=True)
        yield from ((card, float(lat), float(lon)) for card, lat, lon in places if pd.notna(lat) and pd.notna(lon))


def pack_of(area: OwnArea, plan: RoutePlan | None, language: Language, *, fingerprint: str = "") -> Pack:
    """Return what stands in the pack of an agent.

    Parameters
    ----------
    area
        The agent's area.
    plan
        The visit days; none where nothing can be planned.
    language
        Language of the pack.
    fingerprint
        Fingerprint of the village layer.
    """
    own = _cleaned(area)
    codes = own.villages[VILLAGE_CODE].tolist()
    planned = _of_own(plan, codes)
    cards = _clean(village_cards(own, own.made_on, language, plan=planned))
    urgent = [code for code in dict.fromkeys(own.follow_ups[VILLAGE_CODE]) if code in codes]
    by_code = {card.code: card for card in cards}
    return Pack(
        agent=own.agent,
        made_on=own.made_on,
        language=language,
        month=_month(plan, own.made_on, language),
        villages=gpd.GeoDataFrame(own.villages[[VILLAGE_CODE, VILLAGE_NAME, LONGITUDE, LATITUDE, "geometry"]]),
        drawn=area_svg(own, language),
        numbered=area_svg(own, language, labels={code: str(nth) for nth, code in enumerate(codes, start=1)}),
        cards=cards,
        days=tuple(_days(plan, set(codes), language)),
        missed=tuple(_missed(plan, set(codes), language)),
        talks=tuple(_talks(cards, language)),
        counter=_clean(tuple(_counter(own, language))),
        assumed=_clean(tuple(entry(line, language) for line in own.month.assumed)),
        warning=_warning(own, language),
        follow_ups=tuple((by_code[code].title, by_code[code].follow_ups) for code in urgent),
        visits=_clean(tuple(_visits(own, language))),
        home=own.home if own.home in by_code else None,
        fingerprint=fingerprint,
    )


def day_text(day: date, language: Language) -> str:
    """Return a day in words: Senin, 23 November 2026."""
    return str(format_date(day, "EEEE, d MMMM yyyy", locale=language))


def _cleaned(area: OwnArea) -> OwnArea:
    """Return an area whose names every format can hold."""
    villages = area.villages
    names = [name for name in (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME) if name in villages]
    texts = {name: villages[name].map(lambda one: clean(one) if isinstance(one, str) else one) for name in names}
    return replace(area, villages=gpd.GeoDataFrame(villages.assign(**texts)))


def _of_own(plan: RoutePlan | None, codes: list[str]) -> RoutePlan | None:
    return None if plan is None else replace(plan, stops=plan.stops[plan.stops[VILLAGE_CODE].isin(codes)])


def _clean(found: _Kept) -> _Kept:
    """Return words without control characters, also within records and tuples."""
    value: Any = found
    if isinstance(value, str):
        value = clean(value)
    elif isinstance(value, tuple):
        value = tuple(_clean(one) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        value = replace(value, **{field.name: _clean(getattr(value, field.name)) for field in fields(value)})
    return value  # type: ignore[no-any-return]


def _month(plan: RoutePlan | None, made_on: date, language: Language) -> str:
    first = made_on if plan is None or plan.days.empty else plan.days[DATE].iloc[0]
    return str(format_date(first, "MMMM yyyy", locale=language))


def _days(plan: RoutePlan | None, codes: set[str], language: Language) -> Iterator[RouteDay]:
    if plan is None:
        return
    for row in plan.days.to_dict("records"):
        stops = tuple(_clean(stop) for stop in stops_of(plan, row[DATE]) if stop.village_code in codes)
        told = t(
            "pack.day",
            language,
            visits=len(stops),
            hours=number(float(row["hours"]), language, 1),
            travel=number(float(row[TRAVEL_MIN]) / 60, language, 1),
        )
        yield RouteDay(row[DATE], day_text(row[DATE], language), told, stops)


def _missed(plan: RoutePlan | None, codes: set[str], language: Language) -> Iterator[str]:
    if plan is None:
        return
    own = plan.missed[plan.missed[VILLAGE_CODE].isin(codes)]
    for reason, rows in own.groupby(REASON):
        names = ", ".join(dict.fromkeys(clean(str(name)) for name in rows[VILLAGE_NAME]))
        yield t(f"routes.missed.{reason}", language, count=len(rows), names=names)


def _talks(cards: tuple[VillageCard, ...], language: Language) -> Iterator[Talk]:
    """Yield what to say once for each sector, the sector of most villages first."""
    sectors = [card.sector for card in cards]
    said = {card.sector: card.say for card in cards}
    for sector in sorted(said, key=lambda one: (-sectors.count(one), one)):
        yield Talk(sector, t(f"export.sector.{sector}", language), said[sector])


def _counter(area: OwnArea, language: Language) -> Iterator[Entry]:
    month = area.month

    def counted(name: str, value: str) -> Entry:
        return Entry(t(f"pack.month.{name}", language), value)

    def between(least: int, most: int) -> str:
        both = [written(amount, language) for amount in (least, most)]
        return both[0] if least == most else f"{both[0]} – {both[1]}"

    of = {"registered": month.registered, "wanted": month.wanted}
    yield counted("registered", t("pack.month.of", language, **of))
    yield counted("missing", t("pack.month.left", language, missing=month.missing, days=month.days_left))
    yield counted("income", between(month.income_least_idr, month.income_idr))
    yield counted("with_bonus", written(month.income_with_bonus_idr, language))
    yield counted("per_participant", written(month.per_participant_idr, language))


def _warning(area: OwnArea, language: Language) -> str:
    found = area.quiet
    if found.level == "none" or found.closes_on is None:
        return ""
    return t(f"pack.quiet.{found.level}", language, days=found.days, day=day_text(found.closes_on, language))


def _visits(area: OwnArea, language: Language) -> Iterator[Entry]:
    names = dict(zip(area.villages[VILLAGE_CODE], area.villages[VILLAGE_NAME], strict=True))
    own = area.visits[area.visits[VILLAGE_CODE].isin(list(names))]
    for row in own.head(_VISITS_SHOWN).to_dict("records"):
        counts = {name: int(row[name]) for name in ("met", "registered")}
        place = ", ".join(str(part) for part in (names[row[VILLAGE_CODE]], row["dusun"]) if isinstance(part, str))
        note = row["obstacle"] if isinstance(row["obstacle"], str) else ""
        day = pd.Timestamp(row["visited_on"]).date()
        yield Entry(
            f"{format_date(day, 'd MMM yyyy', locale=language)} · {place}", t("pack.visit", language, **counts), note
        )
