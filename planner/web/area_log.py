"""The visit log of an agent: one short form that the browser keeps, so that neither reload nor lost signal loses it.

What is typed lies in the browser's own storage, under the name of the account, until the office has said that it is
kept: the address would show it, and a form of Streamlit takes no words while the connection is cut. Every visit has a
key made in the browser, so that sending it again adds nothing.
"""

from datetime import timedelta
from html import escape
from typing import Any, Final

from geodata import schema
from geodata.texts import Language
from planner.field.obstacles import obstacle_words
from planner.launch_pipeline import LONGEST_NAME, LONGEST_TEXT
from planner.texts import t
from planner.uploads.kinds import MOST_PEOPLE
from planner.web import area_parts as parts
from planner.web.area_data import Seen
from planner.web.tables import paragraph

VIEW: Final = "catat"
DAYS_BACK: Final = 366
WORDS: Final = (
    "saved",
    "waiting",
    "sending",
    "signed_out",
    "remove",
    "correct",
    "personal",
    "order",
    "village",
    "future",
    "fixing",
)
"""Words that the script says."""
_COUNTS: Final = ("met", "interested", "registered")
_DUSUN_OFFERED: Final = 6


def log(seen: Seen, language: Language) -> str:
    """Return the form as HTML; the script of the page fills and sends it."""
    if seen.area.villages.empty:
        return ""
    today = seen.area.made_on
    counts = "".join(_stepper(name, language) for name in _COUNTS)
    oldest = today - timedelta(days=DAYS_BACK)
    day = f'<input type="date" id="visit-day" value="{today}" min="{oldest}" max="{today}">'
    form = (
        '<div class="area-fixing" hidden><b></b><button type="button" class="area-button area-unfix">'
        f"{escape(t('web.area.log.leave', language))}</button></div>"
        f"{_field('village', _villages(seen, language), language)}"
        f'<div class="area-pair">{_field("day", day, language)}'
        f"{_field('dusun', _text('dusun', LONGEST_NAME), language)}</div>{_dusun(seen, language)}"
        f"{counts}{_field('obstacle', _obstacles(language), language)}"
        f"{_field('more', _text('more', LONGEST_TEXT // 2), language)}"
        f'<p class="area-hint">{escape(t("web.area.no_names", language))}</p>'
        '<p class="area-problem" role="alert" hidden></p>'
        f'<button type="button" class="area-save">{escape(t("web.area.save", language))}</button>'
    )
    return parts.part(
        VIEW,
        parts.title(t("web.area.write", language)),
        f'<form class="area-form" autocomplete="off">{form}</form>',
        '<p class="area-said" role="status"></p><ul class="area-outbox"></ul>',
        paragraph(t("web.area.log.kept", language)),
    )


def words(language: Language) -> dict[str, str]:
    """Return what the script says, by name."""
    return {name: t(f"web.area.say.{name}", language) for name in WORDS}


def preset(seen: Seen) -> str:
    """Return the village the form begins with: the first of today's route that is not visited yet."""
    done = seen.ticked(seen.area.made_on)
    route = [stop.village_code for stop in seen.today]
    open_stops = [code for code in route if code not in done]
    return next(iter([*open_stops, *route]), "")


def _field(name: str, control: str, language: Language) -> str:
    key = "field.obstacle.more" if name == "more" else f"web.area.column.{name}"
    label = escape(t(key, language))
    return f'<p class="area-field"><label for="visit-{name}">{label}</label>{control}</p>'


def _text(name: str, most: int) -> str:
    return f'<input type="text" id="visit-{name}" maxlength="{most}">'


def _stepper(name: str, language: Language) -> str:
    label = t(f"web.area.column.{name}", language)
    less, more = (t(f"web.area.step.{way}", language, what=label) for way in ("less", "more"))
    return (
        f'<div class="area-stepper"><label for="visit-{name}">{escape(label)}</label>'
        f'<button type="button" data-step="-1" data-of="visit-{name}" aria-label="{escape(less)}">−</button>'
        f'<input type="number" inputmode="numeric" id="visit-{name}" value="0" min="0" max="{MOST_PEOPLE}" step="1">'
        f'<button type="button" data-step="1" data-of="visit-{name}" aria-label="{escape(more)}">+</button></div>'
    )


def _villages(seen: Seen, language: Language) -> str:
    route = list(dict.fromkeys(stop.village_code for stop in seen.today))
    codes = [str(code) for code in seen.area.villages[schema.VILLAGE_CODE] if code not in route]
    groups = (("route", route), ("others", sorted(codes, key=lambda code: (seen.names[code], code))))
    chosen = preset(seen)
    inner = "".join(
        f'<optgroup label="{escape(t(f"web.area.log.{name}", language))}">'
        f"{''.join(_option(code, seen.names[code], chosen) for code in found)}</optgroup>"
        for name, found in groups
        if found
    )
    none = "" if chosen else f'<option value="">{escape(t("web.area.log.choose", language))}</option>'
    return f'<select id="visit-village">{none}{inner}</select>'


def _option(code: str, name: str, chosen: str) -> str:
    mark = " selected" if code == chosen else ""
    return f'<option value="{escape(code)}"{mark}>{escape(name)}</option>'


def _obstacles(language: Language) -> str:
    options = "".join(f"<option>{escape(words)}</option>" for words in obstacle_words(language))
    none = escape(t("field.obstacle.none", language))
    return f'<select id="visit-obstacle"><option value="">{none}</option>{options}</select>'


def _dusun(seen: Seen, language: Language) -> str:
    """Return the dusun of earlier visits as buttons, by village."""
    made = seen.area.visits.dropna(subset=["dusun"])
    rows: list[dict[Any, Any]] = made[["village_code", "dusun"]].drop_duplicates().to_dict("records")
    known: dict[str, list[str]] = {}
    for row in rows:
        known.setdefault(str(row["village_code"]), []).append(str(row["dusun"]))
    label = escape(t("web.area.log.dusun", language))
    return "".join(
        f'<div class="area-chips" data-of="{escape(code)}" role="group" aria-label="{label}" hidden>'
        f"{''.join(_chip(one) for one in found[:_DUSUN_OFFERED])}</div>"
        for code, found in known.items()
    )


def _chip(dusun: str) -> str:
    return f'<button type="button" data-dusun="{escape(dusun)}">{escape(dusun)}</button>'
