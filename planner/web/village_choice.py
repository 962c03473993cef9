"""Which village the page shows: named by the address, found by its name, or one of the first of the region."""

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.layer import VillageLayer
from geodata.texts import Language, number
from planner.coverage import GAP
from planner.plan import Ranking
from planner.ranking import RANK
from planner.scoring import SCORE
from planner.texts import t
from planner.village_figures import dotted
from planner.village_search import FOUND, search, search_index
from planner.web import state
from planner.web.legend import span
from planner.web.tables import Cell, Link, paragraph, table

FIRST: Final = 10
"""Villages that are offered where none is chosen."""
SEARCH: Final = "village-page-search"


def chosen(codes: pd.Series) -> tuple[str, bool]:
    """Return the code of the chosen village, empty for none, and whether the address names one that is not there.

    Parameters
    ----------
    codes
        Codes of all villages.
    """
    named = st.query_params.get(state.VILLAGE, "")
    if named != state.shared().get(state.VILLAGE, ""):  # a link or the browser's "back" has changed the address alone
        st.session_state[state.VILLAGE] = named
    wanted = dotted(str(st.session_state.get(state.VILLAGE, named)))
    code = wanted if wanted and bool((codes == wanted).any()) else ""
    state.put(state.VILLAGE, code)
    return code, code != wanted


def link_to(code: str, name: str, *, after: str = "") -> Link:
    """Return a link to the card of another village that brings the choices of this visit along."""
    choices = {**state.shared(), state.VILLAGE: code}
    return Link(name, f"?{urlencode(choices)}", after)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_index(fingerprint: str, _layer: VillageLayer) -> pd.DataFrame:  # noqa: ARG001  # part of the key
    return search_index(pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name)))


def found(layer: VillageLayer, text: str, ranking: Ranking, language: Language) -> str:
    """Return the villages that a text may mean, as HTML.

    Parameters
    ----------
    layer
        The layer.
    text
        What was asked for.
    ranking
        Scored villages of the chosen region; those of other regions are found, too, without their rank.
    language
        Language of the words.
    """
    labels = search(_st_index(layer.fingerprint, layer), text)
    if labels.empty:
        return paragraph(t("web.village.search.nothing", language))
    everywhere = ranking.scores.table.loc[labels]
    rows = everywhere.assign(**{RANK: ranking.table[RANK].reindex(labels)})
    key = "web.village.search.many" if len(labels) == FOUND else "web.village.search.found"
    title = t(key, language, count=len(labels))
    return paragraph(title) + _table(rows, language, caption=title)


def first(ranking: Ranking, region_name: str, language: Language) -> str:
    """Return the first villages of a ranking, as HTML, where no village is chosen yet."""
    title = t("web.village.first", language, count=min(FIRST, len(ranking.table)), region=region_name)
    return paragraph(title) + _table(ranking.table.head(FIRST), language, caption=title)


def _table(rows: pd.DataFrame, language: Language, *, caption: str) -> str:
    names = ("village", "district", "regency", "rank", "score", "gap")
    headings: Sequence[str] = [t(f"web.village.column.{name}", language) for name in names]
    return table(headings, _rows(rows, language), caption=caption)


def _rows(rows: pd.DataFrame, language: Language) -> Iterable[Sequence[Cell]]:
    for row in rows.to_dict("records"):
        yield (
            (link_to(str(row[schema.VILLAGE_CODE]), str(row[schema.VILLAGE_NAME])),),
            str(row[schema.DISTRICT_NAME]),
            str(row[schema.REGENCY_NAME]),
            "–" if pd.isna(row[RANK]) else number(int(row[RANK]), language),
            number(float(row[SCORE]), language, 1),
            workers(row[GAP], row[schema.low(GAP)], row[schema.high(GAP)], language),
        )


def workers(value: float | None, low: float | None, high: float | None, language: Language) -> str:
    """Write a number of people with its range; said as unknown where it is missing."""
    if value is None or pd.isna(value):
        return t("web.village.unknown", language)
    ends = span(low, high, language)
    return f"{number(value, language)} ({ends})" if ends else number(value, language)
