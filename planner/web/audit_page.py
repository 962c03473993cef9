"""The page of the audit trail: who changed what, and how it was before."""

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.errors import DataError
from geodata.texts import Language
from planner.store import trail
from planner.store.engine import reading
from planner.texts import t
from planner.web import data, day_text, trail_words, visitor
from planner.web.frame import head
from planner.web.tables import paragraph, table

_COLUMNS: Final = ("at", "who", "what", "entity", "before", "after")
_NAMED: Final = (
    (schema.PROVINCE_CODE, schema.PROVINCE_NAME),
    (schema.REGENCY_CODE, schema.REGENCY_NAME),
    (schema.DISTRICT_CODE, schema.DISTRICT_NAME),
    (schema.VILLAGE_CODE, schema.VILLAGE_NAME),
)


def render() -> None:
    """Show the page."""
    language = head("web.audit.title", "web.audit.intro")
    visitor.require("audit.read")
    with reading(visitor.records()) as connection:
        who, what = trail.names(connection)
        with st.container(horizontal=True):
            chosen_who = _filter("who", who, trail_words.person, language)
            chosen_what = _filter("what", what, trail_words.deed, language)
        deeds = trail.last(connection, who=chosen_who, what=chosen_what)
        names = trail.names_behind(connection, deeds)
    words = trail_words.Words(names, _places(), language)
    told = paragraph(t("web.audit.shown", language, count=len(deeds), most=trail.MOST))
    headings = [t(f"web.audit.{name}", language) for name in _COLUMNS]
    rows = [_row(deed, words) for deed in deeds]
    st.html(f'<div class="about trail">{told}{table(headings, rows, caption=t("web.audit.title", language))}</div>')


def _filter(name: str, values: list[str], say: Callable[[str, Language], str], language: Language) -> str:
    said = {value: say(value, language) for value in values}
    chosen: str = st.selectbox(
        t(f"web.audit.{name}", language),
        ["", *sorted(values, key=lambda value: said[value].casefold())],
        format_func=lambda value: said.get(value) or t("web.audit.all", language),
        key=f"audit-{name}",
    )
    return chosen


def _row(deed: trail.Deed, words: trail_words.Words) -> tuple[str, ...]:
    return (
        day_text.time(deed.at, words.language),
        trail_words.person(deed.who, words.language),
        trail_words.deed(deed.what, words.language),
        words.thing(deed),
        words.values(deed.before),
        words.values(deed.after),
    )


def _places() -> Mapping[str, str]:
    try:
        layer = data.st_built()
    except DataError:
        return {}  # the trail can be read without village data, which may be what somebody looks into
    return _st_places(layer.fingerprint, layer.frame)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_places(fingerprint: str, _frame: pd.DataFrame) -> Mapping[str, str]:  # noqa: ARG001  # part of the key
    return {
        code: name for columns in _NAMED for code, name in zip(*(_frame[column] for column in columns), strict=True)
    }
