"""The page about the data: what every figure counts, how it was made, how far it can be trusted."""

import streamlit as st

from geodata import catalogue
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.errors import PlanError
from planner.texts import t
from planner.web import data
from planner.web.about_figures import figures, layer_facts, measured_errors
from planner.web.about_sources import catalogue_table, registers
from planner.web.frame import head
from planner.web.tables import paragraph

_UNKNOWN = ("participation", "outlines", "offices", "sectors", "formula", "registered")


def render() -> None:
    """Show the page."""
    language = head("web.about.title", "web.about.intro")
    try:
        with st.spinner(t("web.about.preparing", language)):
            layer = data.st_layer()
        _sections(layer, language)
    except (DataError, PlanError) as error:
        st.error(error.text(language))


def _sections(layer: VillageLayer, language: Language) -> None:
    sources = catalogue.load()
    contents = {
        "layer": layer_facts(layer, language),
        "unknown": "".join(paragraph(t(f"web.about.unknown.{name}", language)) for name in _UNKNOWN),
        "figures": figures(layer, sources, language),
        "error": measured_errors(language),
        "sources": catalogue_table(sources, language),
        "registers": registers(layer.frame, language),
    }
    for name, content in contents.items():
        st.subheader(t(f"web.about.{name}.title", language), anchor=False)
        st.html(f'<div class="about">{paragraph(t(f"web.about.{name}.note", language))}{content}</div>')
