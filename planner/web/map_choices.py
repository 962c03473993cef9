"""The choices above the map: region, sector, measure, and how figures are cut into classes."""

from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from geodata.texts import Language
from planner.classification import METHODS, OWN, Cut
from planner.measure_catalogue import MEASURES
from planner.measures import Measure
from planner.number_text import bounds_of, bounds_written
from planner.texts import t
from planner.web import state, typed
from planner.web.region import choose, choose_sector

_DEFAULT: Final = next(iter(MEASURES))
_QUANTILES: Final = METHODS[0]


@dataclass(frozen=True)
class Choices:
    """What is chosen above the map.

    Attributes
    ----------
    region
        Code of a province or regency; empty for all.
    sector
        A sector of ``geodata.schema``; empty for all informal workers.
    measure
        What the map is coloured by.
    cut
        How its figures are cut into classes.
    """

    region: str
    sector: str
    measure: Measure
    cut: Cut


def choices(regions: pd.DataFrame, language: Language) -> Choices:
    """Show the choices; those used less often wait behind a button.

    Parameters
    ----------
    regions
        Of `planner.web.data.st_regions`.
    language
        Language of the labels.
    """
    measure = MEASURES[state.restore(state.MEASURE, MEASURES, default=_DEFAULT)]
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        region = choose(regions, language, width=200)
        sector = choose_sector(language, width=200)
        st.selectbox(
            t("web.filter.ukuran", language),
            list(MEASURES),
            format_func=lambda key: MEASURES[key].called(language),
            key=state.MEASURE,
            on_change=_leave_figures,
            width=330,
        )
        with st.popover(t("web.filter.more", language), width="content"):
            cut = _cut(measure, language)
    state.remember(state.MEASURE, default=_DEFAULT)
    return Choices(region, sector, measure, cut)


def _cut(measure: Measure, language: Language) -> Cut:
    """Show how figures are cut into classes; without own bounds they are those of the measure, if it has any."""
    usual = OWN if measure.bounds else _QUANTILES
    method = state.restore(state.CLASSES, METHODS, default=usual)
    if measure.kinds:
        st.caption(t("web.filter.no_classes", language))
        return (_QUANTILES, ())
    st.selectbox(
        t("web.filter.kelas", language),
        list(METHODS),
        format_func=lambda name: t(f"web.filter.{name}", language),
        key=state.CLASSES,
    )
    state.remember(state.CLASSES, default=usual)
    if method != OWN:
        typed.empty(state.BOUNDS)
        return (method, ())
    bounds = typed.typed(state.BOUNDS, bounds_of, bounds_written, language) or measure.bounds
    return (OWN, bounds) if bounds else (_QUANTILES, ())


def _leave_figures() -> None:
    """Bounds and filter are figures of the measure that is left; another one may have bounds of its own."""
    if st.session_state.get(state.CLASSES) in {_QUANTILES, OWN}:
        del st.session_state[state.CLASSES]
        st.query_params.pop(state.CLASSES, None)
    typed.empty(state.BOUNDS)
    typed.empty(state.FILTER)
