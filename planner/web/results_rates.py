"""Funnel rates from own results: beside the published ones, and in their place where a visitor wants them."""

from dataclasses import replace
from typing import Final

import streamlit as st

from geodata.layer import VillageLayer
from geodata.schema import REGENCY_CODE, REGENCY_NAME
from geodata.texts import Language
from planner import results_wording as wording
from planner.own_results import own_funnel
from planner.params import Funnel
from planner.results import Kind
from planner.scoring import Scores
from planner.texts import t
from planner.web import results_data, state
from planner.web.results_data import Happened
from planner.web.tables import folded, paragraph
from planner.web.target_parts import part
from planner.web.target_sheet import Sheet, page_manner
from planner.web.wording import dated

PUBLISHED: Final = "terbit"
OWN: Final = "sendiri"


def choose(layer: VillageLayer, language: Language) -> tuple[Funnel, str]:
    """Ask whether to use own results where there are any.

    Returns
    -------
    The funnel in use, and a text that changes with its own results; empty for the published one.
    """
    found = results_data.happened(layer)
    if found is None or not found.own.any:
        return Funnel(), ""
    state.restore(state.RATES, (PUBLISHED, OWN), default=PUBLISHED)
    st.segmented_control(
        t("web.filter.hasil", language),
        (PUBLISHED, OWN),
        format_func=lambda name: t(f"web.results.use.{name}", language),
        key=state.RATES,
        required=True,
    )
    state.remember(state.RATES, default=PUBLISHED)
    return _in_use(found)


def render(layer: VillageLayer, region: str, language: Language) -> None:
    """Show own rates beside the published ones, and which of them are in use; nothing without records.

    Parameters
    ----------
    layer
        The layer.
    region
        Code of a province or regency whose rates are shown; empty for all.
    language
        Language of the words.
    """
    found = results_data.happened(layer)
    if found is None:
        return
    title = t("web.results.title", language)
    if not found.own.any:
        part(title, paragraph(t("results.nothing_own", language)))
        return
    used = "own" if _chosen() == OWN else "published"
    names = dict(zip(layer.frame[REGENCY_CODE], layer.frame[REGENCY_NAME], strict=True))
    kinds = "".join(_kind(found, kind, region, names, language) for kind in wording.seen_kinds(found.own))
    notes = [t(f"results.note.{note}", language) for note in ("pooled", "sector", "cohort")]
    part(title, paragraph(t(f"web.results.in_use.{used}", language)) + kinds + "".join(map(paragraph, notes)))


def applied(scores: Scores, layer: VillageLayer) -> Scores:
    """Return scores with the funnel that the visitor chose for what a launch brings; the scores stay the same."""
    found = results_data.happened(layer) if _chosen() == OWN else None
    if found is None or not found.own.any:
        return scores
    return replace(scores, params=scores.params.model_copy(update={"funnel": own_funnel(found.own)}))


def note(layer: VillageLayer, language: Language) -> str:
    """Say that the figures of a launch come from own results, where they do; HTML."""
    found = results_data.happened(layer) if _chosen() == OWN else None
    own = own_funnel(found.own).own if found is not None else None
    if own is None:
        return ""
    days = {name: dated(getattr(own, name), language) for name in ("first", "last")}
    counts = {name: getattr(own, name) for name in ("visits", "visited", "launched")}
    return paragraph(t("web.results.launch_own", language, **counts, **days))


def _chosen() -> str:
    """Return the choice of this visit, on whatever page it was made."""
    told = state.shared().get(state.RATES, st.query_params.get(state.RATES, PUBLISHED))
    return OWN if st.session_state.get(state.RATES, told) == OWN else PUBLISHED


def _in_use(found: Happened) -> tuple[Funnel, str]:
    return (own_funnel(found.own), found.version) if _chosen() == OWN else (Funnel(), "")


def _kind(found: Happened, kind: Kind, region: str, names: dict[str, str], language: Language) -> str:
    manner = page_manner(language)
    told = wording.told_rates(found.own, kind, regions=[region] if region else None)
    whole, others = told[told["level"] == "all"], told[told["level"] != "all"]
    title, headings = t(f"results.kind.{kind}", language), wording.rate_headings(language)
    rows = [wording.published_row(found.own, kind, manner), *wording.rate_rows(whole, kind, names, manner)]
    shown = Sheet(title, headings, rows).html(language)
    if others.empty:
        return f"<h4>{title}</h4>{shown}"
    more = Sheet(title, headings, wording.rate_rows(others, kind, names, manner)).html(language)
    return f"<h4>{title}</h4>{shown}{folded(t('web.results.more', language), more)}"
