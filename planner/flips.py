"""The smallest change of one criterion that brings a village into the list, or out of it."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.schema import VILLAGE_TYPE
from planner.aggregate import score
from planner.params import UNITS, Indicator
from planner.scoring import Scores, blocks_of, on_common_scale

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
