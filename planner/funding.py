"""Workers x tariff x months against the money that may pay for them.

Match: village money first, for workers whom no fund bound to a sector waits for; then funds bound to a sector; then
funds open to all; last those who are paid for, or pay, by themselves. The most bound money goes first, and as many
workers are paid as any split could pay.

Proof. Money of a village is used up to the village's need in some best split: a worker paid by other money can always
be handed to it. Given that, funds bound to sector s pay min(B_s, P_s - y_s), where B_s are the workers they can pay,
P_s the need, and y_s the workers that village money took there; open funds then pay the rest as far as they go. The
village money therefore costs the bound funds max(0, y_s - e_s), with e_s = max(0, P_s - B_s), which is least when as
much of it as possible goes to workers in excess of the bound funds: first to sectors without such a fund, and between
the others by a maximum flow (Dinic) from villages to sectors with capacities e_s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from geodata.disaggregate import largest_remainder
from geodata.schema import SECTORS, VILLAGE_CODE, sector_column
from planner.coverage import GAP, gap
from planner.errors import PlanError
from planner.funds import MOST_MONTHS, Fund, Funds, PeopleFund, RegionFund, VillageFund
from planner.tariffs import Payer, Programme, contribution_idr

FUND: Final = "fund"
PAYER: Final = "payer"
MONTHS: Final = "months"
PER_WORKER: Final = "per_worker_idr"
AVAILABLE: Final = "available_idr"
CAPACITY: Final = "capacity_workers"
PAID: Final = "paid_workers"
COST: Final = "cost_idr"
LEFT: Final = "left_idr"

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Match:
    """Who is paid by which fund.

    Attributes
    ----------
    funds
        One row per fund that has money or people, in the order in which they pay (index ``fund``): ``payer``,
        ``months``, ``per_worker_idr`` (all months), ``available_idr`` (of all villages together; missing for funds
        counted in people), ``capacity_workers`` (whom it could pay), ``paid_workers``, ``cost_idr``, ``left_idr``.
    by_sector
        Index ``fund``, columns as the need: workers paid.
    paid
        Index of the need, columns funds: workers paid. Money of a region is spread over its villages in proportion to
        the need that is left; which villages it really pays is for the region to say.
    unpaid
        As the need: workers whom nobody pays.
    """

    funds: pd.DataFrame
    by_sector: pd.DataFrame
    paid: pd.DataFrame
    unpaid: pd.DataFrame


def cost_idr(
    workers: int, months: int, *, start: date, programme: Programme = "jkk_jkm", payer: Payer = "state"
) -> int:
    """Return what the contributions of some workers cost over some months.

    Parameters
    ----------
    workers, months
        Not negative; at most 60 months.
    start
        A day of the first month.
    programme, payer
        Which tariff.

    Returns
    -------
    Rupiah.

    Raises
    ------
    PlanError
        If the workers or months cannot be used, or there is no tariff for a month.
    """
    if workers < 0:
        raise PlanError("funding.workers", workers=workers)
    return workers * per_worker_idr(months, start=start, programme=programme, payer=payer)


def payable_workers(
    amount_idr: int, months: int, *, start: date, programme: Programme = "jkk_jkm", payer: Payer = "state"
) -> int:
    """Return how many workers an amount pays for some months; whole people.

    Parameters
    ----------
    amount_idr
        Rupiah, not negative.
    months, start, programme, payer
        As for :func:`cost_idr`; at least one month.

    Raises
    ------
    PlanError
        If the amount or months cannot be used, or there is no tariff for a month.
    """
    if amount_idr < 0:
        raise PlanError("funding.amount", amount=amount_idr)
    return amount_idr // per_worker_idr(months, start=start, programme=programme, payer=payer)


def per_worker_idr(months: int, *, start: date, programme: Programme, payer: Payer) -> int:
    """Return what one worker's contributions cost over 1 to 60 months, rupiah; raises as :func:`cost_idr`."""
    if not 1 <= months <= MOST_MONTHS:
        raise PlanError("funding.months", months=months, most=MOST_MONTHS)
    return contribution_idr(start, months, programme=programme, payer=payer)


