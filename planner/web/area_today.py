"""Today's route of an agent: stops in order with times and ways, what is done of it, and the other days."""

from datetime import date
from html import escape
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from babel.dates import format_date

from geodata import schema
from geodata.texts import Language, number
from planner.field.days import Stop
from planner.field.own_area import LAND
from planner.routes.params import RouteParams
from planner.routes.plan import REASON
from planner.territories.places import sphere_km
from planner.texts import t
from planner.web import area_correct
from planner.web import area_parts as parts
from planner.web.area_data import Seen
from planner.web.area_month import warning
from planner.web.tables import folded, paragraph

VIEW: Final = "hari"


def today(seen: Seen, language: Language, *, log: str) -> str:
    """Return today's stops and the other days as HTML.

    Parameters
    ----------
    seen
        The area.
    language
        Language of the words.
    log
        Beginning of the address of the visit log; empty where nobody writes.
    """
    area = seen.area
    head = parts.title(_day(area.made_on, language)) + warning(area, language)
    if area.villages.empty:
        return parts.part(VIEW, head, paragraph(t("web.area.none", language)))
    shown = _route(seen, seen.today, language, log=log) if seen.today else _next(seen, language)
    return parts.part(VIEW, head, shown, _others(seen, language))


def _route(seen: Seen, stops: tuple[Stop, ...], language: Language, *, log: str) -> str:
    done = seen.ticked(seen.area.made_on)
    legs = _legs(seen, stops)
    told = t(
        "web.area.today.sum",
        language,
        stops=len(stops),
        first=stops[0].arrive,
        last=stops[-1].leave,
        minutes=sum(stop.travel_min for stop in stops),
    )
    ticked = t("web.area.today.done", language, done=sum(stop.village_code in done for stop in stops), stops=len(stops))
    items = "".join(_stop(seen, stop, leg, done, language, log=log) for stop, leg in zip(stops, legs, strict=True))
    plan = seen.plans[0]
    begins = (
        t("web.area.today.from_home", language)
        if plan.home_is_known
        else t("web.area.today.from_middle", language, village=seen.names[plan.home])
    )
    return (
        f'<p class="area-sum">{escape(told)}<br><b>{escape(ticked)}</b></p><ol class="area-stops">{items}</ol>'
        f"{paragraph(begins, t('web.area.today.assumed', language))}"
    )


def _stop(
    seen: Seen, stop: Stop, leg: tuple[float | None, bool], done: dict[str, int], language: Language, *, log: str
) -> str:
    km, by_boat = leg
    way = t("web.area.today.way", language, minutes=stop.travel_min)
    if km is not None:
        way = t("web.area.today.way_km", language, minutes=stop.travel_min, km=number(km, language, 1))
    if by_boat:
        way = f"{way} · {t('web.area.today.boat', language)}"
    code, name = stop.village_code, seen.names[stop.village_code]
    tick = ""
    if code in done:
        words = t("web.area.today.ticked", language, registered=done[code])
        tick = f'<span class="area-tick">✓ {escape(words)}</span>'
    again = t("web.area.log.again" if code in done else "web.area.log.here", language)
    write = parts.link(log + code, again, kind="area-button main") if log else ""
    fix = area_correct.today(seen, code, language) if log else ""
    return (
        f'<li class="{"done" if code in done else "open"}"><span class="area-way">{escape(way)}</span>'
        f'<span class="area-no">{stop.number}</span> '
        f'<span class="area-clock">{escape(stop.arrive)}–{escape(stop.leave)}</span> '
        f"{parts.link(parts.CARD + code, name, kind='area-name')} {tick}"
        f'<span class="area-actions">{parts.navigation(stop.latitude, stop.longitude, name, language)}'
        f"{write}{fix}</span></li>"
    )


def _legs(seen: Seen, stops: tuple[Stop, ...]) -> list[tuple[float | None, bool]]:
    """Return of each stop the kilometres from where one comes from, and whether there is water between."""
    home = seen.area.home_place
    lands = dict(zip(seen.area.villages[schema.VILLAGE_CODE], seen.area.villages[LAND], strict=True))
    places = [(stop.longitude, stop.latitude, lands[stop.village_code]) for stop in stops]
    first = [] if home is None else [(home.longitude, home.latitude, home.land)]
    legs: list[tuple[float | None, bool]] = [(None, False)] if home is None else []
    for one, other in pairwise([*first, *places]):
        km = float(sphere_km(np.array([one[:2]]), np.array([other[:2]]))[0, 0]) * RouteParams().detour
        legs.append((km, one[2] != other[2]))
    return legs


def _next(seen: Seen, language: Language) -> str:
    day = seen.next_day
    if day is None:
        return paragraph(t("web.area.today.never", language))
    told = t("web.area.today.next", language, day=_day(day, language))
    return f'<p class="area-sum">{escape(told)}</p>{_day_list(seen, day, language)}'


def _others(seen: Seen, language: Language) -> str:
    """Return the other days of the plan, and the visits that found no day."""
    made_on = seen.area.made_on
    coming = [day for day in seen.route if day > made_on]
    gone = [day for day in seen.route if day < made_on]
    found = ""
    for key, some in (("coming", coming), ("gone", gone)):
        if some:
            listed = "".join(f"<h3>{escape(_day(day, language))}</h3>{_day_list(seen, day, language)}" for day in some)
            found += folded(t(f"web.area.today.{key}", language, days=len(some)), listed)
    return found + _missed(seen, language)


def _missed(seen: Seen, language: Language) -> str:
    """Say which visits found no day this month, and why."""
    told = ""
    for reason, rows in (seen.plans[0].missed if seen.plans else pd.DataFrame({REASON: []})).groupby(REASON):
        names = ", ".join(dict.fromkeys(rows[schema.VILLAGE_NAME]))
        told += paragraph(t(f"routes.missed.{reason}", language, count=len(rows), names=names))
    return told


def _day_list(seen: Seen, day: date, language: Language) -> str:
    items = []
    ticked = seen.ticked(day)
    for stop in seen.route[day]:
        code = stop.village_code
        tick = f" ✓ {escape(t('web.area.today.visited', language))}" if code in ticked else ""
        items.append(
            f'<li><span class="area-clock">{escape(stop.arrive)}</span> '
            f"{parts.link(parts.CARD + code, seen.names[code], kind='area-name')}{tick}</li>"
        )
    return parts.bullets(items, kind="area-day")


def _day(day: date, language: Language) -> str:
    return str(format_date(day, "EEEE, d MMMM yyyy", locale=language))
