"""The criteria of the score, measured for every village: value, range, and whether it had to be filled in.

What is missing is not zero: it is filled with the median of the district (else regency, else all), its range is that of
the same area, and it is flagged. No village is dropped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.declared import declared_codes, neighbours_declared
from geodata.offices import office_km
from geodata.schema import (
    ACTIVE_BPU,
    BUMDES_WORKERS,
    DISTRICT_CODE,
    ELIGIBLE,
    IDM_ECONOMIC,
    IDM_SOCIAL,
    INACTIVE_BPU,
    REGENCY_CODE,
    SECTORS,
    VILLAGE_CODE,
    Sector,
    high,
    low,
    sector_column,
)
from planner.coverage import COVERAGE, GAP, gap
from planner.params import Indicator, ScoringParams
from planner.smoothing import shrunk_rates

Floats = npt.NDArray[np.float64]

GATE_COLUMN: Final = "perangkat_registered_pct"
FOCUS_MARGIN: Final = 0.15  # of the sector mix of a village, as a share; assumed
LAPSE_FACTOR: Final = 1.5  # of the inactive share, which is that of the province; assumed
COST_FACTOR: Final = 1.3  # of a launch cost worked out from rates; assumed


@dataclass(frozen=True)
class Surroundings:
    """What lies around the villages and is not part of the layer.

    Attributes
    ----------
    pairs
        Neighbouring villages, ``village_code_a`` and ``village_code_b``.
    declared
        Register of declared villages, matched to the layer (``geodata.declared.match_declared``).
    offices
        Branch offices with ``longitude`` and ``latitude``.
    added
        Codes of the declared villages that stand in the records of the office only.
    """

    pairs: pd.DataFrame
    declared: pd.DataFrame
    offices: pd.DataFrame
    added: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Criteria:
    """Criteria of villages, sorted by village code.

    Attributes
    ----------
    villages
        The villages, with the figures of ``coverage.gap``, ``gate`` (``met``, ``not_met``, ``unknown``) and
        ``declared`` (``declared``, ``not_declared``).
    keys
        The criteria, in the order of the columns of the tables below.
    value, low, high
        Shape (n, m), in the unit of each criterion; none missing.
    filled
        Shape (n, m): what had to be filled in.
    added
        As of the surroundings.
    """

    villages: pd.DataFrame
    keys: tuple[Indicator, ...]
    value: Floats
    low: Floats
    high: Floats
    filled: npt.NDArray[np.bool_]
    added: frozenset[str] = frozenset()

    def column(self, key: Indicator) -> Floats:
        """Return the values of one criterion."""
        return self.value[:, self.keys.index(key)]


def measure(
    villages: pd.DataFrame, params: ScoringParams, surroundings: Surroundings, *, sector: Sector | None = None
) -> Criteria:
    """Measure the criteria of villages.

    Parameters
    ----------
    villages
        Villages of the layer; any order.
    params
        Which criteria, and the rates and weights some of them need.
    surroundings
        Neighbours, declared villages, offices.
    sector
        Count only the uncovered workers of one sector.

    Returns
    -------
    The criteria, sorted by village code.
    """
    ordered = pd.DataFrame(villages.sort_values(VILLAGE_CODE))
    figures = gap(ordered, sector)
    known = ordered.drop(columns=[c for c in figures.columns if c in ordered.columns]).join(figures)
    found = declared_codes(surroundings.declared)
    state = np.where(ordered[VILLAGE_CODE].isin(found), "declared", "not_declared")
    known = known.assign(gate=_gate(ordered, params), declared=state)
    inputs = _Inputs(ordered, known, params, surroundings, found)
    keys = tuple(criterion.key for criterion in params.criteria)
    measured = [_MEASURES[key](inputs) for key in keys]
    filled = np.column_stack([np.isnan(value) for value, _, _ in measured])
    complete = [_fill(ordered, *ends) for ends in measured]
    value, least, most = (np.column_stack([ends[i] for ends in complete]) for i in range(3))
    return Criteria(known, keys, value, np.minimum(least, value), np.maximum(most, value), filled, surroundings.added)


@dataclass(frozen=True)
class _Inputs:
    villages: pd.DataFrame
    figures: pd.DataFrame
    params: ScoringParams
    surroundings: Surroundings
    declared: frozenset[str]


_Ends = tuple[Floats, Floats, Floats]


def _floats(series: pd.Series) -> Floats:
    return np.asarray(series.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan))


def _exact(value: Floats) -> _Ends:
    return value, value, value


def _uncovered(inputs: _Inputs) -> _Ends:
    value, least, most = (_floats(inputs.figures[c]) for c in (GAP, low(GAP), high(GAP)))
    return value, least, most


def _gap_rate(inputs: _Inputs) -> _Ends:
    villages = inputs.villages
    if inputs.params.smoothing:
        events, base = _floats(villages[ACTIVE_BPU]), _floats(villages[ELIGIBLE])
        rates = shrunk_rates(np.minimum(events, base), base, groups=villages[REGENCY_CODE].to_numpy(str))
        value = 100 * (1 - rates.rate)
    else:
        value = 100 - _floats(inputs.figures[COVERAGE])
    least, most = (100 - _floats(inputs.figures[c]) for c in (high(COVERAGE), low(COVERAGE)))
    return value, np.where(np.isnan(least), value, least), np.where(np.isnan(most), value, most)


def _sector_focus(inputs: _Inputs) -> _Ends:
    """Mean sector weight of a village's eligible workers."""
    counts = np.column_stack([_floats(inputs.villages[sector_column(s)]) for s in SECTORS])
    shares = np.array([getattr(inputs.params.sector_weights, s) for s in SECTORS])
    people = counts.sum(axis=1)
    focus = np.divide(counts @ shares, people, out=np.full(len(people), np.nan), where=people > 0)
    return focus, np.maximum(focus - FOCUS_MARGIN, 0.0), np.minimum(focus + FOCUS_MARGIN, 1.0)


