"""What to say in the field, by sector: what it costs on a day, what it pays, who may join; all dated and sourced.

What nobody published is said without source: who the card speaks to, and the words of the example.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final, NamedTuple

import pandas as pd

from geodata.offices import CONFIDENCE, SOURCE_DATE, SOURCE_URL
from geodata.schema import Sector
from planner.errors import PlanError
from planner.expiry import LAPSE_MONTHS
from planner.field import sources
from planner.field.line import Key, Line, Rupiah, Source
from planner.tariffs import Payer, PayerSector, Programme, monthly_idr, read_tariffs

OLDEST: Final = 65
DEATH_IDR: Final = Rupiah(42_000_000)
EARLY_DEATH_IDR: Final = Rupiah(10_000_000)
EARLY_MONTHS: Final = 3
SCHOLARSHIP_IDR: Final = Rupiah(174_000_000)
SCHOLARSHIP_YEARS: Final = 3
WORK_DEATH_WAGES: Final = 48
DISABILITY_WAGES: Final = 56
LEAST_WAGE_IDR: Final = 1_000_000  # the base of the least contribution: JKK 10,000 is 1 % of it


@dataclass(frozen=True)
class Section:
    """A part of a card.

    Attributes
    ----------
    title
        Text of the catalogue.
    lines
        Its sentences.
    """

    title: str
    lines: tuple[Line, ...]


class _Tariff(NamedTuple):
    amount: Rupiah
    until: date
    after: Rupiah | None
    source: Source


@lru_cache(maxsize=64)
def talking_card(sector: Sector, day: date) -> tuple[Section, ...]:
    """Return the card of a sector, short enough for one printed page.

    Parameters
    ----------
    sector
        Sector of the people spoken to.
    day
        Day of the tariffs.

    Raises
    ------
    PlanError
        If the table of tariffs does not reach to the day.
    """
    own = _tariff(day, "self", "other")
    parts = {
        "what": (Line("talking_card.what", {"who": Key(f"talking_card.who.{sector}")}, sources.SCHEME),),
        "cost": _cost(sector, day, own),
        "benefits": _benefits(),
        "join": (
            Line("talking_card.age", {"age": OLDEST}, sources.AGE),
            Line("talking_card.papers", source=sources.SCHEME),
        ),
        "lapse": (
            Line("talking_card.lapse", {"months": LAPSE_MONTHS}, sources.LAPSE),
            Line("talking_card.periods", source=sources.SCHEME),
        ),
        "health": (Line("talking_card.confused", source=sources.TWO_BPJS), Line("talking_card.health")),
        "say": (
            Line(
                f"talking_card.say.{sector}",
                {"amount": own.amount},
                sources.RUBBER if sector == "plantation" else None,
            ),
        ),
    }
    return tuple(Section(f"talking_card.title.{name}", lines) for name, lines in parts.items())


def _cost(sector: Sector, day: date, own: _Tariff) -> tuple[Line, ...]:
    lines = [_own_cost("talking_card.cost", day, own)]
    if sector == "trade_services":
        drivers = _tariff(day, "self", "transport")
        if (drivers.amount, drivers.until) != (own.amount, own.until) and drivers.after is not None:
            lines.append(_own_cost("talking_card.drivers", day, drivers))
    state = _tariff(day, "state", "other")
    if state.amount != own.amount:
        lines.append(Line("talking_card.state", {"amount": state.amount}, state.source))
    savings = monthly_idr(day, programme="jkk_jkm_jht", payer="self")
    lines.append(
        Line("talking_card.savings", {"amount": Rupiah(savings)}, _source(day, "jkk_jkm_jht", "self", "other"))
    )
    if own.amount < state.amount:
        lines.append(Line("talking_card.arrears", source=sources.DISCOUNT_RULES))
    return tuple(lines)


def _own_cost(key: str, day: date, tariff: _Tariff) -> Line:
    """Return what one pays, and what it changes to if that is known: up after a discount, or down with one."""
    values = {"day": day, "amount": tariff.amount, "until": tariff.until}
    if tariff.after is None or tariff.after == tariff.amount:
        return Line(f"{key}.steady", values, tariff.source)
    way = "rises" if tariff.after > tariff.amount else "falls"
    changed = tariff.until + timedelta(days=1)
    return Line(f"{key}.{way}", {**values, "after": tariff.after, "changed": changed}, tariff.source)


def _benefits() -> tuple[Line, ...]:
    wages = {
        "death": WORK_DEATH_WAGES,
        "disability": DISABILITY_WAGES,
        "least": Rupiah(WORK_DEATH_WAGES * LEAST_WAGE_IDR),
        "wage": Rupiah(LEAST_WAGE_IDR),
    }
    return (
        Line("talking_card.treatment", source=sources.ACCIDENT),
        Line("talking_card.work_death", wages, sources.ACCIDENT),
        Line("talking_card.death", {"amount": DEATH_IDR}, sources.DEATH),
        Line("talking_card.early_death", {"amount": EARLY_DEATH_IDR, "months": EARLY_MONTHS}, sources.DEATH),
        Line("talking_card.scholarship", {"amount": SCHOLARSHIP_IDR, "years": SCHOLARSHIP_YEARS}, sources.DEATH),
    )


def _tariff(day: date, payer: Payer, sector: PayerSector) -> _Tariff:
    amount = monthly_idr(day, programme="jkk_jkm", payer=payer, sector=sector)
    until = _row(day, "jkk_jkm", payer, sector)["valid_to"].date()
    try:
        after = Rupiah(monthly_idr(until + timedelta(days=1), programme="jkk_jkm", payer=payer, sector=sector))
    except PlanError:  # the table ends there
        after = None
    return _Tariff(Rupiah(amount), until, after, _source(day, "jkk_jkm", payer, sector))


def _source(day: date, programme: Programme, payer: Payer, sector: PayerSector) -> Source:
    row = _row(day, programme, payer, sector)
    return Source(str(row[SOURCE_URL]), str(row[SOURCE_DATE]), str(row[CONFIDENCE]))


def _row(day: date, programme: Programme, payer: Payer, sector: PayerSector) -> "pd.Series":
    table, at = _tariffs(), pd.Timestamp(day)
    fits = (table["programme"] == programme) & (table["payer"] == payer) & table["sector"].isin({sector, "any"})
    return table[fits & (table["valid_from"] <= at) & (at <= table["valid_to"])].iloc[0]


@cache
def _tariffs() -> pd.DataFrame:
    return read_tariffs()
