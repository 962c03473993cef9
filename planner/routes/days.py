"""Visits put on days and in order by PyVRP: the least time away from home, no day over its length."""

import datetime as dt
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxIterations

from planner.params import Floats
from planner.routes.calendar import Visit
from planner.routes.params import RouteParams

Reason = Literal["too_far", "no_room"]

# that not all visits fit into a month is seen from the answer, and told
warnings.filterwarnings("ignore", category=PenaltyBoundWarning)

_FORBIDDEN: Final = 10  # day lengths that a way takes to a visit that may not fall on the day
_PRIZE_SET, _PRIZE_FIRST, _PRIZE_MORE = 100, 20, 5  # day lengths that leaving a visit out costs


@dataclass(frozen=True)
class Stop:
    """A visit on its day; minutes count from leaving home."""

    visit: Visit
    travel_min: float
    arrive_min: float
    leave_min: float


@dataclass(frozen=True)
class Day:
    """One day: its visits in order, and the way home.

    Attributes
    ----------
    position
        Which of the working days.
    stops
        Visits in order.
    back_min
        Minutes of the way home.
    minutes
        Minutes from leaving home to being back.
    """

    position: int
    stops: tuple[Stop, ...]
    back_min: float
    minutes: float

    @property
    def travel_min(self) -> float:
        """Minutes on the way."""
        return self.back_min + sum(stop.travel_min for stop in self.stops)


@dataclass(frozen=True)
class Month:
    """The days of a month.

    Attributes
    ----------
    days
        Days with visits, in order.
    missed
        Visits that got no day: those that do not fit into any day by themselves, and those there is no room for.
    """

    days: tuple[Day, ...]
    missed: tuple[tuple[Visit, Reason], ...]

    @property
    def minutes(self) -> float:
        """Minutes away from home in the month."""
        return sum(day.minutes for day in self.days)


def month_of_visits(
    visits: Sequence[Visit], minutes: Floats, service_min: Floats, days: Sequence[dt.date], params: RouteParams
) -> Month:
    """Put visits on days.

    A vehicle routing problem with one vehicle per day, solved by iterated local search (Wouda, Lan and Kool 2024,
    "PyVRP: a high-performance VRP solver package"). Where not all visits fit, the fewest are left out: first further
    visits to a village, last those whose date is set.

    Parameters
    ----------
    visits
        Visits with the days they may fall on.
    minutes
        Shape (1 + n, 1 + n): minutes between home, which comes first, and the villages.
    service_min
        Shape (n,): minutes a visit to each village takes.
    days
        Working days.
    params
        Length of a day, iterations, seed.
    """
    limit = params.hours_per_day * 60
    own = [
        minutes[0, 1 + v.village] + service_min[v.village] + minutes[1 + v.village, 0] if v.days else np.inf
        for v in visits
    ]
    far = [visit for visit, alone in zip(visits, own, strict=True) if alone > limit]
    near = [visit for visit, alone in zip(visits, own, strict=True) if alone <= limit]
    missed: list[tuple[Visit, Reason]] = [(visit, "too_far") for visit in far]
    if not near:
        return Month((), tuple(missed))
    classes = _day_classes(near, len(days))
    answer = _solved(near, minutes, service_min, classes, params, everything=True)
    if not answer.is_feasible():
        answer = _solved(near, minutes, service_min, classes, params, everything=False)
    routes: list[tuple[int, list[Visit]]] = []
    done: set[int] = set()
    if answer.is_feasible():
        for route in answer.best.routes():
            order = [activity.idx for activity in route if activity.is_client()]
            routes.append((route.vehicle_type(), [near[i] for i in order]))
            done.update(order)
    missed += [(visit, "no_room") for i, visit in enumerate(near) if i not in done]
    return Month(_dated(routes, classes, minutes, service_min), tuple(missed))


