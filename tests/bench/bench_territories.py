"""Areas of agents: time, balance, connection, compactness; spopt's methods on the same villages.

``python -m tests.bench.bench_territories [FOLDER]``, on the five provinces. spopt has no limit on the deviation and
no agents' homes: its methods are given the number of regions, MaxP the least work of a region instead. Skater and AZP,
which take minutes on a branch, are left out.
"""

import time
import warnings
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from libpysal.weights import W

from geodata.layer import load, load_neighbours
from geodata.paths import Paths
from geodata.schema import REGENCY_CODE, VILLAGE_CODE
from planner.territories.agents import AGENT, made, numbered
from planner.territories.divide import Territories, divide
from planner.territories.params import TerritoryParams
from planner.territories.rebalance import rebalance
from planner.territories.report import CENTRE_KM, pieces_by_agent, quality
from tests.bench.data_folders import five_provinces, layers
from tests.bench.figures import Figure, Peer, give

BRANCH = ("16.02", "16.03", "16.10", "16.71")  # about 860 villages around Palembang
AGENTS, ALL_AGENTS, EVERY = 44, 400, 4


def give_areas(what: str, found: Territories, used: dict[str, float], *, against: Peer | None = None) -> None:
    seen = quality(found)
    free = (seen.areas["deviation_pct"] - seen.areas["forced_pct"]).abs()
    also = {
        "% worst deviation": seen.largest_deviation_pct,
        "% beyond what islands force": float(free.max()),
        "areas in pieces": seen.disconnected,
        "km to the middle": seen.mean_km(CENTRE_KM),
    }
    give(Figure(what, len(found.agent), **used, also=also, against=against))


def homes(villages: gpd.GeoDataFrame, count: int) -> pd.DataFrame:
    """Agents who live where many people do."""
    people = villages["population"].astype(float).to_numpy() ** 1.5
    chosen = np.random.default_rng(0).choice(len(villages), count, replace=False, p=people / people.sum())
    codes = villages[VILLAGE_CODE].to_numpy()[chosen]
    return made([f"P-{i:03d}" for i in range(count)], list(codes), villages)


def timed(step: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    began, started = time.perf_counter(), time.process_time()
    found = step()
    return found, {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - started}


def ours(what: str, villages: gpd.GeoDataFrame, pairs: pd.DataFrame, agents: pd.DataFrame) -> Territories:
    found, used = timed(lambda: divide(villages, pairs, agents, TerritoryParams()))
    give_areas(what, found, used)
    return found


def beside(found: Territories, used: dict[str, float]) -> None:
    """Divide the same villages by spopt: one row for each of its methods."""
    from spopt.region import MaxPHeuristic, RegionKMeansHeuristic, Spenc, WardSpatial

    count = len(found.agents)
    near = dict(enumerate(found.ground.graph.neighbours()))
    weights = W(near, silence_warnings=True)
    places = found.ground.places
    frame = gpd.GeoDataFrame(
        {"x": places[:, 0], "y": places[:, 1], "load": found.ground.load}, geometry=found.ground.villages.geometry
    )
    methods: dict[str, Callable[[], Any]] = {
        "WardSpatial": lambda: WardSpatial(frame, weights, ["x", "y"], n_clusters=count),
        "RegionKMeansHeuristic": lambda: RegionKMeansHeuristic(places, count, weights),
        "Spenc": lambda: Spenc(frame, weights, ["x", "y"], n_clusters=count, random_state=2026),
        "MaxPHeuristic": lambda: MaxPHeuristic(
            frame, weights, ["x", "y"], "load", 0.9 * found.ground.load.sum() / count, top_n=2
        ),
    }
    for name, make in methods.items():
        labels, theirs = timed(lambda make=make: solved(make))
        sums = np.bincount(labels, weights=found.ground.load)
        named = dict(zip(found.ground.graph.codes.tolist(), map(str, labels.tolist()), strict=True))
        torn = sum(pieces > 1 for pieces in pieces_by_agent(found.ground.graph, named).values())
        also = {
            "% worst deviation": float(100 * np.abs(sums / sums.mean() - 1).max()),
            "areas in pieces": torn,
            "areas": len(sums),
        }
        give_areas(
            f"areas of {count} agents, beside {name}", found, used, against=Peer(f"spopt {name}", **theirs, also=also)
        )


def solved(make: Callable[[], Any]) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make()
        model.solve()
    return pd.factorize(np.asarray(model.labels_), sort=True)[0]


def lost(found: Territories, villages: gpd.GeoDataFrame, pairs: pd.DataFrame) -> None:
    """Lose agents in turn: how many villages of the neighbours change hands, and how balanced it is then."""
    now = found.assignment.to_dict()
    shares, worsts, seconds = [], [], []
    for gone in found.agents[AGENT].iloc[::EVERY]:
        others = found.agents[found.agents[AGENT] != gone]
        after, used = timed(lambda others=others: rebalance(villages, pairs, others, now, TerritoryParams()))
        shares.append(after.neighbour_share)
        worsts.append(quality(after.territories).largest_deviation_pct)
        seconds.append(used["cpu_s"])
    also = {
        "agents lost in turn": len(shares),
        "s CPU at worst": max(seconds),
        "% worst deviation": max(worsts),
        "% of the neighbours' villages change hands, median": 100 * float(np.median(shares)),
        "% at worst": 100 * max(shares),
    }
    give(Figure("balance again without an agent", len(villages), cpu_s=float(np.mean(seconds)), also=also))


def main() -> None:
    with layers() as folder:
        path = Paths.of(five_provinces(folder)).villages
        layer = load(path)
    pairs = load_neighbours(layer, path)
    every = layer.frame
    branch = gpd.GeoDataFrame(every[every[REGENCY_CODE].isin(BRANCH)])
    found, used = timed(lambda: divide(branch, pairs, numbered(AGENTS), TerritoryParams()))
    beside(found, used)
    ours(f"areas of {AGENTS} agents with homes", branch, pairs, homes(branch, AGENTS))
    lost(found, branch, pairs)
    city = gpd.GeoDataFrame(every[every[REGENCY_CODE] == "16.71"])
    ours("areas of 20 agents, the city of Palembang", city, pairs, numbered(20))
    islands = gpd.GeoDataFrame(every[every["province_code"] == "19"])
    ours("areas of 20 agents, Bangka Belitung", islands, pairs, numbered(20))
    half = gpd.GeoDataFrame(every[every["province_code"].isin(("16", "18"))])
    ours(f"areas of {ALL_AGENTS // 2} agents with homes", half, pairs, homes(half, ALL_AGENTS // 2))
    ours(f"areas of {ALL_AGENTS} agents with homes", every, pairs, homes(every, ALL_AGENTS))


if __name__ == "__main__":
    main()
