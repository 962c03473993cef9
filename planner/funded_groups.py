"""Groups of the records whose contributions somebody pays, as the calendar of paid months counts them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import pandas as pd

from geodata.schema import REGENCY_CODE, VILLAGE_CODE
from planner import expiry
from planner.monthly import month_number

STANDINGS: Final[tuple[expiry.Standing, ...]] = ("unpaid", "ends_30", "ends_60", "ends_90", "paid", "waiting", "out")
_REGENCY: Final = 5  # characters of the code of a regency
_COLUMNS: Final = (expiry.GROUP, VILLAGE_CODE, REGENCY_CODE, expiry.FUND, expiry.PAID_WORKERS)


@dataclass(frozen=True)
class Part:
    """People of one village and fund who do not fall out between two days."""

    first: date
    last: date
    people: int


def expiring(funded: pd.DataFrame, *, lapse_months: int = expiry.LAPSE_MONTHS) -> pd.DataFrame:
    """Return the funded groups as `planner.expiry` takes them, nobody counted twice; see `joined`.

    Parameters
    ----------
    funded
        ``village_code``, ``fund``, ``people``, ``starts_on`` and ``ends_on`` (days).
    lapse_months
        How many months may stay unpaid.

    Returns
    -------
    pandas.DataFrame
        Index 0 ..: ``group`` (a number as text), ``village_code``, ``regency_code``, ``fund``, ``workers`` (people),
        ``start`` (day), ``months``; by village, fund and first day.
    """
    rows: list[tuple[Any, ...]] = []
    for (code, fund), parts in joined(funded, lapse_months=lapse_months):
        for part in parts:
            months = month_number(part.last) - month_number(part.first) + 1
            place = (str(len(rows) + 1), code, str(code)[:_REGENCY], fund)
            rows.append((*place, part.people, pd.Timestamp(part.first), months))
    found = pd.DataFrame(rows, columns=[*_COLUMNS, expiry.START, expiry.MONTHS])
    return found.astype({expiry.START: "datetime64[s]", expiry.MONTHS: "int64", expiry.PAID_WORKERS: "int64"})


def joined(
    funded: pd.DataFrame, *, lapse_months: int = expiry.LAPSE_MONTHS
) -> Iterator[tuple[tuple[str, str], list[Part]]]:
    """Yield village and fund with their people, nobody twice.

    People whom a later group of the same village and fund takes on before they fall out are active until that one
    ends: the later group takes on as many as it has, first of the group that ended last. That these are the same people
    is assumed, as groups are counts.

    Parameters
    ----------
    funded, lapse_months
        As for `expiring`.
    """
    for (code, fund), group in funded.groupby([VILLAGE_CODE, expiry.FUND], sort=True):
        yield (str(code), str(fund)), _joined(group.to_dict("records"), lapse_months)


def by_regency(groups: pd.DataFrame, on: date, *, lapse_months: int = expiry.LAPSE_MONTHS) -> pd.DataFrame:
    """Count people by regency and by how their paid months stand on a day.

    Parameters
    ----------
    groups
        As for `planner.expiry.standing`, with ``regency_code`` and ``workers``.
    on
        The day.
    lapse_months
        How many months may stay unpaid.

    Returns
    -------
    One row per regency (index ``regency_code``), people: a column for each of `STANDINGS`, and ``workers``, all.
    """
    stands = expiry.standing(groups, on, lapse_months=lapse_months)[expiry.STANDING]
    people = groups.pivot_table(
        index=REGENCY_CODE, columns=stands, values=expiry.PAID_WORKERS, aggfunc="sum", fill_value=0
    )
    counted = people.reindex(columns=list(STANDINGS), fill_value=0).astype("int64").sort_index()
    counted.columns.name = None
    return counted.assign(**{expiry.PAID_WORKERS: counted.sum(axis=1)})


def _joined(groups: Iterable[Mapping[Any, Any]], lapse_months: int) -> list[Part]:
    """Join groups of a village and fund: a later one takes people of the ones before on."""
    found = [Part(one["starts_on"], one["ends_on"], int(one["people"])) for one in groups]
    parts: list[Part] = []
    for group in sorted(found, key=_ended):
        left, kept, longer = group.people, [], []
        for part in sorted(parts, key=_ended, reverse=True):
            taken = min(left, part.people) if _takes_on(group, part, lapse_months) else 0
            left -= taken
            kept.append(replace(part, people=part.people - taken))
            longer.append(Part(part.first, group.last, taken))
        parts = [part for part in (*kept, *longer, replace(group, people=left)) if part.people]
    return sorted(parts, key=lambda part: (part.first, part.last))


def _takes_on(group: Part, part: Part, lapse_months: int) -> bool:
    in_time = month_number(group.first) <= month_number(part.last) + lapse_months + 1
    return part.first < group.first and part.last < group.last and in_time


def _ended(part: Part) -> tuple[date, date]:
    return part.last, part.first
