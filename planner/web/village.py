"""The page of one village: everything known of it, why it stands where it stands, and what lies around it."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from geodata import catalogue, declared, schema
from geodata.errors import DataError
from geodata.names_match import MATCHED_CODE
from geodata.office_day import today
from geodata.texts import Language
from planner.errors import PlanError
from planner.explain import Explanation, explain
from planner.params import ScoringParams
from planner.surroundings import neighbours_of
from planner.texts import t
from planner.village_figures import village_figures
from planner.village_launch import launch_in
from planner.village_page import Setting
from planner.web import (
    data,
    frame,
    printing,
    region,
    results_delivered,
    results_rates,
    village_actions,
    village_around,
    village_card,
    village_choice,
    village_own,
    village_paper,
    village_why,
    weights_choice,
)
from planner.web.layer_map import LayerMap, prepared
from planner.web.origins import by_title
from planner.web.robust_ranks import robust_ranks
from planner.web.tables import paragraph
from planner.web.village_prospects import prospects
from planner.web.weights_choice import Weights

_WIDTH: Final = 230
_TWINS: Final = 3


def render(static: Path) -> None:
    """Show the page.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    language = frame.head("web.village.title", "web.village.intro")
    found = prepared(static, language)
    try:
        _show(found, language)
    except (DataError, PlanError) as error:
        st.error(error.text(language))


def _show(found: LayerMap, language: Language) -> None:
    layer, weights = found.layer, weights_choice.chosen()
    code, unknown = village_choice.chosen(layer.frame[schema.VILLAGE_CODE])
    regions = data.st_regions(layer.fingerprint, layer)
    asked, area, sector = _choices(regions, language)
    ranking = data.st_ranking(layer.fingerprint, sector, weights, area, layer)
    with st.container():
        if unknown:
            st.warning(t("web.village.unknown_code", language))
        if asked.strip():
            st.html(
                f'<div class="about village-list found">{village_choice.found(layer, asked, ranking, language)}</div>'
            )
    if code:
        _card(found, code, regions, language, area=area, sector=sector, weights=weights)
    elif not asked.strip():
        name = _name(regions, area, language)
        st.html(f'<div class="about village-list">{village_choice.first(ranking, name, language)}</div>')


def _choices(regions: pd.DataFrame, language: Language) -> tuple[str, str, str]:
    """Show the choices above the card; return what is searched, region and sector."""
    with st.container(horizontal=True, key="filters"):
        asked = st.text_input(
            t("web.village.search", language),
            key=village_choice.SEARCH,
            placeholder=t("web.village.search.hint", language),
            max_chars=60,
            width=_WIDTH,
        )
        area = region.choose(regions, language, width=_WIDTH)
        sector = region.choose_sector(language, width=_WIDTH)
    return str(asked), area, sector


def _card(
    found: LayerMap, code: str, regions: pd.DataFrame, language: Language, *, area: str, sector: str, weights: Weights
) -> None:
    layer = found.layer
    row = layer.frame[layer.frame[schema.VILLAGE_CODE] == code]
    inside = bool(data.in_region(row, area).iloc[0])
    within = area if inside else ""
    ranking = data.st_ranking(layer.fingerprint, sector, weights, within, layer)
    surroundings = data.st_surroundings(layer.fingerprint, layer)
    records = surroundings.declared[surroundings.declared[MATCHED_CODE] == code]
    top = st.container(key="village-head")
    with (
        st.container()
    ):  # what comes and goes stands in containers, so that the rest keeps its place and is not redrawn
        buttons = village_actions.actions(
            code, language, declared=bool((records[declared.STATUS] == declared.DECLARED).any()), inside=inside
        )
    headline = st.empty()
    with st.container():
        ranks = robust_ranks(layer, sector, weights, region=within, language=language)
    told = explain(
        ranking.scores,
        code,
        top=ScoringParams().top,
        ranks=ranks,
        twins=_TWINS,
        sector=data.sector_named(sector),
        regions=[within] if within else None,
    )
    figures = village_figures(layer, row, sector=data.sector_named(sector))
    place = _name(regions, within, language)
    counted = replace(ranking, scores=results_rates.applied(ranking.scores, layer))
    setting = Setting(
        layer=layer,
        surroundings=surroundings,
        ranking=counted,
        ranks=ranks,
        top=ScoringParams().top,
        region=place,
        language=language,
        made_on=today(),
    )
    with buttons:
        village_paper.button(code, setting)
    top.html(f'<section class="village">{village_card.head(told.village, records, language)}</section>')
    headline.html(
        f'<section class="village">{village_card.headline(figures, told, place, language, sector=sector)}</section>'
    )
    beside = neighbours_of(surroundings.pairs, code)
    why, around = st.columns([3, 2], gap="medium")
    with why:
        _section("why", _why(told, language, weights=weights), language)
    with around, st.container(key="village-around"):
        st.subheader(t("web.village.around.title", language), anchor=False)
        village_around.around_map(found, code, beside, language, sector=sector, weights=weights)
    _section("neighbours", village_around.neighbour_table(beside, ranking, language), language)
    launch = launch_in(counted.scores, code, surroundings.offices)
    expected = prospects(launch, told.village, language, sector=sector) + results_rates.note(layer, language)
    _section("launch", expected, language)
    results_delivered.render(code)
    _section("twins", village_why.twins(told, language), language)
    numbers = village_card.numbered(figures)
    _section("figures", village_card.all_figures(figures, told.village, numbers, language), language)
    village_own.render(code, language)
    sources = by_title(catalogue.load())
    _section("sources", village_card.source_list(numbers, sources, told.village, language), language)
    st.html(printing.colophon(layer.fingerprint, language))


def _why(told: Explanation, language: Language, *, weights: Weights) -> str:
    own = "default" if weights == weights_choice.DEFAULT else "own"
    note = paragraph(t(f"web.village.weights.{own}", language))
    return village_why.reasons(told, language) + village_why.parts(told, language) + note


def _section(name: str, content: str, language: Language) -> None:
    with st.container(key=f"section-{name}"):
        st.subheader(t(f"web.village.{name}.title", language), anchor=False)
        st.html(f'<div class="about village-{name}">{content}</div>')


def _name(regions: pd.DataFrame, area: str, language: Language) -> str:
    return str(regions.loc[area, "name"]) if area else t("web.village.everywhere", language)
