"""Cards of the own villages: whom to meet, figures, visits, and what to say; folded on the phone, one page on paper."""

from collections.abc import Iterable
from html import escape

import pandas as pd

from geodata import schema
from geodata.texts import Language
from planner.field.cards import Entry, VillageCard, village_card
from planner.texts import t
from planner.web import area_parts as parts
from planner.web.area_data import Seen
from planner.web.area_villages import VIEW
from planner.web.tables import folded


def cards(seen: Seen, language: Language, *, log: str) -> str:
    """Return the cards of all own villages, of which the address shows one.

    Parameters
    ----------
    seen
        The area.
    language
        Language of the words.
    log
        Beginning of the address of the visit log; empty where nobody writes.
    """
    return "".join(_card(seen, str(code), language, log=log) for code in seen.area.villages[schema.VILLAGE_CODE])


def _card(seen: Seen, code: str, language: Language, *, log: str) -> str:
    plan = seen.plan[-1] if seen.plan else None
    card = village_card(seen.area, code, seen.area.made_on, language, plan=plan)
    back = parts.link(VIEW, t("web.area.card.back", language), kind="area-back")
    head = f'{back}<h2 class="area-title">{escape(card.title)}</h2><p class="area-region">{escape(card.region or card.note)}</p>'
    sections = (
        ("contacts", parts.bullets([parts.entries(card.contacts)]), "open"),
        ("figures", parts.bullets([parts.entries((*card.figures, *card.sectors))]), "open"),
        ("say", _say(card), "folded"),
        ("follow_ups", parts.bullets([parts.entries(card.follow_ups)]) if card.follow_ups else "", "open"),
        ("visits", _visits(card, language), "folded"),
    )
    inner = "".join(_section(key, found, how, language) for key, found, how in sections if found)
    return parts.part(parts.CARD + code, head, _actions(seen, card, language, log=log), inner, kind="area-card")


def _actions(seen: Seen, card: VillageCard, language: Language, *, log: str) -> str:
    villages = seen.area.villages
    row = villages[villages[schema.VILLAGE_CODE] == card.code].iloc[0]
    point = (row[schema.LATITUDE], row[schema.LONGITUDE])
    shown = ""
    if not pd.isna(point[0]):
        shown += parts.navigation(float(point[0]), float(point[1]), seen.name(card.code), language)
    if log:
        shown += parts.link(log + card.code, t("web.area.log.here", language), kind="area-button main")
    shown += f'<button type="button" class="area-button area-print">{escape(t("web.print", language))}</button>'
    return f'<p class="area-actions">{shown}</p>'


def _section(key: str, content: str, how: str, language: Language) -> str:
    words = t(f"web.area.card.{key}", language)
    html = folded(words, content)
    return html.replace("<details>", "<details open>", 1) if how == "open" else html


def _say(card: VillageCard) -> str:
    return "".join(f"<h3>{escape(name)}</h3>{_lines(found)}" for name, found in card.say)


def _lines(found: Iterable[Entry]) -> str:
    return parts.bullets([parts.entries(found)])


def _visits(card: VillageCard, language: Language) -> str:
    days = "".join(f"<li>{escape(day)}</li>" for day in card.next_days)
    coming = f"<h3>{escape(t('web.area.card.next_days', language))}</h3><ul>{days}</ul>" if days else ""
    made = parts.bullets([parts.entries(card.visits)]) if card.visits else ""
    none = "" if made else f"<p>{escape(t('web.area.card.no_visits', language))}</p>"
    return coming + made + none
