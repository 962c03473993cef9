"""Why villages stand where they stand, in a sentence or two each: fast enough for a whole country.

`planner.wording.sentences` tells more of one village; here the two criteria that lift the score most and the one that
lowers it most are named, of the known ones only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.schema import ACTIVE_BPU, INACTIVE_BPU, SECTORS, Sector, basis, sector_column
from geodata.texts import Language, number
from planner import rupiah
from planner.coverage import GAP
from planner.params import Floats, Indicator
from planner.scoring import Scores
from planner.texts import t

TOLD_POINTS: Final = 0.5
"""What moves the score less is not named."""
_LIFTING: Final = 2
_DECIMALS: Final[Mapping[str, int]] = {"iks": 2, "ike": 2}
_PROVINCIAL: Final = (ACTIVE_BPU, INACTIVE_BPU)
_COUNTS: Final[frozenset[Indicator]] = frozenset({"gap_workers", "gap_rate_pct", "inactive_share_pct"})
"""Criteria that tell how many participants there are."""


@dataclass(frozen=True)
class Reasons:
    """What lifts and lowers the score of some villages, in words.

    Attributes
    ----------
    lifting, lowering
        Index of the villages asked for; empty where nothing is worth telling.
    """

    lifting: "pd.Series[str]"
    lowering: "pd.Series[str]"

    def sentences(self, language: Language) -> "pd.Series[str]":
        """Return one or two sentences on each village."""
        told = [
            _sentences(up, down, language)
            for up, down in zip(self.lifting.tolist(), self.lowering.tolist(), strict=True)
        ]
        return pd.Series(told, index=self.lifting.index, dtype="str")


def reasons(
    scores: Scores,
    index: pd.Index,
    language: Language,
    *,
    sector: Sector | None = None,
    withheld: "pd.Series[bool] | None" = None,
) -> Reasons:
    """Return what lifts and lowers the score of villages, in words.

    Parameters
    ----------
    scores
        Scores of all villages.
    index
        The villages asked for, of the index of ``scores.criteria.villages``.
    language
        Language of the words.
    sector
        The sector whose uncovered workers alone were counted, if so.
    withheld
        Same index as asked for: villages whose numbers of participants may not be told; what would tell them is not
        named there.
    """
    rows = scores.criteria.villages.index.get_indexer(index)
    points = np.where(scores.criteria.filled[rows], 0.0, scores.parts.parts[rows])
    if withheld is not None:
        telling = np.array([key in _COUNTS for key in scores.criteria.keys])
        points = np.where(withheld.to_numpy(bool)[:, None] & telling, 0.0, points)
    told = _Clauses(scores, rows, language, sector)
    # the first of equal parts, whatever else is asked for
    up = np.argsort(-points, axis=1, kind="stable")[:, :_LIFTING]
    down = np.argsort(points, axis=1, kind="stable")[:, :1]
    lifting = [told.of(column, points, "up") for column in up.T]
    lowering = told.of(down[:, 0], points, "down")
    joined = [_joined(parts, language) for parts in zip(*lifting, strict=True)]
    return Reasons(pd.Series(joined, index=index, dtype="str"), pd.Series(lowering, index=index, dtype="str"))


def _sentences(up: str, down: str, language: Language) -> str:
    if not up and not down:
        return t("priority.reason.middle", language)
    told = [begun(f"{up}.")] if up else []
    return " ".join([*told, *([t("priority.reason.lowering", language, part=down)] if down else [])])


def _joined(parts: tuple[str, ...], language: Language) -> str:
    named = [part for part in parts if part]
    return t("priority.reason.and", language, first=named[0], second=named[1]) if len(named) > 1 else "".join(named)


def begun(sentence: str) -> str:
    """Return a sentence that begins with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


@dataclass(frozen=True)
class _Clauses:
    """Clauses on the criteria of some villages.

    Attributes
    ----------
    scores, rows
        All villages, and where those asked for stand among them.
    language
        Language of the words.
    sector
        The sector whose uncovered workers alone were counted, if so.
    """

    scores: Scores
    rows: npt.NDArray[np.intp]
    language: Language
    sector: Sector | None

    @cached_property
    def villages(self) -> pd.DataFrame:
        return self.scores.criteria.villages.iloc[self.rows]

    def of(self, column: npt.NDArray[np.intp], points: Floats, way: str) -> list[str]:
        """Return a clause for each village: on the criterion in ``column``, if it moves the score that way enough."""
        moved = np.take_along_axis(points, column[:, None], axis=1)[:, 0]
        told = np.full(len(self.rows), "", dtype=object)
        for k, key in enumerate(self.scores.criteria.keys):
            enough = moved >= TOLD_POINTS if way == "up" else moved <= -TOLD_POINTS
            where = np.flatnonzero((column == k) & enough)
            if len(where):
                told[where] = self._of_key(key, k, where, way)
        return [str(clause) for clause in told]

    def _of_key(self, key: Indicator, k: int, where: npt.NDArray[np.intp], way: str) -> list[str]:
        values = self.scores.criteria.value[self.rows[where], k]
        write = self._writer(key)
        sectors = self._focus(way)[where] if key == "sector_focus" else np.full(len(where), "", dtype=object)
        about = self._about(key)[where]
        fixed: dict[str, Any] = {"workers": self._say(f"explain.workers.{self.sector or 'all'}")}
        clauses = []
        for value, sector, how in zip(values.tolist(), sectors.tolist(), about.tolist(), strict=True):
            none = ".none" if key == "bumdes_workers" and way == "down" and value == 0 else ""
            named = self._say(f"explain.sector.{sector}") if sector else ""
            said = self._say(f"explain.about.{how}") if how else ""
            clauses.append(
                self._say(f"priority.why.{key}.{way}{none}", value=write(value), sector=named, about=said, **fixed)
            )
        return clauses

    def _writer(self, key: Indicator) -> Callable[[float], str]:
        if key == "launch_cost_idr":
            return lambda value: rupiah.spoken(float(f"{value:.3g}"), self.language)  # as it is said: few are different
        decimals = _DECIMALS.get(key, 0)
        return lambda value: number(round(value, decimals), self.language, decimals)

    def _about(self, key: Indicator) -> npt.NDArray[np.object_]:
        """Return how far the figure of each village is known: counted (empty), an estimate, or that of the province."""
        column = {"gap_workers": GAP, "inactive_share_pct": INACTIVE_BPU}.get(key, ACTIVE_BPU)
        how = self.villages[basis(column)].astype("object").to_numpy()
        assumed = "province" if column in _PROVINCIAL else "estimate"
        known = np.where(how == "assumed", assumed, "estimate")
        return np.where(how == "observed", "", known).astype(object)

    def _focus(self, way: str) -> npt.NDArray[np.object_]:
        """Return the sector that does most for the sector focus of each village, or most against it."""
        weights = self.scores.params.sector_weights.as_dict()
        counts = np.column_stack(
            [self.villages[sector_column(s)].astype("Float64").to_numpy(np.float64, na_value=0.0) for s in SECTORS]
        )
        worth = np.array([weights[s] if way == "up" else 1 - weights[s] for s in SECTORS])
        found: npt.NDArray[np.object_] = np.array(SECTORS, dtype=object)[(counts * worth).argmax(axis=1)]
        return found

    def _say(self, key: str, **values: object) -> str:
        return t(key, self.language, **values)
