"""The section of the funnel: from active participants back to villages and rupiah, and published targets."""

from datetime import date

import pandas as pd
import streamlit as st

from geodata import offices
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.paths import Paths
from geodata.texts import Language
from planner import target_wording, ucj, ucj_board
from planner.params import Funnel, ScoringParams
from planner.ranking import in_regions
from planner.targets import TargetPlan, plan_target
from planner.tariffs import Programme
from planner.texts import t
from planner.web import notice, results_rates, state, target_tables
from planner.web.tables import paragraph
from planner.web.target_choices import people, region_and_start
from planner.web.target_parts import part
from planner.web.target_sheet import downloads


def render(layer: VillageLayer, language: Language) -> None:
    """Show the section.

    Raises
    ------
    PlanError
        If the target cannot be planned.
    """
    with st.container(horizontal=True, key="filters"):
        before = people(state.BEFORE, language, default=800_000)
        after = people(state.AFTER, language, default=1_000_000)
        chosen = region_and_start(layer, language)
    funnel, known = results_rates.choose(layer, language)
    if after <= before:
        st.error(t("web.target.no_growth", language))
    else:
        with st.spinner(t("web.target.preparing", language)):
            start = chosen.start.isoformat()
            asked = (after - before, chosen.region, chosen.programme, start)
            plan = _st_plan(layer.fingerprint, *asked, results=known, _layer=layer, _funnel=funnel)
        _show(plan, language)
    results_rates.render(layer, chosen.region, language)
    _show_published(chosen.region, language)


@st.cache_resource(max_entries=50, show_spinner=False)
def _st_plan(
    fingerprint: str,  # noqa: ARG001  # part of the key
    net: int,
    region: str,
    programme: Programme,
    start: str,
    *,
    results: str,  # noqa: ARG001  # part of the key
    _layer: VillageLayer,
    _funnel: Funnel,
) -> TargetPlan:
    villages = pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name))
    return plan_target(
        net,
        villages[in_regions(villages, [region] if region else None)],
        offices=offices.read_offices(),
        params=ScoringParams(funnel=_funnel),
        start=date.fromisoformat(start),
        programme=programme,
        layer_date=str(_layer.about.get("built") or ""),
    )


def _show(plan: TargetPlan, language: Language) -> None:
    params = ScoringParams()
    verdict = target_wording.verdict(plan, language)
    compare = t("targets.note.compare", language)
    worlds = t("targets.note.worlds", language, worlds=params.worlds, seed=str(params.seed))
    scenarios, stages = target_tables.scenarios(plan, language), target_tables.funnel(plan, language)
    figures = target_tables.figures(plan, language)
    part(figures.title, paragraph(verdict, compare) + figures.html(language))
    part(scenarios.title, scenarios.html(language))
    part(stages.title, stages.html(language) + paragraph(worlds))
    exact = target_tables.exact_figures(plan, language)
    name = t("web.target.file.corong", language)
    downloads(exact, [exact, scenarios, stages], [verdict, compare, worlds], name, language)


def _show_published(region: str, language: Language) -> None:
    found = ucj_board.usable_targets(Paths.of().root, lambda error: _refused(error, language))
    here = found[found[ucj.REGION_CODE].str.startswith(region)] if region else found
    if here.empty:
        part(t("web.target.published.title", language), paragraph(t("web.target.none_published", language)))
        return
    sheet, note = target_tables.published(here, language), t("targets.ucj.note", language)
    part(sheet.title, paragraph(note) + sheet.html(language))
    downloads(sheet, [sheet], [note], t("web.target.file.ucj", language), language)


def _refused(error: DataError, language: Language) -> None:
    notice.show("error", error.text(language), t("web.ucj.own_refused", language))
