"""Classes of a measure on the map, kept by what they hang on."""

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from geodata.texts import Language
from planner.classification import BREAKS, Breaks
from planner.web.choropleth import HIDDEN, HOT_SPOTS, Categories, Choropleth, categories, choropleth
from planner.web.legend import hot_spot_legend, legend
from planner.web.measures import CLUSTER, VALUE, Measure, estimated
from planner.web.number_text import bounds_written

OWN: Final = "own"
METHODS: Final = (*BREAKS, OWN)
"""Ways to cut figures into classes, by their name in the address."""

Cut = tuple[str, tuple[float, ...]]
"""One of ``METHODS``, and the bounds of one's own."""


def coloured(
    measure: Measure, values: pd.DataFrame | None, shown: pd.Series, cut: Cut, *, of: tuple[object, ...]
) -> Choropleth | Categories:
    """Return the classes of a measure.

    Parameters
    ----------
    measure
        The measure.
    values
        Its figures; nothing while they are being worked out, then all villages are pale.
    shown
        Whether each village is shown; same index. Classes are made of these alone.
    cut
        How the figures are cut.
    of
        All that figures and shown villages hang on.
    """
    if values is None:
        return Categories(HIDDEN * len(shown), {})
    if measure.kinds:
        return categories(values[CLUSTER], HOT_SPOTS, shown=shown)
    return _st_choropleth((*of, cut), measure.darkest, cut, values, shown)


def legend_of(
    colours: Choropleth | Categories, measure: Measure, cut: Cut, language: Language, *, approximate: bool
) -> str:
    """Say in words what the colours mean."""
    if isinstance(colours, Categories):
        return hot_spot_legend(colours, measure.kinds, language, approximate=approximate) if colours.counts else ""
    method, bounds = cut
    written = bounds_written(bounds, language)
    return legend(colours, measure.key, method, language, approximate=approximate, bounds=written)


@st.cache_data(max_entries=100, show_spinner=False)
def _st_choropleth(
    of: tuple[object, ...],  # noqa: ARG001  # the key
    darkest: str,
    cut: Cut,
    _values: pd.DataFrame,
    _shown: pd.Series,
) -> Choropleth:
    return choropleth(_values[VALUE], estimated(_values), shown=_shown, breaks=_breaks(*cut), darkest=darkest)


def _breaks(method: str, bounds: tuple[float, ...]) -> Breaks:
    def own(_: np.ndarray, __: int) -> np.ndarray:
        return np.array(bounds)

    return BREAKS.get(method, own)