def need_of(villages: pd.DataFrame, figure: str = GAP) -> pd.DataFrame:
    """Return the uncovered workers of each village by sector.

    Participants are not published by sector: each sector is taken to be covered like all workers of the village. What
    the layer counts as plantation holds all plantation workers, not those of oil palm alone.

    Parameters
    ----------
    villages
        Villages of the layer.
    figure
        Which figure of ``coverage.gap``: ``gap_workers`` or an end of its range.

    Returns
    -------
    Index ``village_code``, columns ``SECTORS``, whole people; the sectors of a village sum to its gap. Nobody where the
    gap is missing; ``other`` where the sectors are.
    """
    totals = gap(villages)[figure].fillna(0).to_numpy(np.int64)
    weights = villages[[sector_column(s) for s in SECTORS]].astype("Float64").fillna(0).to_numpy(np.float64)
    weights[weights.sum(axis=1) == 0, -1] = 1.0
    return pd.DataFrame(
        _in_rows(weights, totals), index=pd.Index(villages[VILLAGE_CODE], name=VILLAGE_CODE), columns=list(SECTORS)
    )


def match(need: pd.DataFrame, funds: Funds, *, start: date) -> Match:
    """Say which fund pays for whom: as many workers as the funds can pay at all.

    Parameters
    ----------
    need
        One row per village (unique index), columns among ``SECTORS``: workers to be paid for, whole and not negative.
    funds
        The funds.
    start
        A day of the first paid month.

    Raises
    ------
    PlanError
        If there is no tariff for a month.
    """
    ordered = need.sort_index()  # so that the order of rows does not matter
    left = ordered.to_numpy(np.int64)
    known = [(name, fund, _capacity(fund, funds.programme, start)) for name, fund in _in_order(funds)]
    paid: dict[str, Whole] = {}
    for name, part in _paid(left, known, sectors=list(need.columns)):
        paid[name] = part
        left = left - part
    names = pd.Index(paid, name=FUND)
    wide = {name: part.sum(axis=1) for name, part in paid.items()}
    return Match(
        funds=_table(known, {name: int(part.sum()) for name, part in paid.items()}, funds.programme, start, len(need)),
        by_sector=pd.DataFrame([part.sum(axis=0) for part in paid.values()], index=names, columns=need.columns),
        paid=pd.DataFrame(wide, index=ordered.index, columns=names).reindex(need.index),
        unpaid=pd.DataFrame(left, index=ordered.index, columns=need.columns).reindex(need.index),
    )


_Known = tuple[str, Fund, int]


def _in_order(funds: Funds) -> list[tuple[str, Fund]]:
    """Return the funds that have anything, the most bound ones first."""

    def openness(fund: Fund) -> int:
        if isinstance(fund, RegionFund):
            return 1 if fund.sector != "all" else 2
        return 0 if isinstance(fund, VillageFund) else 3

    filled = [(name, fund) for name, fund in funds.each() if _has_anything(fund)]
    return sorted(filled, key=lambda entry: openness(entry[1]))


def _has_anything(fund: Fund) -> bool:
    if isinstance(fund, PeopleFund):
        return fund.workers > 0
    return isinstance(fund, RegionFund | VillageFund) and fund.available_idr > 0


def _capacity(fund: Fund, programme: Programme, start: date) -> int:
    """Return how many workers a fund pays: in the region, or in each village."""
    if isinstance(fund, RegionFund | VillageFund):
        return payable_workers(fund.available_idr, fund.months, start=start, programme=programme, payer=fund.payer)
    return fund.workers if isinstance(fund, PeopleFund) else 0


