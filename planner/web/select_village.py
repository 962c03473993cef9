"""The selected village on the page of the selection: found by name, its short card, and its buttons."""

from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.texts import Language, number
from planner import rupiah
from planner.coverage import GAP
from planner.ranking import RANK
from planner.selection.candidates import ACTIVE, BRANCH, LAUNCH_COST
from planner.selection.plan import SelectionPlan
from planner.texts import t
from planner.web import locks, state
from planner.web.legend import span
from planner.web.village_list import matching
from planner.web.wording import placed

_SEARCH: Final = "select-search"
_FOUND: Final = "select-found"
_MANY: Final = 50


def find(villages: pd.DataFrame, language: Language) -> None:
    """Show a search by name: the way to a village without the map.

    Parameters
    ----------
    villages
        Villages of the region.
    language
        Language of the words.
    """
    search = st.text_input(
        t("web.list.search", language), key=_SEARCH, placeholder=t("web.list.search_hint", language), max_chars=60
    )
    if not search.strip():
        return
    rows = villages[matching(villages, search)].head(_MANY)
    if rows.empty:
        st.info(t("web.list.nothing", language))
        return
    parts = zip(rows[schema.VILLAGE_NAME], rows[schema.DISTRICT_NAME], rows[schema.REGENCY_NAME], strict=True)
    called = dict(zip(rows[schema.VILLAGE_CODE], (" · ".join(part) for part in parts), strict=True))
    if st.session_state.get(_FOUND) not in called:
        st.session_state[_FOUND] = None
    st.selectbox(
        t("web.select.found", language, count=len(called)),
        list(called),
        index=None,
        format_func=called.__getitem__,
        key=_FOUND,
        on_change=_take_found,
        placeholder=t("web.select.found_choose", language),
    )


def card(
    villages: pd.DataFrame, code: str, lock: locks.Lock | None, plan: SelectionPlan | None, language: Language
) -> None:
    """Show the selected village in short, with the buttons that ask for it or leave it out.

    Parameters
    ----------
    villages
        Rows of candidates of the region, declared villages too.
    code
        The village.
    lock
        On which list it stands.
    plan
        The plan that is shown; nothing before there is one.
    language
        Language of the words.
    """
    village = villages[villages[schema.VILLAGE_CODE] == code].iloc[0]
    declared = village["declared"] == "declared"
    status = [t("web.select.card.declared", language)] if declared else []
    if lock is not None:
        status.append(t(f"web.select.card.{lock}", language))
    if plan is not None and not declared:
        status.append(t(f"web.select.card.{'chosen' if code in plan.codes else 'not_chosen'}", language))
    rows = "".join(
        f'<tr><th scope="row">{escape(t(f"web.select.card.{name}", language))}</th>'
        f'<td class="figure">{escape(value)} <span class="range">{escape(more)}</span></td></tr>'
        for name, value, more in _figures(village, len(villages), language)
    )
    place = placed(village, language)
    address = urlencode({**state.shared(), state.VILLAGE: code})
    full = f'<a href="desa?{escape(address)}" target="_self">{escape(t("web.select.card.full", language))}</a>'
    st.html(
        f'<section class="card" aria-live="polite"><h2>{escape(str(village[schema.VILLAGE_NAME]))}</h2>'
        f"<p>{escape(place)}</p><p><b>{escape(' '.join(status))}</b></p>"
        f"<table><tbody>{rows}</tbody></table><p>{full}</p></section>"
    )
    locks.buttons(code, lock, language, declared=declared)


def _figures(village: "pd.Series[Any]", villages: int, language: Language) -> list[tuple[str, str, str]]:
    """Return name, value and range of the figures of a village."""
    rank = t("web.select.card.of", language, villages=villages)
    return [
        ("active", number(village[ACTIVE], language), _ends(village, ACTIVE, language)),
        ("gap", _known(village[GAP], language), _ends(village, GAP, language)),
        ("cost", rupiah.spoken(float(village[LAUNCH_COST]), language), ""),
        ("score_rank", number(village[RANK], language), rank),
        ("branch", str(village[BRANCH]) if pd.notna(village[BRANCH]) else "–", ""),
    ]


def _known(value: float, language: Language) -> str:
    return t("web.card.unknown", language) if pd.isna(value) else number(value, language)


def _ends(village: "pd.Series[Any]", figure: str, language: Language) -> str:
    return span(village[schema.low(figure)], village[schema.high(figure)], language)


def _take_found() -> None:
    if code := st.session_state[_FOUND]:
        st.session_state[state.VILLAGE] = code
