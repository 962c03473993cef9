"""Where a regency stands: uncovered workers, coverage with its basis, and its place among other regencies."""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geodata.schema import (
    ACTIVE_BPU,
    ELIGIBLE,
    PROVINCE_CODE,
    PROVINCE_NAME,
    REGENCY_CODE,
    REGENCY_NAME,
    SECTORS,
    VILLAGE_TYPE,
    Sector,
    basis,
    high,
    low,
    sector_column,
)
from planner.coverage import GAP, gap
from planner.errors import PlanError

COUNTED: Final = "counted_eligible"
"""Eligible workers in villages whose participants an office counted."""
COUNTED_VILLAGES: Final = "counted_villages"
VILLAGES: Final = "villages"
KELURAHAN: Final = "kelurahan"
COMPARED_FROM: Final = 0.9
"""Share of the eligible workers of a regency that must live in counted villages before its coverage is compared."""

_PEOPLE: Final = tuple(name for figure in (ELIGIBLE, ACTIVE_BPU, GAP) for name in (figure, low(figure), high(figure)))


@dataclass(frozen=True)
class Range:
    """A figure with its range; none where it is not known."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Place:
    """A place in an order: 1 is first of ``of``."""

    place: int
    of: int


@dataclass(frozen=True)
class Standing:
    """Where a regency stands.

    Attributes
    ----------
    code, name, province_code, province
        Which regency.
    provinces
        How many provinces the layer has.
    villages, kelurahan
        Villages of both kinds, and how many of them are kelurahan.
    eligible, active, gap
        Informal workers, active BPU participants, and workers not covered; people.
    coverage_pct
        Active participants per 100 informal workers.
    counted_villages
        In how many villages an office counted the participants; those of the others are assumed.
    by_gap, by_gap_everywhere
        Place by uncovered workers, most first, in the province and among all regencies of the layer.
    by_coverage
        Place by coverage, highest first, among the regencies of the province that were counted (`COMPARED_FROM`); none
        where this one was not, or no other: what is assumed of a whole province is no order of its regencies.
    sectors
        Sectors with their informal workers, most first; those without workers are left out.
    """

    code: str
    name: str
    province_code: str
    province: str
    provinces: int
    villages: int
    kelurahan: int
    eligible: Range
    active: Range
    gap: Range
    coverage_pct: Range
    counted_villages: int
    by_gap: Place
    by_gap_everywhere: Place
    by_coverage: Place | None
    sectors: tuple[tuple[Sector, int], ...]

    @property
    def is_city(self) -> bool:
        """Whether it is a city, whose head is a mayor: their codes end in 71 and up."""
        return int(self.code[-2:]) >= 71


def regencies(villages: pd.DataFrame, counted: "pd.Series[bool] | None" = None) -> pd.DataFrame:
    """Return the sums of all regencies.

    Parameters
    ----------
    villages
        Villages of the layer.
    counted
        In which an office counted the participants, same index; by default what their basis says.

    Returns
    -------
    Index ``regency_code``, sorted: ``regency_name``, ``province_code``, ``province_name``, ``villages``, ``kelurahan``,
    ``eligible_workers``, ``active_bpu`` and ``gap_workers`` with ``_low`` and ``_high`` (people; missing where no
    village has a figure; the ends are those of all villages at once), ``counted_villages``, ``counted_eligible``, and
    the informal workers of each sector.
    """
    figures = gap(villages)
    counted = villages[basis(ACTIVE_BPU)] == "observed" if counted is None else counted
    workers = villages[[sector_column(sector) for sector in SECTORS]].astype("Float64")
    rows = figures[list(_PEOPLE)].astype("Float64").join(workers)
    rows = rows.assign(**{COUNTED: figures[ELIGIBLE].astype("Float64").where(counted, 0.0)})
    grouped = rows.groupby(villages[REGENCY_CODE])
    named = villages.groupby(REGENCY_CODE)[[REGENCY_NAME, PROVINCE_CODE, PROVINCE_NAME]].first()
    sizes = {
        VILLAGES: villages.groupby(REGENCY_CODE).size(),
        KELURAHAN: (villages[VILLAGE_TYPE] == "kelurahan").groupby(villages[REGENCY_CODE]).sum(),
        COUNTED_VILLAGES: counted.groupby(villages[REGENCY_CODE]).sum(),
    }
    return named.join(pd.DataFrame(sizes)).join(grouped.sum(min_count=1)).sort_index()


def standing(table: pd.DataFrame, code: str) -> Standing:
    """Return where one regency stands.

    Parameters
    ----------
    table
        Of `regencies`.
    code
        The regency.

    Raises
    ------
    PlanError
        If there is no such regency.
    """
    if code not in table.index:
        raise PlanError("briefs.unknown_regency", code=code, known=_neighbours_of(table, code))
    row: dict[Any, Any] = table.loc[[code]].to_dict("records")[0]
    inside = table[table[PROVINCE_CODE] == row[PROVINCE_CODE]]
    eligible, active, gaps = (_range(row, figure) for figure in (ELIGIBLE, ACTIVE_BPU, GAP))
    sectors = [(sector, _known(row[sector_column(sector)]) or 0.0) for sector in SECTORS]
    ordered = sorted(sectors, key=lambda one: -one[1])
    return Standing(
        code=code,
        name=str(row[REGENCY_NAME]),
        province_code=str(row[PROVINCE_CODE]),
        province=str(row[PROVINCE_NAME]),
        provinces=int(table[PROVINCE_CODE].nunique()),
        villages=int(row[VILLAGES]),
        kelurahan=int(row[KELURAHAN]),
        eligible=eligible,
        active=active,
        gap=gaps,
        coverage_pct=_coverage(eligible, gaps),
        counted_villages=int(row[COUNTED_VILLAGES]),
        by_gap=_place(inside[GAP], code),
        by_gap_everywhere=_place(table[GAP], code),
        by_coverage=_by_coverage(inside, code),
        sectors=tuple((sector, round(people)) for sector, people in ordered if people > 0),
    )


def _neighbours_of(table: pd.DataFrame, code: str) -> str:
    """Return codes that were perhaps meant: those of the same province, else one of each."""
    same = [str(known) for known in table.index if str(known).startswith(code[:2])]
    return ", ".join((same or [str(known) for known in table.groupby(PROVINCE_CODE).head(1).index])[:20])


def _range(row: dict[Any, Any], figure: str) -> Range:
    return Range(*(_known(row[name]) for name in (figure, low(figure), high(figure))))


def _known(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload,arg-type]


def _coverage(eligible: Range, gaps: Range) -> Range:
    """Return percent: the fewest uncovered of the fewest eligible is the highest coverage."""
    pairs = ((eligible.value, gaps.value), (eligible.high, gaps.high), (eligible.low, gaps.low))
    return Range(*(100 * (1 - left / all_) if all_ and left is not None else None for all_, left in pairs))


def _place(figures: "pd.Series[float]", code: str) -> Place:
    known = figures.dropna()
    own = figures[code]
    return Place(len(known) if pd.isna(own) else 1 + int((known > own).sum()), len(known))


def _by_coverage(inside: pd.DataFrame, code: str) -> Place | None:
    counted = inside[inside[COUNTED] >= COMPARED_FROM * inside[ELIGIBLE]]
    counted = counted[counted[ELIGIBLE] > 0]
    if code not in counted.index or len(counted) < 2:
        return None
    return _place(1 - counted[GAP] / counted[ELIGIBLE], code)
