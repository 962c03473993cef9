"""Which agent gets which area: the shortest ways from their homes, and those who keep villages keep them."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from planner.params import Floats
from planner.territories.pieces import Parts

_NEVER: Final = 1e12


def match_agents(
    homes_km: Floats, places_km: Floats, load: Floats, part: Parts, *, group: Parts, locks: Mapping[int, int]
) -> Parts:
    """Return the areas renumbered: area a is that of agent a.

    The sum of load times way from home to the middle of the area is the least there is (Kuhn 1955, "The Hungarian
    method for the assignment problem").

    Parameters
    ----------
    homes_km
        Shape (k, 2): homes on the plane; missing where an agent has none and takes any area.
    places_km, load
        Shapes (n, 2) and (n,): places and hours of the units.
    part
        Shape (n,): areas 0 .. k-1, none empty.
    group
        Shape (n,): groups that hang together.
    locks
        Agent of each locked unit: gets the area with most of his units, within their group.
    """
    areas = len(homes_km)
    sums = np.bincount(part, weights=load, minlength=areas)
    middles = np.column_stack([np.bincount(part, weights=load * p, minlength=areas) / sums for p in places_km.T])
    away = np.linalg.norm(homes_km[:, None] - middles, axis=2)
    cost = np.where(np.isfinite(away), away, 0.0) * sums
    _, first = np.unique(part, return_index=True)
    area_group = group[first]
    for unit, agent in locks.items():
        cost[agent, area_group != group[unit]] = _NEVER
        cost[agent, part[unit]] -= 1e6 * load[unit]
    rows, columns = linear_sum_assignment(cost)
    renumbered = np.empty(areas, dtype=np.intp)
    renumbered[columns] = rows
    return np.asarray(renumbered[part], dtype=np.intp)
