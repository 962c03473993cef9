"""A month with room for every village: where not all visits fit, each village gets fewer before one goes without."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from planner.params import Floats
from planner.routes.calendar import whole_visits, working_days
from planner.routes.params import RouteParams
from planner.routes.plan import REASON, RoutePlan, plan_routes
from planner.territories.load import VISITS

_FILLED: Final = 0.8  # of the days: several visits to a village each keep to a span of days, which leaves gaps


def plan_with_room(
    villages: pd.DataFrame,
    minutes: Floats,
    month: str,
    params: RouteParams,
    *,
    home_is_known: bool,
    off: Collection[dt.date] = (),
    dates: Mapping[str, Sequence[dt.date]] | None = None,
) -> RoutePlan:
    """Plan the visit days of one agent so that no village is left out for further visits to a nearer one.

    Visits that had to be cut stand among the missed ones (``no_room``). Parameters, result and errors are those of
    `planner.routes.plan.plan_routes`.
    """
    wanted = villages[VISITS].iloc[1:].to_numpy(np.float64)
    days = len(working_days(month, per_week=params.working_days_per_week, off=off))
    room = visits_with_room(wanted, minutes, params, days=days)
    places = villages.assign(**{VISITS: [0.0, *room]})
    planned = partial(plan_routes, home_is_known=home_is_known, off=off, dates=dates)
    plan = planned(places, minutes, month, params)
    never = _never(plan)
    if never:  # their visits each keep to a span of days that is full; a single one may fall on any day
        places = places.assign(**{VISITS: places[VISITS].mask(places[VILLAGE_CODE].isin(never), 1.0)})
        plan = planned(places, minutes, month, params)
    return replace(plan, missed=pd.concat([plan.missed, _cut(plan, villages.iloc[1:])], ignore_index=True))


def _never(plan: RoutePlan) -> set[str]:
    """Return the villages that are not visited at all although a visit would fit into a day, had it several wanted."""
    waiting = plan.missed.loc[plan.missed[REASON] == "no_room", VILLAGE_CODE].value_counts()
    return set(waiting.index[waiting > 1]) - set(plan.stops[VILLAGE_CODE])


def visits_with_room(visits: Floats, minutes: Floats, params: RouteParams, *, days: int) -> Floats:
    """Return so many visits a month as there is room for, none below one: else the nearest villages take all days.

    Parameters
    ----------
    visits
        Shape (n,): visits that are wanted.
    minutes
        Shape (1 + n, 1 + n): minutes between where the days begin, which comes first, and the villages.
    params
        Length of a day and of a visit.
    days
        Number of working days.

    Returns
    -------
    Shape (n,): all visits above one cut by the same share. How many visits a day holds is estimated, for each village
    from the way there and the mean way to the next one; it may be more or less.
    """
    service, limit = params.hours_per_visit * 60, params.hours_per_day * 60
    own = minutes[0, 1:]
    is_near = 2 * own + service <= limit
    if not is_near.any():
        return visits
    between = minutes[1:, 1:][np.ix_(is_near, is_near)] + np.diag(np.full(int(is_near.sum()), np.inf))
    step = float(np.mean(np.where(np.isfinite(between.min(axis=1)), between.min(axis=1), 0.0)))
    a_day = np.maximum(1.0, (limit - 2 * own[is_near] + step) / max(service + step, 1.0))
    more = np.maximum(visits - 1, 0.0)
    once, rest = float((1 / a_day).sum()), float((more[is_near] / a_day).sum())
    share = min(1.0, max(0.0, (days * _FILLED - once) / rest)) if rest else 1.0
    return np.asarray(np.where(visits > 1, 1 + more * share, visits))


def _cut(plan: RoutePlan, own: pd.DataFrame) -> pd.DataFrame:
    """Return the visits that were wanted and that the plan does not know of."""
    names = dict(zip(own[VILLAGE_CODE], own[VILLAGE_NAME], strict=True))
    wanted = dict(zip(own[VILLAGE_CODE], whole_visits(own[VISITS].to_numpy(np.float64)), strict=True))
    told = pd.concat([plan.stops[VILLAGE_CODE], plan.missed[VILLAGE_CODE]]).value_counts()
    cut = [code for code, count in wanted.items() for _ in range(count - int(told.get(code, 0)))]
    rows = [{VILLAGE_CODE: code, VILLAGE_NAME: names[code], REASON: "no_room"} for code in cut]
    return pd.DataFrame(rows, columns=[VILLAGE_CODE, VILLAGE_NAME, REASON])
