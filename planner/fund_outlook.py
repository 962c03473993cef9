"""What money does over the range of the need, and what a calendar of paid months says on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from geodata import schema
from planner import expiry, funding
from planner.coverage import GAP
from planner.funds import Funds
from planner.params import Renewal


@dataclass(frozen=True)
class Outlook:
    """Who is paid for at the estimate of the need, and who is not at both ends of its range.

    Attributes
    ----------
    need, unpaid
        Uncovered workers, and those whom nobody pays: estimate, low and high end.
    plantation
        Uncovered plantation workers.
    match
        Who is paid by which fund, at the estimate.
    table
        The funds of ``match`` with ``paid_until`` and ``active_until``, days in ISO form.
    """

    need: tuple[int, int, int]
    unpaid: tuple[int, int, int]
    plantation: int
    match: funding.Match
    table: pd.DataFrame

    @property
    def paid(self) -> int:
        """Workers whom some fund pays, at the estimate."""
        return self.need[0] - self.unpaid[0]


@dataclass(frozen=True)
class Calendar:
    """Groups with paid months, seen from a day.

    Attributes
    ----------
    day
        The day.
    urgent
        As from ``planner.expiry.select_urgent``.
    people
        Workers by standing; a standing that nobody has is left out.
    months
        As from ``planner.expiry.forecast``.
    """

    day: date
    urgent: pd.DataFrame
    people: Mapping[str, int]
    months: pd.DataFrame


def outlook(villages: pd.DataFrame, funds: Funds, *, start: date, lapse_months: int) -> Outlook:
    """Match funds with the uncovered workers of villages, over the range of their number.

    Parameters
    ----------
    villages
        Villages of the layer.
    funds
        The funds.
    start
        A day of the first paid month.
    lapse_months
        How many months may stay unpaid.

    Raises
    ------
    PlanError
        If there is no tariff for a month.
    """
    needs = [funding.need_of(villages, figure) for figure in (GAP, schema.low(GAP), schema.high(GAP))]
    value, least, most = (funding.match(need, funds, start=start) for need in needs)
    need, low, high = (int(end.to_numpy().sum()) for end in needs)
    unpaid, unpaid_low, unpaid_high = (int(found.unpaid.to_numpy().sum()) for found in (value, least, most))
    return Outlook(
        need=(need, low, high),
        unpaid=(unpaid, unpaid_low, unpaid_high),
        plantation=int(needs[0]["plantation"].sum()),
        match=value,
        table=_with_ends(value.funds, start, lapse_months),
    )


def calendar_on(groups: pd.DataFrame, day: date, renewal: Renewal) -> Calendar:
    """Say of groups with paid months what ends, who falls out and how many stay active.

    Parameters
    ----------
    groups
        As from ``planner.expiry_file.read_groups``.
    day
        The day to look from.
    renewal
        When participants fall out, and which share renews.
    """
    lapse = renewal.lapse_months
    standing = expiry.standing(groups, day, lapse_months=lapse)[expiry.STANDING]
    people = groups[expiry.PAID_WORKERS].groupby(standing).sum()
    return Calendar(
        day=day,
        urgent=expiry.select_urgent(groups, day, lapse_months=lapse),
        people={str(name): int(count) for name, count in people.items()},
        months=expiry.forecast(groups, day, renewal),
    )


def place_names(villages: pd.DataFrame) -> dict[str, str]:
    """Return the names of all regencies and villages of a layer by code."""
    levels = ((schema.REGENCY_CODE, schema.REGENCY_NAME), (schema.VILLAGE_CODE, schema.VILLAGE_NAME))
    columns = ((villages[column].to_numpy() for column in level) for level in levels)
    return {str(code): str(name) for codes, names in columns for code, name in zip(codes, names, strict=True)}


def unknown_places(groups: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Return the codes of groups that have no name, each once."""
    columns = (schema.VILLAGE_CODE, schema.REGENCY_CODE)
    return [code for column in columns for code in groups[column].dropna().unique() if code not in names]


def _with_ends(table: pd.DataFrame, start: date, lapse_months: int) -> pd.DataFrame:
    first = pd.Series(pd.Timestamp(start), index=table.index)
    begun = pd.DataFrame({expiry.START: first, expiry.MONTHS: table[funding.MONTHS]})
    when = expiry.ends(begun, lapse_months=lapse_months)
    return table.join(when.apply(lambda column: column.dt.strftime("%Y-%m-%d")))
