"""The layer and its map, as every page with a map begins."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.texts import t
from planner.web import data, prefetch
from planner.web.assets import Assets
from planner.web.geometry_file import GeometryFiles

MAP_HEIGHT: Final = 470  # leaves room to scroll past the map on a phone


@dataclass(frozen=True)
class LayerMap:
    """A layer, with what the browser fetches to draw it."""

    layer: VillageLayer
    files: GeometryFiles
    assets: Assets


def prepared(static: Path, language: Language) -> LayerMap:
    """Return the layer with its files for the browser; without a layer the page says what to do and ends.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    language
        Language of what is said.
    """
    try:
        with st.spinner(t("web.gap.preparing", language)):
            return files(static)
    except DataError as error:
        st.error(error.text(language))
        st.stop()


def files(static: Path) -> LayerMap:
    """Return the layer with its files for the browser, which are written once.

    Parameters
    ----------
    static
        As for `prepared`.

    Raises
    ------
    DataError
        If there is no layer that can be read, or the folder cannot be written.
    """
    layer = data.st_layer()
    written, assets = data.st_geometry(layer.built_from, static, layer), data.st_assets(static)
    prefetch.keep((written.villages, written.names, written.borders, *assets.scripts, *assets.styles))
    return LayerMap(layer, written, assets)
