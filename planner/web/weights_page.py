"""The page of the weights: what counts how much, the score on the map, and what moves."""

from html import escape
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.choropleth import styles
from planner.texts import t
from planner.web import data, picked, row_choice, state, weights_choice, weights_moved
from planner.web.frame import head
from planner.web.layer_map import MAP_HEIGHT, LayerMap, prepared
from planner.web.legend import card
from planner.web.map import MapState, village_map
from planner.web.region import bounds, choose, choose_sector
from planner.web.weights_effect import effect
from planner.web.weights_map import score_classes, score_legend
from planner.web.weights_moved import Moves
from planner.web.weights_pairs import pairs
from planner.web.weights_sliders import sliders

METHODS: Final = ("geser", "pasangan")
LENGTHS: Final = ("10", "20", "50")
_STYLE: Final = Path(__file__).with_name("static") / "weights.css"


def render(static: Path) -> None:
    """Show the page.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    language = head("web.weights.title", "web.weights.intro")
    st.html(_STYLE)
    _weigh(prepared(static, language), language)


@st.fragment
def _weigh(found: LayerMap, language: Language) -> None:
    layer = found.layer
    regions = data.st_regions(layer.fingerprint, layer)
    region, sector, method = _filters(regions, language)
    figures = data.st_figures(layer.fingerprint, sector, layer)
    shown = data.in_region(figures, region)
    selected = picked.village(figures, shown)

    weighing, answer = st.columns([2, 3], gap="medium")
    with weighing, st.container(key="weights-choice"):
        (sliders if method == METHODS[0] else pairs)(language)
    weights = weights_choice.chosen()
    weights_choice.remember(weights)
    after = data.st_scores(layer.fingerprint, sector, weights, layer)
    before = data.st_scores(layer.fingerprint, sector, weights_choice.DEFAULT, layer)
    moves = weights_moved.moved(before, after, region=region)
    with answer:
        with st.container(key="weights-map"):
            classes = score_classes(after, figures, shown)
            now = MapState(classes.classes, selected, bounds(regions, region), styles(), language, region=region)
            village_map(found.files, found.assets, state=now, height=MAP_HEIGHT, on_click=picked.take_click)
            approximate = bool((figures.loc[shown, schema.OUTLINE] == "approximate").any())
            st.html(score_legend(classes, language, approximate=approximate))
        with st.container(key="weights-moved"):
            _moved(moves, selected, language)
        if selected:
            _village(layer, figures, moves, selected, language)
    with st.container(key="weights-effect"):
        effect(layer, sector, weights, language)


def _filters(regions: pd.DataFrame, language: Language) -> tuple[str, str, str]:
    """Show the choices above the map; return region, sector and how weights are given."""
    method = state.restore(state.METHOD, METHODS, default=METHODS[0])
    with st.container(horizontal=True, key="filters"):
        region = choose(regions, language)
        sector = choose_sector(language)
    st.segmented_control(
        t("web.weights.method", language),
        METHODS,
        format_func=lambda name: t(f"web.weights.method.{name}", language),
        key=state.METHOD,
        required=True,
    )
    state.remember(state.METHOD, default=METHODS[0])
    return region, sector, method


def _moved(moves: Moves, selected: str, language: Language) -> None:
    """Show what moved against the first weights; a row selects its village."""
    st.subheader(t("web.weights.moved", language), anchor=False)
    steps = moves.table[weights_moved.STEPS]
    if not steps.any():
        st.html(f'<p class="weights-note">{escape(t("web.weights.moved.none", language))}</p>')
        return
    state.restore(state.FIRST, LENGTHS, default=LENGTHS[1])
    state.restore(state.MOVES, weights_moved.KINDS, default=weights_moved.KINDS[0])
    with st.container(horizontal=True):
        st.segmented_control(t("web.weights.moved.first", language), LENGTHS, key=state.FIRST, required=True)
        st.segmented_control(
            t("web.weights.moved.kind", language),
            weights_moved.KINDS,
            format_func=lambda kind: t(f"web.weights.moved.{kind}", language),
            key=state.MOVES,
            required=True,
        )
    state.remember(state.FIRST, default=LENGTHS[1])
    state.remember(state.MOVES, default=weights_moved.KINDS[0])
    first, kind = int(st.session_state[state.FIRST]), str(st.session_state[state.MOVES])
    told = t(
        "web.weights.moved.told",
        language,
        changed=len(weights_moved.listed(moves.table, "masuk", first)),
        first=min(first, len(moves.table)),
        climbed=int((steps > 0).sum()),
        fallen=int((steps < 0).sum()),
        all=len(moves.table),
    )
    st.html(f'<p class="weights-note" role="status">{escape(told)}</p>')
    rows = weights_moved.listed(moves.table, kind, first)
    if rows.empty:
        nobody = t("web.weights.moved.nobody", language, kind=t(f"web.weights.moved.{kind}", language))
        st.html(f'<p class="weights-note">{escape(nobody)}</p>')
        return
    _list(moves.explained(rows), selected, language)


def _list(rows: pd.DataFrame, selected: str, language: Language) -> None:
    """Show the villages that moved; the selected row is the selected village."""
    row_choice.show(
        "weights-list",
        weights_moved.table(rows, language),
        rows[schema.VILLAGE_CODE].to_list(),
        selected,
        height=min(35 * len(rows) + 38, 320),
        alt=t("web.weights.moved.alt", language),
    )
    st.html(f'<p class="weights-note">{escape(t("web.weights.moved.note", language))}</p>')


def _village(layer: VillageLayer, figures: pd.DataFrame, moves: Moves, selected: str, language: Language) -> None:
    """Show the card of the selected village, and where it stands."""
    villages = moves.after.criteria.villages
    here = villages.index[villages[schema.VILLAGE_CODE] == selected]
    row = moves.explained(moves.table.loc[here]).iloc[0]
    village = figures[figures[schema.VILLAGE_CODE] == selected].iloc[0]
    sector = str(st.session_state[state.SECTOR])
    ranked = int(figures["rank"].count())
    with st.container(border=True, key="weights-village"):
        st.html(f'<p class="weights-note">{escape(weights_moved.standing(row, len(moves.table), language))}</p>')
        st.html(card(village, layer.figures, language, villages=ranked, sector=sector))
