"""Places that can be switched on over the map, such as branch offices and declared villages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.declared import declared_codes
from geodata.layer import VillageLayer
from geodata.offices import OFFICE_NAME
from geodata.texts import Language
from planner.texts import t
from planner.web import data, state
from planner.web.places_file import KIND, NAME, write_places
from planner.web.symbols import PLACES

_PILLS: Final = "layers"
_BETWEEN: Final = "-"


@dataclass(frozen=True)
class Layers:
    """Places for the map.

    Attributes
    ----------
    file
        Where the browser finds all places.
    counts
        Number of places of each kind; of a choice those that are switched on.
    """

    file: Path
    counts: Mapping[str, int]


def chosen(layer: VillageLayer, static: Path, language: Language) -> Layers:
    """Show the switches; return the places that are switched on.

    Parameters
    ----------
    layer
        The village layer.
    static
        Folder that is served to the browser.
    language
        Language of the labels.
    """
    known = _st_places(layer.fingerprint, static, layer)
    kinds = [kind for kind in PLACES if kind in known.counts]
    kept = state.restore_text(state.LAYERS, lambda text: set(text.split(_BETWEEN)) <= {"", *PLACES})
    if _PILLS not in st.session_state:
        st.session_state[_PILLS] = [kind for kind in kinds if kind in kept.split(_BETWEEN)]
    switched = st.pills(
        t("web.filter.lapisan", language),
        kinds,
        selection_mode="multi",
        format_func=lambda kind: t(f"web.map.place.{kind}", language),
        key=_PILLS,
    )
    state.put(state.LAYERS, _BETWEEN.join(kind for kind in kinds if kind in switched))
    return Layers(known.file, MappingProxyType({kind: known.counts[kind] for kind in kinds if kind in switched}))


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_places(fingerprint: str, folder: Path, _layer: VillageLayer) -> Layers:
    places = _places(_layer, fingerprint)
    return Layers(
        write_places(places, folder), {str(kind): int(count) for kind, count in places[KIND].value_counts().items()}
    )


def _places(layer: VillageLayer, fingerprint: str) -> pd.DataFrame:
    around = data.st_surroundings(fingerprint, layer)
    villages = layer.frame
    declared = villages[villages[schema.VILLAGE_CODE].isin(declared_codes(around.declared))]
    parts = (("office", around.offices, OFFICE_NAME), ("declared", declared, schema.VILLAGE_NAME))
    points = [schema.LONGITUDE, schema.LATITUDE]
    places: pd.DataFrame = pd.concat(
        [rows[points].astype(float).assign(**{KIND: kind, NAME: rows[name]}) for kind, rows, name in parts],
        ignore_index=True,
    )
    return places
