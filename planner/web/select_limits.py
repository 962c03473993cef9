"""Limits of single regencies, sectors and offices: a list that grows and shrinks, one text in the address."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from geodata.schema import REGENCY_CODE, REGENCY_NAME, SECTORS
from geodata.texts import Language
from planner.errors import PlanError
from planner.selection.candidates import BRANCH
from planner.selection.limits import Limits, read, written
from planner.selection.params import Ends
from planner.texts import t
from planner.web import notice, state
from planner.web.labels import plain

Name = tuple[str, str]
"""Field of the rules, and which regency, sector or office."""
Names = Mapping[Name, str]
"""What can be limited, and how people call it."""

_BETWEEN: Final = ";"
_WHO: Final = "limit-who"
_LEAST: Final = "limit-least"
_MOST: Final = "limit-most"
_WRONG: Final = "limit-wrong"
_HIGHEST: Final = 100_000


def names_of(villages: pd.DataFrame, language: Language) -> Names:
    """Return what can be limited among some villages.

    Parameters
    ----------
    villages
        Rows of candidates: regencies and offices.
    language
        Language of the names of sectors.
    """
    regencies = villages[[REGENCY_CODE, REGENCY_NAME]].drop_duplicates(REGENCY_CODE).sort_values(REGENCY_CODE)
    pairs = zip(regencies[REGENCY_CODE], regencies[REGENCY_NAME], strict=True)
    names = {("regencies", code): f"{name} ({code})" for code, name in pairs}
    sectors = {("sectors", sector): t(f"web.sector.{sector}", language) for sector in SECTORS}
    offices = {("branches", name): str(name) for name in sorted(villages[BRANCH].dropna().unique())}
    return {**names, **sectors, **offices}


def restored() -> Limits:
    """Return the limits of this visit."""
    return _limits(state.restore_text(state.LIMITS, _is_valid))


def edit(limits: Limits, names: Names, language: Language) -> Limits:
    """Show the limits with what adds one and takes one off; return those that can be used in this region.

    Parameters
    ----------
    limits
        Of this visit.
    names
        What can be limited in this region.
    language
        Language of the words.
    """
    state.remember(state.LIMITS)
    st.html(f'<p class="chips">{t("web.select.limits.title", language)}</p>')
    st.caption(t("web.select.limits.help", language))
    for name, ends in limits.items():
        key = "web.select.limits.chip" if name in names else "web.select.limits.elsewhere"
        label = t(key, language, name=plain(names.get(name, name[1])), ends=told(ends, language))
        st.button(label, key=f"limit-{'-'.join(name)}", on_click=partial(put, name, None), type="tertiary")
    st.selectbox(
        t("web.select.limits.who", language),
        list(names),
        index=None,
        format_func=lambda name: t(f"web.select.limits.{name[0]}", language, name=names[name]),
        key=_WHO,
        placeholder=t("web.select.limits.choose", language),
    )
    for column, key in zip(st.columns(2), (_LEAST, _MOST), strict=True):
        label = t(f"web.select.limits.{'least' if key == _LEAST else 'most'}", language)
        column.number_input(
            label, 0, _HIGHEST, value=None, step=1, key=key, placeholder=t("web.select.example.none", language)
        )
    st.button(t("web.select.limits.add", language), on_click=_add, key="limit-add")
    if wrong := st.session_state.get(_WRONG):
        notice.show("error", t(wrong, language))
    return {name: ends for name, ends in limits.items() if name in names}


def put(name: Name, ends: Ends | None) -> None:
    """Set the limit of one regency, sector or office, or take it off; called before the rerun."""
    limits = {known: given for known, given in restored().items() if known != name}
    if ends is not None:
        limits[name] = ends
    text = text_of(limits)
    st.session_state[_WRONG] = "web.select.limits.too_many" if len(text) > state.LONGEST else ""
    if not st.session_state[_WRONG]:
        state.put(state.LIMITS, text)


def text_of(limits: Limits) -> str:
    """Return limits as they stand in the address."""
    return _BETWEEN.join(written(name, ends) for (_, name), ends in limits.items())


def told(ends: Ends, language: Language) -> str:
    """Tell fewest and most launches."""
    least, most = ends
    if most is None:
        return t("web.select.limits.from", language, least=least)
    if not least:
        return t("web.select.limits.to", language, most=most)
    key = "exactly" if least == most else "between"
    return t(f"web.select.limits.{key}", language, least=least, most=most)


def _add() -> None:
    name: Name | None = st.session_state[_WHO]
    least, most = st.session_state[_LEAST], st.session_state[_MOST]
    if name is None or (not least and most is None):
        st.session_state[_WRONG] = "web.select.limits.incomplete"
    elif most is not None and (least or 0) > most:
        st.session_state[_WRONG] = "web.select.limits.wrong_way"
    else:
        put(name, (least or 0, most))
        st.session_state[_WHO] = st.session_state[_LEAST] = st.session_state[_MOST] = None


def _limits(text: str) -> Limits:
    return read(entry for entry in text.split(_BETWEEN) if entry)


def _is_valid(text: str) -> bool:
    try:
        limits = _limits(text)
    except PlanError:
        return False
    return all(0 <= least <= (_HIGHEST if most is None else most) <= _HIGHEST for least, most in limits.values())
