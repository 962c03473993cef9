"""What the pages read: the village layer and its figures, kept in memory and shared by all visitors.

Only public data is kept here; a cache of Streamlit is the same for everybody.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geodata import schema
from geodata.layer import AS_OF, VillageLayer, load
from geodata.paths import Paths
from geodata.schema import Sector
from planner.choropleth import Choropleth, choropleth
from planner.classification import BREAKS
from planner.coverage import GAP
from planner.criteria import Criteria, Surroundings, measure
from planner.measures import figures_by_village
from planner.params import ScoringParams
from planner.plan import Ranking, ranking_of
from planner.scoring import Scores, scored
from planner.store import declared
from planner.store.engine import Engine, in_use
from planner.store.participants import version, with_records
from planner.surroundings import surroundings_of
from planner.web import visitor
from planner.web.assets import Assets, prepare_static
from planner.web.geometry_file import GeometryFiles, write_geometry
from planner.web.weights_choice import Weights, scoring_of

QUANTILES: Final = "quantiles"


def st_layer() -> VillageLayer:
    """Return the layer in use, with the participants of the records; what is built or uploaded anew is seen at once.

    Raises
    ------
    DataError
        If there is no layer or it cannot be read, or the records cannot be read.
    """
    layer = st_built()
    if not in_use(Paths.of().records):
        return layer
    engine = visitor.records()
    known = version(engine)
    return _st_counted(layer.fingerprint, str(engine.url), known, layer, engine) if known else layer


def st_layer_at(as_of: datetime) -> VillageLayer:
    """Return the layer in use with the participants that counted at a moment.

    Raises
    ------
    DataError
        As for `st_layer`.
    """
    now, built = st_layer(), st_built()
    if now is built or now.about.get(AS_OF) == as_of.isoformat(timespec="microseconds"):
        return now
    engine = visitor.records()
    return _st_counted_at(built.fingerprint, str(engine.url), as_of, built, engine)


def st_built() -> VillageLayer:
    """Return the layer in use as it was built. Raises like `st_layer`."""
    built = Paths.of().villages
    return _st_load(built, built.stat().st_mtime_ns if built.is_file() else 0)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_counted(
    fingerprint: str,  # noqa: ARG001  # part of the key
    database: str,  # noqa: ARG001  # part of the key
    known: str,  # noqa: ARG001  # part of the key
    _layer: VillageLayer,
    _engine: Engine,
) -> VillageLayer:
    return with_records(_layer, _engine)


@st.cache_resource(max_entries=4, show_spinner=False)
def _st_counted_at(
    fingerprint: str,  # noqa: ARG001  # part of the key
    database: str,  # noqa: ARG001  # part of the key
    as_of: datetime,
    _layer: VillageLayer,
    _engine: Engine,
) -> VillageLayer:
    return with_records(_layer, _engine, as_of=as_of)


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
    return figures_by_village(_layer.frame, sector_named(sector))


def key_of(fingerprint: str) -> str:
    """Return what scores hang on beside their choices: the layer, and the declared villages of the records."""
    if not in_use(Paths.of().records):
        return fingerprint
    engine = visitor.records()
    known = declared.version(engine)
    return f"{fingerprint} {engine.url} {known}" if known else fingerprint


def st_surroundings(fingerprint: str, layer: VillageLayer) -> Surroundings:
    """Return neighbours, declared villages and offices of a layer; nobody may change them.

    A village whose launch was written down a moment ago is declared in what is returned now.
    """
    around, key = _st_surroundings(fingerprint, layer), key_of(fingerprint)
    return around if key == fingerprint else _st_with_declared(key, around, visitor.records())


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_surroundings(fingerprint: str, _layer: VillageLayer) -> Surroundings:  # noqa: ARG001  # part of the key
    built = Paths.of().villages
    return surroundings_of(_layer, built if built.is_file() else None)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_with_declared(key: str, _around: Surroundings, _engine: Engine) -> Surroundings:  # noqa: ARG001
    return declared.with_own(_around, _engine)


def st_criteria(fingerprint: str, sector: str, layer: VillageLayer) -> Criteria:
    """Return the measured criteria of all villages, in the order of the layer; nobody may change them.

    Parameters
    ----------
    fingerprint, sector, layer
        As for `st_figures`.
    """
    return _st_criteria(key_of(fingerprint), sector, layer)


@st.cache_resource(max_entries=16, show_spinner=False)
def _st_criteria(key: str, sector: str, _layer: VillageLayer) -> Criteria:  # noqa: ARG001  # part of the key
    villages = pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name))
    around = st_surroundings(_layer.fingerprint, _layer)
    return measure(villages, ScoringParams(), around, sector=sector_named(sector))


def st_scores(fingerprint: str, sector: str, weights: Weights, layer: VillageLayer) -> Scores:
    """Return the scores of all villages with the weights of a visitor, in the order of the layer.

    Parameters
    ----------
    fingerprint, sector, layer
        As for `st_figures`.
    weights
        Percent, as `planner.web.weights_choice` keeps them.
    """
    return _st_scores(key_of(fingerprint), sector, weights, layer)


@st.cache_resource(max_entries=32, show_spinner=False)
def _st_scores(key: str, sector: str, weights: Weights, _layer: VillageLayer) -> Scores:  # noqa: ARG001  # part of the key
    return scored(st_criteria(_layer.fingerprint, sector, _layer), scoring_of(weights))


def st_ranking(fingerprint: str, sector: str, weights: Weights, region: str, layer: VillageLayer) -> Ranking:
    """Return the villages of a region in the order of their scores.

    Parameters
    ----------
    fingerprint, sector, weights, layer
        As for `st_scores`.
    region
        Code of a province or regency; empty for all.
    """
    return _st_ranking(key_of(fingerprint), sector, weights, region, layer)


@st.cache_resource(max_entries=32, show_spinner=False)
def _st_ranking(
    key: str,  # noqa: ARG001  # part of the key
    sector: str,
    weights: Weights,
    region: str,
    _layer: VillageLayer,
) -> Ranking:
    scores = st_scores(_layer.fingerprint, sector, weights, _layer)
    return ranking_of(scores, regions=[region] if region else None, sector=sector_named(sector))


def sector_named(sector: str) -> Sector | None:
    """Return the sector of a name; nothing for all informal workers."""
    return next((known for known in schema.SECTORS if known == sector), None)


@st.cache_data(max_entries=200, show_spinner=False)
def st_gap_classes(fingerprint: str, sector: str, region: str, _layer: VillageLayer) -> Choropleth:
    """Return the classes of uncovered workers within a region, cut by ``QUANTILES``.

    Parameters
    ----------
    fingerprint, sector, _layer
        As for `st_figures`.
    region
        Code of a province or regency; empty for all.
    """
    figures = st_figures(fingerprint, sector, _layer)
    return choropleth(
        figures[GAP],
        figures[schema.basis(GAP)] != "observed",
        shown=in_region(figures, region),
        breaks=BREAKS[QUANTILES],
        darkest="high",
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
