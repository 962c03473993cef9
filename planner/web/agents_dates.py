"""Days on which an agent must visit a village: set by the office, kept by the visit days of the month."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from typing import Final

import streamlit as st

from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language
from planner.rights import Principal
from planner.store import assigning
from planner.store.acting import reading_as
from planner.store.agent_board import Staff
from planner.store.engine import Engine, writing
from planner.texts import t
from planner.web import day_text, visitor
from planner.web.agents_deed import MADE, agent_of, do

_DAYS_AHEAD: Final = 62


def show(layer: VillageLayer, staff: Staff, language: Language) -> None:
    """Show the form.

    Parameters
    ----------
    layer
        The village layer, for names.
    staff
        Who works for the office today, and who has which village.
    language
        Language of the words.
    """
    made = st.session_state.get(MADE, 0)
    with st.container(key="agents-dates"):
        agent = agent_of(staff, "dates", language)
        own = sorted(staff.holds.loc[staff.holds["agent_code"] == agent, VILLAGE_CODE].astype(str))
        if not own:
            st.caption(t("web.agents.dates_none", language))
            return
        names = dict(zip(layer.frame[VILLAGE_CODE], layer.frame[VILLAGE_NAME], strict=True))
        village = st.selectbox(
            t("web.agents.dates_village", language),
            own,
            format_func=lambda code: f"{names.get(code, code)} ({code})",
            key=f"agents-dates-village-{agent}-{made}",
        )
        before = _set_days(agent, str(village))
        days = sorted({today() + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD)}.union(before))
        wanted = st.multiselect(
            t("web.agents.dates_days", language),
            days,
            default=before,
            format_func=lambda day: day_text.day(day, language),
            placeholder=t("web.agents.dates_no_day", language),
            key=f"agents-dates-days-{agent}-{village}-{made}",
        )
        st.caption(t("web.agents.dates_note", language))
        if st.button(t("web.agents.dates_save", language), type="primary", key="agents-dates-now"):
            do(partial(_dated, agent, str(village), wanted), "web.agents.dates_set")


def _set_days(agent: str, village: str) -> list[date]:
    """Return the days from today on that are set already."""
    with reading_as(visitor.records(), visitor.require("page.agents")) as connection:
        known = assigning.visit_dates(connection, agent)
    mine = known[(known[VILLAGE_CODE] == village) & (known["on_day"] >= today())]
    return sorted(mine["on_day"])


def _dated(agent: str, village: str, days: Collection[date], engine: Engine, who: Principal) -> dict[str, object]:
    with writing(engine) as connection:
        assigning.set_visit_dates(connection, agent, village, days, by=who)
    return {"agent": agent, "village": village, "count": len(days)}
