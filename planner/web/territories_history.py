"""Who had which village when: of a village, or of an agent."""

from typing import Any, Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.texts import t
from planner.web import day_text, notice, territories_records
from planner.web.tables import paragraph, table
from planner.web.territories_work import Work

_BY: Final = "territories-history"
_VILLAGE: Final = "territories-history-village"
_AGENT: Final = "territories-history-agent"
_KINDS: Final = ("village", "agent")
_MOST: Final = 300


def show(work: Work, layer: VillageLayer, language: Language) -> None:
    """Show the history of a village or of an agent; nothing without records."""
    if not territories_records.exist():
        return
    st.subheader(t("web.territories.history", language), anchor=False)
    names = dict(zip(layer.frame[schema.VILLAGE_CODE], layer.frame[schema.VILLAGE_NAME], strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom", key="territories-history-choice"):
        kind = st.segmented_control(
            t("web.territories.history_of", language),
            _KINDS,
            format_func=lambda one: t(f"web.territories.history_of.{one}", language),
            key=_BY,
            default=_KINDS[0],
            required=True,
        )
        asked = _village(work, names, language) if kind != "agent" else _agent(language)
    if not asked:
        st.caption(t("web.territories.history_none_chosen", language))
        return
    try:
        found = territories_records.history(**asked)
    except DataError as error:
        notice.show("error", error.text(language))
        return
    st.html(f'<div class="about">{_table(found, names, language)}</div>')


def _village(work: Work, names: dict[str, str], language: Language) -> dict[str, str]:
    codes = sorted(work.draft.assignment)
    if len(work.picked) == 1 and st.session_state.get("territories-history-picked") != work.picked:
        st.session_state[_VILLAGE] = work.picked[0]
        st.session_state["territories-history-picked"] = work.picked
    if st.session_state.get(_VILLAGE) not in codes:
        st.session_state[_VILLAGE] = None
    chosen = st.selectbox(
        t("web.territories.column.village", language),
        codes,
        index=None,
        format_func=lambda code: f"{names.get(code, code)} ({code})",
        key=_VILLAGE,
        placeholder=t("web.territories.history_village", language),
        width=360,
    )
    return {"village": str(chosen)} if chosen else {}


def _agent(language: Language) -> dict[str, str]:
    known = [str(code) for code in territories_records.staff()["agent_code"]]
    if st.session_state.get(_AGENT) not in known:
        st.session_state[_AGENT] = None
    chosen = st.selectbox(
        t("web.territories.column.agent", language),
        known,
        index=None,
        key=_AGENT,
        placeholder=t("web.territories.history_agent", language),
        width=360,
    )
    return {"agent": str(chosen)} if chosen else {}


def _table(found: pd.DataFrame, names: dict[str, str], language: Language) -> str:
    if found.empty:
        return paragraph(t("web.territories.history_none", language))
    headings = [
        t(f"web.territories.column.{name}", language) for name in ("village", "agent", "from_on", "to_on", "by", "note")
    ]
    latest = found.sort_values("from_on", ascending=False, kind="stable").head(_MOST)
    rows = [_row(row, names, language) for row in latest.to_dict("records")]
    return table(headings, rows, caption=t("web.territories.history", language))


def _row(row: dict[Any, Any], names: dict[str, str], language: Language) -> list[str]:
    code = str(row["village_code"])
    note = row["note"] if isinstance(row["note"], str) else ""
    if pd.notna(row["upload"]):
        note = " ".join(filter(None, (note, t("web.territories.history_upload", language, number=int(row["upload"])))))
    return [
        f"{names.get(code, code)} ({code})",
        str(row["agent_code"]),
        day_text.day(row["from_on"], language),
        day_text.day(row["to_on"], language) if pd.notna(row["to_on"]) else t("web.territories.history_open", language),
        row["by"] if isinstance(row["by"], str) else "–",
        note,
    ]
