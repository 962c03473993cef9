"""Funding as tables and a chart: who is paid by which money, on which terms, from which sources."""

from datetime import date
from typing import Final

import pandas as pd

from geodata.schema import SECTORS
from geodata.texts import Language, percentage
from planner import fund_wording as wording
from planner import funding, published, tariffs
from planner.fund_outlook import Outlook
from planner.funds import Fund, Funds, PeopleFund, RegionFund, VillageFund
from planner.manner import Rupiah, Shown, plain_row
from planner.params import text_key
from planner.texts import t
from planner.web.about_sources import told
from planner.web.target_bars import Bar, Look, bars
from planner.web.target_sheet import Cell, Sheet, page_manner
from planner.web.wording import dated

_TERMS: Final = {
    "dbh_sawit": ("cap_share", "sector"),
    "apbd": ("allocation_idr", "cap_share"),
    "bkbk": ("cap_share",),
    "add_apbdes": ("village_allocation_idr",),
    "sertakan": ("workers",),
    "self_pay": ("workers",),
}


def matched(found: Outlook, language: Language) -> Sheet:
    """Return every fund with tariff, money, people and days."""
    rows = wording.fund_rows(found.table, page_manner(language))
    return Sheet(t("web.fund.matched", language), wording.fund_headings(language), rows)


def chart(found: Outlook, language: Language) -> str:
    """Return whom each fund pays as bars, and striped whom nobody pays."""
    manner = page_manner(language)
    rows = [
        (t(f"funding.name.{name}", language), [Bar(int(count), manner.people(count))])
        for name, count in found.table[funding.PAID].items()
    ]
    unpaid, low, high = found.unpaid
    words = f"{manner.people(unpaid)} ({manner.between(manner.people(low), manner.people(high))})"
    rows.append((t("web.fund.unpaid", language), [Bar(unpaid, words, "second")]))
    names: dict[Look, str] = {"first": t("web.fund.paid", language), "second": t("web.fund.unpaid", language)}
    return bars(t("web.fund.chart", language), rows, series=names)


def by_sector(found: Outlook, language: Language) -> Sheet:
    """Return whom each fund pays by sector, and whom nobody pays."""
    paid, unpaid = found.match.by_sector, found.match.unpaid.sum()
    headings = [
        t("web.filter.sektor", language),
        *(t(f"funding.name.{name}", language) for name in paid.index),
        t("web.fund.unpaid", language),
    ]
    rows: list[list[Shown]] = [
        [t(f"web.sector.{sector}", language), *(int(count) for count in paid[sector]), int(unpaid[sector])]
        for sector in SECTORS
    ]
    return Sheet(t("web.fund.by_sector", language), headings, rows)


def terms(funds: Funds, language: Language) -> Sheet:
    """Return what each fund has, what it may pay for, and what that rests on."""
    headings = [t(f"web.fund.term.{name}", language) for name in ("fund", "allocation", "share", "sector", "basis")]
    rows = [_term(name, fund, language) for name, fund in funds.each()]
    return Sheet(t("web.fund.terms", language), headings, rows)


def tariff_rows(funds: Funds, start: date, language: Language) -> Sheet:
    """Return the tariffs of the months that are paid, with their sources."""
    found = tariffs.read_tariffs()
    longest = max(fund.months for _, fund in funds.each())
    last = pd.Timestamp(start) + pd.DateOffset(months=longest - 1)
    used = (
        (found[tariffs.PROGRAMME] == funds.programme)
        & (found[tariffs.SECTOR] != "transport")
        & (found[tariffs.VALID_FROM] <= last)
        & (found[tariffs.VALID_TO] >= pd.Timestamp(start))
    )
    headings = [t(f"web.about.column.{name}", language) for name in ("payer", "from", "until", "monthly", "told")]
    rows: list[list[Cell]] = [
        [
            t(f"web.about.payer.{row[tariffs.PAYER]}", language),
            *(dated(row[end].date().isoformat(), language) for end in (tariffs.VALID_FROM, tariffs.VALID_TO)),
            Rupiah(row[tariffs.AMOUNT]),
            told(row, language),
        ]
        for row in map(plain_row, found[used].to_dict("records"))
    ]
    return Sheet(t("web.fund.tariffs", language), headings, rows)


def budgets(language: Language) -> Sheet:
    """Return published budgets worked out again, with their sources."""
    read = published.read_budgets()
    found = read.join(published.reproduced(read))
    rows = [
        [*wording.budget_row(row, language)[:-1], told(row, language)]
        for row in map(plain_row, found.to_dict("records"))
    ]
    headings = [*wording.budget_headings(language)[:-1], t("web.about.column.told", language)]
    return Sheet(t("web.fund.budgets", language), headings, rows)


def _term(name: str, fund: Fund, language: Language) -> list[Shown]:
    rests_on = " ".join(t(text_key(type(fund), field), language) for field in _TERMS[name])
    fund_name = t(f"funding.name.{name}", language)
    if isinstance(fund, PeopleFund):
        people = t("web.fund.people", language, people=fund.workers)
        return [fund_name, people, None, t("web.sector.all", language), rests_on]
    allocation, share, sector = None, None, "all"
    if isinstance(fund, RegionFund):
        allocation, share, sector = Rupiah(fund.allocation_idr).text(language), fund.cap_share, fund.sector
    elif isinstance(fund, VillageFund):
        each = Rupiah(fund.village_allocation_idr).text(language)
        allocation, share = t("web.fund.each_village", language, amount=each), fund.cap_share
    percent = None if share is None else percentage(100 * share, language)
    return [fund_name, allocation, percent, t(f"web.sector.{sector}", language), rests_on]
