"""Why a village stands where it stands: its score taken apart, what would move it, and whom it is like; in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.schema import (
    ACTIVE_BPU,
    DISTRICT_CODE,
    DISTRICT_NAME,
    INACTIVE_BPU,
    POINT_BASIS,
    REGENCY_CODE,
    REGENCY_NAME,
    SECTORS,
    VILLAGE_CODE,
    VILLAGE_NAME,
    VILLAGE_TYPE,
    Sector,
    basis,
    high,
    low,
    sector_column,
)
from geodata.texts import Language, number
from planner.aggregate import score
from planner.coverage import GAP
from planner.errors import PlanError
from planner.params import UNITS, Indicator
from planner.robustness import RobustRanks
from planner.scoring import LABEL, Scores, blocks_of, criterion_weights, on_common_scale
from planner.texts import t

Area = Literal["district", "regency", "everywhere"]

CHANGEABLE: Final[tuple[Indicator, ...]] = ("gap_workers", "gap_rate_pct", "iks", "ike", "bumdes_workers", "office_km")
DESA_ONLY: Final[frozenset[Indicator]] = frozenset({"iks", "ike", "bumdes_workers"})
STEPS: Final[Mapping[Indicator, float]] = {
    "gap_workers": 1,
    "gap_rate_pct": 0.1,
    "sector_focus": 0.01,
    "inactive_share_pct": 0.1,
    "iks": 0.01,
    "ike": 0.01,
    "bumdes_workers": 1,
    "office_km": 1,
    "declared_neighbours": 1,
    "launch_cost_idr": 100_000,
}
_TOLD_COLUMNS: Final = (
    VILLAGE_CODE,
    VILLAGE_NAME,
    VILLAGE_TYPE,
    DISTRICT_NAME,
    REGENCY_NAME,
    LABEL,
    "gate",
    "declared",
    GAP,
    low(GAP),
    high(GAP),
    basis(GAP),
)
_TOLD_POINTS: Final = 0.5
_TOLD_PARTS: Final = 2
_MOST_SENTENCES: Final = 7


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


class Flip(NamedTuple):
    """The smallest change of one criterion that brings a village into the list, or out of it.

    Attributes
    ----------
    key
        The criterion; with ``office_km`` the launch cost worked out from it changes too.
    now, then
        Its value before and after, in its own unit.
    in_range
        Whether ``then`` still lies in the range of an estimate.
    filled
        Whether ``now`` stands in for a missing value.
    """

    key: Indicator
    now: float
    then: float
    in_range: bool
    filled: bool


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
        How many villages there are, its rank (1 is best, ties by village code), how many others have the same score.
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
    ranks: RobustRanks | None = None,
    twins: int = 2,
    sector: Sector | None = None,
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
        Ranks over many worlds, villages in the order of the scores, of a list of the same length.
    twins
        How many declared villages to compare with.
    sector
        The sector whose uncovered workers alone were counted, if so.

    Raises
    ------
    PlanError
        If there is no such village, the list is shorter than 1, or the ranks are those of other villages.
    """
    codes = scores.criteria.villages[VILLAGE_CODE].to_numpy(str)
    found = np.flatnonzero(codes == code)
    if not found.size:
        raise PlanError("explain.unknown", code=code, villages=len(codes))
    if top < 1:
        raise PlanError("explain.top", top=top)
    if ranks is not None and len(ranks.in_top) != len(codes):
        raise PlanError("explain.ranks", ranks=len(ranks.in_top), villages=len(codes))
    row = int(found[0])
    order = np.argsort(-scores.score, kind="stable")
    rank = int(np.flatnonzero(order == row)[0]) + 1
    return Explanation(
        village=dict(scores.table.iloc[row]),
        villages=len(codes),
        rank=rank,
        tied=int(np.count_nonzero(scores.score == scores.score[row])) - 1,
        score=float(scores.score[row]),
        reference=float(scores.parts.reference),
        parts=_parts(scores, row),
        top=top,
        behind=float(scores.score[order[top - 1]] - scores.score[row]) if rank > top else None,
        flip=nearest_flip(scores, row, order=order, top=top),
        relative_scales=any(c.scale != "goalposts" and c.weight > 0 for c in scores.params.criteria),
        twins=nearest_declared(scores, row, count=twins),
        rank_range=None if ranks is None else (int(ranks.rank_low[row]), int(ranks.rank_high[row])),
        in_top=None if ranks is None else float(ranks.in_top[row]),
        sector=sector,
        focus=_focus(scores, row),
    )


