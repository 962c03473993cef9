"""Visit days of the agents of a branch: time, and how far from what a long run finds.

Run with ``python -m tests.bench.bench_routes`` on the layer that comes with the program.
"""

import time

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.layer import EMBEDDED, load, load_neighbours
from geodata.schema import REGENCY_CODE
from planner.routes.durations import nearest_to_all, travel_minutes
from planner.routes.params import RouteParams
from planner.routes.plan import RoutePlan
from planner.routes.room import plan_with_room
from planner.territories.agents import numbered
from planner.territories.divide import Territories, divide
from planner.territories.load import VISITS
from planner.territories.params import TerritoryParams
from tests.bench.bench_territories import AGENTS, BRANCH
from tests.bench.figures import Figure, give

LONG = 3_000
EVERY = 6


def month(found: Territories, agent: int, params: RouteParams) -> RoutePlan:
    mine = found.agent == agent
    own = pd.DataFrame(found.ground.villages[mine]).assign(**{VISITS: found.ground.work.loc[mine, VISITS]})
    minutes = travel_minutes(own, params, land=np.zeros(len(own), dtype=np.intp))
    order = [nearest_to_all(minutes), *range(len(own))]
    return plan_with_room(own.iloc[order], minutes[np.ix_(order, order)], "2026-12", params, home_is_known=False)


def main() -> None:
    layer = load(EMBEDDED)
    every = layer.frame
    branch = gpd.GeoDataFrame(every[every[REGENCY_CODE].isin(BRANCH)])
    found = divide(branch, load_neighbours(layer), numbered(AGENTS), TerritoryParams())
    params = RouteParams()
    started = time.process_time()
    quick = [month(found, agent, params) for agent in range(AGENTS)]
    cpu = time.process_time() - started
    longest = max(float(plan.days["hours"].max()) for plan in quick)
    missed = sum(len(plan.missed) for plan in quick)
    visits = sum(len(plan.stops) for plan in quick)
    gaps = []
    for agent in range(0, AGENTS, EVERY):
        best = month(found, agent, params.model_copy(update={"iterations": LONG}))
        if len(best.missed) == len(quick[agent].missed):
            gaps.append(float(quick[agent].days["hours"].sum() / best.days["hours"].sum() - 1))
    also = {
        "visits": visits,
        "visits without a day": missed,
        "hours, longest day": longest,
        f"% longer than {LONG:,} iterations find, worst": 100 * max(gaps),
    }
    give(Figure(f"visit days of a month of {AGENTS} agents", len(branch), cpu_s=cpu, also=also))


if __name__ == "__main__":
    main()
