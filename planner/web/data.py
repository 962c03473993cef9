"""What the pages read: the village layer and its figures, kept in memory and shared by all visitors.

Only public data is kept here; a cache of Streamlit is the same for everybody.
"""

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geodata import schema
from geodata.layer import VillageLayer, load
from geodata.paths import Paths
from planner.classification import BREAKS
from planner.coverage import COVERAGE, GAP, gap
from planner.web.assets import Assets, prepare_static
from planner.web.choropleth import Choropleth, choropleth
from planner.web.geometry_file import GeometryFiles, write_geometry

MEASURES: Final = (GAP, COVERAGE)


def st_layer() -> VillageLayer:
    """Return the village layer of the data folder, else the embedded one; a layer built anew is seen at once.

    Raises
    ------
    DataError
        If there is no layer or it cannot be read.
    """
    built = Paths.of().villages
    return _st_load(built, built.stat().st_mtime_ns if built.is_file() else 0)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_load(built: Path, changed_ns: int) -> VillageLayer:
    return load(built if changed_ns else None)


@st.cache_resource(show_spinner=False)
def st_assets(folder: Path) -> Assets:
    """Copy scripts and styles of the map to the served folder, once per start."""
    return prepare_static(folder)


@st.cache_resource(max_entries=2, show_spinner=False)
def st_geometry(fingerprint: str, folder: Path, _layer: VillageLayer) -> GeometryFiles:
    """Write the outlines of a layer to the served folder, once per layer."""
    return write_geometry(_layer.frame, folder, fingerprint=fingerprint)


@st.cache_resource(max_entries=16, show_spinner=False)
def st_figures(fingerprint: str, sector: str, _layer: VillageLayer) -> pd.DataFrame:  # noqa: ARG001  # part of the key
    """Return names and figures of all villages for a sector, in the order of the layer; nobody may change it.

    Parameters
    ----------
    fingerprint
        Fingerprint of the layer.
    sector
        A sector of ``geodata.schema``; empty for all informal workers.
    _layer
        The layer.

    Returns
    -------
    DataFrame
        Columns of the layer without geometry, plus ``gap_workers`` and ``coverage_pct`` with range and
        basis, and ``rank`` (1 has the most uncovered workers). ``eligible_workers`` counts the sector.
    """
    figures = pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name))
    chosen = next((known for known in schema.SECTORS if known == sector), None)
    figures = figures.assign(**gap(figures, chosen))
    return figures.assign(rank=figures[GAP].rank(method="first", ascending=False))


@st.cache_data(max_entries=200, show_spinner=False)
def st_choropleth(
    fingerprint: str, sector: str, measure: str, region: str, method: str, _layer: VillageLayer
) -> Choropleth:
    """Return the classes of a measure within a region.

    Parameters
    ----------
    fingerprint
        Fingerprint of the layer.
    sector
        A sector of ``geodata.schema``; empty for all informal workers.
    measure
        ``gap_workers`` or ``coverage_pct``.
    region
        Code of a province or regency; empty for all.
    method
        How the figures are cut; a name of ``planner.classification.BREAKS``.
    _layer
        The layer.
    """
    figures = st_figures(fingerprint, sector, _layer)
    return choropleth(
        figures[measure],
        figures[schema.basis(measure)] != "observed",
        shown=in_region(figures, region),
        breaks=BREAKS[method],
        darkest="high" if measure == GAP else "low",
    )


@st.cache_data(max_entries=4, show_spinner=False)
def st_regions(fingerprint: str, _layer: VillageLayer) -> pd.DataFrame:  # noqa: ARG001  # part of the key
    """Return all provinces and regencies.

    Returns
    -------
    DataFrame
        Indexed by code, provinces first: ``name`` and south, west, north, east in degrees.
    """
    levels = ((schema.PROVINCE_CODE, schema.PROVINCE_NAME), (schema.REGENCY_CODE, schema.REGENCY_NAME))
    return pd.concat([_extent(_layer.frame, code, name) for code, name in levels])


def in_region(figures: pd.DataFrame, region: str) -> pd.Series:
    """Return whether each village lies in a province or regency; an empty code means everywhere."""
    if not region:
        return pd.Series(data=True, index=figures.index)
    column = schema.REGENCY_CODE if "." in region else schema.PROVINCE_CODE
    return figures[column] == region


def _extent(frame: gpd.GeoDataFrame, code: str, name: str) -> pd.DataFrame:
    boxes = frame.bounds[["miny", "minx", "maxy", "maxx"]].set_axis(["south", "west", "north", "east"], axis=1)
    grouped = boxes.assign(code=frame[code], name=frame[name]).groupby("code")
    return pd.DataFrame(grouped.agg({"name": "first", "south": "min", "west": "min", "north": "max", "east": "max"}))
