"""What a manager changes of the agents: who comes, where they live, who leaves; each with what came of it."""

from datetime import date, timedelta
from functools import partial
from typing import Final, NamedTuple

import pandas as pd
import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language
from planner.launch_pipeline import LONGEST_TEXT
from planner.rights import Principal
from planner.store import assigning
from planner.store.agent_board import Staff
from planner.store.engine import Engine, writing
from planner.territories.agents import AGENT, HOME
from planner.texts import t
from planner.uploads.kinds import LONGEST_AGENT_CODE
from planner.village_search import search, search_index
from planner.web import agents_dates, day_text, notice
from planner.web.agents_data import OFFICE
from planner.web.agents_deed import MADE, SAID, agent_of, do
from planner.web.links import page_link


class _Leaving(NamedTuple):
    """Who is to leave, from when, and why."""

    agent: str
    day: date
    note: str


_LEAVES: Final = "agents-leaves"  # who is to leave, when and why, until it is confirmed
_DAYS_BACK: Final = 31
_DAYS_AHEAD: Final = 62
_NAMED: Final = 6


def show(layer: VillageLayer, staff: Staff, language: Language) -> None:
    """Show the forms.

    Parameters
    ----------
    layer
        The village layer, for homes.
    staff
        Who works for the office today.
    language
        Language of the words.
    """
    st.subheader(t("web.agents.changes", language), anchor=False)
    _tell(language)
    kinds = ["add", "home", "dates", "leave"] if len(staff.agents) else ["add"]
    chosen = st.segmented_control(
        t("web.agents.changes", language),
        kinds,
        format_func=lambda name: t(f"web.agents.change.{name}", language),
        key="agents-change",
        label_visibility="collapsed",
    )
    if chosen == "add":
        _add(layer, staff, language)
    elif chosen == "home":
        _home(layer, staff, language)
    elif chosen == "dates":
        agents_dates.show(layer, staff, language)
    elif chosen == "leave":
        _leave(layer, staff, language)


def _tell(language: Language) -> None:
    """Tell what the last change did; where villages are without an agent now, with the way to give them to others."""
    said = st.session_state.pop(SAID, None)
    if isinstance(said, DataError):
        notice.show("error", said.text(language))
    elif said is not None:
        key, values, lines = said
        notice.show("success", t(key, language, **values), *lines)
        if lines:
            page_link("territories", language, words="web.agents.to_territories")


def _add(layer: VillageLayer, staff: Staff, language: Language) -> None:
    made = st.session_state.get(MADE, 0)
    offices = sorted(set(staff.agents[OFFICE]) - {""})
    with st.container(key="agents-add"):
        code = st.text_input(
            t("web.agents.code", language), max_chars=LONGEST_AGENT_CODE, placeholder="A-045", key=f"agents-code-{made}"
        )
        office = st.selectbox(
            t("web.agents.office", language),
            [*offices, ""],
            format_func=lambda name: name or t("web.agents.other_office", language),
            key=f"agents-office-{made}",
        )
        if not office:
            office = st.text_input(t("web.agents.office_name", language), max_chars=120, key=f"agents-other-{made}")
        home = _village(layer, "new", "", language)
        if st.button(t("web.agents.add", language), type="primary", key="agents-add-now"):
            do(partial(_added, str(code).strip(), str(office), home or None), "web.agents.added")


def _home(layer: VillageLayer, staff: Staff, language: Language) -> None:
    with st.container(key="agents-home"):
        agent = agent_of(staff, "home", language)
        (before,) = staff.agents.loc[staff.agents[AGENT] == agent, HOME].tolist() or [""]
        home = _village(layer, agent, str(before), language)
        if st.button(t("web.agents.set_home", language), type="primary", key="agents-home-now"):
            do(partial(_moved, agent, home or None), "web.agents.home_set" if home else "web.agents.home_unset")


