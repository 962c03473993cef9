"""Why a village stands where it stands: its score taken apart, what would move it, and whom it is like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from geodata.schema import (
    DISTRICT_CODE,
    REGENCY_CODE,
    REGENCY_NAME,
    SECTORS,
    VILLAGE_CODE,
    VILLAGE_NAME,
    Sector,
    sector_column,
)
from planner.errors import PlanError
from planner.flips import Flip, nearest_flip
from planner.params import Indicator
from planner.ranking import in_regions
from planner.scoring import Scores, criterion_weights

Area = Literal["district", "regency", "everywhere"]


class Part(NamedTuple):
    """What one criterion does to the score.

    Attributes
    ----------
    key
        The criterion.
    value
        In its own unit.
    points
        What it adds to, or takes from, the score of the reference village.
    filled_from
        Whose median stands in for a missing value; none where the value is known.
    """

    key: Indicator
    value: float
    points: float
    filled_from: Area | None


class Twin(NamedTuple):
    """A declared village, and how similar it is: 100 for the same values, 0 for opposite ends of every scale."""

    code: str
    name: str
    regency: str
    similarity: float


@dataclass(frozen=True)
class Explanation:
    """All that is said of one village.

    Attributes
    ----------
    village
        Its row of the scores: name, figures with ranges and basis, ``gate``, ``label``, ``declared``.
    villages, rank, tied
        How many villages are compared, its rank (1 is best, ties by village code), how many others have the same score.
    score, reference, parts
        ``score`` is ``reference`` plus the points of all parts, which come largest first, whatever their sign.
    strengths, weaknesses, filled
        The parts that lift and lower the score, largest first; those that had to be filled in stand apart.
    top, behind, flip, relative_scales
        Length of the list; points to its last village (none for those in it); the nearest way in or out, none where no
        single change suffices or all villages are in it; whether some criteria were not tried, as their scale depends
        on the other villages.
    twins
        The most similar declared villages, most similar first.
    rank_range, in_top
        Ranks at 5 and 95 % of the simulations, and the share of them in which it is in the list; none without them.
    sector, focus
        The sector that alone was counted; and that which does most for the sector focus, and against it.
    """

    village: Mapping[str, Any]
    villages: int
    rank: int
    tied: int
    score: float
    reference: float
    parts: tuple[Part, ...]
    top: int
    behind: float | None
    flip: Flip | None
    relative_scales: bool
    twins: tuple[Twin, ...]
    rank_range: tuple[int, int] | None
    in_top: float | None
    sector: Sector | None
    focus: tuple[Sector, Sector]

    @property
    def strengths(self) -> tuple[Part, ...]:
        """The known criteria that lift the score, largest first."""
        return tuple(part for part in self.parts if part.points > 0 and not part.filled_from)

    @property
    def weaknesses(self) -> tuple[Part, ...]:
        """The known criteria that lower the score, largest first."""
        return tuple(part for part in self.parts if part.points < 0 and not part.filled_from)

    @property
    def filled(self) -> tuple[Part, ...]:
        """The criteria that had to be filled in."""
        return tuple(part for part in self.parts if part.filled_from)

    @property
    def declared(self) -> bool:
        """Whether the village is on record as declared already."""
        return bool(self.village["declared"] == "declared")

    @property
    def listed(self) -> bool:
        """Whether the village is in the list."""
        return self.rank <= self.top


def explain(
    scores: Scores,
    code: str,
    *,
    top: int,
    ranks: pd.DataFrame | None = None,
    twins: int = 2,
    sector: Sector | None = None,
    regions: list[str] | None = None,
) -> Explanation:
    """Explain the place of one village.

    Parameters
    ----------
    scores
        Scores of all villages.
    code
        The village.
    top
        Length of the list of the first villages.
    ranks
        Ranks over many worlds of the villages of the regions, of a list of the same length; index of the scores'
        villages, ``rank_low``, ``rank_high``, ``in_top`` (as of `planner.worlds.robust`).
    twins
        How many declared villages to compare with.
    sector
        The sector whose uncovered workers alone were counted, if so.
    regions
        Compare with the villages of these provinces or regencies alone; twins are looked for everywhere.

    Raises
    ------
    PlanError
        If a region is unknown, there is no such village in the regions, the list is shorter than 1, or the ranks are
        those of other villages.
    """
    inside = np.flatnonzero(in_regions(scores.criteria.villages, regions).to_numpy(bool))
    codes = scores.criteria.villages[VILLAGE_CODE].to_numpy(str)[inside]
    place = np.flatnonzero(codes == code)
    if not place.size:
        raise PlanError("explain.unknown", code=code, villages=len(codes))
    if top < 1:
        raise PlanError("explain.top", top=top)
    if ranks is not None and len(ranks) != len(codes):
        raise PlanError("explain.ranks", ranks=len(ranks), villages=len(codes))
    row = int(inside[place[0]])
    order = inside[np.argsort(-scores.score[inside], kind="stable")]
    rank = int(np.flatnonzero(order == row)[0]) + 1
    simulated = None if ranks is None else ranks.loc[scores.criteria.villages.index[row]]
    return Explanation(
        village=dict(scores.table.iloc[row]),
        villages=len(codes),
        rank=rank,
        tied=int(np.count_nonzero(scores.score[inside] == scores.score[row])) - 1,
        score=float(scores.score[row]),
        reference=float(scores.parts.reference),
        parts=_parts(scores, row),
        top=top,
        behind=float(scores.score[order[top - 1]] - scores.score[row]) if rank > top else None,
        flip=nearest_flip(scores, row, order=order, top=top),
        relative_scales=any(c.scale != "goalposts" and c.weight > 0 for c in scores.params.criteria),
        twins=nearest_declared(scores, row, count=twins),
        rank_range=None if simulated is None else (int(simulated["rank_low"]), int(simulated["rank_high"])),
        in_top=None if simulated is None else float(simulated["in_top"]),
        sector=sector,
        focus=_focus(scores, row),
    )


def nearest_declared(scores: Scores, row: int, *, count: int) -> tuple[Twin, ...]:
    """Return the declared villages most like one village, itself aside: distance over the weighted, scaled criteria."""
    declared = np.flatnonzero(scores.criteria.villages["declared"].to_numpy(str) == "declared")
    others = declared[declared != row]
    apart = (scores.scaled[others] - scores.scaled[row]) ** 2
    distance = np.sqrt((apart * criterion_weights(scores.params)).sum(axis=1))
    nearest = np.argsort(distance, kind="stable")[:count]
    places = scores.criteria.villages.iloc[others[nearest]]
    names = zip(places[VILLAGE_CODE], places[VILLAGE_NAME], places[REGENCY_NAME], strict=True)
    return tuple(Twin(*name, 100 * (1 - float(d))) for name, d in zip(names, distance[nearest], strict=True))


def known(value: object) -> float | None:
    """Return a figure of a village, none where it is missing."""
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type,call-overload]


def _parts(scores: Scores, row: int) -> tuple[Part, ...]:
    criteria = scores.criteria
    parts = [
        Part(key, float(criteria.value[row, k]), float(scores.parts.parts[row, k]), _filled_from(scores, row, k))
        for k, key in enumerate(criteria.keys)
    ]
    return tuple(sorted(parts, key=lambda part: -abs(part.points)))


def _filled_from(scores: Scores, row: int, column: int) -> Area | None:
    criteria = scores.criteria
    filled = criteria.filled[:, column]
    if not filled[row]:
        return None
    areas: tuple[tuple[Area, str], ...] = (("district", DISTRICT_CODE), ("regency", REGENCY_CODE))
    for area, level in areas:
        codes = criteria.villages[level].to_numpy(str)
        if (~filled & (codes == codes[row])).any():
            return area
    return "everywhere"


def _focus(scores: Scores, row: int) -> tuple[Sector, Sector]:
    village = scores.criteria.villages.iloc[row]
    weights = scores.params.sector_weights.as_dict()
    counts = {s: known(village.get(sector_column(s))) or 0.0 for s in SECTORS}
    return max(SECTORS, key=lambda s: weights[s] * counts[s]), max(SECTORS, key=lambda s: (1 - weights[s]) * counts[s])
