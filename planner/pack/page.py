"""The pack as one HTML page that asks no network for anything: the own area, its cards, routes, and notes of visits.

Every text is escaped, names reach the script as JSON only, and the page's own rules (CSP) let nothing run but the one
script and the one style sheet that were put in, known by their hashes; nothing may be fetched, and no text may become
code.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from geodata.texts import load
from planner.field.area_svg import ANCHOR
from planner.field.cards import Entry, VillageCard
from planner.field.days import Stop, navigation_links
from planner.field.obstacles import BETWEEN, obstacle_words
from planner.launch_pipeline import LONGEST_NAME
from planner.pack.content import OLD_AFTER_DAYS, Pack, RouteDay, Talk
from planner.pack.rows import headings, separator
from planner.texts import FOLDER, t
from planner.uploads.kinds import MOST_PEOPLE, MOST_TEXT

_STATIC: Final = Path(__file__).with_name("static")
_SCRIPTS: Final = ("qr.js", "entries.js", "map.js", "pack.js")
_SAID: Final = "pack.js."
"""Beginning of the keys of texts that the script says."""


def html_page(pack: Pack) -> str:
    """Return the page.

    Parameters
    ----------
    pack
        What stands in it.
    """
    title = escape(f"{pack.title} · {pack.made}")
    return (
        f'<!doctype html><html lang="{pack.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta http-equiv="x-dns-prefetch-control" content="off">'
        f'<meta name="format-detection" content="telephone=no"><title>{title}</title>'
        f"<style>{_style()}</style></head><body>{_head(pack)}<main>"
        f"{_today(pack)}{_villages(pack)}{_notes(pack)}{_month(pack)}{_talks(pack)}"
        f'</main><script type="application/json" id="data">{_data(pack)}</script>'
        f"<script>{_script()}</script></body></html>\n"
    )


def _head(pack: Pack) -> str:
    views = "".join(
        f'<a href="#{name}">{_said(pack, f"view.{name}")}</a>' for name in ("today", "villages", "notes", "month")
    )
    numbered = "".join(f"<br>{escape(words)}" for words in pack.numbered_words)
    return (
        f"<header><h1>{escape(pack.title)}</h1><p>{_said(pack, 'made', day=pack.made)}{numbered}</p>"
        f'<p id="old" class="warn" role="status" hidden></p><p id="unkept" class="warn" role="status" hidden></p>'
        f"</header><nav>{views}</nav>"
    )


def _today(pack: Pack) -> str:
    days = "".join(_day(pack, day) for day in pack.days) or f"<p>{_said(pack, 'no_days')}</p>"
    missed = "".join(f"<li>{escape(text)}</li>" for text in pack.missed)
    listed = f'<ul class="plain">{missed}</ul>' if missed else ""
    return (
        f'<section id="today"><h2>{_said(pack, "view.today")}</h2><div id="today-route"></div>'
        f'<h3>{_said(pack, "days", month=pack.month)}</h3>{days}{listed}<p class="small">{_said(pack, "assumed")}</p>'
        "</section>"
    )


def _day(pack: Pack, day: RouteDay) -> str:
    stops = "".join(_stop(pack, stop) for stop in day.stops)
    return (
        f'<details class="day" data-day="{day.day.isoformat()}"><summary><b>{escape(day.title)}</b> '
        f"<span>{escape(day.told)}</span></summary><ol>{stops}</ol></details>"
    )


def _stop(pack: Pack, stop: Stop) -> str:
    code = escape(stop.village_code)
    return (
        f'<li data-code="{code}"><a class="name" href="#{ANCHOR}{code}">{escape(stop.village_name)}</a> '
        f'<span class="small">{escape(stop.arrive)}–{escape(stop.leave)}</span>'
        f"{_links(pack, stop.latitude, stop.longitude)}</li>"
    )


def _links(pack: Pack, latitude: float, longitude: float) -> str:
    to = navigation_links(latitude, longitude)
    out = 'target="_blank" rel="noopener noreferrer"'
    return (
        f'<span class="go"><a href="{escape(to.geo)}">{_said(pack, "navigate")}</a> '
        f'<a href="{escape(to.maps)}" {out}>{_said(pack, "maps")}</a></span>'
    )


def _villages(pack: Pack) -> str:
    points = {card.code: (lat, lon) for card, lat, lon in pack.points()}
    rows = "".join(
        f'<li data-name="{escape(f"{card.title} {card.region} {card.code}".lower())}">'
        f'<a href="#{ANCHOR}{escape(card.code)}"><b>{escape(card.title)}</b> <span class="small">'
        f"{escape(card.region)}</span></a></li>"
        for card in pack.cards
    )
    zoom = "".join(
        f'<button type="button" data-zoom="{name}" aria-label="{_said(pack, f"zoom.{name}")}">{sign}</button>'
        for name, sign in (("in", "+"), ("out", "−"), ("whole", "⤢"))
    )
    cards = "".join(_card(pack, card, points.get(card.code)) for card in pack.cards)
    return (
        f'<section id="villages"><h2>{_said(pack, "view.villages")} ({len(pack.cards)})</h2>'
        f'<figure class="map"{"" if pack.drawn else " hidden"}>{pack.drawn}<div class="zoom">{zoom}</div>'
        f'<figcaption id="emphasis" class="small" hidden>{_said(pack, "emphasis")}</figcaption></figure>'
        f'<label>{_said(pack, "search")}<input id="search" type="search" autocomplete="off"></label>'
        f'<p id="none" role="status" hidden>{_said(pack, "search.none")}</p><ul class="list">{rows}</ul>'
        f'<p class="small">{escape(pack.own)}</p></section>'
        f"{cards}"
    )


def _card(pack: Pack, card: VillageCard, point: tuple[float, float] | None) -> str:
    talk = next(one.title for one in pack.talks if one.sector == card.sector)
    say = f'<p><a class="button" href="#say-{escape(card.sector)}">{_said(pack, "say", sector=talk)}</a></p>'
    note = f'<p class="warn">{escape(card.note)}</p>' if card.note else ""
    parts = (
        ("figures", _table(card.figures)),
        ("contacts", _listed(_entries(card.contacts))),
        ("sectors", _table(card.sectors)),
        ("next", _listed("".join(f"<li>{escape(day)}</li>" for day in card.next_days))),
        ("follow_ups", _listed(_entries(card.follow_ups))),
        ("own_visits", _listed(_entries(card.visits))),
    )
    body = "".join(f"<h3>{_said(pack, f'card.{name}')}</h3>{inner}" for name, inner in parts if inner)
    where = _links(pack, *point) if point else _said(pack, "no_point")
    return (
        f'<section class="card" id="{ANCHOR}{escape(card.code)}"><p class="back"><a href="#villages">'
        f'{_said(pack, "back")}</a></p><h2>{escape(card.title)}</h2><p class="small">{escape(card.region)} · '
        f"{escape(card.code)}</p><p>{where} "
        f'<a class="button note" href="#notes" data-note="{escape(card.code)}">{_said(pack, "note_here")}</a></p>'
        f"{note}{body}{say}</section>"
    )


def _table(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(one.label)}</th><td>{escape(one.value)}{_note(one)}</td></tr>' for one in entries
    )
    return f"<table>{rows}</table>" if rows else ""


def _entries(entries: Iterable[Entry]) -> str:
    return "".join(f"<li>{_label(one)}{escape(one.value)}{_note(one)}</li>" for one in entries)


def _label(entry: Entry) -> str:
    return f"<b>{escape(entry.label)}</b>: " if entry.label else ""


def _listed(rows: str) -> str:
    return f"<ul>{rows}</ul>" if rows else ""


def _note(entry: Entry) -> str:
    return f' <span class="small">{escape(entry.note)}</span>' if entry.note else ""


def _notes(pack: Pack) -> str:
    options = "".join(f'<option value="{escape(card.code)}">{escape(card.title)}</option>' for card in pack.cards)
    counts = "".join(
        f'<label>{_said(pack, f"field.{name}")}<input name="{name}" type="number" inputmode="numeric" min="0" '
        f'max="{MOST_PEOPLE}" step="1" placeholder="0"></label>'
        for name in ("met", "interested", "registered")
    )
    return (
        f'<section id="notes"><h2>{_said(pack, "view.notes")}</h2><noscript><p class="warn">'
        f'{_said(pack, "no_script")}</p></noscript><form id="form" autocomplete="off" novalidate>'
        f'<label>{_said(pack, "field.village")}<select name="code">'
        f'<option value="">–</option>{options}</select></label>'
        f'<label>{_said(pack, "field.date")}<input name="date" type="date" required></label>'
        f'<label>{_said(pack, "field.dusun")}<input name="dusun" maxlength="{LONGEST_NAME}"></label>'
        f'<div class="counts">{counts}</div>'
        f"{_obstacle(pack)}"
        f'<p class="small">{_said(pack, "counts_only")}</p>'
        '<p id="trouble" class="warn" role="alert" hidden></p>'
        f'<p class="deeds"><button class="main" type="submit" id="save">{_said(pack, "save")}</button>'
        f'<button type="button" id="cancel" hidden>{_said(pack, "cancel")}</button></p></form>'
        f'<p id="told" role="status"></p><h3>{_said(pack, "kept")} (<span id="count">0</span>)</h3>'
        f'<ul id="entries" class="list"></ul>{_hand_over(pack)}</section>'
    )


def _obstacle(pack: Pack) -> str:
    """Return the short list and the remark, which together are no longer than an upload takes."""
    words = obstacle_words(pack.language)
    options = "".join(f"<option>{escape(one)}</option>" for one in words)
    room = MOST_TEXT - max(len(one) for one in words) - len(BETWEEN)
    none, more = (escape(t(f"field.obstacle.{name}", pack.language)) for name in ("none", "more"))
    return (
        f'<label>{_said(pack, "field.obstacle")}<select name="choice"><option value="">{none}</option>{options}'
        f'</select></label><label>{more}<textarea name="more" rows="2" maxlength="{room}"></textarea></label>'
    )


def _hand_over(pack: Pack) -> str:
    deeds = "".join(
        f'<button type="button" id="{name}"{hidden}>{_said(pack, name)}</button>'
        for name, hidden in (("download", ""), ("share", " hidden"), ("qr", ""), ("copy", ""))
    )
    return (
        f'<div id="hand-over" hidden><h3>{_said(pack, "hand_over")}</h3><p class="small">'
        f'{_said(pack, "hand_over.how")}</p><label class="line"><input type="checkbox" id="again"> '
        f'{_said(pack, "again")}</label><p class="deeds">{deeds}</p>'
        f'<div id="codes" hidden><p><span id="code-at"></span></p><canvas id="code" role="img" '
        f'aria-label="{_said(pack, "code")}"></canvas><p class="deeds"><button type="button" id="code-before">'
        f'{_said(pack, "before")}</button><button type="button" id="code-next">{_said(pack, "next")}</button></p></div>'
        f'<textarea id="text" rows="4" readonly hidden aria-label="{_said(pack, "copy")}"></textarea>'
        f'<p id="sent-ask" hidden><button type="button" id="sent" class="main">{_said(pack, "sent")}</button></p></div>'
    )


def _month(pack: Pack) -> str:
    matters = "".join(
        f"<h4>{escape(title)}</h4><ul>{_entries(entries)}</ul>" for title, entries in pack.follow_ups if entries
    )
    warning = f'<p class="warn">{escape(pack.warning)}</p>' if pack.warning else ""
    visits = f"<ul>{_entries(pack.visits)}</ul>" if pack.visits else f"<p>{_said(pack, 'no_visits')}</p>"
    matters = matters or f"<p>{_said(pack, 'no_follow_ups')}</p>"
    return (
        f'<section id="month"><h2>{_said(pack, "view.month")}</h2>{warning}<p class="small">'
        f"{_said(pack, 'as_of', day=pack.made)}</p>{_table(pack.counter)}"
        f'<p id="in-notes"></p><details><summary>{_said(pack, "month.rests")}</summary><ul>{_entries(pack.assumed)}'
        f"</ul></details><h3>{_said(pack, 'follow_ups')}</h3>{matters}"
        f'<h3>{_said(pack, "visits")}</h3>{visits}<p><b>{_said(pack, "talks")}</b></p><p class="deeds">'
        + "".join(
            f'<a class="button" href="#say-{escape(one.sector)}">{escape(one.title[:1].upper() + one.title[1:])}</a>'
            for one in pack.talks
        )
        + "</p></section>"
    )


def _talks(pack: Pack) -> str:
    return "".join(_talk(pack, one) for one in pack.talks)


def _talk(pack: Pack, talk: Talk) -> str:
    parts = "".join(f"<h3>{escape(title)}</h3><ul>{_entries(lines)}</ul>" for title, lines in talk.parts)
    return (
        f'<section class="card" id="say-{escape(talk.sector)}"><p class="back"><a href="#villages">'
        f"{_said(pack, 'back')}</a></p><h2>{_said(pack, 'say', sector=talk.title)}</h2>{parts}</section>"
    )


def _said(pack: Pack, key: str, **values: object) -> str:
    return escape(pack.text(key, **values))


def _data(pack: Pack) -> str:
    """Return what the script needs as JSON that cannot end its element."""
    content: dict[str, Any] = {
        "agent": pack.agent,
        "made": pack.made_on.isoformat(),
        "old": OLD_AFTER_DAYS,
        "most": MOST_PEOPLE,
        "headings": headings(pack.language),
        "sep": separator(pack.language),
        "names": {card.code: card.title for card in pack.cards},
        "days": [[day.day.isoformat(), [stop.village_code for stop in day.stops]] for day in pack.days],
        "words": {
            key.removeprefix(_SAID): words[pack.language]
            for key, words in load(FOLDER).items()
            if key.startswith(_SAID)
        },
    }
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return plain.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


@cache
def _script() -> str:
    return "\n".join((_STATIC / name).read_text(encoding="utf-8") for name in _SCRIPTS)


@cache
def _style() -> str:
    return (_STATIC / "pack.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    def hashed(content: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"

    rules = (
        "default-src 'none'",
        f"script-src {hashed(_script())}",
        f"style-src {hashed(_style())}",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return "; ".join(rules)
