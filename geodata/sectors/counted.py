"""Counted people in place of estimated ones: totals of statistics are no longer kept, and by how much is told."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geodata.errors import DataError
from geodata.schema import (
    ELIGIBLE,
    PROVINCE_CODE,
    SECTORS,
    VILLAGE_CODE,
    WORKERS,
    Sector,
    basis,
    high,
    low,
    sector_column,
)
from geodata.sectors.own_weights import OwnFigures


@dataclass(frozen=True)
class Difference:
    """What counted workers of a sector change in a province.

    Attributes
    ----------
    sector, province
        Of which sector, and code of the province.
    villages
        Villages that were counted.
    counted
        People counted in them.
    people
        People of the sector in all villages, counted or split.
    published
        Of these by statistics; nothing where no total is published.
    """

    sector: Sector
    province: str
    villages: int
    counted: int
    people: int
    published: int | None


def put(frame: pd.DataFrame, figure: str, counted: "pd.Series[int]") -> pd.DataFrame:
    """Return villages with counted people in place of an estimate, without range.

    Parameters
    ----------
    frame
        The villages, with the figure, its range and its basis.
    figure
        The figure.
    counted
        People in the order of the villages; missing where nobody counted, these keep their estimate.
    """
    people = counted.astype("Int64").set_axis(frame.index)
    known = people.notna()
    columns = {name: frame[name].astype("Int64").mask(known, people) for name in (figure, low(figure), high(figure))}
    return frame.assign(**columns, **{basis(figure): frame[basis(figure)].mask(known, "observed")})


def put_workers(frame: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Return villages with counted workers of sectors; eligible workers stay the sum of the sectors.

    Parameters
    ----------
    frame
        The villages, with all figures of workers.
    counted
        People, one column per sector in the order of ``SECTORS``, same index; missing where nobody counted.

    Returns
    -------
    Same index. Eligible workers change by the difference, and are ``observed`` once all sectors are; people who work
    are never fewer.
    """
    own = counted.notna()
    before = pd.DataFrame({sector: frame[sector_column(sector)].astype("Int64") for sector in SECTORS})
    for sector in SECTORS:
        frame = put(frame, sector_column(sector), counted[sector])
    change = (counted.astype("Int64") - before).fillna(0).where(own, 0).sum(axis=1).astype("Int64")
    here, least = own.any(axis=1), counted.where(own, 0).sum(axis=1).astype("Int64")
    moved = {
        name: frame[name].astype("Int64").mask(here, (frame[name].astype("Int64") + change).clip(lower=least))
        for name in (ELIGIBLE, low(ELIGIBLE), high(ELIGIBLE))
    }
    frame = put(frame.assign(**moved), ELIGIBLE, counted.sum(axis=1).where(own.all(axis=1)))
    raised = {
        name: frame[name].astype("Int64").mask(here & (frame[name] < frame[floor]), frame[floor])
        for name, floor in ((WORKERS, ELIGIBLE), (low(WORKERS), low(ELIGIBLE)), (high(WORKERS), high(ELIGIBLE)))
    }
    return frame.assign(**raised)


def with_observed(
    villages: pd.DataFrame, observed: Mapping[Sector, OwnFigures]
) -> tuple[pd.DataFrame, tuple[Difference, ...]]:
    """Return villages with the workers of a user's files, and what that changes.

    Parameters
    ----------
    villages
        One row per village of whole provinces, with all figures of workers, their ranges and bases.
    observed
        People by village code, for each sector that was counted.

    Raises
    ------
    DataError
        If a file holds no village of these.
    """
    if not observed:
        return villages, ()
    found = {s: villages[VILLAGE_CODE].map(brought.amounts).round().astype("Int64") for s, brought in observed.items()}
    for sector, people in found.items():
        if people.isna().all():
            raise DataError("sectors.weights_elsewhere", file=observed[sector].file)
    nobody = pd.Series(pd.NA, index=villages.index, dtype="Int64")
    counted = pd.DataFrame({sector: found.get(sector, nobody) for sector in SECTORS})
    made = put_workers(villages, counted)
    return made, tuple(
        _difference(sector, str(province), rows, villages, made)
        for sector in observed
        for province, rows in counted[sector].groupby(villages[PROVINCE_CODE])
        if rows.notna().any()
    )


def _difference(
    sector: Sector, province: str, counted: "pd.Series[int]", villages: pd.DataFrame, made: pd.DataFrame
) -> Difference:
    column = sector_column(sector)
    split = villages.loc[counted.index, column].astype("Int64")
    return Difference(
        sector=sector,
        province=province,
        villages=int(counted.notna().sum()),
        counted=int(counted.sum()),
        people=int(made.loc[counted.index, column].astype("Int64").sum()),
        published=None if split.isna().all() else int(split.sum()),
    )
