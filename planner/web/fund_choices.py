"""What the section of funding asks for: money of every fund, and what each may pay for."""

from typing import Any, Final

import streamlit as st

from geodata import schema
from geodata.texts import Language
from planner.errors import PlanError
from planner.funds import MOST_MONTHS, MOST_PEOPLE, Fund, Funds, PeopleFund, RegionFund, VillageFund
from planner.rupiah import parse
from planner.tariffs import Programme
from planner.texts import t
from planner.web import state
from planner.web.target_choices import whole_number

_AMOUNT_LENGTH: Final = 30
_EVERYONE: Final = "all"
_MONTHS: Final = tuple(str(months) for months in range(1, MOST_MONTHS + 1))


def months(language: Language) -> int:
    """Ask for how many months the funds pay."""
    usual = str(Funds().apbd.months)
    state.restore(state.MONTHS, _MONTHS, default=usual)
    st.selectbox(t("web.filter.bulan", language), _MONTHS, key=state.MONTHS, width=200)
    state.remember(state.MONTHS, default=usual)
    return int(st.session_state[state.MONTHS])


def funds(programme: Programme, paid_months: int, language: Language) -> tuple[Funds, list[PlanError]]:
    """Ask for the money of every fund; return the funds, and what could not be read.

    Parameters
    ----------
    programme
        What is paid for.
    paid_months
        For how many months every fund pays.
    language
        Language of the labels.
    """
    entered: dict[str, dict[str, Any]] = {name: {"months": paid_months} for name, _ in Funds().each()}
    refused = []
    with st.container(horizontal=True, key="funds"):
        for name, fund in Funds().each():
            try:
                entered[name] |= _money(name, fund, language)
            except PlanError as error:
                refused.append(error)
    with st.expander(t("web.fund.conditions", language)), st.container(horizontal=True, key="conditions"):
        for name, fund in Funds().each():
            entered[name] |= _conditions(name, fund, language)
    return Funds.model_validate({"programme": programme, **entered}), refused


def _money(name: str, fund: Fund, language: Language) -> dict[str, int]:
    key, label = f"dana_{name}", t(f"web.filter.dana_{name}", language)
    if isinstance(fund, PeopleFund):
        return {"workers": whole_number(key, label, default=0, most=MOST_PEOPLE, step=100)}
    if key not in st.session_state:
        told = st.query_params.get(key, "")[:_AMOUNT_LENGTH]
        st.session_state[key] = told if _can_be_read(told) else ""
    hint = t("web.fund.village_hint" if isinstance(fund, VillageFund) else "web.fund.hint", language)
    st.text_input(label, key=key, placeholder=hint, max_chars=_AMOUNT_LENGTH, width=200)
    text = st.session_state[key].strip()
    amount = parse(text) if text else 0
    state.remember(key)
    return {"village_allocation_idr" if isinstance(fund, VillageFund) else "allocation_idr": amount}


def _conditions(name: str, fund: Fund, language: Language) -> dict[str, Any]:
    """Ask which share of the money pays contributions, and of whom."""
    if not isinstance(fund, RegionFund | VillageFund):
        return {}
    usual = round(100 * fund.cap_share)
    label = t("web.fund.share", language, fund=t(f"funding.name.{name}", language))
    given: dict[str, Any] = {"cap_share": whole_number(f"bagian_{name}", label, default=usual, most=100, step=5) / 100}
    if isinstance(fund, RegionFund):
        given["sector"] = _sector(name, fund, language)
    return given


def _sector(name: str, fund: RegionFund, language: Language) -> str:
    key = f"untuk_{name}"
    sectors = [_EVERYONE, *schema.SECTORS]
    state.restore(key, sectors, default=fund.sector)
    label = t("web.fund.sector", language, fund=t(f"funding.name.{name}", language))
    st.selectbox(label, sectors, format_func=lambda sector: t(f"web.sector.{sector}", language), key=key, width=200)
    state.remember(key, default=fund.sector)
    return str(st.session_state[key])


def _can_be_read(text: str) -> bool:
    try:
        parse(text)
    except PlanError:
        return False
    return True
