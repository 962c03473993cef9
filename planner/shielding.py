"""The rule for counts of a few people: what leaves the office is worked out as if nobody had counted them.

An estimate takes the place of such a count: half the threshold, from 1 to one less than it, and its basis is assumed.
Whatever follows from counts, such as gaps, scores, ranks and their intervals, order, colours, reasons and sums, is
worked out from these villages, so that none of it tells a count, nor that of a neighbour. The pages of the office show
what was counted.
"""

from dataclasses import replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.layer import VillageLayer
from geodata.schema import ACTIVE_BPU, ELIGIBLE, INACTIVE_BPU, SECTORS, WORKERS, basis, high, low, sector_column
from geodata.texts import Language
from planner.criteria import Surroundings
from planner.plan import Ranking, rank
from planner.small_cells import SMALLEST, few
from planner.surroundings import as_then
from planner.texts import t

_OBSERVED: Final = "observed"
_SECTORS: Final = tuple(sector_column(sector) for sector in SECTORS)
COUNTED: Final = (ACTIVE_BPU, INACTIVE_BPU, *_SECTORS, ELIGIBLE)
"""The figures that offices count."""


def few_counted(villages: pd.DataFrame, smallest: int = SMALLEST) -> "pd.Series[bool]":
    """Return in which villages an office counted a few people of some kind, same index.

    Parameters
    ----------
    villages
        Villages of the layer: the figures of `COUNTED` with their bases; those that are not there are not few.
    smallest
        Counts of 1 to one less are few.
    """
    found = np.zeros(len(villages), dtype=bool)
    for name in COUNTED:
        found |= _few(villages, name, smallest).to_numpy(bool)
    return pd.Series(found, index=villages.index, dtype=bool)


def shielded(layer: VillageLayer, smallest: int = SMALLEST) -> VillageLayer:
    """Return the layer as files for outside may know it.

    Parameters
    ----------
    layer
        With what was counted; it is returned itself where nothing is few.
    smallest
        Counts of 1 to one less are replaced.

    Returns
    -------
    VillageLayer
        Same villages in the same order. It keeps the fingerprint, by which files are found again; nothing may be stored
        under it. Eligible workers, and people who work, move with the workers of a sector that are replaced: their sum
        would tell the count.
    """
    frame = layer.frame
    where = {name: found for name in COUNTED if (found := _few(frame, name, smallest)).any()}
    if not where:
        return layer
    told: dict[str, pd.Series] = {}
    for name, found in where.items():
        told |= _replaced(frame, name, found, smallest)
    sectors = [name for name in _SECTORS if name in where]
    if sectors:
        told |= _moved(frame, {name: where[name] for name in sectors}, smallest)
    return replace(layer, frame=gpd.GeoDataFrame(frame.assign(**told)))


def masked(table: pd.DataFrame, counted: pd.DataFrame, smallest: int = SMALLEST) -> pd.DataFrame:
    """Return a table of villages in which a count of a few people is missing, as nobody knows it outside.

    Parameters
    ----------
    table
        Worked out from the villages of `shielded`.
    counted
        The villages with what was counted; their index holds that of ``table``.
    smallest
        Counts of 1 to one less are hidden.

    Returns
    -------
    Same index, columns and order. Participants and workers of a sector are missing with their range where they are few.
    """
    rows = counted.loc[table.index]
    out = table
    for name in COUNTED[:-1]:
        where = _few(rows, name, smallest)
        columns = [column for column in _parts(name) if column in out.columns]
        if columns and where.any():
            out = out.assign(**{column: out[column].mask(where) for column in columns})
    return out


def shielded_ranking(
    ranking: Ranking, layer: VillageLayer, surroundings: Surroundings, *, smallest: int = SMALLEST
) -> Ranking:
    """Return the ranking of the same regions, as files for outside may know it; itself where nothing is few.

    Parameters
    ----------
    ranking, layer, surroundings
        The ranking, and what it was made from.
    smallest
        Counts of 1 to one less are replaced.
    """
    safe = shielded(layer, smallest)
    if safe is layer:
        return ranking
    scores = ranking.scores
    then = as_then(surroundings, scores.criteria.added)
    return rank(safe, then, scores.params, regions=list(ranking.regions) or None, sector=ranking.sector)


def few_notes(layer: VillageLayer, smallest: int, language: Language) -> tuple[str, ...]:
    """Tell, where a count is hidden, that pages of the office may show other figures; else nothing.

    Parameters
    ----------
    layer
        With what was counted.
    smallest
        Counts of 1 to one less are hidden.
    language
        Language of the sentence.
    """
    return (t("export.note.shielded", language, smallest=smallest),) if few_counted(layer.frame, smallest).any() else ()


def _few(villages: pd.DataFrame, name: str, smallest: int) -> "pd.Series[bool]":
    if name not in villages or basis(name) not in villages:
        return pd.Series(data=False, index=villages.index)
    counted = villages[basis(name)].eq(_OBSERVED).fillna(value=False).astype(bool)
    if not counted.any():
        return counted
    return counted & few(pd.to_numeric(villages[name]), smallest=smallest)


def _ends(smallest: int) -> tuple[int, int, int]:
    """Return what takes the place of a count: the estimate, the fewest and the most."""
    return smallest // 2, 1, smallest - 1


def _replaced(frame: pd.DataFrame, name: str, where: "pd.Series[bool]", smallest: int) -> dict[str, pd.Series]:
    ends = zip(_parts(name), _ends(smallest), strict=True)
    told = {column: frame[column].mask(where, people) for column, people in ends}
    return told | {basis(name): frame[basis(name)].mask(where, "assumed")}


def _moved(frame: pd.DataFrame, few_in: "dict[str, pd.Series[bool]]", smallest: int) -> dict[str, pd.Series]:
    """Return eligible workers and people who work that follow from the workers of sectors as they are told."""
    many = pd.Series(np.sum([where.to_numpy(np.int64) for where in few_in.values()], axis=0), index=frame.index)
    here = many > 0
    told: dict[str, pd.Series] = {}
    for name, floor, people in zip(_parts(WORKERS), _parts(ELIGIBLE), _ends(smallest), strict=True):
        change = sum((people - frame[sector].astype("Int64")).where(where, 0) for sector, where in few_in.items())
        told[floor] = frame[floor].astype("Int64") + change
        if name in frame:  # it was lifted to what was counted where it was less
            least = told[floor] + many * (smallest - 1 - people)
            known = frame[name].astype("Int64")
            told[name] = known.mask((here & (known < least)).fillna(value=False).astype(bool), least)
    was = frame[basis(ELIGIBLE)]
    told[basis(ELIGIBLE)] = was.mask(here & was.eq(_OBSERVED).fillna(value=False).astype(bool), "assumed")
    return told


def _parts(figure: str) -> tuple[str, str, str]:
    return figure, low(figure), high(figure)
