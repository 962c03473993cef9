"""Villages like another that had no launch, and how far that one changed beside them.

Difference in differences with matched villages: Heckman, Ichimura and Todd 1997, "Matching as an econometric evaluation
estimator: evidence from evaluating a job training programme", Rev. Econ. Stud. 64(4). What would have become of the
village without a launch is taken to be what became of those most like it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t as student

from geodata.schema import ELIGIBLE, REGENCY_CODE, SECTORS, VILLAGE_CODE, sector_column
from planner.monthly import Monthly
from planner.params import Floats

MATCHES: Final = 5
FEWEST: Final = 3
_TAIL: Final = 0.95
_NORMAL: Final = 1.645  # of the same tail, of a count


class Effect(NamedTuple):
    """How far active participants changed beside villages like it.

    Attributes
    ----------
    value, low, high
        People more than the villages like it would let expect; the range holds 90 % of what a single village differs
        from such an expectation by itself.
    expected
        The change that they let expect, people.
    matches
        Codes of these villages, the most alike first.
    """

    value: float
    low: float
    high: float
    expected: float
    matches: tuple[str, ...]


@dataclass(frozen=True)
class Peers:
    """Villages of a layer with their counts, some of which had a launch.

    Attributes
    ----------
    villages
        ``village_code``, ``regency_code``, eligible workers and workers of each sector.
    counts
        BPU participants by month.
    launched
        Codes of villages that are no comparison.
    """

    villages: pd.DataFrame
    counts: Monthly
    launched: Collection[str]

    def effect(self, code: str, before: int, then: int) -> Effect | None:
        """Return how far the active participants of a village changed beside those of villages like it.

        Compared are villages of the same regency without a launch that were counted in both months: the five nearest in
        eligible workers (as logarithm), coverage in the month before, and sectors, each by its spread among them; all
        sectors together count like one of the others. Changes are taken per eligible worker. The range is that of one
        village (a prediction interval), as one village it is, and no narrower than a count of that size is by chance.

        Parameters
        ----------
        code
            The village, counted in both months.
        before, then
            Numbers of the months.

        Returns
        -------
        Nothing where the village has no eligible workers, or fewer than three can be compared.
        """
        base = self._eligible.get(code, 0.0)
        here, later = self.counts.at(code, before), self.counts.at(code, then)
        if not base > 0 or here is None or later is None:
            return None
        matches = self._nearest(code, before, then)
        if len(matches) < FEWEST:
            return None
        changes = np.array([self._change(one, before, then) for one in matches])
        usual, spread = float(changes.mean()), float(changes.std(ddof=1))
        away = base * float(student.ppf(_TAIL, len(changes) - 1)) * spread * np.sqrt(1 + 1 / len(changes))
        away = max(away, _NORMAL * np.sqrt(max(abs(base * usual), 1.0)))
        value = float(later.active - here.active - base * usual)
        return Effect(value, float(value - away), float(value + away), float(base * usual), matches)

    def _nearest(self, code: str, before: int, then: int) -> tuple[str, ...]:
        inside = self._of_regency[self._regency[code]]
        others = [one for one in inside if one != code and self._comparable(one, before, then)]
        if not others:
            return ()
        features = np.array([self._features(one, before) for one in (code, *others)])
        spread = features[1:].std(axis=0)
        scaled = np.divide(features - features[0], spread, out=np.zeros_like(features), where=spread > 0)
        scaled[:, 2:] /= np.sqrt(len(SECTORS))
        away = np.round((scaled[1:] ** 2).sum(axis=1), 12)
        order = np.lexsort((np.array(others), away))
        return tuple(others[place] for place in order[:MATCHES])

    def _comparable(self, code: str, before: int, then: int) -> bool:
        counted = self.counts.at(code, before) is not None and self.counts.at(code, then) is not None
        return counted and code not in self.launched and self._eligible[code] > 0

    def _features(self, code: str, before: int) -> Floats:
        count, base = self.counts.at(code, before), self._eligible[code]
        assert count is not None
        return np.array([np.log(base), count.active / base, *self._shares[code]])

    def _change(self, code: str, before: int, then: int) -> float:
        here, later = self.counts.at(code, before), self.counts.at(code, then)
        assert here is not None
        assert later is not None
        return (later.active - here.active) / self._eligible[code]

    @cached_property
    def _regency(self) -> dict[str, str]:
        return dict(zip(self.villages[VILLAGE_CODE], self.villages[REGENCY_CODE], strict=True))

    @cached_property
    def _of_regency(self) -> dict[str, tuple[str, ...]]:
        return {
            str(code): tuple(sorted(map(str, inside[VILLAGE_CODE])))
            for code, inside in self.villages.groupby(REGENCY_CODE)
        }

    @cached_property
    def _eligible(self) -> dict[str, float]:
        people = self.villages[ELIGIBLE].astype("Float64").to_numpy(np.float64, na_value=0.0)
        return dict(zip(self.villages[VILLAGE_CODE], people, strict=True))

    @cached_property
    def _shares(self) -> dict[str, Floats]:
        columns = [self.villages[sector_column(name)].astype("Float64") for name in SECTORS]
        workers = np.column_stack([column.to_numpy(np.float64, na_value=0.0) for column in columns])
        whole = workers.sum(axis=1, keepdims=True)
        shares = np.divide(workers, whole, out=np.zeros_like(workers), where=whole > 0)
        return dict(zip(self.villages[VILLAGE_CODE], shares, strict=True))
