"""The choice of a region and of a sector, the same on every page."""

from typing import Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.texts import Language
from planner.texts import t
from planner.web import state
from planner.web.map import Bounds

_WIDTH: Final = 230


def restored(regions: pd.DataFrame) -> str:
    """Return the chosen region before anything is shown: code of a regency or province, empty for all.

    Parameters
    ----------
    regions
        Of `planner.web.data.st_regions`.
    """
    province = state.restore(state.PROVINCE, {"", *_provinces(regions)})
    return state.restore(state.REGENCY, {"", *_regencies(regions, province)}) or province


def choose(regions: pd.DataFrame, language: Language, *, width: int = _WIDTH) -> str:
    """Show the choice of province and regency; return the code of the region, empty for all.

    Parameters
    ----------
    regions
        Of `planner.web.data.st_regions`.
    language
        Language of the labels.
    width
        Width of each box, pixels.
    """
    restored(regions)
    names = {**regions["name"].to_dict(), "": t("web.filter.all", language)}
    province = st.session_state[state.PROVINCE]
    choices = ((state.PROVINCE, _provinces(regions)), (state.REGENCY, _regencies(regions, province)))
    for key, codes in choices:
        st.selectbox(
            t(f"web.filter.{key}", language),
            ["", *codes],
            format_func=names.__getitem__,
            key=key,
            on_change=_leave_regency if key == state.PROVINCE else None,
            width=width,
        )
        state.remember(key)
    return str(st.session_state[state.REGENCY] or st.session_state[state.PROVINCE])


def choose_sector(language: Language, *, width: int = _WIDTH) -> str:
    """Show the choice of a sector; return it, empty for all informal workers.

    Parameters
    ----------
    language
        Language of the labels.
    width
        Width of the box, pixels.
    """
    sector = state.restore(state.SECTOR, {"", *schema.SECTORS})
    st.selectbox(
        t(f"web.filter.{state.SECTOR}", language),
        ["", *schema.SECTORS],
        format_func=lambda name: t(f"web.sector.{name or 'all'}", language),
        key=state.SECTOR,
        width=width,
    )
    state.remember(state.SECTOR)
    return sector


def bounds(regions: pd.DataFrame, region: str) -> Bounds:
    """Return south, west, north, east of a region, or of all; degrees."""
    boxes = regions.loc[[region]] if region else regions
    return (
        float(boxes["south"].min()),
        float(boxes["west"].min()),
        float(boxes["north"].max()),
        float(boxes["east"].max()),
    )


def _provinces(regions: pd.DataFrame) -> list[str]:
    return [code for code in regions.index if "." not in code]


def _regencies(regions: pd.DataFrame, province: str) -> list[str]:
    return [code for code in regions.index if "." in code and code.startswith(province)]


def _leave_regency() -> None:
    """Another province shows all its regencies."""
    st.session_state[state.REGENCY] = ""
