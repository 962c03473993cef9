"""Areas of agents: time, balance, connection, compactness; spopt's methods on the same villages.

Run with ``python -m tests.bench.bench_territories``. The five provinces are built from ../shared/data where it exists,
else they are the layer that comes with the program. spopt has no limit on the deviation and no agents' homes: its
methods are given the number of regions, MaxP the least work of a region instead. Skater and AZP, which take minutes on
a branch, are left out.
"""

import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from libpysal.weights import W

from geodata.layer import EMBEDDED, load, load_neighbours
from geodata.schema import REGENCY_CODE, VILLAGE_CODE
from planner.territories.agents import AGENT, made, numbered
from planner.territories.divide import Territories, divide
from planner.territories.params import TerritoryParams
from planner.territories.rebalance import rebalance
from planner.territories.report import CENTRE_KM, HOME_KM, pieces_by_agent, quality
from tests.bench.bench_layer import build_five_provinces
from tests.conftest import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

BRANCH = ("16.02", "16.03", "16.10", "16.71")  # about 860 villages around Palembang
AGENTS, ALL_AGENTS = 44, 400


def told(name: str, found: Territories, cpu: float) -> None:
    seen = quality(found)
    free = (seen.areas["deviation_pct"] - seen.areas["forced_pct"]).abs()
    print(
        f"{name:36} {cpu:7.2f} s CPU  worst {seen.largest_deviation_pct:6.1f} %"
        f"  beyond what islands force {free.max():5.1f} %"
        f"  not connected {seen.disconnected}  {seen.mean_km(CENTRE_KM):5.2f} km to the middle"
        f"  {seen.mean_km(HOME_KM):5.1f} km from home  {seen.district_splits} splits",
        flush=True,
    )


def homes(villages: gpd.GeoDataFrame, count: int) -> pd.DataFrame:
    """Agents who live where many people do."""
    people = villages["population"].astype(float).to_numpy() ** 1.5
    chosen = np.random.default_rng(0).choice(len(villages), count, replace=False, p=people / people.sum())
    codes = villages[VILLAGE_CODE].to_numpy()[chosen]
    return made([f"P-{i:03d}" for i in range(count)], list(codes), villages)


def ours(name: str, villages: gpd.GeoDataFrame, pairs: pd.DataFrame, agents: pd.DataFrame) -> Territories:
    started = time.process_time()
    found = divide(villages, pairs, agents, TerritoryParams())
    told(name, found, time.process_time() - started)
    return found


def others(found: Territories) -> None:
    """Divide the same villages by spopt."""
    try:
        from spopt.region import MaxPHeuristic, RegionKMeansHeuristic, Spenc, WardSpatial
    except ImportError:
        print("spopt is not installed", flush=True)
        return
    count = len(found.agents)
    near = dict(enumerate(found.ground.graph.neighbours()))
    weights = W(near, silence_warnings=True)
    places = found.ground.places
    frame = gpd.GeoDataFrame(
        {"x": places[:, 0], "y": places[:, 1], "load": found.ground.load}, geometry=found.ground.villages.geometry
    )
    methods: dict[str, Callable[[], object]] = {
        "spopt WardSpatial": lambda: WardSpatial(frame, weights, ["x", "y"], n_clusters=count),
        "spopt RegionKMeansHeuristic": lambda: RegionKMeansHeuristic(places, count, weights),
        "spopt Spenc": lambda: Spenc(frame, weights, ["x", "y"], n_clusters=count, random_state=2026),
        "spopt MaxPHeuristic": lambda: MaxPHeuristic(
            frame, weights, ["x", "y"], "load", 0.9 * found.ground.load.sum() / count, top_n=2
        ),
    }
    for name, make in methods.items():
        started = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = make()
                model.solve()  # type: ignore[attr-defined]
        except Exception as error:  # noqa: BLE001 (what a library of others raises is a result here)
            print(f"{name:36} failed: {type(error).__name__}: {str(error)[:80]}", flush=True)
            continue
        cpu = time.process_time() - started
        labels = pd.factorize(np.asarray(model.labels_), sort=True)[0]  # type: ignore[attr-defined]
        sums = np.bincount(labels, weights=found.ground.load)
        named = dict(zip(found.ground.graph.codes.tolist(), map(str, labels.tolist()), strict=True))
        torn = sum(pieces > 1 for pieces in pieces_by_agent(found.ground.graph, named).values())
        worst = 100 * np.abs(sums / sums.mean() - 1).max()
        print(
            f"{name:36} {cpu:7.2f} s CPU  worst {worst:6.1f} %  not connected {torn}  {len(sums)} regions", flush=True
        )


def less(found: Territories, villages: gpd.GeoDataFrame, pairs: pd.DataFrame) -> None:
    """Lose each agent in turn: how many villages of the neighbours change hands, and how balanced it is then."""
    now = found.assignment.to_dict()
    shares, worsts = [], []
    for gone in found.agents[AGENT]:
        started = time.process_time()
        after = rebalance(villages, pairs, found.agents[found.agents[AGENT] != gone], now, TerritoryParams())
        seen = quality(after.territories)
        shares.append(after.neighbour_share)
        worsts.append(seen.largest_deviation_pct)
        print(
            f"without {gone:28} {time.process_time() - started:7.2f} s CPU  worst {seen.largest_deviation_pct:6.1f} %"
            f"  not connected {seen.disconnected}  {after.neighbour_changes} of {after.neighbour_villages} villages of"
            f" {len(after.neighbours)} neighbours ({after.neighbour_share:.0%}; if all: {after.overflow_share:.0%})",
            flush=True,
        )
    quarter = sum(share <= 0.25 and worst <= 10 for share, worst in zip(shares, worsts, strict=True))
    print(
        f"a quarter of the neighbours' villages at most and within 10 %: {quarter} of {len(shares)};"
        f" median share {np.median(shares):.0%}, largest {max(shares):.0%}",
        flush=True,
    )


def main() -> None:
    with TemporaryDirectory() as name:
        path = EMBEDDED
        if SHARED.is_dir():
            build_five_provinces(Path(name))
            path = Path(name) / "five.parquet"
        print("layer:", "embedded" if path == EMBEDDED else "built from ../shared/data", flush=True)
        layer = load(path)
        pairs = load_neighbours(layer, path)
    every = layer.frame
    branch = gpd.GeoDataFrame(every[every[REGENCY_CODE].isin(BRANCH)])
    found = ours(f"{len(branch)} villages, {AGENTS} agents", branch, pairs, numbered(AGENTS))
    others(found)
    ours("the same, homes known", branch, pairs, homes(branch, AGENTS))
    less(found, branch, pairs)
    city = gpd.GeoDataFrame(every[every[REGENCY_CODE] == "16.71"])
    ours(f"city of Palembang, {len(city)}, 20 agents", city, pairs, numbered(20))
    islands = gpd.GeoDataFrame(every[every["province_code"] == "19"])
    ours(f"Bangka Belitung, {len(islands)}, 20 agents", islands, pairs, numbered(20))
    ours(f"{len(every)} villages, {ALL_AGENTS} agents", every, pairs, homes(every, ALL_AGENTS))


if __name__ == "__main__":
    main()
