"""What the sections of the page of a target ask for: people, region, programme, month of the start."""

from datetime import date
from typing import Final, NamedTuple

import streamlit as st

from geodata import office_day
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.tariffs import PROGRAMMES, Programme
from planner.texts import t
from planner.web import data, region, state
from planner.web.wording import dated

MOST_PEOPLE: Final = 50_000_000
_MONTHS: Final = 24  # months ahead that can be chosen as the start


class Choices(NamedTuple):
    """Region (code, empty for all) with its name, programme, and first day of the first paid month."""

    region: str
    place: str
    programme: Programme
    start: date


def region_and_start(layer: VillageLayer, language: Language) -> Choices:
    """Ask for region, programme and start."""
    regions = data.st_regions(layer.fingerprint, layer)
    area = region.choose(regions, language, width=200)
    months = coming_months(office_day.today())
    state.restore(state.PROGRAMME, PROGRAMMES, default=PROGRAMMES[0])
    state.restore(state.START, months, default=months[0])
    choices = (
        (state.PROGRAMME, list(PROGRAMMES), {name: t(f"web.about.programme.{name}", language) for name in PROGRAMMES}),
        (state.START, months, {month: dated(month, language) for month in months}),
    )
    for key, options, labels in choices:
        st.selectbox(t(f"web.filter.{key}", language), options, format_func=labels.__getitem__, key=key, width=200)
        state.remember(key, default=options[0])
    place = str(regions.loc[area, "name"]) if area else t("funding.everywhere", language)
    start = date.fromisoformat(f"{st.session_state[state.START]}-01")
    return Choices(area, place, st.session_state[state.PROGRAMME], start)


def people(key: str, language: Language, *, default: int = 0, most: int = MOST_PEOPLE, step: int = 10_000) -> int:
    """Ask for a number of people, kept in session and address like the other choices."""
    return whole_number(key, t(f"web.filter.{key}", language), default=default, most=most, step=step)


def whole_number(key: str, label: str, *, default: int, most: int, step: int) -> int:
    """Ask for a whole number from 0 to ``most``, kept in session and address."""
    state.restore_number(key, default=default, most=most)
    st.number_input(label, 0, most, step=step, key=key, width=200)
    state.remember_number(key, default=default)
    return int(st.session_state[key])


def coming_months(today: date) -> list[str]:
    """Return the coming months as 2026-12, the next one first."""
    first = today.year * 12 + today.month
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, first + _MONTHS)]
