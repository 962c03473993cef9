"""Promised against delivered of many launches together: sums of those of which both figures are known, by regency."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from planner.delivered import Delivery, Promise, Promised
from planner.small_cells import SMALLEST, suppressed

Verdict = Literal["below", "within", "above"]

_REGENCY: Final = 5  # characters of the code of a regency


@dataclass(frozen=True)
class Kept:
    """What was promised of some launches, and what came; launches of which one of both is unknown are left out.

    Attributes
    ----------
    launches
        How many are summed, 1 or more.
    promised
        Sum of the promises, people. The shares of a funnel are the same for all launches, so the ends of the ranges
        are summed too.
    came
        Sum of what was counted, people; below zero where active participants became fewer.
    """

    launches: int
    promised: Promised
    came: int

    @property
    def percent(self) -> float | None:
        """Return what came in percent of what was promised; nothing where nothing was promised."""
        return 100 * self.came / self.promised.value if self.promised.value > 0 else None

    @property
    def verdict(self) -> Verdict:
        """Say whether what came lies within the range that was promised."""
        if self.came < self.promised.low:
            return "below"
        return "above" if self.came > self.promised.high else "within"


@dataclass(frozen=True)
class Told:
    """Launches of one place, or of all.

    Attributes
    ----------
    code
        Of the regency; empty for all.
    launches, planned
        Launched villages, and those of a saved plan.
    registrations
        Registrations: promised, and those that visits wrote down until the last count.
    active
        Active participants twelve months later: promised, and how many more there are than before the launch.
    """

    code: str
    launches: int
    planned: int
    registrations: Kept | None
    active: Kept | None


@dataclass(frozen=True)
class Hidden:
    """What of launches does not leave the office, as it tells of a few people.

    Attributes
    ----------
    registered, changes
        Codes of the villages whose registrations, and whose change in active participants, are hidden.
    registered_in, changes_in
        Codes of the regencies whose sums of them are hidden; an empty code is the sum of all.
    """

    registered: frozenset[str]
    changes: frozenset[str]
    registered_in: frozenset[str]
    changes_in: frozenset[str]

    @property
    def any(self) -> bool:
        """Whether anything is hidden."""
        return bool(self.registered or self.changes)


NOTHING: Final = Hidden(frozenset(), frozenset(), frozenset(), frozenset())
"""Nothing is hidden: what the office itself looks at."""


def told(deliveries: Sequence[Delivery], *, code: str = "") -> Told:
    """Sum launches; see `Told`.

    Parameters
    ----------
    deliveries
        Of `planner.delivered.deliveries`.
    code
        Of their regency; empty for all.
    """
    return Told(
        code,
        len(deliveries),
        sum(one.promise is not None for one in deliveries),
        _kept(deliveries, lambda promise: promise.registrations, lambda one: one.registered),
        _kept(deliveries, lambda promise: promise.active, lambda one: one.change(one.seen[-1])),
    )


def by_regency(deliveries: Sequence[Delivery]) -> tuple[Told, ...]:
    """Sum launches by regency, in the order of their codes."""
    groups: dict[str, list[Delivery]] = {}
    for one in deliveries:
        groups.setdefault(one.code[:_REGENCY], []).append(one)
    return tuple(told(groups[code], code=code) for code in sorted(groups))


def hidden(deliveries: Sequence[Delivery], *, smallest: int = SMALLEST) -> Hidden:
    """Return what is hidden in a file of `by_regency` and of the launches one by one.

    Parameters
    ----------
    deliveries
        The launches of the file.
    smallest
        Counts of 1 to one less are hidden, see `planner.small_cells`; a change too where the active participants before
        or after it are so few, with all sums that hold it.
    """
    known = [(one.code, one.registered, one.promise) for one in deliveries if one.registered is not None]
    alone = frozenset(code for code, people, promise in known if promise is None and 0 < people < smallest)
    summed = pd.DataFrame(
        [(code, people, code[:_REGENCY]) for code, people, promise in known if promise is not None],
        columns=["code", "people", "place"],
    )
    found = suppressed(summed, ["people"], group="place", smallest=smallest)
    sums = set(found.hidden_totals.index[found.hidden_totals["people"].astype(bool)])
    sums |= {""} if found.hidden_total["people"] else set()
    few = {one.code for one in deliveries if _few_active(one, smallest)}
    return Hidden(
        alone | set(summed.loc[found.hidden_cells["people"].astype(bool), "code"]),
        frozenset(few),
        frozenset(sums),
        frozenset({code[:_REGENCY] for code in few} | ({""} if few else set())),
    )


def _few_active(one: Delivery, smallest: int) -> bool:
    counts = (one.before, one.seen[-1].count)
    return any(count is not None and 0 < count.active < smallest for count in counts)


def _kept(
    deliveries: Sequence[Delivery], promised: Callable[[Promise], Promised], came: Callable[[Delivery], int | None]
) -> Kept | None:
    pairs = [
        (promised(one.promise), found)
        for one in deliveries
        if one.promise is not None and (found := came(one)) is not None
    ]
    if not pairs:
        return None
    ends = (sum(getattr(promise, end) for promise, _ in pairs) for end in Promised._fields)
    return Kept(len(pairs), Promised(*ends), sum(found for _, found in pairs))
