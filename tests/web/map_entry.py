"""An entry that shows the map component alone; what it shows stands in the address."""

from pathlib import Path

import pandas as pd
import streamlit as st

from planner.choropleth import HOT_SPOTS, categories, styles
from planner.map_legend import legend_of
from planner.measure_catalogue import MEASURES
from planner.web import data
from planner.web.assets import PAGE_STYLE
from planner.web.legend import legend, marks_legend
from planner.web.map import MapState, clicked_village, village_map
from planner.web.places_file import write_places
from planner.web.symbols import MARKS, PLACES

STATIC = Path(__file__).parent / "static"
MARKED = {kind: 30 * (4 + i // 3 * 6) + 2 + i % 3 * 12 for i, kind in enumerate(MARKS)}  # far apart on a 30 x 20 grid
PLACES_LIST = Path(__file__).parent / "places.csv"


@st.fragment
def show() -> None:
    layer = data.st_layer()
    files = data.st_geometry(layer.fingerprint, STATIC, layer)
    listed = pd.read_csv(PLACES_LIST, keep_default_na=False)
    region, marked = st.text_input("region"), st.text_input("marks").split()
    switched_on = frozenset(kind for kind in PLACES if st.checkbox(kind))
    kinds = pd.Series([list(HOT_SPOTS)[i % len(HOT_SPOTS)] for i in range(len(layer.frame))])
    found = categories(kinds, HOT_SPOTS, shown=pd.Series(data=True, index=kinds.index))
    marks = {kind: [place, place + 1] for kind, place in MARKED.items() if kind in marked}
    clicked = clicked_village(st.session_state) or ""
    west, south, east, north = layer.frame.total_bounds
    state = MapState(
        found.classes,
        clicked,
        (south, west, north, east),
        styles(),
        "id",
        marks=marks,
        places=switched_on,
        region=region,
    )
    places = write_places(listed, STATIC)
    village_map(files, data.st_assets(STATIC), state=state, height=470, on_click=lambda: None, places=places)
    counts = listed["kind"].value_counts()
    st.html(legend(legend_of(found, MEASURES["hot_gap"], ("quantiles", ()), "id", approximate=False)))
    if signs := marks_legend(marks, {kind: int(counts.get(kind, 0)) for kind in switched_on}, "id"):
        st.html(signs)
    st.text(f"clicked {clicked}")


if __name__ == "__main__":
    st.set_page_config(layout="wide")
    st.html(PAGE_STYLE)
    show()
