"""The page of the map: where the workers are who are not covered yet."""

from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.classification import BREAKS
from planner.coverage import GAP
from planner.texts import t
from planner.web import data, picked, state
from planner.web.choropleth import styles
from planner.web.download import FORMATS, list_file
from planner.web.frame import head
from planner.web.layer_map import MAP_HEIGHT, LayerMap, prepared
from planner.web.legend import card, legend
from planner.web.map import MapState, village_map
from planner.web.region import bounds, choose
from planner.web.village_list import listed, table

_QUANTILES: Final = "quantiles"
_LIST: Final = "village-list"
_LISTED: Final = "village-list-codes"
_PICKED: Final = "village-picked-in-list"
_SEARCH: Final = "village-search"


def render(static: Path) -> None:
    """Show the page.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    language = head("web.gap.title", "web.gap.intro")
    _explore(prepared(static, language), language)


@st.fragment
def _explore(found: LayerMap, language: Language) -> None:
    layer = found.layer
    regions = data.st_regions(layer.fingerprint, layer)
    region, sector, measure, method = _filters(regions, language)
    figures = data.st_figures(layer.fingerprint, sector, layer)
    shown = data.in_region(figures, region)
    selected = picked.village(figures, shown)
    colours = data.st_choropleth(layer.fingerprint, sector, measure, region, method, layer)

    beside, list_side = st.columns([3, 2], gap="medium")
    with beside:
        now = MapState(colours.classes, selected, bounds(regions, region), styles(), language)
        village_map(found.files, found.assets, state=now, height=MAP_HEIGHT, on_click=_take_click)
        approximate = bool((figures.loc[shown, schema.OUTLINE] == "approximate").any())
        st.html(legend(colours, measure, method, language, approximate=approximate))
    with list_side:
        if selected:
            village = figures[figures[schema.VILLAGE_CODE] == selected].iloc[0]
            with st.container(border=True):
                st.html(card(village, layer.figures, language, villages=int(figures["rank"].count()), sector=sector))
        _list(figures, shown, selected, language)
        parameters = {"region": region, "sector": sector}
        _downloads(layer, figures[shown], parameters, language)


def _filters(regions: pd.DataFrame, language: Language) -> tuple[str, str, str, str]:
    """Show the choices above the map; return region, sector, measure and how it is cut into classes."""
    sector = state.restore(state.SECTOR, {"", *schema.SECTORS})
    measure = state.restore(state.MEASURE, data.MEASURES, default=GAP)
    method = state.restore(state.CLASSES, BREAKS, default=_QUANTILES)
    choices = (
        (state.SECTOR, ["", *schema.SECTORS], {s: _sector_name(s, language) for s in ("", *schema.SECTORS)}),
        (state.MEASURE, data.MEASURES, {m: t(f"web.filter.{m}", language) for m in data.MEASURES}),
        (state.CLASSES, list(BREAKS), {m: t(f"web.filter.{m}", language) for m in BREAKS}),
    )
    with st.container(horizontal=True, key="filters"):
        region = choose(regions, language)
        for key, options, labels in choices:
            st.selectbox(
                t(f"web.filter.{key}", language),
                options,
                format_func=labels.__getitem__,
                key=key,
                width=230,
            )
    state.remember(state.MEASURE, default=GAP)
    state.remember(state.CLASSES, default=_QUANTILES)
    state.remember(state.SECTOR)
    return region, sector, measure, method


def _list(figures: pd.DataFrame, shown: pd.Series, selected: str, language: Language) -> None:
    """Show the list; its selected row is the selected village."""
    search = st.text_input(
        t("web.list.search", language), key=_SEARCH, placeholder=t("web.list.search_hint", language), max_chars=60
    )
    # A row that was clicked stays where it is; a village from the map or a link comes to the top, in sight.
    on_top = "" if st.session_state.get(_PICKED) == selected else selected
    rows = listed(figures, shown, search=search, selected=selected, on_top=on_top)
    if rows.empty:
        st.info(t("web.list.nothing", language))
        return
    codes = rows[schema.VILLAGE_CODE].to_list()
    st.session_state[_LISTED] = codes
    wanted = [codes.index(selected)] if selected in codes else []
    if _selected_rows() != wanted:
        st.session_state[_LIST] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    st.dataframe(
        table(rows, language),
        key=_LIST,
        height=430,
        hide_index=True,
        on_select=_take_row,
        selection_mode="single-row",
        placeholder="–",
        alt=t("web.list.alt", language),
    )
    st.caption(t("web.list.count", language, listed=len(rows), all=int(shown.sum())))


def _downloads(layer: VillageLayer, figures: pd.DataFrame, parameters: dict[str, str], language: Language) -> None:
    """Offer all villages of the region as files; a file is made when it is asked for."""
    with st.container(horizontal=True):
        for ending, mime in FORMATS.items():
            st.download_button(
                t(f"web.download{ending}", language, villages=len(figures)),
                partial(list_file, layer, figures, ending, parameters=parameters, language=language),
                file_name=t("web.download.name", language) + ending,
                mime=mime,
                on_click="ignore",
            )


def _take_click() -> None:
    """Select the village that was clicked on the map."""
    picked.take_click()
    st.session_state[_PICKED] = ""


def _take_row() -> None:
    """Select the village whose row was chosen in the list."""
    rows = _selected_rows()
    st.session_state[_PICKED] = st.session_state[_LISTED][rows[0]] if rows else ""
    st.session_state[state.VILLAGE] = st.session_state[_PICKED]


def _selected_rows() -> list[int]:
    chosen = st.session_state.get(_LIST) or {"selection": {"rows": []}}
    return list(chosen["selection"]["rows"])


def _sector_name(sector: str, language: Language) -> str:
    return t(f"web.sector.{sector or 'all'}", language)
