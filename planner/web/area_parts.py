"""Small pieces of the pages of an agent as HTML, everything escaped: parts that are shown in turn, lines, links."""

from collections.abc import Iterable
from datetime import date
from html import escape
from itertools import chain, repeat
from typing import Final

from babel.dates import format_date

from geodata.texts import Language
from planner.field.cards import Entry, entry
from planner.field.days import navigation_links
from planner.field.line import Line
from planner.texts import t

CARD: Final = "desa-"
"""``#desa-CODE`` is the card of a village."""
SAY: Final = "ujar-"
"""``#ujar-SECTOR`` is what to say in a sector."""
LOG: Final = "catat-"
"""``#catat-CODE`` is the visit log with a village chosen."""


def part(view: str, *content: str, kind: str = "") -> str:
    """Return a part of the page that is shown when the address ends with ``#view``."""
    return f'<section class="area-part {kind}" data-view="{escape(view)}">{"".join(content)}</section>'


def title(words: str) -> str:
    """Return the heading of a part."""
    return f'<h2 class="area-title">{escape(words)}</h2>'


def short_day(day: date, language: Language) -> str:
    """Return a day in short: 23 Nov."""
    return str(format_date(day, "d MMM", locale=language))


def link(view: str, words: str, *, kind: str = "") -> str:
    """Return a link to a part."""
    return f'<a class="{kind}" href="#{escape(view)}">{escape(words)}</a>'


def navigation(latitude: float, longitude: float, name: str, language: Language) -> str:
    """Return the link that opens the phone's navigation; nothing is asked of anybody before it is tapped."""
    ways = navigation_links(latitude, longitude)
    label = t("web.area.navigate_to", language, village=name)
    return (
        f'<a class="area-button" href="{escape(ways.maps)}" data-geo="{escape(ways.geo)}" target="_blank" '
        f'rel="noopener noreferrer" aria-label="{escape(label)}">{escape(t("web.area.navigate", language))}</a>'
    )


def sourced(line: Line, language: Language) -> str:
    """Return a sentence with its source."""
    return _entry(entry(line, language))


def entries(found: Iterable[Entry], after: Iterable[str] = ()) -> str:
    """Return figures or sentences with what is to be said of them, and HTML after each where it is given."""
    return "".join(_entry(one, more) for one, more in zip(found, chain(after, repeat("")), strict=False))


def bullets(items: Iterable[str], *, kind: str = "area-list") -> str:
    """Return items, which are HTML, as a list; nothing for none."""
    inner = "".join(items)
    return f'<ul class="{kind}">{inner}</ul>' if inner else ""


def box(kind: str, *sentences: str) -> str:
    """Return sentences in a box; the kind is said by a sign too, not by the colour alone."""
    inner = "".join(f"<p>{escape(one)}</p>" for one in sentences)
    return f'<div class="notice {kind} area-box" role="status"><div>{inner}</div></div>'


def _entry(one: Entry, after: str = "") -> str:
    note = escape(one.note)
    if one.note and one.links:
        note = f'<a href="{escape(one.links[0])}" target="_blank" rel="noopener noreferrer">{note}</a>'
    told = f' <small class="area-source">{note}</small>' if one.note else ""
    label = f"<b>{escape(one.label)}</b> " if one.label else ""
    return f"<li>{label}<span>{escape(one.value)}</span>{told}{after}</li>"
