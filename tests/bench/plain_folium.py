"""The map as folium and Streamlit give it without more: what the planner's map is measured against.

``folium.GeoJson`` of all villages with a colour per village, made anew on each run of the script. Leaflet comes from
the server, for the benchmark is offline; folium's other scripts and styles are not needed for outlines.
"""

from pathlib import Path

import folium
import numpy as np
import streamlit as st
from streamlit_folium import st_folium

from geodata.layer import load
from geodata.paths import Paths
from planner.web.assets import prepare_static

COLOURS = ("#fee838", "#bcae6c", "#7d7c78", "#434e6c", "#00224e")


@st.cache_resource
def villages():
    frame = load(Paths.of().villages).frame
    frame = frame[~frame.geometry.is_empty][
        ["village_code", "village_name", "eligible_workers", "population", "geometry"]
    ]
    ranks = frame[["eligible_workers", "population"]].astype(float).rank(pct=True).fillna(0.0)
    return frame, ranks["eligible_workers"].to_numpy(), 1 - ranks["population"].to_numpy()


st.set_page_config(layout="wide")
frame, workers, small = villages()
weight = st.slider("Weight", 0, 100, 50) / 100
score = weight * workers + (1 - weight) * small
classes = np.searchsorted(np.quantile(score, [0.2, 0.4, 0.6, 0.8]), score)
colour = dict(zip(frame["village_code"], np.take(COLOURS, classes), strict=True))

assets = prepare_static(Path(__file__).parent / "static")
drawn = folium.Map(location=(-3.0, 104.5), zoom_start=7, tiles=None)
drawn.default_js = [(path.name, f"../../app/static/{path.name}") for path in assets.scripts[:1]]
drawn.default_css = [(path.name, f"../../app/static/{path.name}") for path in assets.styles]
folium.GeoJson(
    frame[["village_code", "village_name", "geometry"]],
    style_function=lambda feature: {
        "fillColor": colour[feature["properties"]["village_code"]],
        "fillOpacity": 1.0,
        "weight": 0.3,
    },
    tooltip=folium.GeoJsonTooltip(["village_name"]),
).add_to(drawn)
st_folium(drawn, key="map", height=470, use_container_width=True, returned_objects=["last_active_drawing"])
