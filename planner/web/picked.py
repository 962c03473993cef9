"""The selected village: clicked on the map, chosen in a list, or named by the address."""

import pandas as pd
import streamlit as st

from geodata import schema
from planner.web import state
from planner.web.map import clicked_village


def village(figures: pd.DataFrame, shown: pd.Series) -> str:
    """Return the code of the selected village; empty if there is none among those shown.

    Parameters
    ----------
    figures
        Villages in the order of the layer.
    shown
        Whether each lies in the chosen region; same index.
    """
    codes = figures[schema.VILLAGE_CODE]
    selected = state.restore_text(state.VILLAGE, lambda code: bool((shown & (codes == code)).any()))
    state.remember(state.VILLAGE)
    return selected


def take_click() -> None:
    """Select the village that was clicked on the map; called before the rerun."""
    if code := clicked_village(st.session_state):
        st.session_state[state.VILLAGE] = code
