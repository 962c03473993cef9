"""Funds, published budgets and the calendar of paid months, as sentences and as rows of words and numbers."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import pandas as pd

from geodata import schema
from geodata.offices import CONFIDENCE
from geodata.texts import Language, number
from planner import expiry, funding, published
from planner.fund_outlook import Calendar, Outlook
from planner.funds import Funds, VillageFund
from planner.manner import Manner, Rupiah, Shown, plain_row
from planner.params import Renewal
from planner.rupiah import spoken, written
from planner.texts import t

PLACE: Final = "place"

_FUND: Final = (
    *(funding.FUND, funding.PAYER, funding.MONTHS, funding.PER_WORKER, funding.AVAILABLE, funding.CAPACITY),
    *(funding.PAID, funding.COST, funding.LEFT, expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL),
)
_BUDGET: Final = (
    *(published.PLACE, published.YEAR, funding.FUND, published.EACH, funding.MONTHS, published.PUBLISHED),
    *(published.REPRODUCED, published.DIFFERENCE, published.DIFFERENCE_PCT, published.PAYABLE, CONFIDENCE),
)
_URGENT: Final = (
    *(expiry.GROUP, PLACE, expiry.FUND, expiry.PAID_WORKERS, expiry.STANDING),
    *(expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL),
)
_MONTH: Final = (expiry.MONTH, expiry.STARTING, expiry.ENDING, expiry.FALLING_OUT, expiry.ACTIVE, expiry.RENEWED)
_DAYS: Final = (expiry.PAID_UNTIL, expiry.ACTIVE_UNTIL)


def need_text(found: Outlook, place: str, language: Language) -> str:
    """Say how many workers a place has to pay for."""
    workers, low, high = found.need
    return t("funding.need", language, place=place, workers=workers, low=low, high=high, plantation=found.plantation)


def result_texts(found: Outlook, funds: Funds, start: date, manner: Manner) -> list[str]:
    """Say what comes of the money, and what paying alone would cost the others."""
    language = manner.language
    unpaid, low, high = found.unpaid
    cost = spoken(int(found.table[funding.COST].sum()), language)
    said = [t("funding.result", language, cost=cost, paid=found.paid, unpaid=unpaid, low=low, high=high)]
    if unpaid:
        months = funds.self_pay.months
        alone = funding.cost_idr(1, months, start=start, programme=funds.programme, payer="self")
        when = manner.day(start.isoformat())
        said.append(t("funding.alone", language, amount=written(alone, language), months=months, start=when))
    return said


def fund_notes(funds: Funds, language: Language, *, villages: int, lapse_months: int) -> list[str]:
    """Return what a reader of the funds must know."""
    notes = [t("funding.note.order", language), t("funding.note.after", language, lapse_months=lapse_months)]
    if funds.dbh_sawit.available_idr:
        notes.append(t("funding.note.plantation", language))
    if any(isinstance(fund, VillageFund) and fund.available_idr for _, fund in funds.each()):
        notes.append(t("funding.note.villages", language, villages=villages))
    return [*notes, t("export.note.estimates", language)]


def fund_headings(language: Language) -> list[str]:
    """Return the headings of :func:`fund_rows`."""
    return [t(f"funding.heading.{name}", language) for name in _FUND]


def fund_rows(table: pd.DataFrame, manner: Manner) -> list[list[Shown]]:
    """Return every fund with tariff, money, people and days."""
    return [[_fund_cell(row, name, manner) for name in _FUND] for row in map(plain_row, _records(table.reset_index()))]


def budget_headings(language: Language) -> list[str]:
    """Return the headings of :func:`budget_row`."""
    return [t(f"funding.heading.{name}", language) for name in _BUDGET]


def budget_row(row: Mapping[Any, Any], language: Language) -> list[Shown]:
    """Return a published budget worked out again."""
    plain = plain_row(row)
    return [_budget_cell(plain, name, language) for name in _BUDGET]


def calendar_summary(found: Calendar, manner: Manner) -> str:
    """Say how many people the paid months end for, and how many fell out."""
    within = [
        sum(found.people.get(f"ends_{days}", 0) for days in expiry.WINDOWS if days <= window)
        for window in expiry.WINDOWS
    ]
    ends = dict(zip((f"ends_{days}" for days in expiry.WINDOWS), within, strict=True))
    others = {name: found.people.get(name, 0) for name in ("unpaid", "out")}
    return t("expiry.urgent", manner.language, on=manner.day(found.day.isoformat()), **ends, **others)


def urgent_headings(language: Language) -> list[str]:
    """Return the headings of :func:`urgent_rows`."""
    return [t(f"expiry.heading.{name}", language) for name in _URGENT]


def urgent_rows(urgent: pd.DataFrame, names: Mapping[str, str], manner: Manner) -> list[list[Shown]]:
    """Return the groups to talk to, with their place in words."""
    return [_urgent_row(plain_row(row), names, manner) for row in _records(urgent)]


def month_headings(language: Language) -> list[str]:
    """Return the headings of :func:`month_rows`."""
    return [t(f"expiry.heading.{name}", language) for name in (*_MONTH, "range")]


def month_rows(months: pd.DataFrame, manner: Manner) -> list[list[Shown]]:
    """Return the forecast month by month."""
    rows: list[list[Shown]] = []
    for month, row in zip(months.index, map(plain_row, _records(months)), strict=True):
        low, high = (manner.people(row[end(expiry.RENEWED)]) for end in (schema.low, schema.high))
        rows.append([manner.day(str(month)), *(row[name] for name in _MONTH[1:]), manner.between(low, high)])
    return rows


def renewal_values(renewal: Renewal, language: Language) -> dict[str, object]:
    """Return what fills a sentence on renewal: shares in percent, months."""
    shares = (renewal.renewed_share, renewal.renewed_share_low, renewal.renewed_share_high)
    share, low, high = (number(part * 100, language) for part in shares)
    return {"share": share, "low": low, "high": high, "lapse_months": renewal.lapse_months}


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.to_dict("records")


def _fund_cell(row: Mapping[str, Any], name: str, manner: Manner) -> Shown:
    value = row[name]
    if name == funding.FUND:
        return t(f"funding.name.{value}", manner.language)
    if name == funding.PAYER:
        return t(f"funding.payer.{value}", manner.language)
    if name in _DAYS:
        return manner.day(value)
    return _money(name, value)


def _budget_cell(row: Mapping[str, Any], name: str, language: Language) -> Shown:
    value = row[name]
    if name == funding.FUND:
        return t(f"funding.name.{value}", language)
    if name == funding.MONTHS:
        return t(f"funding.months_basis.{row[published.MONTHS_BASIS]}", language, months=value)
    if value is not None and name == published.DIFFERENCE_PCT:
        return number(value, language, 1)
    return _money(name, value)


def _money(name: str, value: Any) -> Shown:  # noqa: ANN401  # whatever a cell holds
    shown: Shown = Rupiah(value) if name.endswith("_idr") and value is not None else value
    return shown


def _urgent_row(row: Mapping[str, Any], names: Mapping[str, str], manner: Manner) -> list[Shown]:
    codes = (row[schema.VILLAGE_CODE], row[schema.REGENCY_CODE])
    told = {
        PLACE: ", ".join(names.get(code, code) for code in codes if code),
        expiry.STANDING: t(
            f"expiry.standing.{row[expiry.STANDING]}", manner.language, months=row[expiry.UNPAID_MONTHS]
        ),
        **{name: manner.day(row[name].date().isoformat()) for name in _DAYS},
    }
    return [told.get(name, row.get(name)) for name in _URGENT]
