"""Eligible less covered: how many informal workers of a village are not yet protected."""

from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import ACTIVE_BPU, ELIGIBLE, Basis, Sector, basis, high, low, sector_column

GAP: Final = "gap_workers"
COVERAGE: Final = "coverage_pct"

_WEAKEST: Final[tuple[Basis, ...]] = ("observed", "disaggregated", "assumed")


def gap(villages: pd.DataFrame, sector: Sector | None = None) -> pd.DataFrame:
    """Return eligible and active workers, the gap between them, and coverage.

    Participants are not published by sector: the workers of a sector are taken to be covered like all eligible workers
    of the village, which makes the basis of a sector's gap ``assumed``. Participants that were counted stay that many
    however many eligible workers there are; assumed ones are a share of these.

    Parameters
    ----------
    villages
        Eligible workers (or workers of the sector) and active BPU participants, with range and basis, in people;
        missing where a village has no figure.
    sector
        Only the workers of one sector.

    Returns
    -------
    Same index. ``eligible_workers``, ``active_bpu``, ``gap_workers`` (people, not below zero) and ``coverage_pct``
    (active per 100 eligible, at most 100, missing without eligible workers), each with ``_low``, ``_high``, ``_basis``.
    The range of the gap holds the fewest eligible at the highest coverage, and the most at the lowest.
    """
    workers = ELIGIBLE if sector is None else sector_column(sector)
    everyone = villages[ELIGIBLE].astype("Float64")
    active = [villages[column].astype("Float64") for column in (ACTIVE_BPU, low(ACTIVE_BPU), high(ACTIVE_BPU))]
    counted = villages[basis(ACTIVE_BPU)] == "observed"
    most, fewest = (villages[end].astype("Float64").where(counted, everyone) for end in (high(ELIGIBLE), low(ELIGIBLE)))
    covered = [_share(people, base) for people, base in zip(active, (everyone, most, fewest), strict=True)]
    eligible = [villages[column].astype("Float64") for column in (workers, low(workers), high(workers))]
    how = _weakest(villages[basis(workers)], villages[basis(ACTIVE_BPU)])
    gaps = [eligible[0] * (1 - covered[0]), eligible[1] * (1 - covered[2]), eligible[2] * (1 - covered[1])]
    shared = [eligible[0] * share for share in covered]
    if sector is None:
        shared = [people.where(counted, share) for people, share in zip(active, shared, strict=True)]
    return pd.DataFrame(
        {
            **_people(ELIGIBLE, eligible, villages[basis(workers)]),
            **_people(ACTIVE_BPU, shared, villages[basis(ACTIVE_BPU)]),
            **_people(GAP, gaps, how if sector is None else how.where(how.isna(), "assumed")),
            **_percent(COVERAGE, covered, how),
        },
        index=villages.index,
    )


def parts_of(figure: str, sector: str | None = None) -> tuple[str, ...]:
    """Return the columns of the layer that a figure is made of: the gap is eligible workers less participants."""
    if figure in (GAP, COVERAGE):
        return (ELIGIBLE if sector is None else f"workers_{sector}", ACTIVE_BPU)
    return (figure,)


def _share(active: "pd.Series[float]", eligible: "pd.Series[float]") -> "pd.Series[float]":
    return (active / eligible.where(eligible > 0)).clip(upper=1.0)


def _people(figure: str, ends: "list[pd.Series[float]]", how: "pd.Series[str]") -> dict[str, pd.Series]:
    """Whole people: the value rounded, its range outwards; nobody where there are no eligible workers."""
    value, least, most = (end.mask(ends[0].isna() & how.notna(), 0.0) for end in ends)
    return {
        figure: value.round().astype("Int64"),
        low(figure): _whole(np.floor(least)),
        high(figure): _whole(np.ceil(most)),
        basis(figure): how,
    }


def _whole(people: object) -> "pd.Series[int]":
    return pd.Series(people).astype("Int64")


def _percent(figure: str, ends: "list[pd.Series[float]]", how: "pd.Series[str]") -> dict[str, pd.Series]:
    value, least, most = ((end * 100).round(1) for end in ends)
    return {figure: value, low(figure): least, high(figure): most, basis(figure): how}


def _weakest(first: "pd.Series[str]", second: "pd.Series[str]") -> "pd.Series[str]":
    """Return the weaker of two bases, village by village; missing where one is."""
    order = {name: i for i, name in enumerate(_WEAKEST)}
    worst = np.maximum(first.map(order).to_numpy(float), second.map(order).to_numpy(float))
    return pd.Series(worst, index=first.index).map(dict(enumerate(_WEAKEST))).astype("str")
