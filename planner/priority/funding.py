"""Who may pay the contributions of those whom a launch is expected to register: a proposal, no decision.

With funds that hold money, who pays for whom is worked out as `planner.funding.match` does; without, the funds are
named that may pay by their own rules, and nobody has looked whether they hold anything.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.disaggregate import largest_remainder
from geodata.schema import PROVINCE_CODE, SECTORS, VILLAGE_CODE, VILLAGE_TYPE, sector_column
from geodata.texts import Language, number
from planner import rupiah
from planner.export.columns import FUNDING, FUNDING_IDR
from planner.funding import PER_WORKER, match, per_worker_idr
from planner.funds import Funds
from planner.selection.candidates import REGISTRATIONS
from planner.texts import t

BKBK_PROVINCE: Final = "15"
"""Jambi alone grants its villages BKBK."""
_BOUND: Final = "plantation"
_ROWS_AT_ONCE: Final = 4_096  # the sentences of a whole country at once are 50 MB

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Offer:
    """What contributions are proposed for.

    Attributes
    ----------
    start
        A day of the first month.
    months
        How many months, where no funds are given; funds have months of their own.
    funds
        Funds with money; nothing where nobody has told any.
    """

    start: date
    months: int = 12
    funds: Funds | None = None

    @property
    def programme(self) -> str:
        """Which programmes are paid for."""
        return (self.funds or Funds()).programme


def proposals(villages: pd.DataFrame, offer: Offer, language: Language) -> pd.DataFrame:
    """Return who may pay for those whom launches are expected to register, and what that costs.

    Parameters
    ----------
    villages
        ``village_code``, ``village_type``, ``province_code``, workers of each sector, ``expected_registrations``.
    offer
        Start, months, and funds if any.
    language
        Language of the words.

    Returns
    -------
    Same index: ``funding`` (words) and ``funding_idr`` (rupiah over all months, for all of them; missing where nobody
    is expected). With funds, what these pay.

    Raises
    ------
    PlanError
        If there is no tariff for a month.
    """
    expected = villages[REGISTRATIONS].astype("Float64").to_numpy(np.float64, na_value=0.0)
    people: Whole = np.rint(expected).astype(np.int64)
    if offer.funds is None:
        blocks = range(0, max(len(villages), 1), _ROWS_AT_ONCE)
        some = [slice(start, start + _ROWS_AT_ONCE) for start in blocks]
        return pd.concat([_by_their_rules(villages.iloc[rows], people[rows], offer, language) for rows in some])
    return _by_their_money(villages, people, offer, language, offer.funds)


def next_month(day: date) -> date:
    """Return the first day of the month after a day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _by_their_rules(villages: pd.DataFrame, people: Whole, offer: Offer, language: Language) -> pd.DataFrame:
    each = per_worker_idr(offer.months, start=offer.start, programme=Funds().programme, payer="state")
    tariff = _tariff(each, offer.months, language)
    in_sector = _by_sector(villages, people)[_BOUND].to_numpy(np.int64)
    is_kelurahan = (villages[VILLAGE_TYPE] == "kelurahan").to_numpy(bool)
    in_jambi = (villages[PROVINCE_CODE] == BKBK_PROVINCE).to_numpy(bool)
    others = np.where(is_kelurahan, "kelurahan", np.where(in_jambi, "bkbk", "desa"))
    told = [
        _told_by_rules(count, bound, t(f"priority.funding.open.{who}", language), tariff, language)
        for count, bound, who in zip(people.tolist(), in_sector.tolist(), others.tolist(), strict=True)
    ]
    return _table(told, people * each, people > 0, villages.index)


def _told_by_rules(count: int, bound: int, others: str, tariff: str, language: Language) -> str:
    if not count:
        return t("priority.funding.nobody", language)
    if not bound:
        return t("priority.funding.rules.open", language, others=others, count=count, tariff=tariff)
    key = "all_bound" if bound == count else "both"
    return t(f"priority.funding.rules.{key}", language, bound=bound, rest=count - bound, others=others, tariff=tariff)


def _by_their_money(
    villages: pd.DataFrame, people: Whole, offer: Offer, language: Language, funds: Funds
) -> pd.DataFrame:
    need = _by_sector(villages, people).set_index(pd.Index(villages[VILLAGE_CODE], name=VILLAGE_CODE))
    found = match(need, funds, start=offer.start)
    paid = found.paid.to_numpy(np.int64)
    each = found.funds[PER_WORKER].reindex(found.paid.columns).astype("int64").to_numpy(np.int64)
    months = {name: fund.months for name, fund in funds.each()}
    names = [t(f"funding.name.{name}", language) for name in found.paid.columns]
    tariffs = [_tariff(int(cost), months[name], language) for name, cost in zip(found.paid.columns, each, strict=True)]
    left = found.unpaid.to_numpy(np.int64).sum(axis=1)
    told = [
        _told_by_money(dict(zip(zip(names, tariffs, strict=True), row, strict=True)), rest, language)
        for row, rest in zip(paid.tolist(), left.tolist(), strict=True)
    ]
    return _table(told, (paid * each).sum(axis=1), people > 0, villages.index)


def _told_by_money(paid: dict[tuple[str, str], int], left: int, language: Language) -> str:
    """Tell who pays for how many; a tariff that all funds share is told once."""
    paying = {fund: count for fund, count in paid.items() if count}
    tariffs = {tariff for _, tariff in paying}
    shared = len(tariffs) == 1
    parts = [
        t(f"priority.funding.money.{'part' if shared else 'own'}", language, fund=fund, count=count, tariff=tariff)
        for (fund, tariff), count in paying.items()
    ]
    parts += [*tariffs] if shared else []
    if left:
        parts.append(t("priority.funding.money.left", language, count=left))
    return "; ".join(parts) + "." if parts else t("priority.funding.nobody", language)


def _tariff(each: int, months: int, language: Language) -> str:
    """Tell the months and the tariff: that of a month where all have the same, else that of all together."""
    told = number(months, language)
    if each % months == 0:
        return t("priority.funding.monthly", language, months=told, tariff=rupiah.written(each // months, language))
    return t("priority.funding.whole", language, months=told, tariff=rupiah.written(each, language))


def _by_sector(villages: pd.DataFrame, people: Whole) -> pd.DataFrame:
    """Split people over the sectors in proportion to their workers; all to the last where no workers are known."""
    weights = villages[[sector_column(s) for s in SECTORS]].astype("Float64").fillna(0).to_numpy(np.float64)
    weights[weights.sum(axis=1) == 0, -1] = 1.0
    n, s = weights.shape
    row, column = np.divmod(np.arange(n * s), s)
    split = largest_remainder(people, weights.ravel(), row, ties=column).reshape(n, s)
    return pd.DataFrame(split, index=villages.index, columns=list(SECTORS))


def _table(told: list[str], cost: Whole, known: npt.NDArray[np.bool_], index: pd.Index) -> pd.DataFrame:
    amount = pd.Series(cost, index=index, dtype="Int64").where(known)
    return pd.DataFrame({FUNDING: pd.Series(told, index=index, dtype="str"), FUNDING_IDR: amount})
