"""What a division comes to: in words, the table of agents, districts with several agents, what changes hands."""

from typing import Any, Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.texts import Language, number
from planner.territories import moves
from planner.territories.agents import AGENT
from planner.territories.load import HOURS
from planner.territories.report import CENTRE_KM, DEVIATION, DISTRICTS, FORCED, HOME_KM, PIECES, VILLAGES, Quality
from planner.territories.wording import measured
from planner.texts import t
from planner.web.notice import listed
from planner.web.tables import folded, table
from planner.web.territories_move import percent, whole
from planner.web.territories_work import Work

_MOST_ROWS: Final = 400
_PLACE: Final = (schema.VILLAGE_NAME, schema.DISTRICT_NAME, schema.REGENCY_NAME)

Rows = dict[Any, dict[Any, Any]]


def show(work: Work, language: Language) -> None:
    """Show words and tables of the draft."""
    seen = work.quality()
    words = listed(
        [f"- {line}" for line in measured(moves.finished(work.draft), seen, language, limit_pct=work.limit_pct)]
    )
    st.html(f'<div class="about territories">{words}{_agents(seen, language)}{_splits(seen, language)}</div>')


def changes(work: Work, language: Language) -> None:
    """Show the villages that change hands against what the draft is compared with."""
    found = work.changes()
    st.subheader(t("web.territories.changes", language), anchor=False)
    against = t(f"web.territories.against.{work.kind}", language)
    hours = number(float(found[HOURS].sum()), language, 1)
    lines = [t("web.territories.changes_told", language, count=len(found), hours=hours, against=against)]
    if found.empty:
        st.html(f'<div class="about">{listed(lines)}</div>')
        return
    villages: Rows = work.draft.base.ground.villages.set_index(schema.VILLAGE_CODE)[list(_PLACE)].to_dict("index")
    headings = [
        t(f"web.territories.column.{name}", language) for name in ("village", "district", "from", "to", "hours")
    ]
    rows = [_change(row, villages, language) for row in found.head(_MOST_ROWS).to_dict("records")]
    if len(found) > _MOST_ROWS:
        lines.append(t("web.territories.changes_more", language, count=len(found) - _MOST_ROWS))
    by_agent = _by_agent(found, language)
    caption = t("web.territories.changes", language)
    listing = folded(
        t("web.territories.changes_list", language, count=len(found)), table(headings, rows, caption=caption)
    )
    st.html(f'<div class="about">{listed(lines)}{by_agent}{listing}</div>')


def _change(row: dict[Any, Any], villages: Rows, language: Language) -> list[str]:
    place = villages[row[schema.VILLAGE_CODE]]
    return [
        f"{place[schema.VILLAGE_NAME]} ({row[schema.VILLAGE_CODE]})",
        f"{place[schema.DISTRICT_NAME]} · {place[schema.REGENCY_NAME]}",
        row["from_agent"] if isinstance(row["from_agent"], str) else t("web.territories.nobody", language),
        str(row[AGENT]),
        number(float(row[HOURS]), language, 1),
    ]


def _by_agent(found: pd.DataFrame, language: Language) -> str:
    """Return what each agent gives and gets."""
    given, got = _sums(found.dropna(subset="from_agent"), "from_agent"), _sums(found, AGENT)
    agents = sorted({*given, *got})
    rows = []
    for agent in agents:
        cells = [agent]
        for side in (given, got):
            count, hours = side.get(agent, (0, 0.0))
            cells.append(
                t("web.territories.villages_hours", language, count=count, hours=number(float(hours), language, 1))
            )
        rows.append(cells)
    headings = [t(f"web.territories.column.{name}", language) for name in ("agent", "gives", "gets")]
    return table(headings, rows, caption=t("web.territories.changes", language))


def _sums(found: pd.DataFrame, column: str) -> dict[str, tuple[int, float]]:
    grouped = found.groupby(column)[HOURS]
    return {str(agent): (len(hours), float(hours.sum())) for agent, hours in grouped}


def _agents(seen: Quality, language: Language) -> str:
    areas = seen.areas
    names = ["agent", "villages", "hours", "deviation", "whole", "compactness", "centre", "districts"]
    homes = areas[HOME_KM].notna().any()
    names += ["home"] * bool(homes)
    headings = [t(f"web.territories.column.{name}", language) for name in names]
    table_rows: Rows = areas.to_dict("index")
    rows = [_agent(str(agent), row, language, homes=bool(homes)) for agent, row in table_rows.items()]
    return table(headings, rows, caption=t("web.territories.table", language))


def _agent(agent: str, row: dict[Any, Any], language: Language, *, homes: bool) -> list[str]:
    deviation = percent(float(row[DEVIATION]), language)
    if abs(row[FORCED]) >= 0.5:
        deviation += " " + t("web.territories.forced", language, percent=percent(float(row[FORCED]), language))
    cells = [
        agent,
        number(int(row[VILLAGES]), language),
        number(float(row[HOURS]), language, 1),
        deviation,
        whole(int(row[PIECES]), language),
        number(float(row["compactness"]), language, 2),
        number(float(row[CENTRE_KM]), language, 1),
        number(int(row[DISTRICTS]), language),
    ]
    if homes:
        cells.append("–" if pd.isna(row[HOME_KM]) else number(float(row[HOME_KM]), language, 1))
    return cells


def _splits(seen: Quality, language: Language) -> str:
    if seen.splits.empty:
        return ""
    headings = [t(f"web.territories.column.{name}", language) for name in ("district", "agents")]
    rows = [
        [f"{row[schema.DISTRICT_NAME]} ({row[schema.DISTRICT_CODE]})", number(int(row["agents"]), language)]
        for row in seen.splits.to_dict("records")
    ]
    caption = t("web.territories.splits", language, count=len(rows))
    return folded(caption, table(headings, rows, caption=caption))