def _leave(layer: VillageLayer, staff: Staff, language: Language) -> None:
    asked = st.session_state.get(_LEAVES)
    if asked is not None:
        _confirm(layer, staff, asked, language)
        return
    made, now = st.session_state.get(MADE, 0), today()
    days = [now + timedelta(days=ahead) for ahead in (0, *range(1, _DAYS_AHEAD), *range(-1, -_DAYS_BACK, -1))]
    with st.container(key="agents-leave"):
        agent = agent_of(staff, "leave", language)
        day = st.selectbox(
            t("web.agents.leaves_on", language),
            days,
            format_func=lambda one: day_text.day(one, language),
            key=f"agents-day-{made}",
        )
        note = st.text_input(
            t("web.agents.why", language),
            max_chars=LONGEST_TEXT,
            placeholder=t("web.agents.why_example", language),
            key=f"agents-why-{made}",
        )
        st.caption(t("web.agents.no_names", language))
        st.button(
            t("web.agents.leave", language),
            key="agents-leave-ask",
            on_click=_ask,
            args=(_Leaving(agent, day, str(note).strip()),),
        )


def _confirm(layer: VillageLayer, staff: Staff, asked: _Leaving, language: Language) -> None:
    villages = int((staff.holds["agent_code"] == asked.agent).sum())
    notice.show(
        "warning",
        t("web.agents.sure", language, agent=asked.agent, day=day_text.day(asked.day, language), villages=villages),
        t("web.agents.sure_account", language),
    )
    with st.container(horizontal=True, key="agents-sure"):
        if st.button(t("web.agents.sure_yes", language), type="primary", key="agents-leave-now"):
            st.session_state.pop(_LEAVES, None)
            names = layer.frame.set_index(VILLAGE_CODE)[VILLAGE_NAME]
            do(partial(_left, asked, names, language), "web.agents.left")
        st.button(t("web.agents.sure_no", language), key="agents-leave-not", on_click=_ask)


def _ask(leaving: _Leaving | None = None) -> None:
    """Remember who is to leave, or forget it."""
    st.session_state[_LEAVES] = leaving


def _added(code: str, office: str, home: str | None, engine: Engine, who: Principal) -> dict[str, object]:
    with writing(engine) as connection:
        assigning.add_agent(connection, code, office=office, by=who, home=home)
    return {"agent": code}


def _moved(agent: str, home: str | None, engine: Engine, who: Principal) -> dict[str, object]:
    with writing(engine) as connection:
        assigning.set_home(connection, agent, home, by=who)
    return {"agent": agent}


def _left(
    asked: _Leaving, names: "pd.Series[str]", language: Language, engine: Engine, who: Principal
) -> dict[str, object]:
    with writing(engine) as connection:
        found = assigning.leave(connection, asked.agent, asked.day, by=who, note=asked.note)
    free = [f"- {names.get(code, code)} ({code})" for code in found.without_agent]
    more = [t("web.agents.more_villages", language, count=len(free) - _NAMED)] if len(free) > _NAMED else []
    values = {
        "agent": asked.agent,
        "day": day_text.day(asked.day, language),
        "villages": len(found.ended),
        "free": len(free),
    }
    return {**values, "lines": [*free[:_NAMED], *more]}


def _village(layer: VillageLayer, agent: str, before: str, language: Language) -> str:
    """Ask for a village by name, district or code; return its code, empty for unknown."""
    made = st.session_state.get(MADE, 0)
    text = st.text_input(
        t("web.agents.home", language),
        max_chars=60,
        placeholder=t("web.agents.home_example", language),
        key=f"agents-search-{agent}-{made}",
    ).strip()
    names = layer.frame[[VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME]]
    rows = (
        names.loc[search(_st_index(layer.fingerprint, layer), text)] if text else names[names[VILLAGE_CODE] == before]
    )
    told = {
        str(row[VILLAGE_CODE]): f"{row[VILLAGE_NAME]}, {row[DISTRICT_NAME]}, {row[REGENCY_NAME]} ({row[VILLAGE_CODE]})"
        for row in rows.to_dict("records")
    }
    if text and not told:
        st.caption(t("web.agents.home_nothing", language))
    offered = [*told, ""]
    return str(
        st.selectbox(
            t("web.agents.home_village", language),
            offered,
            format_func=lambda code: told.get(code) or t("web.agents.home_unknown", language),
            key=f"agents-village-{agent}-{text}-{made}",
        )
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_index(fingerprint: str, _layer: VillageLayer) -> pd.DataFrame:  # noqa: ARG001  # part of the key
    return search_index(pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name)))
