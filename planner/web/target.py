"""The page of a target: what more active participants take, and the coverage targets that were published."""

from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from geodata import offices
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner import ucj
from planner.errors import PlanError
from planner.params import ScoringParams
from planner.ranking import in_regions
from planner.targets import TargetPlan, plan_target
from planner.tariffs import PROGRAMMES, Programme
from planner.texts import t
from planner.web import data, state, target_tables
from planner.web.frame import head
from planner.web.tables import paragraph
from planner.web.wording import dated

_MOST: Final = 50_000_000
_MONTHS: Final = 24  # months ahead that can be chosen as the start


def render() -> None:
    """Show the page."""
    language = head("web.target.title", "web.target.intro")
    try:
        layer = data.st_layer()
        region, before, after, programme, start = _choices(layer, language)
        if after <= before:
            st.error(t("web.target.no_growth", language))
        else:
            with st.spinner(t("web.target.preparing", language)):
                plan = _st_plan(layer.fingerprint, after - before, region, programme, start, layer)
            _show(plan, language)
    except (DataError, PlanError) as error:
        st.error(error.text(language))
        return
    _show_published(region, language)


@st.cache_resource(max_entries=50, show_spinner=False)
def _st_plan(
    fingerprint: str,  # noqa: ARG001  # part of the key
    net: int,
    region: str,
    programme: Programme,
    start: str,
    _layer: VillageLayer,
) -> TargetPlan:
    villages = pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name))
    return plan_target(
        net,
        villages[in_regions(villages, [region] if region else None)],
        offices=offices.read_offices(),
        params=ScoringParams(),
        start=date.fromisoformat(f"{start}-01"),
        programme=programme,
        layer_date=str(_layer.about.get("built") or ""),
    )


def _choices(layer: VillageLayer, language: Language) -> tuple[str, int, int, Programme, str]:
    """Show the choices; return region, participants now and wanted, programme and month of the start."""
    regions = data.st_regions(layer.fingerprint, layer)["name"]
    provinces = [code for code in regions.index if "." not in code]
    province = state.restore(state.PROVINCE, {"", *provinces})
    regencies = [code for code in regions.index if "." in code and code.startswith(province)]
    state.restore(state.REGENCY, {"", *regencies})
    months = _months(date.today())
    state.restore(state.PROGRAMME, PROGRAMMES, default=PROGRAMMES[0])
    state.restore(state.START, months, default=months[0])
    names = {**regions.to_dict(), "": t("web.filter.all", language)}
    choices = (
        (state.PROVINCE, ["", *provinces], names),
        (state.REGENCY, ["", *regencies], names),
        (state.PROGRAMME, list(PROGRAMMES), {name: t(f"web.about.programme.{name}", language) for name in PROGRAMMES}),
        (state.START, months, {month: dated(month, language) for month in months}),
    )
    with st.container(horizontal=True, key="filters"):
        before = _people(state.BEFORE, 800_000, language)
        after = _people(state.AFTER, 1_000_000, language)
        for key, options, labels in choices:
            st.selectbox(t(f"web.filter.{key}", language), options, format_func=labels.__getitem__, key=key, width=200)
    for key, default in (
        (state.PROVINCE, ""),
        (state.REGENCY, ""),
        (state.PROGRAMME, PROGRAMMES[0]),
        (state.START, months[0]),
    ):
        state.remember(key, default=default)
    region = st.session_state[state.REGENCY] or st.session_state[state.PROVINCE]
    programme: Programme = st.session_state[state.PROGRAMME]
    return region, before, after, programme, st.session_state[state.START]


def _people(key: str, default: int, language: Language) -> int:
    """Ask for a number of people, kept in session and address like the other choices."""
    state.restore_number(key, default=default, most=_MOST)
    st.number_input(t(f"web.filter.{key}", language), 0, _MOST, step=10_000, key=key, width=200)
    state.remember_number(key, default=default)
    return int(st.session_state[key])


def _months(today: date) -> list[str]:
    """Return the coming months, the next one first."""
    first = today.year * 12 + today.month
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, first + _MONTHS)]


def _show(plan: TargetPlan, language: Language) -> None:
    params = ScoringParams()
    active = plan.all_active
    note = t(
        f"targets.note.{'enough' if plan.enough else 'not_enough'}",
        language,
        launches=plan.figures["launches"].value,
        villages=plan.villages,
        active=active.value,
        low=active.low,
        high=active.high,
        chance=round(100 * plan.chance),
    )
    worlds = t("targets.note.worlds", language, worlds=params.worlds, seed=str(params.seed))
    parts = {
        "figures": paragraph(note, t("targets.note.compare", language)) + target_tables.figures(plan, language),
        "scenarios": target_tables.scenarios(plan, language),
        "funnel": target_tables.funnel(plan, language) + paragraph(worlds),
    }
    for name, content in parts.items():
        _section(name, content, language)


def _show_published(region: str, language: Language) -> None:
    found = ucj.read_ucj_targets()
    here = found[found[ucj.REGION_CODE].str.startswith(region)] if region else found
    note = paragraph(t("targets.ucj.note" if len(here) else "web.target.none_published", language))
    content = target_tables.published(ucj.with_gaps(here), language) if len(here) else ""
    _section("published", note + content, language)


def _section(name: str, content: str, language: Language) -> None:
    st.subheader(t(f"web.target.{name}.title", language), anchor=False)
    st.html(f'<div class="about">{content}</div>')
