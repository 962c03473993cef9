"""What the page of uploads knows of the villages of a layer: public figures, shared by all visitors."""

import pandas as pd
import streamlit as st

from geodata.layer import VillageLayer
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner.uploads import Known, known_of
from planner.village_search import search_index


@st.cache_resource(max_entries=2, show_spinner=False)
def st_known(built_from: str, _layer: VillageLayer) -> Known:  # noqa: ARG001  # part of the key
    """Return what the checks know of a layer; nobody may change it."""
    return known_of(_layer)


@st.cache_resource(max_entries=2, show_spinner=False)
def st_places(built_from: str, _layer: VillageLayer) -> pd.DataFrame:  # noqa: ARG001  # part of the key
    """Return names of village, district and regency, index ``village_code``."""
    columns = [VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME]
    return pd.DataFrame(_layer.frame[columns]).set_index(VILLAGE_CODE)


def st_names(built_from: str, layer: VillageLayer) -> "pd.Series[str]":
    """Return the official name of each village, index ``village_code``."""
    return st_places(built_from, layer)[VILLAGE_NAME]


@st.cache_resource(max_entries=2, show_spinner=False)
def st_index(built_from: str, _layer: VillageLayer) -> pd.DataFrame:  # noqa: ARG001  # part of the key
    """Return what villages are searched in, see `planner.village_search`."""
    return search_index(pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name)))