def as_dict(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as plain names and values, for JSON."""
    parts = {"strengths": explanation.strengths, "weaknesses": explanation.weaknesses, "filled": explanation.filled}
    own = {name: value for name, value in vars(explanation).items() if name not in ("village", "parts")}
    return {
        **{column: explanation.village[column] for column in _TOLD_COLUMNS},
        **own,
        "listed": explanation.listed,
        "contributions": [part._asdict() for part in explanation.parts],
        **{name: [part.key for part in told] for name, told in parts.items()},
        "flip": None if explanation.flip is None else explanation.flip._asdict(),
        "twins": [twin._asdict() for twin in explanation.twins],
    }


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


def nearest_flip(scores: Scores, row: int, *, order: npt.NDArray[np.intp], top: int) -> Flip | None:
    """Return the change, smallest by its goalposts, that takes a village across the end of the list.

    One criterion changes up to its goalpost, in the steps in which it is told, whole people; the other villages stay as
    they are. What is known and can change is tried first, then what geography fixes, then what had to be filled
    in.

    Parameters
    ----------
    scores
        Scores of all villages.
    row
        Position of the village.
    order
        Positions, best first.
    top
        Length of the list.
    """
    if top >= len(order):
        return None
    enters = row not in order[:top]
    rival = order[top - 1] if enters else order[top]
    tiers: dict[int, list[tuple[float, Flip]]] = {0: [], 1: [], 2: []}
    for column, criterion in enumerate(scores.params.criteria):
        filled = bool(scores.criteria.filled[row, column])
        if filled and _impossible(scores, row, criterion.key):
            continue
        found = _flip(scores, row, column, rival=int(rival), enters=enters)
        if found and criterion.goalposts:
            width = criterion.goalposts[1] - criterion.goalposts[0]
            tier = 2 if filled else int(criterion.key not in CHANGEABLE)
            tiers[tier].append((abs(found.then - found.now) / width, found))
    for candidates in tiers.values():
        if candidates:
            return min(candidates, key=lambda candidate: candidate[0])[1]
    return None


def rescored(scores: Scores, row: int, column: int, value: float) -> float:
    """Return the score of a village after one of its criteria, on goalposts, takes another value.

    A nearer office also makes the launch cheaper: the cost worked out from the distance follows it.
    """
    scaled = scores.scaled[[row]].copy()
    for moved, new in _moved(scores, column, value).items():
        alone = scores.params.model_copy(update={"criteria": (scores.params.criteria[moved],)})
        scaled[0, moved] = on_common_scale(np.array([[new]]), alone)[0, 0]
    params = scores.params
    return float(100 * score(scaled, blocks_of(params), between=params.between, floor=params.floor)[0])


def _moved(scores: Scores, column: int, value: float) -> dict[int, float]:
    """Return the criteria that a change moves, with their new values."""
    moved = {column: value}
    criteria = scores.params.criteria
    for other, criterion in enumerate(criteria):
        follows = criteria[column].key == "office_km" and criterion.key == "launch_cost_idr"
        if follows and criterion.goalposts and criterion.direction == criteria[column].direction:
            moved[other] = float(scores.params.costs.launch_cost_idr(np.array([value]))[0])
    return moved


def _flip(scores: Scores, row: int, column: int, *, rival: int, enters: bool) -> Flip | None:
    """Find by bisection the fewest steps of one criterion that take a village past its rival."""
    criterion = scores.params.criteria[column]
    if criterion.scale != "goalposts" or criterion.goalposts is None:
        return None
    measured = scores.criteria
    now = float(measured.value[row, column])
    upwards = (criterion.direction == "benefit") == enters
    end, step = criterion.goalposts[int(upwards)], STEPS[criterion.key]
    counted = UNITS[criterion.key] in ("people", "villages")
    start = float(np.floor(now) if upwards else np.ceil(now)) if counted else now  # a median may be half a person
    room = end - start if upwards else start - end

    def after(steps: int) -> float:
        moved = steps * step if counted else min(steps * step, room)
        return start + moved if upwards else start - moved

    def flips(steps: int) -> bool:
        new = rescored(scores, row, column, after(steps))
        ahead = (new, -row) > (float(scores.score[rival]), -rival)
        return ahead == enters

    short, enough = 0, int(np.ceil(room / step))
    if room <= 0 or not flips(enough):
        return None
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if flips(middle) else (middle, enough)
    then = after(enough)
    least, most = float(measured.low[row, column]), float(measured.high[row, column])
    return Flip(criterion.key, now, then, least < most and least <= then <= most, bool(measured.filled[row, column]))


def _impossible(scores: Scores, row: int, key: Indicator) -> bool:
    """Whether a village cannot have a figure: the IDM rates no kelurahan, and BUMDes belong to desa."""
    return key in DESA_ONLY and scores.criteria.villages[VILLAGE_TYPE].iloc[row] == "kelurahan"


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
    counts = {s: _known(village.get(sector_column(s))) or 0.0 for s in SECTORS}
    return max(SECTORS, key=lambda s: weights[s] * counts[s]), max(SECTORS, key=lambda s: (1 - weights[s]) * counts[s])


def _known(value: object) -> float | None:
    """Return a figure of a village, none where it is missing."""
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type,call-overload]


def sentences(explanation: Explanation, language: Language) -> list[str]:
    """Tell why a village stands where it stands, in at most seven sentences; the least important are left out.

    What is estimated is called so, and what had to be filled in is told as uncertain, never as a strength or weakness.

    Parameters
    ----------
    explanation
        See :func:`explain`.
    language
        ``id`` or ``en``.
    """
    told = _Told(explanation, language)
    said = [
        told.standing(),
        told.simulations(),
        told.status(),
        told.lifting(),
        told.lowering(),
        told.uncertain(),
        told.change(),
        told.likeness(),
    ]
    return [sentence for sentence in said if sentence][:_MOST_SENTENCES]


@dataclass(frozen=True)
class _Told:
    """The sentences on one village in one language; empty where there is nothing to say."""

    of: Explanation
    language: Language

    def standing(self) -> str:
        of = self.of
        return self._say(
            "standing",
            village=self._say(f"village.{self._kind}", name=of.village[VILLAGE_NAME]),
            district=of.village[DISTRICT_NAME],
            regency=of.village[REGENCY_NAME],
            rank=of.rank,
            villages=of.villages,
            score=number(of.score, self.language, 1),
            tied=self._say("tied", count=of.tied) if of.tied else "",
            label=self._say(f"label.{of.village[LABEL]}"),
        )

    def simulations(self) -> str:
        of = self.of
        if of.rank_range is None or of.in_top is None:
            return ""
        first, last = of.rank_range
        return self._say("simulations", first=first, last=last, list=self._list, share=self._often(of.in_top))

    def status(self) -> str:
        if self.of.declared:
            return self._say("declared", kind=self._this)
        gate = self.of.village["gate"]
        return "" if gate == "unknown" else self._say(f"gate.{gate}", kind=self._this)

    def lifting(self) -> str:
        parts = self._parts(self.of.strengths, "up")
        if not parts and not self.lowering():
            return self._say("middle")
        reference = number(self.of.reference, self.language)
        return self._say("lifting", parts=parts, reference=reference) if parts else ""

    def lowering(self) -> str:
        parts = self._parts(self.of.weaknesses, "down")
        return self._say("lowering", parts=parts) if parts else ""

    def uncertain(self) -> str:
        of, clauses = self.of, []
        least, most = (_known(of.village[end]) for end in (low(GAP), high(GAP)))
        if least is not None and most is not None and least < most:
            clauses.append(
                self._say("uncertain.range", workers=self._workers, low=self._whole(least), high=self._whole(most))
            )
        clauses += self._missing()
        if of.village[POINT_BASIS] == "district_mean":
            clauses.append(self._say("uncertain.point"))
        if of.village["gate"] == "unknown" and not of.declared:
            clauses.append(self._say("uncertain.gate", kind=self._kind))
        return self._say("uncertain", clauses="; ".join(clauses)) if clauses else ""

    def _missing(self) -> list[str]:
        """Say what was filled in, from where, and whether it is unknown or does not exist for a kelurahan."""
        found: dict[tuple[str, str], list[str]] = {}
        for part in sorted(self.of.filled):
            why = "desa_only" if part.key in DESA_ONLY and self._kind == "kelurahan" else "missing"
            found.setdefault((why, str(part.filled_from)), []).append(part.key)
        clauses = []
        for (why, area), keys in found.items():
            both = {"ike", "iks"} <= set(keys)
            told = ["idm", *(k for k in keys if k not in ("ike", "iks"))] if both else keys
            nouns = self._join([self._say(f"noun.{key}") for key in told])
            clauses.append(self._say(f"uncertain.{why}", nouns=nouns, area=self._say(f"area.{area}")))
        return clauses

    def change(self) -> str:
        of = self.of
        way = "leave" if of.listed else "enter"
        if of.top >= of.villages:
            return self._say("change.all_listed", top=of.top, villages=of.villages)
        if of.flip is None:
            key = "change.relative" if of.relative_scales else f"change.none.{way}"
            behind = number(of.behind or 0.0, self.language, 1)
            return self._say(key, list=self._list, kind=self._this, behind=behind)
        condition = self._condition(of.flip)
        if of.flip.in_range and not of.flip.filled:
            condition += self._say("change.in_range")
        return self._say(f"change.{way}", condition=condition, list=self._list, kind=self._this)

    def likeness(self) -> str:
        twins = self.of.twins
        if not twins or self.of.declared:
            return ""
        ends = [self._whole(end) for end in (twins[-1].similarity, twins[0].similarity)]
        return self._say(
            "likeness",
            twins=self._join([f"{twin.name} ({twin.regency})" for twin in twins]),
            similarity=ends[0] if ends[0] == ends[1] else "–".join(ends),
        )

    def _condition(self, flip: Flip) -> str:
        then, amount = (self._value(flip.key, v, finer=True) for v in (flip.then, abs(flip.then - flip.now)))
        if flip.filled:
            return self._say("change.filled", noun=self._say(f"noun.{flip.key}"), then=then)
        way = "up" if flip.then > flip.now else "down"
        here = ".here" if flip.key == "office_km" and flip.then == 0 else ""
        return self._say(f"change.{flip.key}.{way}{here}", amount=amount, then=then, workers=self._workers)

    def _parts(self, parts: tuple[Part, ...], way: str) -> str:
        told = [part for part in parts if abs(part.points) >= _TOLD_POINTS][:_TOLD_PARTS]
        return self._join([self._part(part, way) for part in told])

    def _part(self, part: Part, way: str) -> str:
        sector = self.of.focus[int(way == "down")]
        people = _known(self.of.village.get(sector_column(sector))) or 0.0
        none = ".none" if part.key == "bumdes_workers" and way == "down" and part.value == 0 else ""
        return self._say(
            f"part.{part.key}.{way}{none}",
            value=self._value(part.key, part.value),
            workers=self._workers,
            sector=self._say(f"sector.{sector}"),
            people=self._whole(people),
            about=self._about(part.key, sector),
            points=self._points(part.points),
        )

    def _about(self, key: Indicator, sector: Sector) -> str:
        """Say how far a figure is known: that of the province, an estimate, or counted."""
        columns = {"gap_workers": GAP, "sector_focus": sector_column(sector), "inactive_share_pct": INACTIVE_BPU}
        column = columns.get(key, ACTIVE_BPU)
        known = str(self.of.village.get(basis(column)))
        area = "province" if known == "assumed" and column in (ACTIVE_BPU, INACTIVE_BPU) else "estimate"
        return "" if known == "observed" else self._say(f"about.{area}")

    def _value(self, key: Indicator, value: float, *, finer: bool = False) -> str:
        if key == "launch_cost_idr":
            return self._say("unit.idr", value=number(value / 1e6, self.language, 1))
        decimals = {"sector_focus": 2, "iks": 2, "ike": 2}.get(key, 0)
        if key in ("gap_rate_pct", "inactive_share_pct"):
            decimals = int(finer)
        return number(value, self.language, decimals)

    def _points(self, points: float) -> str:
        amount = number(abs(points), self.language, 1)
        return self._say("points", sign="+" if points > 0 else "−", amount=amount)

    def _often(self, share: float) -> str:
        percent = 100 * share
        if 0 < percent < 1:
            return self._say("less_than_1")
        return number(min(percent, 99) if share < 1 else percent, self.language)

    def _join(self, items: list[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        return self._say("and" if len(items) == 2 else "and_last", first=", ".join(items[:-1]), last=items[-1])

    @property
    def _kind(self) -> str:
        return "kelurahan" if self.of.village[VILLAGE_TYPE] == "kelurahan" else "desa"

    @property
    def _this(self) -> str:
        return self._say(f"this.{self._kind}")

    @property
    def _workers(self) -> str:
        return self._say(f"workers.{self.of.sector or 'all'}")

    @property
    def _list(self) -> str:
        return self._say("list.first" if self.of.top == 1 else "list.top", top=self.of.top)

    def _whole(self, value: float) -> str:
        return number(value, self.language)

    def _say(self, key: str, **values: object) -> str:
        return t(f"explain.{key}", self.language, **values)
