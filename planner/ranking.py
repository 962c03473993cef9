"""The order of villages: a first, plain score, the number of uncovered eligible workers."""

from typing import Final

import pandas as pd

from geodata.schema import PROVINCE_CODE, REGENCY_CODE, VILLAGE_CODE, Sector
from planner.coverage import GAP, gap
from planner.errors import PlanError

RANK: Final = "rank"
SECTOR: Final = "sector"


def in_regions(villages: pd.DataFrame, regions: list[str] | None) -> "pd.Series[bool]":
    """Return which villages lie in one of some provinces or regencies; all of them without a list.

    Raises
    ------
    PlanError
        If a code is that of no province or regency of the layer.
    """
    if not regions:
        return pd.Series(data=True, index=villages.index)
    known = {*villages[PROVINCE_CODE].unique(), *villages[REGENCY_CODE].unique()}
    unknown = [code for code in regions if code not in known]
    if unknown:
        raise PlanError("ranking.unknown_region", regions=", ".join(unknown), known=", ".join(_provinces(villages)))
    return villages[PROVINCE_CODE].isin(regions) | villages[REGENCY_CODE].isin(regions)


def ranked(villages: pd.DataFrame, sector: Sector | None = None) -> pd.DataFrame:
    """Return villages sorted by uncovered eligible workers, most first; ties by village code.

    Parameters
    ----------
    villages
        Villages of the layer with figures; other columns are kept.
    sector
        Only the workers of one sector.

    Returns
    -------
    New order, index of ``villages``: the columns of ``coverage.gap`` (instead of those of the same name) and ``rank``
    (1 for the first; missing, and last, for villages without figures), with a sector also ``sector``.
    """
    figures = gap(villages, sector)
    joined = villages.drop(columns=[c for c in figures.columns if c in villages.columns]).join(figures)
    ordered = joined.sort_values([GAP, VILLAGE_CODE], ascending=[False, True], na_position="last")
    rank = pd.Series(range(1, len(ordered) + 1), index=ordered.index, dtype="Int64")
    return with_sector(ordered.assign(**{RANK: rank.where(ordered[GAP].notna())}), sector)


def with_sector(villages: pd.DataFrame, sector: Sector | None) -> pd.DataFrame:
    """Say in each row which sector alone the figures count, if so."""
    return villages if sector is None else villages.assign(**{SECTOR: sector})


def _provinces(villages: pd.DataFrame) -> list[str]:
    return sorted(villages[PROVINCE_CODE].unique())