def _inactive_share(inputs: _Inputs) -> _Ends:
    active, inactive = _floats(inputs.villages[ACTIVE_BPU]), _floats(inputs.villages[INACTIVE_BPU])
    everyone = active + inactive
    share = 100 * np.divide(inactive, everyone, out=np.full(len(everyone), np.nan), where=everyone > 0)
    return share, share / LAPSE_FACTOR, np.minimum(share * LAPSE_FACTOR, 100.0)


def _office(inputs: _Inputs) -> _Ends:
    return _exact(_floats(office_km(inputs.villages, inputs.surroundings.offices)))


def _launch_cost(inputs: _Inputs) -> _Ends:
    cost = inputs.params.costs.launch_cost_idr(_office(inputs)[0])
    return cost, cost / COST_FACTOR, cost * COST_FACTOR


def _declared_neighbours(inputs: _Inputs) -> _Ends:
    beside = neighbours_declared(inputs.villages, inputs.surroundings.pairs, declared=inputs.declared)
    return _exact(_floats(beside))


_MEASURES: Final[Mapping[Indicator, Callable[[_Inputs], _Ends]]] = {
    "gap_workers": _uncovered,
    "gap_rate_pct": _gap_rate,
    "sector_focus": _sector_focus,
    "inactive_share_pct": _inactive_share,
    "iks": lambda inputs: _exact(_floats(inputs.villages[IDM_SOCIAL])),
    "ike": lambda inputs: _exact(_floats(inputs.villages[IDM_ECONOMIC])),
    "bumdes_workers": lambda inputs: _exact(_floats(inputs.villages[BUMDES_WORKERS])),
    "office_km": _office,
    "declared_neighbours": _declared_neighbours,
    "launch_cost_idr": _launch_cost,
}


def _gate(villages: pd.DataFrame, params: ScoringParams) -> "pd.Series[str]":
    """Whether all village officials are registered; unknown until a branch office uploads it."""
    if GATE_COLUMN not in villages.columns:
        return pd.Series("unknown", index=villages.index)
    share = _floats(villages[GATE_COLUMN])
    state = np.where(share >= params.gate.perangkat_min_pct, "met", "not_met")
    return pd.Series(np.where(np.isnan(share), "unknown", state), index=villages.index, dtype="str")


def _fill(villages: pd.DataFrame, value: Floats, least: Floats, most: Floats) -> _Ends:
    """Fill missing values by the median of the area around them, with the spread there as their range."""
    table = pd.DataFrame({"value": value, "low": least, "high": most}, index=villages.index)
    for level in (DISTRICT_CODE, REGENCY_CODE, None):
        if not table["value"].isna().any():
            break
        area = pd.Series(0, index=villages.index) if level is None else villages[level]
        grouped = pd.Series(value, index=villages.index).groupby(area)
        lacking = table["value"].isna()
        around = {
            "value": grouped.transform("median"),
            "low": grouped.transform("min"),
            "high": grouped.transform("max"),
        }
        for name, column in around.items():
            table[name] = table[name].mask(lacking, column)
    filled = table.fillna(0.0).to_numpy(dtype=np.float64)
    return filled[:, 0], filled[:, 1], filled[:, 2]
