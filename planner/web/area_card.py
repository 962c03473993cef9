"""Cards of the own villages: whom to meet, figures, visits, and what to say; folded on the phone, one page on paper."""

from collections.abc import Iterable
from html import escape

from geodata.texts import Language
from planner.field.cards import Entry, VillageCard, village_cards
from planner.texts import t
from planner.web import area_correct
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
    plan = seen.plans[-1] if seen.plans else None
    found = village_cards(seen.area, seen.area.made_on, language, plan=plan)
    says = {card.sector: _say(card, language) for card in found}
    return "".join([*(_card(seen, card, language, log=log) for card in found), *says.values()])


def _card(seen: Seen, card: VillageCard, language: Language, *, log: str) -> str:
    back = parts.link(VIEW, t("web.area.card.back", language), kind="area-back")
    region = escape(card.region or card.note)
    head = f'{back}<h2 class="area-title">{escape(card.title)}</h2><p class="area-region">{region}</p>'
    fixes = area_correct.buttons(seen, card.code, language) if log else []
    sections = (
        ("contacts", _lines(card.contacts), "open"),
        ("figures", _lines(card.figures), "open"),
        ("sectors", _lines(card.sectors), "folded"),
        ("say", f'<div class="area-say" data-say="{parts.SAY}{card.sector}">{_way(card, language)}</div>', "folded"),
        ("follow_ups", _lines(card.follow_ups), "open"),
        ("visits", _visits(card, fixes, language), "folded"),
    )
    inner = "".join(_section(key, found, how, language) for key, found, how in sections if found)
    return parts.part(parts.CARD + card.code, head, _actions(seen, card, language, log=log), inner, kind="area-card")


def _actions(seen: Seen, card: VillageCard, language: Language, *, log: str) -> str:
    shown = ""
    if card.code in seen.points:
        shown += parts.navigation(*seen.points[card.code], seen.names[card.code], language)
    if log:
        shown += parts.link(log + card.code, t("web.area.log.here", language), kind="area-button main")
    shown += f'<button type="button" class="area-button area-print">{escape(t("web.print", language))}</button>'
    return f'<p class="area-actions">{shown}</p>'


def _section(key: str, content: str, how: str, language: Language) -> str:
    words = t(f"web.area.card.{key}", language)
    html = folded(words, content)
    return html.replace("<details>", "<details open>", 1) if how == "open" else html


def _say(card: VillageCard, language: Language) -> str:
    """Return what to say in a sector as a part of its own; the script shows it in the cards of the sector too."""
    back = parts.link(VIEW, t("web.area.card.back", language), kind="area-back")
    head = f'<h2 class="area-title">{escape(t("web.area.card.say", language))}</h2>'
    said = "".join(f"<h3>{escape(name)}</h3>{_lines(found)}" for name, found in card.say)
    return parts.part(parts.SAY + card.sector, back, head, f'<div class="area-said-there">{said}</div>')


def _way(card: VillageCard, language: Language) -> str:
    return parts.link(parts.SAY + card.sector, t("web.area.card.say", language))


def _lines(found: Iterable[Entry], after: Iterable[str] = ()) -> str:
    inner = parts.entries(found, after)
    return f'<ul class="area-list">{inner}</ul>' if inner else ""


def _visits(card: VillageCard, fixes: Iterable[str], language: Language) -> str:
    days = "".join(f"<li>{escape(day)}</li>" for day in card.next_days)
    coming = f"<h3>{escape(t('web.area.card.next_days', language))}</h3><ul>{days}</ul>" if days else ""
    made = _lines(card.visits, fixes)
    none = "" if made else f"<p>{escape(t('web.area.card.no_visits', language))}</p>"
    return coming + made + none