def _paid(left: Whole, known: list[_Known], *, sectors: list[str]) -> Iterator[tuple[str, Whole]]:
    """Yield the workers that each fund pays, shape of ``left``."""
    bound = np.zeros(len(sectors), dtype=np.int64)
    for _, fund, capacity in known:
        bound += np.array([_is_bound(fund, sector) for sector in sectors]) * capacity
    in_villages = [(name, capacity) for name, fund, capacity in known if isinstance(fund, VillageFund)]
    room = np.full(len(left), sum(capacity for _, capacity in in_villages), dtype=np.int64)
    taken = _of_villages(left, np.minimum(room, left.sum(axis=1)), bound)
    left = left - taken
    for name, capacity in in_villages:
        part = _in_rows(taken, np.minimum(taken.sum(axis=1), capacity))
        taken = taken - part
        yield name, part
    for name, fund, capacity in known:
        if isinstance(fund, VillageFund):
            continue
        sector = fund.sector if isinstance(fund, RegionFund) else "all"
        open_to = left * np.array([sector in ("all", other) for other in sectors])
        part = _over_all(open_to, min(capacity, int(open_to.sum())))
        left = left - part
        yield name, part


def _is_bound(fund: Fund, sector: str) -> bool:
    return isinstance(fund, RegionFund) and fund.sector == sector


def _of_villages(need: Whole, room: Whole, bound: Whole) -> Whole:
    """Split the money of villages over sectors so that it takes least from funds bound to a sector.

    Parameters
    ----------
    need
        Shape (n, s): workers.
    room
        Shape (n,): workers that the village pays, at most its need.
    bound
        Shape (s,): workers that funds bound to the sector can pay.

    Returns
    -------
    Shape (n, s): workers paid; rows sum to ``room``.
    """
    free = need * (bound == 0)
    taken = _in_rows(free, np.minimum(room, free.sum(axis=1)))
    excess = np.maximum(0, need.sum(axis=0) - bound) * (bound > 0)
    taken = taken + _flow(room - taken.sum(axis=1), need - taken, excess)
    return taken + _in_rows(need - taken, room - taken.sum(axis=1))


def _flow(rows: Whole, cells: Whole, columns: Whole) -> Whole:
    """Return a maximum flow from rows to columns through cells, in whole numbers; shape of ``cells``."""
    if not rows.any() or not columns.any():
        return np.zeros_like(cells)
    n, s = cells.shape
    row, column = np.divmod(np.arange(n * s), s)
    heads = np.concatenate((np.zeros(n, dtype=np.int64), row + 1, np.arange(s) + n + 1))
    tails = np.concatenate((np.arange(n) + 1, column + n + 1, np.full(s, n + s + 1)))
    capacity = np.concatenate((rows, cells.ravel(), columns)).astype(np.int32)
    graph = csr_array((capacity, (heads, tails)), shape=(n + s + 2, n + s + 2))
    found = maximum_flow(graph, 0, n + s + 1, method="dinic").flow
    return np.asarray(found[1 : n + 1, n + 1 : n + s + 1].toarray(), dtype=np.int64)


def _in_rows(weights: npt.NDArray[np.number], totals: Whole) -> Whole:
    """Split a total of each row over its cells in proportion to them, in whole numbers."""
    n, s = weights.shape
    row, column = np.divmod(np.arange(n * s), s)
    return largest_remainder(totals, weights.ravel().astype(np.float64), row, ties=column).reshape(n, s)


def _over_all(weights: Whole, total: int) -> Whole:
    """Split a total over all cells in proportion to them, in whole numbers."""
    if total == 0:
        return np.zeros_like(weights)
    cells = np.arange(weights.size)
    parts = largest_remainder(np.array([total]), weights.ravel().astype(np.float64), cells * 0, ties=cells)
    return parts.reshape(weights.shape)


def _table(known: list[_Known], paid: dict[str, int], programme: Programme, start: date, villages: int) -> pd.DataFrame:
    rows = []
    for name, fund, capacity in known:
        each = per_worker_idr(fund.months, start=start, programme=programme, payer=fund.payer)
        times = villages if isinstance(fund, VillageFund) else 1
        available = fund.available_idr * times if isinstance(fund, RegionFund | VillageFund) else None
        cost = paid[name] * each
        left = None if available is None else available - cost
        rows.append((name, fund.payer, fund.months, each, available, capacity * times, paid[name], cost, left))
    columns = [FUND, PAYER, MONTHS, PER_WORKER, AVAILABLE, CAPACITY, PAID, COST, LEFT]
    whole = dict.fromkeys(columns[2:], "Int64")
    return pd.DataFrame(rows, columns=columns).astype(whole).set_index(FUND)
