"""The page of an agent: the own villages with their figures, and the visits made there.

All that is of the records comes through a connection that sees the agent's own rows only, whatever is asked of it. Of
the figures of all villages, only the rows of the own ones go to the browser.
"""

from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.texts import Language, number
from planner.coverage import GAP
from planner.errors import PlanError
from planner.launch_pipeline import LONGEST_NAME, LONGEST_TEXT
from planner.rights import Principal
from planner.store import own_visits
from planner.store.acting import own_villages, reading_as, write_visit, writing_as
from planner.store.rights_agent import today
from planner.texts import t
from planner.uploads.kinds import MOST_PEOPLE
from planner.web import data, day_text, notice, visitor
from planner.web.frame import head
from planner.web.tables import paragraph, table

_DAYS_BACK: Final = 60
_TOLD: Final = "area-told"
_MADE: Final = "area-made"  # how many were saved: the form of each is a new one
_COUNTS: Final = ("met", "interested", "registered")


class Visit(NamedTuple):
    """What the form says of a visit."""

    village_code: str
    visited_on: date
    met: int
    interested: int
    registered: int
    dusun: str | None
    obstacle: str | None


def render() -> None:
    """Show the page."""
    language = head("web.area.title", "web.area.intro")
    who = visitor.require("page.area")
    told = st.session_state.pop(_TOLD, "")
    if told:
        notice.show("success", told)
    villages = show(who, language)
    if not villages.empty:
        st.subheader(t("web.area.write", language), anchor=False)
        _form(villages, language)


def show(agent: Principal, language: Language) -> pd.DataFrame:
    """Show what an agent sees, and return the own villages: ``village_code`` and ``village_name``.

    Parameters
    ----------
    agent
        The agent; who looks has been checked before.
    language
        Language of the page.
    """
    with reading_as(visitor.records(), agent) as connection:
        own, made = own_villages(connection), own_visits.last(connection)
    villages = _with_figures(own)
    names = dict(zip(villages[schema.VILLAGE_CODE], villages[schema.VILLAGE_NAME], strict=True))
    st.html(f'<div class="about area">{_village_table(villages, language)}</div>')
    st.subheader(t("web.area.visits", language), anchor=False)
    st.html(f'<div class="about area">{_visit_table(made, names, language)}</div>')
    return villages[[schema.VILLAGE_CODE, schema.VILLAGE_NAME]]


def _with_figures(own: pd.DataFrame) -> pd.DataFrame:
    """Return the own villages with their public figures; a village that the layer lacks keeps its code as name."""
    layer = data.st_layer()
    columns = [
        schema.VILLAGE_CODE,
        schema.VILLAGE_NAME,
        schema.DISTRICT_NAME,
        schema.REGENCY_NAME,
        schema.ELIGIBLE,
        GAP,
    ]
    figures = data.st_figures(layer.fingerprint, "", layer)
    mine = figures.loc[figures[schema.VILLAGE_CODE].isin(own["village_code"]), columns]
    found = own.merge(mine, how="left", left_on="village_code", right_on=schema.VILLAGE_CODE)
    return found.fillna({schema.VILLAGE_NAME: found["village_code"]})


def _village_table(villages: pd.DataFrame, language: Language) -> str:
    if villages.empty:
        return paragraph(t("web.area.none", language))
    names = ("village", "region", "eligible", "gap", "active", "month", "last_visit")
    headings = [t(f"web.area.column.{name}", language) for name in names]
    rows = [_village_row(row, language) for row in villages.to_dict("records")]
    told = paragraph(t("web.area.count", language, villages=len(villages)))
    return told + table(headings, rows, caption=t("web.area.title", language))


def _village_row(row: dict[Any, Any], language: Language) -> list[str]:
    region = " · ".join(str(row[name]) for name in (schema.DISTRICT_NAME, schema.REGENCY_NAME) if _known(row[name]))
    name, code = row[schema.VILLAGE_NAME], row["village_code"]
    return [
        code if name == code else f"{name} ({code})",
        region,
        *(_count(row[name], language) for name in (schema.ELIGIBLE, GAP, "active")),
        _month(row["month"], language),
        _day(row["last_visit_on"], language),
    ]


def _visit_table(made: pd.DataFrame, names: dict[str, str], language: Language) -> str:
    if made.empty:
        return paragraph(t("web.area.no_visits", language))
    columns = ("visited_on", "village", "dusun", *_COUNTS, "obstacle")
    headings = [t(f"web.area.column.{name}", language) for name in columns]
    rows = [
        [
            _day(row["visited_on"], language),
            names.get(row["village_code"], row["village_code"]),
            row["dusun"] or "",
            *(_count(row[name], language) for name in _COUNTS),
            row["obstacle"] or "",
        ]
        for row in made.to_dict("records")
    ]
    return table(headings, rows, caption=t("web.area.visits", language))


def _form(villages: pd.DataFrame, language: Language) -> None:
    names = dict(zip(villages[schema.VILLAGE_CODE], villages[schema.VILLAGE_NAME], strict=True))
    made = st.session_state.get(_MADE, 0)
    days = [today() - timedelta(days=back) for back in range(_DAYS_BACK)]
    with st.form(f"visit-{made}", clear_on_submit=False):
        code = st.selectbox(
            t("web.area.column.village", language), list(names), format_func=names.__getitem__, key=f"visit-code-{made}"
        )
        day = st.selectbox(
            t("web.area.day", language),
            days,
            format_func=lambda one: day_text.day(one, language),
            key=f"visit-day-{made}",
        )
        dusun = st.text_input(t("web.area.column.dusun", language), max_chars=LONGEST_NAME, key=f"visit-dusun-{made}")
        with st.container(horizontal=True, key="visit-counts"):
            met, interested, registered = (
                st.number_input(t(f"web.area.column.{name}", language), 0, MOST_PEOPLE, 0, key=f"visit-{name}-{made}")
                for name in _COUNTS
            )
        obstacle = st.text_area(
            t("web.area.column.obstacle", language), max_chars=LONGEST_TEXT, key=f"visit-obstacle-{made}"
        )
        st.caption(t("web.area.no_names", language))
        if st.form_submit_button(t("web.area.save", language), type="primary"):
            visit = Visit(str(code), day, met, interested, registered, dusun.strip() or None, obstacle.strip() or None)
            _write(visit, language)


def _write(visit: Visit, language: Language) -> None:
    try:
        with writing_as(visitor.records(), visitor.require("visit.write")) as connection:
            write_visit(
                connection,
                visit.village_code,
                visited_on=visit.visited_on,
                met=visit.met,
                interested=visit.interested,
                registered=visit.registered,
                dusun=visit.dusun,
                obstacle=visit.obstacle,
            )
    except PlanError as error:
        notice.show("error", error.text(language))
        return
    st.session_state[_MADE] = st.session_state.get(_MADE, 0) + 1
    st.session_state[_TOLD] = t("web.area.saved", language)
    st.rerun()


def _known(value: object) -> bool:
    return value is not None and value == value  # noqa: PLR0124 (not a number)


def _count(value: Any, language: Language) -> str:  # noqa: ANN401 (a figure, or none)
    return "–" if pd.isna(value) else number(value, language)


def _month(value: Any, language: Language) -> str:  # noqa: ANN401 (the first day of a month, or none)
    return "–" if pd.isna(value) else day_text.month(value, language)


def _day(value: Any, language: Language) -> str:  # noqa: ANN401 (a day, or none)
    return "–" if pd.isna(value) else day_text.day(value, language)
