"""The page of the map: where the workers are who are not covered yet."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geodata import schema
from geodata.texts import Language
from planner.choropleth import styles
from planner.errors import PlanError
from planner.map_legend import legend_of
from planner.web import data, first_steps, list_side, map_layers, map_picture, picked, state, weights_choice
from planner.web.colouring import coloured
from planner.web.frame import head
from planner.web.layer_map import MAP_HEIGHT, LayerMap, prepared
from planner.web.legend import card, legend, marks_legend
from planner.web.links import page_link
from planner.web.list_side import Listing
from planner.web.map import MapState, village_map
from planner.web.map_choices import Choices, choices
from planner.web.measures import Ground, values_of
from planner.web.region import bounds

if TYPE_CHECKING:
    import pandas as pd


def render(static: Path) -> None:
    """Show the page.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    language = head("web.gap.title", "web.gap.intro")
    first_steps.show(language)
    _explore(prepared(static, language), static, language)


@st.fragment
def _explore(found: LayerMap, static: Path, language: Language) -> None:
    layer = found.layer
    chosen = choices(data.st_regions(layer.fingerprint, layer), language)
    ground = Ground(layer, chosen.sector, weights_choice.chosen(), chosen.region)
    inside = data.in_region(ground.figures, chosen.region)
    selected = picked.village(ground.figures, inside)
    st.caption(chosen.measure.explained(language))
    with st.container(key="explore"):
        map_side, other_side = st.columns([3, 2], gap="medium")
        with other_side:
            card_place = st.container(key="card")
            with st.container(key="list"):
                listing = _list(ground, chosen, language, inside=inside, selected=selected)
        with map_side:
            _map(found, static, listing, chosen, language, selected=selected)
        if selected:
            with card_place, st.container(border=True):
                _card(ground, selected, language)


def _list(ground: Ground, chosen: Choices, language: Language, *, inside: "pd.Series[bool]", selected: str) -> Listing:
    """Show the list of the chosen measure, or how far its figures are."""
    asked = list_side.asked(language)
    try:
        values = values_of(chosen.measure, ground, language)
    except PlanError as error:
        st.error(error.text(language))
        values = None
    listing = Listing(ground, chosen.measure, values, inside, asked)
    if values is not None:
        list_side.show(listing, selected, language)
    return listing


def _map(
    found: LayerMap, static: Path, listing: Listing, chosen: Choices, language: Language, *, selected: str
) -> None:
    """Show the map with its layers and what its colours and signs mean."""
    layer = found.layer
    colours = coloured(listing.measure, listing.figures, listing.shown, chosen.cut, of=listing.key)
    with st.container(key="map"):
        places = map_layers.chosen(layer, static, language)
        village_map(
            found.files,
            found.assets,
            state=MapState(
                colours.classes,
                selected,
                bounds(data.st_regions(layer.fingerprint, layer), chosen.region),
                styles(),
                language,
                places=frozenset(places.counts),
                region=chosen.region,
            ),
            height=MAP_HEIGHT,
            on_click=_take_click,
            places=places.file,
        )
    approximate = bool((layer.frame.loc[listing.shown, schema.OUTLINE] == "approximate").any())
    words = legend_of(colours, listing.measure, chosen.cut, language, approximate=approximate)
    if legends := (legend(words) if words.entries else "") + marks_legend({}, places.counts, language):
        st.html(legends)
    map_picture.offer(listing, chosen.cut, language)


def _card(ground: Ground, selected: str, language: Language) -> None:
    """Show the figures of the selected village, with a link to all that is known of it."""
    figures = ground.figures
    village = figures[figures[schema.VILLAGE_CODE] == selected].iloc[0]
    ranked = int(figures["rank"].count())
    st.html(card(village, ground.layer.figures, language, villages=ranked, sector=ground.sector))
    page_link("village", language, words="web.card.more", **{state.VILLAGE: selected})


def _take_click() -> None:
    """Select the village that was clicked on the map."""
    picked.take_click()
    list_side.leave_row()
