"""Classes of a measure on the map, kept by what they hang on."""

import pandas as pd
import streamlit as st

from planner.choropleth import Categories, Choropleth
from planner.classification import Cut
from planner.measure_colours import colours_of, undecided
from planner.measures import Measure


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
        return undecided(len(shown))
    if measure.kinds:
        return colours_of(measure, values, shown, cut)
    return _st_coloured((*of, cut), measure, values, shown, cut)


@st.cache_data(max_entries=100, show_spinner=False)
def _st_coloured(
    of: tuple[object, ...],  # noqa: ARG001  # the key
    _measure: Measure,
    _values: pd.DataFrame,
    _shown: pd.Series,
    _cut: Cut,
) -> Choropleth | Categories:
    return colours_of(_measure, _values, _shown, _cut)
