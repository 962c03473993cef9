"""Promised against delivered: what a plan expected of a launch, what was counted since, and beside villages like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from geodata.schema import VILLAGE_CODE
from planner.matched import Effect, Peers
from planner.monthly import Count, Monthly, first_of, month_number
from planner.params import Funnel

Moment = Literal["before", "day", "m3", "m6", "m12"]
State = Literal["counted", "not_yet", "unknown"]

SEGMENT: Final = "BPU"
MONTHS_AFTER: Final[Mapping[Moment, int]] = {"day": 0, "m3": 3, "m6": 6, "m12": 12}
_REGISTRATIONS: Final = "expected_registrations"
_ACTIVE: Final = "expected_active"


class Promised(NamedTuple):
    """A figure of a plan with the range of its shares."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Promise:
    """What a plan expected of a launch when it was made.

    Attributes
    ----------
    plan, decided_on
        Name of the plan, and the day it was kept.
    registrations, active
        Expected registrations, and active participants twelve months later, people. Their range is that of the shares
        of the funnel of the plan: a plan keeps no range of the uncovered workers.
    """

    plan: str
    decided_on: date
    registrations: Promised
    active: Promised


@dataclass(frozen=True)
class Seen:
    """What was counted at one moment.

    Attributes
    ----------
    moment
        ``before`` the launch, on the ``day`` (at the end of its month), and three, six, twelve months later.
    month
        First day of the month of the count, or of the month it would be of; nothing where none was counted before.
    state
        ``counted``, ``not_yet`` (nothing has been counted anywhere so late), or ``unknown``.
    count
        BPU participants of the village; nothing unless counted.
    registered
        Registrations that visits wrote down since the count before, up to the end of the month, people; nothing where
        no visit was written down until then, nothing was counted before, or the month is not over.
    effect
        How far the active participants changed more than those of villages like it; nothing where that cannot be told.
    """

    moment: Moment
    month: date | None
    state: State
    count: Count | None
    registered: int | None
    effect: Effect | None


@dataclass(frozen=True)
class Delivery:
    """What a launch promised and delivered.

    Attributes
    ----------
    code, launched_on
        Village and day of the launch.
    promise
        What its plan expected; nothing where the launch is of no plan.
    seen
        What was counted before, on the day, and three, six and twelve months later, in this order.
    """

    code: str
    launched_on: date
    promise: Promise | None
    seen: tuple[Seen, ...]

    @property
    def before(self) -> Count | None:
        """Return the count before the launch."""
        return self.seen[0].count

    @property
    def registered(self) -> int | None:
        """Return the registrations at visits until the last moment that has any; nothing where none is known."""
        known = [seen.registered for seen in self.seen if seen.registered is not None]
        return known[-1] if known else None

    def change(self, seen: Seen) -> int | None:
        """Return how many active participants there are more than before the launch; nothing where that is unknown."""
        if self.before is None or seen.count is None:
            return None
        return seen.count.active - self.before.active

    def newly_registered(self, seen: Seen) -> int | None:
        """Return how many are registered, paying or not, more than before; nothing where that is unknown."""
        if self.before is None or seen.count is None:
            return None
        earlier, now = self.before.registered, seen.count.registered
        return None if earlier is None or now is None else now - earlier


def promise_of(record: Mapping[str, Any], code: str, *, decided_on: date) -> Promise | None:
    """Return what a plan expected of a launch in a village.

    Parameters
    ----------
    record
        Content of a saved selection, see `planner.selection.plan`.
    code
        The village.
    decided_on
        When the plan was kept.

    Returns
    -------
    Nothing where the plan chose other villages, or is no selection.
    """
    rows = (row for row in record.get("chosen", ()) if row.get(VILLAGE_CODE) == code)
    row = next(rows, None)
    if row is None or not {_REGISTRATIONS, _ACTIVE} <= row.keys():
        return None
    funnel = Funnel.model_validate({**record["parameters"]["funnel"]})
    registrations, active = (float(row[name]) for name in (_REGISTRATIONS, _ACTIVE))
    share = funnel.reached_share * funnel.registered_share
    ends = (
        funnel.reached_share_low * funnel.registered_share_low,
        funnel.reached_share_high * funnel.registered_share_high,
    )
    few, many = (
        min(registrations * end / share, max(funnel.most_registrations, registrations)) if share else registrations
        for end in ends
    )
    worst, best = funnel.registrations_per_active_high, funnel.registrations_per_active_low
    ratio = registrations / active if active else funnel.registrations_per_active
    scale = ratio / funnel.registrations_per_active  # own results of its sector and regency told another ratio
    return Promise(
        str(record.get("name", "")),
        decided_on,
        Promised(registrations, few, many),
        Promised(active, few / (worst * scale), many / (best * scale)),
    )


def deliveries(
    launches: pd.DataFrame,
    participants: pd.DataFrame,
    visits: pd.DataFrame,
    villages: pd.DataFrame,
    promises: Mapping[str, Promise],
    *,
    declared: Sequence[str] = (),
) -> tuple[Delivery, ...]:
    """Return what launches promised and delivered, by village code.

    Parameters
    ----------
    launches
        ``village_code`` and ``launched_on`` (date), one row per village.
    participants
        BPU, as `planner.monthly.Monthly.of` takes them. Months without a count stay unknown.
    visits
        ``village_code``, ``visited_on`` (date), ``registered``.
    villages
        Villages of the layer: regency, eligible workers, workers of each sector.
    promises
        What plans expected, by village code.
    declared
        Villages that were declared earlier: they are no comparison either.
    """
    counts = Monthly.of(participants)
    launched = {str(code) for code in launches[VILLAGE_CODE]}
    peers = Peers(villages, counts, launched.union(declared))
    written = {str(code): rows for code, rows in visits.groupby(VILLAGE_CODE)}
    none = visits.iloc[:0]
    found = []
    for code, day in sorted(zip(launches[VILLAGE_CODE].astype(str), launches["launched_on"], strict=True)):
        seen = _seen(code, day, counts, written.get(code, none), peers)
        found.append(Delivery(code, day, promises.get(code), seen))
    return tuple(found)


def _seen(code: str, day: date, counts: Monthly, visits: pd.DataFrame, peers: Peers) -> tuple[Seen, ...]:
    launch = month_number(day)
    before = counts.before(code, launch)
    count = None if before is None else counts.at(code, before)
    month = None if before is None else first_of(before)
    seen = [Seen("before", month, "unknown" if count is None else "counted", count, None, None)]
    for moment, after in MONTHS_AFTER.items():
        then = launch + after
        now = counts.at(code, then)
        effect = None if before is None or now is None else peers.effect(code, before, then)
        state = _state(now, then, counts)
        registered = None if before is None or state == "not_yet" else _registered(visits, before, then)
        seen.append(Seen(moment, first_of(then), state, now, registered, effect))
    return tuple(seen)


def _state(count: Count | None, month: int, counts: Monthly) -> State:
    if count is not None:
        return "counted"
    return "not_yet" if counts.last is None or month > counts.last else "unknown"


def _registered(visits: pd.DataFrame, before: int, then: int) -> int | None:
    """Return registrations from the month after one to the end of another; nothing where no visit is written down."""
    months = np.array([month_number(day) for day in visits["visited_on"]], dtype=int)
    since = (months > before) & (months <= then)
    return int(visits["registered"][since].sum()) if since.any() else None
