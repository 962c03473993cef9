"""Counted figures in place of estimated ones: what the offices report flows back into coverage, scores and gates."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.layer import BUILT_FROM, VillageLayer, fingerprint
from geodata.provenance import FigureRecord, Origin
from geodata.schema import (
    ACTIVE_BPU,
    DISTRICT_CODE,
    ELIGIBLE,
    INACTIVE_BPU,
    SECTORS,
    VILLAGE_CODE,
    sector_column,
)
from geodata.sectors.counted import put, put_workers
from planner.criteria import GATE_COLUMN

MONTH: Final = "month"
ACTIVE: Final = "active"
INACTIVE: Final = "inactive"
SECTOR: Final = "sector"
PEOPLE: Final = "people"
REGISTERED: Final = "registered"
TOTAL: Final = "total"
COUNTED_ON: Final = "counted_on"
METHOD: Final = "layer.method.counted"
METHOD_WORKERS: Final = "layer.method.counted_workers"
METHOD_OFFICIALS: Final = "layer.method.counted_officials"
_FIGURES: Final = {ACTIVE_BPU: ACTIVE, INACTIVE_BPU: INACTIVE}
_PRODUCER: Final = "BPJS Ketenagakerjaan"
_DATE: Final = "date"


def _none(*columns: str) -> pd.DataFrame:
    return pd.DataFrame(columns=[VILLAGE_CODE, *columns])


@dataclass(frozen=True)
class Counts:
    """What offices counted; villages that a layer does not hold are left out.

    Attributes
    ----------
    participants
        BPU participants, one row per village: ``village_code``, ``month`` (its first day), ``active``, ``inactive``
        (people; missing where nobody counted them).
    workers
        Informal workers, one row per village and sector: ``village_code``, ``sector``, ``people``, ``counted_on``.
    officials
        Village officials, one row per village: ``village_code``, ``registered``, ``total``, ``counted_on``.
    """

    participants: pd.DataFrame = field(default_factory=lambda: _none(MONTH, ACTIVE, INACTIVE))
    workers: pd.DataFrame = field(default_factory=lambda: _none(SECTOR, PEOPLE, COUNTED_ON))
    officials: pd.DataFrame = field(default_factory=lambda: _none(REGISTERED, TOTAL, COUNTED_ON))


_Made = tuple[gpd.GeoDataFrame, dict[str, FigureRecord]]


def with_counts(layer: VillageLayer, counts: Counts) -> VillageLayer:
    """Return a layer whose figures are the counted ones where there are any; other villages stay as they were.

    Regencies and provinces no longer sum to their published figures then: these are of another date.

    Parameters
    ----------
    layer
        The layer as it was built.
    counts
        What was counted.

    Returns
    -------
    VillageLayer
        Same villages in the same order, with a fingerprint of its own; ``built_from`` is that of ``layer``. Counted
        figures have the basis ``observed``, no range, and name date and sender as their source. Counted workers of a
        sector change the eligible workers of the village by the difference, which are ``observed`` once all sectors
        are; people who work are never fewer. The share of officials who are registered is a column more,
        ``perangkat_registered_pct``, missing where nobody counted.
    """
    here = layer.frame[VILLAGE_CODE]
    known = [one[one[VILLAGE_CODE].isin(here)] for one in (counts.participants, counts.workers, counts.officials)]
    if all(one.empty for one in known):
        return layer
    made: _Made = layer.frame.copy(), dict(layer.figures)
    for take, rows in zip((_participants, _workers, _officials), known, strict=True):
        made = made if rows.empty else take(*made, rows)
    frame, figures = made
    about = {**layer.about, BUILT_FROM: layer.built_from}
    return VillageLayer(frame, fingerprint(frame), figures, about)


def _participants(frame: gpd.GeoDataFrame, figures: dict[str, FigureRecord], rows: pd.DataFrame) -> _Made:
    found = rows.set_index(VILLAGE_CODE).reindex(frame[VILLAGE_CODE])
    for figure, column in _FIGURES.items():
        frame = put(frame, figure, found[column])
    origins = _origins(frame, rows[VILLAGE_CODE], rows[MONTH].astype("str").str[:7], "participants_counted")
    return frame, _recorded(figures, tuple(_FIGURES), METHOD, origins)


def _workers(frame: gpd.GeoDataFrame, figures: dict[str, FigureRecord], rows: pd.DataFrame) -> _Made:
    """Put counted workers of sectors in; eligible workers stay the sum of the sectors."""
    table = rows.pivot_table(index=VILLAGE_CODE, columns=SECTOR, values=PEOPLE, aggfunc="sum", observed=True)
    found = table.reindex(index=frame[VILLAGE_CODE], columns=list(SECTORS)).set_axis(frame.index)
    frame = put_workers(frame, found)
    origins = _origins(frame, rows[VILLAGE_CODE], rows[COUNTED_ON].astype("str"), "workers_counted")
    found_figures = _recorded(figures, (ELIGIBLE, *map(sector_column, SECTORS)), METHOD_WORKERS, origins)
    if ELIGIBLE in found_figures:  # also where some sectors are still split
        record = found_figures[ELIGIBLE]
        by_village = _by_village(rows[VILLAGE_CODE], rows[COUNTED_ON].astype("str"), "workers_counted")
        found_figures[ELIGIBLE] = replace(record, origins=(*record.origins, *by_village))
    return frame, found_figures


def _officials(frame: gpd.GeoDataFrame, figures: dict[str, FigureRecord], rows: pd.DataFrame) -> _Made:
    found = rows.set_index(VILLAGE_CODE).reindex(frame[VILLAGE_CODE]).set_axis(frame.index)
    registered, total = (found[column].astype("Float64") for column in (REGISTERED, TOTAL))
    share = (100 * registered / total.where(total > 0)).to_numpy(dtype=np.float64, na_value=np.nan)
    frame[GATE_COLUMN] = share
    origins = _origins(frame, rows[VILLAGE_CODE], rows[COUNTED_ON].astype("str"), "officials_counted")
    return frame, {**figures, GATE_COLUMN: FigureRecord("observed", METHOD_OFFICIALS, tuple(origins))}


def _recorded(
    figures: dict[str, FigureRecord], names: tuple[str, ...], method: str, origins: Iterator[Origin]
) -> dict[str, FigureRecord]:
    """Name who counted; beside counts that the layer was built with."""
    found = tuple(origins)

    def counted(made: FigureRecord) -> FigureRecord:
        earlier = made.counted.origins if made.counted else ()
        return replace(made, counted=FigureRecord("observed", method, (*found, *earlier)))

    return {name: counted(made) if name in names else made for name, made in figures.items()}


def _origins(frame: gpd.GeoDataFrame, codes: pd.Series, dates: pd.Series, title: str) -> Iterator[Origin]:
    """Yield the source of each district, or of each village where those of a district are of different dates."""
    districts = frame.set_index(VILLAGE_CODE)[DISTRICT_CODE]
    told = pd.DataFrame({VILLAGE_CODE: codes, _DATE: dates, DISTRICT_CODE: codes.map(districts)})
    for district, group in told.sort_values([VILLAGE_CODE, _DATE]).groupby(DISTRICT_CODE, sort=True):
        first = str(group[_DATE].iloc[0])
        if (group[_DATE] == first).all():
            yield Origin(_PRODUCER, title, first, "", area=str(district))
        else:
            yield from _by_village(group[VILLAGE_CODE], group[_DATE], title)


def _by_village(codes: pd.Series, dates: pd.Series, title: str) -> Iterator[Origin]:
    for code, date in sorted(set(zip(codes, dates, strict=True))):
        yield Origin(_PRODUCER, title, str(date), "", area=str(code))
