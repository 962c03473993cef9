"""The page of the selection: rules, map, chosen villages, and what else can be asked about them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.errors import DataError
from geodata.texts import Language
from planner.choropleth import styles
from planner.coverage import GAP
from planner.errors import PlanError
from planner.map_legend import legend_of
from planner.measure_catalogue import MEASURES
from planner.selection.plan import SelectionPlan
from planner.texts import t
from planner.web import (
    data,
    locks,
    notice,
    picked,
    select_answer,
    select_asked,
    select_keep,
    select_limits,
    select_rules,
    select_solve,
    select_unsolved,
    select_village,
    weights_choice,
)
from planner.web.frame import head
from planner.web.layer_map import MAP_HEIGHT, LayerMap, prepared
from planner.web.legend import legend, marks_legend
from planner.web.map import MapState, village_map
from planner.web.region import bounds, choose, choose_sector
from planner.web.select_data import Request, everyone, found_for

STYLE: Final = Path(__file__).with_name("static") / "select.css"


@dataclass(frozen=True)
class _Place:
    """Where the page looks: region, sector, weights, and the villages there."""

    base: Request
    figures: pd.DataFrame
    shown: pd.Series
    villages: pd.DataFrame


def render(static: Path) -> None:
    """Show the page.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    language = head("web.select.title", "web.select.intro")
    st.html(STYLE)
    _choose(prepared(static, language), language)


@st.fragment
def _choose(found: LayerMap, language: Language) -> None:
    try:
        place = _place(found, language)
        locked = locks.restored()
        usable = locked.within(_free(place.villages))
        left, right = st.columns([2, 3], gap="medium")
        with left:
            request = _form(place, usable, locked, found, language)
            solved = select_solve.solved(request, place.base.fingerprint)
            plan = None if solved is None else _answer(solved, request, found, language)
        with right:
            _map(place, solved, plan, locked=usable, found=found, language=language)
        if plan is not None and solved is not None:
            _more(solved, plan, found, language)
    except (DataError, PlanError) as error:
        notice.show("error", *error.text(language).splitlines())


def _place(found: LayerMap, language: Language) -> _Place:
    layer = found.layer
    regions = data.st_regions(layer.fingerprint, layer)
    with st.container(horizontal=True, key="filters"):
        region = choose(regions, language)
        sector = choose_sector(language)
    weights = weights_choice.chosen()
    weights_choice.remember(weights)
    if weights != weights_choice.DEFAULT:
        st.caption(t("web.select.own_weights", language))
    base = Request(data.key_of(layer.fingerprint), region, sector, weights, "")
    figures = data.st_figures(layer.fingerprint, sector, layer)
    return _Place(base, figures, data.in_region(figures, region), everyone(base, layer).around)


def _free(villages: pd.DataFrame) -> frozenset[str]:
    """Return the codes of the villages that can be chosen."""
    free = (villages["declared"] != "declared").to_numpy(bool)
    return frozenset(villages[schema.VILLAGE_CODE].to_numpy()[free])


def _form(
    place: _Place, usable: locks.Locked, locked: locks.Locked, found: LayerMap, language: Language
) -> Request | None:
    """Show the rules; return what they ask for, nothing where they cannot be used yet."""
    with st.container(border=True, key="rules"):
        wrong = select_rules.main_fields(language)
        limits = select_rules.other_fields(select_limits.names_of(place.villages, language), language)
        locks.chips(locked, found.layer.frame, language)
        if locked != usable:
            st.caption(t("web.select.lock.elsewhere", language))
        rules = None
        if not wrong:
            rules, wrong = select_rules.rules_of(limits, usable, language)
            if wrong and (select_solve.was_asked() or not select_rules.is_unlimited()):
                notice.show("error", *wrong)
        st.button(
            t("web.select.solve", language), type="primary", on_click=select_solve.ask, key="solve", width="stretch"
        )
    return None if rules is None else place.base._replace(rules=rules.model_dump_json())


def _answer(solved: Request, request: Request | None, found: LayerMap, language: Language) -> SelectionPlan | None:
    """Show how the work goes, then totals and quality; return the plan when there is one."""
    candidates = found_for(solved, found.layer)
    selection = select_solve.selection_of(solved, candidates, language)
    if solved != request:
        notice.show("warning", t("web.select.outdated", language))
    if selection is None:
        return None
    if selection.chosen is None:
        select_unsolved.show(solved, candidates, selection, language)
        return None
    plan = SelectionPlan(candidates, selection)
    select_answer.totals(plan, language)
    return plan


def _map(
    place: _Place,
    solved: Request | None,
    plan: SelectionPlan | None,
    *,
    locked: locks.Locked,
    found: LayerMap,
    language: Language,
) -> None:
    layer, base = found.layer, place.base
    selected = picked.village(place.figures, place.shown)
    colours = data.st_gap_classes(layer.fingerprint, base.sector, base.region, layer)
    marks = {"must": locked.must, "never": locked.never, "chosen": () if plan is None else plan.codes}
    codes = layer.frame[schema.VILLAGE_CODE]
    where = {kind: [int(at) for at in codes.isin(listed).to_numpy().nonzero()[0]] for kind, listed in marks.items()}
    regions = data.st_regions(layer.fingerprint, layer)
    now = MapState(
        colours.classes,
        selected,
        bounds(regions, base.region),
        styles(),
        language,
        marks=where,
        region=base.region,
    )
    village_map(found.files, found.assets, state=now, height=MAP_HEIGHT, on_click=picked.take_click)
    approximate = bool((place.figures.loc[place.shown, schema.OUTLINE] == "approximate").any())
    words = legend_of(colours, MEASURES[GAP], (data.QUANTILES, ()), language, approximate=approximate)
    st.html(marks_legend(where, {}, language) + legend(words))
    select_village.find(place.villages, language)
    if selected:
        with st.container(border=True, key="village"):
            select_village.card(place.villages, selected, locked.of(selected), plan, language)
            if plan is not None and solved is not None:
                select_asked.about_village(solved, plan, selected, language)


def _more(solved: Request, plan: SelectionPlan, found: LayerMap, language: Language) -> None:
    robust = select_asked.robust(solved, plan, language)
    select_answer.chosen_list(plan, robust, language)
    select_keep.show(plan, found.layer, robust, language)
    select_asked.given_up(solved, plan, language)
    select_asked.frontier(solved, plan, language)