def _day_classes(visits: Sequence[Visit], count: int) -> list[tuple[list[int], frozenset[int]]]:
    """Return days on which the same visits may fall, together: they are alike to the solver."""
    allowed = [frozenset(i for i, visit in enumerate(visits) if day in visit.days) for day in range(count)]
    classes: dict[frozenset[int], list[int]] = {}
    for day, may in enumerate(allowed):
        if may:
            classes.setdefault(may, []).append(day)
    return [(days, may) for may, days in classes.items()]


def _solved(
    visits: Sequence[Visit],
    minutes: Floats,
    service_min: Floats,
    classes: Sequence[tuple[list[int], frozenset[int]]],
    params: RouteParams,
    *,
    everything: bool,
) -> Any:  # noqa: ANN401 (the library's own class)
    """Return the solver's answer, in whole seconds; ways are rounded up so that no day is longer than it says."""
    shift = int(params.hours_per_day * 3600)
    place = [0, *(1 + visit.village for visit in visits)]
    seconds = np.minimum(np.ceil(np.nan_to_num(minutes, posinf=1e6)[np.ix_(place, place)] * 60), _FORBIDDEN * shift)
    seconds = seconds.astype(np.int64)
    np.fill_diagonal(seconds, 0)
    matrices = [_closed(seconds, may, _FORBIDDEN * shift) for _, may in classes]
    clients = [
        Client(
            location=1 + i,
            service_duration=int(np.ceil(service_min[visit.village] * 60)),
            required=everything,
            prize=0 if everything else shift * _prize(visit),
        )
        for i, visit in enumerate(visits)
    ]
    vehicles = [
        VehicleType(
            num_available=len(days), shift_duration=shift, unit_distance_cost=0, unit_duration_cost=1, profile=p
        )
        for p, (days, _) in enumerate(classes)
    ]
    data = ProblemData(
        locations=[Location(0, 0) for _ in place],
        clients=clients,
        depots=[Depot(location=0)],
        vehicle_types=vehicles,
        distance_matrices=matrices,
        duration_matrices=matrices,
    )
    return solve(data, stop=MaxIterations(params.iterations), seed=params.seed, display=False)


def _prize(visit: Visit) -> int:
    if visit.is_set:
        return _PRIZE_SET
    return _PRIZE_FIRST if visit.number == 0 else _PRIZE_MORE


def _closed(seconds: "np.ndarray[Any, np.dtype[np.int64]]", may: frozenset[int], never: int) -> Any:  # noqa: ANN401
    matrix = seconds.copy()
    shut = [1 + i for i in range(len(seconds) - 1) if i not in may]
    matrix[:, shut] = never
    matrix[shut, :] = never
    np.fill_diagonal(matrix, 0)
    return matrix


def _dated(
    routes: Sequence[tuple[int, list[Visit]]],
    classes: Sequence[tuple[list[int], frozenset[int]]],
    minutes: Floats,
    service_min: Floats,
) -> tuple[Day, ...]:
    """Give each route one of the days of its class, spread over them evenly."""
    made: list[Day] = []
    for kind, (days, _) in enumerate(classes):
        own = sorted(
            (route for k, route in routes if k == kind and route),
            key=lambda route: [(v.village, v.number) for v in route],
        )
        spread = [days[round((i + 0.5) * len(days) / len(own) - 0.5)] for i in range(len(own))] if own else []
        chosen = spread if len(set(spread)) == len(own) else days[: len(own)]
        made += [_day(day, route, minutes, service_min) for day, route in zip(chosen, own, strict=True)]
    return tuple(sorted(made, key=lambda day: day.position))


def _day(position: int, route: Sequence[Visit], minutes: Floats, service_min: Floats) -> Day:
    clock, here = 0.0, 0
    stops: list[Stop] = []
    for visit in route:
        there = 1 + visit.village
        travel = float(minutes[here, there])
        arrive = clock + travel
        clock = arrive + float(service_min[visit.village])
        stops.append(Stop(visit, travel, arrive, clock))
        here = there
    back = float(minutes[here, 0])
    return Day(position, tuple(stops), back, clock + back)
