"""The section of funding: which money pays for whom, for how long, and what is left."""

from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner import fund_wording as wording
from planner.errors import PlanError
from planner.fund_outlook import Outlook, outlook
from planner.funds import Funds
from planner.params import ScoringParams
from planner.ranking import in_regions
from planner.texts import t
from planner.web import fund_choices, fund_tables
from planner.web.tables import folded, paragraph
from planner.web.target_choices import Choices, region_and_start
from planner.web.target_parts import alert, part, prose
from planner.web.target_sheet import downloads, page_manner

_KEPT: Final = "fund-outlook"  # of this visitor: what an office can spend is nobody else's business


def render(layer: VillageLayer, language: Language) -> None:
    """Show the section."""
    prose(paragraph(t("web.fund.intro", language)))
    with st.container(horizontal=True, key="filters"):
        chosen = region_and_start(layer, language)
        months = fund_choices.months(language)
    funds, refused = fund_choices.funds(chosen.programme, months, language)
    try:
        if refused:
            alert([error.text(language) for error in refused])
        elif _pays(funds):
            _show(layer, chosen, funds, language)
        else:
            st.info(t("web.fund.nothing", language))
    except PlanError as error:
        alert([error.text(language)])
    _rests_on(funds, chosen.start, language)


def _pays(funds: Funds) -> bool:
    return any(getattr(fund, "available_idr", 0) or getattr(fund, "workers", 0) for _, fund in funds.each())


def _show(layer: VillageLayer, chosen: Choices, funds: Funds, language: Language) -> None:
    lapse = ScoringParams().renewal.lapse_months
    with st.spinner(t("web.target.preparing", language)):
        found, villages = _outlook(layer, chosen, funds, lapse)
    manner = page_manner(language)
    said = [
        wording.need_text(found, chosen.place, language),
        *wording.result_texts(found, funds, chosen.start, manner),
    ]
    notes = wording.fund_notes(funds, language, villages=villages, lapse_months=lapse)
    sheet, sectors = fund_tables.matched(found, language), fund_tables.by_sector(found, language)
    part(t("web.fund.result", language), "".join(map(paragraph, said)) + fund_tables.chart(found, language))
    split = folded(sectors.title, sectors.html(language))
    part(sheet.title, sheet.html(language) + split + "".join(map(paragraph, notes)))
    rests_on = [fund_tables.terms(funds, language), fund_tables.tariff_rows(funds, chosen.start, language)]
    downloads(sheet, [sheet, sectors, *rests_on], [*said, *notes], t("web.target.file.dana", language), language)


def _rests_on(funds: Funds, start: date, language: Language) -> None:
    """Show terms, tariffs and published budgets, each with what it rests on."""
    terms = fund_tables.terms(funds, language)
    part(terms.title, terms.html(language))
    rates = fund_tables.tariff_rows(funds, start, language)
    part(rates.title, rates.html(language) + paragraph(t("web.fund.tariff_note", language)))
    known = fund_tables.budgets(language)
    note = paragraph(t("funding.note.published", language))
    part(known.title, folded(t("web.fund.budgets_open", language, rows=len(known.rows)), known.html(language) + note))


def _outlook(layer: VillageLayer, chosen: Choices, funds: Funds, lapse_months: int) -> tuple[Outlook, int]:
    """Return the outlook and the number of villages, from before where nothing was changed."""
    key = (layer.fingerprint, chosen.region, chosen.start, funds)
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != key:
        inside = in_regions(layer.frame, [chosen.region] if chosen.region else None)
        villages = pd.DataFrame(layer.frame[inside].drop(columns=layer.frame.geometry.name))
        found = outlook(villages, funds, start=chosen.start, lapse_months=lapse_months)
        kept = st.session_state[_KEPT] = (key, found, len(villages))
    return kept[1], kept[2]
