"""All measures of the map, in the order in which they are offered."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from geodata import schema
from planner.clusters import ClusterFigure
from planner.coverage import COVERAGE, GAP
from planner.measure_work import IN_TOP, RANK_HIGH, RANK_LOW
from planner.measures import BASIS, CLUSTER, HIGH, LOW, VALUE, Ground, Long, Measure, Unit, Values
from planner.params import Indicator, ScoringParams
from planner.robustness import CORE_SHARE, OUT_SHARE
from planner.scoring import BLOCKS, SCORE

_SECTOR: Final = frozenset({"sector"})
_SCORE: Final = frozenset({"sector", "weights"})
_REGISTERS: Final[frozenset[Indicator]] = frozenset({"iks", "ike", "bumdes_workers", "declared_neighbours"})
_SHARES: Final = (100 * OUT_SHARE, 20.0, 50.0, 100 * CORE_SHARE)
_UNITS: Final[Mapping[Indicator, tuple[Unit, int, float]]] = MappingProxyType(
    {
        "gap_rate_pct": ("percent", 1, 1),
        "sector_focus": ("index", 2, 1),
        "inactive_share_pct": ("percent", 1, 1),
        "iks": ("index", 3, 1),
        "ike": ("index", 3, 1),
        "bumdes_workers": ("people", 0, 1),
        "office_km": ("km", 0, 1),
        "declared_neighbours": ("villages", 0, 1),
        "launch_cost_idr": ("idr_million", 1, 1e6),
    }
)
"""Unit, decimals and divisor of each criterion that is not a measure anyway."""


def _plain(key: str, unit: Unit, decimals: int, darkest: Literal["high", "low"]) -> Measure:
    return Measure(
        key=key,
        unit=unit,
        decimals=decimals,
        darkest=darkest,
        hangs_on=_SECTOR,
        values=partial(_figure, column=key),
    )


def _of_score(key: str) -> Measure:
    return Measure(
        key=key,
        unit="points",
        decimals=1,
        hangs_on=_SCORE,
        values=partial(_score, column=key),
        in_files={VALUE: key},
    )


def _of_worlds(
    key: str, unit: Unit, values: Values, in_files: Mapping[str, str], bounds: tuple[float, ...] = ()
) -> Measure:
    return Measure(
        key=key,
        unit=unit,
        hangs_on=_SCORE | {"region"},
        spans="rank",
        bounds=bounds,
        values=values,
        in_files={LOW: "rank_low", HIGH: "rank_high", **in_files},
        long=Long("worlds", _SCORE | {"region"}),
    )


def _of_sector(sector: schema.Sector) -> Measure:
    key = schema.sector_column(sector)
    return Measure(
        key=key,
        name="web.measure.workers",
        about="web.measure.workers.about",
        heading=f"web.sector.{sector}",
        unit="people",
        of_sector=sector,
        values=partial(_figure, column=key),
    )


def _of_criterion(key: Indicator, direction: str) -> Measure:
    unit, decimals, divisor = _UNITS[key]
    return Measure(
        key=key,
        about=f"web.measure.{'benefit' if direction == 'benefit' else 'cost_criterion'}.about",
        unit=unit,
        decimals=decimals,
        darkest="high" if direction == "benefit" else "low",
        hangs_on=_SECTOR,
        values=partial(_criterion, key=key, divisor=divisor),
    )


def _of_clusters(key: str, figure: ClusterFigure, column: str, hangs_on: frozenset[str]) -> Measure:
    return Measure(
        key=key,
        unit="people" if column == GAP else "points",
        decimals=0 if column == GAP else 1,
        hangs_on=hangs_on,
        kinds=figure,
        in_files={CLUSTER: CLUSTER} if column == GAP else {VALUE: column},
        values=partial(_clusters, column=column),
        long=Long(figure, hangs_on),
    )


def _figure(ground: Ground, _: object, *, column: str) -> pd.DataFrame:
    known = ground.figures
    return _frame(
        known[column], known[schema.low(column)], known[schema.high(column)], known[schema.basis(column)], known.index
    )


def _score(ground: Ground, _: object, *, column: str) -> pd.DataFrame:
    table = ground.scores.table
    return _frame(table[column], np.nan, np.nan, "computed", table.index).reindex(ground.figures.index)


def _criterion(ground: Ground, _: object, *, key: Indicator, divisor: float) -> pd.DataFrame:
    known = ground.criteria
    at = known.keys.index(key)
    value, low, high = (part[:, at] / divisor for part in (known.value, known.low, known.high))
    certain = "observed" if key in _REGISTERS else "measured"
    basis = np.select([known.filled[:, at], low < high], ["filled", "assumed"], certain)
    low, high = (np.where(low < high, end, np.nan) for end in (low, high))
    return _frame(value, low, high, basis, known.villages.index).reindex(ground.figures.index)


def _in_top(ground: Ground, found: pd.DataFrame) -> pd.DataFrame:
    return _ranks(ground, found, found[IN_TOP] * 100)


def _rank_width(ground: Ground, found: pd.DataFrame) -> pd.DataFrame:
    return _ranks(ground, found, found[RANK_HIGH].astype(float) - found[RANK_LOW])


def _ranks(ground: Ground, found: pd.DataFrame, value: "pd.Series[float]") -> pd.DataFrame:
    frame = _frame(value, found[RANK_LOW], found[RANK_HIGH], "simulated", found.index)
    return frame.reindex(ground.figures.index)


def _clusters(ground: Ground, found: "pd.Series[str]", *, column: str) -> pd.DataFrame:
    figures = (_figure if column == GAP else _score)(ground, None, column=column)
    return figures.assign(**{CLUSTER: found})


def _frame(value: Any, low: Any, high: Any, basis: Any, index: pd.Index) -> pd.DataFrame:  # noqa: ANN401 (columns)
    columns = {VALUE: value, LOW: low, HIGH: high}
    numbers = {name: pd.Series(column, index=index).astype("Float64") for name, column in columns.items()}
    floats = {name: column.to_numpy(dtype=np.float64, na_value=np.nan) for name, column in numbers.items()}
    return pd.DataFrame(floats | {BASIS: basis}, index=index)


def _all() -> tuple[Measure, ...]:
    return (
        _plain(GAP, "people", 0, "high"),
        _plain(COVERAGE, "percent", 1, "low"),
        *(_of_score(key) for key in (SCORE, *BLOCKS)),
        _of_worlds("in_top_pct", "percent", _in_top, {VALUE: "in_top_pct"}, _SHARES),
        _of_worlds("rank_width", "places", _rank_width, {}),
        _of_clusters("hot_gap", "uncovered_per_km2", GAP, _SECTOR),
        _of_clusters("hot_need", "need", "need", _SCORE),
        *(_of_sector(sector) for sector in schema.SECTORS),
        *(_of_criterion(c.key, c.direction) for c in ScoringParams().criteria if c.key in _UNITS),
    )


MEASURES: Final[Mapping[str, Measure]] = MappingProxyType({measure.key: measure for measure in _all()})
"""Measures by their name in the address; the first is the default."""
