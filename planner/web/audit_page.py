"""The page of the audit trail: who changed what, and how it was before."""

import json
from typing import Any, Final

import streamlit as st

from geodata.texts import Language
from planner.store import trail
from planner.store.engine import reading
from planner.texts import t
from planner.web import day_text, visitor
from planner.web.frame import head
from planner.web.tables import paragraph, table

_LONGEST: Final = 400


def render() -> None:
    """Show the page."""
    language = head("web.audit.title", "web.audit.intro")
    visitor.require("audit.read")
    with reading(visitor.records()) as connection:
        who, what = trail.names(connection)
        with st.container(horizontal=True):
            chosen_who = _filter("audit-who", "web.audit.who", who, language)
            chosen_what = _filter("audit-what", "web.audit.what", what, language)
        deeds = trail.last(connection, who=chosen_who, what=chosen_what)
    told = paragraph(t("web.audit.shown", language, count=len(deeds), most=trail.MOST))
    headings = [t(f"web.audit.{name}", language) for name in ("at", "who", "what", "entity", "before", "after")]
    rows = [
        (
            day_text.time(one.at, language),
            one.who,
            one.what,
            f"{one.entity} {one.key}",
            _kept(one.before),
            _kept(one.after),
        )
        for one in deeds
    ]
    st.html(f'<div class="about trail">{told}{table(headings, rows, caption=t("web.audit.title", language))}</div>')


def _filter(key: str, label: str, names: list[str], language: Language) -> str:
    everything = t("web.audit.all", language)
    chosen: str = st.selectbox(t(label, language), ["", *names], format_func=lambda name: name or everything, key=key)
    return chosen


def _kept(values: Any) -> str:  # noqa: ANN401 (plain values of JSON)
    if values is None:
        return ""
    text = ", ".join(f"{name}: {_plain(value)}" for name, value in values.items()) if isinstance(values, dict) else ""
    return (text or json.dumps(values, ensure_ascii=False))[:_LONGEST]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
