"""Places that can be switched on over the map, such as branch offices and declared villages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import streamlit as st

from geodata.declared import declared_codes
from geodata.layer import VillageLayer
from geodata.places import KIND, load_places
from geodata.texts import Language
from planner.texts import t
from planner.web import data, state
from planner.web.places_file import write_places
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
    known = places(layer, static)
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


def places(layer: VillageLayer, static: Path) -> Layers:
    """Return all places of a layer, with their file for the browser.

    Parameters
    ----------
    layer, static
        As for `chosen`.
    """
    return _st_places(data.key_of(layer.fingerprint), static, layer)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_places(key: str, folder: Path, _layer: VillageLayer) -> Layers:  # noqa: ARG001  # part of the key
    around = data.st_surroundings(_layer.fingerprint, _layer)
    known = load_places(_layer, declared=declared_codes(around.declared))
    counts = {str(kind): int(count) for kind, count in known[KIND].value_counts().items()}
    return Layers(write_places(known, folder), counts)
