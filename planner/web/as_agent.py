"""The page of an agent as the office sees it: the same connection, the same rows, nothing to write."""

from typing import Final

import streamlit as st

from planner.errors import PlanError
from planner.store import agent_views
from planner.store.engine import reading
from planner.texts import t
from planner.web import area, notice, visitor
from planner.web.frame import head

_CHOSEN: Final = "as-agent"
_SEEN: Final = "as-agent-seen"


def render() -> None:
    """Show the page."""
    language = head("web.as_agent.title", "web.as_agent.intro")
    who = visitor.require("view.as_agent")
    with reading(visitor.records()) as connection:
        agents = {one.login: f"{one.agent_code} · {one.name}" for one in agent_views.agents_of(connection)}
    if not agents:
        notice.show("info", t("web.as_agent.none", language))
        return
    choose = t("web.as_agent.choose", language)
    login = st.selectbox(choose, ["", *agents], format_func=lambda one: agents.get(one, "–"), key=_CHOSEN)
    if not login:
        return
    try:
        agent = agent_views.seen_as(visitor.records(), who, login, again=st.session_state.get(_SEEN) == login)
    except PlanError as error:
        notice.show("error", error.text(language))
        return
    st.session_state[_SEEN] = login
    notice.show("warning", t("web.as_agent.banner", language, agent=agents[login]))
    area.show(agent, language)
