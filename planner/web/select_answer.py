"""The answer to a selection: totals, how good it is, the chosen villages."""

from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from geodata import schema
from geodata.texts import Language, number
from planner import rupiah
from planner.coverage import GAP
from planner.ranking import RANK
from planner.selection import summary
from planner.selection.candidates import ACTIVE, AGENT_DAYS, BRANCH, LAUNCH_COST, REGISTRATIONS
from planner.selection.core import RobustPlan
from planner.selection.plan import SelectionPlan
from planner.texts import t
from planner.web import row_choice, state
from planner.web.legend import span
from planner.web.notice import listed

_HIGHEST: Final = 460
_ROW: Final = 35  # pixels


def totals(plan: SelectionPlan, language: Language) -> None:
    """Show the totals of a plan and how good it is.

    Parameters
    ----------
    plan
        The plan.
    language
        Language of the words.
    """
    sums = summary.sums(plan)
    figures = [("villages", number(len(plan.chosen), language), "")]
    for name in (ACTIVE, REGISTRATIONS):
        ends = span(sums[schema.low(name)], sums[schema.high(name)], language)
        figures.append((name, number(sums[name], language), ends))
    figures.append((LAUNCH_COST, rupiah.spoken(sums[LAUNCH_COST], language), _used(plan, sums[LAUNCH_COST], language)))
    figures.append((AGENT_DAYS, number(sums[AGENT_DAYS], language), ""))
    entries = "".join(
        f"<div><dt>{escape(t(f'web.select.total.{name}', language))}</dt>"
        f'<dd>{escape(value)} <span class="range">{escape(more)}</span></dd></div>'
        for name, value, more in figures
    )
    quality = listed(summary.told(plan, language))
    seconds = t("web.select.seconds", language, seconds=number(plan.selection.seconds, language, 1))
    st.html(
        f'<section class="plan-totals" aria-live="polite"><h2>{escape(t("web.select.answer", language))}</h2>'
        f"<dl>{entries}</dl>{quality}<p>{escape(seconds)}</p></section>"
    )


def chosen_list(plan: SelectionPlan, robust: RobustPlan | None, language: Language) -> None:
    """Show the chosen villages; a row that is picked selects its village.

    Parameters
    ----------
    plan
        The plan.
    robust
        How it fares over many worlds: then the villages that swing are in the list, too.
    language
        Language of the words.
    """
    rows = summary.listed(plan, robust)
    if rows.empty:
        return
    row_choice.show(
        "chosen-list",
        table(plan, rows, language),
        rows[schema.VILLAGE_CODE].to_list(),
        st.session_state.get(state.VILLAGE, ""),
        height=min(_HIGHEST, _ROW * (len(rows) + 1) + 3),
        alt=t("web.select.list.alt", language),
    )
    st.caption(t("web.select.list.note", language))


def table(plan: SelectionPlan, rows: pd.DataFrame, language: Language) -> Styler:
    """Return the list as people read it; cells stay numbers, so that a click on a heading sorts them.

    Parameters
    ----------
    plan
        The plan.
    rows
        Of `planner.selection.summary.listed`.
    language
        Language of headings and numbers.
    """
    ends = zip(rows[schema.low(ACTIVE)], rows[schema.high(ACTIVE)], strict=True)
    columns: dict[str, object] = {
        "number": rows[RANK],
        "village": rows[schema.VILLAGE_NAME],
        "active": rows[ACTIVE],
        "range": [span(low, high, language) for low, high in ends],
        "cost": rows[LAUNCH_COST],
        "gap": rows[GAP],
        "score_rank": plan.candidates.table.loc[rows.index, RANK],
        "days": rows[AGENT_DAYS],
        "branch": rows[BRANCH],
        "district": rows[schema.DISTRICT_NAME],
        "regency": rows[schema.REGENCY_NAME],
    }
    if summary.IN_PLAN in rows:
        columns["in_plan"] = rows[summary.IN_PLAN]
        columns["group"] = [t(f"export.group.{group}", language) for group in rows[summary.GROUP]]
        columns["chosen"] = [t(f"web.select.list.{chosen}", language) for chosen in rows[summary.CHOSEN]]
        order = ["number", "village", "chosen", "in_plan", "group"]
        columns = {name: columns[name] for name in dict.fromkeys((*order, *columns))}
    headings = {name: t(f"web.select.list.{name}", language) for name in columns}
    shown = pd.DataFrame(columns, index=rows.index).rename(columns=headings)

    def count(value: object) -> str:
        return number(float(str(value)), language)

    def share(value: object) -> str:
        return number(float(str(value)), language, 1)

    whole = [headings[name] for name in ("number", "active", "cost", "gap", "score_rank", "days")]
    formats: dict[Any, Any] = dict.fromkeys(whole, count) | (
        {headings["in_plan"]: share} if "in_plan" in headings else {}
    )
    return shown.style.format(formats, na_rep="–")


def _used(plan: SelectionPlan, cost: float, language: Language) -> str:
    """Tell how much of the budget is used."""
    budget = plan.candidates.params.budget_idr
    if not budget:
        return ""
    share = number(100 * cost / budget, language, 1)
    return t("web.select.total.used", language, share=share, budget=rupiah.spoken(budget, language))
