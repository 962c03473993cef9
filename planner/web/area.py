"""The page of an agent, for a phone: route of today, own villages, visit log, month, follow-up, offline pack.

All of it comes at once and the browser shows one part at a time, so that everything that was loaded stays readable
without a connection. All that is of the records comes through a connection that sees the agent's own rows only; of the
layer, the rows of the own villages alone go to the browser.
"""

import json
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

from geodata.texts import Language
from planner.rights import Principal
from planner.texts import t
from planner.web import (
    area_card,
    area_follow_up,
    area_log,
    area_month,
    area_pack,
    area_parts,
    area_take_along,
    area_today,
    area_villages,
    incentive_rules,
    visitor,
)
from planner.web.area_data import Seen, seen_by
from planner.web.frame import head

STYLE: Final = Path(__file__).with_name("static") / "area.css"
SCRIPT: Final = (Path(__file__).with_name("static") / "area.js").read_text(encoding="utf-8")
_READING: Final = (area_today.VIEW, area_villages.VIEW, area_month.VIEW, area_follow_up.VIEW)
_WORKING: Final = (*_READING[:2], area_log.VIEW, *_READING[2:], area_pack.VIEW)


def render() -> None:
    """Show the page to the agent."""
    language = head("web.area.title", "")
    who = visitor.require("page.area")
    seen = seen_by(who)
    st.html(STYLE)
    incentive_rules.tell(seen.rules_refused, language)
    shown = (
        _top(_WORKING, language, kind="own"),
        area_today.today(seen, language, log=area_parts.LOG),
        area_villages.villages(seen, language),
        area_log.log(seen, language),
    )
    _scripted("".join(shown), seen, language, _WORKING, login=who.login)
    st.html(_lists(seen, language) + area_card.cards(seen, language, log=area_parts.LOG))
    with st.container(key="area-pack"):
        area_pack.show(language)
        area_take_along.render(seen.area, who, language, plan=next(reversed(seen.plans), None))
    st.button(t("web.area.refresh", language), key="area-refresh")


def show(agent: Principal, language: Language) -> None:
    """Show the same parts to the office, with nothing to write.

    Parameters
    ----------
    agent
        The agent; who looks has been checked before.
    language
        Language of the page.
    """
    seen = seen_by(agent)
    st.html(STYLE)
    incentive_rules.tell(seen.rules_refused, language)
    shown = (
        _top(_READING, language),
        area_today.today(seen, language, log=""),
        area_villages.villages(seen, language),
    )
    _scripted("".join(shown), seen, language, _READING, login="")
    st.html(_lists(seen, language) + area_card.cards(seen, language, log=""))


def _lists(seen: Seen, language: Language) -> str:
    return area_month.month(seen, language) + area_follow_up.follow_up(seen, language)


def _top(views: tuple[str, ...], language: Language, *, kind: str = "") -> str:
    """Return the links to the parts, and what is told while there is no connection."""
    links = "".join(
        f'<a href="#{view}">{escape(t(f"web.area.part.{view}", language))}'
        f"{'<span class=waits></span>' if view == area_log.VIEW else ''}</a>"
        for view in views
    )
    name = escape(t("web.area.parts", language))
    cut = (
        f'<div class="notice warning area-cut" role="status" hidden><p>{escape(t("web.area.cut", language))}</p></div>'
    )
    return f'<div class="area-top {kind}"><nav class="area-nav" aria-label="{name}">{links}</nav>{cut}</div>'


def _scripted(html: str, seen: Seen, language: Language, views: tuple[str, ...], *, login: str) -> None:
    """Show HTML with the script of the page and what it draws and says."""
    given = {
        "login": login,
        "views": sorted({*views, *(f"{area_parts.CARD}{code}" for code in seen.names)}),
        "lang": language,
        "words": area_log.words(language),
        "map": area_villages.drawing(seen, language),
    }
    said = json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")  # no tag ends the script early
    script = f"<script>window.plannerArea = {said};\n{SCRIPT}</script>"
    st.html(html + script, unsafe_allow_javascript=True)
